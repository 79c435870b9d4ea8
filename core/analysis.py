"""What a whole project comes to: shapes, costs, receptive fields and problems, without Keras."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import msgspec

from core.advice import neighbour_advice
from core.block_report import BlockReport, walk_reports
from core.blocks import Block, Container, Cost, Shape, Stack
from core.fixes import Trial
from core.misplaced import moved_up
from core.passing import reports_of
from core.places import Place
from core.problems import Fix, Problem, block_advice, ending, project_problems
from core.project import Path, Project
from core.shrinking import explained, is_too_small


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
        return walk_reports(self.blocks, ())

    def problems_at(self, path: Path) -> tuple[Problem, ...]:
        """The problems of one block."""
        return tuple(problem for problem in self.problems if problem.path == path)


@lru_cache(maxsize=64)
def analyse(project: Project) -> Analysis:
    """Shapes, costs and problems of a project.  Pure, and fast enough to call on every edit."""
    blocks = reports_of(project)
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
        input=project.input.shape,
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
    for path, report in walk_reports(blocks, ()):
        if report.error is not None:
            found.append(_explained(project, report, report.error, blocks))
        elif report.input is not None and not report.block.disabled:
            found.extend(_remarks(report.block, report.input, path))
        found.extend(_later_explained(project, path, report, blocks))
    last, whole = ending(project), project.input.shape
    for places in _stacks_of_places(project.stack, blocks, (), (1, 1)):
        for place in places:
            found.extend(block_advice(place.block, place.arrives, place.path, place.path == last))
        found.extend(_harmless(project, problem) for problem in neighbour_advice(places, whole))
    output = blocks[-1].output if blocks else None
    found.extend(project_problems(project, output, cost.trainable))
    return tuple(sorted(found, key=lambda problem: problem.path or ()))


def _harmless(project: Project, problem: Problem) -> Problem:
    """Advice without fixes that stop a picture: what is put into a Repeat comes once a copy."""
    nested = problem.path is not None and len(problem.path) > 1
    if not nested or all(len(fix.replacement) < 2 for fix in problem.fixes):
        return problem
    trial = Trial(project)
    fixes = tuple(fix for fix in problem.fixes if not trial.harms(fix))
    return msgspec.structs.replace(problem, fixes=fixes)


def _explained(
    project: Project, report: BlockReport, problem: Problem, blocks: tuple[BlockReport, ...]
) -> Problem:
    """A block's complaint, with what can be done about it elsewhere."""
    if is_too_small(report.block, report.input):
        return explained(project, problem, blocks)
    if len(report.input or ()) != 3 and not isinstance(report.block, Container):
        return moved_up(project, problem, blocks)
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
