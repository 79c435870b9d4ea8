"""Real pictures as the model gets them: before the augmentation, and several times after it."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt, QTimer
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from core.data.source import MNIST
from core.engine.commands import PreviewAugmentation
from core.engine.events import Event, Failed, PreviewMade
from gui.data.desk import DataDesk
from gui.widgets.buttons import link
from gui.widgets.labels import styled

ASK_AFTER_MS = 300
"""Rest after an edit before pictures are asked for again."""
ROWS = 4
VARIANTS = 4
SIDE = 60
GAP = 6
Images = list[list[QImage]]


class PreviewGrid(QWidget):
    """Rows of pictures; where there are variants, they stand a little apart from the first."""

    def __init__(self) -> None:
        super().__init__()
        self.images: Images = []
        self._apart = 0
        self.setAccessibleName("Pictures as the model gets them")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def show_images(self, images: Images, varied: bool) -> None:
        """Show other pictures.

        Args:
            images: Row by row.
            varied: Whether each row is a picture and its variants.
        """
        self.images = images
        self._apart = 2 * GAP if varied else 0
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize((SIDE + GAP) * (VARIANTS + 1) + GAP, (SIDE + GAP) * len(self.images))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        for row, images in enumerate(self.images):
            for column, image in enumerate(images):
                left = column * (SIDE + GAP) + (self._apart if column else 0)
                size = image.size().scaled(SIDE, SIDE, Qt.AspectRatioMode.KeepAspectRatio)
                box = QRect(0, 0, size.width(), size.height())
                box.translate(left + (SIDE - size.width()) // 2, row * (SIDE + GAP))
                painter.drawImage(box, image)  # unsmoothed: the model sees these very pixels


class Preview(QWidget):
    """Asks for pictures whenever what is made of them is another, while it is on screen."""

    def __init__(self, desk: DataDesk) -> None:
        super().__init__()
        self._desk = desk
        self._command = 0
        self._seed = 0
        self._asked: tuple[object, ...] = ()
        self._varied = False
        self.words = styled("", "muted")
        self.words.setWordWrap(True)
        self.grid = PreviewGrid()
        self.again = link("Vary again")
        self.again.clicked.connect(self._vary)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(ASK_AFTER_MS)
        self._soon.timeout.connect(self._ask)
        row = QHBoxLayout()
        row.addWidget(self.words, 1)
        row.addWidget(self.again)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(row)
        column.addWidget(self.grid)
        desk.pictures.event.connect(self.receive)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def refresh(self) -> None:
        """Ask for pictures, if the last ones were of something else."""
        self.again.setVisible(bool(self._desk.document.project.augmentation))
        if self._key() != self._asked and self.isVisible():
            self._soon.start()

    def _key(self) -> tuple[object, ...]:
        project = self._desk.document.project
        return (project.data, project.input, project.augmentation, self._seed)

    def _vary(self) -> None:
        self._seed += 1
        self.refresh()

    def _ask(self) -> None:
        if self._command or self._busy():
            self._soon.start()
            return
        self._asked = self._key()
        project = self._desk.document.project
        self._varied = bool(project.augmentation)
        variants = VARIANTS if self._varied else 1
        self._command = self._desk.pictures.send(
            PreviewAugmentation(id=0, project=project, variants=variants, seed=self._seed)
        )

    def _busy(self) -> bool:
        """Whether the pictures are being listed or fetched: those come first."""
        job = self._desk.job
        return job is not None and not isinstance(self._desk.source, MNIST)

    def receive(self, event: Event) -> None:
        """Take the picture process's answer."""
        if not self._command or event.id != self._command:
            return
        self._command = 0
        match event:
            case PreviewMade():
                files, varied = _rows(event, self._varied), self._varied
                self._desk.background.run(
                    lambda: _load(files), lambda images: self._show(images, varied)
                )
            case Failed():
                self.grid.show_images([], False)
                self.words.setText(f"No preview: {event.message}")

    def _show(self, images: Images, varied: bool) -> None:
        self.grid.show_images(images, varied)
        self.words.setText(
            "Left: as it is. Right: as training may see it." if varied else _UNVARIED
        )


_UNVARIED = "Some of the pictures as the model gets them. Add a step to vary them in training."


def _rows(made: PreviewMade, varied: bool) -> list[list[str]]:
    """Files to show, row by row."""
    if not varied:
        return [list(made.before[: VARIANTS + 1])]
    pairs = list(zip(made.before, made.after, strict=True))[:ROWS]
    return [[before, *after[:VARIANTS]] for before, after in pairs]


def _load(files: list[list[str]]) -> Images:
    return [[QImage(file) for file in row] for row in files]
