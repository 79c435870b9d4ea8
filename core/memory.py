"""How much memory a design needs, in training and in predicting, and what would fit a device.

Training holds the weights, a gradient for each, what the optimiser remembers of each, the outputs
of all layers for the whole batch until their gradients are worked out, and some working memory.
All is float32: nothing here trains in half precision.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from math import log2, prod
from typing import Literal

import msgspec

from core.analysis import Analysis, analyse
from core.block_report import BlockReport
from core.blocks import Container, Role
from core.blocks._nesting import layers_in
from core.fixes import apply_fix
from core.problems import Fix, Problem, Swap
from core.project import Project
from core.training.plan import OptimizerName

VALUE = 4
"""Bytes of a value."""
SLOTS: dict[OptimizerName, int] = {"adam": 2, "adamw": 2, "rmsprop": 1, "sgd": 1}
"""Values that an optimiser remembers for each weight, as `core.training.steps` makes them."""
ENGINE = {"cpu": 760 * 10**6, "gpu": 1_000 * 10**6}
"""What the engine takes before the first picture (bytes): on a CPU the process with TensorFlow,
measured; on a GPU the libraries' own buffers, which differ much by version, assumed."""
LAYER = 1_200_000
"""Of a layer's part of the graph, whatever its size (bytes)."""
TEMPORARY = 3
"""Copies of a block's weights while an optimiser changes them, one block at a time."""
IN_FLIGHT = 1.5
"""Gradients of outputs under way at once, in outputs of the largest layer."""
USABLE = 0.9
"""Share of a device's memory that training may take; the system and the pictures want some too."""
ANSWER_BYTES = 512 * 2**20
MOST_ANSWERS = 500
MOST_HALVINGS = 8
SMALLEST_SIDE = 16
"""Smaller pictures than this are not proposed (pixels)."""


class DeviceMemory(msgspec.Struct, frozen=True):
    """The memory of the device that would train.

    Attributes:
        kind: ``cpu`` or ``gpu``.
        bytes: All of it.
    """

    kind: Literal["cpu", "gpu"]
    bytes: int

    @property
    def words(self) -> str:
        """Whose memory, for a sentence."""
        return "this computer" if self.kind == "cpu" else "the GPU"


class Need(msgspec.Struct, frozen=True):
    """What a design needs (bytes).

    Attributes:
        weights: The weights alone.
        fixed: Weights, gradients and the optimiser's memory, whatever the batch.
        kept: Outputs held until their gradients are known, for each picture of a batch.
        in_flight: Gradients of outputs under way, for each picture of a batch.
        answered: What predicting takes for each picture of a batch.
    """

    weights: int
    fixed: int
    kept: int
    in_flight: int
    answered: int

    def training(self, batch: int, kind: str = "cpu") -> int:
        """Bytes at the peak of training with so many pictures a step.

        Checked against the largest resident memory of a process that trains through
        `core.training.steps` with TensorFlow on a CPU: eight nets (dense, plain, wide, depthwise,
        residual, with and without BatchNormalization) at 8, 64 and 256 pictures a step and three
        optimisers came out 4 % below to 10 % above; ``python -m tests.benchmarks.bench_memory``
        measures again.  No GPU was measured, and activations such as gelu keep more than is
        counted: take it to be right within about a third.  The pictures of the data set
        themselves, at most 512 MB held in memory, are not in it.
        """
        return ENGINE[kind] + self.fixed + batch * (self.kept + self.in_flight)

    def predicting(self, batch: int, kind: str = "cpu") -> int:
        """Bytes at the peak of classifying so many pictures at once.

        Checked in the same way: 33 % below (depthwise convolutions) to 7 % above.
        """
        return ENGINE[kind] + self.weights + batch * self.answered


@lru_cache(maxsize=64)
def need(project: Project) -> Need:
    """What a project needs, as far as its shapes are known."""
    analysis = analyse(project)
    weights = VALUE * analysis.parameters
    trainable = VALUE * analysis.cost.trainable
    picture = prod(analysis.input)
    leaves = list(_leaves(analysis.blocks))
    largest = max((prod(report.output or ()) for report in leaves), default=0)
    widest = max((_at_once(report) for report in leaves), default=0)
    # A picture comes as bytes and is rescaled to float32.
    arriving = picture + VALUE * picture
    heaviest = max((report.cost.trainable for report in leaves), default=0)
    return Need(
        weights=weights,
        fixed=LAYER * layers_in(project.stack)
        + weights
        + trainable * (1 + SLOTS[project.plan.optimizer])
        + TEMPORARY * VALUE * heaviest,
        kept=arriving + VALUE * sum(map(_kept, analysis.blocks)),
        in_flight=round(IN_FLIGHT * VALUE * largest),
        answered=arriving + VALUE * widest,
    )


def _leaves(reports: tuple[BlockReport, ...]) -> Iterator[BlockReport]:
    for report in reports:
        for stack in report.stacks:
            yield from _leaves(stack)
        if not report.stacks and report.output is not None and not report.block.disabled:
            yield report


def _at_once(report: BlockReport) -> int:
    """Values that come and go while a block works."""
    return prod(report.input or ()) + prod(report.output or ())


def _kept(report: BlockReport) -> int:
    """Values of a block that its gradients are worked out from."""
    block = report.block
    if isinstance(block, Container):
        inner = [each for stack in report.stacks for each in stack]
        held = sum(each.values for each in inner)
        # Copies and merges beyond what is reported count by what is.
        share = sum(map(_kept, inner)) / held if held else 1.0
        return round(share * report.values)
    # An activation takes the place of what it bends, and a reshape is another look at the same.
    return 0 if block.role in (Role.ACTIVATION, Role.RESHAPE) else report.values


def answers_at_once(project: Project) -> int:
    """How many pictures to classify at a time, so that it takes no more memory than it is worth."""
    return max(1, min(MOST_ANSWERS, ANSWER_BYTES // max(1, need(project).answered)))


def fitting_batch(project: Project, device: DeviceMemory) -> int:
    """The largest power of two of pictures a step that fits; 0 where not even one does."""
    one = need(project)
    room = USABLE * device.bytes - one.training(0, device.kind)
    pictures = room / max(1, one.kept + one.in_flight)
    return 2 ** min(16, int(log2(pictures))) if pictures >= 1 else 0


@lru_cache(maxsize=64)
def analyse_on(project: Project, device: DeviceMemory | None) -> Analysis:
    """`analyse`, and whether training fits the device's memory where that is known."""
    analysis = analyse(project)
    if device is None or not analysis.trainable_as_is:
        return analysis
    if fits(project, device):
        return analysis
    problem = _too_large(project, device)
    if problem.code in project.muted:
        return msgspec.structs.replace(analysis, muted=(*analysis.muted, problem))
    return msgspec.structs.replace(analysis, problems=(problem, *analysis.problems))


def _too_large(project: Project, device: DeviceMemory) -> Problem:
    batch = project.plan.batch_size
    one = need(project)
    wanted = one.training(batch, device.kind)
    parts = (
        f"{size(batch * (one.kept + one.in_flight))} are what the blocks make of the {batch:,} "
        f"pictures of a step, {size(one.fixed)} the weights with what training keeps for each."
    )
    fitting = fitting_batch(project, device)
    if fitting:
        fixes: tuple[Fix, ...] = (Fix(f"Use batch size {fitting:,}", batch_size=fitting),)
        hint = "Fewer pictures a step take less."
    else:
        fixes = tuple(_smaller(project, device))
        hint = "Not even one picture a step would fit"
        hint += (
            ": smaller pictures or fewer filters would."
            if fixes
            else f"; the engine alone takes about {size(ENGINE[device.kind])}."
        )
    return Problem(
        path=None,
        code="memory",
        severity="warning",
        message=f"Training takes about {size(wanted)} at batch size {batch:,}, and "
        f"{device.words} has {size(device.bytes)} of memory.",
        reason=f"{parts} {hint} This is an estimate, within about a third.",
        fixes=fixes,
    )


def _smaller(project: Project, device: DeviceMemory) -> Iterator[Fix]:
    """Smaller pictures, or fewer filters and units, with the batch size that then fits."""
    for halved in (_smaller_pictures, _fewer_filters):
        for times in range(1, MOST_HALVINGS + 1):
            fix = halved(project, 2**times)
            after = apply_fix(project, fix)
            fitting = fitting_batch(after, device)
            if after != project and fitting and analyse(after).trainable_as_is:
                batch = min(fitting, project.plan.batch_size)
                label = f"{fix.label}, batch size {batch:,}"
                yield msgspec.structs.replace(fix, label=label, batch_size=batch)
                break


def _smaller_pictures(project: Project, divisor: int) -> Fix:
    old = project.input
    height, width = old.height // divisor, old.width // divisor
    if min(height, width) < SMALLEST_SIDE:
        return Fix("")
    return Fix(f"Make pictures {height} × {width}", picture=old.changed(height=height, width=width))


def _fewer_filters(project: Project, divisor: int) -> Fix:
    swaps = []
    for path, block in project.walk():
        for field in ("filters", "units"):
            now = getattr(block, field, None)
            if now is not None and now > 1:
                less = block.changed(**{field: max(1, now // divisor)})
                swaps.append(Swap(path, (less,)))
    words = {2: "Halve", 4: "Quarter"}.get(divisor, f"Divide by {divisor}")
    return Fix(f"{words} all filters and units", also=tuple(swaps))


def memory_words(project: Project, device: DeviceMemory | None) -> str:
    """What training takes, for people: ``about 1.2 GB of this computer's 16.6 GB``."""
    kind = device.kind if device is not None else "cpu"
    words = f"about {size(need(project).training(project.plan.batch_size, kind))}"
    if device is None:
        return words
    whose = f"{device.words}’s" if device.kind == "cpu" else "the GPU’s"
    return f"{words} of {whose} {size(device.bytes)}"


def fits(project: Project, device: DeviceMemory | None) -> bool:
    """Whether training fits, as far as can be told."""
    if device is None:
        return True
    wanted = need(project).training(project.plan.batch_size, device.kind)
    return wanted <= USABLE * device.bytes


def size(number: float) -> str:
    """Bytes for people: ``812 MB``, ``1.2 GB``."""
    for unit, factor in (("TB", 1e12), ("GB", 1e9)):
        if number >= factor:
            value = number / factor
            return f"{value:,.0f} {unit}" if value >= 100 else f"{value:.1f} {unit}"
    return f"{number / 1e6:,.0f} MB"
