"""Containers: structure is nesting, so that every picture on the canvas is a valid program."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, Self

import msgspec
from msgspec import Meta

from core.blocks._fitting import fitting, stride_between
from core.blocks._nesting import (
    MAX_LAYERS,
    Container,
    Join,
    Merge,
    Stack,
    layers_in,
    listed,
)
from core.blocks.base import (
    ADVANCED,
    HIDDEN,
    ActivationField,
    Block,
    Pair,
    Remedy,
    Shape,
    ShapeProblem,
    show_pair,
    show_shape,
)

if TYPE_CHECKING:
    from core.blocks import AnyBlock
# At run time the catalogue sets AnyBlock here, once it is complete.

_Body = Annotated[
    "tuple[AnyBlock, ...]",
    Meta(max_length=10_000, title="Body", description="The blocks inside.", extra=HIDDEN),
]
_Collapsed = Annotated[
    bool,
    Meta(title="Collapsed", description="Shown as one card.", extra=HIDDEN),
]


class _Body1(Container, frozen=True, kw_only=True):
    """A container of one stack."""

    body: _Body = ()
    collapsed: _Collapsed = False

    @property
    def stacks(self) -> tuple[Stack, ...]:
        return (self.body,)

    def with_stacks(self, stacks: tuple[Stack, ...]) -> Self:
        return self if stacks == (self.body,) else self.changed(body=stacks[0])


class LibraryUse(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """Which block of the user's library a Group was made from; the Group itself holds all of it.

    Attributes:
        id: The library block's.
        name: What the library block is called.
        content: Fingerprint of what the library block held when it was taken from there.
        kept: Fingerprint of what it held when the user decided to leave this use as it is.
    """

    id: Annotated[str, Meta(min_length=1, max_length=60)]
    name: Annotated[str, Meta(min_length=1, max_length=60)]
    content: Annotated[str, Meta(max_length=64)]
    kept: Annotated[str, Meta(max_length=64)] = ""


class Group(_Body1, frozen=True, kw_only=True):
    """Blocks that belong together, under one name; to the model they are as if written in a row.

    Any shape → what the last block inside makes of it.
    """

    purpose: ClassVar[str] = "Blocks under one name."
    when_to_use: ClassVar[str] = (
        "To give a part of the stack a name, fold it away, or keep it in your library and use it "
        "again."
    )

    library: Annotated[
        LibraryUse | None,
        Meta(
            title="Library block",
            description="The block of your library that this is a use of.",
            extra=HIDDEN,
        ),
    ] = None

    def telling(self) -> tuple[str, ...]:
        return (_blocks(self.body),)


class Residual(_Body1, frozen=True, kw_only=True):
    """Add what enters to what the blocks inside make of it, then apply the activation.

    Any shape → what the last block inside makes of it.  Where that differs from what entered, the
    shortcut is projected: pictures by a 1×1 convolution with the strides and filters that fit,
    vectors by a Dense.  Source: He, Zhang, Ren and Sun, "Deep Residual Learning for Image
    Recognition", CVPR 2016, option B.
    """

    purpose: ClassVar[str] = "Adds its input to its output."
    when_to_use: ClassVar[str] = (
        "In deep stacks: the sum keeps early layers learning. Two 3×3 convolutions with "
        "BatchNormalization inside make a ResNet's basic block."
    )
    palette_values: ClassVar[dict[str, object]] = {"activation": "relu"}

    activation: ActivationField = "linear"
    projection: Annotated[
        Literal["convolution + normalization", "convolution"],
        Meta(
            title="Projection",
            description="What brings the shortcut to the shape of the output where they differ.",
            extra=ADVANCED,
        ),
    ] = "convolution + normalization"

    def telling(self) -> tuple[str, ...]:
        words = [_blocks(self.body), "+ input"]
        return (*words, self.activation) if self.activation != "linear" else tuple(words)

    def join(self, entry: Shape, outputs: tuple[Shape, ...]) -> Join:
        output = outputs[0]
        shortcut = () if entry == output else self._projection(entry, output)
        return Join("Add", shortcut, self._after())

    def loose_join(self) -> Join:
        return Join("Add", (), self._after())

    def projects(self, entry: Shape, output: Shape) -> str:
        """What the shortcut needs, in words; empty where shapes are equal."""
        if entry == output:
            return ""
        first = self._projection(entry, output)[0]
        return f"shortcut projected: {first.kind()} {', '.join(first.telling())}"

    def _after(self) -> Stack:
        from core.blocks.activation import Activation

        return () if self.activation == "linear" else (Activation(activation=self.activation),)

    def _projection(self, entry: Shape, output: Shape) -> Stack:
        """Blocks that turn the one shape into the other.

        Raises:
            ShapeProblem: No 1×1 convolution or Dense can.
        """
        from core.blocks.convolution import Conv2D
        from core.blocks.dense import Dense
        from core.blocks.normalization import BatchNormalization

        normalized = self.projection != "convolution"
        if len(entry) == len(output) == 1:
            projection: Block = Dense(units=output[0], use_bias=not normalized)
        elif len(entry) == len(output) == 3:
            strides = (
                stride_between(entry[0], output[0]),
                stride_between(entry[1], output[1]),
            )
            if 0 in strides:
                raise self._unequal(entry, output)
            projection = Conv2D(
                filters=output[2],
                kernel_size=(1, 1),
                strides=strides,
                padding="same",
                use_bias=not normalized,
            )
        else:
            raise self._unequal(entry, output)
        return (projection, BatchNormalization()) if normalized else (projection,)

    def _unequal(self, entry: Shape, output: Shape) -> ShapeProblem:
        remedies = []
        padded = self.changed(body=_mapped(self.body, _same_padding))
        if padded != self and _fits(padded, entry):
            remedies.append(Remedy("Use padding “same” inside", (padded,)))
        elif len(entry) == len(output) == 3:
            size = (*entry[:2], output[2])
            ended = self.changed(body=(*self.body, *(fitting(output, size) or ())))
            if _fits(ended, entry):
                label = f"Bring them to {entry[0]} × {entry[1]} at the end"
                remedies.append(Remedy(label, (ended,)))
        remedies.append(Remedy("Take the blocks out of the Residual", self.body))
        return ShapeProblem(
            f"Residual cannot add {show_shape(entry)}, which enters, to {show_shape(output)}, "
            "which its blocks make of it.",
            "A sum needs equal shapes. The shortcut can change the number of channels and take "
            "every second or third pixel, but not cut off a rim or change the number of axes.",
            tuple(remedies),
        )


class Parallel(Container, frozen=True, kw_only=True):
    """Send the input through several branches side by side and merge what they make of it.

    concatenate: equal in all sizes but the last, (height, width, channels of each) → (height,
    width, sum of the channels).  add, average, multiply: equal shapes → the same shape.  An empty
    branch hands on the input as it is.
    """

    purpose: ClassVar[str] = "Branches side by side, merged."
    when_to_use: ClassVar[str] = (
        "For an Inception module: looks of several sizes at the same picture, concatenated."
    )
    palette_values: ClassVar[dict[str, object]] = {"branches": ((), ())}

    branches: Annotated[
        tuple[tuple[AnyBlock, ...], ...],
        Meta(
            min_length=2,
            max_length=8,
            title="Branches",
            description="2 to 8 stacks side by side.",
            extra=HIDDEN,
        ),
    ] = ((), ())
    merge: Annotated[
        Literal["concatenate", "add", "average", "multiply"],
        Meta(title="Merge", description="How the ends of the branches become one."),
    ] = "concatenate"
    collapsed: _Collapsed = False

    @property
    def stacks(self) -> tuple[Stack, ...]:
        return self.branches

    def with_stacks(self, stacks: tuple[Stack, ...]) -> Self:
        return self if stacks == self.branches else self.changed(branches=stacks)

    def stack_title(self, number: int) -> str:
        return f"branch {number + 1}"

    def telling(self) -> tuple[str, ...]:
        return (f"{len(self.branches)} branches", self.merge)

    @property
    def _layer(self) -> Merge:
        layers: dict[str, Merge] = {
            "concatenate": "Concatenate",
            "add": "Add",
            "average": "Average",
            "multiply": "Multiply",
        }
        return layers[self.merge]

    def join(self, entry: Shape, outputs: tuple[Shape, ...]) -> Join:
        fits = {shape[:-1] for shape in outputs} if self.merge == "concatenate" else set(outputs)
        if len(fits) > 1:
            raise self._unequal(entry, outputs)
        return Join(self._layer)

    def loose_join(self) -> Join:
        return Join(self._layer)

    def _unequal(self, entry: Shape, outputs: tuple[Shape, ...]) -> ShapeProblem:
        remedies = []
        if self.merge != "concatenate" and len({shape[:-1] for shape in outputs}) == 1:
            remedies.append(Remedy("Concatenate instead", (self.changed(merge="concatenate"),)))
        padded = self.changed(branches=tuple(_mapped(s, _same_padding) for s in self.branches))
        if padded != self and _fits(padded, entry):
            remedies.append(Remedy("Use padding “same” inside", (padded,)))
        fitted, size = self._fitted(outputs)
        if fitted != self and _fits(fitted, entry):
            label = f"Bring all branches to {show_shape(size)}"
            if self.merge == "concatenate" and len(size) == 1:
                label = "Make vectors of all branches"
            remedies.append(Remedy(label, (fitted,)))
        what = "height and width" if self.merge == "concatenate" else "all sizes"
        verb = {"multiply": "multiply", "average": "average"}.get(self.merge, self.merge)
        return ShapeProblem(
            f"Parallel cannot {verb} {listed(outputs)}.",
            f"To {verb}, branches must end equal in {what}. Use the same strides and padding in "
            "every branch.",
            tuple(remedies),
        )

    def _fitted(self, outputs: tuple[Shape, ...]) -> tuple[Self, Shape]:
        """This with blocks at the ends of branches that bring them to one size, and that size."""
        vectors = [shape for shape in outputs if len(shape) == 1]
        sides = min(shape[:-1] for shape in vectors or outputs)
        joined = self.merge == "concatenate"
        size = sides if joined and sides else (*sides, max(shape[-1] for shape in outputs))
        stacks = []
        for stack, shape in zip(self.branches, outputs, strict=True):
            end = fitting(shape, (*sides, shape[-1]) if joined else size)
            stacks.append(stack if end is None else (*stack, *end))
        return self.changed(branches=tuple(stacks)), size


class Repeat(_Body1, frozen=True, kw_only=True):
    """Do the blocks inside several times in a row, each time with weights of its own.

    Any shape → what the last copy makes of it.  The first copy may take larger steps or end in
    another number of filters, as the stages of a ResNet do.
    """

    purpose: ClassVar[str] = "The blocks inside, n times in a row."
    when_to_use: ClassVar[str] = (
        "For stages of equal blocks: three Residuals in a Repeat make a stage of ResNet-20."
    )

    times: Annotated[
        int,
        Meta(ge=1, le=1_000, title="Times", description="How often the blocks inside are done."),
    ] = 2
    first_strides: Annotated[
        Pair | None,
        Meta(
            title="Strides of the first copy",
            description="Replaces the strides of the first convolution in the first copy (in each "
            "branch), so that a stage can begin by halving the picture.",
        ),
    ] = None
    first_filters: Annotated[
        Annotated[int, Meta(ge=1, le=65_536)] | None,
        Meta(
            title="Filters of the first copy",
            description="Replaces the filters of the last convolution in the first copy (in each "
            "branch).",
        ),
    ] = None

    def telling(self) -> tuple[str, ...]:
        words = [f"{self.times} ×", _blocks(self.body)]
        if self.first_strides is not None:
            words.append(f"first stride {show_pair(self.first_strides)}")
        if self.first_filters is not None:
            words.append(f"first {self.first_filters} filters")
        return tuple(words)

    def rounds(self) -> tuple[tuple[Stack, ...], ...]:
        return ((self.first_body,), *(((self.body,),) * (self.times - 1)))

    @property
    def first_body(self) -> Stack:
        """The blocks as they stand in the first copy."""
        body = self.body
        if self.first_strides is not None:
            body = _changed_once(body, "strides", self.first_strides)
        if self.first_filters is not None:
            body = _changed_once(body, "filters", self.first_filters, from_end=True)
        return body

    def layer_count(self) -> int:
        return min(self.times * max(1, layers_in(self.body)), MAX_LAYERS**2)


def _blocks(stack: Stack) -> str:
    return f"{len(stack)} block{'' if len(stack) == 1 else 's'}"


def _fits(block: Container, entry: Shape) -> bool:
    """Whether a container can take a shape."""
    try:
        block.output_shape(entry)
    except ShapeProblem:
        return False
    return True


def _mapped(stack: Stack, change: Callable[[Block], Block]) -> Stack:
    """A stack with every block changed that is no container, also those inside containers."""
    return tuple(
        block.with_stacks(tuple(_mapped(inner, change) for inner in block.stacks))
        if isinstance(block, Container)
        else change(block)
        for block in stack
    )


def _same_padding(block: Block) -> Block:
    return block.changed(padding="same") if getattr(block, "padding", "") == "valid" else block


def _changed_once(stack: Stack, field: str, value: object, from_end: bool = False) -> Stack:
    """A stack with a field changed in the first block that has it, or in the last.

    In a container with several stacks, in each of them.
    """
    places = range(len(stack))
    for place in reversed(places) if from_end else places:
        block = stack[place]
        if isinstance(block, Container):
            inner = tuple(_changed_once(s, field, value, from_end) for s in block.stacks)
            changed: Block = block.with_stacks(inner)
        elif hasattr(block, field) and not block.disabled:
            changed = block.changed(**{field: value})
            return (*stack[:place], changed, *stack[place + 1 :])
        else:
            continue
        if changed != block:
            return (*stack[:place], changed, *stack[place + 1 :])
    return stack
