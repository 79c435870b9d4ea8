"""The line of controls below a view of the drawer."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QWidget


class Foot(QWidget):
    """Controls on the left and on the right; one group below the other where it is narrow."""

    def __init__(self, left: QHBoxLayout, right: QHBoxLayout) -> None:
        super().__init__()
        self._groups = (left, right)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(12, 4, 8, 4)
        self._row.setSpacing(8)
        self._row.addLayout(left, 1)
        self._row.addLayout(right)

    def minimumSizeHint(self) -> QSize:
        """As narrow as the wider group."""
        margins = self._row.contentsMargins()
        widest = max(group.minimumSize().width() for group in self._groups)
        width = widest + margins.left() + margins.right()
        return QSize(width, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Stand in one line, or in two."""
        super().resizeEvent(event)
        margins = self._row.contentsMargins()
        wanted = sum(group.sizeHint().width() for group in self._groups) + self._row.spacing()
        narrow = event.size().width() < wanted + margins.left() + margins.right()
        way = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        if way != self._row.direction():
            self._row.setDirection(way)
