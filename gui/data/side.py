"""The right side: balance of the classes, health, what the pictures are like, preparation."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLayout, QScrollArea, QVBoxLayout, QWidget

from core.data.report import Report
from core.data.source import Folder
from gui.data.augmentation import Augmentation
from gui.data.balance import Balance
from gui.data.changes import Changes
from gui.data.desk import DataDesk
from gui.data.findings import Findings
from gui.data.preparation import Preparation, Suggested, line, section
from gui.data.shelf import Shelf
from gui.data.split import Split
from gui.data.thumbs import ThumbModel
from gui.data.words import facts, listed_classes
from gui.widgets.clearing import clear
from gui.widgets.labels import styled
from gui.widgets.tab_order import TabOrder


class Side(QScrollArea):
    """Sections below one another."""

    def __init__(self, desk: DataDesk, shelf: Shelf, thumbs: ThumbModel) -> None:
        """Prepare; `build` makes the sections."""
        super().__init__()
        self._desk = desk
        self._shelf = shelf
        self._thumbs = thumbs
        self._facts_shown: list[tuple[str, str]] = []
        self.setObjectName("data.side")
        self.setAccessibleName("About the pictures")
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumWidth(340)

    def build(self) -> Iterator[None]:
        """Make the sections part by part, in place from the outside in."""
        inner = QWidget()
        inner.setProperty("look", "panel")
        column = QVBoxLayout(inner)
        column.setContentsMargins(16, 14, 16, 16)
        column.setSpacing(8)
        self.setWidget(inner)
        self._add_balance(column)
        self._add_scan(column)
        yield
        self._add_facts(self.scan_parts.layout())
        self.preparation = Preparation(self._desk)
        column.addWidget(section("Preparation"))
        column.addWidget(self.preparation)
        column.addWidget(line())
        yield from self.preparation.build()
        self.augmentation = Augmentation(self._desk)
        column.addWidget(section("Augmentation"))
        column.addWidget(self.augmentation)
        column.addStretch(1)
        self._tab_order = TabOrder(inner)
        self.findings.made.connect(self._tab_order.follow)

    def _add_balance(self, column: QVBoxLayout) -> None:
        self.balance = Balance()
        self.balance_parts, balance = _group(column)
        balance.addWidget(section("Balance"))
        balance.addWidget(self.balance)
        balance.addWidget(line())

    def _add_scan(self, column: QVBoxLayout) -> None:
        desk = self._desk
        self.scan_parts, scan = _group(column)
        self.changes = Changes(desk, self.balance)
        self.suggested = Suggested(desk, self.balance)
        self.health_title = section("Health")
        self.health = styled("", "muted")
        self.health.setWordWrap(True)
        self.findings = Findings(desk, self._thumbs, self.balance)
        self.split = Split(desk)
        scan.addWidget(self.changes)
        scan.addWidget(self.suggested)
        scan.addWidget(self.health_title)
        scan.addWidget(self.health)
        scan.addWidget(self.findings)
        scan.addWidget(line())
        scan.addWidget(self.split)
        scan.addWidget(line())

    def _add_facts(self, scan: QLayout) -> None:
        self.fact_parts, facts_column = _group(scan)
        self.fact_parts.hide()
        self._facts = QGridLayout()
        self._facts.setHorizontalSpacing(12)
        self._facts.setVerticalSpacing(4)
        self._facts.setColumnStretch(1, 1)
        facts_column.addWidget(section("Pictures"))
        facts_column.addLayout(self._facts)
        facts_column.addWidget(line())

    def refresh(self) -> None:
        """Show the report as it is now."""
        report = self._desk.report
        self.scan_parts.setVisible(report is not None)
        self.preparation.refresh()
        self.changes.refresh()
        self.suggested.refresh()
        self.split.refresh()
        self.augmentation.refresh()
        classes = listed_classes(report) if report is not None else self._shelf.classes
        source = self._desk.source
        out = frozenset(source.classes_left_out if isinstance(source, Folder) else ())
        self.balance_parts.setVisible(any(one.total for one in classes) or report is not None)
        self.balance.show_classes(classes, drawn_later=report is None, out=out)
        if report is not None:
            self.findings.show_report(report)
            self._show_health(report)
            self._show_facts(report)
        self._tab_order.follow()

    def _show_health(self, report: Report) -> None:
        number = len(report.findings)
        self.health_title.setText("HEALTH" if not number else f"HEALTH · {number} FOUND")
        words = ""
        if self._desk.job is not None and self._desk.job.kind == "scan":
            words = "Still looking: more may be found."
        elif not report.complete:
            words = "The scan was stopped: only a part of the pictures was looked at."
        elif not number:
            words = "Nothing wrong was found."
        self.health.setText(words)
        self.health.setVisible(bool(words))

    def _show_facts(self, report: Report) -> None:
        found = facts(report)
        if found == self._facts_shown:
            return
        self._facts_shown = found
        self.fact_parts.setVisible(bool(found))
        clear(self._facts)
        for row, (name, words) in enumerate(found):
            label, value = styled(name, "muted"), styled(words)
            value.setWordWrap(True)
            self._facts.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
            self._facts.addWidget(value, row, 1)


def _group(column: QLayout) -> tuple[QWidget, QVBoxLayout]:
    """Parts that are shown and hidden together, at the end of a column."""
    holder = QWidget()
    column.addWidget(holder)
    lines = QVBoxLayout(holder)
    lines.setContentsMargins(0, 0, 0, 0)
    lines.setSpacing(8)
    return holder, lines
