"""Selecting cards by mouse, and telling a click from the start of a drag."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from core.project import Path
from gui.design.card import BlockCard
from gui.design.faces import INPUT_PATH
from gui.document import Document, Selection


def between(first: Path, last: Path, shown: Sequence[Path]) -> Selection:
    """Every block from one to another, both included; the Input is never part of a row.

    Where they stand in different stacks, such as two branches, the row is of the stack around both:
    whole containers of it.

    Args:
        first: Where the row begins; where that is not shown, it is ``last`` alone.
        last: Where it ends.
        shown: Every block on screen, in the order of reading.
    """
    first = first if first in shown else last
    end = 0
    while end + 2 < min(len(first), len(last)) and first[: end + 2] == last[: end + 2]:
        end += 2
    low, high = sorted((first[end], last[end]))
    row = ((*last[:end], index) for index in range(low, high + 1))
    return tuple(path for path in row if path != INPUT_PATH)


def toggled(selection: Selection, path: Path) -> Selection:
    """The selection with one block more or less; the Input stands alone."""
    if path == INPUT_PATH:
        return (INPUT_PATH,)
    blocks = tuple(other for other in selection if other != INPUT_PATH)
    if path in blocks:
        return tuple(other for other in blocks if other != path)
    return (*blocks, path)


class SelectGesture:
    """Press selects, Ctrl adds, Shift extends; a press that travels becomes a drag."""

    def __init__(
        self,
        document: Document,
        drag: Callable[[BlockCard], None],
        shown: Callable[[], Sequence[Path]],
    ) -> None:
        """Watch cards.

        Args:
            document: Whose selection changes.
            drag: Called when a press on a card has travelled far enough.
            shown: Every block on screen, in the order of reading.
        """
        self._document = document
        self._drag = drag
        self._shown = shown
        self._pressed_at: QPoint | None = None
        self._narrow_on_release = False
        self.anchor: Path = INPUT_PATH

    def press(self, card: BlockCard, event: QMouseEvent) -> None:
        """Select at once, unless the card may be part of a row about to be dragged."""
        card.setFocus(Qt.FocusReason.MouseFocusReason)
        self._narrow_on_release = False
        if event.button() != Qt.MouseButton.LeftButton:
            if card.path not in self._document.selection:
                self.click(card.path, Qt.KeyboardModifier.NoModifier)
            return
        self._pressed_at = event.globalPosition().toPoint()
        plain = not event.modifiers() & (
            Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
        )
        if plain and card.path in self._document.selection:
            self._narrow_on_release = True
            return
        self.click(card.path, event.modifiers())

    def move(self, card: BlockCard, event: QMouseEvent) -> None:
        """Start a drag once the mouse has gone far enough."""
        if self._pressed_at is None or not event.buttons() & Qt.MouseButton.LeftButton:
            return
        travelled = (event.globalPosition().toPoint() - self._pressed_at).manhattanLength()
        if travelled >= QApplication.startDragDistance():
            self._pressed_at = None
            self._narrow_on_release = False
            self._drag(card)

    def release(self, card: BlockCard, event: QMouseEvent) -> None:
        """A click inside a row of selected cards leaves only that card."""
        if self._narrow_on_release:
            self.click(card.path, Qt.KeyboardModifier.NoModifier)
        self._pressed_at = None
        self._narrow_on_release = False

    def extend(self, path: Path) -> None:
        """Select everything from the last plain click to a card."""
        self._document.select(between(self.anchor, path, self._shown()))

    def click(self, path: Path, modifiers: Qt.KeyboardModifier) -> None:
        """Select as a click with these keys held does."""
        if modifiers & Qt.KeyboardModifier.ShiftModifier:
            self.extend(path)
            return
        self.anchor = path
        if modifiers & Qt.KeyboardModifier.ControlModifier:
            self._document.select(toggled(self._document.selection, path))
        else:
            self._document.select((path,))
