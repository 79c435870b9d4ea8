"""What a block comes to, with its numbers filled in."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from core.block_report import BlockReport
from core.blocks import show_shape, values_in
from gui.design.rows import shortcut_words
from gui.theme import theme
from gui.widgets.figures import data_size, short
from gui.widgets.labels import styled


class Fact(NamedTuple):
    """A word, its figure, and how the figure comes about."""

    word: str
    figure: str
    formula: str = ""


class Facts(QWidget):
    """Rows of a word and its figure, formulas below; all can be selected and copied."""

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(1, 1)
        self._rows: list[tuple[QLabel, QLabel, QLabel]] = []

    def show_facts(self, facts: list[Fact]) -> None:
        """Show these words and figures, reusing the labels."""
        while len(self._rows) < len(facts):
            self._add_row()
        for place, labels in enumerate(self._rows):
            fact = facts[place] if place < len(facts) else Fact("", "")
            for label, text in zip(labels, fact, strict=True):
                label.setText(text)
                label.setVisible(bool(text))
        self.setAccessibleName("; ".join(f"{fact.word}: {fact.figure}" for fact in facts))

    @property
    def text(self) -> str:
        """Everything shown."""
        return "\n".join(
            " ".join(label.text() for label in labels if label.text()) for labels in self._rows
        ).strip()

    def _add_row(self) -> None:
        word, figure, formula = styled("", "muted"), styled(""), styled("", "muted")
        word.setFont(theme().font("small"))
        for label in (figure, formula):
            label.setFont(theme().font("mono_small"))
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        figure.setAlignment(Qt.AlignmentFlag.AlignRight)
        formula.setContentsMargins(0, 0, 0, 6)
        row = 2 * len(self._rows)
        self._grid.addWidget(word, row, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(figure, row, 1)
        self._grid.addWidget(formula, row + 1, 0, 1, 2)
        self._rows.append((word, figure, formula))


def block_facts(report: BlockReport) -> list[Fact]:
    """Everything worked out about one block; nothing where it is impossible."""
    if report.input is None or report.output is None:
        return []
    block = report.block
    if block.disabled:
        return [Fact("output", show_shape(report.output), "disabled: handed on as it is")]
    parameters = report.cost.parameters
    facts = [
        Fact("output", show_shape(report.output), block.shape_formula(report.input)),
        Fact(
            "parameters",
            f"{parameters:,}",
            block.parameter_formula(report.input) if parameters else "",
        ),
        Fact("multiply-adds", short(report.cost.multiply_adds)),
        Fact("values", f"{values_in(report.output):,} · {data_size(report.activation_bytes)}"),
    ]
    if shortcut := shortcut_words(report):
        facts.append(Fact("shortcut", "projected", shortcut.removeprefix("shortcut projected: ")))
    if report.receptive_field is not None:
        facts.append(Fact("each value sees", sight(report)))
    return facts


def sight(report: BlockReport) -> str:
    """The part of the picture that one value sees, in words."""
    if report.receptive_field is None:
        return ""
    rows, columns = report.receptive_field
    return f"{rows:,} × {columns:,} pixels" if rows * columns > 1 else "1 pixel"
