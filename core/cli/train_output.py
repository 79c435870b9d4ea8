"""How a training looks on the command line: JSON lines, plain lines, or a bar on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from core.cli.output import Output, duration
from core.engine.events import DataProgress, EpochDone, Finished, Progress, Started
from core.words import data_size

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID


class View:
    """Shows a training; each method is called as its event comes."""

    def __init__(self, output: Output) -> None:
        """Show on ``output``."""
        self.output = output

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *problem: object) -> None:
        return None

    def data(self, event: DataProgress) -> None:
        """Pictures are being made ready."""

    def started(self, event: Started) -> None:
        """Training begins."""

    def progress(self, event: Progress) -> None:
        """Some steps are done."""

    def epoch(self, event: EpochDone) -> None:
        """An epoch is complete."""

    def finished(self, event: Finished) -> None:
        """Training ended and the best weights were measured."""


class JsonView(View):
    """An object a line, as scripts read it."""

    def data(self, event: DataProgress) -> None:
        """Print a ``data`` line."""
        self.output.tell(event="data", doing=event.doing, done=event.done, total=event.total)

    def started(self, event: Started) -> None:
        """Print the ``started`` line."""
        self.output.tell(
            event="started",
            run=event.run,
            device=event.device,
            backend=event.backend,
            reason=event.reason,
            epochs=event.epochs,
            steps=event.steps,
            first_epoch=event.first_epoch,
            train=event.train,
            validation=event.validation,
            test=event.test,
            parameters=event.parameters,
            note=event.note,
        )

    def progress(self, event: Progress) -> None:
        """Print a ``progress`` line."""
        self.output.tell(
            event="progress",
            epoch=event.epoch,
            step=event.step,
            steps=event.steps,
            loss=event.loss,
            accuracy=event.accuracy,
            images_per_second=event.images_per_second,
            eta_seconds=event.eta_seconds,
            phase=event.phase,
        )

    def epoch(self, event: EpochDone) -> None:
        """Print an ``epoch`` line."""
        self.output.tell(
            event="epoch",
            epoch=event.epoch,
            metrics={
                "loss": event.loss,
                "accuracy": event.accuracy,
                "val_loss": event.val_loss,
                "val_accuracy": event.val_accuracy,
            },
            seconds=event.seconds,
            images_per_second=event.images_per_second,
            best=event.best,
        )

    def finished(self, event: Finished) -> None:
        """Print the ``finished`` line."""
        self.output.tell(
            event="finished",
            run=event.run,
            outcome=event.outcome,
            epochs=event.epochs,
            best_epoch=event.best_epoch,
            metrics={"test_loss": event.test_loss, "test_accuracy": event.test_accuracy},
            seconds=event.seconds,
            message=event.message,
        )


def _amount(event: DataProgress, count: int) -> str:
    """Pictures as a number, bytes as a size."""
    return data_size(count) if event.unit == "bytes" else f"{count:,}"


class PlainView(View):
    """A line an epoch, for logs and pipes."""

    def __init__(self, output: Output) -> None:
        """Show on ``output``."""
        super().__init__(output)
        self._epochs = 0
        self._said = ""

    def data(self, event: DataProgress) -> None:
        """Say once what is made ready."""
        if event.doing != self._said and event.done < event.total:
            self._said = event.doing
            self.output.say(f"{event.doing}: {_amount(event, event.total)}…")

    def started(self, event: Started) -> None:
        """Say what is trained on what."""
        self._epochs = event.epochs
        self.output.say(
            f"Training on {event.device} ({event.backend}). {event.reason}\n"
            f"{event.train:,} pictures to learn from, {event.validation:,} to check, "
            f"{event.test:,} to test; {event.parameters:,} parameters.\nRun: {event.run}"
        )
        if event.first_epoch > 1:
            self.output.say(f"Resumed at epoch {event.first_epoch}.")
        if event.note:
            self.output.say(event.note)

    def epoch(self, event: EpochDone) -> None:
        """Say how the epoch went."""
        self.output.say(
            f"Epoch {event.epoch}/{self._epochs}: loss {event.loss:.4f}, "
            f"accuracy {event.accuracy:.2%}, validation loss {event.val_loss:.4f}, validation "
            f"accuracy {event.val_accuracy:.2%} ({duration(event.seconds)}, "
            f"{event.images_per_second:,.0f} pictures/s)"
        )

    def finished(self, event: Finished) -> None:
        """Say what came out."""
        if event.message:
            self.output.say(event.message)
        early = " It stopped early." if event.outcome == "stopped early" else ""
        if event.test_accuracy is not None:
            self.output.say(
                f"Test accuracy {event.test_accuracy:.2%}, loss {event.test_loss:.4f}, with the "
                f"weights of epoch {event.best_epoch}, after {duration(event.seconds)}.{early}\n"
                f"Run: {event.run}"
            )


class TerminalView(PlainView):
    """The same lines above a moving bar."""

    def __init__(self, output: Output) -> None:
        """Show on ``output``, a terminal."""
        super().__init__(output)
        self._bar: Bar | None = None
        self._task: TaskID | None = None

    def __exit__(self, *problem: object) -> None:
        self._hide()

    def data(self, event: DataProgress) -> None:
        """Move the bar."""
        bar, task = self._shown()
        speed = f"{event.per_second:,.0f}/s" if event.per_second else ""
        bar.update(
            task,
            description=event.doing,
            completed=event.done,
            total=event.total,
            figures=f"{_amount(event, event.done)} of {_amount(event, event.total)}  {speed}",
        )

    def started(self, event: Started) -> None:
        """Put the line in the bar's place."""
        self._hide()
        super().started(event)

    def progress(self, event: Progress) -> None:
        """Move the bar."""
        bar, task = self._shown()
        left = f"{duration(event.eta_seconds)} left" if event.eta_seconds else ""
        bar.update(
            task,
            description=f"Epoch {event.epoch}/{self._epochs} {event.phase}",
            completed=event.step,
            total=event.steps,
            figures=f"loss {event.loss:.4f}  accuracy {event.accuracy:.2%}  "
            f"{event.images_per_second:,.0f} pictures/s  {left}",
        )

    def epoch(self, event: EpochDone) -> None:
        """Put the epoch's line in the bar's place."""
        self._hide()
        super().epoch(event)

    def finished(self, event: Finished) -> None:
        """Take the bar away and say what came out."""
        self._hide()
        super().finished(event)

    def _shown(self) -> tuple[Bar, TaskID]:
        """The bar, and its only task."""
        if self._bar is None or self._task is None:
            # Not needed for pipes and --json, and it takes a tenth of a second to import.
            from rich.progress import BarColumn, TextColumn
            from rich.progress import Progress as Bar

            self._bar = Bar(
                TextColumn("{task.description}"),
                BarColumn(),
                TextColumn("{task.fields[figures]}"),
                transient=True,
            )
            self._bar.start()
            self._task = self._bar.add_task("", figures="")
        return self._bar, self._task

    def _hide(self) -> None:
        if self._bar is not None:
            self._bar.stop()
            self._bar = self._task = None
