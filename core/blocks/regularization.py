"""Blocks that work only while training, against learning by heart."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from core.blocks.base import Block, Role


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
