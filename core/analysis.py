"""What a stack does to a picture: shapes, costs, receptive fields and problems, without Keras.

Blocks are immutable values, so each (block, arriving shape) pair is worked out once and
remembered; after an edit only what changed is worked out anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import msgspec

from core.advice import neighbour_advice
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
from core.edits import replace
from core.misplaced import moved_up
from core.places import Place
from core.problems import Fix, Problem, block_advice, ending, project_problems
from core.project import Path, Project
from core.shrinking import explained, is_too_small
from core.sight import Sight, pixels_seen, widened, widest
from core.words import count

MAX_VALUES = 2**31 - 1
"""Most values one block may hand on for one picture; TensorFlow counts many sizes in int32."""


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


class Analysis(msgspec.Struct, frozen=True):
    """What a whole project comes to.

    Attributes:
        input: Shape of one picture.
        blocks: One report for each block of the outermost stack, in order.
        problems: Everything found, errors first within each block, in stack order.
        muted: Warnings found of the kinds that the project mutes.
        cost: Sum over the blocks.
        activation_bytes: Sum over the blocks, for one picture, as float32 (bytes).
    """

    input: Shape
    blocks: tuple[BlockReport, ...]
    problems: tuple[Problem, ...]
    cost: Cost
    activation_bytes: int
    muted: tuple[Problem, ...] = ()

    @property
    def output(self) -> Shape | None:
        """Shape the stack ends in; None where it cannot be told."""
        return self.blocks[-1].output if self.blocks else self.input

    @property
    def parameters(self) -> int:
        """All weights, trainable or not (values)."""
        return self.cost.parameters

    @property
    def trainable_as_is(self) -> bool:
        """Whether training could start: no problem is an error."""
        return not any(problem.severity == "error" for problem in self.problems)

    def report(self, path: Path) -> BlockReport:
        """The report of the block at ``path``.

        Raises:
            IndexError: No block stands there.
        """
        reports = self.blocks
        for at in range(0, len(path) - 1, 2):
            reports = reports[path[at]].stacks[path[at + 1]]
        return reports[path[-1]]

    def walk(self) -> Iterator[tuple[Path, BlockReport]]:
        """Every report with its block's path, containers before what they hold."""
        return _walk_reports(self.blocks, ())

    def problems_at(self, path: Path) -> tuple[Problem, ...]:
        """The problems of one block."""
        return tuple(problem for problem in self.problems if problem.path == path)


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


class _Passed(NamedTuple):
    """What became of a picture behind a stack or a container."""

    reports: tuple[BlockReport, ...]
    shape: Shape | None
    sight: Sight | None


def _walk_reports(
    reports: tuple[BlockReport, ...], place: Path
) -> Iterator[tuple[Path, BlockReport]]:
    for index, report in enumerate(reports):
        path = (*place, index)
        yield path, report
        for number, inner in enumerate(report.stacks):
            yield from _walk_reports(inner, (*path, number))


def _pass(
    stack: Stack, shape: Shape | None, sight: Sight | None, picture: Shape, place: Path
) -> _Passed:
    """Send a picture through a stack."""
    reports = []
    for index, block in enumerate(stack):
        report, sight = _report(block, shape, sight, picture, (*place, index))
        shape = report.output
        reports.append(report)
    return _Passed(tuple(reports), shape, sight)


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
    passed = _pass(block.expanded(shape), shape, Sight(), shape, ())
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
            _pass(stack, None, None, picture, (*path, number)).reports
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
            _pass(stack, entry, sight, picture, (*path, number))
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
    passed: tuple[_Passed, ...],
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
        shortcut = _pass(join.shortcut, entry, sight, picture, ())
        sights.append(shortcut.sight)
        reports += shortcut.reports
    between = merged(join.merge, operands(join, entry, outputs))
    after = _pass(join.after, between, widest(sights), picture, ())
    reports += after.reports
    assert after.shape is not None
    return _Joined(
        after.shape,
        after.sight,
        sum((report.cost for report in reports), Cost()),
        sum(report.values for report in reports)
        + (values_in(between) if join.merge is not None else 0),
    )


def _first_errors(passed: tuple[_Passed, ...], turn: int, turns: int) -> list[Problem]:
    """What stops a later copy, said of the block on the canvas."""
    found = []
    for each in passed:
        for _, report in _walk_reports(each.reports, ()):
            for problem in report.stops:
                message = f"In copy {turn + 1} of {turns}: {problem.message}"
                found.append(msgspec.structs.replace(problem, message=message))
    return found


@lru_cache(maxsize=64)
def analyse(project: Project) -> Analysis:
    """Shapes, costs and problems of a project.  Pure, and fast enough to call on every edit."""
    picture = project.input.shape
    blocks = _pass(project.resolved_stack(), picture, Sight(), picture, ()).reports
    cost = Cost(
        trainable=sum(report.cost.trainable for report in blocks),
        non_trainable=sum(report.cost.non_trainable for report in blocks),
        multiply_adds=sum(report.cost.multiply_adds for report in blocks),
    )
    found = _all_problems(project, blocks, cost)
    muted = tuple(
        problem
        for problem in found
        if problem.severity == "warning" and problem.code in project.muted
    )
    return Analysis(
        input=picture,
        blocks=blocks,
        problems=tuple(problem for problem in found if problem not in muted) if muted else found,
        cost=cost,
        activation_bytes=sum(report.activation_bytes for report in blocks),
        muted=muted,
    )


def _all_problems(
    project: Project, blocks: tuple[BlockReport, ...], cost: Cost
) -> tuple[Problem, ...]:
    """Errors of shapes, advice for blocks, and problems of the whole, in stack order."""
    found: list[Problem] = []
    for path, report in _walk_reports(blocks, ()):
        if report.error is not None:
            found.append(_explained(project, report, report.error, blocks))
        elif report.input is not None and not report.block.disabled:
            found.extend(_remarks(report.block, report.input, path))
        found.extend(_later_explained(project, path, report, blocks))
    last, whole = ending(project), project.input.shape
    for places in _stacks_of_places(project.stack, blocks, (), (1, 1)):
        for place in places:
            found.extend(block_advice(place.block, place.arrives, place.path, place.path == last))
        found.extend(neighbour_advice(places, whole))
    output = blocks[-1].output if blocks else None
    found.extend(project_problems(project, output, cost.trainable))
    return tuple(sorted(found, key=lambda problem: problem.path or ()))


def _failures(project: Project) -> list[Problem]:
    """What stops a picture, in the order of reading; blocks' own words and ways out."""
    picture = project.input.shape
    blocks = _pass(project.resolved_stack(), picture, Sight(), picture, ()).reports
    return [problem for _, report in _walk_reports(blocks, ()) for problem in report.stops]


def _explained(
    project: Project, report: BlockReport, problem: Problem, blocks: tuple[BlockReport, ...]
) -> Problem:
    """A block's complaint, with what can be done about it elsewhere."""
    if is_too_small(report.block, report.input):
        return explained(project, problem, blocks, _failures)
    if len(report.input or ()) != 3 and not isinstance(report.block, Container):
        return moved_up(project, problem, blocks, _failures)
    return problem


def _later_explained(
    project: Project, path: Path, report: BlockReport, blocks: tuple[BlockReport, ...]
) -> Iterator[Problem]:
    """What stops later copies of a Repeat, with cures where the picture has become too small."""
    for problem in report.later:
        assert problem.path is not None
        inner = report
        for at in range(len(path), len(problem.path), 2):
            inner = inner.stacks[problem.path[at]][problem.path[at + 1]]
        yield _explained(project, inner, problem, blocks)


@lru_cache(maxsize=16_384)
def _remarks(block: Block, shape: Shape, path: Path) -> tuple[Problem, ...]:
    """What a block itself has to say, as problems of the project."""
    return tuple(
        Problem(
            path=path,
            code=remark.code,
            severity="error" if remark.stops else "warning",
            message=remark.message,
            reason=remark.reason,
            fixes=tuple(Fix(r.label, path, r.replacement) for r in remark.remedies),
        )
        for remark in block.remarks(shape)
    )


def _stacks_of_places(
    stack: Stack, reports: tuple[BlockReport, ...], place: Path, seen: tuple[int, int]
) -> Iterator[list[Place]]:
    """The blocks that take part, stack by stack, as far as shapes are known.

    Args:
        stack: The blocks as the user wrote them.
        reports: Theirs.
        place: Where the stack is.
        seen: What each value that enters it sees (pixels).
    """
    places = []
    for index, (block, report) in enumerate(zip(stack, reports, strict=True)):
        if report.input is not None and not block.disabled:
            path = (*place, index)
            if report.error is None:  # what is impossible is not advised about
                places.append(Place(path, block, report.input, report.cost.parameters, seen))
            if isinstance(block, Container):
                for number, inner in enumerate(block.stacks):
                    held = report.stacks[number]
                    yield from _stacks_of_places(inner, held, (*path, number), seen)
        seen = report.receptive_field or seen
    yield places


def apply_fix(project: Project, fix: Fix) -> Project:
    """The project with a fix carried out."""
    for swap in fix.swaps:
        project = replace(project, swap.path, swap.replacement)
    if fix.batch_size is not None:
        plan = msgspec.structs.replace(project.plan, batch_size=fix.batch_size)
        project = project.changed(plan=plan)
    return project if fix.picture is None else project.changed(input=fix.picture)


def describe_fix(project: Project, fix: Fix) -> str:
    """The fix's label and the parameters it leads to: ``Insert Flatten → 9,290 parameters``."""
    if fix.batch_size is not None:
        return fix.label
    after = apply_fix(project, fix)
    picture = after.input.shape
    # Advice is the dear part of an analysis, and a long stack may have a hundred fixes to describe.
    blocks = _pass(after.resolved_stack(), picture, Sight(), picture, ()).reports
    if any(report.stops for _, report in _walk_reports(blocks, ())):
        return fix.label
    parameters = sum(report.cost.parameters for report in blocks)
    return f"{fix.label} → {count(parameters, 'parameter')}"
