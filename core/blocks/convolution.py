"""Convolutions: small windows of learnt weights moved over the picture."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from core.blocks._spatial import picture_formula, reached, windowed
from core.blocks.base import (
    ADVANCED,
    PIXELS,
    ActivationField,
    BiasField,
    BiasInitializerField,
    Block,
    Cost,
    InitializerField,
    L2Field,
    Padding,
    Pair,
    Reach,
    Remedy,
    Role,
    Shape,
    ShapeProblem,
    require_picture,
    show_pair,
    snake,
)

Filters = Annotated[
    int,
    Meta(
        ge=1,
        le=65_536,
        title="Filters",
        description="How many patterns to look for: the channels of the output.",
    ),
]
_Multiplier = Annotated[
    int,
    Meta(ge=1, le=1024, title="Depth multiplier", description="Patterns for each input channel."),
]


class _Convolution(Block, frozen=True, kw_only=True):
    """Fields and window arithmetic of every convolution."""

    role: ClassVar[Role] = Role.CONVOLUTION
    keras_required: ClassVar[tuple[str, ...]] = ("filters", "kernel_size")

    kernel_size: Annotated[
        Pair,
        Meta(
            title="Kernel size",
            description="Height and width of the window, in pixels.",
            extra=PIXELS,
        ),
    ] = (3, 3)
    strides: Annotated[
        Pair,
        Meta(title="Strides", description="Steps down and right, in pixels.", extra=PIXELS),
    ] = (1, 1)
    padding: Padding = "valid"
    dilation_rate: Annotated[
        Pair,
        Meta(
            title="Dilation rate",
            description="Distance between the pixels looked at. 1: neighbours.",
            extra=ADVANCED,
        ),
    ] = (1, 1)
    activation: ActivationField = "linear"
    use_bias: BiasField = True

    @classmethod
    def keras_page_name(cls) -> str:
        return snake(cls.__name__).replace("conv2d", "convolution2d")

    @property
    def _span(self) -> tuple[int, int]:
        """(height, width) that the dilated window covers."""
        return (
            reached(self.kernel_size[0], self.dilation_rate[0]),
            reached(self.kernel_size[1], self.dilation_rate[1]),
        )

    def _spanning_at_most(self, span: tuple[int, int]) -> Block:
        """This block with the largest window that spans no more than ``span``."""
        rows = min(self.kernel_size[0], (span[0] - 1) // self.dilation_rate[0] + 1)
        columns = min(self.kernel_size[1], (span[1] - 1) // self.dilation_rate[1] + 1)
        return self.changed(kernel_size=(rows, columns))

    def _refuse_strides_with_dilation(self) -> None:
        """Raise a ShapeProblem where both are set, in the kinds for which Keras refuses that."""
        if max(self.strides) == 1 or max(self.dilation_rate) == 1:
            return
        raise ShapeProblem(
            f"Strides {show_pair(self.strides)} and dilation "
            f"{show_pair(self.dilation_rate)} cannot be used together in {self.kind()}.",
            f"Keras lets {self.kind()} step over pixels or spread its window, not both.",
            (
                Remedy("Set strides to 1×1", (self.changed(strides=(1, 1)),)),
                Remedy("Set dilation to 1×1", (self.changed(dilation_rate=(1, 1)),)),
            ),
        )

    def _channels(self, channels: int) -> int:
        """Output channels for ``channels`` input channels."""
        raise NotImplementedError

    def _check(self, channels: int) -> None:
        """Raise a ShapeProblem for what Keras refuses besides the sizes."""

    def output_shape(self, shape: Shape) -> Shape:
        height, width, channels = require_picture(self, shape)
        self._check(channels)
        rows, columns = windowed(
            self, (height, width), self._span, self.strides, self.padding, self._spanning_at_most
        )
        return (rows, columns, self._channels(channels))

    def reach(self, shape: Shape) -> Reach:
        return Reach(self._span, self.strides)

    def shape_formula(self, shape: Shape) -> str:
        output = self.output_shape(shape)
        return picture_formula(shape, self._span, self.strides, self.padding, output)

    def _window_words(self) -> tuple[str, ...]:
        words = [show_pair(self.kernel_size)]
        if self.strides != (1, 1):
            words.append(f"stride {show_pair(self.strides)}")
        if self.dilation_rate != (1, 1):
            words.append(f"dilation {show_pair(self.dilation_rate)}")
        words.append(self.padding)
        if self.activation != "linear":
            words.append(self.activation)
        return tuple(words)


class Conv2D(_Convolution, frozen=True, kw_only=True):
    """Move a window over the picture and mix all its channels into each of ``filters`` new ones.

    (height, width, channels) → (rows, columns, filters).  Without padding each side gives
    ⌊(size − dilation · (kernel − 1) − 1) / stride⌋ + 1, with padding "same" ⌈size / stride⌉.
    Weights: kernel height × kernel width × channels / groups × filters, and one bias a filter.
    """

    purpose: ClassVar[str] = "Looks for patterns in small windows."
    when_to_use: ClassVar[str] = (
        "The workhorse of picture classifiers. Start with 3×3 windows and 16 to 64 filters; use "
        "more filters after each pooling."
    )
    palette_values: ClassVar[dict[str, object]] = {"activation": "relu"}

    filters: Filters = 32
    groups: Annotated[
        int,
        Meta(
            ge=1,
            le=65_536,
            title="Groups",
            description="Split the channels into this many parts, each convolved on its own.",
            extra=ADVANCED,
        ),
    ] = 1
    kernel_initializer: InitializerField = "glorot_uniform"
    bias_initializer: BiasInitializerField = "zeros"
    kernel_regularizer: L2Field = 0.0

    def telling(self) -> tuple[str, ...]:
        words = (f"{self.filters} filters", *self._window_words())
        return words if self.groups == 1 else (*words, f"{self.groups} groups")

    def _channels(self, channels: int) -> int:
        return self.filters

    def _check(self, channels: int) -> None:
        self._refuse_strides_with_dilation()
        if channels % self.groups or self.filters % self.groups:
            raise ShapeProblem(
                f"{self.groups} groups divide {channels} input channels and {self.filters} "
                "filters only with a rest.",
                "Every group takes an equal part of the channels and makes an equal part of the "
                "filters.",
                (Remedy("Set groups to 1", (self.changed(groups=1),)),),
            )

    def cost(self, shape: Shape) -> Cost:
        rows, columns, filters = self.output_shape(shape)
        window = self.kernel_size[0] * self.kernel_size[1] * (shape[2] // self.groups)
        return Cost(
            trainable=window * filters + filters * self.use_bias,
            multiply_adds=rows * columns * filters * window,
        )

    def parameter_formula(self, shape: Shape) -> str:
        inputs = shape[2] // self.groups
        bias = f" + {self.filters}" if self.use_bias else ""
        height, width = self.kernel_size
        total = self.cost(shape).parameters
        return f"{height} × {width} × {inputs} × {self.filters}{bias} = {total:,}"


class DepthwiseConv2D(_Convolution, frozen=True, kw_only=True):
    """Move windows over every channel on its own, without mixing channels.

    (height, width, channels) → (rows, columns, channels × depth_multiplier), sides as in Conv2D.
    Weights: kernel height × kernel width × channels × depth_multiplier, and one bias each output
    channel.
    """

    purpose: ClassVar[str] = "Filters each channel on its own, cheaply."
    when_to_use: ClassVar[str] = (
        "For small, fast nets: follow it with a 1×1 Conv2D that mixes the channels."
    )
    palette_values: ClassVar[dict[str, object]] = {"padding": "same"}
    keras_required: ClassVar[tuple[str, ...]] = ("kernel_size",)

    depth_multiplier: _Multiplier = 1
    depthwise_initializer: InitializerField = "glorot_uniform"
    bias_initializer: BiasInitializerField = "zeros"
    depthwise_regularizer: L2Field = 0.0

    def telling(self) -> tuple[str, ...]:
        words = self._window_words()
        return words if self.depth_multiplier == 1 else (f"× {self.depth_multiplier}", *words)

    def _channels(self, channels: int) -> int:
        return channels * self.depth_multiplier

    def cost(self, shape: Shape) -> Cost:
        rows, columns, outputs = self.output_shape(shape)
        window = self.kernel_size[0] * self.kernel_size[1]
        return Cost(
            trainable=window * outputs + outputs * self.use_bias,
            multiply_adds=rows * columns * outputs * window,
        )

    def parameter_formula(self, shape: Shape) -> str:
        outputs = self._channels(shape[2])
        height, width = self.kernel_size
        bias = f" + {outputs}" if self.use_bias else ""
        total = self.cost(shape).parameters
        return f"{height} × {width} × {shape[2]} × {self.depth_multiplier}{bias} = {total:,}"


class SeparableConv2D(_Convolution, frozen=True, kw_only=True):
    """A depthwise convolution followed by a 1×1 convolution that mixes the channels.

    (height, width, channels) → (rows, columns, filters), sides as in Conv2D.  Weights: kernel
    height × kernel width × channels × depth_multiplier, then channels × depth_multiplier ×
    filters, and one bias a filter.
    """

    purpose: ClassVar[str] = "Conv2D in two cheap steps."
    when_to_use: ClassVar[str] = (
        "In place of Conv2D where speed or size matters: about kernel-area times fewer weights."
    )
    palette_values: ClassVar[dict[str, object]] = {"activation": "relu", "padding": "same"}

    filters: Filters = 32
    depth_multiplier: _Multiplier = 1
    depthwise_initializer: InitializerField = "glorot_uniform"
    pointwise_initializer: InitializerField = "glorot_uniform"
    bias_initializer: BiasInitializerField = "zeros"
    depthwise_regularizer: L2Field = 0.0
    pointwise_regularizer: L2Field = 0.0

    def telling(self) -> tuple[str, ...]:
        return (f"{self.filters} filters", *self._window_words())

    def _channels(self, channels: int) -> int:
        return self.filters

    def cost(self, shape: Shape) -> Cost:
        rows, columns, filters = self.output_shape(shape)
        middle = shape[2] * self.depth_multiplier
        depthwise = self.kernel_size[0] * self.kernel_size[1] * middle
        return Cost(
            trainable=depthwise + middle * filters + filters * self.use_bias,
            multiply_adds=rows * columns * (depthwise + middle * filters),
        )

    def parameter_formula(self, shape: Shape) -> str:
        height, width = self.kernel_size
        middle = shape[2] * self.depth_multiplier
        bias = f" + {self.filters}" if self.use_bias else ""
        total = self.cost(shape).parameters
        return f"{height} × {width} × {middle} + {middle} × {self.filters}{bias} = {total:,}"
