"""What the engine does for each command.  Importing this module loads Keras and its backend."""

from __future__ import annotations

import os
import re
import traceback
from collections.abc import Callable
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Literal

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

from core.training.devices import (  # isort: skip
    DeviceError,
    choose_backend,
    choose_device,
    device_memory,
    prepare_backend,
)

# The backend is chosen and set up before Keras is imported: it can be neither later.
BACKEND = choose_backend()
prepare_backend(BACKEND)

import keras  # noqa: E402
import numpy as np  # noqa: E402

from core.data.errors import DataError  # noqa: E402
from core.data.load import load_data, load_labelled  # noqa: E402
from core.data.names import from_name  # noqa: E402
from core.data.picture import PictureError, read_picture  # noqa: E402
from core.engine.commands import (  # noqa: E402
    AnyCommand,
    Evaluate,
    Export,
    FeatureMap,
    Predict,
    Summarise,
    Train,
)
from core.engine.events import (  # noqa: E402
    BuiltBlock,
    Evaluated,
    Event,
    Exported,
    ExportProgress,
    Failed,
    Predicted,
    Prediction,
    Ready,
    Summarised,
)
from core.engine.feature_map import FeatureMaps  # noqa: E402
from core.engine.reporting import StoppedError  # noqa: E402
from core.evaluation.answers import answers  # noqa: E402
from core.evaluation.metrics import figures  # noqa: E402
from core.export.run import ExportError, export  # noqa: E402
from core.keras_model import DesignError, build_model, built_blocks  # noqa: E402
from core.memory import DeviceMemory, fitting_batch  # noqa: E402
from core.project import Project  # noqa: E402
from core.training.checkpoint import CheckpointError  # noqa: E402
from core.training.run import RunError, RunInfo, checkpoints, read_run  # noqa: E402
from core.training.trainer import Trainer, TrainingError  # noqa: E402

_WORDED = (
    CheckpointError,
    DataError,
    DesignError,
    DeviceError,
    ExportError,
    PictureError,
    RunError,
    TrainingError,
)
"""Errors whose text is already for people."""


class Work:
    """Carries out commands; whatever happens, each ends in exactly one closing event."""

    def __init__(self, tell: Callable[[Event], None], stop_asked: Callable[[], bool]) -> None:
        """Prepare.

        Args:
            tell: Sends an event.
            stop_asked: Whether the running command is to stop.
        """
        self._tell = tell
        self._stop_asked = stop_asked
        self._maps = FeatureMaps()
        self._versions = {
            name: version(name)
            for name in dict.fromkeys(("keras", BACKEND, "numpy"))
            if _installed(name)
        }

    def ready(self) -> Ready:
        """What this engine is and would train on."""
        device = choose_device("auto", BACKEND)
        _warm_up()
        return Ready(
            backend=BACKEND,
            versions=self._versions,
            device=device.name,
            reason=device.reason,
            advice=device.advice,
            pid=os.getpid(),
            kind="gpu" if device.kind == "gpu" else "cpu",
            memory=device_memory(device),
        )

    def do(self, command: AnyCommand) -> None:
        """Carry out a command and tell how it ended."""
        try:
            match command:
                case Summarise():
                    self._tell(self._summarise(command))
                case Train():
                    self._train(command)
                case Evaluate():
                    self._tell(self._evaluate(command))
                case Predict():
                    self._tell(self._predict(command))
                case Export():
                    self._tell(self._export(command))
                case FeatureMap():
                    self._tell(self._maps.answer(command))
        except StoppedError:
            self._tell(Failed(id=command.id, message="Stopped, as you asked."))
        except Exception as error:
            self._tell(self._failure(command, error))

    # Commands

    def _summarise(self, command: Summarise) -> Summarised:
        # Counting weights needs no memory for them, so a design far too large can be summarised.
        with keras.StatelessScope(initialize_variables=False):
            model = build_model(command.project)
            blocks = built_blocks(model, command.project)
            lines: list[str] = []
            model.summary(print_fn=lines.append, line_length=90)
            return Summarised(
                id=command.id,
                text="\n".join(lines),
                blocks=tuple(
                    BuiltBlock(path, built.output, built.parameters)
                    for path, built in blocks.items()
                ),
            )

    def _train(self, command: Train) -> None:
        device = choose_device(command.device, BACKEND)
        folder = Path(command.run)
        log = _Log(folder)

        def tell(event: Event) -> None:
            self._tell(_with_id(event, command.id))

        trainer = Trainer(
            folder,
            command.project,
            device,
            tell,
            self._stop_asked,
            resume=command.resume,
            moved_to=command.moved_to,
            limit=command.limit,
            log=log.write,
            versions=self._versions,
        )
        log.write(f"{'resumed' if command.resume else 'started'} on {device.name}: {device.reason}")
        try:
            tell(trainer.run())
        except Exception as error:
            log.write(f"failed: {error}\n{''.join(traceback.format_exception(error))}")
            raise

    def _evaluate(self, command: Evaluate) -> Evaluated:
        run, model = self._trained(Path(command.run))
        if command.data is None:
            data = load_data(run.project, run.state.limit, self._pause, self._pause)
            pictures, labels, notes = data.test_x, data.test_y, data.notes
        else:
            folder = Path(from_name(command.data))
            pictures, labels, notes = load_labelled(folder, run.project, self._pause, self._pause)
        result = figures(answers(model, pictures, run.project, self._pause), labels)
        return Evaluated(
            id=command.id,
            accuracy=result.accuracy,
            loss=result.loss,
            pictures=result.pictures,
            class_names=run.project.data.class_names,
            confusion=result.confusion,
            precision=result.precision,
            recall=result.recall,
            notes=notes,
        )

    def _predict(self, command: Predict) -> Predicted:
        run, model = self._trained(_run_of(Path(command.model)))
        names = run.project.data.class_names
        predictions = []
        for image in command.images:
            self._pause()
            try:
                pixels = read_picture(Path(from_name(image)), run.project.input)
            except PictureError as error:
                predictions.append(Prediction(image, problem=str(error)))
                continue
            shares = answers(model, pixels[None], run.project, self._pause)[0]
            best = int(shares.argmax())
            predictions.append(
                Prediction(
                    image, names[best], float(shares[best]), tuple(float(share) for share in shares)
                )
            )
        return Predicted(id=command.id, class_names=names, predictions=tuple(predictions))

    def _export(self, command: Export) -> Exported:
        run, model = self._trained(Path(command.run))
        data = load_data(run.project, run.state.limit, self._pause, self._pause)
        result = export(
            model,
            run.project,
            command.format,
            Path(command.output),
            data.test_x,
            data.test_y,
            tell=lambda doing: self._tell(ExportProgress(id=command.id, doing=doing)),
            cancelled=self._stop_asked,
        )
        return Exported(
            id=command.id,
            format=result.format,
            output=str(result.output),
            bytes=result.bytes,
            pictures=result.proof.pictures,
            largest_difference=result.proof.largest_difference,
            agreement=result.proof.agreement,
            test_accuracy=result.proof.accuracy,
            seconds=result.seconds,
            message=result.proof.words,
        )

    # Helpers

    def _trained(self, folder: Path) -> tuple[RunInfo, keras.Model]:
        """A run and its best model.

        Raises:
            RunError: There is no such run, or no epoch of it was complete.
        """
        run = read_run(folder)
        if not run.model.is_file():
            raise RunError(
                f"The run in {folder} has no trained model: no epoch of it was complete."
            )
        try:
            return run, keras.models.load_model(run.model)
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise RunError(f"The model of the run in {folder} is damaged: {error}") from error

    def _pause(self, *_done: int) -> None:
        """A place where a command may be stopped."""
        if self._stop_asked():
            raise StoppedError

    def _failure(self, command: AnyCommand, error: Exception) -> Failed:
        """What went wrong, in words."""
        details = "".join(traceback.format_exception(error))
        resumable = isinstance(command, Train) and any(checkpoints(Path(command.run)))
        if isinstance(error, TrainingError):
            resumable = error.resumable
        if isinstance(error, _WORDED):
            return Failed(
                id=command.id,
                message=str(error),
                details=details,
                resumable=resumable,
                of_pictures=isinstance(error, DataError),
            )
        if _out_of_memory(error):
            smaller = _smaller_batch(command)
            advice = f" Try a batch size of {smaller}." if smaller else " Try a smaller design."
            return Failed(
                id=command.id,
                message=f"Memory ran out while the engine was working on this design.{advice}",
                details=details,
                resumable=resumable,
                batch_size=smaller,
            )
        what = type(command).__name__.lower()
        return Failed(
            id=command.id,
            message=f"The engine could not {what}: {_first_line(error)}. This is likely a bug of "
            "Layerloom; the details help to find it.",
            details=details,
            resumable=resumable,
        )


class _Log:
    """``log.txt`` of a run; a log that cannot be written never stops a training."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "log.txt"

    def write(self, text: str) -> None:
        try:
            with self._path.open("a", encoding="utf-8") as stream:
                stream.write(f"{datetime.now():%Y-%m-%d %H:%M:%S} {text}\n")
        except OSError as error:
            print(f"log.txt could not be written: {error}")  # goes to the engine's own log


def _warm_up() -> None:
    """Do a small piece of everything once, so that the first training does not wait for it."""
    model = keras.Sequential(
        [keras.Input((4, 4, 1)), keras.layers.Flatten(), keras.layers.Dense(2)]
    )
    model.predict_on_batch(np.zeros((1, 4, 4, 1), np.float32))


def _with_id(event: Event, number: int) -> Event:
    import msgspec

    return msgspec.structs.replace(event, id=number)


def _run_of(model: Path) -> Path:
    """The run folder that a model belongs to.

    Raises:
        RunError: It is an exported file, which this version cannot predict with.
    """
    if model.is_file() or (model / "saved_model.pb").is_file():
        if (model.parent / "project.json").is_file():
            return model.parent
        raise RunError(
            f"{model} is an exported model; predicting with exported files is not available yet. "
            "Name the run folder that it came from."
        )
    return model


def _out_of_memory(error: Exception) -> bool:
    words = f"{type(error).__name__} {error}"
    return isinstance(error, MemoryError) or bool(
        re.search(r"ResourceExhausted|RESOURCE_EXHAUSTED|OutOfMemory|out of memory|OOM", words)
    )


def _smaller_batch(command: AnyCommand) -> int | None:
    """A batch size that fits by estimate, else a quarter of the one that did not."""
    project: Project | None = getattr(command, "project", None)
    if not isinstance(command, Train):
        return None
    if project is None:
        project = read_run(Path(command.run)).project
    size, device = project.plan.batch_size, choose_device(command.device, BACKEND)
    memory = device_memory(device)
    if memory is not None:
        kind: Literal["cpu", "gpu"] = "gpu" if device.kind == "gpu" else "cpu"
        fitting = fitting_batch(project, DeviceMemory(kind, memory))
        if 0 < fitting < size:
            return fitting
    return size // 4 if size >= 8 else None


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return (lines[0] if lines else type(error).__name__).rstrip(".")


def _installed(name: str) -> bool:
    from importlib.metadata import PackageNotFoundError

    try:
        version(name)
    except PackageNotFoundError:
        return False
    return True
