"""Flatten against global pooling: what the Dense that follows costs under each."""

from __future__ import annotations

import msgspec

from core.analysis import analyse
from core.block_report import BlockReport
from core.blocks import CATALOGUE, Block, Shape
from core.edits import replace
from core.project import Path, Project

RIVALS = ("Flatten", "GlobalAveragePooling2D", "GlobalMaxPooling2D")
"""Kinds that stand between the last picture and the first Dense, usual ones first."""


class Choice(msgspec.Struct, frozen=True):
    """One way from pictures to a vector, at one place of a design.

    Attributes:
        block: The block that stands, or would stand, there.
        output: Shape that it would give; None where it cannot.
        dense: The first Dense after it, with its units filled in; None where there is none.
        dense_parameters: Weights that this Dense would have; None where it cannot be told.
        parameters: Weights that the whole design would have.
        in_use: Whether it is what stands there now.
    """

    block: Block
    output: Shape | None
    dense: Block | None
    dense_parameters: int | None
    parameters: int
    in_use: bool


def choices(project: Project, path: Path) -> tuple[Choice, ...]:
    """Flatten and global average pooling in place of the block at ``path``, itself among them.

    Nothing where another kind stands there, or where what arrives is no picture.
    """
    block = project.block(path)
    arriving = report_at(project, path).input
    if block.kind() not in RIVALS or arriving is None or len(arriving) != 3:
        return ()
    kinds = [kind for kind in RIVALS[:2] if kind != block.kind()]
    rivals = [block, *(CATALOGUE[kind]() for kind in kinds)]
    rivals.sort(key=lambda rival: RIVALS.index(rival.kind()))
    return tuple(_choice(project, path, rival) for rival in rivals)


def exchanged(project: Project, path: Path, block: Block) -> Project:
    """The project with ``block`` in place of the one at ``path``."""
    return replace(project, path, (block,))


def report_at(project: Project, path: Path) -> BlockReport:
    """What the block at ``path`` does to one picture."""
    return analyse(project).report(path)


def _choice(project: Project, path: Path, block: Block) -> Choice:
    in_use = block == project.block(path)
    after = project if in_use else exchanged(project, path, block)
    dense = _dense_after(after, path)
    known = dense is not None and dense.output is not None
    return Choice(
        block=block,
        output=report_at(after, path).output,
        dense=dense.block if dense is not None else None,
        dense_parameters=dense.cost.parameters if dense is not None and known else None,
        parameters=analyse(after).parameters,
        in_use=in_use,
    )


def _dense_after(project: Project, path: Path) -> BlockReport | None:
    """The first Dense below ``path`` in the same stack."""
    place = (*path[:-1], path[-1] + 1)
    while True:
        try:
            report = report_at(project, place)
        except IndexError:
            return None
        if report.block.kind() == "Dense":
            return report
        place = (*place[:-1], place[-1] + 1)
