"""One kind of block in the palette."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPen,
    QResizeEvent,
)
from PySide6.QtGui import QPaintEvent as PaintEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QSizePolicy, QWidget

from core.blocks import Block, Role
from gui.design.drag import carried_face, drag
from gui.design.look import EDGE, card_body, elided, tile
from gui.design.wording import rich
from gui.theme import mix, theme

HEIGHT = 44
LINE = 16
"""A second line of the purpose (px), where it does not fit into one."""


class Entry(Protocol):
    """What the palette offers: a kind of block, or a block of the user's library."""

    @property
    def role(self) -> Role:
        """What it is for."""

    @property
    def purpose(self) -> str:
        """One line."""

    @property
    def when_to_use(self) -> str:
        """A sentence or two."""

    @property
    def search_words(self) -> str:
        """Other words to find it by."""

    def kind(self) -> str:
        """What it is called."""

    def fresh(self) -> Block:
        """A block to put into a stack."""


class PaletteCard(QAbstractButton):
    """A kind: press and drag it, or double-click to insert it.

    Signals:
        wanted: Insert this kind.
        key: A key was pressed that the card does not use itself.
        menu: The context menu is wanted, at a global position.
    """

    wanted = Signal(object)
    key = Signal(object, object)
    menu = Signal(object, object)
    focused = Signal(object)

    def __init__(self, kind: type[Block] | Entry, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.kind = kind
        self._pressed_at: QPoint | None = None
        self._best = False
        self.setFixedHeight(HEIGHT)
        # A palette made narrow cuts the words, not the card.
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.setAccessibleName(f"{kind.kind()}: {kind.purpose}")
        self.setAccessibleDescription(f"{kind.when_to_use} Press to insert.")
        name, purpose, use = map(rich, (kind.kind(), kind.purpose, kind.when_to_use))
        self.setToolTip(f"<p><b>{name}</b><br>{purpose}</p><p>{use}</p>")

    @property
    def help_kind(self) -> type[Block]:
        """The kind that help on it is about."""
        assert isinstance(self.kind, type)
        return self.kind

    def matches(self, text: str) -> bool:
        """Whether a search for ``text`` should find it."""
        words = text.lower().split()
        places = (self.kind.kind(), self.kind.purpose, self.kind.search_words)
        return all(any(word in place.lower() for place in places) for word in words)

    def rank(self, text: str) -> int:
        """How near it comes to a search, 0 the nearest: by its name, within it, or otherwise."""
        name, sought = self.kind.kind().lower(), text.strip().lower()
        return 0 if name.startswith(sought) else 1 if sought in name else 2

    def set_best(self, best: bool) -> None:
        """Look like what Enter in the search field would insert."""
        if best != self._best:
            self._best = best
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, HEIGHT)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a narrow palette the purpose takes two lines: cut off, it would say nothing."""
        super().resizeEvent(event)
        needed = QFontMetrics(theme().font("small")).horizontalAdvance(self.kind.purpose)
        self.setFixedHeight(HEIGHT + LINE if needed > self._room else HEIGHT)

    @property
    def _room(self) -> float:
        """Width of the words (px)."""
        return self.width() - (EDGE + 8 + 26 + 8) - 9  # 1: what is measured is cut to whole pixels

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed_at = event.globalPosition().toPoint()
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed_at is None or not event.buttons() & Qt.MouseButton.LeftButton:
            return
        travelled = (event.globalPosition().toPoint() - self._pressed_at).manhattanLength()
        if travelled >= QApplication.startDragDistance():
            self._pressed_at = None
            block = self.kind.fresh()
            drag(self, (block,), carried_face((block,)))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pressed_at = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.wanted.emit(self.kind)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.wanted.emit(self.kind)
            return
        event.ignore()
        self.key.emit(self, event)
        if not event.isAccepted():
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focused.emit(self)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu.emit(self, event.globalPos())

    def paintEvent(self, event: PaintEvent) -> None:
        palette = theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(self.rect())
        role = palette.role(self.kind.role)
        fill = mix(palette.color("card"), palette.tint(self.kind.role), 0.4)
        if self.underMouse() or self._best:
            fill = palette.tint(self.kind.role)
        focus = self.hasFocus()
        line = (
            palette.color("accent")
            if focus or self._best
            else mix(palette.color("line"), role, 0.12)
        )
        card_body(painter, rect, fill, role, line, 2.0 if focus else 1.0)
        square = QRectF(EDGE + 8, (self.height() - 26) / 2, 26, 26)
        self.paint_tile(painter, square)
        self._paint_words(painter, square.right() + 8)
        painter.end()

    def _paint_words(self, painter: QPainter, left: float) -> None:
        strong, small = theme().font("strong"), theme().font("small")
        painter.setFont(strong)
        painter.setPen(QPen(theme().color("text")))
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        name = elided(self.kind.kind(), strong, self._room)
        painter.drawText(QRectF(left, 5, self._room, 17), middle, name)
        painter.setFont(small)
        painter.setPen(QPen(theme().color("muted")))
        for place, text in enumerate(self._purpose_lines()):
            line = QRectF(left, 22 + LINE * place, self._room, 17)
            painter.drawText(line, middle, elided(text, small, self._room))

    def _purpose_lines(self) -> list[str]:
        """The purpose in one line, or in two where it needs them."""
        text, metrics = self.kind.purpose, QFontMetrics(theme().font("small"))
        if metrics.horizontalAdvance(text) <= self._room:
            return [text]
        words = text.split()
        for count in range(len(words) - 1, 0, -1):
            first = " ".join(words[:count])
            if metrics.horizontalAdvance(first) <= self._room:
                return [first, " ".join(words[count:])]
        return [text]

    def paint_tile(self, painter: QPainter, square: QRectF) -> None:
        """The small picture at the left."""
        tile(painter, square, self.help_kind, 16)
