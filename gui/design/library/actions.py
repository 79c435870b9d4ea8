"""What can be done with the library, each change of the project as one undoable step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path as FilePath

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from core import edits, library_uses
from core.blocks.containers import Group
from core.library import (
    SUFFIX,
    LibraryBlock,
    LibraryError,
    decode_block,
    encode_block,
    export_block,
    load_block,
    new_block,
    suggested_name,
)
from core.library_uses import Use
from core.project import Path, Project
from gui.design.actions import Actions
from gui.design.library.shelf import Shelf
from gui.document import Document
from gui.widgets.dialog import Choice, ask

FILTER = f"Layerloom blocks (*{SUFFIX});;All files (*)"


class LibraryActions(QObject):
    """One method an action.

    Signals:
        said: A sentence for people.
    """

    said = Signal(str)

    def __init__(self, window: QWidget, document: Document, shelf: Shelf, blocks: Actions) -> None:
        """Begin.

        Args:
            window: What dialogs stand over.
            document: The open project.
            shelf: The library.
            blocks: Knows the selected blocks.
        """
        super().__init__(window)
        self._window = window
        self._document = document
        self._shelf = shelf
        self._blocks = blocks

    # Saving

    def why_not_save(self) -> str:
        """Why the selected blocks cannot be saved to the library; empty if they can."""
        if reason := self._blocks.why_not_group():
            return reason.replace("make a Group", "can be saved together")
        group = self._selected_group()
        empty = group is not None and not group.body
        return "The Group is empty: put blocks into it first" if empty else ""

    def save_selected(self) -> None:
        """Ask for a name and save the selected Group, or other blocks as one."""
        if reason := self.why_not_save():
            self.said.emit(f"{reason}.")
            return
        try:
            project, path = self._grouped()
        except edits.EditError as error:
            self.said.emit(str(error))
            return
        from gui.design.library.sheets import SaveSheet  # first needed at the first save

        group = _group_at(project, path)
        library = self._shelf.library
        own = library.get(group.library.id) if group.library is not None else None
        name = own.name if own is not None else suggested_name(group, library)
        sheet = SaveSheet(self._window, name, library, lambda one: self._taken_words(one, own))
        sheet.chosen.connect(lambda name, over: self._save(project, path, name, over))
        sheet.open()

    def save_use(self, use: Use) -> None:
        """Save an edited use over its library block."""
        self._save(self._document.project, use.path, use.block.name, use.block)

    def _save(self, project: Project, path: Path, name: str, over: LibraryBlock | None) -> None:
        """Save the Group at a path, and let it remember that.

        Args:
            project: The project with that Group in it.
            path: Where it stands.
            name: What the library is to call it.
            over: The block that it takes the place of; None for a new one.
        """
        group, library = _group_at(project, path), self._shelf.library
        if over is None:
            block = new_block(name, group.body)
            block = block.changed(stack=library_uses.storable(block.stack, block.id, library))
        else:
            block = library_uses.saved_from(group, over.changed(name=name), library)
        if not self._written(block, over):
            return
        after = library_uses.linked(project, path, block)
        self._document.edit(f"save “{name}” to library", after, (path,))
        others = len(library_uses.uses_of(after, block.id)) - 1
        more = "" if over is None or not others else " Its other uses here are offered the change."
        self.said.emit(f"“{name}” is in your library, under My blocks in the palette.{more}")

    def _written(self, block: LibraryBlock, over: LibraryBlock | None = None) -> bool:
        try:
            self._shelf.save(block, over)
        except LibraryError as error:
            self._shelf.look()
            self.said.emit(str(error))
            return False
        return True

    def _taken_words(self, block: LibraryBlock, own: LibraryBlock | None) -> str:
        """What it means to save over a block."""
        count = len(library_uses.uses_of(self._document.project, block.id))
        if own is not None and own.id == block.id:
            others = count - 1
            offered = f" Its {uses_words(others, 'other ')} here will be offered the change."
            return f"This is a use of “{block.name}”.{offered if others else ''}"
        used = f", used here {count} times" if count > 1 else ", used here once" if count else ""
        return f"Your library has a “{block.name}” already: {block.purpose}{used}."

    def _selected_group(self) -> Group | None:
        container = self._blocks.container
        return container if isinstance(container, Group) else None

    def _grouped(self) -> tuple[Project, Path]:
        """The project with the selected blocks in one Group, and where that stands.

        Raises:
            EditError: They cannot be put into one.
        """
        project, paths = self._document.project, self._blocks.selected
        if self._selected_group() is not None:
            return project, paths[0]
        return edits.wrap(project, paths, Group())

    # Uses

    def update(self, uses: Sequence[Use]) -> None:
        """Let uses hold what their library block holds."""
        block, project = uses[0].block, self._document.project
        try:
            after = library_uses.update(project, [use.path for use in uses], block)
        except edits.EditError as error:
            self.said.emit(f"“{block.name}” does not fit here. {error}")
            return
        back = len(uses) == 1 and uses[0].state != "changed"
        text = f"go back to the library’s “{block.name}”" if back else f"update “{block.name}”"
        self._document.edit(text, after)

    def keep(self, uses: Sequence[Use]) -> None:
        """Leave uses as they are."""
        block, project = uses[0].block, self._document.project
        after = library_uses.keep(project, [use.path for use in uses], block)
        self._document.edit(f"keep “{block.name}” as it is here", after)

    def show_differences(self, use: Use) -> None:
        """Show a use and its library block line by line."""
        from gui.design.library.sheets import differences_sheet

        differences_sheet(self._window.window(), use).open()

    # Blocks of the library

    def rename(self, block: LibraryBlock) -> None:
        """Ask for another name."""
        from gui.design.library.sheets import RenameSheet

        sheet = RenameSheet(self._window, block, self._shelf.library)
        sheet.chosen.connect(lambda name: self._rename(block, name))
        sheet.open()

    def _rename(self, block: LibraryBlock, name: str) -> None:
        if name == block.name or not self._written(block.changed(name=name), block):
            return
        after = library_uses.renamed(self._document.project, block.changed(name=name))
        self._document.edit(f"rename “{block.name}” to “{name}”", after)

    def delete(self, block: LibraryBlock) -> None:
        """Ask, then take a block out of the library."""
        count = len(library_uses.uses_of(self._document.project, block.id))
        stay = "stays as it is" if count == 1 else "stay as they are"
        used = f"Its {uses_words(count)} in this project {stay}. " if count else ""
        ask(
            self._window.window(),
            f"Delete “{block.name}” from your library?",
            f"{used}Projects hold all of the blocks that they use, so none of them changes. The "
            "palette offers to restore it until Layerloom is closed.",
            [Choice("delete", "Delete", True), Choice("keep", "Keep it")],
            lambda key: self._delete(block) if key == "delete" else None,
        )

    def _delete(self, block: LibraryBlock) -> None:
        self._try(lambda: self._shelf.delete(block))

    def restore(self) -> None:
        """Bring the block back that was deleted last."""
        self._try(self._shelf.restore)

    def _try(self, work: Callable[[], object]) -> None:
        try:
            work()
        except LibraryError as error:
            self.said.emit(str(error))

    # In and out

    def copy_text(self, block: LibraryBlock) -> None:
        """Put a block on the clipboard as text, to paste it into a chat or another window."""
        QGuiApplication.clipboard().setText(encode_block(block).decode())
        self.said.emit(f"“{block.name}” is on the clipboard as text.")

    def export(self, block: LibraryBlock) -> None:
        """Ask where to write a block to."""
        dialog = self._dialog(f"Export “{block.name}”")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(SUFFIX[1:])
        dialog.selectFile(f"{block.id.rpartition('-')[0]}{SUFFIX}")
        dialog.fileSelected.connect(lambda name: self.export_to(block, FilePath(name)))
        dialog.open()

    def export_to(self, block: LibraryBlock, path: FilePath) -> None:
        """Write a block to a file."""

        def work() -> None:
            export_block(block, path)
            self.said.emit(f"“{block.name}” was written to {path.name}.")

        self._try(work)

    def import_file(self) -> None:
        """Ask which file to take in."""
        dialog = self._dialog("Import a block into your library")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: self.import_from(FilePath(name)))
        dialog.open()

    def import_from(self, path: FilePath) -> None:
        """Take a block from a file into the library."""
        self._try(lambda: self.take_in(load_block(path)))

    def can_paste(self) -> bool:
        """Whether the clipboard holds a block of a library."""
        return _clipboard_block() is not None

    def paste(self) -> None:
        """Take the clipboard's block into the library."""
        if (block := _clipboard_block()) is not None:
            self.take_in(block)
        else:
            self.said.emit("The clipboard holds no block of a library.")

    def take_in(self, block: LibraryBlock) -> None:
        """Put a block from outside into the library, after asking about one of its name."""
        library = self._shelf.library
        same = library.get(block.id)
        other = same or library.named(block.name)
        if same is not None and same.content == block.content:
            self.said.emit(f"“{same.name}” is in your library already.")
        elif other is None:
            self._take_in(block, None)
        else:
            self._ask_take_in(block, other)

    def _ask_take_in(self, block: LibraryBlock, other: LibraryBlock) -> None:
        def answer(key: str) -> None:
            name = self._shelf.library.free_name(block.name)
            if key == "replace":
                self._take_in(block.changed(id=other.id, name=other.name), other)
            elif key == "both":
                self._take_in(new_block(name, block.stack), None)

        ask(
            self._window.window(),
            f"Replace “{other.name}” in your library?",
            f"Yours holds {other.purpose}; the one that comes holds {block.purpose}.",
            [
                Choice("both", "Keep both", True),
                Choice("replace", "Replace"),
                Choice("cancel", "Cancel"),
            ],
            answer,
        )

    def _take_in(self, block: LibraryBlock, over: LibraryBlock | None) -> None:
        library = self._shelf.library
        block = block.changed(stack=library_uses.storable(block.stack, block.id, library))
        if self._written(block, over):
            self.said.emit(f"“{block.name}” is in your library, under My blocks in the palette.")

    def _dialog(self, title: str) -> QFileDialog:
        dialog = QFileDialog(self._window.window(), title, str(FilePath.home()), FILTER)
        dialog.setObjectName("library-file-dialog")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return dialog


def uses_words(count: int, other: str = "") -> str:
    """``1 use``, ``2 other uses``."""
    return f"{count} {other}{'use' if count == 1 else 'uses'}"


def _group_at(project: Project, path: Path) -> Group:
    group = project.block(path)
    assert isinstance(group, Group)
    return group


def _clipboard_block() -> LibraryBlock | None:
    """The block that the clipboard holds as text; None for anything else."""
    try:
        return decode_block(QGuiApplication.clipboard().text().encode("utf-8", "replace"))
    except LibraryError:
        return None
