"""Pooling: fewer pixels, the same channels."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from core.blocks._spatial import picture_formula, windowed
from core.blocks.base import (
    PIXELS,
    Block,
    Gather,
    Padding,
    Pair,
    Reach,
    Role,
    Shape,
    require_picture,
    show_pair,
)


class _Pooling(Block, frozen=True, kw_only=True):
    """Fields and arithmetic of the pooling windows."""

    role: ClassVar[Role] = Role.POOLING
    keras_required: ClassVar[tuple[str, ...]] = ("pool_size",)

    pool_size: Annotated[
        Pair,
        Meta(
            title="Pool size",
            description="Height and width of the window, in pixels.",
            extra=PIXELS,
        ),
    ] = (2, 2)
    strides: Annotated[
        Pair | None,
        Meta(
            title="Strides",
            description="Steps down and right; the pool size if unset.",
            extra={"follows": "pool_size", **PIXELS},
        ),
    ] = None
    padding: Padding = "valid"

    @property
    def _steps(self) -> tuple[int, int]:
        return self.pool_size if self.strides is None else self.strides

    def telling(self) -> tuple[str, ...]:
        words = [show_pair(self.pool_size)]
        if self._steps != self.pool_size:
            words.append(f"stride {show_pair(self._steps)}")
        if self.padding != "valid":
            words.append(self.padding)
        return tuple(words)

    def output_shape(self, shape: Shape) -> Shape:
        height, width, channels = require_picture(self, shape)
        rows, columns = windowed(
            self,
            (height, width),
            self.pool_size,
            self._steps,
            self.padding,
            lambda size: self.changed(pool_size=size),
        )
        return (rows, columns, channels)

    def reach(self, shape: Shape) -> Reach:
        return Reach(self.pool_size, self._steps)

    def shape_formula(self, shape: Shape) -> str:
        output = self.output_shape(shape)
        return picture_formula(shape, self.pool_size, self._steps, self.padding, output)


class MaxPooling2D(_Pooling, frozen=True, kw_only=True):
    """Keep the largest value of each window, channel by channel.

    (height, width, channels) → (rows, columns, channels).  Without padding each side gives
    ⌊(size − pool) / stride⌋ + 1, with padding "same" ⌈size / stride⌉.  A rest that does not fill a
    window is dropped: 13 pooled by 2 gives 6.
    """

    purpose: ClassVar[str] = "Keeps the strongest answer of each window."
    when_to_use: ClassVar[str] = (
        "After one or two convolutions, to halve the picture and let the next block see further."
    )


class AveragePooling2D(_Pooling, frozen=True, kw_only=True):
    """Average each window, channel by channel.

    (height, width, channels) → (rows, columns, channels), sides as in MaxPooling2D.
    """

    purpose: ClassVar[str] = "Averages each window."
    when_to_use: ClassVar[str] = (
        "Where the overall strength of a pattern counts more than its peak; LeNet-5 uses it."
    )


class _GlobalPooling(Block, frozen=True, kw_only=True):
    """What both global poolings share."""

    role: ClassVar[Role] = Role.POOLING

    keepdims: Annotated[
        bool,
        Meta(title="Keep axes", description="Give 1 × 1 × channels instead of a vector."),
    ] = False

    def output_shape(self, shape: Shape) -> Shape:
        _, _, channels = require_picture(self, shape)
        return (1, 1, channels) if self.keepdims else (channels,)

    def reach(self, shape: Shape) -> Reach | None:
        return None

    def telling(self) -> tuple[str, ...]:
        return ("keeps axes",) if self.keepdims else ("one number per channel",)

    def shape_formula(self, shape: Shape) -> str:
        height, width, channels = shape
        output = super().shape_formula(shape)
        return f"{channels:,} channels of {height} × {width} = {height * width:,} values\n{output}"


class GlobalAveragePooling2D(_GlobalPooling, frozen=True, kw_only=True):
    """Average each channel over the whole picture: one number per channel.

    (height, width, channels) → (channels,).  A Dense after it needs height × width times fewer
    weights than after Flatten, and does not care where in the picture a pattern was.
    """

    gathers: ClassVar[Gather | None] = "mean"
    purpose: ClassVar[str] = "One average per channel, for the Dense at the end."
    when_to_use: ClassVar[str] = (
        "Between the last convolution and the Dense at the end, where Flatten would need too many "
        "weights."
    )


class GlobalMaxPooling2D(_GlobalPooling, frozen=True, kw_only=True):
    """Keep the largest value of each channel over the whole picture: one number per channel.

    (height, width, channels) → (channels,).
    """

    gathers: ClassVar[Gather | None] = "max"
    purpose: ClassVar[str] = "The strongest answer per channel."
    when_to_use: ClassVar[str] = "Where it matters that a pattern is there at all, not how often."
