"""Blocks that work only while training, against learning by heart."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from core.blocks.base import Block, Role, Shape, require_picture


class Dropout(Block, frozen=True, kw_only=True):
    """While training, set a random share of the values to 0 and enlarge the rest to make up for it.

    Any shape → the same shape.  Does nothing when predicting.
    """

    role: ClassVar[Role] = Role.REGULARIZATION
    purpose: ClassVar[str] = "Switches values off at random while training."
    when_to_use: ClassVar[str] = (
        "Before the last Dense, with a rate of 0.2 to 0.5, when training accuracy runs ahead of "
        "validation accuracy."
    )
    keras_required: ClassVar[tuple[str, ...]] = ("rate",)

    rate: Annotated[
        float,
        Meta(ge=0, lt=1, title="Rate", description="Share of values switched off, 0 to below 1."),
    ] = 0.5

    def telling(self) -> tuple[str, ...]:
        return (f"{self.rate:.0%} off while training",)


class SpatialDropout2D(Block, frozen=True, kw_only=True):
    """While training, set whole channels to 0 at random and enlarge the rest to make up for it.

    (height, width, channels) → the same shape.  Does nothing when predicting.
    """

    role: ClassVar[Role] = Role.REGULARIZATION
    purpose: ClassVar[str] = "Switches whole channels off while training."
    when_to_use: ClassVar[str] = (
        "After a convolution, where Dropout does little because neighbouring pixels say nearly the "
        "same. Rates of 0.1 to 0.3."
    )
    keras_required: ClassVar[tuple[str, ...]] = ("rate",)

    rate: Annotated[
        float,
        Meta(ge=0, lt=1, title="Rate", description="Share of channels switched off, 0 to below 1."),
    ] = 0.2

    def telling(self) -> tuple[str, ...]:
        return (f"{self.rate:.0%} of channels off while training",)

    def output_shape(self, shape: Shape) -> Shape:
        require_picture(self, shape)
        return shape


class GaussianNoise(Block, frozen=True, kw_only=True):
    """While training, add a random number to every value, drawn from a bell curve around 0.

    Any shape → the same shape.  Does nothing when predicting.
    """

    role: ClassVar[Role] = Role.REGULARIZATION
    purpose: ClassVar[str] = "Adds random noise while training."
    when_to_use: ClassVar[str] = (
        "Right after the input, so that grainy pictures are recognised as well; the standard "
        "deviation counts in rescaled pixels, so 0.05 to 0.2 of 0 to 1."
    )
    keras_required: ClassVar[tuple[str, ...]] = ("stddev",)

    stddev: Annotated[
        float,
        Meta(
            ge=0,
            le=1,
            title="Standard deviation",
            description="How far the noise strays; two of three values lie within it.",
        ),
    ] = 0.1

    def telling(self) -> tuple[str, ...]:
        return (f"± {self.stddev:g} while training",)
