"""The summary: every block in a table that lives, with totals, and Keras's word on it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QItemSelectionModel, QModelIndex, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from core.blocks import show_shape
from core.project import Path, block_names, number_words
from gui.design.faces import INPUT_PATH
from gui.design.keras_check import KerasCheck
from gui.design.wording import NOTHING
from gui.design.worked_out import sight
from gui.document import Document
from gui.theme import theme
from gui.widgets.figures import data_size, short
from gui.widgets.labels import styled

HEADINGS = (
    "#",
    "Name",
    "Kind",
    "Output shape",
    "Parameters",
    "Multiply-adds",
    "Activations",
    "Sees",
)
_LEFT = (1, 2)
_MONO = (3, 4, 5, 6, 7)


def summary_rows(document: Document) -> list[tuple[str, ...]]:
    """The table as text: the input, every block, and the totals."""
    project, analysis = document.project, document.analysis
    first = ("0", "input", "Input", show_shape(analysis.input), "0", "0", NOTHING, NOTHING)
    rows = [first]
    names = block_names(project)
    for path, report in analysis.walk():
        known = report.output is not None
        rows.append(
            (
                number_words(path),
                names[path],
                report.block.kind(),
                show_shape(report.output) if report.output is not None else NOTHING,
                f"{report.cost.parameters:,}" if known else NOTHING,
                short(report.cost.multiply_adds) if known else NOTHING,
                data_size(report.activation_bytes) if known else NOTHING,
                sight(report) or NOTHING,
            )
        )
    cost = analysis.cost
    fixed = f" ({cost.non_trainable:,} not trained)" if cost.non_trainable else ""
    rows.append(
        (
            "",
            "Total" + fixed,
            "",
            "",
            f"{cost.parameters:,}",
            short(cost.multiply_adds),
            data_size(analysis.activation_bytes),
            "",
        )
    )
    return rows


class SummaryModel(QAbstractTableModel):
    """The rows for Qt's table."""

    def __init__(self, document: Document, parent: QWidget) -> None:
        super().__init__(parent)
        self._document = document
        self._rows = summary_rows(document)

    def refresh(self) -> None:
        """Work the rows out again."""
        rows = summary_rows(self._document)
        if len(rows) != len(self._rows):
            self.beginResetModel()
            self._rows = rows
            self.endResetModel()
            return
        self._rows = rows
        self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(HEADINGS) - 1))

    @property
    def rows(self) -> list[tuple[str, ...]]:
        """What is shown."""
        return self._rows

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(HEADINGS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return HEADINGS[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(section)
        return None

    def data(self, index: QModelIndex, role: int = 0) -> Any:
        row, column = index.row(), index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._rows[row][column]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(column)
        total = row == len(self._rows) - 1
        if role == Qt.ItemDataRole.FontRole:
            if column in _MONO:
                return theme().font("mono_small")
            return theme().font("strong" if total else "body")
        if role == Qt.ItemDataRole.ForegroundRole and column in (0, 1) and not total:
            return theme().color("muted")
        return None

    def flags(self, index: QModelIndex) -> Qt.ItemFlag:
        if index.row() == len(self._rows) - 1:
            return Qt.ItemFlag.ItemIsEnabled
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


def _alignment(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignLeft if column in _LEFT else Qt.AlignmentFlag.AlignRight
    return side | Qt.AlignmentFlag.AlignVCenter


class Summary(QWidget):
    """The table, a copy button and the sign of Keras's agreement."""

    def __init__(self, document: Document, check: KerasCheck) -> None:
        super().__init__()
        self._document = document
        self._check = check
        self._selecting = False
        self.model = SummaryModel(document, self)
        self.table = self._table()
        self.sign = styled("")
        self.sign.setWordWrap(True)
        copy = QPushButton("Copy as text")
        copy.setProperty("look", "quiet")
        copy.clicked.connect(self.copy)
        foot = QHBoxLayout()
        foot.setContentsMargins(12, 4, 8, 4)
        foot.addWidget(self.sign, 1)
        foot.addWidget(copy)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(0)
        lines.addWidget(self.table)
        lines.addLayout(foot)
        document.changed.connect(self.refresh)
        document.selection_changed.connect(self._show_selection)
        check.changed.connect(self._show_sign)
        self._show_selection()
        self._show_sign()

    def refresh(self) -> None:
        """Show the design as it is now."""
        self.model.refresh()
        self._show_selection()

    def copy(self) -> None:
        """Put the table on the clipboard, in columns."""
        QGuiApplication.clipboard().setText(self.as_text())

    def as_text(self) -> str:
        """The table in columns of one width."""
        rows = [HEADINGS, *self.model.rows]
        widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
        lines = []
        for row in rows:
            cells = [
                text.ljust(width) if column in _LEFT else text.rjust(width)
                for column, (text, width) in enumerate(zip(row, widths, strict=True))
            ]
            lines.append("  ".join(cells).rstrip())
        return "\n".join(lines) + "\n"

    def _table(self) -> QTableView:
        table = QTableView()
        table.setModel(self.model)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        table.setShowGrid(False)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(26)
        table.setAccessibleName("Summary of the design")
        table.setTabKeyNavigation(False)
        table.setStyleSheet("QTableView::item { padding: 0 8px; }")
        header = table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Fixed)
        header.resizeSection(0, 44)
        header.setHighlightSections(False)
        header.setMinimumSectionSize(44)
        table.selectionModel().selectionChanged.connect(self._selected)
        return table

    def _selected(self) -> None:
        """A selected row selects its block."""
        if self._selecting:
            return
        rows = {index.row() for index in self.table.selectionModel().selectedRows()}
        shown = self._paths()
        paths = tuple(shown[row] for row in sorted(rows) if row < len(shown))
        if len(paths) > 1:
            paths = tuple(path for path in paths if path != INPUT_PATH)
        self._selecting = True
        self._document.select(paths)
        self._selecting = False

    def _paths(self) -> list[Path]:
        """The path of each row, the Input's first."""
        return [INPUT_PATH, *(path for path, _ in self._document.analysis.walk())]

    def _show_selection(self) -> None:
        if self._selecting:
            return
        self._selecting = True
        chosen = self.table.selectionModel()
        chosen.clearSelection()
        flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
        rows = {path: row for row, path in enumerate(self._paths())}
        for path in self._document.selection:
            chosen.select(self.model.index(rows[path], 0), flags)
        if self._document.selection:
            self.table.scrollTo(self.model.index(rows[self._document.selection[-1]], 0))
        self._selecting = False

    def _show_sign(self) -> None:
        check = self._check
        looks = {"agrees": "success", "differs": "error", "failed": "warning"}
        text = f"{check.words} ✓" if check.verdict == "agrees" else check.words
        self.sign.setText(text)
        self.sign.setProperty("look", looks.get(check.verdict, "faint"))
        self.sign.setToolTip(check.summary if check.verdict == "agrees" else "")
        self.sign.style().unpolish(self.sign)
        self.sign.style().polish(self.sign)
