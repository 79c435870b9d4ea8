"""The open project: the value on screen, its undo history, its selection and its file.

Everything that changes the project goes through `Document.edit`, so that everything can be undone.
"""

from __future__ import annotations

import os
from pathlib import Path as FilePath
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from core import nesting
from core.analysis import Analysis
from core.memory import DeviceMemory, analyse_on
from core.project import Path, Project
from core.project_file import ProjectError, load_project, save_project

Selection = tuple[Path, ...]


class FileStamp(NamedTuple):
    """What tells one state of a file from another without reading it.

    Attributes:
        modified: Time of the last change (ns).
        size: In bytes.
        node: The file system's number of the file; another after it was replaced.
    """

    modified: int
    size: int
    node: int


def stamp_of(path: FilePath) -> FileStamp | None:
    """The stamp of a file; None while it cannot be seen."""
    try:
        info = path.stat()
    except OSError:
        return None
    return FileStamp(info.st_mtime_ns, info.st_size, info.st_ino)


class _Edit(QUndoCommand):
    """From one project to the next; projects are values, so before and after are all it takes."""

    def __init__(
        self,
        document: Document,
        text: str,
        before: tuple[Project, Selection],
        after: tuple[Project, Selection],
        merge: str,
    ) -> None:
        super().__init__(text)
        self._document = document
        self._before = before
        self._after = after
        self._merge = merge

    def id(self) -> int:
        return 1 if self._merge else -1

    def mergeWith(self, other: QUndoCommand) -> bool:
        """Fold a run of changes to the same field (typing, spinning) into one step."""
        if not isinstance(other, _Edit) or other._merge != self._merge:
            return False
        self._after = other._after
        self.setText(other.text())
        self.setObsolete(self._after[0] == self._before[0])
        return True

    def undo(self) -> None:
        self._document._show(*self._before)

    def redo(self) -> None:
        self._document._show(*self._after)


class Document(QObject):
    """The project that the window shows.

    Signals:
        changed: The project is another value (edit, undo, redo, open), or another device trains it.
        selection_changed: Other blocks are selected.
        file_changed: The file's path or the saved state changed.
        history_changed: What can be undone or redone changed.
        replaced: Another project altogether is on screen.
    """

    changed = Signal()
    selection_changed = Signal()
    file_changed = Signal()
    history_changed = Signal()
    replaced = Signal()

    def __init__(self, project: Project, path: FilePath | None = None) -> None:
        super().__init__()
        self._project = project
        self._selection: Selection = ()
        self._device: DeviceMemory | None = None
        self._analysed: tuple[Project, DeviceMemory | None, Analysis] | None = None
        self._path = path
        self._stamp = stamp_of(path) if path is not None else None
        self._in_file: Project | None = project if path is not None else None
        self.undo_stack = QUndoStack(self)
        self.undo_stack.setUndoLimit(1000)
        # To signals, not to methods: a stack that dies with this object signals a last time, when
        # Python's part of the object may be gone.
        self.undo_stack.cleanChanged.connect(self.file_changed)
        self.undo_stack.indexChanged.connect(self.history_changed)

    @property
    def project(self) -> Project:
        """The value on screen."""
        return self._project

    @property
    def analysis(self) -> Analysis:
        """What the value comes to (remembered; ask as often as you like)."""
        known = self._analysed
        if known is None or known[0] is not self._project or known[1] != self._device:
            # Not left to the function's own memory: that compares equal projects at every look.
            analysis = analyse_on(self._project, self._device)
            known = self._analysed = (self._project, self._device, analysis)
        return known[2]

    @property
    def device(self) -> DeviceMemory | None:
        """The memory of the device that would train; None while it is not known."""
        return self._device

    def know_device(self, device: DeviceMemory | None) -> None:
        """Note what would train; the design is looked at with its memory in mind."""
        if device != self._device:
            self._device = device
            self.changed.emit()

    @property
    def selection(self) -> Selection:
        """Paths of the selected blocks, in stack order; ``((-1,),)`` is the Input card."""
        return self._selection

    @property
    def path(self) -> FilePath | None:
        """The project's file; None until first saved."""
        return self._path

    @property
    def clean(self) -> bool:
        """Whether the file holds what is on screen."""
        return self.undo_stack.isClean()

    @property
    def stamp(self) -> FileStamp | None:
        """The file as we last read or wrote it; None where there was none."""
        return self._stamp

    def states(self) -> list[tuple[str, Project]]:
        """Every state of the undo history, the oldest first, with what led to it."""
        steps = [self.undo_stack.command(at) for at in range(self.undo_stack.count())]
        edits = [step for step in steps if isinstance(step, _Edit)]
        first = edits[0]._before[0] if edits else self._project
        return [("Before the first change", first), *((e.text(), e._after[0]) for e in edits)]

    def changed_on_disk(self) -> bool:
        """Whether another program changed the project's file since we read or wrote it."""
        now = stamp_of(self._path) if self._path is not None else None
        if self._path is None or now is None or now == self._stamp:
            return False
        try:
            return load_project(self._path) != self._in_file
        except ProjectError:
            return True

    def edit(
        self, text: str, project: Project, selection: Selection | None = None, merge: str = ""
    ) -> None:
        """Show another project, as one undoable step.

        Args:
            text: What the user did, for “Undo …”: ``insert Conv2D``.
            project: The project after it.
            selection: What is selected after it; unchanged if not given.
            merge: Following edits with the same non-empty key become one step.
        """
        if project == self._project:
            return
        after = (project, self._selection if selection is None else selection)
        before = (self._project, self._selection)
        self.undo_stack.push(_Edit(self, text, before, after, merge))

    def select(self, selection: Selection) -> None:
        """Select blocks; not an edit."""
        ordered = tuple(sorted(set(selection)))
        if ordered != self._selection:
            self._selection = ordered
            self.selection_changed.emit()

    def replace(
        self,
        project: Project,
        path: FilePath | None,
        clean: bool = True,
        stamp: FileStamp | None = None,
    ) -> None:
        """Show another project altogether, without history.

        Args:
            project: The project.
            path: Its file, if it has one.
            clean: Whether that file holds it; False for recovered work.
            stamp: The file's stamp when it was read; as it is now if not given.
        """
        self._path = path
        self._stamp = stamp or (stamp_of(path) if path is not None else None)
        self._in_file = project if clean and path is not None else None
        self.undo_stack.clear()
        if not clean:
            self.undo_stack.resetClean()
        self._show(project, ())
        self.file_changed.emit()
        self.replaced.emit()

    def open(self, path: FilePath) -> None:
        """Show the project in a file.

        Raises:
            core.project_file.ProjectError: It cannot be read; what was on screen stays.
        """
        # The stamp first: a change between the two must look like a change, not slip through.
        stamp = stamp_of(path)
        self.replace(load_project(path), path, stamp=stamp)

    def save(self, path: FilePath) -> None:
        """Write the project to a file.

        Raises:
            core.project_file.ProjectError: It cannot be written.
        """
        if _read_only(path):
            raise ProjectError(
                f"{path.name} is read-only. Save under another name, or make the file writable."
            )
        # A link stays a link: what it points to is written.
        save_project(self._project, path.resolve())
        self._path = path
        self._stamp = stamp_of(path)
        self._in_file = self._project
        self.undo_stack.setClean()
        self.file_changed.emit()

    def _show(self, project: Project, selection: Selection) -> None:
        """Put a value on screen; paths that no longer exist leave the selection."""
        self._project = project
        kept = tuple(
            path for path in selection if path[0] < 0 or nesting.exists(project.stack, path)
        )
        selected_before, self._selection = self._selection, kept
        self.changed.emit()
        if kept != selected_before:
            self.selection_changed.emit()


def _read_only(path: FilePath) -> bool:
    """Whether a file is marked as not to be changed, for us or for anyone.

    Replacing needs only a writable folder, and root may write anything; neither is leave to
    overwrite a file that somebody protected.
    """
    try:
        return not path.stat().st_mode & 0o222 or not os.access(path, os.W_OK)
    except OSError:
        return False
