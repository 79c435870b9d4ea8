"""Activations as blocks of their own."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from core.blocks._axes import axis_places
from core.blocks.base import (
    ADVANCED,
    ActivationField,
    BiasInitializer,
    Block,
    Cost,
    L2Field,
    Remedy,
    Role,
    Shape,
    ShapeProblem,
    show_shape,
    snake,
    values_in,
)


class Activation(Block, frozen=True, kw_only=True):
    """Apply a function to every value; softmax turns the last axis into shares that sum to 1.

    Any shape → the same shape.
    """

    role: ClassVar[Role] = Role.ACTIVATION
    purpose: ClassVar[str] = "A bend between linear blocks."
    when_to_use: ClassVar[str] = (
        "After BatchNormalization, or wherever the activation should be a step of its own."
    )
    keras_required: ClassVar[tuple[str, ...]] = ("activation",)

    activation: ActivationField = "relu"

    @classmethod
    def keras_section(cls) -> str:
        return "core_layers"

    def telling(self) -> tuple[str, ...]:
        return (self.activation,)


_Slope = Annotated[
    float,
    Meta(
        ge=0,
        le=100,
        title="Negative slope",
        description="What values below the bend are multiplied by.",
    ),
]


class _Rectifier(Block, frozen=True, kw_only=True):
    """What the relatives of ReLU share."""

    role: ClassVar[Role] = Role.ACTIVATION

    @classmethod
    def keras_page_name(cls) -> str:
        return snake(cls.__name__.replace("ReLU", "Relu")).replace("p_relu", "prelu")


class ReLU(_Rectifier, frozen=True, kw_only=True):
    """Keep what is above 0 and set the rest to 0, with a ceiling, slope and threshold if wanted.

    Any shape → the same shape.  From ``threshold`` to ``max_value`` a value stays what it is; above
    it becomes ``max_value``, below ``negative_slope`` × (value − threshold).
    """

    purpose: ClassVar[str] = "Keeps what is above 0."
    when_to_use: ClassVar[str] = (
        "After BatchNormalization, or with max_value 6 in nets for phones, whose whole numbers it "
        "suits."
    )

    max_value: Annotated[
        Annotated[float, Meta(ge=0, le=1000)] | None,
        Meta(title="Ceiling", description="Largest value that leaves. Unset: no ceiling."),
    ] = None
    negative_slope: _Slope = 0.0
    threshold: Annotated[
        float,
        Meta(
            ge=0,
            le=1000,
            title="Threshold",
            description="Where the bend is: values below it are cut or sloped.",
        ),
    ] = 0.0

    def telling(self) -> tuple[str, ...]:
        words = []
        if self.max_value is not None:
            words.append(f"at most {self.max_value:g}")
        if self.negative_slope:
            words.append(f"slope {self.negative_slope:g}")
        if self.threshold:
            words.append(f"from {self.threshold:g}")
        return tuple(words) or ("max(x, 0)",)


class LeakyReLU(_Rectifier, frozen=True, kw_only=True):
    """Keep what is above 0 and make the rest smaller instead of 0.

    Any shape → the same shape.  Below 0 a value is multiplied by ``negative_slope``.
    """

    purpose: ClassVar[str] = "Keeps what is above 0, shrinks the rest."
    when_to_use: ClassVar[str] = (
        "Where relu leaves units that never answer any more; slopes of 0.01 to 0.3."
    )

    negative_slope: _Slope = 0.3

    def telling(self) -> tuple[str, ...]:
        return (f"slope {self.negative_slope:g} below 0",)


class PReLU(_Rectifier, frozen=True, kw_only=True):
    """Keep what is above 0 and multiply the rest by a slope that is learnt.

    Any shape → the same shape.  Weights: a slope for each value, or one along the axes in
    ``shared_axes``; sharing 1 and 2 leaves one slope per channel.
    """

    purpose: ClassVar[str] = "Learns the slope below 0."
    when_to_use: ClassVar[str] = (
        "In place of LeakyReLU, when there is data enough to learn the slopes. In pictures share "
        "axes 1 and 2."
    )
    palette_values: ClassVar[dict[str, object]] = {"shared_axes": (1, 2)}

    alpha_initializer: Annotated[
        BiasInitializer,
        Meta(
            title="Initial slopes",
            description="How the slopes are set before training; zeros begins as relu.",
            extra=ADVANCED,
        ),
    ] = "zeros"
    alpha_regularizer: L2Field = 0.0
    shared_axes: Annotated[
        Annotated[tuple[Annotated[int, Meta(ge=1, le=6)], ...], Meta(min_length=1, max_length=6)]
        | None,
        Meta(
            title="Shared axes",
            description="Axes along which one slope serves all; 1, 2 are rows and columns. "
            "Unset: a slope for each value.",
        ),
    ] = None

    def telling(self) -> tuple[str, ...]:
        if self.shared_axes is None:
            return ("a slope for each value",)
        if set(self.shared_axes) == {1, 2}:
            return ("a slope per channel",)
        return (f"slopes shared along {', '.join(map(str, self.shared_axes))}",)

    def output_shape(self, shape: Shape) -> Shape:
        wrong = [axis for axis in self.shared_axes or () if axis > len(shape)]
        if wrong:
            raise ShapeProblem(
                f"PReLU has no axis {wrong[0]} to share slopes along: {show_shape(shape)} arrives.",
                f"Axes are counted from 1 to {len(shape)}; the batch is not counted.",
                self._remedies(shape),
            )
        return shape

    def _remedies(self, shape: Shape) -> tuple[Remedy, ...]:
        alone = Remedy("A slope for each value", (self.changed(shared_axes=None),))
        left = tuple(axis for axis in self.shared_axes or () if axis <= len(shape))
        if not left or len(shape) == 1:
            return (alone,)
        label = f"Share along {', '.join(map(str, left))} only"
        return (Remedy(label, (self.changed(shared_axes=left),)), alone)

    def _slopes(self, shape: Shape) -> Shape:
        """Shape of the slopes: 1 along shared axes."""
        shared = self.shared_axes or ()
        return tuple(1 if axis in shared else size for axis, size in enumerate(shape, start=1))

    def cost(self, shape: Shape) -> Cost:
        """Multiply-adds: one for each value."""
        return Cost(trainable=values_in(self._slopes(shape)), multiply_adds=values_in(shape))

    def parameter_formula(self, shape: Shape) -> str:
        slopes = self._slopes(shape)
        return f"{show_shape(slopes)} = {values_in(slopes):,}"


class ELU(_Rectifier, frozen=True, kw_only=True):
    """Keep what is above 0 and bend the rest softly towards −alpha.

    Any shape → the same shape.  Below 0 a value becomes alpha × (exp(value) − 1).
    """

    purpose: ClassVar[str] = "Keeps what is above 0, bends the rest softly."
    when_to_use: ClassVar[str] = (
        "In place of relu in nets without BatchNormalization: values stay centred around 0."
    )

    alpha: Annotated[
        float,
        Meta(ge=0, le=100, title="Alpha", description="How far below 0 values can get."),
    ] = 1.0

    def telling(self) -> tuple[str, ...]:
        return (f"down to −{self.alpha:g}",)


class Softmax(Block, frozen=True, kw_only=True):
    """Turn values into shares between 0 and 1 that sum to 1.

    Any shape → the same shape.  The shares sum to 1 along ``axis``; with several axes, over all of
    them together.
    """

    role: ClassVar[Role] = Role.ACTIVATION
    purpose: ClassVar[str] = "Shares that sum to 1, one per class."
    when_to_use: ClassVar[str] = (
        "At the very end, after a Dense without activation; the same as its activation softmax."
    )

    axis: Annotated[
        tuple[Annotated[int, Meta(ge=-6, le=6)], ...],
        Meta(
            min_length=1,
            max_length=6,
            title="Axis",
            description="Axes whose shares sum to 1; −1 is the last.",
            extra=ADVANCED,
        ),
    ] = (-1,)

    @property
    def applies_softmax(self) -> bool:
        return True

    def telling(self) -> tuple[str, ...]:
        return () if self.axis == (-1,) else (f"axes {', '.join(map(str, self.axis))}",)

    def output_shape(self, shape: Shape) -> Shape:
        axis_places(self, self.axis, shape)
        return shape

    def keras_arguments(self) -> dict[str, object]:
        arguments = super().keras_arguments()
        if "axis" in arguments and len(self.axis) == 1:
            arguments["axis"] = self.axis[0]
        return arguments
