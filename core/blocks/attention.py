"""Blocks that weigh what they pass on by what they see in it."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from core.blocks._nesting import Composite, Join, Stack
from core.blocks.base import Reach, Role, Shape, require_picture
from core.blocks.containers import Parallel
from core.blocks.convolution import Conv2D
from core.blocks.pooling import GlobalAveragePooling2D


class SqueezeExcite(Composite, frozen=True, kw_only=True):
    """Weigh each channel by how much the whole picture speaks for it.

    (height, width, channels) → the same shape.  The average of each channel goes through two small
    1×1 convolutions, channels → channels / ratio → channels, and the result multiplies the
    channels.  Source: Hu, Shen and Sun, "Squeeze-and-Excitation Networks", CVPR 2018.
    """

    role: ClassVar[Role] = Role.CONVOLUTION
    purpose: ClassVar[str] = "Weighs channels by their use."
    when_to_use: ClassVar[str] = (
        "At the end of a Residual's body: about one percent more accuracy for few weights."
    )

    ratio: Annotated[
        int,
        Meta(
            ge=1,
            le=1024,
            title="Ratio",
            description="How many times fewer channels in the middle; at least one is kept.",
        ),
    ] = 16

    @classmethod
    def keras_page(cls) -> str:
        """Keras has no such layer; its layers' overview."""
        return "https://keras.io/api/layers/"

    def telling(self) -> tuple[str, ...]:
        return (f"ratio {self.ratio}",)

    def expanded(self, shape: Shape) -> Stack:
        channels = require_picture(self, shape)[2]
        middle = max(1, channels // self.ratio)
        weights = (
            GlobalAveragePooling2D(keepdims=True),
            Conv2D(filters=middle, kernel_size=(1, 1), activation="relu"),
            Conv2D(filters=channels, kernel_size=(1, 1), activation="sigmoid"),
        )
        return (_Weighing(branches=((), weights), merge="multiply"),)

    def reach(self, shape: Shape) -> Reach | None:
        return None

    def parameter_formula(self, shape: Shape) -> str:
        channels = shape[2]
        middle = max(1, channels // self.ratio)
        total = self.cost(shape).parameters
        return f"{channels} × {middle} + {middle} + {middle} × {channels} + {channels} = {total:,}"


class _Weighing(Parallel, frozen=True, kw_only=True):
    """Multiplies a picture by one number a channel; Keras repeats the axes of size 1."""

    def join(self, entry: Shape, outputs: tuple[Shape, ...]) -> Join:
        return self.loose_join()
