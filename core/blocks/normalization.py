"""Blocks that bring values to a common scale."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from core.blocks.base import (
    ADVANCED,
    Block,
    Cost,
    Remedy,
    Role,
    Shape,
    ShapeProblem,
    show_shape,
    values_in,
)

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


def _axis(block: Block, axis: int, shape: Shape) -> int:
    """Place of ``axis`` (Keras counts the batch as 0) in ``shape``.

    Raises:
        ShapeProblem: There is no such axis, or it is the batch axis.
    """
    place = axis - 1 if axis > 0 else len(shape) + axis
    if axis != 0 and 0 <= place < len(shape):
        return place
    last = block.changed(axis=-1 if isinstance(getattr(block, "axis", -1), int) else (-1,))
    raise ShapeProblem(
        f"{block.kind()} has no axis {axis} to work on: {show_shape(shape)} arrives.",
        f"Axes are counted from 1 to {len(shape)}, or from −1 backwards; 0 is the batch.",
        (Remedy("Use the last axis (−1)", (last,)),),
    )


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

    axis: Annotated[
        int,
        Meta(
            ge=-6,
            le=6,
            title="Axis",
            description="The channels' axis; −1 is the last.",
            extra=ADVANCED,
        ),
    ] = -1
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
        _axis(self, self.axis, shape)
        return shape

    def cost(self, shape: Shape) -> Cost:
        """Multiply-adds: one for each value, as when predicting."""
        channels = shape[_axis(self, self.axis, shape)]
        return Cost(
            trainable=channels * (self.center + self.scale),
            non_trainable=2 * channels,
            multiply_adds=values_in(shape),
        )

    def parameter_formula(self, shape: Shape) -> str:
        channels = shape[_axis(self, self.axis, shape)]
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
        places = [_axis(self, axis, shape) for axis in self.axis]
        if len(set(places)) < len(places):
            raise ShapeProblem(
                "LayerNormalization names the same axis twice.",
                "Each axis can be normalised once.",
                (Remedy("Use the last axis (−1)", (self.changed(axis=(-1,)),)),),
            )
        return shape

    def _values(self, shape: Shape) -> int:
        return values_in(tuple(shape[_axis(self, axis, shape)] for axis in self.axis))

    def cost(self, shape: Shape) -> Cost:
        """Multiply-adds: one for each value."""
        return Cost(
            trainable=self._values(shape) * (self.center + self.scale),
            multiply_adds=values_in(shape),
        )

    def parameter_formula(self, shape: Shape) -> str:
        each = self.center + self.scale
        return f"{each} × {self._values(shape):,} = {self.cost(shape).parameters:,}"

    def keras_arguments(self) -> dict[str, object]:
        arguments = super().keras_arguments()
        if "axis" in arguments and len(self.axis) == 1:
            arguments["axis"] = self.axis[0]
        return arguments
