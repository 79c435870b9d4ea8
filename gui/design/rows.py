"""What stands one below the other on the loom: cards, branches' captions, empty places, feet.

Between two rows blocks can be dropped at one place at most; that is what makes a mouse position a
place in the tree.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from core.analysis import Analysis, BlockReport
from core.blocks import Block, Container, Shape, show_shape
from core.blocks.containers import Group, Parallel, Repeat, Residual
from core.project import Path, Project
from gui.design.faces import Face, is_open, title

Sort = Literal["card", "caption", "empty", "foot", "end"]


class Row(NamedTuple):
    """One line of the loom.

    Attributes:
        sort: What it is.
        face: Of the card; of its container for the other sorts.
        depth: How many containers it stands in.
        place: Where blocks dropped just above it would stand; None where none can be dropped.
        words: What is written there, if it is no card.
        output: The tensor that passes below; None where there is none or it is not known.
        line: How the thread to the next row is drawn; ``none`` where nothing flows.
        foot: Of an open container's card, how many rows below its foot stands.
    """

    sort: Sort
    face: Face
    depth: int
    place: Path | None = None
    words: str = ""
    output: Shape | None = None
    line: Literal["solid", "dashed", "none"] = "solid"
    foot: int = 0


def rows(project: Project, analysis: Analysis, faces: list[Face]) -> list[Row]:
    """Everything the loom shows, in the order of reading.

    Args:
        project: What is shown.
        analysis: Of it.
        faces: Of its cards.
    """
    coming = iter(faces)
    entry = next(coming)
    shown = [Row("card", entry, 0, output=analysis.input)]
    shown += _stack(analysis.blocks, (), coming)
    end = (len(project.stack),)
    # The line goes from card to card: below the last one nothing more comes.
    shown[-1] = shown[-1]._replace(line="none")
    return [*shown, Row("end", entry, 0, end, line="none")]


def _stack(reports: tuple[BlockReport, ...], place: Path, coming: Iterator[Face]) -> Iterator[Row]:
    for index, report in enumerate(reports):
        face = next(coming)
        path = (*place, index)
        if is_open(face.block):
            yield from _container(face, report, path, coming)
        else:
            yield _card(face, path, report.output)


def _card(face: Face, path: Path, output: Shape | None, foot: int = 0) -> Row:
    known = face.output is not None
    line: Literal["solid", "dashed"] = "solid" if known else "dashed"
    return Row("card", face, face.depth, path, output=output, line=line, foot=foot)


def _container(
    face: Face, report: BlockReport, path: Path, coming: Iterator[Face]
) -> Iterator[Row]:
    """An open container: its card, what it holds, and its foot."""
    block = face.block
    assert isinstance(block, Container)
    inner: list[Row] = []
    place: Path | None = None
    for number, stack in enumerate(block.stacks):
        if len(block.stacks) > 1:
            if inner:
                inner[-1] = inner[-1]._replace(line="none")
            title = block.stack_title(number)
            inner.append(Row("caption", face, face.depth + 1, place, title))
        inner += _stack(report.stacks[number], (*path, number), coming)
        place = (*path, number, len(stack))
        if not stack:
            inner.append(Row("empty", face, face.depth + 1, place, "drop blocks here"))
            place = None
    yield _card(face, path, None, foot=len(inner) + 1)._replace(
        line="none" if len(block.stacks) > 1 else "solid"
    )
    yield from inner
    yield Row(
        "foot",
        face,
        face.depth,
        place,
        join_words(block, report),
        report.output,
        "solid" if report.output is not None else "dashed",
    )


def join_words(block: Block, report: BlockReport) -> str:
    """How a container ends: ``+ input → relu``, ``concatenate → 28 × 28 × 64``, ``3 ×``."""
    words = _join(block, report)
    return f"disabled: would be {words}" if block.disabled else words


def _join(block: Block, report: BlockReport) -> str:
    if isinstance(block, Residual):
        after = "" if block.activation == "linear" else f" → {block.activation}"
        projected = shortcut_words(report)
        return f"+ input{after}" + (f"  ·  {projected}" if projected else "")
    if isinstance(block, Parallel):
        known = report.output is not None and not block.disabled
        return f"{block.merge} → {show_shape(report.output or ())}" if known else block.merge
    if isinstance(block, Repeat):
        return f"{block.times} ×"
    assert isinstance(block, Group)
    return f"end of {block.name or title(block)}"


def shortcut_words(report: BlockReport) -> str:
    """What a Residual's shortcut needs; empty where it needs nothing, or that is not known."""
    block = report.block
    if not isinstance(block, Residual) or block.disabled:
        return ""
    body = report.stacks[0] if report.stacks else ()
    if report.input is None or report.output is None or not body or body[-1].output is None:
        return ""
    return block.projects(report.input, body[-1].output)
