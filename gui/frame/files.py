"""Opening and saving: what the File menu does, and every question that goes with it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from core.project import Project
from core.project_file import SUFFIX, ProjectError, load_template
from gui.document import Document, FileStamp
from gui.settings import SettingsStore
from gui.widgets.dialog import Choice, ask, tell

Then = Callable[[], None]
FILTER = f"Layerloom projects (*{SUFFIX})"


class FileActions(QObject):
    """New, open, save; nothing unsaved is ever dropped without a question.

    Questions do not hold anything up: what follows an answer is passed along as a function.

    Signals:
        recent_changed: Other projects are the recent ones.
    """

    recent_changed = Signal()

    def __init__(self, window: QWidget, document: Document, settings: SettingsStore) -> None:
        super().__init__(window)
        self._window = window
        self._document = document
        self._settings = settings

    # New and open

    def new_from_template(self, name: str) -> None:
        """Begin with a project that comes with Layerloom."""
        self._show_new(lambda: load_template(name))

    def new_empty(self) -> None:
        """Begin with an empty stack."""
        self._show_new(Project)

    def _show_new(self, make: Callable[[], Project]) -> None:
        self.guard(lambda: self._document.replace(make(), None), "start a new project")

    def open_dialog(self) -> None:
        """Ask which project to open."""
        dialog = self._dialog("Open project", "open")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: self.open_path(Path(name)))
        dialog.open()

    def open_path(self, path: Path) -> None:
        """Open a project file, after asking about unsaved changes."""
        self.guard(lambda: self._open(path), "open another project")

    def _open(self, path: Path) -> None:
        try:
            self._document.open(path)
        except ProjectError as error:
            if str(path) in self._settings.values.recent and not path.exists():
                self._ask_to_forget(path)
                return
            self._forget(path)
            tell(
                self._window,
                "The project was not opened",
                f"{_sentence(error)} What you had open is unchanged.",
            )
            return
        self._remember(path, "open")

    def restore(
        self, project: Project, path: Path | None, stamp: FileStamp | None, then: Then
    ) -> None:
        """Show recovered work, after asking about unsaved changes."""

        def show() -> None:
            self._document.replace(project, path, clean=False, stamp=stamp)
            then()

        self.guard(show, "restore the kept work")

    # Save

    def save(self, then: Then = lambda: None) -> None:
        """Save to the project's file; asks where, if it has none."""
        path = self._document.path
        if path is None:
            self.save_as(then)
        elif self._document.changed_on_disk():
            self._ask_overwrite(path, then)
        else:
            self._write(path, then)

    def save_as(self, then: Then = lambda: None) -> None:
        """Ask where to save."""
        dialog = self._dialog("Save project as", "save")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        # Asked here instead, with verbs, and for the name that has its suffix.
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
        dialog.selectFile(str(self._proposed()))
        dialog.fileSelected.connect(lambda name: self.save_to(Path(name), then))
        dialog.open()

    def save_to(self, path: Path, then: Then = lambda: None) -> None:
        """Save to a file chosen by the user, after asking whether to replace another."""
        if path.suffix != SUFFIX:
            path = path.with_name(path.name + SUFFIX)
        if path == self._document.path:
            self.save(then)
        elif path.exists():
            self._ask_replace(path, then)
        else:
            self._write(path, then)

    def _write(self, path: Path, then: Then) -> None:
        try:
            self._document.save(path)
        except ProjectError as error:
            self._tell_unsaved(_sentence(error), then)
            return
        self._remember(path, "save")
        then()

    def _tell_unsaved(self, why: str, then: Then) -> None:
        ask(
            self._window,
            "The project was not saved",
            f"{why} Your work is still here.",
            [Choice("elsewhere", "Save as…", True), Choice("keep", "Keep editing")],
            lambda key: self.save_as(then) if key == "elsewhere" else None,
            "error",
        )

    # Questions

    def _ask_to_forget(self, path: Path) -> None:
        ask(
            self._window,
            f"{path.name} is not there any more",
            f"There is no such file in {path.parent}. It was moved, renamed or deleted, or its "
            "drive is not connected. What you had open is unchanged.",
            [
                Choice("forget", "Remove from the list", True),
                Choice("keep", "Keep in the list"),
            ],
            lambda key: self._forget(path) if key == "forget" else None,
        )

    def guard(self, then: Then, purpose: str) -> None:
        """Go on at once if nothing is unsaved; else ask.

        Args:
            then: What drops the work on screen.
            purpose: Why, as in “… before you <purpose>?”.
        """
        document = self._document
        if document.clean:
            then()
            return

        def answer(key: str) -> None:
            if key == "save":
                self.save(then)
            elif key == "discard":
                then()

        where = f"in {document.path.name}" if document.path else "in any file yet"
        ask(
            self._window,
            f"Save “{document.project.name}” before you {purpose}?",
            f"Your latest changes are not {where}. Discarding cannot be undone.",
            [
                Choice("save", "Save", True),
                Choice("discard", "Discard changes"),
                Choice("keep", "Keep editing"),
            ],
            answer,
        )

    def _ask_overwrite(self, path: Path, then: Then) -> None:
        def answer(key: str) -> None:
            if key == "elsewhere":
                self.save_as(then)
            elif key == "overwrite":
                self._write(path, then)

        ask(
            self._window,
            f"Another program changed {path.name}",
            "The file is not what it was when you opened or last saved it here. Overwriting it "
            "loses the other program's changes; saving under another name keeps both.",
            [
                Choice("elsewhere", "Save as…", True),
                Choice("overwrite", "Overwrite"),
                Choice("keep", "Keep editing"),
            ],
            answer,
        )

    def _ask_replace(self, path: Path, then: Then) -> None:
        def answer(key: str) -> None:
            if key == "replace":
                self._write(path, then)
            elif key == "elsewhere":
                self.save_as(then)

        ask(
            self._window,
            f"Replace {path.name}?",
            f"There is a file of that name in {path.parent}. Replacing it loses what it holds.",
            [
                Choice("elsewhere", "Choose another name", True),
                Choice("replace", "Replace"),
                Choice("keep", "Keep editing"),
            ],
            answer,
        )

    # Parts

    def _dialog(self, title: str, purpose: str) -> QFileDialog:
        folder = self._settings.values.folders.get(purpose) or str(Path.home())
        dialog = QFileDialog(self._window, title, folder, FILTER)
        dialog.setObjectName("file-dialog")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return dialog

    def _proposed(self) -> Path:
        """Where “Save as” begins: the project's file, or its name in the last folder."""
        if self._document.path is not None:
            return self._document.path
        folder = self._settings.values.folders.get("save") or Path.home()
        name = re.sub(r'[\\/:*?"<>|\x00-\x1f]+', "-", self._document.project.name).strip(" .-")
        return Path(folder) / f"{name[:80] or 'Untitled'}{SUFFIX}"

    def _remember(self, path: Path, purpose: str) -> None:
        self._settings.values.folders[purpose] = str(path.resolve().parent)
        self._settings.add_recent(path.absolute())
        self.recent_changed.emit()

    def _forget(self, path: Path) -> None:
        self._settings.remove_recent(str(path))
        self.recent_changed.emit()


def _sentence(error: ProjectError) -> str:
    """The error's text, ending like a sentence."""
    text = str(error)
    return text if text.endswith((".", "!", "?")) else f"{text}."
