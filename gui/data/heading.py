"""The line above the grid: what is shown, and what can be done with the chosen pictures."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QPushButton, QWidget

from gui.theme import theme
from gui.widgets.buttons import link
from gui.widgets.labels import ElidedLabel

NARROW = 600
"""Below this width (px) the buttons stand below the title."""


class Heading(QWidget):
    """Title and buttons beside one another, or below where that is too narrow."""

    def __init__(self) -> None:
        super().__init__()
        self.title = ElidedLabel()
        self.title.setFont(theme().font("strong"))
        self.back = link()
        self.back.hide()
        self.whole = link()
        self.whole.hide()
        self.leave_out = QPushButton("Leave out")
        self.move_to = QPushButton("Move to class…")
        self.again = QPushButton("Scan again")
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.title, 1)
        top.addWidget(self.back)
        top.addWidget(self.whole)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self.leave_out, self.move_to, self.again):
            buttons.addWidget(button)
        self._buttons = buttons
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(8)
        self._row.addLayout(top, 1)
        self._row.addLayout(buttons)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = event.size().width() < NARROW
        way = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        if way != self._row.direction():
            self._row.setDirection(way)
            if narrow:
                self._buttons.addStretch(1)
            else:
                self._buttons.takeAt(self._buttons.count() - 1)
