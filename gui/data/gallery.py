"""What a ready-made set looks like: a row of real pictures for each class."""

from __future__ import annotations

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QRect, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QResizeEvent
from PySide6.QtWidgets import QListView, QStyledItemDelegate, QStyleOptionViewItem

from core.data.report import ClassCount
from gui.theme import theme
from gui.widgets.figures import count

HEADING = 24
SIDE = 56
GAP = 6
BELOW = 12
STRIP = Qt.ItemDataRole.UserRole + 1
CLASS = Qt.ItemDataRole.UserRole + 2


class SetModel(QAbstractListModel):
    """One row a class, with the strip of its pictures."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.side = 1
        self._classes: tuple[ClassCount, ...] = ()
        self._strips: list[QImage] = []

    def show_set(self, classes: tuple[ClassCount, ...], strips: list[QImage], side: int) -> None:
        """Show another set, or nothing.

        Args:
            classes: Its classes.
            strips: Their pictures side by side; fewer than classes while they are read.
            side: Width of one picture in them, in pixels.
        """
        self.beginResetModel()
        self._classes, self._strips, self.side = classes, strips, side
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._classes)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        one = self._classes[index.row()]
        if role == STRIP:
            row = index.row()
            return self._strips[row] if row < len(self._strips) else None
        if role == CLASS:
            return one
        spoken = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole)
        words = f"{one.name}, {count(one.total, 'picture')}" if one.total else one.name
        return words if role in spoken else None


class StripDelegate(QStyledItemDelegate):
    """A heading, and below it as many pictures as there is room for."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        return QSize(200, HEADING + SIDE + BELOW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        colors, one = theme(), index.data(CLASS)
        box: QRect = option.rect
        painter.save()
        painter.setFont(colors.font("strong"))
        painter.setPen(colors.color("text"))
        heading = QRect(box.left(), box.top(), box.width(), HEADING)
        painter.drawText(heading, Qt.AlignmentFlag.AlignVCenter, one.name)
        left = painter.fontMetrics().horizontalAdvance(one.name) + 12
        painter.setFont(colors.font("body"))
        painter.setPen(colors.color("muted"))
        words = count(one.total, "picture") if one.total else ""
        painter.drawText(heading.adjusted(left, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, words)
        self._paint_strip(painter, box, index)
        painter.restore()

    def _paint_strip(self, painter: QPainter, box: QRect, index: QModelIndex) -> None:
        """Unsmoothed: the model sees these very pixels."""
        strip, side = index.data(STRIP), index.model().side
        room = (box.width() + GAP) // (SIDE + GAP)
        shown = room if strip is None else min(room, strip.width() // side)
        for at in range(shown):
            place = QRect(box.left() + at * (SIDE + GAP), box.top() + HEADING, SIDE, SIDE)
            if strip is None:
                painter.fillRect(place, theme().color("pressed"))
            else:
                painter.drawImage(place, strip, QRect(at * side, 0, side, strip.height()))


class Gallery(QListView):
    """The classes of a set below one another."""

    def __init__(self) -> None:
        super().__init__()
        self.set_model = SetModel(self)
        self.setObjectName("data.set")
        self.setAccessibleName("Pictures of each class")
        self.setModel(self.set_model)
        self.setItemDelegate(StripDelegate(self))
        self.setUniformItemSizes(True)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QListView.SelectionMode.NoSelection)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setStyleSheet("QListView { background: transparent; }")
        theme().changed.connect(self.viewport().update)

    def show_class(self, number: int) -> None:
        """Bring a class into view, at the top if it can be."""
        index = self.set_model.index(number)
        if index.isValid():
            self.scrollTo(index, QListView.ScrollHint.PositionAtTop)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.viewport().update()
