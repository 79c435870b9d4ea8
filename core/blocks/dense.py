"""Dense: every output looks at every input."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from core.blocks.base import (
    ActivationField,
    BiasField,
    BiasInitializerField,
    Block,
    Cost,
    InitializerField,
    L2Field,
    Reach,
    Role,
    Shape,
    values_in,
)


class Dense(Block, frozen=True, kw_only=True):
    """Each unit weighs every value of the vector, adds a bias and applies the activation.

    (values,) → (units,).  Weights: values × units, and one bias a unit.  On a shape with more axes
    Keras applies the same weights at every place, along the last axis: (height, width, channels) →
    (height, width, units), which is rarely what a classifier wants.
    """

    role: ClassVar[Role] = Role.DENSE
    purpose: ClassVar[str] = "Every unit looks at every value."
    when_to_use: ClassVar[str] = (
        "At the end, one unit per class with softmax. One more of 64 to 256 units with relu before "
        "it often helps."
    )
    palette_values: ClassVar[dict[str, object]] = {"units": 64, "activation": "relu"}
    keras_required: ClassVar[tuple[str, ...]] = ("units",)

    units: Annotated[
        Annotated[int, Meta(ge=1, le=1_000_000)] | None,
        Meta(
            title="Units",
            description="Size of the output. Unset: one per class of your data.",
            extra={"follows": "classes"},
        ),
    ] = None
    activation: ActivationField = "linear"
    use_bias: BiasField = True
    kernel_initializer: InitializerField = "glorot_uniform"
    bias_initializer: BiasInitializerField = "zeros"
    kernel_regularizer: L2Field = 0.0

    @classmethod
    def keras_section(cls) -> str:
        return "core_layers"

    def resolved(self, classes: int) -> Block:
        return self if self.units is not None else self.changed(units=classes)

    def _units(self) -> int:
        if self.units is None:
            raise ValueError("Dense.units is unset: call resolved() with the class count first")
        return self.units

    def telling(self) -> tuple[str, ...]:
        units = "one unit per class" if self.units is None else f"{self.units:,} units"
        return (units,) if self.activation == "linear" else (units, self.activation)

    def output_shape(self, shape: Shape) -> Shape:
        return (*shape[:-1], self._units())

    def cost(self, shape: Shape) -> Cost:
        units = self._units()
        weights = shape[-1] * units
        return Cost(
            trainable=weights + units * self.use_bias,
            multiply_adds=values_in(shape[:-1]) * weights,
        )

    def reach(self, shape: Shape) -> Reach | None:
        return None if len(shape) == 1 else Reach()

    def shape_formula(self, shape: Shape) -> str:
        output = self.output_shape(shape)
        places = f", at each of {values_in(shape[:-1]):,} places" if len(shape) > 1 else ""
        return f"{shape[-1]:,} values → {output[-1]:,} units{places}"

    def parameter_formula(self, shape: Shape) -> str:
        units = self._units()
        bias = f" + {units:,}" if self.use_bias else ""
        return f"{shape[-1]:,} × {units:,}{bias} = {self.cost(shape).parameters:,}"
