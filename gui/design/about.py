"""What a kind of block does, from its own documentation."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from core.blocks import Block
from gui.design.wording import explained
from gui.theme import theme
from gui.widgets.keras_link import KerasLink
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
        self.link = KerasLink()
        lines.addWidget(self.link, 0, Qt.AlignmentFlag.AlignLeft)

    def show_kind(self, kind: type[Block]) -> None:
        """Explain a kind."""
        if kind is self._kind:
            return
        self._kind = kind
        self._when.setText(f"{kind.purpose} {kind.when_to_use}".strip())
        self._doc.setText(explained(kind))
        self.link.show_kind(kind)
