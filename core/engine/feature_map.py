"""What really arrives at a block, for one picture.  Engine process only: it runs the model."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import keras
import numpy as np
import numpy.typing as npt

from core.blocks import values_in
from core.data.sample import Sample, picture_at
from core.engine.commands import FeatureMap
from core.engine.events import FeatureMapped
from core.flatten_map import FlattenMap, left_out
from core.keras_model import build_model, values_before
from core.keras_pretrained import load_pretrained
from core.project import Project
from core.training.run import RunInfo, list_runs, read_run

THUMBNAIL = 64
"""Longest side of the picture that is sent along (pixels)."""

Floats = npt.NDArray[np.float32]


class FeatureMaps:
    """Answers `FeatureMap`; the last model is kept, since the next picture wants the same."""

    def __init__(self) -> None:
        self._key: tuple[object, ...] | None = None
        self._model: keras.Model | None = None

    def answer(self, command: FeatureMap) -> FeatureMapped:
        """Carry out a command.

        Raises:
            core.keras_model.DesignError: The stack cannot be built down to the block.
            core.data.errors.DataError: The project's pictures cannot be had.
            core.data.picture.PictureError: This picture cannot be read.
            core.training.run.RunError: The run named cannot be used.
        """
        project = command.project
        run = latest_run(project) if command.run is None else read_run(Path(command.run))
        sample = picture_at(project, command.picture)
        model = self._part(command, run)
        arriving, leaving = (
            np.asarray(keras.ops.convert_to_numpy(values)[0], np.float32)
            for values in model(sample.pixels[None], training=False)
        )
        return _answer(
            command, _weights_words(run, model), run is not None, sample, (arriving, leaving)
        )

    def _part(self, command: FeatureMap, run: RunInfo | None) -> keras.Model:
        """The model down to the block, its weights drawn by the plan's seed or taken from a run."""
        project = command.project
        key = (project.input, project.stack, project.classes, command.path, _stamp(run))
        if self._model is None or key != self._key:
            self._model = None  # the old one's memory first
            if run is None:
                design = project.changed(stack=project.stack[: command.path[0] + 1])
                keras.utils.set_random_seed(project.plan.seed)
                whole = build_model(design)
                load_pretrained(whole, design, only_if_there=True)
            else:
                design, whole = project, keras.models.load_model(run.model, compile=False)
            self._model, self._key = values_before(whole, design, command.path), key
        return self._model


def latest_run(project: Project) -> RunInfo | None:
    """The newest run with a model that trained this very design on these very data."""
    for run in list_runs():
        other = run.project
        same = (other.input, other.stack, other.data) == (
            project.input,
            project.stack,
            project.data,
        )
        if same and run.model.is_file():
            return run
    return None


def shades(values: Floats, signed: bool, largest: float) -> bytes:
    """One byte a number for painting: 0 to 255, or around 128 where numbers below 0 may come."""
    scale = 1 / largest if largest > 0 else 0.0
    share = np.clip(values * scale, -1, 1)
    level = 128 + 127 * share if signed else 255 * share
    return bytes(np.round(level).astype(np.uint8))


def _answer(
    command: FeatureMap,
    weights: str,
    trained: bool,
    sample: Sample,
    values: tuple[Floats, Floats],
) -> FeatureMapped:
    arriving, leaving = values
    gathers = command.project.block(command.path).gathers or "order"
    shown = FlattenMap(gathers, arriving.shape, leaving.shape).part()
    part = np.ascontiguousarray(arriving[tuple(slice(size) for size in shown)])
    count = values_in(shown) if gathers == "order" else shown[-1]
    outputs = leaving.reshape(-1)[:count]
    signed = bool(part.min(initial=0) < 0)
    largest = float(np.abs(part).max(initial=0))
    thumbnail = _thumbnail(sample.pixels)
    return FeatureMapped(
        id=command.id,
        shape=arriving.shape,
        shown=shown,
        values=part.astype("<f4").tobytes(),
        shades=shades(part, signed, largest),
        output=leaving.shape,
        outputs=outputs.astype("<f4").tobytes(),
        output_shades=shades(outputs, signed, largest),
        signed=signed,
        note=left_out(shown, arriving.shape),
        picture=sample.index,
        pictures=sample.count,
        class_name=sample.class_name,
        thumbnail=thumbnail.tobytes(),
        thumbnail_shape=(thumbnail.shape[0], thumbnail.shape[1], thumbnail.shape[2]),
        trained=trained,
        weights=weights,
    )


def _weights_words(run: RunInfo | None, part: keras.Model) -> str:
    if not part.count_params():
        return "No weights stand above this block: it gets the picture's own numbers."
    if run is None:
        return "Weights not trained yet: they are as drawn before training."
    when = datetime.fromtimestamp(run.model.stat().st_mtime)
    return f"Weights of the best epoch ({run.state.best_epoch}) of the run of {when:%d %b, %H:%M}."


def _stamp(run: RunInfo | None) -> tuple[str, int] | None:
    """What tells one state of a run's model from another."""
    return None if run is None else (str(run.model), run.model.stat().st_mtime_ns)


def _thumbnail(pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Every n-th pixel, so that the longest side is at most `THUMBNAIL`."""
    step = -(-max(pixels.shape[:2]) // THUMBNAIL)
    return np.ascontiguousarray(pixels[::step, ::step])
