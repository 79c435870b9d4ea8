"""What a stack does to a picture: shapes, costs, receptive fields and problems, without Keras.

Blocks are immutable values, so each (block, arriving shape) pair is worked out once and
remembered; after an edit only what changed is worked out anew.
"""

from __future__ import annotations

from functools import lru_cache
from math import ceil

import msgspec

from core.blocks import Block, Cost, Remedy, Shape, ShapeProblem, values_in
from core.edits import replace
from core.problems import Fix, Problem, block_advice, project_problems
from core.project import Path, Project

MAX_VALUES = 2**31 - 1
"""Most values one block may hand on for one picture; TensorFlow counts many sizes in int32."""


class Sight(msgspec.Struct, frozen=True, gc=False):
    """The part of the picture that one value sees.

    Attributes:
        size: (height, width) in pixels of the input, not cut at the picture's rim.
        step: (height, width) distance between neighbours, in pixels of the input.
    """

    size: tuple[float, float] = (1, 1)
    step: tuple[float, float] = (1, 1)


class BlockReport(msgspec.Struct, frozen=True, gc=False):
    """What one block does to one picture.

    Attributes:
        block: The block, with everything that follows from the data filled in.
        input: Shape that arrives, without the batch axis; None after an unsolved problem.
        output: Shape that leaves; None where it cannot be told.
        cost: Parameters and multiply-adds.
        receptive_field: (height, width) of the picture that one output value sees, in pixels;
            None where it cannot be told.
        error: What makes the block impossible, if anything.
    """

    block: Block
    input: Shape | None
    output: Shape | None
    cost: Cost
    receptive_field: tuple[int, int] | None
    error: Problem | None = None

    @property
    def activation_bytes(self) -> int:
        """Memory of the output of one picture, as float32 (bytes)."""
        return 4 * values_in(self.output) if self.output is not None else 0


class Analysis(msgspec.Struct, frozen=True):
    """What a whole project comes to.

    Attributes:
        input: Shape of one picture.
        blocks: One report for each block of the stack, in order.
        problems: Everything found, errors first within each block, in stack order.
        cost: Sum over the blocks.
        activation_bytes: Sum over the blocks, for one picture, as float32 (bytes).
    """

    input: Shape
    blocks: tuple[BlockReport, ...]
    problems: tuple[Problem, ...]
    cost: Cost
    activation_bytes: int

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


@lru_cache(maxsize=65_536)
def _report(
    block: Block, shape: Shape | None, sight: Sight | None, picture: Shape, path: Path
) -> tuple[BlockReport, Sight | None]:
    """One block's report, and what its outputs see."""
    if shape is None:
        return BlockReport(block, None, None, Cost(), None), None
    outcome = _outcome(block, shape)
    if isinstance(outcome, ShapeProblem):
        error = Problem(
            path=path,
            code="shape",
            severity="error",
            message=outcome.message,
            reason=outcome.reason,
            fixes=tuple(Fix(r.label, path, r.replacement) for r in outcome.remedies),
        )
        return BlockReport(block, shape, None, Cost(), None, error), None
    output, cost = outcome
    seen = _widened(block, shape, sight)
    whole = (picture[0], picture[1])
    field = (
        (min(whole[0], _pixels(seen.size[0])), min(whole[1], _pixels(seen.size[1])))
        if seen is not None
        else whole
    )
    return BlockReport(block, shape, output, cost, field), seen


def _pixels(size: float) -> int:
    """Pixels that a field touches; after upsampling it may begin and end within one."""
    return ceil(size - 1e-6)


def _widened(block: Block, shape: Shape, sight: Sight | None) -> Sight | None:
    """What the block's outputs see; None when it is the whole picture.

    Source: Araujo, Norris and Sim, "Computing Receptive Fields of Convolutional Neural Networks",
    Distill, 2019, equation 1 walked forward.
    """
    reach = block.reach(shape)
    if sight is None or reach is None:
        return None
    return Sight(
        (
            sight.size[0] + (reach.window[0] - 1) * sight.step[0],
            sight.size[1] + (reach.window[1] - 1) * sight.step[1],
        ),
        (sight.step[0] * reach.step[0], sight.step[1] * reach.step[1]),
    )


@lru_cache(maxsize=64)
def analyse(project: Project) -> Analysis:
    """Shapes, costs and problems of a project.  Pure, and fast enough to call on every edit."""
    picture = project.input.shape
    shape: Shape | None = picture
    sight: Sight | None = Sight()
    reports = []
    for index, block in enumerate(project.resolved_stack()):
        report, sight = _report(block, shape, sight, picture, (index,))
        shape = report.output
        reports.append(report)
    blocks = tuple(reports)
    cost = Cost(
        trainable=sum(report.cost.trainable for report in blocks),
        non_trainable=sum(report.cost.non_trainable for report in blocks),
        multiply_adds=sum(report.cost.multiply_adds for report in blocks),
    )
    return Analysis(
        input=picture,
        blocks=blocks,
        problems=_all_problems(project, blocks, cost),
        cost=cost,
        activation_bytes=sum(report.activation_bytes for report in blocks),
    )


def _all_problems(
    project: Project, blocks: tuple[BlockReport, ...], cost: Cost
) -> tuple[Problem, ...]:
    """Errors of shapes, advice for blocks, and problems of the whole, in stack order."""
    found = []
    last = len(blocks) - 1
    for index, report in enumerate(blocks):
        if report.error is not None:
            found.append(report.error)
        elif report.input is not None:
            found.extend(block_advice(project.stack[index], report.input, (index,), index == last))
    output = blocks[-1].output if blocks else None
    found.extend(project_problems(project, output, cost.trainable))
    return tuple(sorted(found, key=lambda problem: problem.path or ()))


def apply_fix(project: Project, fix: Fix) -> Project:
    """The project with a fix carried out."""
    return replace(project, fix.path, fix.replacement)


def describe_fix(project: Project, fix: Fix) -> str:
    """The fix's label and the parameters it leads to: ``Insert Flatten → 9,290 parameters``."""
    after = analyse(apply_fix(project, fix))
    if any(problem.code == "shape" for problem in after.problems):
        return fix.label
    count = after.parameters
    return f"{fix.label} → {count:,} parameter{'' if count == 1 else 's'}"
