"""Everything that a training needs to go on as if it had never stopped, in one file, whole or not.

Keras's own restoring leaves out the random states of Dropout and the counters of early stopping;
without them a resumed run ends elsewhere than an uninterrupted one.
"""

from __future__ import annotations

import io
import math
import os
import tempfile
from pathlib import Path
from typing import Any

import keras
import msgspec
import numpy as np

from core.files import sync_folder, write_whole
from core.training.run import checkpoints


class CheckpointError(Exception):
    """A checkpoint cannot be read; the text is for people."""


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """Where a training stands after a complete epoch.

    Attributes:
        epoch: Complete epochs.
        best_epoch: The one with the lowest validation loss.
        best_loss: That loss.
        seconds: Training time so far, all processes together.
    """

    epoch: int = 0
    best_epoch: int = 0
    best_loss: float = float("inf")
    seconds: float = 0.0


def save_model(folder: Path, model: keras.Model) -> None:
    """Write ``model.keras``, whole or not at all.

    Raises:
        OSError: The folder cannot be written; the model before it stays.
    """
    with tempfile.TemporaryDirectory(prefix=".model-", dir=folder) as name:
        made = Path(name) / "model.keras"
        model.save(made, include_optimizer=False)
        with made.open("rb+") as stream:
            os.fsync(stream.fileno())
        made.replace(folder / "model.keras")
    sync_folder(folder)


def save_checkpoint(
    folder: Path, standing: Standing, model: keras.Model, optimizer: keras.Optimizer
) -> None:
    """Write the checkpoint of an epoch; older ones but the last go when it is whole.

    Raises:
        OSError: The folder cannot be written; older checkpoints stay.
    """
    arrays: dict[str, Any] = {
        f"v{index}": keras.ops.convert_to_numpy(variable)
        for index, variable in enumerate(_variables(model, optimizer))
    }
    arrays["standing"] = np.frombuffer(msgspec.msgpack.encode(standing), np.uint8)
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    place = folder / "checkpoint"
    place.mkdir(exist_ok=True)
    write_whole(place / f"epoch-{standing.epoch}.npz", buffer.getvalue())
    for _, path in checkpoints(folder)[2:]:
        path.unlink(missing_ok=True)


def load_checkpoint(
    folder: Path, model: keras.Model, optimizer: keras.Optimizer
) -> Standing | None:
    """Set a model and its built optimiser to the newest whole checkpoint.

    Returns:
        Where the training stands; None if there is no checkpoint at all.

    Raises:
        CheckpointError: There are some, but none can be read.
    """
    found = checkpoints(folder)
    problems = []
    for _, path in found:
        try:
            with np.load(path, allow_pickle=False) as arrays:
                standing = msgspec.msgpack.decode(arrays["standing"].tobytes(), type=Standing)
                variables = _variables(model, optimizer)
                values = [arrays[f"v{index}"] for index in range(len(variables))]
            if any(v.shape != tuple(w.shape) for v, w in zip(values, variables, strict=True)):
                raise ValueError("it holds another model")
        except Exception as error:  # numpy and zipfile raise many kinds for a damaged file
            problems.append(f"{path.name}: {error}")
            continue
        for variable, value in zip(variables, values, strict=True):
            variable.assign(value)
        return standing
    if problems:
        raise CheckpointError(
            f"No checkpoint of this run can be read ({'; '.join(problems)}). Train again from the "
            "start."
        )
    return None


def bytes_of(model: keras.Model) -> int:
    """What a model's weights take in a file, about."""
    return _size(model.weights)


def checkpoint_bytes(model: keras.Model, optimizer: keras.Optimizer) -> int:
    """What a checkpoint takes, about."""
    return _size(_variables(model, optimizer))


def _size(variables: list[keras.Variable]) -> int:
    return sum(math.prod(one.shape) * np.dtype(one.dtype).itemsize for one in variables)


def _variables(model: keras.Model, optimizer: keras.Optimizer) -> list[keras.Variable]:
    """Weights, random states of layers and the optimiser's memory, in a stable order."""
    metrics = {id(variable) for variable in model.metrics_variables}
    own = [variable for variable in model.variables if id(variable) not in metrics]
    return [*own, *optimizer.variables]
