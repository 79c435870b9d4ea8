"""What an empty loom teaches."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from gui.gallery.gallery import Gallery
from gui.theme import mix, theme

SHORTCUTS = (
    ("/", "insert a block by name: conv 64 3"),
    ("Enter", "insert the block chosen"),
    ("Alt+↑ ↓", "move a block"),
    ("Ctrl+Z", "undo anything"),
)


class EmptyLoom(QWidget):
    """Says what the loom is for, where to drop, which keys help, and offers a start."""

    def __init__(self, start: Callable[[str], None], parent: QWidget) -> None:
        super().__init__(parent)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(24, 24, 24, 24)
        lines.setSpacing(12)
        title = QLabel("Drop a first block here")
        title.setFont(theme().font("heading"))
        title.setWordWrap(True)
        words = QLabel(
            "A network is a stack of blocks: the picture comes in at the top, each block changes "
            "it, and the last one gives a probability for every class. Drag blocks from the left, "
            "or double-click them."
        )
        words.setWordWrap(True)
        words.setProperty("look", "muted")
        lines.addWidget(title)
        lines.addWidget(words)
        lines.addLayout(self._keys())
        lines.addSpacing(4)
        self._or = QLabel("Or begin with a template; your data and training plan stay.")
        self._or.setWordWrap(True)
        lines.addWidget(self._or)
        self._start = start
        self._on = parent
        self._lines = lines
        self._gallery: Gallery | None = None

    def setVisible(self, visible: bool) -> None:
        """Show or hide; the templates are read when there is first someone to see them."""
        if visible and self._gallery is None:
            self._gallery = Gallery(compact=True)
            self._gallery.chosen.connect(self._start)
            self._lines.insertWidget(self._lines.indexOf(self._or) + 1, self._gallery)
        super().setVisible(visible)

    def add_section(self, section: QWidget) -> None:
        """Put something more below the templates."""
        self._lines.addWidget(section)

    def event(self, event: QEvent) -> bool:
        """Where a section comes or goes, take the room that is needed now."""
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest and self.isVisible():
            self.resize(self.width(), self.heightForWidth(self.width()))
            self._on.setMinimumHeight(self.geometry().bottom() + 24)
        return done

    def _keys(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        for row, (keys, does) in enumerate(SHORTCUTS):
            key = QLabel(keys)
            key.setFont(theme().font("mono_small"))
            label = QLabel(does)
            label.setProperty("look", "muted")
            label.setWordWrap(True)
            grid.addWidget(key, row, 0)
            grid.addWidget(label, row, 1)
        return grid

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(
            QPen(mix(theme().color("line"), theme().color("faint"), 0.5), 1, Qt.PenStyle.DashLine)
        )
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        painter.end()
