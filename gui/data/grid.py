"""The grid of thumbnails and what can be done with the chosen ones."""

from __future__ import annotations

from PySide6.QtCore import QItemSelection, QModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QRegion, QResizeEvent
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from gui.data.thumbs import OUT, WHY, ThumbModel
from gui.theme import theme
from gui.widgets.select_rows import select_all_rows
from gui.widgets.throttle import Throttle

CELL = 94
SIDE = 84
MARK = 2
"""Room around a picture for the frame of a chosen one."""
ASK_MS = 60


class ThumbDelegate(QStyledItemDelegate):
    """A thumbnail; pictures left out are dimmed and crossed, broken ones carry a sign."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        return QSize(CELL, CELL)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        colors = theme()
        box = QRect(0, 0, SIDE, SIDE)
        # At the left, so that pictures line up with the words above them.
        box.moveCenter(option.rect.center())
        box.moveLeft(option.rect.left() + MARK + 1)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(box, colors.color("pressed"))
        pixmap = index.data(Qt.ItemDataRole.DecorationRole)
        out = bool(index.data(OUT))
        if pixmap is not None:
            size = pixmap.size().scaled(box.size(), Qt.AspectRatioMode.KeepAspectRatio)
            place = QRect(0, 0, size.width(), size.height())
            place.moveCenter(box.center())
            painter.setOpacity(0.25 if out else 1.0)
            painter.drawPixmap(place, pixmap)
            painter.setOpacity(1.0)
        elif index.data(WHY):
            colors.icon("warning", "warning").paint(painter, box.adjusted(30, 30, -30, -30))
        if out:
            painter.setPen(QPen(colors.color("muted"), 1.5))
            painter.drawLine(box.bottomLeft(), box.topRight())
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(QPen(colors.color("accent"), 2))
            painter.drawRect(box.adjusted(-MARK, -MARK, MARK, MARK))
        elif option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(colors.color("muted"), 1))
            painter.drawRect(box.adjusted(-MARK, -MARK, MARK, MARK))
        painter.restore()


class Grid(QListView):
    """The pictures of the chosen class; `empty` is said where there is none."""

    def __init__(self, model: ThumbModel) -> None:
        super().__init__()
        self.thumbs = model
        self.setObjectName("data.pictures")
        self.setAccessibleName("Pictures of the class")
        self.setModel(model)
        self.setItemDelegate(ThumbDelegate(self))
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setLayoutMode(QListView.LayoutMode.Batched)
        self.setBatchSize(2_000)
        self.setUniformItemSizes(True)
        self.setGridSize(QSize(CELL, CELL))
        self.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setStyleSheet("QListView { background: transparent; }")
        self.empty = ""
        self._ask = Throttle(ASK_MS, self._need, self)
        self.verticalScrollBar().valueChanged.connect(self._ask.ask)
        self.verticalScrollBar().rangeChanged.connect(self._ask.ask)
        model.loaded.connect(self._ask.ask)
        model.modelReset.connect(self._ask.ask)
        theme().changed.connect(self.viewport().update)

    def chosen_ranges(self) -> list[range]:
        """The selected rows, in order; as ranges, as a hundred thousand may be selected at once."""
        found = self.selectionModel().selection()
        return sorted((range(one.top(), one.bottom() + 1) for one in found), key=_first)

    def selectAll(self) -> None:
        select_all_rows(self)

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        """Where a selection is to be painted: Qt would go through every row of it."""
        return QRegion(self.viewport().rect())

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        """Tell a screen reader: of a selection Qt names the first row, but lists all to find it."""
        super().selectionChanged(_narrowed(selected), _narrowed(deselected))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self.thumbs.rowCount() and self.empty:
            painter = QPainter(self.viewport())
            painter.setPen(theme().color("muted"))
            room = self.viewport().rect().adjusted(0, MARK, 0, 0)
            painter.drawText(room, int(Qt.TextFlag.TextWordWrap), self.empty)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._ask.ask()

    def _need(self) -> None:
        if self.thumbs.rowCount():
            first, last = self.rows_on_screen()
            self.thumbs.need(first, last)

    def rows_on_screen(self) -> tuple[int, int]:
        """First and last row in view, by the grid's own measure."""
        columns = max(1, self.viewport().width() // CELL)
        top = self.verticalScrollBar().value()
        first = top // CELL * columns
        lines = self.viewport().height() // CELL + 2
        return first, first + lines * columns - 1


def _first(rows: range) -> int:
    return rows.start


def _narrowed(selection: QItemSelection) -> QItemSelection:
    """A selection's first row."""
    if selection.isEmpty():
        return selection
    first = selection.first().topLeft()
    return QItemSelection(first, first)
