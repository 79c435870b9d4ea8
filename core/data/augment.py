"""Augmentation: how training pictures are varied each time they are seen.  Pure values.

A stack of steps of its own, beside the stack of blocks.  It is used in training only and is never
part of the saved model.  The first step is applied first: what it left is what the next one gets.
Of several mixups only the last counts.  What the steps do to pixels is `core.data.augmenting`.
"""

from __future__ import annotations

from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta

MAX_STEPS = 50


class Step(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    tag_field="kind",
    tag=True,
):
    """One way of varying pictures.

    Attributes:
        purpose: What it does, one line.
        when_to_use: When it helps and when it harms.
    """

    purpose: ClassVar[str]
    when_to_use: ClassVar[str]

    @classmethod
    def kind(cls) -> str:
        """Its name in files and in the window."""
        return cls.__name__

    def telling(self) -> str:
        """Its fields in a few words, for a card."""
        raise NotImplementedError


class Flip(Step, frozen=True, kw_only=True):
    """Mirror half of the pictures."""

    purpose: ClassVar[str] = "Mirrors half of the pictures."
    when_to_use: ClassVar[str] = "Things that look alike mirrored; never letters or digits."

    horizontal: Annotated[
        bool, Meta(title="Left to right", description="As a mirror on the wall does.")
    ] = True
    vertical: Annotated[
        bool, Meta(title="Upside down", description="For pictures from above, as of cells.")
    ] = False

    def telling(self) -> str:
        """Which ways."""
        ways = [("left–right", self.horizontal), ("up–down", self.vertical)]
        return " and ".join(word for word, on in ways if on) or "nothing"


class Rotate(Step, frozen=True, kw_only=True):
    """Turn each picture by a random angle."""

    purpose: ClassVar[str] = "Turns pictures a little."
    when_to_use: ClassVar[str] = "Cameras held by hand; small angles where up and down matter."

    degrees: Annotated[
        float,
        Meta(gt=0, le=180, title="Largest angle", description="In degrees, either way."),
    ] = 10.0

    def telling(self) -> str:
        """How far."""
        return f"up to {self.degrees:g}°"


class Shift(Step, frozen=True, kw_only=True):
    """Move each picture sideways and up or down."""

    purpose: ClassVar[str] = "Moves pictures sideways, up and down."
    when_to_use: ClassVar[str] = "Things that are not always in the middle."

    share: Annotated[
        float,
        Meta(
            gt=0,
            le=0.5,
            title="Largest shift",
            description="Share of the picture's side, each way.",
        ),
    ] = 0.1

    def telling(self) -> str:
        """How far."""
        return f"up to {100 * self.share:.0f} %"


class Zoom(Step, frozen=True, kw_only=True):
    """Make each picture larger or smaller about its middle."""

    purpose: ClassVar[str] = "Makes pictures larger or smaller."
    when_to_use: ClassVar[str] = "Things seen from near and far."

    share: Annotated[
        float, Meta(gt=0, lt=0.9, title="Largest zoom", description="Share of the size, each way.")
    ] = 0.1

    def telling(self) -> str:
        """How much."""
        return f"up to {100 * self.share:.0f} %"


class Contrast(Step, frozen=True, kw_only=True):
    """Pull the values of each picture away from or towards middle grey."""

    purpose: ClassVar[str] = "Raises or lowers contrast."
    when_to_use: ClassVar[str] = "Cameras and weather that differ."

    amount: Annotated[
        float, Meta(gt=0, lt=1, title="Largest change", description="Share of the contrast.")
    ] = 0.2

    def telling(self) -> str:
        """How much."""
        return f"up to {100 * self.amount:.0f} %"


class Brightness(Step, frozen=True, kw_only=True):
    """Make each picture lighter or darker."""

    purpose: ClassVar[str] = "Makes pictures lighter or darker."
    when_to_use: ClassVar[str] = "Light that differs."

    amount: Annotated[
        float, Meta(gt=0, lt=1, title="Largest change", description="Share of the whole range.")
    ] = 0.1

    def telling(self) -> str:
        """How much."""
        return f"up to {100 * self.amount:.0f} %"


class Hue(Step, frozen=True, kw_only=True):
    """Turn the colours of each picture around the colour circle; grey pictures stay."""

    purpose: ClassVar[str] = "Shifts colours around the colour circle."
    when_to_use: ClassVar[str] = "Where colour tells little; never where it tells the class."

    degrees: Annotated[
        float,
        Meta(gt=0, le=180, title="Largest turn", description="Degrees of the colour circle."),
    ] = 10.0

    def telling(self) -> str:
        """How far."""
        return f"up to {self.degrees:g}°"


class Noise(Step, frozen=True, kw_only=True):
    """Add random grain."""

    purpose: ClassVar[str] = "Adds grain, as cameras do in the dark."
    when_to_use: ClassVar[str] = "Cameras that differ; a net that clings to fine texture."

    deviation: Annotated[
        float,
        Meta(gt=0, le=0.5, title="Strength", description="Deviation, share of the whole range."),
    ] = 0.03

    def telling(self) -> str:
        """How much."""
        return f"{100 * self.deviation:.0f} %"


class Cutout(Step, frozen=True, kw_only=True):
    """Cover a square of each picture with grey."""

    purpose: ClassVar[str] = "Covers a square with grey."
    when_to_use: ClassVar[str] = "Things that are partly hidden; a net that looks at one spot only."

    share: Annotated[
        float, Meta(gt=0, le=0.9, title="Side", description="Share of the picture's shorter side.")
    ] = 0.25

    def telling(self) -> str:
        """How large."""
        return f"{100 * self.share:.0f} % of the side"


class Mixup(Step, frozen=True, kw_only=True):
    """Lay two pictures over each other and ask for both classes in that proportion."""

    purpose: ClassVar[str] = "Lays two pictures over each other, and mixes their classes."
    when_to_use: ClassVar[str] = "Few pictures and many epochs; training accuracy looks lower."

    alpha: Annotated[
        float,
        Meta(
            gt=0,
            le=5,
            title="Strength",
            description="Of the Beta distribution that the proportion is drawn from; small: one "
            "picture mostly.",
        ),
    ] = 0.2

    def telling(self) -> str:
        """How strongly."""
        return f"strength {self.alpha:g}"


AnyStep = Flip | Rotate | Shift | Zoom | Contrast | Brightness | Hue | Noise | Cutout | Mixup
Augmentation = tuple[AnyStep, ...]

KINDS: tuple[type[AnyStep], ...] = (
    Flip,
    Rotate,
    Shift,
    Zoom,
    Contrast,
    Brightness,
    Hue,
    Noise,
    Cutout,
    Mixup,
)
"""Every kind, as a palette shows them."""
