"""What an empty loom teaches."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from gui.theme import mix, theme

SHORTCUTS = (
    ("/", "find a block"),
    ("Enter", "insert the block found"),
    ("Alt+↑ ↓", "move a block"),
    ("Ctrl+Z", "undo anything"),
)


class EmptyLoom(QWidget):
    """Says what the loom is for, where to drop, which keys help, and offers a start."""

    def __init__(self, start: Callable[[str], None], parent: QWidget) -> None:
        super().__init__(parent)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(32, 32, 32, 32)
        lines.setSpacing(12)
        title = QLabel("Drop a first block here")
        title.setFont(theme().font("heading"))
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
        lines.addLayout(self._buttons(start))

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
            grid.addWidget(key, row, 0)
            grid.addWidget(label, row, 1)
        return grid

    def _buttons(self, start: Callable[[str], None]) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        lenet = QPushButton("Start from LeNet-5")
        lenet.setProperty("look", "primary")
        lenet.clicked.connect(lambda: start("lenet-5"))
        starter = QPushButton("Start from the MNIST starter")
        starter.clicked.connect(lambda: start("mnist-cnn"))
        row.addWidget(lenet)
        row.addWidget(starter)
        row.addStretch(1)
        return row

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(
            QPen(mix(theme().color("line"), theme().color("faint"), 0.5), 1, Qt.PenStyle.DashLine)
        )
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        painter.end()
