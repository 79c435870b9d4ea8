"""What the lines of the chart mean, drawn as the chart draws them."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.theme import theme
from gui.train.metrics import ACCURACY, Metric
from gui.train.style import hue

LINE, GAP = 36, 20


class Legend(QWidget):
    """A short piece of each line with its name."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._metric = ACCURACY
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme().changed.connect(self.update)

    def _entries(self) -> tuple[str, ...]:
        if self._metric.validation is None:
            return ("used", "planned")
        return ("training", "validation")

    def show_metric(self, metric: Metric) -> None:
        """Explain another metric's lines."""
        self._metric = metric
        self.setAccessibleName("Lines: " + ", ".join(self._entries()))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Room it would like."""
        metrics = QFontMetrics(theme().font("small"))
        width = sum(metrics.horizontalAdvance(text) + LINE + 6 + GAP for text in self._entries())
        return QSize(width, 20)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme().font("small"))
        metrics = painter.fontMetrics()
        x = 0.0
        for dashed, text in enumerate(self._entries()):
            pen = QPen(hue(self._metric.color), 2)
            if dashed:
                pen.setDashPattern([4, 3])
            painter.setPen(pen)
            painter.drawLine(QPointF(x, 10), QPointF(x + LINE, 10))
            if self._metric.validation is not None:
                painter.setPen(QPen(hue(self._metric.color), 1.6))
                fill = theme().color("card") if dashed else hue(self._metric.color)
                painter.setBrush(fill)
                painter.drawEllipse(QPointF(x + LINE / 2, 10), 3.2, 3.2)
            painter.setPen(theme().color("muted"))
            painter.drawText(QPointF(x + LINE + 6, 14), text)
            x += LINE + 6 + metrics.horizontalAdvance(text) + GAP
