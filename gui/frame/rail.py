"""The rail: the pages in the order of the work, each with the state it is in."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QVBoxLayout, QWidget

from gui.theme import theme

PageState = Literal["idle", "unfinished", "ready", "attention", "running"]
STATE_WORDS: dict[PageState, str] = {
    "idle": "nothing here yet",
    "unfinished": "not finished yet",
    "ready": "ready",
    "attention": "needs attention",
    "running": "running",
}
WIDTH = 72
HEIGHT = 64


class RailButton(QAbstractButton):
    """One page: its icon, its name and a mark for its state."""

    def __init__(self, key: str, title: str, icon_name: str, shortcut: str) -> None:
        super().__init__()
        self.key = key
        self._icon_name = icon_name
        self._shortcut = shortcut
        self._state: PageState = "idle"
        self.setText(title)
        self.setObjectName(f"rail-{key}")
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setAccessibleName(title)
        self._explain()

    @property
    def state(self) -> PageState:
        """What the mark shows."""
        return self._state

    def set_state(self, state: PageState) -> None:
        """Show another state."""
        if state != self._state:
            self._state = state
            self._explain()
            self.update()

    def _explain(self) -> None:
        words = STATE_WORDS[self._state]
        self.setToolTip(f"{self.text()}: {words} ({self._shortcut})")
        self.setAccessibleDescription(words)

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        on = self.isChecked()
        if on or self.underMouse():
            painter.fillRect(self.rect(), colors.color("pressed" if on else "hover"))
        if on:
            painter.fillRect(0, 0, 3, self.height(), colors.color("accent"))
        tone = "text" if on else "muted"
        colors.icon(self._icon_name, tone).paint(painter, (self.width() - 24) // 2, 9, 24, 24)
        painter.setPen(colors.color(tone))
        painter.setFont(colors.font("small"))
        words = self.rect().adjusted(0, 36, 0, -8)
        painter.drawText(words, Qt.AlignmentFlag.AlignCenter, self.text())
        self._paint_state(painter, QPointF(self.width() / 2 + 19, 14))
        if self.hasFocus():
            painter.setPen(QPen(colors.color("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(4, 3, -4, -3), 6, 6)

    def _paint_state(self, painter: QPainter, center: QPointF) -> None:
        """A mark whose shape says the state as well as its colour."""
        marks = {
            "idle": _paint_ring,
            "unfinished": _paint_ring,
            "ready": _paint_dot,
            "attention": _paint_triangle,
            "running": _paint_play,
        }
        tokens = {
            "idle": "faint",
            "unfinished": "accent",
            "ready": "success",
            "attention": "warning",
            "running": "accent",
        }
        marks[self._state](painter, center, theme().color(tokens[self._state]))


def _paint_ring(painter: QPainter, center: QPointF, color: QColor) -> None:
    painter.setPen(QPen(color, 1.5))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(center, 2.75, 2.75)


def _paint_dot(painter: QPainter, center: QPointF, color: QColor) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    painter.drawEllipse(center, 3.5, 3.5)


def _paint_triangle(painter: QPainter, center: QPointF, color: QColor) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    corners = [QPointF(0, -4.5), QPointF(5, 4), QPointF(-5, 4)]
    painter.drawPolygon(QPolygonF([center + corner for corner in corners]))


def _paint_play(painter: QPainter, center: QPointF, color: QColor) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    corners = [QPointF(-3.5, -4.5), QPointF(4.5, 0), QPointF(-3.5, 4.5)]
    painter.drawPolygon(QPolygonF([center + corner for corner in corners]))


class Rail(QWidget):
    """The column of page buttons.

    Signals:
        chosen: A page was asked for, by its key.
    """

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("rail")
        self.setAccessibleName("Pages")
        self.setFixedWidth(WIDTH + 1)
        self._buttons: dict[str, RailButton] = {}
        self._group = QButtonGroup(self)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 8, 1, 8)
        self._column.setSpacing(0)
        self._column.addStretch(1)
        theme().changed.connect(self.update)

    def add(self, key: str, title: str, icon_name: str, shortcut: str) -> RailButton:
        """Add a page below the others."""
        button = RailButton(key, title, icon_name, shortcut)
        button.clicked.connect(lambda: self.chosen.emit(key))
        self._buttons[key] = button
        self._group.addButton(button)
        self._column.insertWidget(self._column.count() - 1, button)
        return button

    def button(self, key: str) -> RailButton:
        """The button of a page."""
        return self._buttons[key]

    def show_current(self, key: str) -> None:
        """Mark the page that is open."""
        self._buttons[key].setChecked(True)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme().color("panel"))
        painter.fillRect(self.width() - 1, 0, 1, self.height(), theme().color("line"))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.EnabledChange:
            self.update()
