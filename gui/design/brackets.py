"""What the loom paints around nested cards: the bracket, captions, empty places and the foot."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPainterPath, QPen

from core.blocks import Role
from gui.design.layout import Spot
from gui.design.look import EDGE, Metrics, elided
from gui.design.rows import Row
from gui.theme import CARD_RADIUS, mix, theme


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
    style = Qt.PenStyle.DashLine if row.face.disabled else Qt.PenStyle.SolidLine
    painter.setPen(QPen(mix(palette.color("line"), role, 0.18 * strength), 1, style))
    painter.drawPath(ground)
    painter.save()
    painter.setClipPath(ground)
    color = mix(palette.color("background"), role, strength)
    painter.fillRect(QRectF(whole.left() - 0.5, whole.top(), EDGE, whole.height()), color)
    hook = QRectF(whole.left(), whole.bottom() - 2.5, min(64.0, whole.width() / 4), 3)
    painter.fillRect(hook, color)
    painter.restore()


def paint_row(painter: QPainter, spot: Spot, metrics: Metrics) -> None:
    """A row that is no card."""
    if spot.row.sort == "caption":
        _paint_caption(painter, spot, metrics)
    elif spot.row.sort == "empty":
        _paint_empty(painter, QRectF(spot.rect), spot.row, metrics)
    elif spot.row.sort == "foot":
        _paint_foot(painter, spot, metrics)


def _words_color(row: Row) -> QColor:
    palette = theme()
    return palette.color("muted") if row.face.disabled else palette.role(Role.CONTAINER)


def _paint_caption(painter: QPainter, spot: Spot, metrics: Metrics) -> None:
    """A branch's name, left of the thread that enters it."""
    font = metrics.font("small")
    room = QRectF(spot.x, spot.y, spot.axis - spot.x - metrics(6), spot.height)
    painter.setFont(font)
    painter.setPen(_words_color(spot.row))
    middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
    painter.drawText(room, middle, elided(spot.row.words, font, room.width()))


def _paint_empty(painter: QPainter, box: QRectF, row: Row, metrics: Metrics) -> None:
    palette = theme()
    inner = box.adjusted(0.5, 0.5, -0.5, -0.5)
    painter.setBrush(palette.color("background"))
    strength = 0.1 if row.face.disabled else 0.45
    dashes = mix(palette.color("line"), palette.role(Role.CONTAINER), strength)
    painter.setPen(QPen(dashes, 1, Qt.PenStyle.DashLine))
    painter.drawRoundedRect(inner, CARD_RADIUS, CARD_RADIUS)
    font = metrics.font("small")
    painter.setFont(font)
    painter.setPen(palette.color("muted"))
    lines = (elided(line, font, box.width() - metrics(8)) for line in row.words.split("\n"))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, "\n".join(lines))


def _paint_foot(painter: QPainter, spot: Spot, metrics: Metrics) -> None:
    """How the container ends: on the thread where branches meet, else at the left."""
    words, font, box = spot.row.words, metrics.font("small"), QRectF(spot.rect)
    room = box.adjusted(EDGE + metrics.pad, 0, -metrics.pad, -2)
    painter.setFont(font)
    length = QFontMetrics(font).horizontalAdvance(words)
    if spot.row.place is None and not spot.row.face.disabled:
        chip = QRectF(0, 0, min(length + metrics(24), room.width()), metrics(22))
        left = min(max(spot.axis - chip.width() / 2, room.left()), room.right() - chip.width())
        chip.moveTopLeft(QPointF(round(left), round(room.top())))
        _paint_meeting(painter, chip, elided(words, font, chip.width() - metrics(12)))
        return
    painter.setPen(_words_color(spot.row))
    middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
    painter.drawText(room, middle, elided(words, font, room.width()))


def _paint_meeting(painter: QPainter, chip: QRectF, words: str) -> None:
    """What is made of several branches, in the chip that their threads lead to."""
    palette = theme()
    role = palette.role(Role.CONTAINER)
    painter.setBrush(palette.tint(Role.CONTAINER))
    painter.setPen(QPen(mix(palette.color("line"), role, 0.6), 1))
    radius = chip.height() / 2
    painter.drawRoundedRect(chip.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
    painter.setPen(role)
    painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, words)
