"""The blocks of two designs side by side, row for row."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from core.compare import Comparison, Figure, Mark, Row
from core.compare.telling import (
    SIGNS,
    difference_words,
    parameter_change,
    shape_change,
    side_words,
    work_change,
)
from gui.theme import theme

HEADINGS = (
    "What became of it",
    "Before",
    "After",
    "Difference",
    "Output shape",
    "Parameters",
    "Multiply-adds",
)
_MONO = (4, 5, 6)
_RIGHT = (5, 6)
TINTS: dict[Mark, str] = {
    "added": "success_tint",
    "removed": "error_tint",
    "changed": "warning_tint",
    "moved": "info_tint",
    "moved and changed": "warning_tint",
}
_INKS: dict[Mark, str] = {
    "added": "success",
    "removed": "error",
    "changed": "warning",
    "moved": "accent_text",
    "moved and changed": "warning",
}


def cells(row: Row) -> tuple[str, ...]:
    """A row as text; sign and word tell what colour tells."""
    indent = "    "
    mark = f"{SIGNS[row.mark]} {row.mark}" if row.mark != "same" else "same"
    if row.mark == "same" and row.figures_differ:
        mark = "same, other figures"
    return (
        mark,
        indent * row.before.depth + side_words(row.before) if row.before else "",
        indent * row.after.depth + side_words(row.after) if row.after else "",
        difference_words(row),
        shape_change(row),
        parameter_change(row),
        work_change(row),
    )


class RowsModel(QAbstractTableModel):
    """The rows of a comparison for Qt's table."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.rows: list[Row] = []
        self._cells: list[tuple[str, ...]] = []

    def show_rows(self, comparison: Comparison | None, only_differences: bool) -> None:
        """Show these rows."""
        found = comparison.rows if comparison is not None else ()
        self.beginResetModel()
        self.rows = [row for row in found if row.differs or not only_differences]
        self._cells = [cells(row) for row in self.rows]
        self.endResetModel()

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(HEADINGS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return HEADINGS[section]
        return _alignment(section) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def data(self, index: QModelIndex, role: int = 0) -> Any:
        row, column = self.rows[index.row()], index.column()
        text = self._cells[index.row()][column]
        if role == Qt.ItemDataRole.DisplayRole:
            return text
        if role == Qt.ItemDataRole.ToolTipRole:
            return text.strip() or None
        if role == Qt.ItemDataRole.AccessibleTextRole and column == 0:
            return ", ".join(filter(None, (cell.strip() for cell in self._cells[index.row()])))
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(column)
        if role == Qt.ItemDataRole.FontRole:
            return theme().font("mono_small" if column in _MONO else "body")
        if role == Qt.ItemDataRole.BackgroundRole and row.mark in TINTS:
            return theme().color(TINTS[row.mark])
        if role == Qt.ItemDataRole.ForegroundRole:
            if column == 0:
                return theme().color(_INKS.get(row.mark, "faint"))
            return None if row.mark != "same" else theme().color("muted")
        return None


class FiguresModel(QAbstractTableModel):
    """Settings and results for Qt's table: what, before, after, change."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.figures: list[Figure] = []

    def show_figures(self, figures: list[Figure]) -> None:
        """Show these."""
        self.beginResetModel()
        self.figures = figures
        self.endResetModel()

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.figures)

    def columnCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else 4

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return ("Data, training, results", "Before", "After", "Change")[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(0)
        return None

    def data(self, index: QModelIndex, role: int = 0) -> Any:
        figure, column = self.figures[index.row()], index.column()
        text = (figure.what, figure.before, figure.after, figure.change)[column]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return text
        if role == Qt.ItemDataRole.FontRole:
            return theme().font("body" if column == 0 else "mono_small")
        if role == Qt.ItemDataRole.ForegroundRole and (column == 0 or not figure.differs):
            return theme().color("muted")
        if role == Qt.ItemDataRole.BackgroundRole and figure.differs:
            return theme().color("warning_tint")
        return None


def _alignment(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column in _RIGHT else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


def table_of(model: QAbstractTableModel, name: str, widths: tuple[int, ...]) -> QTableView:
    """A table for one of the models; a width of 0 takes what is left."""
    table = QTableView()
    table.setModel(model)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setShowGrid(False)
    table.setWordWrap(False)
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(26)
    table.setAccessibleName(name)
    table.setTabKeyNavigation(False)
    table.setStyleSheet("QTableView::item { padding: 0 5px; }")
    header = table.horizontalHeader()
    header.setHighlightSections(False)
    for column, width in enumerate(widths):
        stretch = QHeaderView.ResizeMode.Stretch
        mode = QHeaderView.ResizeMode.Interactive if width else stretch
        header.setSectionResizeMode(column, mode)
        if width:
            header.resizeSection(column, width)
    return table
