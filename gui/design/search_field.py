"""The palette's search: a line with its sign in front and a button that clears it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLineEdit

from gui.design.icon_button import IconButton
from gui.theme import theme


class SearchField(QLineEdit):
    """Draws its own sign: as a line edit's action the style sheet's padding would displace it."""

    def __init__(self) -> None:
        super().__init__()
        self.setTextMargins(20, 0, 20, 0)
        self._clear = IconButton("close", "Clear the search", 20, 20, self)
        self._clear.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._clear.clicked.connect(self.clear)
        self._clear.hide()
        self.textChanged.connect(lambda text: self._clear.setVisible(bool(text)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._clear.move(self.width() - 26, (self.height() - 20) // 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        theme().icon("search", "muted").paint(painter, 8, (self.height() - 16) // 2, 16, 16)
