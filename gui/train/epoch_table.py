"""The epochs of a run as a table that can be read aloud and copied."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from core.engine.events import EpochDone
from gui.theme import theme
from gui.widgets.figures import duration, figure, loss_text, percent

ROW_HEIGHT = 28
Index = QModelIndex | QPersistentModelIndex
Column = tuple[str, Callable[[EpochDone], str], Callable[[EpochDone], object]]

COLUMNS: tuple[Column, ...] = (
    ("Epoch", lambda e: f"{e.epoch:,}", lambda e: e.epoch),
    ("Loss", lambda e: loss_text(e.loss), lambda e: e.loss),
    ("Accuracy", lambda e: percent(e.accuracy, 2), lambda e: e.accuracy),
    ("Val. loss", lambda e: loss_text(e.val_loss), lambda e: e.val_loss),
    ("Val. accuracy", lambda e: percent(e.val_accuracy, 2), lambda e: e.val_accuracy),
    ("Learning rate", lambda e: figure(e.learning_rate), lambda e: e.learning_rate),
    ("Time", lambda e: duration(e.seconds), lambda e: e.seconds),
    ("Pictures/s", lambda e: f"{e.images_per_second:,.0f}", lambda e: e.images_per_second),
)
"""Title, words for people, and the value that is copied."""
FULL_TITLES = {"Val. loss": "Validation loss", "Val. accuracy": "Validation accuracy"}


class EpochModel(QAbstractTableModel):
    """The complete epochs, oldest first; the last column but one marks the best."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._epochs: list[EpochDone] = []
        self._best = 0

    @property
    def epochs(self) -> list[EpochDone]:
        """What is shown."""
        return self._epochs

    def show_epochs(self, epochs: list[EpochDone], best: int) -> None:
        """Show other epochs; rows that stay are not touched.

        Args:
            epochs: The complete epochs.
            best: Number of the best one; 0 for none.
        """
        known = len(self._epochs)
        if epochs[:known] != self._epochs:
            self.beginResetModel()
            self._epochs = list(epochs)
            self.endResetModel()
        elif len(epochs) > known:
            self.beginInsertRows(QModelIndex(), known, len(epochs) - 1)
            self._epochs = list(epochs)
            self.endInsertRows()
        if best != self._best:
            self._best = best
            if self._epochs:
                end = self.index(len(self._epochs) - 1, len(COLUMNS) - 1)
                self.dataChanged.emit(self.index(0, 0), end)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """One row an epoch."""
        return 0 if parent.isValid() else len(self._epochs)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """One column a figure."""
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Titles of the columns."""
        if orientation == Qt.Orientation.Vertical:
            return None
        title = COLUMNS[section][0]
        if role == Qt.ItemDataRole.DisplayRole:
            return title
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return FULL_TITLES.get(title, title)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(section)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A cell's words and looks."""
        epoch = self._epochs[index.row()]
        best = epoch.epoch == self._best
        title, words, _value = COLUMNS[index.column()]
        first = index.column() == 0
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return f"{words(epoch)}  best" if best and first else words(epoch)
            case Qt.ItemDataRole.AccessibleTextRole:
                mark = ", the best" if best and first else ""
                return f"{FULL_TITLES.get(title, title)} {words(epoch)}{mark}"
            case Qt.ItemDataRole.TextAlignmentRole:
                return _alignment(index.column())
            case Qt.ItemDataRole.ForegroundRole if best:
                return theme().color("success")
            case Qt.ItemDataRole.FontRole if best:
                return theme().font("strong")
        return None

    def as_text(self, rows: list[int]) -> str:
        """Rows as tab-separated values with full digits, for a spreadsheet."""
        titles = [FULL_TITLES.get(column[0], column[0]) for column in COLUMNS]
        lines = ["\t".join(titles)]
        for row in rows:
            lines.append("\t".join(str(column[2](self._epochs[row])) for column in COLUMNS))
        return "\n".join(lines) + "\n"


class EpochTable(QTableView):
    """The table: whole rows, Ctrl+C copies the selected ones, the newest stays in sight."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.epochs = EpochModel(self)
        self.setModel(self.epochs)
        self.setAccessibleName("Epochs")
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setMinimumSectionSize(56)
        self.epochs.rowsInserted.connect(lambda *_where: self.scrollToBottom())
        theme().changed.connect(self.viewport().update)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give each column what its title needs, and share out the rest: alike, some were cut."""
        super().resizeEvent(event)
        header = self.horizontalHeader()
        needed = [header.sectionSizeHint(column) for column in range(len(COLUMNS))]
        spare = max(0, self.viewport().width() - sum(needed)) // len(COLUMNS)
        for column, width in enumerate(needed):
            header.resizeSection(column, width + spare)

    def copy_all(self) -> None:
        """Put every epoch on the clipboard."""
        self._copy(list(range(self.epochs.rowCount())))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+C copies the selected rows, or all."""
        if event.matches(QKeySequence.StandardKey.Copy):
            rows = sorted(index.row() for index in self.selectionModel().selectedRows())
            self._copy(rows or list(range(self.epochs.rowCount())))
            return
        super().keyPressEvent(event)

    def _copy(self, rows: list[int]) -> None:
        QGuiApplication.clipboard().setText(self.epochs.as_text(rows))


def _alignment(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignLeft if column == 0 else Qt.AlignmentFlag.AlignRight
    return side | Qt.AlignmentFlag.AlignVCenter
