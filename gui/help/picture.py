"""What goes in and what comes out, drawn to the same scale."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.block_report import BlockReport
from core.blocks import Block, Input, Role, Shape, show_shape
from gui.design.look import Metrics, elided, tile
from gui.design.stack_picture import Step, paint_step
from gui.design.wording import spoken
from gui.theme import CARD_RADIUS, theme

HEIGHT = 132
TILE = 28.0
WORDS = 22.0


class HelpPicture(QWidget):
    """Input, the kind's sign, output; below each its shape."""

    def __init__(self) -> None:
        super().__init__()
        self._report: BlockReport | None = None
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_report(self, report: BlockReport) -> None:
        """Draw what a block does."""
        self._report = report
        before, after = spoken(report.input), spoken(report.output)
        kind = report.block.kind()
        self.setAccessibleName(f"Picture: {kind} turns {before} into {after}")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(280, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        report = self._report
        if report is None or report.input is None or report.output is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme().color("line"), 1))
        painter.setBrush(theme().color("background"))
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(frame, CARD_RADIUS, CARD_RADIUS)
        self._paint_change(painter, report.block, report.input, report.output)
        painter.end()

    def _paint_change(self, painter: QPainter, block: Block, before: Shape, after: Shape) -> None:
        largest = max((max(s[:2]) for s in (before, after) if len(s) == 3), default=1)
        middle = self.width() / 2
        half = middle - TILE - 12
        boxes = (QRectF(8, 4, half, HEIGHT), QRectF(middle + TILE + 4, 4, half, HEIGHT))
        if isinstance(block, Input):
            self._paint_tensor(painter, QRectF(self.rect()), Step(after, block.role), largest)
            return
        # What arrives was made by some other block: it keeps to the colour of the input.
        self._paint_tensor(painter, boxes[0], Step(before, Role.INPUT), largest)
        self._paint_tensor(painter, boxes[1], Step(after, block.role), largest)
        y = (HEIGHT - WORDS) / 2
        painter.setPen(QPen(theme().color("faint"), 1.5))
        for left in (middle - TILE, middle + TILE / 2 + 2):
            painter.drawLine(QPointF(left, y), QPointF(left + 10, y))
        tile(painter, QRectF(middle - TILE / 2, y - TILE / 2, TILE, TILE), type(block), 18)

    def _paint_tensor(self, painter: QPainter, box: QRectF, step: Step, largest: int) -> None:
        stage = QRectF(box.left(), 8, box.width(), HEIGHT - WORDS - 12)
        paint_step(painter, stage, step, largest, Metrics(1.15))
        font = theme().font("mono_small")
        painter.setFont(font)
        painter.setPen(theme().color("text"))
        words = QRectF(box.left(), HEIGHT - WORDS - 4, box.width(), WORDS)
        shown = elided(show_shape(step.shape), font, box.width())
        painter.drawText(words, Qt.AlignmentFlag.AlignCenter, shown)
