"""A narrow card, as in a branch: kind, telling arguments and shape, each on a line of its own."""

from __future__ import annotations

import re

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter

from core.blocks import Container
from gui.design.faces import Face
from gui.design.look import EDGE, Metrics, elided, paint_sign, pill, tile
from gui.theme import theme

_UNIT = re.compile(r"^([\d,]+) [a-z]+$")
MIDDLE = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft


def paint_compact(painter: QPainter, rect: QRectF, face: Face, metrics: Metrics) -> None:
    """Paint the words of a narrow card."""
    palette = theme()
    strong, small, line = metrics.font("strong"), metrics.font("small"), metrics(18)
    left, top = rect.left() + EDGE + metrics(8), rect.top() + metrics(5) + _slack(face, metrics)
    right = rect.right() - (metrics(8) + 28 if isinstance(face.block, Container) else metrics(8))
    start = _paint_tile(painter, left, top, right, face, metrics)
    right = _paint_sign(painter, right, top, face, metrics)
    painter.setFont(strong)
    painter.setPen(palette.color("muted" if face.disabled else "text"))
    kind = elided(face.title, strong, right - start)
    painter.drawText(QRectF(start, top, right - start, line), MIDDLE, kind)
    _paint_name(painter, QRectF(start, top, right - start, line), kind, face, metrics)
    painter.setFont(small)
    painter.setPen(palette.color("muted"))
    room = rect.right() - metrics(8) - left
    painter.drawText(QRectF(left, top + line, room, line), MIDDLE, _fitting(face, small, room))
    chip, text = compact_chip(rect, face, metrics)
    pill(painter, chip, text, metrics.font("mono_small"), face.output is None or face.disabled)


def compact_chip(rect: QRectF, face: Face, metrics: Metrics) -> tuple[QRectF, str]:
    """Where the output shape stands on a narrow card, and how it is written there."""
    font, rim = QFontMetrics(metrics.font("mono_small")), metrics(7)
    room = rect.width() - EDGE - metrics(14)
    text = face.chip
    if font.horizontalAdvance(text) + 2 * rim > room:
        text = text.replace(" × ", "×")
    width = min(room, font.horizontalAdvance(text) + 2 * rim)
    height = metrics(18 if face.collapsed else 20)
    top = rect.top() + metrics(42) - _slack(face, metrics)
    return QRectF(rect.left() + EDGE + metrics(7), round(top), width, height), text


def _slack(face: Face, metrics: Metrics) -> int:
    """How far the other two lines move to the middle where a block has no telling arguments."""
    return 0 if face.line else metrics(7)


def _fitting(face: Face, font: QFont, room: float) -> str:
    """The telling arguments: where there is no room, ``64 filters`` is ``64`` and the rest cut."""
    words = face.line
    if QFontMetrics(font).horizontalAdvance(words) > room and not isinstance(face.block, Container):
        words = " · ".join(_UNIT.sub(r"\1", part) for part in words.split(" · "))
    return elided(words, font, room)


def _paint_tile(
    painter: QPainter, left: float, top: float, right: float, face: Face, metrics: Metrics
) -> float:
    """The kind's icon, where its name has room beside it; returns where the name begins."""
    name = QFontMetrics(metrics.font("strong")).horizontalAdvance(face.title)
    side = metrics(18)
    if left + side + metrics(6) + name > right:
        return left
    painter.save()
    painter.setOpacity(painter.opacity() * (0.4 if face.disabled else 1))
    tile(painter, QRectF(left, top, side, side), type(face.block), metrics(14))
    painter.restore()
    return left + side + metrics(6)


def _paint_sign(painter: QPainter, right: float, top: float, face: Face, metrics: Metrics) -> float:
    """The sign of a problem at the right of the first line; returns what is left of it."""
    if not face.severity:
        return right
    pixels = metrics(16)
    sign = QRectF(right - pixels, top + metrics(1), pixels, pixels)
    paint_sign(painter, sign, face.severity)
    return sign.left() - metrics(4)


def _paint_name(painter: QPainter, room: QRectF, kind: str, face: Face, metrics: Metrics) -> None:
    """The user's own name for the block, behind its kind."""
    if not face.block.name:
        return
    start = QFontMetrics(metrics.font("strong")).horizontalAdvance(kind) + metrics(6)
    mono = metrics.font("mono_small")
    painter.setFont(mono)
    painter.setPen(theme().color("muted"))
    text = elided(face.block.name, mono, room.width() - start)
    painter.drawText(room.adjusted(start, 0, 0, 0), MIDDLE, text)
