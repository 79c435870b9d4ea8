"""What blocks that hold or stand for other blocks have in common.

A container's stacks all begin with what enters it; its `Join` says how their ends become one.
Analysis, the Keras translation and the code writer walk any container by these few methods.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import ClassVar, Literal, Self

import msgspec

from core.blocks.base import (
    Block,
    Cost,
    PixelRange,
    Reach,
    Role,
    Shape,
    ShapeProblem,
    show_shape,
)

Stack = tuple[Block, ...]
"""Blocks one after another."""

Merge = Literal["Add", "Average", "Concatenate", "Multiply"]
"""A Keras merge layer, by its name."""

MAX_LAYERS = 10_000
"""Most Keras layers that one block may come to."""


MOST_TERMS = 8
"""Longest sum of parameters that is written out."""


class Join(msgspec.Struct, frozen=True):
    """How the ends of a container's stacks become one.

    Attributes:
        merge: The layer that takes them all; None where there is only one.
        shortcut: Blocks through which what entered goes to become the last operand; None if it is
            no operand.
        after: Blocks behind the merge.
    """

    merge: Merge | None = None
    shortcut: Stack | None = None
    after: Stack = ()


class Container(Block, frozen=True, kw_only=True):
    """A block that holds stacks of blocks."""

    role: ClassVar[Role] = Role.CONTAINER

    @classmethod
    def keras_page(cls) -> str:
        """None: to Keras it is no layer of its own."""
        return ""

    @property
    def stacks(self) -> tuple[Stack, ...]:
        """What it holds: one stack, or several side by side."""
        raise NotImplementedError

    def with_stacks(self, stacks: tuple[Stack, ...]) -> Self:
        """A copy that holds other stacks."""
        raise NotImplementedError

    def stack_title(self, number: int) -> str:
        """What to call one of its stacks in a sentence."""
        return "body"

    def rounds(self) -> tuple[tuple[Stack, ...], ...]:
        """Its stacks as often as a picture passes through, one round after the other."""
        return (self.stacks,)

    def join(self, entry: Shape, outputs: tuple[Shape, ...]) -> Join:
        """How the ends of one round become one.

        Args:
            entry: Shape that entered.
            outputs: Shape at the end of each stack.

        Raises:
            ShapeProblem: They cannot.
        """
        return Join()

    def loose_join(self) -> Join:
        """The same as far as it can be told without shapes, for code of an unfinished design."""
        return Join()

    def layer_count(self) -> int:
        """About how many Keras layers it comes to."""
        return sum(layers_in(stack) for stack in self.stacks) + len(self.stacks)

    def resolved(self, classes: int) -> Self:
        return self.with_stacks(
            tuple(tuple(block.resolved(classes) for block in stack) for stack in self.stacks)
        )

    def reached_by(self, pixels: PixelRange | None) -> Self:
        """All its stacks begin with what enters it; a Repeat's later copies with what it made."""
        if len(self.rounds()) > 1:
            pixels = None
        return self.with_stacks(tuple(reached(stack, pixels) for stack in self.stacks))

    def pixels_after(self, pixels: PixelRange | None) -> PixelRange | None:
        if len(self.stacks) > 1 or len(self.rounds()) > 1 or self.loose_join() != Join():
            return None
        for block in enabled(self.stacks[0]):
            pixels = block.pixels_after(pixels)
        return pixels

    def output_shape(self, shape: Shape) -> Shape:
        check_layers(self)
        for stacks in self.rounds():
            outputs = tuple(through(stack, shape) for stack in stacks)
            shape = joined(self.join(shape, outputs), shape, outputs)
        return shape

    def cost(self, shape: Shape) -> Cost:
        return sum(self._round_costs(shape), Cost())

    def _round_costs(self, shape: Shape) -> list[Cost]:
        """What each round costs, its join included."""
        costs = []
        for stacks in self.rounds():
            outputs = tuple(through(stack, shape) for stack in stacks)
            join = self.join(shape, outputs)
            held = sum((cost_of(stack, shape) for stack in stacks), Cost())
            costs.append(held + joining_cost(join, shape, outputs))
            shape = joined(join, shape, outputs)
        return costs

    def reach(self, shape: Shape) -> Reach | None:
        """Not meant to be asked: what a container sees is what its stacks see."""
        raise NotImplementedError

    def parameter_formula(self, shape: Shape) -> str:
        """The sum of the rounds, or of the parts of the one; equal ones in a row are counted."""
        costs = [cost.parameters for cost in self._round_costs(shape)]
        if not sum(costs):
            return "no parameters"
        if len(costs) == 1:
            parts = list(self._parts(self.rounds()[0], shape))
            if len(parts) == 1:
                return parts[0][0].parameter_formula(parts[0][1])
            costs = [block.cost(arriving).parameters for block, arriving in parts]
        runs = [(count, len(list(equal))) for count, equal in groupby(costs)]
        terms = [f"{count:,}" if times == 1 else f"{times} × {count:,}" for count, times in runs]
        rest = ""
        if len(terms) > MOST_TERMS:
            others = sum(count * times for count, times in runs[3:])
            terms = [*terms[:3], f"{others:,}"]
            rest = f", of which {others:,} in {sum(times for _, times in runs[3:])} more"
        return f"{' + '.join(terms)} = {sum(costs):,}{rest}"

    def _parts(self, stacks: tuple[Stack, ...], entry: Shape) -> Iterator[tuple[Block, Shape]]:
        """What has weights in one round, each with what reaches it; the join's come last."""
        outputs = tuple(through(stack, entry) for stack in stacks)
        join = self.join(entry, outputs)
        merge = merged(join.merge, operands(join, entry, outputs))
        ways = [(stack, entry) for stack in (*stacks, join.shortcut or ())]
        for stack, arriving in (*ways, (join.after, merge)):
            shape = arriving
            for block in enabled(stack):
                if block.cost(shape).parameters:
                    yield block, shape
                shape = block.output_shape(shape)

    def keras_arguments(self) -> dict[str, object]:
        """None: a container is no layer."""
        return {}


class Composite(Block, frozen=True, kw_only=True):
    """A block that stands for a few others, worked out from the shape that arrives."""

    def expanded(self, shape: Shape) -> Stack:
        """The blocks it stands for.

        Raises:
            ShapeProblem: It cannot take that shape.
        """
        raise NotImplementedError

    def output_shape(self, shape: Shape) -> Shape:
        return through(self.expanded(shape), shape)

    def cost(self, shape: Shape) -> Cost:
        return cost_of(self.expanded(shape), shape)

    def keras_arguments(self) -> dict[str, object]:
        """None: it is several layers."""
        return {}


def reached(stack: Stack, pixels: PixelRange | None) -> Stack:
    """The stack, each block knowing what became of the pixels before it."""
    blocks: list[Block] = []
    for block in stack:
        blocks.append(block.reached_by(pixels))
        if not block.disabled:
            pixels = block.pixels_after(pixels)
    return tuple(blocks)


def enabled(stack: Iterable[Block]) -> Iterator[Block]:
    """The blocks that take part."""
    return (block for block in stack if not block.disabled)


def through(stack: Iterable[Block], shape: Shape) -> Shape:
    """The shape that leaves a stack.

    Raises:
        ShapeProblem: A block cannot take what reaches it.
    """
    for block in enabled(stack):
        shape = block.output_shape(shape)
    return shape


def cost_of(stack: Iterable[Block], shape: Shape) -> Cost:
    """Sum of a stack's costs, all shapes being possible."""
    total = Cost()
    for block in enabled(stack):
        total += block.cost(shape)
        shape = block.output_shape(shape)
    return total


def layers_in(stack: Iterable[Block]) -> int:
    """About how many Keras layers a stack comes to."""
    return sum(
        block.layer_count() if isinstance(block, Container) else 1 for block in enabled(stack)
    )


def check_layers(block: Container) -> None:
    """Refuse what would take all memory only to be written down.

    Raises:
        ShapeProblem: It comes to more than `MAX_LAYERS`.
    """
    if (layers := block.layer_count()) > MAX_LAYERS:
        raise ShapeProblem(
            f"{block.kind()} would come to {layers:,} layers.",
            f"At most {MAX_LAYERS:,} layers can be built. Repeat less often.",
        )


def joined(join: Join, entry: Shape, outputs: tuple[Shape, ...]) -> Shape:
    """The shape behind a join that is known to be possible."""
    return through(join.after, merged(join.merge, operands(join, entry, outputs)))


def operands(join: Join, entry: Shape, outputs: tuple[Shape, ...]) -> tuple[Shape, ...]:
    """Shapes that the merge takes."""
    if join.shortcut is None:
        return outputs
    return (*outputs, through(join.shortcut, entry))


def joining_cost(join: Join, entry: Shape, outputs: tuple[Shape, ...]) -> Cost:
    """What the shortcut and the blocks behind the merge cost."""
    shape = merged(join.merge, operands(join, entry, outputs))
    return cost_of(join.shortcut or (), entry) + cost_of(join.after, shape)


def merged(merge: Merge | None, shapes: tuple[Shape, ...]) -> Shape:
    """The shape that a merge layer makes of shapes that fit."""
    if merge == "Concatenate":
        return (*shapes[0][:-1], sum(shape[-1] for shape in shapes))
    if merge is None or len(set(shapes)) == 1:
        return shapes[0]
    # Keras's element-wise layers repeat axes of size 1, which SqueezeExcite uses.
    return tuple(max(sizes) for sizes in zip(*shapes, strict=True))


def listed(shapes: Iterable[Shape]) -> str:
    """Shapes in a sentence: ``28 × 28 × 16 and 14 × 14 × 32``."""
    words = [show_shape(shape) for shape in shapes]
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))
