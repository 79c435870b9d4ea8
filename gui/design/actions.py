"""What the Edit menu, the keys and the context menus do to the stack: one method an action."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication

from core import edits
from core.blocks import Block
from core.project_file import load_template
from gui.design import transfer
from gui.design.faces import INPUT_PATH
from gui.design.gestures.insert import InsertGesture, resting_place
from gui.design.gestures.outcome import Outcome
from gui.design.wording import what
from gui.document import Document, Selection


class Actions(QObject):
    """Edits of one document, each named for undo.

    Signals:
        said: A sentence for people, where an action could do nothing.
    """

    said = Signal(str)

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document

    @property
    def selected(self) -> Selection:
        """The selected blocks; the Input is not among them."""
        return tuple(path for path in self._document.selection if path != INPUT_PATH)

    @property
    def selected_blocks(self) -> tuple[Block, ...]:
        """The selected blocks themselves."""
        return tuple(self._document.project.block(path) for path in self.selected)

    def carry_out(self, outcome: Outcome) -> None:
        """Make a gesture's outcome the project."""
        self._document.edit(outcome.text, outcome.project, outcome.selection)

    def insert(
        self, blocks: Sequence[Block], index: int | None = None, verb: str = "insert"
    ) -> None:
        """Put blocks at a place, or where `resting_place` says."""
        project = self._document.project
        if index is None:
            index = resting_place(project, self._document.selection, blocks)
        self.carry_out(InsertGesture(blocks, verb).outcome(project, index))

    def delete(self) -> None:
        """Take the selected blocks out; what came after them is selected then."""
        self._take_out("delete")

    def cut(self) -> None:
        """Copy the selected blocks and take them out."""
        if self.copy():
            self._take_out("cut")

    def copy(self) -> bool:
        """Put the selected blocks on the clipboard; returns whether there were any."""
        blocks = self.selected_blocks
        if not blocks:
            self.said.emit("Select blocks first, then copy them.")
            return False
        QGuiApplication.clipboard().setText(transfer.encode(blocks))
        return True

    def paste(self) -> None:
        """Put the clipboard's blocks after the selection."""
        try:
            blocks = transfer.decode(QGuiApplication.clipboard().text())
        except transfer.TransferError as error:
            self.said.emit(str(error))
            return
        taken = {block.name for block in self._document.project.stack if block.name}
        fresh = [block.changed(name="") if block.name in taken else block for block in blocks]
        self.insert(fresh, verb="paste")

    def duplicate(self) -> None:
        """Put a copy of the selected blocks after them."""
        if not self.selected:
            self.said.emit("Select blocks first, then duplicate them.")
            return
        project, places = edits.duplicate(self._document.project, self.selected)
        self._document.edit(f"duplicate {what(self.selected_blocks)}", project, places)

    def move(self, step: int) -> None:
        """Move the selected blocks one place up (−1) or down (1)."""
        paths = self.selected
        if not paths:
            return
        target = paths[0][0] - 1 if step < 0 else paths[-1][0] + 2
        if not 0 <= target <= len(self._document.project.stack):
            return
        blocks = self.selected_blocks
        project, places = edits.move(self._document.project, paths, (target,))
        direction = "up" if step < 0 else "down"
        self._document.edit(f"move {what(blocks)} {direction}", project, places)

    def select_all(self) -> None:
        """Select every block."""
        self._document.select(tuple((i,) for i in range(len(self._document.project.stack))))

    def start_from(self, template: str) -> None:
        """Take the stack and input of a template, keeping data and plan."""
        model = load_template(template)
        project = self._document.project.changed(stack=model.stack)
        self._document.edit(f"start from {model.name}", project, ())

    def _take_out(self, verb: str) -> None:
        paths, blocks = self.selected, self.selected_blocks
        if not paths:
            return
        project = edits.remove(self._document.project, paths)
        place = min(paths[0][0], len(project.stack) - 1)
        next_one: Selection = ((place,),) if project.stack else ()
        self._document.edit(f"{verb} {what(blocks)}", project, next_one)


Action = Callable[[], None]
