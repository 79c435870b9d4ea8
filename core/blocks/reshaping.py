"""Blocks that put the same values into another shape, or pad and enlarge a picture."""

from __future__ import annotations

from math import prod
from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from core.blocks._spatial import Rim, rim_formula, rim_words
from core.blocks.base import (
    RIM,
    Block,
    Cost,
    Gather,
    PixelRange,
    Reach,
    Remedy,
    Role,
    Shape,
    ShapeProblem,
    require_picture,
    show_pair,
    show_shape,
    values_in,
)


class Flatten(Block, frozen=True, kw_only=True):
    """Lay all values of one picture out in a row: rows first, then columns, channels innermost.

    (height, width, channels) → (height × width × channels,).  The value at [row, column, channel]
    lands at place (row × width + column) × channels + channel.

    **The batch axis stays.**  One 3×3 picture with 3 channels is a batch of shape (1, 3, 3, 3),
    and Flatten makes it (1, 27).  Hand Keras a bare (3, 3, 3) and it takes the first axis for the
    batch: three "pictures" of 3×3, and out comes (3, 9).  Many tutorials get this wrong.
    """

    role: ClassVar[Role] = Role.RESHAPE
    gathers: ClassVar[Gather | None] = "order"
    purpose: ClassVar[str] = "Unrolls the picture into one long vector."
    when_to_use: ClassVar[str] = (
        "Between the last picture-shaped block and the first Dense. Where the vector gets long, "
        "GlobalAveragePooling2D needs far fewer weights after it."
    )

    def telling(self) -> tuple[str, ...]:
        return ("keeps the batch axis",)

    def output_shape(self, shape: Shape) -> Shape:
        return (values_in(shape),)

    def reach(self, shape: Shape) -> Reach | None:
        return None

    def shape_formula(self, shape: Shape) -> str:
        return f"{show_shape(shape)} = {values_in(shape):,}"


class Reshape(Block, frozen=True, kw_only=True):
    """Put the same values, in the same order, into another shape.

    Any shape → ``target_shape``.  One size may be −1: it is worked out from the others.  The batch
    axis stays and is not written.
    """

    role: ClassVar[Role] = Role.RESHAPE
    gathers: ClassVar[Gather | None] = "order"
    purpose: ClassVar[str] = "The same values in another shape."
    when_to_use: ClassVar[str] = "To turn a vector back into a picture, or to regroup channels."
    keras_required: ClassVar[tuple[str, ...]] = ("target_shape",)

    target_shape: Annotated[
        tuple[Annotated[int, Meta(ge=-1, le=2**31)], ...],
        Meta(
            min_length=1,
            max_length=6,
            title="Target shape",
            description="Sizes without the batch axis; one may be -1 and is worked out.",
        ),
    ] = (-1,)

    def telling(self) -> tuple[str, ...]:
        if self.target_shape == (-1,):
            return ("to one row",)
        sizes = ("the rest" if size == -1 else f"{size:,}" for size in self.target_shape)
        return (f"to {' × '.join(sizes)}",)

    def output_shape(self, shape: Shape) -> Shape:
        values = values_in(shape)
        target = self.target_shape
        if 0 in target or target.count(-1) > 1:
            raise ShapeProblem(
                f"Reshape cannot make ({', '.join(map(str, target))}).",
                "Every size must be at least 1, and only one may be -1.",
                self._remedies(shape),
            )
        known = prod(size for size in target if size != -1)
        fits = values % known == 0 if -1 in target else values == known
        if not fits:
            wanted = show_shape(tuple(size for size in target if size != -1))
            raise ShapeProblem(
                f"Reshape to {', '.join(map(str, target))} does not fit: {show_shape(shape)} "
                f"holds {values:,} values, {wanted} asks for "
                f"{'a multiple of ' if -1 in target else ''}{known:,}.",
                "Reshape only regroups values; it can neither add nor drop any.",
                self._remedies(shape),
            )
        return tuple(values // known if size == -1 else size for size in target)

    def _remedies(self, shape: Shape) -> tuple[Remedy, ...]:
        vector = self.changed(target_shape=(-1,))
        return (
            Remedy("Make it one vector (−1)", (vector,)),
            Remedy(f"Keep {show_shape(shape)}", (self.changed(target_shape=shape),)),
            Remedy("Remove this Reshape", ()),
        )

    def reach(self, shape: Shape) -> Reach | None:
        return None

    def shape_formula(self, shape: Shape) -> str:
        output = self.output_shape(shape)
        values = values_in(shape)
        if -1 not in self.target_shape:
            return f"{show_shape(shape)} = {values:,} = {show_shape(output)}"
        known = prod(size for size in self.target_shape if size != -1)
        return f"−1: {values:,} / {known:,} = {values // known:,}\n{super().shape_formula(shape)}"


class Permute(Block, frozen=True, kw_only=True):
    """Put the axes into another order; the values stay what they are.

    (height, width, channels) with dims (2, 1, 3) → (width, height, channels), the picture mirrored
    along its diagonal.  Axes are counted from 1; the batch axis stays in front.
    """

    role: ClassVar[Role] = Role.RESHAPE
    purpose: ClassVar[str] = "The axes in another order."
    when_to_use: ClassVar[str] = (
        "To swap rows and columns with dims 2, 1, 3, or to let the next block look along channels."
    )
    keras_required: ClassVar[tuple[str, ...]] = ("dims",)

    dims: Annotated[
        tuple[Annotated[int, Meta(ge=1, le=6)], ...],
        Meta(
            min_length=1,
            max_length=6,
            title="Axes",
            description="Which axis comes first, second and so on, counted from 1.",
        ),
    ] = (2, 1, 3)

    def telling(self) -> tuple[str, ...]:
        return (f"axes {', '.join(map(str, self.dims))}",)

    def output_shape(self, shape: Shape) -> Shape:
        if sorted(self.dims) != list(range(1, len(shape) + 1)):
            every = ", ".join(str(axis + 1) for axis in range(len(shape)))
            raise ShapeProblem(
                f"Permute to axes {', '.join(map(str, self.dims))} does not go with "
                f"{show_shape(shape)}, whose axes are {every}.",
                "Every axis has to be named, and none twice.",
                self._remedies(shape),
            )
        return tuple(shape[axis - 1] for axis in self.dims)

    def _remedies(self, shape: Shape) -> tuple[Remedy, ...]:
        remove = Remedy("Remove this Permute", ())
        if len(shape) < 2:
            return (remove,)
        swapped = (2, 1, *range(3, len(shape) + 1))
        label = "Swap rows and columns" if len(shape) == 3 else "Swap the first two axes"
        return Remedy(label, (self.changed(dims=swapped),)), remove

    def reach(self, shape: Shape) -> Reach | None:
        """As before while the last axis stays; else channels are mixed up with places."""
        return Reach() if self.dims[-1] == len(shape) == 3 else None


class ZeroPadding2D(Block, frozen=True, kw_only=True):
    """Put rows and columns of zeros around the picture.

    (height, width, channels) → (height + top + bottom, width + left + right, channels).
    """

    role: ClassVar[Role] = Role.RESHAPE
    purpose: ClassVar[str] = "Adds a frame of zeros."
    when_to_use: ClassVar[str] = "Before an unpadded convolution, when you want to choose the rim."

    padding: Annotated[
        Rim,
        Meta(
            title="Padding",
            description="((top, bottom), (left, right)), in pixels.",
            extra=RIM,
        ),
    ] = ((1, 1), (1, 1))

    def telling(self) -> tuple[str, ...]:
        return (rim_words(self.padding, "on each side"),)

    def output_shape(self, shape: Shape) -> Shape:
        height, width, channels = require_picture(self, shape)
        return (height + sum(self.padding[0]), width + sum(self.padding[1]), channels)

    def shape_formula(self, shape: Shape) -> str:
        sides = rim_formula(shape, self.padding, "+", self.output_shape(shape))
        return f"{sides}\n{super().shape_formula(shape)}"


class UpSampling2D(Block, frozen=True, kw_only=True):
    """Make the picture larger by whole factors, by repeating or blending pixels.

    (height, width, channels) → (height × size[0], width × size[1], channels).
    """

    role: ClassVar[Role] = Role.RESHAPE
    purpose: ClassVar[str] = "Enlarges the picture."
    when_to_use: ClassVar[str] = "To bring small maps back to a larger size."

    size: Annotated[
        tuple[Annotated[int, Meta(ge=1, le=64)], Annotated[int, Meta(ge=1, le=64)]],
        Meta(title="Size", description="How many times higher and wider."),
    ] = (2, 2)
    interpolation: Annotated[
        Literal["nearest", "bilinear", "bicubic", "lanczos3", "lanczos5"],
        Meta(title="Interpolation", description="How the new pixels are made."),
    ] = "nearest"

    _TAPS: ClassVar[dict[str, int]] = {
        "nearest": 0,
        "bilinear": 4,
        "bicubic": 16,
        "lanczos3": 36,
        "lanczos5": 100,
    }

    def pixels_after(self, pixels: PixelRange | None) -> PixelRange | None:
        return pixels

    def telling(self) -> tuple[str, ...]:
        return (show_pair(self.size), self.interpolation)

    def output_shape(self, shape: Shape) -> Shape:
        height, width, channels = require_picture(self, shape)
        return (height * self.size[0], width * self.size[1], channels)

    def cost(self, shape: Shape) -> Cost:
        """Multiply-adds: the input values blended into each output value (4 when bilinear)."""
        return Cost(
            multiply_adds=values_in(self.output_shape(shape)) * self._TAPS[self.interpolation]
        )

    def reach(self, shape: Shape) -> Reach:
        side = max(1, int(self._TAPS[self.interpolation] ** 0.5))
        return Reach((side, side), (1 / self.size[0], 1 / self.size[1]))

    def shape_formula(self, shape: Shape) -> str:
        output = self.output_shape(shape)
        return (
            f"height {shape[0]} × {self.size[0]} = {output[0]}\n"
            f"width {shape[1]} × {self.size[1]} = {output[1]}\n{super().shape_formula(shape)}"
        )
