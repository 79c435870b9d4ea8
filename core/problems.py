"""What can be wrong with a design besides shapes that do not fit, each with ways out.

One function a rule.  A problem is a value: it names the block, says what and why, and carries
fixes; a fix puts blocks in place of others, so it is a function from project to project.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from core.blocks import CATALOGUE, Block, Container, Input, Join, Role, Shape, show_shape
from core.nesting import within
from core.project import Path, Project, place_words

Severity = Literal["error", "warning"]
Tone = Literal["error", "warning", "unfinished"]

WARNINGS = {
    "bias-before-norm": "bias before BatchNormalization",
    "dense-on-picture": "Dense that gets no vector",
    "dropout-before-norm": "Dropout before BatchNormalization",
    "duplicate-name": "a name used twice",
    "frozen-at-random": "frozen layers that never learnt",
    "huge-dense": "a huge Dense behind Flatten",
    "little-seen": "global pooling of values that see little",
    "memory": "more memory than the device has",
    "no-bend": "no activation between blocks with weights",
    "no-pixels": "a Backbone that gets no pixels",
    "softmax-twice": "softmax before the end",
}
"""Kinds of warnings by code, in words; each can be muted."""


class Swap(msgspec.Struct, frozen=True):
    """Put ``replacement`` in place of the block at ``path``."""

    path: Path
    replacement: tuple[Block, ...]


class Fix(msgspec.Struct, frozen=True):
    """A way out of a problem: blocks in place of others, or another batch size in the plan.

    Attributes:
        label: What it does, for a button.
        path: The block in whose place it puts others; ``()`` where it leaves the stack alone.
        replacement: What comes in its place.
        also: What else changes, its paths counted before anything does and none within another.
        batch_size: The plan's new batch size, if that changes.
        picture: What enters the stack, if that changes.
    """

    label: str
    path: Path = ()
    replacement: tuple[Block, ...] = ()
    also: tuple[Swap, ...] = ()
    batch_size: int | None = None
    picture: Input | None = None

    @property
    def swaps(self) -> tuple[Swap, ...]:
        """Every change of the stack, from the end, so that what is to come stays where it is."""
        first = (Swap(self.path, self.replacement),) if self.path else ()
        return tuple(sorted((*first, *self.also), key=lambda swap: swap.path, reverse=True))


class Problem(msgspec.Struct, frozen=True):
    """Something wrong, or likely wrong, with the design.

    Attributes:
        path: The block it is about; None when it is about the whole.
        code: A short name that stays the same, for tests and for muting.
        severity: ``error``: cannot be trained.  ``warning``: can, but is likely not meant.
        message: What, in one sentence with the shapes in it.
        reason: Why, and what would be right.
        fixes: Ways out, the best first.
        unfinished: Whether nothing is wrong, only the end still missing.  It cannot be trained
            either, but whoever is in the middle of building has made no mistake.
    """

    path: Path | None
    code: str
    severity: Severity
    message: str
    reason: str = ""
    fixes: tuple[Fix, ...] = ()
    unfinished: bool = False

    @property
    def tone(self) -> Tone:
        """How to speak of it: as an error, a warning, or as what comes next."""
        return "unfinished" if self.unfinished else self.severity


def block_of(kind: str, **fields: Any) -> Block:
    """A block of a kind by name, so that rules need not import every module."""
    return CATALOGUE[kind](**fields)


def block_advice(block: Block, shape: Shape, path: Path, last: bool) -> tuple[Problem, ...]:
    """Problems of one block with a shape that it can take, but should not.

    Args:
        block: The block as the user wrote it.
        shape: What arrives, without the batch axis.
        path: Where it stands.
        last: Whether the stack ends with it.
    """
    if block.kind() != "Dense" or len(shape) == 1:
        return ()
    places = show_shape(shape[:-1])
    fixes = [Fix("Insert Flatten", path, (block_of("Flatten"), block))]
    if len(shape) == 3:
        pooling = block_of("GlobalAveragePooling2D")
        fixes.append(Fix("Insert GlobalAveragePooling2D", path, (pooling, block)))
    return (
        Problem(
            path=path,
            code="dense-on-picture",
            severity="error" if last else "warning",
            message=f"Dense gets {show_shape(shape)}, not a vector.",
            reason=f"Dense weighs the values of one vector. Given {show_shape(shape)}, Keras runs "
            f"the same small Dense over the {shape[-1]:,} channels at each of {places} places, and "
            "no unit ever sees the whole picture. Make a vector first: Flatten keeps every value, "
            "GlobalAveragePooling2D keeps one average per channel.",
            fixes=tuple(fixes),
        ),
    )


def ending(project: Project) -> Path | None:
    """Where the block stands that the stack's values leave last; None if no block takes part.

    Looks into containers of one stack that hand on what their last block makes.
    """
    stack = project.stack
    place: Path = ()
    while True:
        taking_part = [at for at in range(len(stack) - 1, -1, -1) if not stack[at].disabled]
        index = next((at for at in taking_part if not _hands_on(stack[at])), None)
        index = next(iter(taking_part), None) if index is None else index
        if index is None:
            # An empty container hands on what reaches it; the complaint is about the container.
            return place[:-1] or None
        block, path = stack[index], (*place, index)
        if not isinstance(block, Container) or block.loose_join() != Join():
            return path
        stack, place = block.stacks[0], (*path, 0)


def _hands_on(block: Block) -> bool:
    """Whether it is a container in which nothing happens to what enters."""
    return (
        isinstance(block, Container)
        and block.loose_join() == Join()
        and all(inner.disabled or _hands_on(inner) for inner in block.stacks[0])
    )


def project_problems(project: Project, output: Shape | None, trainable: int) -> list[Problem]:
    """Problems of the design as a whole.

    Args:
        project: The project.
        output: Shape the stack ends in; None where it cannot be told.
        trainable: How many weights training can change.
    """
    if not project.stack:
        return [_empty(project)]
    found = _duplicate_names(project)
    if output is not None:
        found += _output(project, output) or _early_softmaxes(project)
        # Ways to finish end in a Dense, and that has weights.
        if trainable == 0 and not any(problem.unfinished for problem in found):
            found.append(_nothing_to_learn(project, output))
    return found


def _nothing_to_learn(project: Project, output: Shape) -> Problem:
    path = ending(project)
    fixes: tuple[Fix, ...] = ()
    if path is not None and len(output) == 1:
        path = path[:1]  # behind a container, or each copy of a Repeat would get a Dense
        last = project.block(path)
        dense = block_of("Dense", activation="softmax")
        bends = last.role is Role.ACTIVATION
        fixes = (Fix("Add Dense with softmax", path, (dense,) if bends else (last, dense)),)
    return Problem(
        path=None,
        code="no-weights",
        severity="error",
        message="No block of this stack has weights, so there is nothing to train.",
        reason="Dense and the convolutions have weights; pooling, Flatten and activations have "
        "none.",
        fixes=fixes,
    )


def _empty(project: Project) -> Problem:
    return Problem(
        path=None,
        code="empty",
        severity="error",
        message="The stack is empty.",
        reason="Drag blocks from the palette into the stack. A classifier needs at least Flatten "
        f"and a Dense with one unit for each of the {project.classes} classes.",
        unfinished=True,
    )


def _duplicate_names(project: Project) -> list[Problem]:
    """Two blocks with the same name: Keras wants layer names unique."""
    found = []
    seen: dict[str, Path] = {}
    for path, block in project.walk():
        if not block.name:
            continue
        if block.name in seen:
            found.append(
                Problem(
                    path=path,
                    code="duplicate-name",
                    severity="warning",
                    message=f"The name “{block.name}” is also used by "
                    f"{place_words(project, seen[block.name])}.",
                    reason="Layer names are unique in Keras; this one gets a number in the model.",
                    fixes=(Fix("Clear this name", path, (block.changed(name=""),)),),
                )
            )
        seen.setdefault(block.name, path)
    return found


def _output(project: Project, output: Shape) -> list[Problem]:
    """The stack must end in one probability per class."""
    path = ending(project)
    if path is None:
        return [_empty(project)]
    last = project.block(path)
    classes = project.classes
    if output == (classes,):
        return _softmax(project, path)
    if last.kind() == "Dense" and len(output) > 1:
        return []  # block_advice says so at the block, with the way out
    at = _units_from(project, path)
    if at is not None and len(output) == 1:
        if last.applies_softmax:
            return [_other_units(project, at, output[0])]
        return [_hidden_dense(project, at, path, output[0])]
    outermost = path[:1]
    return [
        Problem(
            path=outermost,
            code="output",
            severity="error",
            message=f"{_to_finish(project)} so far the stack ends in {show_shape(output)}.",
            reason="End with a vector, then a Dense with one unit per class and softmax.",
            fixes=_endings(project.block(outermost), output, outermost),
            unfinished=True,
        )
    ]


def _to_finish(project: Project) -> str:
    return (
        f"To finish, end in one probability for each of the {project.classes:,} classes of "
        f"{project.data.title};"
    )


def _other_units(project: Project, at: Path, units: int) -> Problem:
    """A classifier of another number of classes than the data has."""
    classes = project.classes
    return Problem(
        path=at,
        code="units-classes",
        severity="error",
        message=f"The last Dense has {_units(units)}, but {project.data.title} has "
        f"{classes:,} classes.",
        reason="The last block gives one probability per class.",
        fixes=(_follow(project, at),),
    )


def _hidden_dense(project: Project, at: Path, path: Path, units: int) -> Problem:
    """A Dense without softmax ends the stack: most likely another one is to follow.

    Args:
        project: The project.
        at: The Dense.
        path: Where the stack's values leave last: the Dense, or what bends or scales its values.
        units: Of the Dense.
    """
    outermost = path[:1]
    classify = block_of("Dense", activation="softmax")
    fixes = [Fix("Add Dense with softmax", outermost, (project.block(outermost), classify))]
    if at == path and len(at) == 1:
        ends = project.block(at).changed(units=None, activation="softmax")
        label = f"Make this Dense the last ({project.classes} units, softmax)"
        fixes.append(Fix(label, at, (ends,)))
    else:
        fixes.append(_follow(project, at))
    return Problem(
        path=at,
        code="units-classes",
        severity="error",
        message=f"{_to_finish(project)} so far the last Dense has {_units(units)}.",
        reason="The last block gives one probability per class.",
        fixes=tuple(fixes),
        unfinished=True,
    )


def _units(count: int) -> str:
    return "1 unit" if count == 1 else f"{count:,} units"


def _follow(project: Project, at: Path) -> Fix:
    follow = project.block(at).changed(units=None)
    return Fix(f"Follow the data ({project.classes} units)", at, (follow,))


def _units_from(project: Project, path: Path) -> Path | None:
    """The Dense whose units the stack's last values are; None where there is none.

    What stands behind it may bend, blur or scale the values, but leaves their number.
    """
    between = (Role.ACTIVATION, Role.REGULARIZATION, Role.NORMALIZATION)
    for index in range(path[-1], -1, -1):
        at = (*path[:-1], index)
        block = project.block(at)
        if block.kind() == "Dense" and not block.disabled:
            return at
        if not block.disabled and block.role not in between:
            return None
    return None


def _endings(last: Block, output: Shape, path: Path) -> tuple[Fix, ...]:
    """Ways to end a stack that ends in ``output``."""
    classify = block_of("Dense", activation="softmax")
    if len(output) == 1:
        return (Fix("Add Dense with softmax", path, (last, classify)),)
    fixes = [Fix("Add Flatten and Dense", path, (last, block_of("Flatten"), classify))]
    if len(output) == 3:
        pooling = block_of("GlobalAveragePooling2D")
        fixes.append(Fix("Add GlobalAveragePooling2D and Dense", path, (last, pooling, classify)))
    return tuple(fixes)


def _softmax(project: Project, path: Path) -> list[Problem]:
    """The last values must be probabilities."""
    last = project.block(path)
    if last.applies_softmax:
        return []
    if hasattr(last, "activation") and len(path) == 1:
        fix = Fix("Set activation to softmax", path, (last.changed(activation="softmax"),))
    else:
        behind = (project.block(path[:1]), block_of("Activation", activation="softmax"))
        fix = Fix("Add softmax", path[:1], behind)
    return [
        Problem(
            path=path,
            code="softmax",
            severity="error",
            message=f"The last {last.kind()} does not end in softmax.",
            reason="Softmax turns the last values into shares that sum to 1, one per class; the "
            "loss and the predictions expect that.",
            fixes=(fix,),
        )
    ]


def _early_softmaxes(project: Project) -> list[Problem]:
    """Softmax belongs at the end; a second one makes all probabilities nearly equal."""
    found = []
    last = ending(project)
    off: Path | None = None  # what a disabled container holds takes no part either
    for path, block in project.walk():
        if off is not None and within(path, off):
            continue
        if block.disabled:
            off = path
        if path == last or block.disabled or not block.applies_softmax:
            continue
        if block.role is Role.ACTIVATION:
            fix = Fix(f"Remove this {block.kind()}", path, ())
        else:
            fix = Fix("Set activation to linear", path, (block.changed(activation="linear"),))
        found.append(
            Problem(
                path=path,
                code="softmax-twice",
                severity="warning",
                message=f"{block.kind()} applies softmax, and the stack ends in softmax as well.",
                reason="Softmax squeezes the values into shares between 0 and 1. What follows can "
                "hardly tell them apart, learns slowly, and two in a row never give a sure answer.",
                fixes=(fix,),
            )
        )
    return found
