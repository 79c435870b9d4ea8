"""A handle by which a card is dragged up or down among its neighbours."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from gui.theme import theme


class Grip(QWidget):
    """Tells where it is dragged; Escape gives up.

    Signals:
        dragged: To this height on the screen (px).
        dropped: It was let go there.
        given_up: Nothing is to change.
    """

    dragged = Signal(int)
    dropped = Signal(int)
    given_up = Signal()

    def __init__(self, words: str) -> None:
        super().__init__()
        self._held = False
        self.setFixedSize(QSize(18, 28))
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.setAccessibleName(words)
        self.setToolTip(words)
        theme().changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme().icon("grip", "faint").paint(QPainter(self), 1, 6, 16, 16)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._held = True
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            self.grabKeyboard()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held:
            self.dragged.emit(round(event.globalPosition().y()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._held:
            self._let_go()
            self.dropped.emit(round(event.globalPosition().y()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._held and event.key() == Qt.Key.Key_Escape:
            self._let_go()
            self.given_up.emit()

    def _let_go(self) -> None:
        self._held = False
        self.releaseKeyboard()
        self.setCursor(Qt.CursorShape.OpenHandCursor)
