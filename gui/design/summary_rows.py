"""The rows of the summary, how they sort, and the table as text of several kinds."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import NamedTuple

from core.block_report import BlockReport
from core.blocks import Container, Shape, show_shape, values_in
from core.compare.telling import markdown_table
from core.project import Path, block_names, number_words
from gui.design.faces import INPUT_PATH, holder
from gui.design.wording import NOTHING
from gui.design.worked_out import sight
from gui.document import Document
from gui.widgets.figures import data_size, short

HEADINGS = (
    "#",
    "Name",
    "Kind",
    "Output shape",
    "Parameters",
    "Multiply-adds",
    "Activations",
    "Sees",
    "Inside",
)
INSIDE = HEADINGS.index("Inside")
LEFT = (1, 2, INSIDE)
"""Columns of words; figures stand to the right."""

Key = tuple[float | str, ...]


class SummaryRow(NamedTuple):
    """One row.

    Attributes:
        path: Which block; None for the totals.
        cells: As text, one for each heading.
        keys: What each column sorts by.
    """

    path: Path | None
    cells: tuple[str, ...]
    keys: tuple[Key, ...] = ()


def summary_rows(document: Document) -> list[SummaryRow]:
    """The input, every block in the order of the network, and the totals."""
    names = block_names(document.project)
    rows = [_input_row(document)]
    places: dict[Path, str] = {}
    for path, report in document.analysis.walk():
        place = path[:-1]
        if place not in places:
            places[place] = holder(document.project, place)
        rows.append(_row(path, names[path], report, places[place]))
    rows.append(_totals(document))
    return rows


def nested(document: Document) -> bool:
    """Whether any block is a container."""
    return any(isinstance(block, Container) for block in document.project.stack)


def _input_row(document: Document) -> SummaryRow:
    shape = document.analysis.input
    cells = ("0", "input", "Input", show_shape(shape), "0", "0", NOTHING, NOTHING, "")
    return SummaryRow(INPUT_PATH, cells, _keys(INPUT_PATH, cells, shape, (0, 0, -1, -1)))


def _row(path: Path, name: str, report: BlockReport, inside: str) -> SummaryRow:
    known = report.output is not None
    cost = report.cost
    cells = (
        number_words(path),
        name,
        report.block.kind(),
        show_shape(report.output) if report.output is not None else NOTHING,
        f"{cost.parameters:,}" if known else NOTHING,
        short(cost.multiply_adds) if known else NOTHING,
        data_size(report.activation_bytes) if known else NOTHING,
        sight(report) or NOTHING,
        inside,
    )
    field = report.receptive_field
    figures = (
        (cost.parameters, cost.multiply_adds, report.activation_bytes) if known else (-1, -1, -1)
    )
    seen = field[0] * field[1] if field is not None else -1
    return SummaryRow(path, cells, _keys(path, cells, report.output, (*figures, seen)))


def _keys(
    path: Path, cells: tuple[str, ...], shape: Shape | None, figures: Sequence[float]
) -> tuple[Key, ...]:
    """What the columns sort by: numbers as numbers, shapes by how many values they hold."""
    values = values_in(shape) if shape is not None else -1
    words = [(cells[at].lower(),) for at in (1, 2)]
    numbers = [(float(figure),) for figure in (values, *figures)]
    # Inside sorts by place, so that containers stay in the order of the network.
    return (path, *words, *numbers, (cells[INSIDE] != "", *path[:-1]))


def _totals(document: Document) -> SummaryRow:
    cost = document.analysis.cost
    fixed = f" ({cost.non_trainable:,} not trained)" if cost.non_trainable else ""
    figures = (
        f"{cost.parameters:,}",
        short(cost.multiply_adds),
        data_size(document.analysis.activation_bytes),
    )
    return SummaryRow(None, ("", "Total" + fixed, "", "", *figures, "", ""))


# As text

Cells = Sequence[Sequence[str]]


def as_columns(headings: Sequence[str], rows: Cells) -> str:
    """Columns of one width, for people."""
    table = [headings, *rows]
    widths = [max(len(row[column]) for row in table) for column in range(len(headings))]
    lines = []
    for row in table:
        cells = [
            text.ljust(width) if column in LEFT else text.rjust(width)
            for column, (text, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines) + "\n"


def as_tabs(headings: Sequence[str], rows: Cells) -> str:
    """Separated by tabs, for spreadsheets."""
    return "".join("\t".join(row) + "\n" for row in (headings, *rows))


def as_markdown(headings: Sequence[str], rows: Cells) -> str:
    """A Markdown table."""
    return "\n".join(markdown_table(headings, rows)) + "\n"


def as_csv(headings: Sequence[str], rows: Cells) -> str:
    """Separated by commas, quoted where need be."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(headings)
    writer.writerows(rows)
    return text.getvalue()


WAYS = {"csv": as_csv, "md": as_markdown, "txt": as_columns}
"""How the table is written to a file, by suffix."""
