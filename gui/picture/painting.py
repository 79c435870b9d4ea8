"""A drawing of `core.picture` on any paint device, in the colours of paper."""

from __future__ import annotations

from math import atan2, cos, hypot, pi, sin

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPainterPath, QPen, QPolygonF

from core.blocks import Role
from core.picture import Box, Drawing, Line, Options, Text
from gui.theme import mix, paper, paper_role

UNIT = 100
"""Size (px) at which letters are taken from the typeface; then they are scaled."""
CORNER = 3.0
ROUND_LINE = 3.0
HAIR = 0.6
ARROW = 3.6


def paint(painter: QPainter, drawing: Drawing, options: Options) -> None:
    """Draw it with its left top at the painter's origin, one unit a point.

    Letters are drawn as outlines, so that a file looks the same where the typeface is missing.
    """
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if not options.transparent:
        painter.fillRect(QRectF(0, 0, drawing.width, drawing.height), paper("card"))
    ink = _Ink(options.colours)
    for box in drawing.boxes:
        _paint_box(painter, box, ink, drawing.scale)
    for line in drawing.lines:
        _paint_line(painter, line, ink, drawing.scale)
    for text in drawing.texts:
        _paint_text(painter, text, ink)


class _Ink:
    """The colours of one picture."""

    def __init__(self, colours: bool) -> None:
        self._colours = colours
        self.text, self.muted = paper("text"), paper("muted")

    def edge(self, role: Role) -> QColor:
        """Of a box."""
        return paper_role(role) if self._colours else paper("muted")

    def fill(self, box: Box) -> QColor:
        """Inside a box."""
        if box.look == "frame":
            return mix(paper("card"), paper("muted"), 0.05)
        if not self._colours:
            return paper("card")
        return mix(paper("card"), paper_role(box.role), 0.12)


def _paint_box(painter: QPainter, box: Box, ink: _Ink, scale: float) -> None:
    frame = box.look == "frame"
    edge = paper("faint") if frame else ink.edge(box.role)
    pen = QPen(edge, (HAIR if frame else 1.2 * HAIR) * scale)
    if frame:
        pen.setDashPattern([4, 3])
    painter.setPen(pen)
    painter.setBrush(ink.fill(box))
    corner = CORNER * scale * (1.6 if frame else 1)
    if box.look in ("merge", "input"):
        corner = min(box.width / 2, box.height / 2, 8 * scale)
    painter.drawRoundedRect(QRectF(box.x, box.y, box.width, box.height), corner, corner)


def _paint_line(painter: QPainter, line: Line, ink: _Ink, scale: float) -> None:
    color = ink.edge(Role.CONTAINER) if line.shortcut else ink.muted
    pen = QPen(color, 1.4 * HAIR * scale)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    points = [QPointF(*point) for point in line.points]
    if line.arrow:
        points[-1] = _short_of(points[-2], points[-1], ARROW * scale * 0.8)
    painter.drawPath(_rounded(points, ROUND_LINE * scale))
    if line.arrow:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.drawPolygon(_head(QPointF(*line.points[-2]), QPointF(*line.points[-1]), scale))


def _short_of(before: QPointF, end: QPointF, by: float) -> QPointF:
    """A point on the way to ``end``, a little before it."""
    way = end - before
    length = max(1e-9, hypot(way.x(), way.y()))
    return end - way * (min(by, length) / length)


def _rounded(points: list[QPointF], radius: float) -> QPainterPath:
    """A path through points with rounded corners."""
    path = QPainterPath(points[0])
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        sides = [hypot((one - corner).x(), (one - corner).y()) for one in (before, after)]
        bend = min(radius, *(side / 2 for side in sides))
        path.lineTo(_short_of(before, corner, bend))
        path.quadTo(corner, _short_of(after, corner, bend))
    path.lineTo(points[-1])
    return path


def _head(before: QPointF, end: QPointF, scale: float) -> QPolygonF:
    """The head of an arrow."""
    way = atan2(end.y() - before.y(), end.x() - before.x())
    size = ARROW * scale
    sides = [way + pi - 0.42, way + pi + 0.42]
    return QPolygonF([end, *(end + QPointF(size * cos(side), size * sin(side)) for side in sides)])


def _paint_text(painter: QPainter, text: Text, ink: _Ink) -> None:
    font = QFont("Inter")
    font.setPixelSize(UNIT)
    font.setWeight(QFont.Weight.DemiBold if text.bold else QFont.Weight.Normal)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    outline = QPainterPath()
    outline.addText(QPointF(0, 0), font, text.text)
    scale = text.size / UNIT
    width = outline.boundingRect().width() * scale
    left = text.x + (text.width - width) / 2 if text.align == "center" else text.x
    # Capitals of Inter are 0.73 of its size: their middle stands in the middle of the line.
    base = text.y + text.height / 2 + 0.365 * text.size
    painter.save()
    painter.translate(left - outline.boundingRect().left() * scale, base)
    painter.scale(scale, scale)
    painter.fillPath(outline, ink.text if text.tone == "text" else ink.muted)
    painter.restore()
