"""The way to Keras's page about a kind of block."""

from __future__ import annotations

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QPushButton

from core.blocks import Block


class KerasLink(QPushButton):
    """Opens Keras's page about a kind of block; hidden where there is none."""

    def __init__(self) -> None:
        super().__init__("Keras reference ↗")
        self.setProperty("look", "link")
        self.clicked.connect(lambda: QDesktopServices.openUrl(QUrl(self.toolTip())))

    def show_kind(self, kind: type[Block]) -> None:
        """Lead to a kind's page."""
        self.setVisible(bool(kind.keras_page()))
        self.setToolTip(kind.keras_page())
        self.setAccessibleName(f"Keras reference of {kind.kind()}, opens the browser")
