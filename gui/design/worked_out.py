"""What a block comes to, with its numbers filled in."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from core.analysis import BlockReport
from core.blocks import values_in
from gui.theme import theme
from gui.widgets.figures import count, data_size, short
from gui.widgets.labels import styled


class Facts(QWidget):
    """Rows of a word and its figures; figures can be selected and copied."""

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(1, 1)
        self._rows: list[tuple[QLabel, QLabel]] = []

    def show_facts(self, facts: list[tuple[str, str]]) -> None:
        """Show these words and figures, reusing the labels."""
        while len(self._rows) < len(facts):
            self._add_row()
        for place, (word, figure) in enumerate(self._rows):
            shown = place < len(facts)
            word.setVisible(shown)
            figure.setVisible(shown)
            if shown:
                word.setText(facts[place][0])
                figure.setText(facts[place][1])
        self.setAccessibleName("; ".join(f"{word}: {figure}" for word, figure in facts))

    @property
    def text(self) -> str:
        """Everything shown."""
        return "\n".join(
            f"{word.text()} {figure.text()}"
            for word, figure in self._rows
            if word.isVisibleTo(self)
        )

    def _add_row(self) -> None:
        word, figure = styled("", "muted"), styled("")
        word.setFont(theme().font("small"))
        figure.setFont(theme().font("mono_small"))
        figure.setWordWrap(True)
        figure.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row = len(self._rows)
        self._grid.addWidget(word, row, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(figure, row, 1)
        self._rows.append((word, figure))


def block_facts(report: BlockReport) -> list[tuple[str, str]]:
    """Everything worked out about one block; nothing where it is impossible."""
    if report.input is None or report.output is None:
        return []
    block = report.block
    facts = [
        ("output", block.shape_formula(report.input)),
        ("parameters", block.parameter_formula(report.input)),
        ("multiply-adds", short(report.cost.multiply_adds)),
        ("values", f"{values_in(report.output):,} · {data_size(report.activation_bytes)}"),
    ]
    if report.receptive_field is not None:
        facts.append(("sees", sight(report)))
    return facts


def sight(report: BlockReport) -> str:
    """The part of the picture that one value sees, in words."""
    if report.receptive_field is None:
        return ""
    rows, columns = report.receptive_field
    return f"{rows:,} × {columns:,} pixels" if rows * columns > 1 else "1 pixel"


def parameters_in_words(trainable: int, fixed: int) -> str:
    """``34,826 parameters``, the untrained ones named."""
    text = f"{trainable + fixed:,}"
    return f"{text} ({count(fixed, 'value')} not trained)" if fixed else text
