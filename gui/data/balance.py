"""The classes with their numbers of pictures as bars; choosing one shows its pictures."""

from __future__ import annotations

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from core.data.names import shown
from core.data.report import ClassCount
from gui.data.words import source_count
from gui.theme import theme

ROW = 24
FEW = 10
"""Below this many a class is called small, as the health report does."""
MOST_ROWS = 10
"""Rows shown before the list scrolls."""
COUNT = Qt.ItemDataRole.UserRole + 1


class ClassModel(QAbstractListModel):
    """One row a class."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.classes: tuple[ClassCount, ...] = ()
        self.out: frozenset[str] = frozenset()
        self.largest = 1
        self.drawn_later = False

    def show_classes(
        self, classes: tuple[ClassCount, ...], drawn_later: bool, out: frozenset[str]
    ) -> None:
        """Show other counts; rows stay where classes are the same."""
        self.drawn_later, self.out = drawn_later, out
        same = [one.name for one in classes] == [one.name for one in self.classes]
        if not same:
            self.beginResetModel()
        self.classes = classes
        self.largest = max((one.total for one in classes if one.name not in out), default=0) or 1
        if not same:
            self.endResetModel()
        elif classes:
            self.dataChanged.emit(self.index(0), self.index(len(classes) - 1))

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.classes)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        one = self.classes[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return one.name
        name = shown(one.name)
        spoken = (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole)
        if one.name in self.out and role in spoken:
            return f"{name}: left out, {source_count(one.files)}"
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{name}: {source_count(one.total)}"
        if role == Qt.ItemDataRole.ToolTipRole:
            if self.drawn_later:
                return f"{name}: {one.train:,} training and validation, {one.test:,} test"
            return (
                f"{name}: {one.train:,} training, {one.validation:,} validation, {one.test:,} test"
            )
        return one if role == COUNT else None


class BarDelegate(QStyledItemDelegate):
    """A name, a bar and a number that lines up with the others."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        return QSize(200, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        one = index.data(COUNT)
        model = index.model()
        colors = theme()
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        box = QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colors.color("selection"))
            painter.drawRoundedRect(box.adjusted(0, 1, 0, -1), 4, 4)
        out = one.name in model.out
        painter.setFont(colors.font("body"))
        painter.setPen(colors.color("muted" if out and not chosen else "text"))
        name_width = min(140.0, box.width() * 0.34)
        name = painter.fontMetrics().elidedText(
            shown(one.name), Qt.TextElideMode.ElideRight, round(name_width) - 12
        )
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(box.left() + 6, box.top(), name_width, ROW), middle, name)
        if out:
            room = box.adjusted(name_width, 0, -6, 0)
            painter.drawText(room, middle | Qt.AlignmentFlag.AlignRight, "left out")
            painter.restore()
            return
        painter.setFont(colors.font("mono_small"))
        # On the selection's blue the warning's colour could not be read; the bar still has it.
        few_words = "text" if chosen else "warning"
        painter.setPen(colors.color(few_words if one.total < FEW else "muted"))
        right = QRectF(box.right() - 66, box.top(), 60, ROW)
        painter.drawText(right, middle | Qt.AlignmentFlag.AlignRight, f"{one.total:,}")
        track = QRectF(box.left() + name_width, box.center().y() - 3, 0, 6)
        track.setRight(right.left() - 4)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colors.color("pressed"))
        painter.drawRoundedRect(track, 3, 3)
        share = one.total / model.largest
        track.setWidth(max(6.0 if one.total else 0.0, track.width() * share))
        few = one.total < FEW or share < 0.1
        painter.setBrush(colors.color("warning" if few else "accent"))
        painter.drawRoundedRect(track, 3, 3)
        painter.restore()


class Balance(QListView):
    """The list of classes.

    Signals:
        class_chosen: Another class; its row.
    """

    class_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.classes = ClassModel(self)
        self.setObjectName("data.classes")
        self.setAccessibleName("Classes")
        self.setModel(self.classes)
        self.setItemDelegate(BarDelegate(self))
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.selectionModel().currentChanged.connect(self._choose)
        theme().changed.connect(self.viewport().update)

    @property
    def name(self) -> str:
        """The chosen class; empty for none."""
        return str(self.currentIndex().data() or "")

    def show_classes(
        self,
        classes: tuple[ClassCount, ...],
        drawn_later: bool = False,
        out: frozenset[str] = frozenset(),
    ) -> None:
        """Show these, keeping the chosen one where it still is.

        Args:
            classes: With their numbers of pictures.
            drawn_later: Whether which of the training pictures validate is not known yet.
            out: Names of those that the project leaves out.
        """
        row = self.currentIndex().row()
        self.classes.show_classes(classes, drawn_later, out)
        self.setFixedHeight(ROW * min(max(1, len(classes)), MOST_ROWS) + 2)
        if classes and not self.currentIndex().isValid():
            self.setCurrentIndex(self.classes.index(min(max(0, row), len(classes) - 1)))

    def _choose(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if current.isValid():
            self.class_chosen.emit(current.row())
