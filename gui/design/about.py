"""What a kind of block does, from its own documentation."""

from __future__ import annotations

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from core.blocks import Block, Container
from gui.design.wording import explained
from gui.theme import theme
from gui.widgets.labels import styled


class About(QWidget):
    """Purpose, when to use it, the class's documentation, and Keras's page."""

    def __init__(self) -> None:
        super().__init__()
        self._kind: type[Block] | None = None
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(8)
        self._when = styled("", "")
        self._doc = QLabel()
        self._doc.setTextFormat(Qt.TextFormat.MarkdownText)
        self._doc.setProperty("look", "muted")
        for label in (self._when, self._doc):
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            lines.addWidget(label)
        self._doc.setFont(theme().font("small"))
        self.link = QPushButton("Keras reference ↗")
        self.link.setProperty("look", "link")
        self.link.clicked.connect(self._open)
        lines.addWidget(self.link, 0, Qt.AlignmentFlag.AlignLeft)

    def show_kind(self, kind: type[Block]) -> None:
        """Explain a kind."""
        if kind is self._kind:
            return
        self._kind = kind
        self._when.setText(f"{kind.purpose} {kind.when_to_use}".strip())
        self._doc.setText(explained(kind))
        # Keras has no page for what is no layer of its own.
        self.link.setVisible(not issubclass(kind, Container))
        self.link.setToolTip(kind.keras_page())
        self.link.setAccessibleName(f"Keras reference of {kind.kind()}, opens the browser")

    def _open(self) -> None:
        if self._kind is not None:
            QDesktopServices.openUrl(QUrl(self._kind.keras_page()))
