"""What is found out about one block where it stands: shapes, cost, what it sees, what stops it."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from core.blocks import Block, Cost, Shape
from core.problems import Problem
from core.project import Path


class BlockReport(msgspec.Struct, frozen=True, gc=False):
    """What one block does to one picture.

    Attributes:
        block: The block, with everything that follows from the data filled in.
        input: Shape that arrives, without the batch axis; None after an unsolved problem.
        output: Shape that leaves; None where it cannot be told.
        cost: Parameters and multiply-adds, of all that a container holds and as often as it is
            repeated.
        receptive_field: (height, width) of the picture that one output value sees, in pixels;
            None where it cannot be told.
        values: Output values of all layers it comes to, for one picture.
        error: What makes the block impossible, if anything.
        stacks: For a container, the reports of what it holds; of a Repeat, in the first copy.
        later: Problems inside copies after the first of a Repeat.
    """

    block: Block
    input: Shape | None
    output: Shape | None
    cost: Cost
    receptive_field: tuple[int, int] | None
    values: int = 0
    error: Problem | None = None
    stacks: tuple[tuple[BlockReport, ...], ...] = ()
    later: tuple[Problem, ...] = ()

    @property
    def activation_bytes(self) -> int:
        """Memory of the outputs of its layers for one picture, as float32 (bytes)."""
        return 4 * self.values

    @property
    def stops(self) -> tuple[Problem, ...]:
        """What stops a picture here, in this copy or a later one."""
        return self.later if self.error is None else (self.error, *self.later)


def walk_reports(
    reports: tuple[BlockReport, ...], place: Path
) -> Iterator[tuple[Path, BlockReport]]:
    """Every report with its block's path, containers before what they hold.

    Args:
        reports: Of a stack.
        place: Where the stack is.
    """
    for index, report in enumerate(reports):
        path = (*place, index)
        yield path, report
        for number, inner in enumerate(report.stacks):
            yield from walk_reports(inner, (*path, number))
