"""Compare with…: two designs or runs side by side; follows the design on screen."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from core.compare import Comparison, Figure, Subject, compare
from core.compare.telling import as_markdown, as_object, as_text
from core.project_file import ProjectError
from core.words import capitalised
from gui.compare.sources import Source, SourceButton, of_run_info, on_screen, states
from gui.compare.table import FiguresModel, RowsModel, table_of
from gui.data.background import Background
from gui.theme import theme
from gui.train.runs import RunLister
from gui.widgets.choices import CheckBox
from gui.widgets.labels import styled
from gui.widgets.saving import save_as, text_writer
from gui.widgets.throttle import Throttle

if TYPE_CHECKING:
    from pathlib import Path

    from core.training.run import RunInfo
    from gui.main_window import MainWindow

FOLLOW_MS = 120
KINDS = {"md": "Markdown", "txt": "Text", "json": "For programs"}


class ComparisonWindow(QDialog):
    """Two buttons that say what is compared, totals, blocks row for row, settings and results.

    Signals:
        shown: Another comparison, or a reason why there is none, is shown.
    """

    shown = Signal()

    def __init__(self, window: MainWindow, latest_runs: bool = False) -> None:
        """Open on the design on screen and how it was at first.

        Args:
            window: The window.
            latest_runs: Open on the latest two runs instead, once they are read.
        """
        super().__init__(window)
        self._latest_runs = latest_runs
        self.setObjectName("comparison")
        self.setWindowTitle("Compare")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._document = window.document
        self._background = Background(self)
        self._asked = 0
        self.comparison: Comparison | None = None
        self.file_dialog: QFileDialog | None = None
        recent = window.settings.values
        self.before = SourceButton("Before", window.document, lambda: recent.recent)
        self.after = SourceButton("After", window.document, lambda: recent.recent)
        self.headline = styled("")
        self.headline.setFont(theme().font("heading"))
        self.headline.setWordWrap(True)
        self.only = CheckBox("Only differences")
        self.only.setChecked(True)
        self.rows = RowsModel(self)
        self.figures = FiguresModel(self)
        self._lay_out()
        self._connect()
        if not latest_runs:
            self.before.show_source(self._first_source())
            self.after.show_source(on_screen(window.document))
        self._lister.refresh()
        self.refresh()
        self.resize(min(window.width() - 40, 1180), min(window.height() - 40, 760))

    # Building

    def _lay_out(self) -> None:
        lines = QVBoxLayout(self)
        lines.setContentsMargins(24, 20, 24, 16)
        lines.setSpacing(12)
        lines.addLayout(self._top())
        lines.addWidget(self.headline)
        self.totals = Totals()
        lines.addWidget(self.totals)
        self.table = table_of(self.rows, "Blocks side by side", (150, 200, 200, 0, 230, 100, 110))
        self.table.horizontalHeader().setStretchLastSection(False)
        self.none = styled("", "muted")
        self.none.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.none.setMinimumHeight(80)
        self.facts = table_of(self.figures, "Settings and results", (220, 0, 0, 150))
        upper = QWidget()
        inner = QVBoxLayout(upper)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.addWidget(self.table, 1)
        inner.addWidget(self.none, 1)
        self._parts = QSplitter(Qt.Orientation.Vertical)
        self._parts.setChildrenCollapsible(False)
        self._parts.addWidget(upper)
        self._parts.addWidget(self.facts)
        self._parts.setStretchFactor(0, 3)
        self._parts.setStretchFactor(1, 2)
        lines.addWidget(self._parts, 1)
        lines.addLayout(self._foot())

    def _top(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        self.swap = QPushButton("⇄ Swap")
        self.swap.setAccessibleName("Swap before and after")
        self.swap.setProperty("look", "quiet")
        for words, button in (("Before", self.before), ("After", self.after)):
            label = styled(words, "muted")
            label.setBuddy(button)
            row.addWidget(label)
            row.addWidget(button)
            if button is self.before:
                row.addWidget(self.swap)
        row.addStretch(1)
        row.addWidget(self.only)
        return row

    def _foot(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        self.copy_button = QPushButton("Copy as Markdown")
        self.save_button = QPushButton("Save…")
        close = QPushButton("Close")
        close.setProperty("look", "primary")
        close.clicked.connect(self.close)
        row.addWidget(self.copy_button)
        row.addWidget(self.save_button)
        row.addStretch(1)
        row.addWidget(close)
        return row

    def _connect(self) -> None:
        self.before.chosen.connect(lambda source: self.choose(before=source))
        self.after.chosen.connect(lambda source: self.choose(after=source))
        self.table.clicked.connect(lambda _index: self._select_block())
        self.table.activated.connect(lambda _index: self._select_block())
        self.swap.clicked.connect(
            lambda: self.choose(before=self.after.source, after=self.before.source)
        )
        self.only.toggled.connect(lambda _on: self._show_rows())
        self.copy_button.clicked.connect(self.copy)
        self.save_button.clicked.connect(self.save)
        self._lister = RunLister(self)
        self._lister.listed.connect(self._take_runs)
        self._follow = Throttle(FOLLOW_MS, self._document_changed, self)
        self._document.changed.connect(self._follow.ask)
        theme().changed.connect(self._show_rows)

    def _first_source(self) -> Source | None:
        """What the design is most likely to be compared with: how it was when it was opened."""
        found = states(self._document)
        return found[-1] if len(found) > 1 else None

    # Choosing

    def choose(self, before: Source | None = None, after: Source | None = None) -> None:
        """Compare something else, on either side or both."""
        if before is not None:
            self.before.show_source(before)
        if after is not None:
            self.after.show_source(after)
        self.refresh()

    def _take_runs(self, found: list[RunInfo]) -> None:
        self.before.runs = self.after.runs = found
        if self._latest_runs and len(found) > 1:
            self.choose(before=of_run_info(found[1]), after=of_run_info(found[0]))
        elif self.before.source is None and found:
            self.choose(before=of_run_info(found[0]))

    def _document_changed(self) -> None:
        sources = (self.before.source, self.after.source)
        if any(source is not None and source.live for source in sources):
            self.refresh()

    def refresh(self) -> None:
        """Read both and compare them, off the window's thread."""
        before, after = self.before.source, self.after.source
        self._asked += 1
        if before is None or after is None:
            self._show(self._asked, self._invitation())
            return
        number = self._asked
        self._background.run(
            lambda: _compared(before, after), lambda found: self._show(number, found)
        )

    def _invitation(self) -> str:
        """What to do while there is nothing to compare yet."""
        if self._latest_runs and len(self.before.runs) < 2:
            return "There are not two runs yet: train, change something, and train again."
        return "Choose what to compare with: press the button on the left."

    def _select_block(self) -> None:
        """A chosen row selects its block, if one side is the design on screen."""
        index = self.table.currentIndex()
        if not index.isValid():
            return
        row = self.rows.rows[index.row()]
        for button, side in ((self.after, row.after), (self.before, row.before)):
            if button.source is not None and button.source.live and side is not None:
                self._document.select((side.path,))
                return

    def _show(self, number: int, found: Comparison | str) -> None:
        """Show a comparison, or why there is none."""
        if number != self._asked:
            return  # something else was chosen meanwhile
        wrong = isinstance(found, str)
        self.comparison = None if isinstance(found, str) else found
        self.headline.setText(found if isinstance(found, str) else found.headline)
        chosen = self.before.source is not None
        look = "error" if wrong and chosen else "muted" if wrong else ""
        if self.comparison is not None and self.comparison.identical:
            look = "success"
        self.headline.setProperty("look", look)
        self.headline.style().unpolish(self.headline)
        self.headline.style().polish(self.headline)
        for button in (self.copy_button, self.save_button):
            button.setEnabled(not wrong)
        self.totals.show_figures(self.comparison.totals if self.comparison else ())
        self._show_rows()
        self.shown.emit()

    def _show_rows(self) -> None:
        comparison = self.comparison
        self.rows.show_rows(comparison, self.only.isChecked())
        words = "No block differs. Turn “Only differences” off to see them all."
        self.none.setText(words if comparison is not None else "")
        self.none.setVisible(not self.rows.rows)
        self.table.setVisible(bool(self.rows.rows))
        figures = []
        if comparison is not None:
            figures += [Figure(one.what, one.before, one.after) for one in comparison.settings]
            figures += comparison.results
        self.figures.show_figures(figures)
        self.facts.setVisible(bool(figures))
        self.facts.setMaximumHeight(40 + 26 * len(figures))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter in the table is for its row, not for a button of the dialog."""
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and self.focusWidget() in (self.table, self.facts):
            self._select_block()
        else:
            super().keyPressEvent(event)

    # Giving away

    def copy(self) -> None:
        """Put the comparison on the clipboard as Markdown."""
        if self.comparison is not None:
            text = as_markdown(self.comparison, not self.only.isChecked())
            QGuiApplication.clipboard().setText(text)
            self.copy_button.setText("Copied")

    def save(self) -> None:
        """Ask for a file and write the comparison."""
        comparison, everything = self.comparison, not self.only.isChecked()
        if comparison is None:
            return

        def write(path: Path) -> None:
            text = {
                ".json": lambda: json.dumps(as_object(comparison), indent=2, ensure_ascii=False),
                ".txt": lambda: as_text(comparison, everything),
            }.get(path.suffix.lower(), lambda: as_markdown(comparison, everything))()
            text_writer(text.rstrip("\n") + "\n")(path)

        name = f"{comparison.before.project.name} compared"
        self.file_dialog = save_as(self, "Save comparison", name, KINDS, write)


class Totals(QWidget):
    """Sums over both designs, side by side."""

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(24)
        self._grid.setVerticalSpacing(2)
        self._labels: list[tuple[QLabel, QLabel, QLabel]] = []

    def show_figures(self, figures: tuple[Figure, ...]) -> None:
        """Show these."""
        while len(self._labels) < len(figures):
            self._add()
        for at, labels in enumerate(self._labels):
            figure = figures[at] if at < len(figures) else None
            for label in labels:
                label.setVisible(figure is not None)
            if figure is None:
                continue
            values = dict.fromkeys((figure.before, figure.after))
            labels[0].setText(figure.what)
            labels[1].setText(" → ".join(values))
            labels[2].setText(figure.change if figure.differs else "the same")
        words = [f"{one.what}: {one.before} to {one.after}" for one in figures]
        self.setAccessibleName("; ".join(words) or "No totals")

    @property
    def text(self) -> str:
        """Everything shown."""
        shown = [labels for labels in self._labels if not labels[0].isHidden()]
        return "\n".join(" ".join(label.text() for label in labels) for labels in shown)

    def _add(self) -> None:
        column = len(self._labels)
        labels = styled("", "muted"), styled(""), styled("", "muted")
        labels[0].setFont(theme().font("small"))
        labels[1].setFont(theme().font("mono"))
        labels[2].setFont(theme().font("mono_small"))
        for row, label in enumerate(labels):
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._grid.addWidget(label, row, column)
        self._labels.append(labels)


def _compared(before: Source, after: Source) -> Comparison | str:
    """What the two differ in, or why one cannot be read; works in a thread."""
    subjects: list[Subject] = []
    for source in (before, after):
        try:
            subjects.append(source.load())
        except ProjectError as error:
            return f"{source.title} cannot be compared. {capitalised(str(error))}"
    return compare(*subjects)


def open_comparison(
    window: MainWindow,
    before: Source | None = None,
    after: Source | None = None,
    latest_runs: bool = False,
) -> ComparisonWindow:
    """Open the window on what is given; else as `ComparisonWindow` opens."""
    opened = ComparisonWindow(window, latest_runs)
    if before is not None or after is not None:
        opened.choose(before, after)
    opened.show()
    return opened
