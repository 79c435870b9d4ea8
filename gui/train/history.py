"""What a run has told so far: points inside the epochs, and the epochs."""

from __future__ import annotations

import msgspec

from core.engine.events import EpochDone, Progress

MAX_POINTS = 2_000
"""More points than a wide screen has pixels; beyond that, neighbours are merged."""


class Point(msgspec.Struct, frozen=True, gc=False):
    """A moment of training.

    Attributes:
        at: Where, in epochs since the start of the run.
        loss, accuracy: Means over the last few steps.
        learning_rate: Of the last step.
    """

    at: float
    loss: float
    accuracy: float
    learning_rate: float


class History:
    """The course of one run, as far as it is known here."""

    def __init__(self) -> None:
        self.points: list[Point] = []
        self.epochs: list[EpochDone] = []

    @property
    def best(self) -> EpochDone | None:
        """The best complete epoch."""
        found = None
        for epoch in self.epochs:
            if epoch.best:
                found = epoch
        return found

    @property
    def last(self) -> EpochDone | None:
        """The last complete epoch."""
        return self.epochs[-1] if self.epochs else None

    def begin(self, first_epoch: int) -> None:
        """Forget what the run does again: everything from ``first_epoch`` (from 1) on."""
        self.points = [point for point in self.points if point.at <= first_epoch - 1]
        self.epochs = [epoch for epoch in self.epochs if epoch.epoch < first_epoch]

    def add_progress(self, event: Progress) -> None:
        """Take a moment inside an epoch."""
        if event.phase != "training" or event.steps < 1:
            return
        at = event.epoch - 1 + event.step / event.steps
        if self.points and at <= self.points[-1].at:
            return
        self.points.append(Point(at, event.recent_loss, event.recent_accuracy, event.learning_rate))
        if len(self.points) > MAX_POINTS:
            self._thin_out()

    def add_epoch(self, event: EpochDone) -> None:
        """Take a complete epoch."""
        self.epochs = [epoch for epoch in self.epochs if epoch.epoch < event.epoch]
        self.epochs.append(event)

    def _thin_out(self) -> None:
        """Merge neighbours into their mean; half the points stay."""
        pairs = zip(self.points[::2], self.points[1::2], strict=False)
        merged = [
            Point(
                second.at,
                (first.loss + second.loss) / 2,
                (first.accuracy + second.accuracy) / 2,
                second.learning_rate,
            )
            for first, second in pairs
        ]
        if len(self.points) % 2:
            merged.append(self.points[-1])
        self.points = merged
