"""The threads on which tensors pass: from row to row, forking into branches, meeting again."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPainterPath, QPen, QPolygonF

from core.blocks import Role
from gui.design.layout import Layout, Spot
from gui.design.look import Metrics, elided
from gui.design.nest import Bracket, bottom, top
from gui.design.rows import Line
from gui.theme import mix, theme

STYLES = {"solid": Qt.PenStyle.SolidLine, "dashed": Qt.PenStyle.DashLine}


def paint_thread(painter: QPainter, spot: Spot) -> None:
    """The line to the next row; dashed where nothing is known to flow."""
    if spot.row.line == "none" or spot.row.sort == "tail":
        return
    painter.setPen(QPen(theme().color("line"), 1, STYLES[spot.row.line]))
    painter.drawLine(spot.axis, spot.band, spot.axis, spot.end)


def paint_ways(painter: QPainter, layout: Layout, item: Bracket, metrics: Metrics) -> None:
    """How what enters a container is shared out, and how it meets again."""
    if item.card in layout.beside:
        _paint_fork(painter, layout, item, metrics)
        _paint_merge(painter, layout, item, metrics)
    elif layout.spots[item.card].row.shortcut:
        _paint_shortcut(painter, layout, item, metrics)


def _pen(spot: Spot, line: Line) -> QPen:
    """Of a container's own threads."""
    palette = theme()
    strength = 0.15 if spot.row.face.disabled else 0.6
    color = mix(palette.color("line"), palette.role(Role.CONTAINER), strength)
    return QPen(color, 1.5, STYLES.get(line, Qt.PenStyle.SolidLine))


def _paint_fork(painter: QPainter, layout: Layout, item: Bracket, metrics: Metrics) -> None:
    card = layout.spots[item.card]
    start, turn = QPointF(card.axis + 0.5, card.band), card.end - metrics(10) + 0.5
    firsts = [layout.spots[top(inner[0])] for inner in item.lanes]
    ends = [QPointF(first.axis + 0.5, first.end) for first in firsts]
    line = firsts[0].row.line
    painter.setPen(_pen(card, line))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(_ways([(start, end) for end in ends], turn, metrics))
    for end in ends:
        _paint_head(painter, end, _pen(card, line).color(), metrics)


def _paint_merge(painter: QPainter, layout: Layout, item: Bracket, metrics: Metrics) -> None:
    foot = layout.spots[item.foot]
    end = QPointF(foot.axis + 0.5, foot.y)
    tails = [layout.spots[bottom(inner[-1])] for inner in item.lanes]
    lasts = [layout.spots[bottom(inner[-2])] for inner in item.lanes]
    turn = tails[0].band + metrics(8) + 0.5
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for line in ("dashed", "solid"):
        pairs = [
            (QPointF(tail.axis + 0.5, last.band), end)
            for tail, last in zip(tails, lasts, strict=True)
            if tail.row.line == line
        ]
        painter.setPen(_pen(foot, line))
        painter.drawPath(_ways(pairs, turn, metrics))
    _paint_head(painter, end, _pen(foot, "solid").color(), metrics)


def _ways(pairs: list[tuple[QPointF, QPointF]], turn: float, metrics: Metrics) -> QPainterPath:
    """Several ways as one path: where they run together, they are no thicker."""
    path = QPainterPath()
    for start, end in pairs:
        path.addPath(_way(start, end, turn, metrics))
    return path


def _way(start: QPointF, end: QPointF, turn: float, metrics: Metrics) -> QPainterPath:
    """Down, across at one height, and down again, with soft corners."""
    path = QPainterPath(start)
    across = end.x() - start.x()
    radius = min(metrics(6), abs(across) / 2)
    if radius >= 1:
        step = radius if across > 0 else -radius
        path.lineTo(start.x(), turn - radius)
        path.quadTo(start.x(), turn, start.x() + step, turn)
        path.lineTo(end.x() - step, turn)
        path.quadTo(end.x(), turn, end.x(), turn + radius)
    path.lineTo(end)
    return path


def _paint_head(painter: QPainter, tip: QPointF, color: QColor, metrics: Metrics) -> None:
    """The tip of an arrow that points down."""
    half, height = metrics(7) / 2, metrics(5)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    left, right = QPointF(-half, -height), QPointF(half, -height)
    painter.drawPolygon(QPolygonF([tip, tip + left, tip + right]))


def _paint_shortcut(painter: QPainter, layout: Layout, item: Bracket, metrics: Metrics) -> None:
    """A Residual's way around what it holds, and the sum it leads to."""
    card, foot = layout.spots[item.card], layout.spots[item.foot]
    x = card.x + card.width - metrics(14) + 0.5
    start = QPointF(card.axis, card.band + metrics(8) + 0.5)
    radius = metrics(8)
    plus = QPointF(card.axis + 0.5, foot.y - metrics(12) + 0.5)
    pen = _pen(foot, "dashed" if card.row.line == "dashed" else "solid")
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(_around(start, x, plus + QPointF(radius, 0), metrics(8)))
    _paint_plus(painter, plus, radius, pen)
    if card.row.shortcut != "as it is":
        _paint_projection(painter, x, start.y(), plus.y(), card.row.shortcut, metrics)


def _around(start: QPointF, x: float, end: QPointF, radius: float) -> QPainterPath:
    path = QPainterPath(start)
    path.lineTo(x - radius, start.y())
    path.quadTo(x, start.y(), x, start.y() + radius)
    path.lineTo(x, end.y() - radius)
    path.quadTo(x, end.y(), x - radius, end.y())
    path.lineTo(end)
    return path


def _paint_plus(painter: QPainter, middle: QPointF, radius: float, pen: QPen) -> None:
    painter.setPen(QPen(pen.color(), 1.5))
    painter.setBrush(theme().color("background"))
    painter.drawEllipse(middle, radius, radius)
    arm = radius * 0.5
    painter.drawLine(middle - QPointF(arm, 0), middle + QPointF(arm, 0))
    painter.drawLine(middle - QPointF(0, arm), middle + QPointF(0, arm))


def _paint_projection(
    painter: QPainter, x: float, top: float, bottom: float, words: str, metrics: Metrics
) -> None:
    """What the shortcut goes through, written along it."""
    palette, font = theme(), metrics.font("small")
    room = bottom - top - metrics(40)
    text = elided(words, font, room - metrics(16))
    length = QFontMetrics(font).horizontalAdvance(text) + metrics(16)
    box = QRectF(-length / 2, -metrics(10), length, metrics(20))
    painter.save()
    painter.translate(round(x) + 0.5, round((top + bottom) / 2))
    painter.rotate(90)
    painter.setBrush(palette.tint(Role.CONTAINER))
    painter.setPen(QPen(mix(palette.color("line"), palette.role(Role.CONTAINER), 0.6), 1))
    painter.drawRoundedRect(box, 6, 6)
    painter.setPen(palette.role(Role.CONTAINER))
    painter.setFont(font)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()
