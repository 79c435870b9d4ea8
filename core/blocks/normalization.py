"""Blocks that bring values to a common scale."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from core.blocks._axes import axis_place, axis_places
from core.blocks.base import (
    ADVANCED,
    Block,
    Cost,
    PixelRange,
    Remedy,
    Role,
    Shape,
    ShapeProblem,
    values_in,
)

_Axis = Annotated[
    int,
    Meta(
        ge=-6,
        le=6,
        title="Axis",
        description="The channels' axis; −1 is the last.",
        extra=ADVANCED,
    ),
]
_Epsilon = Annotated[
    float,
    Meta(
        gt=0,
        le=1,
        title="Epsilon",
        description="Small number that prevents division by zero.",
        extra=ADVANCED,
    ),
]
_Center = Annotated[bool, Meta(title="Center", description="Learn an offset (beta).")]
_Scale = Annotated[bool, Meta(title="Scale", description="Learn a factor (gamma).")]

NO_LONGER_PIXELS = 1e-12
"""Pixels multiplied by less than this are all the same to a network."""


class BatchNormalization(Block, frozen=True, kw_only=True):
    """Bring each channel to mean 0 and variance 1 over the batch, then learn a factor and offset.

    Any shape → the same shape.  Weights per channel: factor and offset (trainable), moving mean and
    moving variance (not trainable; used instead of the batch's own when predicting).
    """

    role: ClassVar[Role] = Role.NORMALIZATION
    purpose: ClassVar[str] = "Steadies each channel over the batch."
    when_to_use: ClassVar[str] = (
        "After a convolution, before or after its activation: training gets faster and steadier."
    )

    axis: _Axis = -1
    momentum: Annotated[
        float,
        Meta(
            ge=0,
            le=1,
            title="Momentum",
            description="How slowly the moving averages follow. Short trainings want about 0.9.",
        ),
    ] = 0.99
    epsilon: _Epsilon = 0.001
    center: _Center = True
    scale: _Scale = True

    def telling(self) -> tuple[str, ...]:
        return () if self.momentum == 0.99 else (f"momentum {self.momentum:g}",)

    def output_shape(self, shape: Shape) -> Shape:
        axis_place(self, self.axis, shape)
        return shape

    def cost(self, shape: Shape) -> Cost:
        """Multiply-adds: one for each value, as when predicting."""
        channels = shape[axis_place(self, self.axis, shape)]
        return Cost(
            trainable=channels * (self.center + self.scale),
            non_trainable=2 * channels,
            multiply_adds=values_in(shape),
        )

    def parameter_formula(self, shape: Shape) -> str:
        channels = shape[axis_place(self, self.axis, shape)]
        each = 2 + self.center + self.scale
        return (
            f"{each} × {channels:,} = {self.cost(shape).parameters:,}, {2 * channels:,} not trained"
        )


class LayerNormalization(Block, frozen=True, kw_only=True):
    """Bring the values of each picture to mean 0 and variance 1, then learn a factor and offset.

    Any shape → the same shape.  Works on each picture alone, whatever the batch.  Weights: a factor
    and an offset for each value along the axes.
    """

    role: ClassVar[Role] = Role.NORMALIZATION
    purpose: ClassVar[str] = "Steadies each picture on its own."
    when_to_use: ClassVar[str] = "Where batches are very small, or in ConvNeXt-like nets."

    axis: Annotated[
        tuple[Annotated[int, Meta(ge=-6, le=6)], ...],
        Meta(
            min_length=1,
            max_length=6,
            title="Axis",
            description="Axes normalised together; −1 is the last.",
            extra=ADVANCED,
        ),
    ] = (-1,)
    epsilon: _Epsilon = 0.001
    center: _Center = True
    scale: _Scale = True

    def telling(self) -> tuple[str, ...]:
        return () if self.axis == (-1,) else (f"axes {', '.join(map(str, self.axis))}",)

    def output_shape(self, shape: Shape) -> Shape:
        axis_places(self, self.axis, shape)
        return shape

    def _values(self, shape: Shape) -> int:
        return values_in(tuple(shape[place] for place in axis_places(self, self.axis, shape)))

    def cost(self, shape: Shape) -> Cost:
        """Multiply-adds: one for each value."""
        return Cost(
            trainable=self._values(shape) * (self.center + self.scale),
            multiply_adds=values_in(shape),
        )

    def parameter_formula(self, shape: Shape) -> str:
        each = self.center + self.scale
        if not each:
            return "no parameters"
        return f"{each} × {self._values(shape):,} = {self.cost(shape).parameters:,}"

    def keras_arguments(self) -> dict[str, object]:
        arguments = super().keras_arguments()
        if "axis" in arguments and len(self.axis) == 1:
            arguments["axis"] = self.axis[0]
        return arguments


class GroupNormalization(Block, frozen=True, kw_only=True):
    """Bring groups of channels to mean 0 and variance 1, picture by picture.

    Any shape → the same shape.  Each group takes all places and an equal part of the channels.
    Works on each picture alone, whatever the batch.  Weights: a factor and an offset per channel.
    """

    role: ClassVar[Role] = Role.NORMALIZATION
    purpose: ClassVar[str] = "Steadies groups of channels, each picture alone."
    when_to_use: ClassVar[str] = (
        "In place of BatchNormalization where memory allows only a few pictures at a time, with 8 "
        "to 32 groups."
    )
    palette_values: ClassVar[dict[str, object]] = {"groups": 8}

    groups: Annotated[
        int,
        Meta(
            ge=-1,
            le=65_536,
            title="Groups",
            description="Into how many groups the channels are split; they must divide evenly. "
            "1: all together. −1: each channel alone.",
        ),
    ] = 32
    axis: _Axis = -1
    epsilon: _Epsilon = 0.001
    center: _Center = True
    scale: _Scale = True

    def telling(self) -> tuple[str, ...]:
        if self.groups == -1:
            return ("each channel alone",)
        return ("1 group",) if self.groups == 1 else (f"{self.groups} groups",)

    def output_shape(self, shape: Shape) -> Shape:
        channels = self._channels(shape)
        if self.groups == 0 or self._groups(shape) > channels or channels % self._groups(shape):
            raise ShapeProblem(
                f"{channels:,} channels cannot be split evenly into {self.groups} groups.",
                "Every group takes the same number of channels, at least one.",
                self._remedies(channels),
            )
        return shape

    def _channels(self, shape: Shape) -> int:
        return shape[axis_place(self, self.axis, shape)]

    def _groups(self, shape: Shape) -> int:
        return self._channels(shape) if self.groups == -1 else self.groups

    def _remedies(self, channels: int) -> tuple[Remedy, ...]:
        limit = min(max(self.groups, 1), channels)
        fitting = next(count for count in range(limit, 0, -1) if channels % count == 0)
        return (
            Remedy(f"Set groups to {fitting}", (self.changed(groups=fitting),)),
            Remedy("Each channel alone (−1)", (self.changed(groups=-1),)),
        )

    def cost(self, shape: Shape) -> Cost:
        """Multiply-adds: one for each value."""
        return Cost(
            trainable=self._channels(shape) * (self.center + self.scale),
            multiply_adds=values_in(shape),
        )

    def shape_formula(self, shape: Shape) -> str:
        groups, channels = self._groups(shape), self._channels(shape)
        return (
            f"{channels:,} channels / {groups:,} groups = {channels // groups:,} each\n"
            f"{super().shape_formula(shape)}"
        )

    def parameter_formula(self, shape: Shape) -> str:
        each = self.center + self.scale
        if not each:
            return "no parameters"
        return f"{each} × {self._channels(shape):,} = {self.cost(shape).parameters:,}"


class Rescaling(Block, frozen=True, kw_only=True):
    """Multiply every value by ``scale`` and add ``offset``.

    Any shape → the same shape.  Nothing is learnt.
    """

    role: ClassVar[Role] = Role.NORMALIZATION
    purpose: ClassVar[str] = "Multiplies by a factor, adds an offset."
    when_to_use: ClassVar[str] = (
        "Where the next block wants another range than the Input gives: scale 2, offset −1 makes "
        "−1 to 1 of 0 to 1."
    )
    keras_required: ClassVar[tuple[str, ...]] = ("scale",)
    palette_values: ClassVar[dict[str, object]] = {"scale": 2.0, "offset": -1.0}

    scale: Annotated[
        float,
        Meta(ge=-1000, le=1000, title="Scale", description="What every value is multiplied by."),
    ] = 1.0
    offset: Annotated[
        float,
        Meta(ge=-1000, le=1000, title="Offset", description="What is added after that."),
    ] = 0.0

    @classmethod
    def keras_section(cls) -> str:
        return "preprocessing_layers/image_preprocessing"

    def pixels_after(self, pixels: PixelRange | None) -> PixelRange | None:
        factor = pixels[0] * self.scale if pixels is not None else 0.0
        if pixels is None or abs(factor) < NO_LONGER_PIXELS:
            return None
        return (factor, pixels[1] * self.scale + self.offset)

    def telling(self) -> tuple[str, ...]:
        times = f"× {self.scale:g}"
        if self.offset == 0:
            return (times,)
        return (f"{times} {'+' if self.offset > 0 else '−'} {abs(self.offset):g}",)

    def cost(self, shape: Shape) -> Cost:
        """Multiply-adds: one for each value."""
        return Cost(multiply_adds=values_in(shape))
