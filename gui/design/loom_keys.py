"""The keyboard on the loom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from core.nesting import within
from core.project import Path
from gui.design.actions import Actions
from gui.design.card import BlockCard
from gui.design.faces import INPUT_PATH, is_collapsed, is_open
from gui.design.gestures.select import SelectGesture
from gui.design.walking import across, down, up
from gui.document import Document

if TYPE_CHECKING:
    from gui.design.loom import Loom

_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -6, Qt.Key.Key_PageDown: 6}
_ACROSS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


class LoomKeys:
    """What each key does to the card that has the keyboard, and to the selection."""

    def __init__(
        self, loom: Loom, document: Document, actions: Actions, select: SelectGesture
    ) -> None:
        self._loom = loom
        self._document = document
        self._actions = actions
        self._select = select

    def press(self, card: BlockCard, event: QKeyEvent) -> None:
        """Take a key pressed on a card, if it walks somewhere; the page has the others."""
        if self._fold(card, event) or self._walk(card.path, event) or self._go(card, event):
            event.accept()

    def _fold(self, card: BlockCard, event: QKeyEvent) -> bool:
        """Left and Right: fold and unfold, into and out of a container, from branch to branch."""
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        block, path = card.face.block, card.path
        if event.key() == Qt.Key.Key_Left:
            if is_open(block):
                self._actions.fold(path)
                return True
            target = self._left_of(path)
        elif event.key() == Qt.Key.Key_Right:
            if is_collapsed(block):
                self._actions.fold(path)
                return True
            target = self._right_of(path)
        else:
            return False
        if target is not None:
            self._go_to(target, Qt.KeyboardModifier.NoModifier)
        return True  # even with nowhere to go: Qt would lead to whatever button is near

    def _left_of(self, path: Path) -> Path | None:
        """The branch before; from the first one, and in any other container, out of it."""
        outside = path[:-2] if len(path) > 1 else None
        return across(self._document.project, path, -1) or outside

    def _right_of(self, path: Path) -> Path | None:
        """What an open container holds; elsewhere the next branch."""
        project = self._document.project
        inside = down(project, path)
        if within(inside, path) and inside != path:
            return inside
        return across(project, path, 1) if path != INPUT_PATH else None

    def _go(self, card: BlockCard, event: QKeyEvent) -> bool:
        """Enter and F2 lead to the inspector, Escape lets go of the selection."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if card.path not in self._document.selection:
                self._document.select((card.path,))
            self._loom.inspect.emit()
        elif event.key() == Qt.Key.Key_F2:
            self._loom.rename.emit()
        elif event.key() == Qt.Key.Key_Escape and self._document.selection:
            self._document.select(())
        elif (
            event.key() == Qt.Key.Key_Space
            and event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ):
            self._select.click(card.path, Qt.KeyboardModifier.ControlModifier)
        else:
            return False
        return True

    def _walk(self, path: Path, event: QKeyEvent) -> bool:
        """Arrows, Page, Home and End."""
        shown = self._loom.shown
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if event.key() == Qt.Key.Key_Home:
            target = shown[0]
        elif event.key() == Qt.Key.Key_End:
            target = shown[-1]
        elif event.key() in _STEPS:
            step = _STEPS[Qt.Key(event.key())]
            if modifiers == Qt.KeyboardModifier.AltModifier and abs(step) == 1:
                self._actions.move(step)
                return True
            target = self._stepped(path, step)
        elif event.key() in _ACROSS and modifiers == Qt.KeyboardModifier.AltModifier:
            self._actions.move_across(_ACROSS[Qt.Key(event.key())])
            return True
        else:
            return False
        self._go_to(target, modifiers)
        return True

    def _stepped(self, path: Path, step: int) -> Path:
        """So many blocks further down, or up."""
        walk = down if step > 0 else up
        for _ in range(abs(step)):
            path = walk(self._document.project, path)
        return path

    def _go_to(self, target: Path, modifiers: Qt.KeyboardModifier) -> None:
        if modifiers & Qt.KeyboardModifier.ShiftModifier:
            self._select.extend(target)
        elif not modifiers & Qt.KeyboardModifier.ControlModifier:
            self._select.anchor = target
            self._document.select((target,))
        self._loom.focus_card(target)
