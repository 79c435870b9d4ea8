"""What the Edit menu, the keys and the context menus do to the stack: one method an action."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication

from core import edits
from core.blocks import Block, Container
from core.blocks.containers import Group, Parallel
from core.nesting import outermost, stack_at, within
from core.project import Path, Project
from core.project_file import load_template
from gui.design import transfer
from gui.design.faces import INPUT_PATH, is_collapsed
from gui.design.gestures.insert import InsertGesture, resting_place
from gui.design.gestures.move import step_down, step_up
from gui.design.gestures.outcome import Outcome
from gui.design.walking import place_across
from gui.design.wording import what
from gui.document import Document, Selection

MOST_RECENT = 5


class Actions(QObject):
    """Edits of one document, each named for undo.

    Attributes:
        recent: Kinds inserted lately, the newest first.

    Signals:
        said: A sentence for people, where an action could do nothing.
    """

    said = Signal(str)

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self.recent: list[type[Block]] = []

    @property
    def selected(self) -> Selection:
        """The selected blocks; not the Input, and not what a selected container holds."""
        return outermost(path for path in self._document.selection if path != INPUT_PATH)

    @property
    def selected_blocks(self) -> tuple[Block, ...]:
        """The selected blocks themselves."""
        return tuple(self._document.project.block(path) for path in self.selected)

    def carry_out(self, outcome: Outcome) -> None:
        """Make a gesture's outcome the project."""
        self._document.edit(outcome.text, outcome.project, outcome.selection)

    def insert(
        self, blocks: Sequence[Block], place: Path | None = None, verb: str = "insert"
    ) -> None:
        """Put blocks at a place, or where `resting_place` says."""
        project = self._document.project
        try:
            if place is None:
                place = resting_place(project, self._document.selection, blocks)
            outcome = InsertGesture(blocks, verb).outcome(project, place)
        except edits.EditError as error:
            self.said.emit(str(error))
            return
        if len(blocks) == 1:
            kind = type(blocks[0])
            others = [other for other in self.recent if other is not kind]
            self.recent = [kind, *others][:MOST_RECENT]
        self.carry_out(outcome)

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

    def paste(self, place: Path | None = None) -> None:
        """Put the clipboard's blocks at a place, or after the selection."""
        try:
            blocks = transfer.decode(QGuiApplication.clipboard().text())
        except transfer.TransferError as error:
            self.said.emit(str(error))
            return
        taken = frozenset(block.name for _, block in self._document.project.walk() if block.name)
        fresh = [edits.without_names(block, taken) for block in blocks]
        self.insert(fresh, place, verb="paste")

    def duplicate(self) -> None:
        """Put a copy of the selected blocks after them."""
        if not self.selected:
            self.said.emit("Select blocks first, then duplicate them.")
            return
        try:
            project, places = edits.duplicate(self._document.project, self.selected)
        except edits.EditError as error:
            self.said.emit(str(error))
            return
        self._document.edit(f"duplicate {what(self.selected_blocks)}", project, places)

    def move(self, step: int) -> None:
        """Move the selected blocks one place up (−1) or down (1), into and out of containers."""
        paths, project = self.selected, self._document.project
        if not paths:
            return
        target = step_up(project, paths[0]) if step < 0 else step_down(project, paths[-1])
        if target is None:
            return
        blocks = self.selected_blocks
        try:
            project, places = edits.move(project, paths, target)
        except edits.EditError as error:
            self.said.emit(str(error))
            return
        direction = "up" if step < 0 else "down"
        self._document.edit(f"move {what(blocks)} {direction}", project, places)

    def can_move_across(self, step: int) -> bool:
        """Whether there is a branch on that side of the selected blocks."""
        paths = self.selected
        return bool(paths) and place_across(self._document.project, paths[0], step) is not None

    def move_across(self, step: int) -> None:
        """Move the selected blocks to the next branch (1) or the one before (−1)."""
        paths, project = self.selected, self._document.project
        target = place_across(project, paths[0], step) if paths else None
        if target is None:
            self.said.emit("Select blocks in a branch that has another one on that side.")
            return
        blocks = self.selected_blocks
        try:
            project, places = edits.move(project, paths, target)
        except edits.EditError as error:
            self.said.emit(str(error))
            return
        self._document.edit(f"move {what(blocks)} to another branch", project, places)

    def select_all(self) -> None:
        """Select every block of the outermost stack, and so all that they hold."""
        self._document.select(tuple((i,) for i in range(len(self._document.project.stack))))

    # Containers

    def why_not_group(self) -> str:
        """Why the selected blocks cannot be put into a container; empty if they can."""
        if not self.selected:
            return "Select a block first"
        one_stack = len({path[:-1] for path in self.selected}) == 1
        return "" if one_stack else "Only blocks of one and the same stack make a Group"

    def why_not_unwrap(self) -> str:
        """Why there is no container to take blocks out of; empty if there is."""
        return "" if self.container is not None else "Select one container first"

    def group(self) -> None:
        """Put the selected blocks into a Group."""
        self.wrap(Group)

    def wrap(self, kind: type[Container]) -> None:
        """Put the selected blocks into a container, where the first of them was."""
        blocks = self.selected_blocks
        if not blocks:
            self.said.emit("Select the blocks first that a container is to hold.")
            return
        try:
            project, path = edits.wrap(self._document.project, self.selected, kind.fresh())
        except edits.EditError as error:
            self.said.emit(str(error))
            return
        self._document.edit(f"put {what(blocks)} into {kind.kind()}", project, (path,))

    def unwrap(self) -> None:
        """Put what the selected container holds in its place."""
        container = self.container
        if container is None:
            self.said.emit("Select one container to take its blocks out.")
            return
        path = self.selected[0]
        project, places = edits.unwrap(self._document.project, path)
        chosen = places or _next_one(project, path)
        self._document.edit(f"take blocks out of {container.kind()}", project, chosen)

    @property
    def container(self) -> Container | None:
        """The selected block, if it is one alone and holds blocks."""
        blocks = self.selected_blocks
        return blocks[0] if len(blocks) == 1 and isinstance(blocks[0], Container) else None

    def fold(self, path: Path) -> None:
        """Show a container as one card, or with what it holds again."""
        project, block = self._document.project, self._document.project.block(path)
        folded = not is_collapsed(block)
        after = edits.replace(project, path, (block.changed(collapsed=folded),))
        chosen = self._document.selection
        if folded and any(within(other, path) for other in chosen):
            chosen = (*(other for other in chosen if not within(other, path)), path)
        verb = "collapse" if folded else "expand"
        self._document.edit(f"{verb} {block.kind()}", after, tuple(sorted(chosen)))

    def change_branches(self, step: int) -> None:
        """Add an empty branch to the selected Parallel (1), or take its last one away (−1)."""
        block = self.container
        if not isinstance(block, Parallel) or not 2 <= len(block.branches) + step <= 8:
            self.said.emit("Select one Parallel first; it has 2 to 8 branches.")
            return
        branches = (*block.branches, ()) if step > 0 else block.branches[:-1]
        project = self._document.project
        after = edits.replace(project, self.selected[0], (block.changed(branches=branches),))
        self._document.edit("add branch" if step > 0 else "remove branch", after, self.selected)

    def toggle_disabled(self) -> None:
        """Let the model do without the selected blocks, or with them again if all are disabled."""
        paths, blocks = self.selected, self.selected_blocks
        if not blocks:
            self.said.emit("Select blocks first, then disable them.")
            return
        disabled = not all(block.disabled for block in blocks)
        project = self._document.project
        for path, block in zip(paths, blocks, strict=True):
            project = edits.replace(project, path, (block.changed(disabled=disabled),))
        self._document.edit(f"{'disable' if disabled else 'enable'} {what(blocks)}", project)

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
        self._document.edit(f"{verb} {what(blocks)}", project, _next_one(project, paths[0]))


def _next_one(project: Project, gone: Path) -> Selection:
    """What stands where a block was; the one before it, or its container, if it was the last."""
    left = len(stack_at(project.stack, gone[:-1]))
    if left:
        return ((*gone[:-1], min(gone[-1], left - 1)),)
    return (gone[:-2],) if len(gone) > 1 else ()


Action = Callable[[], None]
