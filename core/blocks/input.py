"""The picture that enters the stack."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from core.blocks.base import PIXELS, Block, Role, Shape

_SIZE = Meta(ge=1, le=8192)
Fit = Literal["stretch", "crop", "pad"]


class Input(Block, frozen=True, kw_only=True):
    """The size of the pictures, and how their pixels become numbers a network likes.

    The model takes raw pixels, whole numbers from 0 to 255, of exactly this size; the rescaling is
    part of the model, so an exported model needs no preparation of its own.  Keras adds the batch
    axis in front: pictures of (28, 28, 1) travel as (batch, 28, 28, 1).
    """

    role: ClassVar[Role] = Role.INPUT
    purpose: ClassVar[str] = "The picture as it enters: height, width, colours."
    when_to_use: ClassVar[str] = "Always the first block; its size follows your data."

    height: Annotated[int, _SIZE, Meta(title="Height", description="In pixels.", extra=PIXELS)] = 28
    width: Annotated[int, _SIZE, Meta(title="Width", description="In pixels.", extra=PIXELS)] = 28
    channels: Annotated[
        Literal[1, 3], Meta(title="Channels", description="1: grey. 3: red, green, blue.")
    ] = 1
    rescale: Annotated[
        Literal["0 to 1", "-1 to 1", "standardise", "none"],
        Meta(
            title="Rescale pixels",
            description="What the pixels 0 to 255 become inside the model. standardise: mean 0 and "
            "deviation 1 over your pictures, by the figures below.",
        ),
    ] = "0 to 1"
    fit: Annotated[
        Fit,
        Meta(
            title="Fit",
            description="How pictures of another shape come to this size. stretch: all of it, "
            "out of proportion. crop: the middle. pad: all of it, black beside it.",
        ),
    ] = "stretch"
    mean: Annotated[
        float,
        Meta(
            ge=0,
            le=255,
            title="Mean",
            description="Of your pictures' pixels; only used to standardise.",
            extra={"advanced": True},
        ),
    ] = 127.5
    deviation: Annotated[
        float,
        Meta(
            gt=0,
            le=255,
            title="Deviation",
            description="Of your pictures' pixels; only used to standardise.",
            extra={"advanced": True},
        ),
    ] = 64.0

    @property
    def shape(self) -> Shape:
        """(height, width, channels)."""
        return (self.height, self.width, self.channels)

    @property
    def scale_and_offset(self) -> tuple[float, float] | None:
        """Factor and offset of the model's Rescaling layer; None when there is none."""
        if self.rescale == "standardise":
            return (1 / self.deviation, -self.mean / self.deviation)
        return {"0 to 1": (1 / 255, 0.0), "-1 to 1": (1 / 127.5, -1.0), "none": None}[self.rescale]

    def telling(self) -> tuple[str, ...]:
        """Grey or colour, and the range of the values."""
        colour = "grey" if self.channels == 1 else "colour"
        scale = f"pixels → {self.rescale}"
        if self.rescale in ("none", "standardise"):
            scale = "pixels 0 to 255" if self.rescale == "none" else "standardised"
        return (f"{colour} picture", scale)

    def output_shape(self, shape: Shape) -> Shape:
        """Its own size, whatever stands before."""
        return self.shape
