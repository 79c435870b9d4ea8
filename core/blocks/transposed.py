"""Transposed convolution: a window of learnt weights that makes the picture larger."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from core.blocks.base import (
    ADVANCED,
    BiasInitializerField,
    Cost,
    InitializerField,
    L2Field,
    Reach,
    Remedy,
    Shape,
    ShapeProblem,
    require_picture,
    show_pair,
    show_shape,
)
from core.blocks.convolution import Filters, _Convolution

_Extra = Annotated[int, Meta(ge=0, le=1023)]


class Conv2DTranspose(_Convolution, frozen=True, kw_only=True):
    """Spread every pixel over a window, weighed, and add up where windows overlap.

    (height, width, channels) → (rows, columns, filters).  Without padding each side gives
    (size − 1) · stride + max(window, stride), with padding "same" size · stride, where window is
    dilation · (kernel − 1) + 1.  With ``output_padding`` set: (size − 1) · stride + window +
    output_padding, and with padding "same" an odd window counts 1 and an even one 0.  Weights:
    kernel height × kernel width × filters × channels, and one bias a filter.
    """

    purpose: ClassVar[str] = "Enlarges the picture with learnt weights."
    when_to_use: ClassVar[str] = (
        "To bring small maps back to a larger size, as in autoencoders. Choose a kernel size that "
        "the strides divide, or a chequered pattern shows."
    )
    palette_values: ClassVar[dict[str, object]] = {
        "strides": (2, 2),
        "kernel_size": (2, 2),
        "padding": "same",
        "activation": "relu",
    }

    filters: Filters = 32
    output_padding: Annotated[
        tuple[_Extra, _Extra] | None,
        Meta(
            title="Output padding",
            description="Rows and columns added below and to the right, fewer than the strides. "
            "Unset: chosen so that the size becomes size × stride.",
            extra=ADVANCED,
        ),
    ] = None
    kernel_initializer: InitializerField = "glorot_uniform"
    bias_initializer: BiasInitializerField = "zeros"
    kernel_regularizer: L2Field = 0.0

    def telling(self) -> tuple[str, ...]:
        words = (f"{self.filters} filters", *self._window_words())
        extra = self.output_padding
        return words if extra is None else (*words, f"output padding {show_pair(extra)}")

    def output_shape(self, shape: Shape) -> Shape:
        height, width, _ = require_picture(self, shape)
        self._refuse_strides_with_dilation()
        self._check_output_padding()
        return (self._side(height, 0), self._side(width, 1), self.filters)

    def _side(self, size: int, axis: int) -> int:
        """Size along an axis (0: height, 1: width) after the block."""
        stride, window = self.strides[axis], self._span[axis]
        start = (size - 1) * stride
        if self.output_padding is None:
            return size * stride if self.padding == "same" else start + max(window, stride)
        return start + (window % 2 if self.padding == "same" else window) + self._extra(axis)

    def _extra(self, axis: int) -> int:
        return 0 if self.output_padding is None else self.output_padding[axis]

    def _check_output_padding(self) -> None:
        """Raise a ShapeProblem for an output padding that Keras or its backend refuses."""
        if self.output_padding is None:
            return
        unset = Remedy("Leave output padding unset", (self.changed(output_padding=None),))
        smaller = (
            min(self._extra(0), self.strides[0] - 1),
            min(self._extra(1), self.strides[1] - 1),
        )
        if smaller != self.output_padding:
            raise ShapeProblem(
                f"Output padding {show_pair(self.output_padding)} is not smaller than the strides "
                f"{show_pair(self.strides)} of Conv2DTranspose.",
                "It says which of the sizes that the strides would shrink to the same size is "
                "meant; there are only as many as the stride.",
                (
                    unset,
                    Remedy(
                        f"Set output padding to {show_pair(smaller)}",
                        (self.changed(output_padding=smaller),),
                    ),
                ),
            )
        if any(self._too_small(axis) for axis in (0, 1)):
            raise ShapeProblem(
                f"With padding “same”, output padding 0 does not go with the even "
                f"{show_pair(self._span)} window of Conv2DTranspose.",
                "An even window and no output padding would give (size − 1) × stride, which the "
                "strides shrink to one pixel less than arrives.",
                (unset, Remedy("Use padding “valid”", (self.changed(padding="valid"),))),
            )

    def _too_small(self, axis: int) -> bool:
        return self.padding == "same" and self._span[axis] % 2 + self._extra(axis) == 0

    def cost(self, shape: Shape) -> Cost:
        """Multiply-adds: every value that arrives times every weight it meets."""
        height, width, channels = shape
        weights = self.kernel_size[0] * self.kernel_size[1] * channels * self.filters
        return Cost(
            trainable=weights + self.filters * self.use_bias,
            multiply_adds=height * width * weights,
        )

    def reach(self, shape: Shape) -> Reach:
        """At most ⌈window / stride⌉ inputs reach an output."""
        rows, columns = (
            -(-span // stride) for span, stride in zip(self._span, self.strides, strict=True)
        )
        return Reach((rows, columns), (1 / self.strides[0], 1 / self.strides[1]))

    def shape_formula(self, shape: Shape) -> str:
        return "\n".join(
            (
                f"height {self._side_formula(shape[0], 0)}",
                f"width {self._side_formula(shape[1], 1)}",
                f"{show_shape(shape)} → {show_shape(self.output_shape(shape))}",
            )
        )

    def _side_formula(self, size: int, axis: int) -> str:
        """The arithmetic of `_side` with its numbers filled in."""
        stride, total = self.strides[axis], self._side(size, axis)
        if self.output_padding is None and self.padding == "same":
            return f"{size} × {stride} = {total}"
        added = total - (size - 1) * stride - self._extra(axis)
        extra = "" if self.output_padding is None else f" + {self._extra(axis)}"
        return f"({size} − 1) × {stride} + {added}{extra} = {total}"

    def parameter_formula(self, shape: Shape) -> str:
        height, width = self.kernel_size
        bias = f" + {self.filters}" if self.use_bias else ""
        total = self.cost(shape).parameters
        return f"{height} × {width} × {self.filters} × {shape[2]}{bias} = {total:,}"
