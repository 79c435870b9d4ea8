"""Panels at the window's right side: help, history, settings.  One at a time; Esc closes it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QDockWidget,
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QVBoxLayout,
    QWidget,
)

from gui.design.icon_button import IconButton
from gui.theme import theme
from gui.widgets.labels import styled

WIDTH = 316


class SidePanel(QDockWidget):
    """A panel beside the page: nothing waits for it, and the page goes on working.

    Attributes:
        body: Where its content goes.
    """

    def __init__(self, window: QMainWindow, key: str, title: str) -> None:
        super().__init__(title, window)
        self.setObjectName(f"panel-{key}")
        self.setAccessibleName(title)
        self.setFeatures(QDockWidget.DockWidgetFeature.NoDockWidgetFeatures)
        self.setAllowedAreas(Qt.DockWidgetArea.RightDockWidgetArea)
        self._before: QWidget | None = None
        self.heading: QLabel = styled(title)
        self.setTitleBarWidget(self._title_bar(title))
        inner = QWidget()
        inner.setProperty("look", "panel")
        inner.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        inner.setMinimumWidth(280)
        self.body = QVBoxLayout(inner)
        self.body.setContentsMargins(16, 4, 16, 12)
        self.body.setSpacing(8)
        self.setWidget(inner)
        window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, self)
        self.hide()

    def open(self) -> None:
        """Show it in place of any other panel, and give it the keyboard."""
        window = self.parentWidget()
        if isinstance(window, QMainWindow):
            for other in window.findChildren(SidePanel):
                if other is not self:
                    other.hide()
            if not self.isVisible():
                self._before = QApplication.focusWidget()
                self.show()
                window.resizeDocks([self], [WIDTH], Qt.Orientation.Horizontal)
        self.take_keyboard()

    def take_keyboard(self) -> None:
        """Give the keyboard to what a user of it wants first."""
        self.widget().setFocus(Qt.FocusReason.ShortcutFocusReason)

    def leave(self) -> None:
        """Close; the keyboard goes back to where it was."""
        before = self._before
        self.hide()
        if before is not None and _alive(before) and before.isVisible():
            before.setFocus(Qt.FocusReason.OtherFocusReason)
        self._before = None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
            return
        super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.heading.setFont(theme().font("heading"))

    def _title_bar(self, title: str) -> QWidget:
        bar = QWidget()
        bar.setProperty("look", "panel")
        bar.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout(bar)
        row.setContentsMargins(16, 10, 8, 6)
        self.heading.setFont(theme().font("heading"))
        close = IconButton("close", f"Close {title.lower()} (Esc)", 28, 28)
        close.setObjectName(f"{self.objectName()}-close")
        close.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        close.clicked.connect(self.leave)
        row.addWidget(self.heading, 1)
        row.addWidget(close)
        return bar


def _alive(widget: QWidget) -> bool:
    """Whether Qt still has the widget behind a Python object."""
    from shiboken6 import isValid

    return isValid(widget)
