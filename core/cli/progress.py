"""How a training is shown in a terminal, or in a file that a terminal's output went to."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from core.cli.output import duration, percent
from core.engine.protocol import EpochDone, Finished, Progress, Started

if TYPE_CHECKING:
    from rich.progress import Progress as Bar


class Reporter:
    """Plain lines: one at the start, one an epoch, one at the end."""

    def started(self, event: Started) -> None:
        """Say where and on how much."""
        print(f"Training on {event.device} ({event.backend}). {event.reason}")
        begin = f"from epoch {event.first_epoch} " if event.first_epoch > 1 else ""
        print(
            f"{event.train:,} training, {event.validation:,} validation and {event.test:,} test "
            f"pictures; {event.parameters:,} parameters; {begin}{event.epochs} epochs",
            flush=True,
        )

    def progress(self, event: Progress) -> None:
        """Nothing between epochs: a file is no terminal."""

    def epoch(self, event: EpochDone) -> None:
        """One line."""
        print(_epoch_words(event), flush=True)

    def finished(self, event: Finished) -> None:
        """The result, and where it is."""
        print(_result_words(event), flush=True)

    def failed(self, message: str) -> None:
        """Nothing: the error line follows."""


class BarReporter(Reporter):
    """The same lines with a progress bar below them."""

    def __init__(self) -> None:
        from rich.progress import BarColumn, TextColumn
        from rich.progress import Progress as RichProgress

        self._bar: Bar = RichProgress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.fields[words]}"),
            transient=True,
        )
        self._task = self._bar.add_task("", total=None, words="")
        self._epochs = 0

    def started(self, event: Started) -> None:
        super().started(event)
        self._epochs = event.epochs
        self._bar.start()

    def progress(self, event: Progress) -> None:
        words = (
            f"loss {event.loss:.4f}  accuracy {percent(event.accuracy)}  "
            f"{event.images_per_second:,.0f} pictures/s"
        )
        if event.eta_seconds:
            words += f"  about {duration(event.eta_seconds)} left"
        self._bar.update(
            self._task,
            description=f"epoch {event.epoch} of {self._epochs}",
            completed=event.step,
            total=event.steps,
            words=words if event.phase == "training" else event.phase,
        )

    def epoch(self, event: EpochDone) -> None:
        self._bar.console.print(_epoch_words(event), highlight=False)

    def finished(self, event: Finished) -> None:
        self._bar.stop()
        super().finished(event)

    def failed(self, message: str) -> None:
        self._bar.stop()


def make_reporter() -> Reporter:
    """A bar on a terminal, plain lines elsewhere."""
    return BarReporter() if sys.stdout.isatty() else Reporter()


def _epoch_words(event: EpochDone) -> str:
    best = "  best so far" if event.best else ""
    return (
        f"epoch {event.epoch}  loss {event.loss:.4f}  accuracy {percent(event.accuracy)}  "
        f"validation loss {event.val_loss:.4f}  validation accuracy "
        f"{percent(event.val_accuracy)}  {duration(event.seconds)}{best}"
    )


def _result_words(event: Finished) -> str:
    lines = []
    if event.test_accuracy is not None:
        lines.append(
            f"Test accuracy {percent(event.test_accuracy)} with the weights of epoch "
            f"{event.best_epoch}, {event.outcome} after {duration(event.seconds)}"
        )
    if event.message:
        lines.append(event.message)
    lines.append(f"Run: {event.run}")
    return "\n".join(lines)
