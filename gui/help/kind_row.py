"""Paints one kind in the list of the help: its icon, its name, and what it is for."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QIcon, QPainter
from PySide6.QtWidgets import QListWidget, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from gui.theme import theme

ICON = 20
LEFT = 8 + ICON + 10
"""Where the words begin (px)."""
NAME = 18
"""Height of the name (px)."""
WRAP = int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignTop)
Index = QModelIndex | QPersistentModelIndex


class KindRow(QStyledItemDelegate):
    """The name strong, the purpose below it, on as many lines as it takes."""

    def __init__(self, shown: QListWidget) -> None:
        super().__init__(shown)
        self._list = shown

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        width = self._list.viewport().width() - 2 * self._list.spacing()
        room = QRectF(0, 0, max(60, width - LEFT - 8), 1000)
        metrics = QFontMetrics(theme().font("small"))
        words = metrics.boundingRect(room.toRect(), WRAP, _words(index)[1])
        return QSize(60, NAME + words.height() + 12)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        colors, box = theme(), QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if chosen or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setBrush(colors.color("selection" if chosen else "hover"))
            painter.drawRoundedRect(box, 6, 6)
        icon: QIcon = index.data(Qt.ItemDataRole.DecorationRole)
        icon.paint(painter, round(box.left()) + 8, round(box.top()) + 8, ICON, ICON)
        name, purpose = _words(index)
        words = box.adjusted(LEFT, 6, -8, -6)
        painter.setFont(colors.font("strong"))
        painter.setPen(colors.color("text"))
        painter.drawText(words, int(Qt.AlignmentFlag.AlignTop), name)
        painter.setFont(colors.font("small"))
        painter.setPen(colors.color("muted"))
        painter.drawText(words.adjusted(0, NAME, 0, 0), WRAP, purpose)
        painter.restore()


def _words(index: Index) -> tuple[str, str]:
    """The item's two lines."""
    name, _, purpose = str(index.data(Qt.ItemDataRole.DisplayRole)).partition("\n")
    return name, purpose
