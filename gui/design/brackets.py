"""What the loom paints around nested cards: the bracket, captions, empty places and the foot."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPainterPath, QPen

from core.blocks import Role
from gui.design.look import EDGE, Metrics, elided
from gui.design.rows import Row, Sort
from gui.theme import CARD_RADIUS, mix, theme


def row_heights(metrics: Metrics) -> dict[Sort, int]:
    """Height of each sort of row without the tensor below it (px)."""
    return {
        "card": metrics.card_height,
        "caption": metrics(24),
        "empty": metrics(40),
        "foot": metrics(30),
        "end": 0,
    }


def paint_bracket(painter: QPainter, card: QRect, foot: QRect, row: Row) -> None:
    """A C around what a container holds, from its card to its foot, on a faint ground."""
    palette = theme()
    role = palette.role(Role.CONTAINER)
    whole = QRectF(card).united(QRectF(foot)).adjusted(0.5, 0.5, -0.5, -0.5)
    strength = 0.35 if row.face.disabled else 1.0
    ground = QPainterPath()
    ground.addRoundedRect(whole, CARD_RADIUS, CARD_RADIUS)
    role_share = 0.07 if palette.dark else 0.045
    painter.fillPath(ground, mix(palette.color("background"), role, role_share * strength))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(mix(palette.color("line"), role, 0.18 * strength), 1))
    painter.drawPath(ground)
    painter.save()
    painter.setClipPath(ground)
    color = mix(palette.color("background"), role, strength)
    painter.fillRect(QRectF(whole.left() - 0.5, whole.top(), EDGE, whole.height()), color)
    hook = QRectF(whole.left(), whole.bottom() - 2.5, min(64.0, whole.width() / 4), 3)
    painter.fillRect(hook, color)
    painter.restore()


def paint_row(painter: QPainter, rect: QRect, row: Row, metrics: Metrics) -> None:
    """A row that is no card."""
    box = QRectF(rect)
    if row.sort == "caption":
        _paint_caption(painter, box, row.words, metrics)
    elif row.sort == "empty":
        _paint_empty(painter, box, row.words, metrics)
    elif row.sort == "foot":
        _paint_foot(painter, box, row, metrics)


def _paint_caption(painter: QPainter, box: QRectF, words: str, metrics: Metrics) -> None:
    palette = theme()
    font = metrics.font("small")
    painter.setFont(font)
    painter.setPen(palette.role(Role.CONTAINER))
    middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
    painter.drawText(box, middle, elided(words, font, box.width()))
    start = box.left() + QFontMetrics(font).horizontalAdvance(words) + metrics(10)
    painter.setPen(QPen(mix(palette.color("line"), palette.role(Role.CONTAINER), 0.2), 1))
    y = round(box.center().y()) + 0.5
    painter.drawLine(QPointF(start, y), QPointF(box.right(), y))


def _paint_empty(painter: QPainter, box: QRectF, words: str, metrics: Metrics) -> None:
    palette = theme()
    inner = box.adjusted(0.5, 0.5, -0.5, -0.5)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    dashes = mix(palette.color("line"), palette.role(Role.CONTAINER), 0.45)
    painter.setPen(QPen(dashes, 1, Qt.PenStyle.DashLine))
    painter.drawRoundedRect(inner, CARD_RADIUS, CARD_RADIUS)
    font = metrics.font("small")
    painter.setFont(font)
    painter.setPen(palette.color("muted"))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, elided(words, font, box.width()))


def _paint_foot(painter: QPainter, box: QRectF, row: Row, metrics: Metrics) -> None:
    palette = theme()
    words, font = row.words, metrics.font("small")
    room = box.adjusted(EDGE + metrics.pad, 0, -metrics.pad, -2)
    painter.setFont(font)
    painter.setPen(palette.color("muted") if row.face.disabled else palette.role(Role.CONTAINER))
    middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
    painter.drawText(room, middle, elided(words, font, room.width()))
