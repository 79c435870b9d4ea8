"""What stands on the loom, in the order of reading: cards, captions, empty places, feet.

Between two rows blocks can be dropped at one place at most; that is what makes a mouse position a
place in the tree.  Which rows stand one below the other and which side by side says `nest`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from core.analysis import Analysis
from core.block_report import BlockReport
from core.blocks import Block, Container, Role, Shape, show_shape
from core.blocks.containers import Group, Parallel, Repeat, Residual
from core.project import Path, Project
from gui.design.faces import Face, is_open, title

Sort = Literal["card", "caption", "empty", "tail", "foot", "end"]
Line = Literal["solid", "dashed", "none"]

EMPTY_BRANCH = "the input as it is\ndrop blocks here"


class Row(NamedTuple):
    """One line of the loom.

    Attributes:
        sort: What it is; a ``tail`` is the room under a branch, down to where it is merged.
        face: Of the card; of its container for the other sorts.
        depth: How many containers it stands in.
        place: Where blocks dropped just above it would stand; None where none can be dropped.
        words: What is written there, if it is no card.
        output: The tensor that passes below; None where there is none or it is not known.
        line: How the thread to the next row is drawn; ``none`` where nothing flows.
        foot: Of an open container's card, how many rows below its foot stands.
        tensor: Whether the tensor that passes below is drawn there.
        role: Of the block that made it; disabled ones pass on what another made.
        shortcut: Of an open Residual's card, what brings the shortcut to the output's shape;
            ``as it is`` where nothing must.
    """

    sort: Sort
    face: Face
    depth: int
    place: Path | None = None
    words: str = ""
    output: Shape | None = None
    line: Line = "solid"
    foot: int = 0
    tensor: bool = False
    role: Role = Role.INPUT
    shortcut: str = ""


def rows(project: Project, analysis: Analysis, faces: list[Face]) -> list[Row]:
    """Everything the loom shows, in the order of reading.

    Args:
        project: What is shown.
        analysis: Of it.
        faces: Of its cards.
    """
    coming = iter(faces)
    entry = next(coming)
    shown = [Row("card", entry, 0, output=analysis.input, tensor=True)]
    shown += _stack(analysis.blocks, (), coming, Role.INPUT)
    end = (len(project.stack),)
    # The line goes from card to card: below the last one nothing more comes.
    shown[-1] = shown[-1]._replace(line="none")
    return [*shown, Row("end", entry, 0, end, line="none")]


def _stack(
    reports: tuple[BlockReport, ...], place: Path, coming: Iterator[Face], role: Role
) -> Iterator[Row]:
    """The rows of one stack; ``role`` is that of the block that made what enters."""
    for index, report in enumerate(reports):
        face = next(coming)
        path = (*place, index)
        entered, role = role, role if face.disabled else face.block.role
        if is_open(face.block):
            *held, foot = _container(face, report, path, coming, entered)
            yield from (*held, foot._replace(role=role))
        else:
            yield _card(face, path, report.output)._replace(tensor=True, role=role)


def _card(face: Face, path: Path, output: Shape | None, foot: int = 0) -> Row:
    line = _line(face.output is not None)
    return Row("card", face, face.depth, path, output=output, line=line, foot=foot)


def _line(known: bool) -> Line:
    return "solid" if known else "dashed"


def _container(
    face: Face, report: BlockReport, path: Path, coming: Iterator[Face], entered: Role
) -> Iterator[Row]:
    """An open container: its card, what it holds, and its foot."""
    block = face.block
    assert isinstance(block, Container)
    many = len(block.stacks) > 1
    held = _branches if many else _body
    inner = list(held(face, report, path, coming, entered))
    enters = _line(report.input is not None and not face.disabled)
    yield _card(face, path, None, foot=len(inner) + 1)._replace(
        line="none" if many else enters, shortcut=_shortcut(report)
    )
    yield from inner
    yield Row(
        "foot",
        face,
        face.depth,
        (*path, 0, len(block.stacks[0])) if not many and block.stacks[0] else None,
        join_words(block, report),
        report.output,
        _line(report.output is not None),
        tensor=True,
    )


def _branches(
    face: Face, report: BlockReport, path: Path, coming: Iterator[Face], entered: Role
) -> Iterator[Row]:
    """Each branch, its caption above and its tail below, where further blocks can be dropped."""
    block, depth = face.block, face.depth + 1
    assert isinstance(block, Container)
    enters = _line(report.input is not None and not face.disabled)
    for number, stack in enumerate(block.stacks):
        place, inner = (*path, number, len(stack)), report.stacks[number]
        yield Row("caption", face, depth, words=block.stack_title(number), line=enters)
        # The thread under the last row is the tail's: it leads on to where branches meet.
        if inner:
            *before, last = _stack(inner, place[:-1], coming, entered)
            yield from (*before, last._replace(line="none"))
            yield Row("tail", face, depth, place, line=_line(inner[-1].output is not None))
        else:
            yield Row("empty", face, depth, place, EMPTY_BRANCH, line="none")
            yield Row("tail", face, depth, line=enters)


def _body(
    face: Face, report: BlockReport, path: Path, coming: Iterator[Face], entered: Role
) -> Iterator[Row]:
    """The one stack of a container.

    Under its last block no tensor is drawn: the container's own, below its foot, would show it
    again.
    """
    inner = list(_stack(report.stacks[0], (*path, 0), coming, entered))
    if not inner:
        yield Row("empty", face, face.depth + 1, (*path, 0, 0), "drop blocks here")
        return
    yield from inner[:-1]
    yield inner[-1]._replace(tensor=False)


def join_words(block: Block, report: BlockReport) -> str:
    """How a container ends: ``+ input → relu``, ``concatenate → 28 × 28 × 64``, ``3 ×``."""
    if block.disabled:
        return "disabled: what enters leaves as it is"
    return _join(block, report)


def _join(block: Block, report: BlockReport) -> str:
    if isinstance(block, Residual):
        after = "" if block.activation == "linear" else f" → {block.activation}"
        projected = shortcut_words(report)
        return f"+ input{after}" + (f"  ·  {projected}" if projected else "")
    if isinstance(block, Parallel):
        return _merge_words(block, report)
    if isinstance(block, Repeat):
        return f"{block.times} ×"
    assert isinstance(block, Group)
    return f"end of {block.name or title(block)}"


def _merge_words(block: Parallel, report: BlockReport) -> str:
    """``concatenate 8 + 16 → 28 × 28 × 24``: which channels become one, and what comes of it."""
    if report.input is None or report.output is None:
        return block.merge
    ends = [stack[-1].output if stack else report.input for stack in report.stacks]
    channels = " + ".join(f"{end[-1]:,}" for end in ends if end)
    parts = f" {channels}" if block.merge == "concatenate" else ""
    return f"{block.merge}{parts} → {show_shape(report.output)}"


def shortcut_words(report: BlockReport) -> str:
    """What a Residual's shortcut needs; empty where it needs nothing, or that is not known."""
    block = report.block
    if not isinstance(block, Residual) or block.disabled:
        return ""
    body = report.stacks[0] if report.stacks else ()
    if report.input is None or report.output is None or not body or body[-1].output is None:
        return ""
    return block.projects(report.input, body[-1].output)


def _shortcut(report: BlockReport) -> str:
    """What a Residual's shortcut goes through: ``Conv2D 16 filters, 1×1`` or ``as it is``."""
    if not isinstance(report.block, Residual):
        return ""
    return shortcut_words(report).partition(": ")[2] or "as it is"
