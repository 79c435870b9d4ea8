"""While blocks are held over the loom: the slot they would take, and what that would do."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from gui.design.look import elided
from gui.design.preview import Preview
from gui.theme import FontName, mix, theme

BELOW = QPoint(14, 64)
"""From the mouse to the words: they hang under the card that is carried."""
WIDEST = 420
PAD = 12


class DropSlot(QWidget):
    """An insertion line, and under it the place that opens."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._shape = ""
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    @property
    def shape(self) -> str:
        """The shape that would leave what is dropped."""
        return self._shape

    def show_shape(self, shape: str) -> None:
        """Say what shape would leave what is dropped; empty where that is not known."""
        self._shape = shape
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        accent = palette.color("accent")
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(accent)
        painter.drawRoundedRect(QRectF(0, 0, self.width(), 3), 1.5, 1.5)
        if self.height() > 24:
            painter.setBrush(mix(palette.color("background"), accent, 0.08))
            dashes = mix(palette.color("line"), accent, 0.45)
            painter.setPen(QPen(dashes, 1, Qt.PenStyle.DashLine))
            place = QRectF(8.5, 10.5, self.width() - 17, self.height() - 11)
            painter.drawRoundedRect(place, 8, 8)
            painter.setFont(palette.font("mono_small"))
            painter.setPen(palette.color("accent_text"))
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, self._shape)
        painter.end()


class DropWords(QWidget):
    """What a drop would do, hanging under the card that is carried."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._shown = Preview("", "", "", "plain")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    @property
    def text(self) -> str:
        """Everything it says."""
        shown = self._shown
        parts = (shown.title, shown.line, *shown.results, shown.effect)
        return " · ".join(part for part in parts if part)

    def show_preview(self, preview: Preview) -> None:
        """Say something else."""
        self._shown = preview
        self.setAccessibleName(self.text)
        self.resize(self._wanted_width(), 2 * 8 + 20 * len(self._lines()))
        self.update()

    def hang_at(self, mouse: QPoint, within: QRect) -> None:
        """Follow the mouse, staying inside what can be seen."""
        self.resize(min(self._wanted_width(), within.width() - 16), self.height())
        corner = mouse + BELOW
        if corner.y() + self.height() > within.bottom():
            corner.setY(mouse.y() - self.height() - 14)
        corner.setX(max(within.left() + 8, min(corner.x(), within.right() - self.width() - 8)))
        self.move(corner)
        self.raise_()

    def _lines(self) -> list[tuple[str, FontName, str]]:
        """Text, font and colour of each line."""
        shown = self._shown
        tone = {"plain": "muted", "good": "success", "bad": "error"}[shown.tone]
        first = "error" if shown.tone == "bad" and not shown.effect else "text"
        lines: list[tuple[str, FontName, str]] = [(shown.line, "body", first)]
        lines += [(result, "small", "text") for result in shown.results]
        if shown.effect:
            lines.append((shown.effect, "small", tone))
        return lines

    def _wanted_width(self) -> int:
        wanted = max(
            QFontMetrics(theme().font(font)).horizontalAdvance(text)
            for text, font, _ in self._lines()
        )
        return min(wanted + 2 * PAD + 4, WIDEST)

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(palette.color("card"))
        painter.setPen(QPen(palette.color("accent"), 1))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        for place, (text, font, color) in enumerate(self._lines()):
            face = palette.font(font)
            painter.setFont(face)
            painter.setPen(palette.color(color))
            line = QRectF(PAD, 8 + 20 * place, self.width() - 2 * PAD, 20)
            painter.drawText(line, middle, elided(text, face, line.width()))
        painter.end()
