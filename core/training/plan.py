"""How a project is to be trained.  Pure values; no Keras here."""

from __future__ import annotations

from math import cos, pi
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

OptimizerName = Literal["adam", "adamw", "sgd", "rmsprop"]
ScheduleName = Literal["constant", "cosine"]


class TrainingPlan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything the trainer needs besides design and data."""

    optimizer: Annotated[
        OptimizerName,
        Meta(title="Optimizer", description="The rule that turns gradients into new weights."),
    ] = "adamw"
    learning_rate: Annotated[
        float,
        Meta(gt=0, le=10, title="Learning rate", description="Size of each step; its peak."),
    ] = 0.002
    schedule: Annotated[
        ScheduleName,
        Meta(
            title="Schedule",
            description="cosine: warm up, then fall smoothly towards 0. constant: stay.",
        ),
    ] = "cosine"
    warmup: Annotated[
        float,
        Meta(
            ge=0,
            le=0.9,
            title="Warm-up",
            description="Share of the steps in which a cosine schedule climbs to its peak.",
        ),
    ] = 0.1
    weight_decay: Annotated[
        float,
        Meta(
            ge=0, le=1, title="Weight decay", description="AdamW only: pull of weights towards 0."
        ),
    ] = 0.004
    momentum: Annotated[
        float,
        Meta(
            ge=0, lt=1, title="Momentum", description="SGD only: how much of the last step is kept."
        ),
    ] = 0.9
    batch_size: Annotated[
        int,
        Meta(ge=1, le=65_536, title="Batch size", description="Pictures looked at for one step."),
    ] = 128
    epochs: Annotated[
        int,
        Meta(ge=1, le=10_000, title="Epochs", description="How often every picture is seen."),
    ] = 2
    validation_split: Annotated[
        float,
        Meta(
            gt=0,
            le=0.5,
            title="Validation share",
            description="Share of the training pictures set aside to check against, by seed.",
        ),
    ] = 0.1
    early_stopping: Annotated[
        Annotated[int, Meta(ge=1, le=1000)] | None,
        Meta(
            title="Stop early",
            description="Stop after this many epochs without a better validation loss. "
            "Unset: never.",
        ),
    ] = None
    seed: Annotated[
        int,
        Meta(
            ge=0,
            le=2**31 - 1,
            title="Seed",
            description="Same seed on the same CPU: same split, same weights, same result.",
        ),
    ] = 7

    def learning_rate_at(self, step: int, steps: int) -> float:
        """The learning rate of one step.

        Args:
            step: Which step, from 0.
            steps: Steps in the whole training.

        Returns:
            ``cosine``: linear climb over the warm-up steps, then half a cosine down to 0
            (Loshchilov and Hutter, 2017, without restarts).  ``constant``: always the same.
        """
        if self.schedule == "constant":
            return self.learning_rate
        warm = self.warmup_steps(steps)
        if step < warm:
            return self.learning_rate * (step + 1) / warm
        progress = (step - warm) / max(1, steps - warm)
        return self.learning_rate * 0.5 * (1 + cos(pi * min(1.0, progress)))

    def warmup_steps(self, steps: int) -> int:
        """How many of ``steps`` steps a cosine schedule climbs."""
        return round(self.warmup * steps)
