"""The tensor between two cards, drawn to scale: a solid of pixels and channels, or a row of beads.

Sides of the solid follow (size / largest size of the stack) to the power 0.75, its depth the
logarithm of the channels: true proportions would make a 7 × 7 map of a 224 × 224 picture a dot and
512 channels a mile.
"""

from __future__ import annotations

from math import log2
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen, QPolygonF

from core.blocks import Role, Shape, values_in
from gui.design.look import Metrics, solid_colors
from gui.theme import mix, theme
from gui.widgets.figures import count

MOST_BEADS = 24
SLANT = 0.42
"""How much of the depth goes up, in a drawing that goes right by the rest."""


class Solid(NamedTuple):
    """Sizes of a drawn solid (px): front face and depth."""

    width: float
    height: float
    depth: float


def solid(shape: Shape, largest: int, metrics: Metrics) -> Solid:
    """The drawn sizes of a picture-shaped tensor.

    Args:
        shape: (height, width, channels).
        largest: Longest side of any picture in the stack; drawn at full size.
        metrics: Sizes at the zoom.
    """
    height, width, channels = shape

    def side(pixels: int) -> float:
        return max(metrics(4), metrics.solid * 0.86 * (pixels / max(1, largest)) ** 0.75)

    return Solid(side(width), side(height), metrics(2) + metrics(4.2) * log2(1 + channels))


def band_height(shape: Shape | None, largest: int, metrics: Metrics) -> int:
    """Room between two cards for the tensor that passes there (px)."""
    if shape is None or len(shape) != 3:
        return metrics(32)
    drawn = solid(shape, largest, metrics)
    return max(metrics(32), round(drawn.height + drawn.depth * SLANT) + metrics(16))


def paint_tensor(
    painter: QPainter,
    band: QRectF,
    shape: Shape,
    role: Role,
    largest: int,
    metrics: Metrics,
    meaning: str = "",
) -> None:
    """Draw a tensor in the middle of its band, with the number of its values beside it.

    Where the words do not fit into the band, they are left out.

    Args:
        painter: Where to draw.
        band: Room for it.
        shape: Its shape.
        role: Of the block that made it.
        largest: Longest side of any picture in the stack.
        metrics: Sizes at the zoom.
        meaning: What its values are, if that is known; said instead of their number.
    """
    if len(shape) == 3:
        right = paint_solid(painter, band, shape, role, largest, metrics)
    else:
        right = paint_beads(painter, band, values_in(shape), role, metrics)
    font = metrics.font("mono_small")
    left = right + metrics(12)
    words = QRectF(left, band.top(), band.right() - left, band.height())
    text = meaning or count(values_in(shape), "value")
    if QFontMetrics(font).horizontalAdvance(text) > words.width():
        return  # in a narrow branch; pointing at the tensor tells
    painter.setFont(font)
    painter.setPen(theme().color("faint"))
    painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)


def paint_solid(
    painter: QPainter, band: QRectF, shape: Shape, role: Role, largest: int, metrics: Metrics
) -> float:
    """Draw the solid; returns its right end (px)."""
    drawn = solid(shape, largest, metrics)
    right, up = drawn.depth * (1 - SLANT * 0.25), drawn.depth * SLANT
    left = round(band.center().x() - (drawn.width + right) / 2) + 0.5
    top = round(band.center().y() - (drawn.height + up) / 2 + up) + 0.5
    front = QRectF(left, top, round(drawn.width), round(drawn.height))
    shift = QPointF(right, -up)
    front_color, top_color, side_color, line = solid_colors(role)
    painter.setPen(QPen(line, 1))
    lid = (front.topLeft(), front.topLeft() + shift, front.topRight() + shift, front.topRight())
    side = (
        front.topRight(),
        front.topRight() + shift,
        front.bottomRight() + shift,
        front.bottomRight(),
    )
    for corners, color in ((lid, top_color), (side, side_color)):
        painter.setBrush(color)
        painter.drawPolygon(QPolygonF(list(corners)))
    painter.setBrush(front_color)
    painter.drawRect(front)
    painter.setPen(QPen(mix(front_color, line, 0.35), 1))
    _paint_pixels(painter, front, shape[0], shape[1])
    _paint_slices(painter, front, shift, shape[2])
    return float(front.right() + right)


def _paint_pixels(painter: QPainter, front: QRectF, rows: int, columns: int) -> None:
    """The grid of pixels, where each is large enough to be told apart."""
    if min(front.height() / rows, front.width() / columns) < 3:
        return
    for row in range(1, rows):
        y = front.top() + front.height() * row / rows
        painter.drawLine(QPointF(front.left(), y), QPointF(front.right(), y))
    for column in range(1, columns):
        x = front.left() + front.width() * column / columns
        painter.drawLine(QPointF(x, front.top()), QPointF(x, front.bottom()))


def _paint_slices(painter: QPainter, front: QRectF, shift: QPointF, channels: int) -> None:
    """Lines between channels, where they can be told apart."""
    if channels > 1 and shift.x() / channels >= 2.5:
        for channel in range(1, channels):
            step = shift * (channel / channels)
            painter.drawLine(front.topLeft() + step, front.topRight() + step)
            painter.drawLine(front.topRight() + step, front.bottomRight() + step)


def paint_beads(
    painter: QPainter, band: QRectF, values: int, role: Role, metrics: Metrics
) -> float:
    """Draw a string of beads; its right end.

    One each up to 24, or as many as fit into the band, fading out where there are more.
    """
    step, diameter = metrics(10), metrics(7)
    shown = max(1, min(values, MOST_BEADS, int(band.width()) // step))
    left = band.center().x() - (shown * step) / 2
    base, color = theme().color("background"), theme().role(role)
    painter.setPen(Qt.PenStyle.NoPen)
    for place in range(shown):
        share = 0.85
        if values > shown:
            share = 0.25 + 0.6 * min(1.0, 5 * min(place + 1, shown - place) / shown)
        painter.setBrush(mix(base, color, share))
        y = band.center().y() - diameter / 2
        painter.drawEllipse(
            QRectF(left + place * step + (step - diameter) / 2, y, diameter, diameter)
        )
    return float(left + shown * step)
