"""The summary: every block in a table that lives, with totals, and Keras's word on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    Qt,
)
from PySide6.QtGui import QFontMetrics, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QButtonGroup,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from core.project import Path
from gui.design.faces import INPUT_PATH
from gui.design.foot import Foot
from gui.design.keras_check import KerasCheck
from gui.design.summary_rows import (
    HEADINGS,
    INSIDE,
    LEFT,
    WAYS,
    SummaryRow,
    as_columns,
    as_markdown,
    as_tabs,
    nested,
    summary_rows,
)
from gui.document import Document
from gui.theme import theme
from gui.widgets.labels import styled
from gui.widgets.saving import save_as, text_writer

if TYPE_CHECKING:
    from pathlib import Path as FilePath

_MONO = (3, 4, 5, 6, 7)
_KINDS = {"csv": "Table for spreadsheets", "md": "Markdown", "txt": "Text in columns"}
_WIDEST = {1: 130, 2: 140}
"""Most room that words take from the figures (px); the tooltip has the whole."""
ASCENDING = Qt.SortOrder.AscendingOrder


class SummaryModel(QAbstractTableModel):
    """The rows for Qt's table, in the order of the network or of any column."""

    def __init__(self, document: Document, parent: QWidget) -> None:
        super().__init__(parent)
        self._document = document
        self._column, self._sense = -1, ASCENDING
        self._rows = summary_rows(document)

    def refresh(self) -> None:
        """Work the rows out again."""
        rows = self._ordered(summary_rows(self._document))
        if [row.path for row in rows] != [row.path for row in self._rows]:
            self.beginResetModel()
            self._rows = rows
            self.endResetModel()
            return
        self._rows = rows
        self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(HEADINGS) - 1))

    def sort(self, column: int, order: Qt.SortOrder = ASCENDING) -> None:
        """Sort by a column; by -1 as the network goes.  The totals stay last."""
        self._column, self._sense = column, order
        self.refresh()

    def _ordered(self, rows: list[SummaryRow]) -> list[SummaryRow]:
        if self._column < 0:
            return rows
        *blocks, totals = rows
        down = self._sense == Qt.SortOrder.DescendingOrder
        return [*sorted(blocks, key=lambda row: row.keys[self._column], reverse=down), totals]

    @property
    def rows(self) -> list[tuple[str, ...]]:
        """What is shown, as text."""
        return [row.cells for row in self._rows]

    @property
    def paths(self) -> list[Path]:
        """The block of each row, the totals apart."""
        return [row.path for row in self._rows if row.path is not None]

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
            return self._rows[row].cells[column]
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._rows[row].cells[column] or None
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
    side = Qt.AlignmentFlag.AlignLeft if column in LEFT else Qt.AlignmentFlag.AlignRight
    return side | Qt.AlignmentFlag.AlignVCenter


class Summary(QWidget):
    """The table or Keras's own summary, and below it ways to sort, copy and export."""

    def __init__(self, document: Document, check: KerasCheck) -> None:
        super().__init__()
        self._document = document
        self._check = check
        self._selecting = False
        self.file_dialog: QFileDialog | None = None
        self.model = SummaryModel(document, self)
        self.table = SummaryTable(self)
        self.keras = _keras_text()
        self.views = QStackedWidget()
        self.views.addWidget(self.table)
        self.views.addWidget(self.keras)
        self.sign = styled("")
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(0)
        lines.addWidget(self.views)
        lines.addWidget(self._foot())
        self.table.selectionModel().selectionChanged.connect(self._selected)
        self.table.horizontalHeader().sortIndicatorChanged.connect(self._sort)
        document.changed.connect(self.refresh)
        document.selection_changed.connect(self._show_selection)
        check.changed.connect(self._show_sign)
        theme().changed.connect(self.table.fit)
        self._show_selection()
        self._show_sign()

    def refresh(self) -> None:
        """Show the design as it is now."""
        self._selecting = True  # rows that come and go select nothing
        self.model.refresh()
        self._selecting = False
        self.table.fit()
        self._show_selection()

    # Building

    def _foot(self) -> Foot:
        self.ours, self.theirs = QPushButton("Layerloom"), QPushButton("Keras")
        self.ours.setAccessibleName("Show Layerloom's table")
        self.theirs.setAccessibleName("Show Keras's own summary()")
        self.theirs.setToolTip("What model.summary() prints")
        group = QButtonGroup(self)
        left, right = QHBoxLayout(), QHBoxLayout()
        left.setSpacing(6)
        right.setSpacing(6)
        for at, button in enumerate((self.ours, self.theirs)):
            button.setProperty("look", "chip")
            button.setCheckable(True)
            button.clicked.connect(lambda _on=False, at=at: self._show_view(at))
            group.addButton(button)
            left.addWidget(button)
        self.ours.setChecked(True)
        left.addSpacing(8)
        left.addWidget(self.sign, 1)
        self.sort_button = self._menu_button("Sort", self._fill_sorting)
        self.copy_button = self._menu_button("Copy", self._fill_copying)
        self.export_button = QPushButton("Export…")
        self.export_button.setProperty("look", "quiet")
        self.export_button.clicked.connect(self.export)
        for button in (self.sort_button, self.copy_button, self.export_button):
            right.addWidget(button)
        return Foot(left, right)

    def _menu_button(self, title: str, fill: Any) -> QPushButton:
        button = QPushButton(title)
        button.setProperty("look", "quiet")
        menu = QMenu(button)
        menu.aboutToShow.connect(lambda: (menu.clear(), fill(menu)))
        button.setMenu(menu)
        return button

    def _fill_sorting(self, menu: QMenu) -> None:
        """Every column, for those who use no mouse; the one in force is checked."""
        header = self.table.horizontalHeader()
        current = header.sortIndicatorSection()
        menu.addAction("As the network goes").triggered.connect(
            lambda: header.setSortIndicator(-1, ASCENDING)
        )
        menu.actions()[0].setCheckable(True)
        menu.actions()[0].setChecked(not 0 <= current < len(HEADINGS))
        menu.addSeparator()
        for column, title in enumerate(HEADINGS):
            if self.table.isColumnHidden(column):
                continue
            action = menu.addAction(title)
            action.setCheckable(True)
            action.setChecked(column == current)
            action.triggered.connect(lambda _on=False, column=column: self._turn(column))

    def _turn(self, column: int) -> None:
        """Sort by a column, the other way round if it is the one already."""
        header = self.table.horizontalHeader()
        again = header.sortIndicatorSection() == column
        rising = not again or header.sortIndicatorOrder() != ASCENDING
        header.setSortIndicator(column, ASCENDING if rising else Qt.SortOrder.DescendingOrder)

    def _fill_copying(self, menu: QMenu) -> None:
        if self.views.currentIndex() == 1:
            menu.addAction("Keras's summary").triggered.connect(self.copy)
            return
        some = bool(self.table.chosen())
        for words, only in (("Selected rows", True), ("All rows", False)):
            for way, write in (("for a spreadsheet", as_tabs), ("as Markdown", as_markdown)):
                action = menu.addAction(f"{words} {way}")
                action.setEnabled(some or not only)
                action.triggered.connect(
                    lambda _on=False, write=write, only=only: self._copy_text(
                        write(*self.cells(only))
                    )
                )

    def _show_view(self, at: int) -> None:
        self.views.setCurrentIndex(at)
        (self.ours, self.theirs)[at].setChecked(True)
        self.sort_button.setEnabled(at == 0)
        self._show_sign()

    def _sort(self, column: int, order: Qt.SortOrder) -> None:
        self._selecting = True
        # Qt says "no column" by a number that is none.
        self.model.sort(column if 0 <= column < len(HEADINGS) else -1, order)
        self._selecting = False
        self._show_selection()

    # Giving away

    def cells(self, only_selected: bool) -> tuple[list[str], list[list[str]]]:
        """Headings and rows as text, without a column that is not shown."""
        columns = [c for c in range(len(HEADINGS)) if not self.table.isColumnHidden(c)]
        chosen = self.table.chosen() if only_selected else range(len(self.model.rows))
        rows = [[self.model.rows[row][column] for column in columns] for row in chosen]
        return [HEADINGS[column] for column in columns], rows

    def copy(self) -> None:
        """Put the selected rows on the clipboard, or all; or Keras's summary if that is shown."""
        if self.views.currentIndex() == 1:
            self._copy_text(self.keras.toPlainText())
            return
        some = self.table.chosen()
        self._copy_text(as_tabs(*self.cells(bool(some))))

    def _copy_text(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)

    def as_text(self) -> str:
        """The table in columns of one width."""
        return as_columns(*self.cells(only_selected=False))

    def export(self) -> None:
        """Ask for a file and write what is shown."""
        name = f"{self._document.project.name} summary"
        if self.views.currentIndex() == 1:
            write = text_writer(self.keras.toPlainText() + "\n")
            kinds = {"txt": "Text"}
            self.file_dialog = save_as(self, "Export Keras's summary", name, kinds, write)
            return
        headings, rows = self.cells(only_selected=False)

        def write_table(path: FilePath) -> None:
            text_writer(WAYS[path.suffix.lower().lstrip(".")](headings, rows))(path)

        self.file_dialog = save_as(self, "Export summary", name, _KINDS, write_table)

    # Selection

    def _selected(self) -> None:
        """A selected row selects its block."""
        if self._selecting:
            return
        shown = self.model.paths
        paths = tuple(shown[row] for row in self.table.chosen() if row < len(shown))
        if len(paths) > 1:
            paths = tuple(path for path in paths if path != INPUT_PATH)
        self._selecting = True
        self._document.select(paths)
        self._selecting = False

    def _show_selection(self) -> None:
        if self._selecting:
            return
        self._selecting = True
        chosen = self.table.selectionModel()
        chosen.clearSelection()
        flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
        rows = {path: row for row, path in enumerate(self.model.paths)}
        for path in self._document.selection:
            chosen.select(self.model.index(rows[path], 0), flags)
        if self._document.selection:
            self.table.scrollTo(self.model.index(rows[self._document.selection[-1]], 0))
        self._selecting = False

    # Keras

    def _show_sign(self) -> None:
        check = self._check
        looks = {"agrees": "success", "differs": "error", "failed": "warning"}
        text = f"{check.words} ✓" if check.verdict == "agrees" else check.words
        self.sign.setText(text)
        self.sign.setProperty("look", looks.get(check.verdict, "faint"))
        self.sign.setToolTip(check.summary if check.verdict == "agrees" else "")
        self.sign.style().unpolish(self.sign)
        self.sign.style().polish(self.sign)
        answered = check.verdict in ("agrees", "differs")
        self.keras.setPlainText(check.summary.rstrip() if answered else "")
        self.keras.setPlaceholderText(_why_not(check))
        given = answered or self.views.currentIndex() == 0
        self.copy_button.setEnabled(given)
        self.export_button.setEnabled(given)


class SummaryTable(QTableView):
    """The table; Ctrl+C copies its rows as text, as any table does."""

    def __init__(self, summary: Summary) -> None:
        super().__init__()
        self._summary = summary
        self.setModel(summary.model)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(26)
        self.setAccessibleName("Summary of the design")
        self.setTabKeyNavigation(False)
        self.setStyleSheet("QTableView::item { padding: 0 5px; }")
        header = self.horizontalHeader()
        header.setSectionsClickable(True)
        header.setSortIndicator(-1, ASCENDING)
        header.setSortIndicatorShown(True)
        header.setSortIndicatorClearable(True)
        header.setHighlightSections(False)
        header.setStretchLastSection(True)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setToolTip("Click to sort; the third click goes back to the network's order")
        self.fit()

    def chosen(self) -> list[int]:
        """Selected rows, from the top."""
        return sorted(index.row() for index in self.selectionModel().selectedRows())

    def fit(self) -> None:
        """Make columns as wide as their texts, and share out what is left."""
        self.setColumnHidden(INSIDE, not nested(self._summary._document))
        rows = self._summary.model.rows
        wanted = [self._wanted(column, rows) for column in range(len(HEADINGS))]
        shown = [column for column in range(len(HEADINGS)) if not self.isColumnHidden(column)]
        spare = self.viewport().width() - sum(wanted[column] for column in shown)
        more = max(0, spare // len(shown))
        for column in shown[:-1]:
            self.setColumnWidth(column, wanted[column] + (more if column else 0))

    def _wanted(self, column: int, rows: list[tuple[str, ...]]) -> int:
        """Width of a column by its longest text; every row is not measured, that takes long."""
        metrics = QFontMetrics(theme().font("mono_small" if column in _MONO else "body"))
        longest = max((row[column] for row in rows), key=len)
        heading = QFontMetrics(theme().font("body")).horizontalAdvance(HEADINGS[column])
        wanted = max(heading + 26, metrics.horizontalAdvance(longest) + 20)
        return min(wanted, _WIDEST.get(column, wanted))

    def resizeEvent(self, event: Any) -> None:
        super().resizeEvent(event)
        self.fit()

    def event(self, event: QEvent) -> bool:
        """Take Ctrl+C before the menu does."""
        if event.type() == QEvent.Type.ShortcutOverride and _is_copy(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if _is_copy(event):
            self.copy_rows()
        else:
            super().keyPressEvent(event)

    def copy_rows(self) -> None:
        """Put the selected rows, or all, on the clipboard."""
        self._summary.copy()


def _is_copy(event: QEvent) -> bool:
    return isinstance(event, QKeyEvent) and event.matches(QKeySequence.StandardKey.Copy)


def _keras_text() -> QPlainTextEdit:
    """Where Keras's own summary is read."""
    text = QPlainTextEdit()
    text.setReadOnly(True)
    text.setFont(theme().font("mono_small"))
    text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
    text.setAccessibleName("Keras's own summary of the model")
    text.setFrameShape(QPlainTextEdit.Shape.NoFrame)
    text.setStyleSheet("QPlainTextEdit { border: none; border-radius: 0; }")
    return text


def _why_not(check: KerasCheck) -> str:
    """Why Keras's summary is not there, in a sentence."""
    if check.verdict == "asking":
        return "Keras is building the model…"
    if check.verdict == "failed":
        return f"Keras could not build this design: {check.words}"
    return (
        "Keras has not built this design yet. It does once the engine is ready and the design has "
        "no error."
    )
