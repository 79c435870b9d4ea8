"""The sheet that offers the templates from the File menu."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QPushButton, QScrollArea, QVBoxLayout, QWidget

from gui.frame.files import FileActions
from gui.frame.sheets import Sheet
from gui.gallery.gallery import Gallery
from gui.widgets.labels import styled


def gallery_sheet(parent: QWidget, files: FileActions) -> Sheet:
    """Every template to begin with, and an empty stack."""
    sheet = Sheet(parent, "New from template")
    sheet.setObjectName("gallery-sheet")
    words = styled(
        "Each opens as a new project that you can change in every part. Figures in green were "
        "measured; hover over a card for the command.",
        "muted",
    )
    words.setWordWrap(True)
    sheet.body.addWidget(words)
    gallery = Gallery()
    sheet.body.addWidget(_scrolling(gallery), 1)
    empty = QPushButton("Empty stack")
    empty.setObjectName("template-empty")

    def begin(key: str) -> None:
        sheet.close()
        if key:
            files.new_from_template(key)
        else:
            files.new_empty()

    gallery.chosen.connect(begin)
    empty.clicked.connect(lambda: begin(""))
    sheet.add_close(empty)
    sheet.resize(min(parent.width() - 80, 928), min(parent.height() - 40, 860))
    if gallery.cards:
        gallery.cards[0].setFocus(Qt.FocusReason.TabFocusReason)
    return sheet


def _scrolling(gallery: Gallery) -> QScrollArea:
    content = QWidget()
    content.setProperty("look", "panel")
    lines = QVBoxLayout(content)
    lines.setContentsMargins(0, 0, 8, 0)
    lines.addWidget(gallery)
    lines.addStretch(1)
    area = QScrollArea()
    area.setWidget(content)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    return area
