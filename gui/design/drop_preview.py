"""The words in the gap: what a drop there would do."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from gui.design.look import Metrics, elided
from gui.design.preview import Preview
from gui.theme import FontName, mix, theme


class DropPreview(QWidget):
    """An insertion line and, under it, the place a block would take with what it would lead to."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._shown = Preview("", "", "", "plain")
        self._metrics = Metrics()
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    @property
    def text(self) -> str:
        """Everything it says."""
        parts = (self._shown.title, self._shown.line, self._shown.effect)
        return " · ".join(part for part in parts if part)

    def show_preview(self, preview: Preview, metrics: Metrics) -> None:
        """Say something else."""
        if preview != self._shown or metrics is not self._metrics:
            self._shown, self._metrics = preview, metrics
            self.setAccessibleName(self.text)
            self.update()

    def wanted_height(self, metrics: Metrics) -> int:
        """Room it takes (px)."""
        return metrics(56)

    def paintEvent(self, event: QPaintEvent) -> None:
        palette, metrics = theme(), self._metrics
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        accent = palette.color("accent")
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(accent)
        painter.drawRoundedRect(QRectF(0, 0, self.width(), 3), 1.5, 1.5)
        box = QRectF(8.5, metrics(8) + 0.5, self.width() - 17, self.height() - metrics(8) - 1.0)
        painter.setBrush(mix(palette.color("background"), accent, 0.10))
        painter.setPen(QPen(mix(palette.color("line"), accent, 0.5), 1, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(box, 8, 8)
        inner = box.adjusted(metrics(12), metrics(4), -metrics(12), -metrics(4))
        half = inner.height() / 2
        tone = {"plain": "muted", "good": "success", "bad": "error"}[self._shown.tone]
        upper = QRectF(inner.left(), inner.top(), inner.width(), half)
        lower = QRectF(inner.left(), inner.top() + half, inner.width(), half)
        if not self._shown.effect:
            upper = inner
        title = self._write(painter, upper, self._shown.title, "strong", "text")
        rest = upper.adjusted(title + metrics(8), 0, 0, 0)
        first = tone if self._shown.tone == "bad" and not self._shown.effect else "muted"
        self._write(painter, rest, self._shown.line, "small", first)
        self._write(painter, lower, self._shown.effect, "small", tone)
        painter.end()

    def _write(
        self, painter: QPainter, rect: QRectF, text: str, font: FontName, color: str
    ) -> float:
        """Write a line, cut to fit; returns its width (px)."""
        face = self._metrics.font(font)
        painter.setFont(face)
        painter.setPen(theme().color(color))
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        shown = elided(text, face, rect.width())
        painter.drawText(rect, middle, shown)
        return QFontMetrics(face).horizontalAdvance(shown)
