"""Blocks that give the picture another size without learning: crop and resize."""

from __future__ import annotations

from math import ceil
from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from core.blocks._spatial import Rim, rim_formula, rim_words
from core.blocks.base import (
    ADVANCED,
    PIXELS,
    RIM,
    Block,
    Cost,
    PixelRange,
    Reach,
    Remedy,
    Role,
    Shape,
    ShapeProblem,
    require_picture,
    values_in,
)

_Side = Meta(ge=1, le=8192)


class Cropping2D(Block, frozen=True, kw_only=True):
    """Cut rows and columns off the rim of the picture.

    (height, width, channels) → (height − top − bottom, width − left − right, channels).
    """

    role: ClassVar[Role] = Role.RESHAPE
    purpose: ClassVar[str] = "Cuts off the rim."
    when_to_use: ClassVar[str] = (
        "Where the rim never shows anything of use, or to bring a branch to the size of another."
    )
    palette_values: ClassVar[dict[str, object]] = {"cropping": ((1, 1), (1, 1))}

    cropping: Annotated[
        Rim,
        Meta(
            title="Cropping",
            description="((top, bottom), (left, right)), in pixels.",
            extra=RIM,
        ),
    ] = ((0, 0), (0, 0))

    def telling(self) -> tuple[str, ...]:
        return (rim_words(self.cropping, "off each side", " off"),)

    def output_shape(self, shape: Shape) -> Shape:
        height, width, channels = require_picture(self, shape)
        rows, columns = height - sum(self.cropping[0]), width - sum(self.cropping[1])
        if rows < 1 or columns < 1:
            raise ShapeProblem(
                f"Cropping2D cuts off {sum(self.cropping[0])} rows and {sum(self.cropping[1])} "
                f"columns, but the picture that arrives is {height} × {width}.",
                "At least one row and one column must be left.",
                (
                    Remedy("Cut off less", (self._leaving_some(height, width),)),
                    Remedy("Remove this Cropping2D", ()),
                ),
            )
        return (rows, columns, channels)

    def pixels_after(self, pixels: PixelRange | None) -> PixelRange | None:
        return pixels

    def _leaving_some(self, height: int, width: int) -> Block:
        """This block, cutting off so little that one row and one column stay."""
        cropping = []
        for (before, after), size in zip(self.cropping, (height, width), strict=True):
            first = min(before, (size - 1) // 2)
            cropping.append((first, min(after, size - 1 - first)))
        return self.changed(cropping=tuple(cropping))

    def shape_formula(self, shape: Shape) -> str:
        sides = rim_formula(shape, self.cropping, "−", self.output_shape(shape))
        return f"{sides}\n{super().shape_formula(shape)}"


class Resizing(Block, frozen=True, kw_only=True):
    """Scale the picture to a fixed size by blending pixels.

    (any height, any width, channels) → (height, width, channels).  ``antialias`` averages over all
    pixels that fall together when the picture shrinks; without it most of them are skipped and fine
    lines break up.
    """

    role: ClassVar[Role] = Role.RESHAPE
    purpose: ClassVar[str] = "Scales the picture to a fixed size."
    when_to_use: ClassVar[str] = (
        "Where a part of the net wants another size than your pictures have. Keep antialias on."
    )
    keras_required: ClassVar[tuple[str, ...]] = ("height", "width")
    # Keras's own default skips pixels, which differs from good resizers by up to 157 grey levels.
    palette_values: ClassVar[dict[str, object]] = {"antialias": True}

    height: Annotated[
        int, _Side, Meta(title="Height", description="Of the result, in pixels.", extra=PIXELS)
    ] = 32
    width: Annotated[
        int, _Side, Meta(title="Width", description="Of the result, in pixels.", extra=PIXELS)
    ] = 32
    interpolation: Annotated[
        Literal["bilinear", "nearest", "bicubic", "lanczos3", "lanczos5"],
        Meta(title="Interpolation", description="How the new pixels are made."),
    ] = "bilinear"
    antialias: Annotated[
        bool,
        Meta(
            title="Antialias",
            description="Average over all pixels when shrinking instead of skipping some. "
            "Without effect on nearest.",
        ),
    ] = False
    crop_to_aspect_ratio: Annotated[
        bool,
        Meta(
            title="Crop to aspect ratio",
            description="Cut off what does not fit, so that nothing is stretched.",
            extra=ADVANCED,
        ),
    ] = False
    pad_to_aspect_ratio: Annotated[
        bool,
        Meta(
            title="Pad to aspect ratio",
            description="Add bars on the short sides, so that nothing is stretched.",
            extra=ADVANCED,
        ),
    ] = False
    fill_value: Annotated[
        float,
        Meta(
            ge=-1000,
            le=1000,
            title="Fill value",
            description="Value of the bars that pad_to_aspect_ratio adds.",
            extra=ADVANCED,
        ),
    ] = 0.0

    _RADIUS: ClassVar[dict[str, float]] = {
        "nearest": 0.5,
        "bilinear": 1,
        "bicubic": 2,
        "lanczos3": 3,
        "lanczos5": 5,
    }

    @classmethod
    def keras_section(cls) -> str:
        return "preprocessing_layers/image_preprocessing"

    def telling(self) -> tuple[str, ...]:
        words = [f"to {self.height} × {self.width}", self.interpolation]
        if self.antialias and self.interpolation != "nearest":
            words.append("antialias")
        if self.crop_to_aspect_ratio:
            words.append("crops")
        if self.pad_to_aspect_ratio:
            words.append("pads")
        return tuple(words)

    def output_shape(self, shape: Shape) -> Shape:
        _, _, channels = require_picture(self, shape)
        if self.crop_to_aspect_ratio and self.pad_to_aspect_ratio:
            raise ShapeProblem(
                "Resizing is asked both to crop and to pad to the aspect ratio.",
                "Either the picture loses what does not fit, or it gets bars; not both.",
                (
                    Remedy("Crop only", (self.changed(pad_to_aspect_ratio=False),)),
                    Remedy("Pad only", (self.changed(crop_to_aspect_ratio=False),)),
                ),
            )
        return (self.height, self.width, channels)

    def pixels_after(self, pixels: PixelRange | None) -> PixelRange | None:
        return pixels

    def _scale(self, shape: Shape) -> tuple[float, float]:
        """How many arriving rows and columns become one."""
        down, right = shape[0] / self.height, shape[1] / self.width
        if self.crop_to_aspect_ratio:
            down = right = min(down, right)
        if self.pad_to_aspect_ratio:
            down = right = max(down, right)
        return down, right

    def _taps(self, shape: Shape) -> tuple[int, int]:
        """Rows and columns that are blended into one value, at most."""
        radius = self._RADIUS[self.interpolation]
        widens = self.antialias and self.interpolation != "nearest"
        rows, columns = (
            ceil(2 * radius * (max(1.0, scale) if widens else 1.0)) for scale in self._scale(shape)
        )
        return rows, columns

    def cost(self, shape: Shape) -> Cost:
        """Multiply-adds: the input values blended into each output value (4 when bilinear)."""
        if self.interpolation == "nearest":
            return Cost()
        rows, columns = self._taps(shape)
        return Cost(multiply_adds=values_in(self.output_shape(shape)) * rows * columns)

    def reach(self, shape: Shape) -> Reach:
        return Reach(self._taps(shape), self._scale(shape))
