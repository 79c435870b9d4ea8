"""Which real picture goes through the design, with its class, and the way to the next."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from core.engine.events import FeatureMapped
from gui.design.icon_button import IconButton
from gui.theme import theme
from gui.widgets.labels import ElidedLabel, styled

SIDE = 48
"""Side of the picture (px)."""


class PictureBar(QWidget):
    """Thumbnail, class, whose weights, previous and next.

    Signals:
        step: Another picture is wanted, so many further.
    """

    step = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._thumbnail = QLabel()
        self._thumbnail.setFixedSize(SIDE, SIDE)
        self._title = ElidedLabel("")
        self._title.setFont(theme().font("strong"))
        self._words = styled("", "muted")
        self._words.setWordWrap(True)
        self._words.setFont(theme().font("small"))
        self.previous = IconButton("chevron_left", "Previous picture")
        self.next = IconButton("chevron_right", "Next picture")
        self.previous.clicked.connect(lambda: self.step.emit(-1))
        self.next.clicked.connect(lambda: self.step.emit(1))
        texts = QVBoxLayout()
        texts.setSpacing(2)
        texts.addStretch(1)
        texts.addWidget(self._title)
        texts.addWidget(self._words)
        texts.addStretch(1)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(12)
        line.addWidget(self._thumbnail)
        line.addLayout(texts, 1)
        line.addWidget(self.previous)
        line.addWidget(self.next)
        self.setMinimumHeight(SIDE + 4)

    @property
    def text(self) -> str:
        """Everything it says."""
        return f"{self._title.text()}\n{self._words.text()}"

    def show_state(self, answer: FeatureMapped | None, words: str) -> None:
        """Show a picture, or why there is none."""
        self._thumbnail.setVisible(answer is not None)
        self._title.setVisible(answer is not None)
        if answer is not None:
            place = f"picture {answer.picture + 1:,} of {answer.pictures:,}"
            self._title.setText(f"Class “{answer.class_name}” · {place}")
            self._thumbnail.setPixmap(_pixmap(answer, self.devicePixelRatioF()))
            self._thumbnail.setAccessibleName(f"Picture of class {answer.class_name}")
            words = words or answer.weights
        self._words.setText(words)
        self.setAccessibleName(self.text)


def _pixmap(answer: FeatureMapped, ratio: float) -> QPixmap:
    """The picture, as large as its frame, pixels kept square and sharp."""
    height, width, channels = answer.thumbnail_shape
    kind = QImage.Format.Format_Grayscale8 if channels == 1 else QImage.Format.Format_RGB888
    image = QImage(answer.thumbnail, width, height, width * channels, kind).copy()
    size = QSize(round(SIDE * ratio), round(SIDE * ratio))
    picture = QPixmap.fromImage(image).scaled(size, Qt.AspectRatioMode.KeepAspectRatio)
    picture.setDevicePixelRatio(ratio)
    return picture
