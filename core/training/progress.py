"""How far a training is, how fast it goes and when it will be done, told not too often."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from core.engine.events import Event, Progress
from core.engine.reporting import PROGRESS_SECONDS, Speed
from core.training.plan import TrainingPlan
from core.training.steps import Sums

Tell = Callable[[Event], None]


class Meter:
    """Measures one training and tells of its progress.

    Attributes:
        steps: Steps of an epoch.
        validation_seconds: How long the last validation took (s); 0 before the first.
    """

    def __init__(self, plan: TrainingPlan, pictures: tuple[int, int, int], tell: Tell) -> None:
        """Prepare.

        Args:
            plan: How it is trained.
            pictures: How many for training, validation and test.
            tell: Told every progress.
        """
        self.steps = math.ceil(pictures[0] / plan.batch_size)
        self.validation_seconds = 0.0
        self._plan = plan
        self._pictures = pictures
        self._tell = tell
        self._speed = Speed()
        self._last = 0.0
        self._recent = Sums()
        self._began = 0.0
        self._epoch_seconds = 0.0

    def begin_epoch(self) -> None:
        """Forget the speed: validation came between."""
        now = time.monotonic()
        self._epoch_seconds = now - self._began if self._began else 0.0
        self._began = now
        self._speed.forget()

    def show(self, epoch: int, total: Sums, sums: Sums | None, phase: str) -> None:
        """Tell how far the training is, unless it was told a moment ago.

        Args:
            epoch: Its number.
            total: What the epoch has come to.
            sums: What was added to that just now, in training.
            phase: ``training`` or ``validating``.
        """
        now = time.monotonic()
        if sums is not None:
            self._recent += sums
            self._speed.mark(total.pictures)
        if now - self._last < PROGRESS_SECONDS and total.steps < self.steps:
            return
        self._last = now
        recent = self._recent if self._recent.pictures else total
        speed = self._speed.per_second
        self._tell(
            Progress(
                epoch=epoch,
                step=total.steps,
                steps=self.steps,
                loss=total.loss / total.pictures,
                accuracy=total.right / total.pictures,
                recent_loss=recent.loss / recent.pictures,
                recent_accuracy=recent.right / recent.pictures,
                learning_rate=self.rate(epoch, total.steps),
                images_per_second=speed,
                eta_seconds=self._eta(epoch, total, speed, phase),
                phase=phase,
            )
        )
        self._recent = Sums()

    def rate(self, epoch: int, steps: int) -> float:
        """The learning rate of the last of some steps of an epoch."""
        step = (epoch - 1) * self.steps + steps - 1
        return self._plan.learning_rate_at(max(0, step), self.steps * self._plan.epochs)

    def _eta(self, epoch: int, total: Sums, speed: float, phase: str) -> float:
        """Seconds until the run ends, validations counted in; 0 while unknown."""
        train, validation, test = self._pictures
        epochs_left = self._plan.epochs - epoch
        if speed <= 0:  # few pictures make an epoch of one step, within which nothing is measured
            return epochs_left * self._epoch_seconds
        pictures = epochs_left * train
        if phase == "training":
            pictures += train - total.pictures
        # Answering takes about a third of training's time per picture, until it is measured.
        validating = self.validation_seconds or validation / (3 * speed)
        testing = validating * test / max(1, validation)
        return pictures / speed + (epochs_left + (phase == "training")) * validating + testing
