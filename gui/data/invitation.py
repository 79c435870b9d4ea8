"""What stands in place of a folder's pictures: the ready-made set in use, and an invitation."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from core.data.set_files import FILES, download_bytes
from core.data.source import KERAS_SETS
from core.engine.events import SetShown
from gui.data.desk import DataDesk
from gui.data.gallery import Gallery
from gui.data.shelf import Shelf
from gui.theme import theme
from gui.widgets.figures import data_size
from gui.widgets.labels import styled

HOW = (
    "Drop a folder or a zip anywhere on this window: one folder for each class, train and test "
    "folders around them if you like, or a labels.csv (filename, label). Your files are only read, "
    "never moved or changed."
)


class Invitation(QFrame):
    """How to train on pictures of one's own."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("look", "card")
        self._picture = QLabel()
        title = styled("Train on pictures of your own")
        title.setFont(theme().font("heading"))
        body = styled(HOW, "muted")
        body.setWordWrap(True)
        self.choose = QPushButton("Choose folder…")
        self.choose.setProperty("look", "primary")
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(title)
        words.addWidget(body)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 12, 16, 12)
        row.setSpacing(16)
        row.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        row.addWidget(self.choose)
        theme().changed.connect(self._paint)
        self._paint()

    def _paint(self) -> None:
        """Draw in the theme's colours."""
        self._picture.setPixmap(theme().icon("data", "accent").pixmap(28, 28))


class Missing(QWidget):
    """A set that the project names and that is not here, and a way to get it."""

    def __init__(self, shelf: Shelf) -> None:
        super().__init__()
        self._shelf = shelf
        self.words = styled("", "muted")
        self.words.setWordWrap(True)
        self.fetch = QPushButton()
        self.fetch.clicked.connect(lambda: shelf.want(shelf.key))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 24, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.words)
        column.addWidget(self.fetch, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)

    def refresh(self) -> None:
        """Say why there is nothing to see."""
        key = self._shelf.key
        self.words.setText(self._shelf.failure)
        self.fetch.setVisible(key in FILES)
        if key in FILES:
            size = data_size(download_bytes(key))
            self.fetch.setText(f"Download {KERAS_SETS[key].title} ({size})…")


class ReadyMade(QWidget):
    """The set in use, class by class, and the invitation below it."""

    def __init__(self, desk: DataDesk, shelf: Shelf) -> None:
        super().__init__()
        self._desk = desk
        self._shelf = shelf
        self._shown: tuple[str, SetShown | None] = ("", None)
        self.gallery = Gallery()
        self.missing = Missing(shelf)
        self.invitation = Invitation()
        self.choose = self.invitation.choose
        self._stack = QStackedWidget()
        self._stack.addWidget(self.gallery)
        self._stack.addWidget(self.missing)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self._stack, 1)
        column.addWidget(self.invitation)

    def refresh(self) -> None:
        """Show the set as far as it is known."""
        shelf = self._shelf
        self._stack.setCurrentIndex(1 if shelf.failure else 0)
        self.missing.refresh()
        shown = shelf.shown
        if (shelf.key, shown) == self._shown:
            return
        self._shown = (shelf.key, shown)
        side = shown.side if shown is not None else 1
        self.gallery.set_model.show_set(shelf.classes, [], side)
        if shown is not None:
            self._desk.background.run(partial(_load, shown.strips), partial(self._show, shown))

    def _show(self, shown: SetShown, strips: list[QImage]) -> None:
        if shown is self._shown[1]:
            self.gallery.set_model.show_set(self._shelf.classes, strips, shown.side)


def _load(files: tuple[str, ...]) -> list[QImage]:
    return [QImage(file) for file in files]
