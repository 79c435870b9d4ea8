"""The loom: the stack as cards that can be selected, dragged, moved by keys and read aloud."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QNativeGestureEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QScrollArea, QWidget

from core.nesting import within
from core.project import Path
from gui.design.actions import Actions
from gui.design.card import BlockCard
from gui.design.drag import carried_face, drag
from gui.design.empty import EmptyLoom
from gui.design.faces import INPUT_PATH
from gui.design.find_bar import FindBar
from gui.design.gestures.drop import DropGesture
from gui.design.gestures.move import MoveGesture
from gui.design.gestures.select import SelectGesture
from gui.design.loom_keys import LoomKeys
from gui.design.minimap import WIDTH, MiniMap
from gui.design.problem_note import FixButton
from gui.design.quick_insert import QuickInsert
from gui.design.surface import Surface
from gui.design.zoom import Zoom
from gui.document import Document
from gui.theme import theme

REVEALED = 64
"""Least room above and below a block that was scrolled into view (px)."""


class Loom(QScrollArea):
    """A mirror of the document's stack.

    Signals:
        current_changed: Another card is the one that Tab leads to.
        inspect: The user wants to edit the selected block's fields.
        rename: The user wants to name the selected block.
        menu: A context menu is wanted for the selection, at a global position.
        moving: Blocks were picked up (True) or put down (False).
    """

    current_changed = Signal()
    inspect = Signal()
    rename = Signal()
    menu = Signal(object)
    moving = Signal(bool)

    def __init__(self, document: Document, actions: Actions, say: Callable[[str], None]) -> None:
        super().__init__()
        self._document = document
        self._actions = actions
        self.setObjectName("design.loom")
        self.setAccessibleName("Stack of blocks")
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._select = SelectGesture(document, self._lift, lambda: self.shown)
        self._keys = LoomKeys(self, document, actions, self._select)
        self.surface = Surface(document, self._new_card)
        self.drops = DropGesture(document, self, self.surface, actions.carry_out, say)
        self.surface.drops = self.drops
        self._empty = EmptyLoom(actions.start_from, self.surface)
        self.setWidget(self.surface)
        self.zooming = Zoom(self)
        self.map = MiniMap(self, document)
        self.zooming.changed.connect(self._place_empty)
        self._current: Path = INPUT_PATH
        self._stop: BlockCard | None = None
        document.changed.connect(self.refresh)
        document.selection_changed.connect(self._show_selection)
        theme().changed.connect(self._restyle)
        self.refresh()
        self.finder = FindBar(self, document, actions)
        self.quick = QuickInsert(self, document, actions)
        self.surface.pressed_twice.connect(self._insert_at)

    @property
    def cards(self) -> list[BlockCard]:
        """The Input's card, then one for each block that is shown."""
        return self.surface.cards

    @property
    def shown(self) -> list[Path]:
        """The Input and every block that is shown, in the order of reading."""
        return [card.path for card in self.cards]

    @property
    def zoom(self) -> float:
        """Scale of the sizes; 1 is normal."""
        return self.surface.metrics.zoom

    @property
    def current(self) -> Path:
        """The card that has, or would get, the keyboard."""
        return self._current

    def refresh(self) -> None:
        """Show the document as it is, at once."""
        held = self._has_keyboard()
        self.surface.show_design()
        self._place_empty()
        self._settle(held)

    def set_strip(self, width: int) -> None:
        """Leave a strip (px) at the right of the view."""
        if self.viewportMargins().right() != width:
            self.setViewportMargins(0, 0, width, 0)

    def nearest_card(self, point: QPoint) -> BlockCard:
        """The card at, or nearest to, a point of the surface."""
        return min(self.cards, key=lambda card: _distance(card.geometry(), point))

    def focus_card(self, path: Path | None = None) -> None:
        """Give the keyboard to a card; to the current one if none is named."""
        card = self.surface.card(self._current if path is None else path)
        if card is not None:
            card.setFocus(Qt.FocusReason.OtherFocusReason)
            self.reveal(card.path)

    def reveal(self, path: Path) -> None:
        """Scroll until a card can be seen."""
        card = self.surface.card(path)
        if card is not None:
            note = self.surface.note(path)
            if note is not None and note.isVisible():
                self.ensureWidgetVisible(note, 0, self.surface.metrics(12))
            self._show_place(card.geometry())

    def _show_place(self, place: QRect) -> None:
        """Scroll until a place is in view; of one wider than the view, some of it is enough."""
        view = self.viewport()
        seen = QRect(self.surface.mapFrom(view, QPoint(0, 0)), view.size())
        rim = self.surface.metrics(24)
        if place.width() + 2 * rim > seen.width():
            place.setWidth(seen.width() // 2 - rim)
            if place.left() < seen.left() or place.right() > seen.right():
                place.moveLeft(min(max(place.left(), seen.left() + rim), seen.right() - rim))
        # The find bar must not lie over it.
        middle, tall = place.center(), max(REVEALED, self.surface.metrics(40))
        self.ensureVisible(
            middle.x(), middle.y(), place.width() // 2 + rim, place.height() // 2 + tall
        )

    def light(self, paths: frozenset[Path]) -> None:
        """Mark the cards of these blocks as found, and no others."""
        for card in self.cards:
            card.set_found(card.path in paths)

    # Cards

    def _new_card(self, parent: QWidget) -> BlockCard:
        card = BlockCard(self._select, parent)
        card.clicked.connect(lambda: self._select.click(card.path, Qt.KeyboardModifier.NoModifier))
        card.key.connect(self._keys.press)
        card.menu.connect(lambda _card, position: self.menu.emit(position))
        card.focused.connect(self._became_current)
        card.folded.connect(lambda card: self._actions.fold(card.path))
        return card

    def _became_current(self, card: BlockCard) -> None:
        self._make_current(card.path)

    def _make_current(self, path: Path) -> None:
        """One card takes part in Tab's round, the others are reached by arrows."""
        new = self.surface.card(path)
        self._current = path
        if new is None or new is self._stop:
            return
        # By widget, not by path: after an edit it may stand for another block.
        if self._stop in self.cards:
            self._stop.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._stop = new
        new.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.current_changed.emit()

    def _has_keyboard(self) -> bool:
        focus = self.window().focusWidget() if self.isVisible() else None
        if focus is None or not self.surface.isAncestorOf(focus):
            return False
        # A button of a note goes with its note, and Qt would give the keyboard to whatever is next.
        return isinstance(focus, BlockCard | FixButton)

    def _settle(self, held: bool) -> None:
        """After an edit: the keyboard stays with the block it was on, or with its neighbour."""
        selection = self._document.selection
        if selection and self._current not in selection:
            self._make_current(self.surface.nearest(selection[-1]))
        else:
            self._make_current(self.surface.nearest(self._current))
        if held:
            card = self.surface.card(self._current)
            if card is not None and not card.hasFocus():
                card.setFocus(Qt.FocusReason.OtherFocusReason)
        if selection:
            # Once the scroll area knows its new height.
            QTimer.singleShot(0, self, self._reveal_selected)

    def _reveal_selected(self) -> None:
        if self._document.selection:
            self.reveal(self._document.selection[-1])

    def _show_selection(self) -> None:
        held = self._has_keyboard()
        self.surface.show_selection()
        selection = self._document.selection
        if selection and self._current not in selection:
            self._make_current(self.surface.nearest(selection[-1]))
            if held:
                self.focus_card()
        if len(selection) == 1:
            self.reveal(selection[0])

    def _restyle(self) -> None:
        self.surface.update()

    # Dragging away

    def _lift(self, card: BlockCard) -> None:
        """Carry the selected cards (the Input stays)."""
        paths = self._actions.selected
        if not paths or card.path == INPUT_PATH:
            return
        move = self.pick_up(paths)
        try:
            drag(self, move.blocks, carried_face(move.blocks, card.face))
        finally:
            self.put_down()

    def pick_up(self, paths: tuple[Path, ...]) -> MoveGesture:
        """Note that blocks of this loom are under way."""
        move = MoveGesture(self._document.project, paths)
        self.drops.moving = move
        for card in self.cards:
            if any(within(card.path, path) for path in move.lifted):
                card.set_lifted(True)
        self.moving.emit(True)
        return move

    def put_down(self) -> None:
        """Nothing is under way any more, wherever it went."""
        self.drops.moving = None
        self.drops.leave()
        for card in self.cards:
            card.set_lifted(False)
            card.setDown(False)
        self.moving.emit(False)

    def _insert_at(self, point: QPoint) -> None:
        """A double click between the cards asks what is to stand there."""
        self.quick.open_at(self.surface.insertion_place(point))

    # The rest of the view

    def _place_empty(self) -> None:
        empty = not self._document.project.stack
        self._empty.setVisible(empty)
        if not empty:
            return
        left, width = self.surface.column
        card = self.cards[0].geometry()
        height = self._empty.heightForWidth(width)
        self._empty.setGeometry(left, card.bottom() + self.surface.metrics(80), width, height)
        self.surface.setMinimumHeight(self._empty.geometry().bottom() + 24)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.surface.set_room(self.width() - self.verticalScrollBar().sizeHint().width() - WIDTH)
        super().resizeEvent(event)
        self._place_empty()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zooming.wheel(event)
            return
        super().wheelEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QNativeGestureEvent) and self.zooming.pinch(event):
            return True
        return super().viewportEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.ignore()  # arrows belong to the cards, not to the scroll bar


def _distance(box: QRect, point: QPoint) -> int:
    """How far a point lies from a box (px, along the sides)."""
    across = max(box.left() - point.x(), 0, point.x() - box.right())
    return across + max(box.top() - point.y(), 0, point.y() - box.bottom())
