"""A small quiet button with an icon that keeps to the theme."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QToolButton, QWidget

from gui.theme import theme


class IconButton(QToolButton):
    """As small as its icon: the style sheet's padding would leave that no room."""

    def __init__(
        self, icon: str, text: str, width: int = 24, height: int = 28, parent: QWidget | None = None
    ) -> None:
        """Make a button.

        Args:
            icon: Name of its drawing; empty for none.
            text: What it does, for tooltip and screen readers.
            width: Of the whole button (px).
            height: Of the whole button (px).
            parent: Qt's owner.
        """
        super().__init__(parent)
        self._name = icon
        self.setProperty("look", "quiet")
        # Minimum sizes in a style sheet win over setFixedSize; the border takes the other 2 px.
        inner = f"min-width: {width - 2}px; min-height: {height - 2}px;"
        self.setStyleSheet(f"QToolButton {{ padding: 0; {inner} }}")
        self.setIconSize(QSize(16, 16))
        self.setFixedSize(width, height)
        self.set_words(text)
        self._dress()
        theme().changed.connect(self._dress)

    def set_icon(self, name: str) -> None:
        """Show another drawing, or none."""
        if name != self._name:
            self._name = name
            self._dress()

    def set_words(self, text: str) -> None:
        """Say what it does."""
        self.setToolTip(text)
        self.setAccessibleName(text)

    def _dress(self) -> None:
        self.setIcon(theme().icon(self._name, "muted") if self._name else QIcon())
