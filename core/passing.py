"""A picture's way through a stack: what each block makes of it, containers round by round.

Blocks are immutable values, so each (block, arriving shape) pair is worked out once and
remembered; after an edit only what changed is worked out anew.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import msgspec

from core.block_report import BlockReport, walk_reports
from core.blocks import (
    Block,
    Composite,
    Container,
    Cost,
    Remedy,
    Shape,
    ShapeProblem,
    Stack,
    values_in,
)
from core.blocks._nesting import MAX_LAYERS, check_layers, merged, operands
from core.problems import Fix, Problem
from core.project import Path, Project
from core.sight import Sight, pixels_seen, widened, widest

MAX_VALUES = 2**31 - 1
"""Most values one block may hand on for one picture; TensorFlow counts many sizes in int32."""


@lru_cache(maxsize=65_536)
def _outcome(block: Block, shape: Shape) -> tuple[Shape, Cost] | ShapeProblem:
    """Output shape and cost of a block, or the problem that stops it."""
    try:
        output = block.output_shape(shape)
        if values_in(output) > MAX_VALUES:
            raise ShapeProblem(
                f"{block.kind()} would make {values_in(output):,} values of one picture.",
                f"More than {MAX_VALUES:,} values cannot be counted by the training backends.",
                (Remedy(f"Remove this {block.kind()}", ()),),
            )
        return output, block.cost(shape)
    except ShapeProblem as problem:
        # A raised exception drags its traceback and every frame along; the cache keeps only words.
        return ShapeProblem(problem.message, problem.reason, problem.remedies)


class Passed(NamedTuple):
    """What became of a picture behind a stack or a container."""

    reports: tuple[BlockReport, ...]
    shape: Shape | None
    sight: Sight | None


def pass_through(
    stack: Stack, shape: Shape | None, sight: Sight | None, picture: Shape, place: Path
) -> Passed:
    """Send a picture through a stack.

    Args:
        stack: The blocks.
        shape: Of what enters it; None after an unsolved problem.
        sight: What each of the values that enter it sees; None where that cannot be told.
        picture: Shape of one picture of the project.
        place: Where the stack is.
    """
    reports = []
    for index, block in enumerate(stack):
        report, sight = _report(block, shape, sight, picture, (*place, index))
        shape = report.output
        reports.append(report)
    return Passed(tuple(reports), shape, sight)


@lru_cache(maxsize=65_536)
def _report(
    block: Block, shape: Shape | None, sight: Sight | None, picture: Shape, path: Path
) -> tuple[BlockReport, Sight | None]:
    """One block's report, and what its outputs see."""
    if isinstance(block, Container):
        return _container_report(block, shape, sight, picture, path)
    if shape is None:
        return BlockReport(block, None, None, Cost(), None), None
    if block.disabled:
        return BlockReport(block, shape, shape, Cost(), pixels_seen(sight, picture)), sight
    outcome = _outcome(block, shape)
    if isinstance(outcome, ShapeProblem):
        error = _problem(outcome, path)
        return BlockReport(block, shape, None, Cost(), None, error=error), None
    output, cost = outcome
    seen = widened(block, shape, sight)
    return (
        BlockReport(block, shape, output, cost, pixels_seen(seen, picture), _values(block, shape)),
        seen,
    )


def _values(block: Block, shape: Shape) -> int:
    """Output values of the layers that a block comes to."""
    if not isinstance(block, Composite):
        return block.values(shape)
    passed = pass_through(block.expanded(shape), shape, Sight(), shape, ())
    return sum(report.values for report in passed.reports)


def _problem(problem: ShapeProblem, path: Path, before: str = "") -> Problem:
    """A block's complaint as a problem of the project."""
    return Problem(
        path=path,
        code="shape",
        severity="error",
        message=f"{before}{problem.message}",
        reason=problem.reason,
        fixes=tuple(Fix(r.label, path, r.replacement) for r in problem.remedies),
    )


def _container_report(
    block: Container, shape: Shape | None, sight: Sight | None, picture: Shape, path: Path
) -> tuple[BlockReport, Sight | None]:
    """A container's report with those of what it holds, and what its outputs see."""
    if shape is None or block.disabled:
        inner = tuple(
            pass_through(stack, None, None, picture, (*path, number)).reports
            for number, stack in enumerate(block.stacks)
        )
        field = pixels_seen(sight, picture) if shape is not None else None
        return BlockReport(block, shape, shape, Cost(), field, stacks=inner), sight
    held: tuple[tuple[BlockReport, ...], ...] = ()
    cost, values, later = Cost(), 0, list[Problem]()
    entry: Shape | None = shape
    rounds = block.rounds() if block.layer_count() <= MAX_LAYERS else (block.stacks,)
    for turn, stacks in enumerate(rounds):
        passed = tuple(
            pass_through(stack, entry, sight, picture, (*path, number))
            for number, stack in enumerate(stacks)
        )
        if turn == 0:
            held = tuple(each.reports for each in passed)
        try:
            if all(each.shape is not None for each in passed):
                check_layers(block)
            joined = _joined(block, entry, sight, passed, picture)
        except ShapeProblem as problem:
            error = _problem(problem, path)
            return BlockReport(block, shape, None, cost, None, values, error, held), None
        if joined is None:
            if turn > 0:
                later += _first_errors(passed, turn, len(rounds))
            return (
                BlockReport(block, shape, None, cost, None, values, None, held, tuple(later)),
                None,
            )
        entry, sight = joined.shape, joined.sight
        cost += joined.cost
        values += joined.values
    return (
        BlockReport(block, shape, entry, cost, pixels_seen(sight, picture), values, None, held),
        sight,
    )


class _Joined(NamedTuple):
    """One round of a container, its ends made one."""

    shape: Shape
    sight: Sight | None
    cost: Cost
    values: int


def _joined(
    block: Container,
    entry: Shape | None,
    sight: Sight | None,
    passed: tuple[Passed, ...],
    picture: Shape,
) -> _Joined | None:
    """Make the ends of a container's stacks one; None where one of them is not known.

    Raises:
        ShapeProblem: They do not fit together.
    """
    outputs = tuple(each.shape for each in passed if each.shape is not None)
    if entry is None or len(outputs) < len(passed):
        return None
    join = block.join(entry, outputs)
    sights = [each.sight for each in passed]
    reports = [report for each in passed for report in each.reports]
    if join.shortcut is not None:
        shortcut = pass_through(join.shortcut, entry, sight, picture, ())
        sights.append(shortcut.sight)
        reports += shortcut.reports
    between = merged(join.merge, operands(join, entry, outputs))
    after = pass_through(join.after, between, widest(sights), picture, ())
    reports += after.reports
    assert after.shape is not None
    return _Joined(
        after.shape,
        after.sight,
        sum((report.cost for report in reports), Cost()),
        sum(report.values for report in reports)
        + (values_in(between) if join.merge is not None else 0),
    )


def _first_errors(passed: tuple[Passed, ...], turn: int, turns: int) -> list[Problem]:
    """What stops a later copy, said of the block on the canvas."""
    found = []
    for each in passed:
        for _, report in walk_reports(each.reports, ()):
            for problem in report.stops:
                message = f"In copy {turn + 1} of {turns}: {problem.message}"
                found.append(msgspec.structs.replace(problem, message=message))
    return found


def reports_of(project: Project) -> tuple[BlockReport, ...]:
    """What every block does to one picture of the project, advice left out."""
    picture = project.input.shape
    return pass_through(project.resolved_stack(), picture, Sight(), picture, ()).reports


def stops(project: Project) -> list[Problem]:
    """What stops a picture, in the order of reading; blocks' own words and ways out."""
    return [
        problem for _, report in walk_reports(reports_of(project), ()) for problem in report.stops
    ]
