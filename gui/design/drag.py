"""Starting a drag: data, and a picture of the card that follows the mouse."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QDrag, QPainter, QPixmap
from PySide6.QtWidgets import QWidget

from core.blocks import Block
from gui.design.card import paint_card
from gui.design.faces import Face
from gui.design.look import Metrics
from gui.design.transfer import to_mime
from gui.theme import theme

WIDTH = 260
"""Of the picture that follows the mouse (px)."""
HOLD = QPoint(-14, -10)
"""The picture hangs below and right of the mouse, so that the gap above stays readable."""


def drag(source: QWidget, blocks: Sequence[Block], face: Face) -> Qt.DropAction:
    """Let blocks be carried until they are dropped or Esc is pressed; returns what came of it.

    Args:
        source: The widget they are taken from.
        blocks: What is carried.
        face: What the picture shows.
    """
    carrier = QDrag(source)
    carrier.setMimeData(to_mime(blocks))
    carrier.setPixmap(picture(face, len(blocks), source.devicePixelRatioF()))
    carrier.setHotSpot(HOLD)
    actions = Qt.DropAction.CopyAction | Qt.DropAction.MoveAction
    return carrier.exec(actions, Qt.DropAction.MoveAction)


def picture(face: Face, count: int, ratio: float) -> QPixmap:
    """A card as it is carried; several look like a small pile with their number."""
    metrics = Metrics()
    pile = min(count, 3) - 1
    height = metrics.card_height + 6 * pile
    pixmap = QPixmap(round((WIDTH + 6 * pile) * ratio), round(height * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setOpacity(0.92)
    for layer in range(pile, -1, -1):
        rect = QRectF(6 * layer, 6 * layer, WIDTH, metrics.card_height)
        state = {"carried"} if layer else {"carried", "selected"}
        paint_card(painter, rect, face, metrics, frozenset(state))
    if count > 1:
        _paint_count(painter, count)
    painter.end()
    return pixmap


def _paint_count(painter: QPainter, count: int) -> None:
    """How many are carried, in a round badge."""
    badge = QRectF(WIDTH - 30, 2, 28, 20)
    painter.setOpacity(1)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme().color("accent"))
    painter.drawRoundedRect(badge, 10, 10)
    painter.setPen(theme().color("on_accent"))
    painter.setFont(theme().font("small"))
    painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, str(count))


def carried_face(blocks: Sequence[Block], face: Face | None = None) -> Face:
    """What the picture of carried blocks shows: no shape yet, it depends on where they land."""
    if face is not None:
        return face._replace(severity="", share=0.0)
    return Face(blocks[0], (0,), len(blocks), None, 0.0)
