"""A comparison in words: for a terminal, as Markdown, as an object for programs."""

from __future__ import annotations

from collections.abc import Sequence

from core.blocks import Shape, show_shape
from core.compare.comparison import Comparison, Figure, Subject
from core.compare.design import Mark, Row, Side
from core.project import number_words, show_path
from core.words import NOTHING, change, short

SIGNS: dict[Mark, str] = {
    "same": " ",
    "changed": "~",
    "moved": ">",
    "moved and changed": ">~",
    "added": "+",
    "removed": "-",
}
"""A sign for each mark; the word stands beside it wherever colour or sign could be missed."""
HEADINGS = ("", "Before", "After", "Difference", "Shape", "Parameters")


def side_words(side: Side | None) -> str:
    """A block in a few words: ``2.1 Conv2D conv_1``, the name only where the user gave one."""
    if side is None:
        return ""
    return " ".join(filter(None, (number_words(side.path), side.block.kind(), side.block.name)))


def difference_words(row: Row) -> str:
    """What became of a block: ``filters 32 → 64``."""
    words = [one.words for one in row.differences]
    if row.elsewhere is not None:
        place = number_words(row.elsewhere.path)
        what = f"moved from {place}" if row.after is not None else f"moved to {place}"
        words.insert(0, f"{what} with what holds it" if row.carried else what)
    if not words and row.mark != "same":
        words = [row.mark]
    return ", ".join(words)


def shape_change(row: Row) -> str:
    """The output shape, or both where they differ."""
    before, after = row.sides
    shapes = [_shape(side.output) for side in (before, after) if side is not None]
    return " → ".join(dict.fromkeys(shapes))


def parameter_change(row: Row) -> str:
    """By how much the parameters differ; empty where they do not."""
    counts = [0 if side is None else side.cost.parameters for side in row.sides]
    return change(counts[1] - counts[0]) if counts[0] != counts[1] else ""


def work_change(row: Row) -> str:
    """By how much the multiply-adds differ; empty where they do not."""
    counts = [0 if side is None else side.cost.multiply_adds for side in row.sides]
    if counts[0] == counts[1]:
        return ""
    return ("+" if counts[1] > counts[0] else "−") + short(abs(counts[1] - counts[0]))


def _shape(shape: Shape | None) -> str:
    return NOTHING if shape is None else show_shape(shape)


def _told(comparison: Comparison, everything: bool) -> list[Row]:
    return [row for row in comparison.rows if everything or row.differs]


def _cells(row: Row) -> tuple[str, ...]:
    indent = "  " * row.depth
    return (
        f"{SIGNS[row.mark]:2} {row.mark}" if row.mark != "same" else "",
        indent + side_words(row.before) if row.before else "",
        indent + side_words(row.after) if row.after else "",
        difference_words(row),
        shape_change(row),
        parameter_change(row),
    )


# Text


def as_text(comparison: Comparison, everything: bool = False) -> str:
    """For a terminal.

    Args:
        comparison: What was found.
        everything: Whether to list blocks that are the same on both sides too.
    """
    lines = [
        f"Before: {comparison.before.title}",
        f"After:  {comparison.after.title}",
        "",
        comparison.headline,
    ]
    if rows := _told(comparison, everything):
        lines += ["", _columns([HEADINGS, *(_cells(row) for row in rows)])]
    for title, table in _tables(comparison):
        lines += ["", _columns([(title, "Before", "After", "Change"), *table])]
    return "\n".join(lines)


def _tables(comparison: Comparison) -> list[tuple[str, list[tuple[str, ...]]]]:
    """The tables below the blocks, those with nothing to tell left out."""
    settings: list[tuple[str, ...]] = [
        (one.what, one.before, one.after, "") for one in comparison.settings
    ]
    tables: list[tuple[str, list[tuple[str, ...]]]] = [
        ("Totals", [_figure_cells(one) for one in comparison.totals]),
        ("Settings", settings),
        ("Results", [_figure_cells(one) for one in comparison.results]),
    ]
    return [(title, rows) for title, rows in tables if rows]


def _figure_cells(figure: Figure) -> tuple[str, ...]:
    return figure.what, figure.before, figure.after, figure.change if figure.differs else ""


def _columns(rows: Sequence[tuple[str, ...]]) -> str:
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


# Markdown


def as_markdown(comparison: Comparison, everything: bool = False) -> str:
    """For a report or a chat; arguments as in `as_text`."""
    lines = [
        f"# {_safe(comparison.before.title)} → {_safe(comparison.after.title)}",
        "",
        comparison.headline,
    ]
    if rows := _told(comparison, everything):
        lines += ["", "## Blocks", "", *markdown_table(HEADINGS, [_cells(row) for row in rows])]
    for title, table in _tables(comparison):
        lines += ["", f"## {title}", "", *markdown_table(("", "Before", "After", "Change"), table)]
    return "\n".join(lines) + "\n"


def markdown_table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """The lines of a Markdown table; what stands in the cells is never markup."""
    lines = [headings, ["---"] * len(headings), *rows]
    return [
        f"| {' | '.join(_safe(cell) if at != 1 else cell for cell in line)} |"
        for at, line in enumerate(lines)
    ]


def _safe(text: str) -> str:
    """Text without what Markdown would take for markup; leading spaces kept as such."""
    kept = text.lstrip(" ")
    for sign in "\\`*_|<>[]#~":
        kept = kept.replace(sign, "\\" + sign)
    return "\N{NO-BREAK SPACE}" * (len(text) - len(text.lstrip(" "))) + kept


# For programs


def as_object(comparison: Comparison) -> dict[str, object]:
    """As ``--json`` prints it."""
    return {
        "before": _subject(comparison.before),
        "after": _subject(comparison.after),
        "identical": comparison.identical,
        "blocks": [_row_object(row) for row in comparison.rows if row.differs],
        "totals": [_figure_object(figure) for figure in comparison.totals],
        "settings": [
            {"what": one.what, "before": one.before, "after": one.after}
            for one in comparison.settings
        ],
        "results": [_figure_object(figure) for figure in comparison.results],
    }


def _subject(subject: Subject) -> dict[str, object]:
    run = subject.run
    return {
        "title": subject.title,
        "name": subject.project.name,
        "run": None if run is None else str(run.path),
    }


def _row_object(row: Row) -> dict[str, object]:
    return {
        "mark": row.mark,
        "before": _side_object(row.before),
        "after": _side_object(row.after),
        "elsewhere": None if row.elsewhere is None else show_path(row.elsewhere.path),
        "differences": [
            {"field": one.field, "what": one.what, "before": one.before, "after": one.after}
            for one in row.differences
        ],
    }


def _side_object(side: Side | None) -> dict[str, object] | None:
    if side is None:
        return None
    return {
        "path": show_path(side.path),
        "kind": side.block.kind(),
        "name": side.name,
        "output": side.output,
        "parameters": side.cost.parameters,
        "multiply_adds": side.cost.multiply_adds,
        "activation_bytes": side.activation_bytes,
    }


def _figure_object(figure: Figure) -> dict[str, str]:
    return {
        "what": figure.what,
        "before": figure.before,
        "after": figure.after,
        "change": figure.change,
    }
