"""The first pictures of a finding as a strip of thumbnails; a click shows all of them large."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.data.names import shown
from core.data.report import Finding, Picture
from gui.data.thumbs import ThumbModel
from gui.theme import theme

SIDE = 48
GAP = 6
MOST = 5


class FindingStrip(QWidget):
    """Thumbnails side by side; what cannot be read carries a sign.

    Signals:
        pressed: All of the pictures are to be shown.
    """

    pressed = Signal()

    def __init__(self, finding: Finding, thumbs: ThumbModel) -> None:
        super().__init__()
        self._thumbs = thumbs
        reasons = finding.reasons or ("",) * len(finding.files)
        pairs = list(zip(finding.files, reasons, strict=False))[:MOST]
        self.pictures = [Picture(name, "", problem=why) for name, why in pairs]
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName("Pictures")
        self.setToolTip("\n".join(shown(name) for name, _ in pairs))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        thumbs.kept.connect(self.update)
        thumbs.want_also(self.pictures)

    def sizeHint(self) -> QSize:
        return QSize(MOST * (SIDE + GAP), SIDE + 4)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for at, picture in enumerate(self.pictures):
            box = QRect(at * (SIDE + GAP), 2, SIDE, SIDE)
            painter.fillRect(box, theme().color("pressed"))
            pixmap = self._thumbs.thumbnail(picture.name)
            if pixmap is not None:
                size = pixmap.size().scaled(box.size(), Qt.AspectRatioMode.KeepAspectRatio)
                place = QRect(0, 0, size.width(), size.height())
                place.moveCenter(box.center())
                painter.drawPixmap(place, pixmap)
            elif picture.problem or self._thumbs.has_failed(picture.name):
                sign = theme().icon("warning", "warning")
                sign.paint(painter, box.adjusted(14, 14, -14, -14))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.rect().contains(event.position().toPoint()):
            self.pressed.emit()
