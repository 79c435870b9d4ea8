"""A combo box and a check box whose signs are drawn in the theme's colours.

A style sheet takes the arrow and the tick away and can put only files of one colour in their place.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QStyle, QStyleOptionButton, QWidget

from gui.theme import theme

SIGN = 16
"""Side of the arrow (px)."""


class ComboBox(QComboBox):
    """A combo box that the wheel changes only while it has the keyboard."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw, with the arrow that the style sheet takes away."""
        super().paintEvent(event)
        painter = QPainter(self)
        icon = theme().icon("chevron_down", "muted" if self.isEnabled() else "faint")
        icon.paint(painter, self.width() - 24, (self.height() - SIGN) // 2, SIGN, SIGN)
        painter.end()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class CheckBox(QCheckBox):
    """A check box; ticked, it is filled with the accent."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw, with the tick that the style sheet takes away."""
        super().paintEvent(event)
        if self.checkState() == Qt.CheckState.Unchecked:
            return
        option = QStyleOptionButton()
        self.initStyleOption(option)
        part = QStyle.SubElement.SE_CheckBoxIndicator
        box = self.style().subElementRect(part, option, self)
        whole = self.checkState() == Qt.CheckState.Checked
        color = "on_accent" if self.isEnabled() else "faint"
        painter = QPainter(self)
        theme().icon("check" if whole else "minus", color).paint(painter, box)
        painter.end()
