"""Trains a project into a run folder.  Engine process only."""

from __future__ import annotations

import contextlib
import math
import os
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import keras
import msgspec
import numpy as np

from core.data.errors import DataError
from core.data.folder import ClassesChangedError
from core.data.load import Data
from core.data.rows import Pictures
from core.data.source import Folder
from core.engine.events import EpochDone, Finished, Started
from core.engine.reporting import StoppedError
from core.evaluation.answers import answers
from core.evaluation.metrics import Probabilities, figures, loss_and_accuracy
from core.keras_model import build_model
from core.keras_pretrained import load_pretrained
from core.project import Project
from core.room import disk_words
from core.training.checkpoint import (
    Standing,
    bytes_of,
    checkpoint_bytes,
    load_checkpoint,
    save_checkpoint,
    save_model,
)
from core.training.devices import Device
from core.training.preparing import decoded, fetch_missing
from core.training.progress import Meter, Tell
from core.training.run import (
    HeldError,
    Outcome,
    Report,
    RunError,
    RunState,
    add_epoch,
    begin_run,
    checkpoints,
    held,
    read_run,
    write_report,
    write_state,
)
from core.training.steps import Diet, Stepper, Sums, make_optimizer, make_stepper
from core.training.trained_on import TrainedOn


class TrainingError(Exception):
    """Training cannot go on; the text says what happened, why and what to do.

    Attributes:
        resumable: Whether the run can go on from its last complete epoch.
    """

    def __init__(self, message: str, resumable: bool = False) -> None:
        super().__init__(message)
        self.resumable = resumable


class Trainer:
    """One training, from the pictures to the report."""

    def __init__(
        self,
        folder: Path,
        project: Project | None,
        device: Device,
        tell: Tell,
        stop_asked: Callable[[], bool],
        resume: bool = False,
        moved_to: str = "",
        limit: int | None = None,
        log: Callable[[str], None] = lambda line: None,
        versions: dict[str, str] | None = None,
    ) -> None:
        """Prepare a new run, or the rest of one.

        Args:
            folder: The run folder; new or empty unless ``resume``.
            project: What to train; read from the folder when resuming.
            device: Where.
            tell: Told every event.
            stop_asked: Asked between calls of a few steps.
            resume: Go on from the folder's last complete epoch.
            moved_to: Where its folder of pictures is now, when resuming; empty: where it was.
            limit: Use only the first this many training and test pictures.
            log: Given lines for the run's log.
            versions: Of the packages in use, for the report.

        Raises:
            RunError: The folder cannot be used so.
        """
        if resume:
            info = read_run(folder)
            if info.report is not None and info.state.outcome == "completed":
                raise RunError(f"The run in {folder} is complete; there is nothing to resume.")
            self._project = _at_place(info.project, moved_to)
            limit = info.state.limit
        else:
            if project is None:
                raise RunError("No project was given to train.")
            begin_run(folder, project, limit)
            self._project = project
        self._folder = folder
        self._device = device
        self._tell = tell
        self._stop_asked = stop_asked
        self._resume = resume
        self._limit = limit
        self._log = log
        self._versions = versions or {}
        self._standing = Standing()
        self._changed = ""
        self._epoch_bytes = 0

    def run(self) -> Finished:
        """Train, measure the best weights on the test pictures, write the report.

        Raises:
            TrainingError: Diverged, or the folder cannot be written.
            HeldError: Another Layerloom is training this run just now.
            core.keras_model.DesignError, core.data.errors.DataError: Cannot begin.
        """
        began = time.monotonic()
        try:
            with held(self._folder), keras.device(self._device.keras_name):
                return self._run(began)
        except OSError as error:
            self._note_failure(str(error))
            resumable = self._folder.exists() and self._standing.epoch > 0
            message = _not_kept(self._folder, error, self._epoch_bytes)
            raise TrainingError(message, resumable) from error
        except HeldError:
            raise  # how the run stands is another's to say
        except Exception as error:
            self._note_failure(str(error))
            raise

    def _note_failure(self, message: str) -> None:
        """Note it in the folder if that can still be written; the caller tells the user anyway."""
        with contextlib.suppress(OSError):
            self._note("failed", message)

    def _run(self, began: float) -> Finished:
        plan = self._project.plan
        keras.utils.set_random_seed(plan.seed)
        try:
            self._data = data = self._prepared()
        except StoppedError:
            return self._stopped_before_training(time.monotonic() - began)
        for note in data.notes:
            self._log(f"left out: {note}")
        self._model = build_model(self._project)
        self._meter = Meter(plan, data.sizes, self._tell)
        self._optimizer = make_optimizer(plan, self._meter.steps * plan.epochs)
        self._epoch_bytes = bytes_of(self._model) + checkpoint_bytes(self._model, self._optimizer)
        stepper = make_stepper(self._model, self._optimizer, self._diet())
        if self._resume:
            self._standing = (
                load_checkpoint(self._folder, self._model, self._optimizer) or self._standing
            )
        self._trained_on = TrainedOn(self._folder, data.fingerprint)
        if self._standing.epoch:
            self._changed = self._trained_on.compare(self._log)
            if self._changed:
                self._log(self._changed)
        else:
            load_pretrained(self._model, self._project)
        self._note("running")
        self._tell_started()
        outcome = "completed"
        earlier = self._standing.seconds
        try:
            while self._standing.epoch < plan.epochs:
                if self._no_gain_for(plan.early_stopping):
                    outcome = "stopped early"
                    break
                self._epoch(stepper, began, earlier)
        except StoppedError:
            outcome = "stopped"
        return self._end(outcome, earlier + time.monotonic() - began)

    def _prepared(self) -> Data:
        """The pictures, and whatever the design's networks start with beside them.

        Raises:
            StoppedError: The user asked to stop meanwhile.
        """
        if not (self._resume and checkpoints(self._folder)):  # a checkpoint has all weights
            fetch_missing(self._project, self._tell, self._stop_asked, self._log)
        try:
            return decoded(self._project, self._limit, self._tell, self._stop_asked)
        except ClassesChangedError as error:
            if not self._resume:
                raise
            raise DataError(error.for_run) from error

    def _diet(self) -> Diet:
        plan, data = self._project.plan, self._data
        return Diet(
            data.train_x,
            data.train_y,
            plan.batch_size,
            self._project.augmentation,
            data.class_weights,
            plan.seed,
        )

    def _no_gain_for(self, epochs: int | None) -> bool:
        standing = self._standing
        return (
            epochs is not None
            and standing.best_epoch > 0
            and standing.epoch - standing.best_epoch >= epochs
        )

    # One epoch

    def _epoch(self, stepper: Stepper, began: float, earlier: float) -> None:
        number = self._standing.epoch + 1
        plan, data = self._project.plan, self._data
        order = np.random.default_rng([plan.seed, 2, number]).permutation(len(data.train_x))
        start = time.monotonic()
        total = Sums()
        self._meter.begin_epoch()
        for sums in stepper.epoch(order.astype(np.int32), number):
            total += sums
            self._check_finite(sums.loss, number)
            self._meter.show(number, total, sums, "training")
            if self._stop_asked():
                raise StoppedError
        trained = time.monotonic() - start
        val_loss, val_accuracy = self._validate(number, total)
        self._check_finite(val_loss, number)
        self._meter.validation_seconds = time.monotonic() - start - trained
        done = EpochDone(
            epoch=number,
            loss=total.loss / total.pictures,
            accuracy=total.right / total.pictures,
            val_loss=val_loss,
            val_accuracy=val_accuracy,
            learning_rate=self._meter.rate(number, self._meter.steps),
            seconds=time.monotonic() - start,
            images_per_second=total.pictures / max(trained, 1e-9),
            best=val_loss < self._standing.best_loss,
        )
        self._keep(done, earlier + time.monotonic() - began)
        self._log(
            f"epoch {number}: loss {done.loss:.4f}, accuracy {done.accuracy:.4f}, validation loss "
            f"{val_loss:.4f}, validation accuracy {val_accuracy:.4f}, {done.seconds:.1f} s"
        )
        self._tell(done)

    def _keep(self, done: EpochDone, seconds: float) -> None:
        """Put the epoch on disk: first the best model, then what the next epoch builds on.

        Killed in between, the epoch is done again from the checkpoint before and comes out the
        same, best model included.
        """
        if done.best:
            save_model(self._folder, self._model)
        self._standing = Standing(
            epoch=done.epoch,
            best_epoch=done.epoch if done.best else self._standing.best_epoch,
            best_loss=done.val_loss if done.best else self._standing.best_loss,
            seconds=seconds,
        )
        save_checkpoint(self._folder, self._standing, self._model, self._optimizer)
        self._trained_on.keep()
        add_epoch(self._folder, done)
        self._note("running")

    def _validate(self, epoch: int, total: Sums) -> tuple[float, float]:
        probabilities = self._answers(
            self._model,
            self._data.val_x,
            lambda: self._meter.show(epoch, total, None, "validating"),
        )
        loss, accuracy = loss_and_accuracy(probabilities, self._data.val_y)
        # Penalties of regularisers belong to the loss in training; counted here alike.
        return loss + float(sum(float(penalty) for penalty in self._model.losses)), accuracy

    def _answers(
        self, model: keras.Model, pictures: Pictures, between: Callable[[], None]
    ) -> Probabilities:
        def pause(done: int) -> None:
            between()
            if self._stop_asked() and model is self._model:
                raise StoppedError

        return answers(model, pictures, self._project, pause)

    def _check_finite(self, loss: float, epoch: int) -> None:
        """Stop at once when the loss is no number any more.

        Raises:
            TrainingError: It is not.
        """
        if not math.isfinite(loss):
            rate = self._project.plan.learning_rate
            raise TrainingError(_diverged(epoch, rate, self._standing.best_epoch))

    # Events

    def _tell_started(self) -> None:
        train, validation, test = self._data.sizes
        self._tell(
            Started(
                run=str(self._folder),
                device=self._device.name,
                backend=self._device.backend,
                reason=self._device.reason,
                epochs=self._project.plan.epochs,
                steps=self._meter.steps,
                first_epoch=self._standing.epoch + 1,
                train=train,
                validation=validation,
                test=test,
                parameters=self._model.count_params(),
                note=self._changed,
            )
        )

    # The end

    def _stopped_before_training(self, seconds: float) -> Finished:
        """Nothing was trained; what was decoded stays decoded."""
        standing = read_run(self._folder).state if self._resume else RunState()
        self._standing = Standing(epoch=standing.epochs_done, best_epoch=standing.best_epoch)
        self._note("stopped")
        return Finished(
            run=str(self._folder),
            outcome="stopped",
            epochs=standing.epochs_done,
            best_epoch=standing.best_epoch,
            test_loss=None,
            test_accuracy=None,
            seconds=seconds,
            message="Stopped while pictures were decoded; those done need not be decoded again.",
        )

    def _end(self, outcome: str, seconds: float) -> Finished:
        """Measure the best weights on the test pictures and write the report."""
        standing = self._standing
        kept: Outcome = "stopped" if outcome == "stopped" else "completed"
        test_loss = test_accuracy = None
        if standing.best_epoch:
            report = self._measure(seconds)
            test_loss, test_accuracy = report.test_loss, report.test_accuracy
            write_report(self._folder, report)
        self._note(kept)
        self._log(f"{outcome} after {standing.epoch} epochs, test accuracy {test_accuracy}")
        return Finished(
            run=str(self._folder),
            outcome=outcome,
            epochs=standing.epoch,
            best_epoch=standing.best_epoch,
            test_loss=test_loss,
            test_accuracy=test_accuracy,
            seconds=seconds,
            message=" ".join(filter(None, (self._changed, _left_out(self._data)))),
        )

    def _measure(self, seconds: float) -> Report:
        """Figures of the best weights, as they stand in ``model.keras``, on the test pictures."""
        best = keras.models.load_model(self._folder / "model.keras")
        test = figures(self._answers(best, self._data.test_x, lambda: None), self._data.test_y)
        return Report(
            test_accuracy=test.accuracy,
            test_loss=test.loss,
            pictures=self._data.sizes,
            class_names=self._data.class_names,
            confusion=test.confusion,
            epochs=self._standing.epoch,
            best_epoch=self._standing.best_epoch,
            seconds=seconds,
            parameters=self._model.count_params(),
            device=self._device.name,
            backend=self._device.backend,
            versions=self._versions,
            finished=datetime.now().isoformat(timespec="seconds"),
        )

    def _note(self, outcome: Outcome, message: str = "") -> None:
        """Note in the folder how the run stands."""
        write_state(
            self._folder,
            RunState(
                outcome=outcome,
                pid=os.getpid() if outcome == "running" else 0,
                epochs_done=self._standing.epoch,
                epochs_planned=self._project.plan.epochs,
                best_epoch=self._standing.best_epoch,
                message=message,
                limit=self._limit,
            ),
        )


def _diverged(epoch: int, rate: float, kept: int) -> str:
    """What to say of a loss that is no number; ``kept`` is the epoch whose weights stay, or 0."""
    weights = (
        f"The weights of epoch {kept} were kept."
        if kept
        else "No epoch was complete, so no weights were kept."
    )
    return (
        f"Training diverged in epoch {epoch}: the loss is no longer a number. Usual causes are "
        f"a learning rate that is too high (it is {rate:g}; try a tenth), activations without a "
        f"limit such as exponential, or no normalisation in a deep stack. {weights}"
    )


def _not_kept(folder: Path, error: OSError, wanted: int) -> str:
    """What to say of a run folder that cannot be written; ``wanted`` is an epoch's room (bytes)."""
    if not folder.exists():
        return (
            f"The run folder {folder} was deleted while it was in use, so training stopped. Train "
            "again; the run will get a new folder."
        )
    return (
        f"The run cannot be kept: {disk_words(folder, error, wanted)}. What was complete is whole; "
        "make room or make the folder writable, then resume."
    )


def _left_out(data: Data) -> str:
    """A sentence about pictures that could not be used, if any."""
    if not data.notes:
        return ""
    more = f" and {len(data.notes) - 1} more" if len(data.notes) > 1 else ""
    return f"Left out of training: {data.notes[0].rstrip('.')}{more}."


def _at_place(project: Project, moved_to: str) -> Project:
    """The project with its folder of pictures where it is now."""
    if not moved_to or not isinstance(project.data, Folder):
        return project
    return project.changed(data=msgspec.structs.replace(project.data, path=moved_to))
