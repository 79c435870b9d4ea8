"""What arrives at a block, worked out by a real engine."""

from __future__ import annotations

from array import array

import numpy as np
import pytest

from core.blocks import CATALOGUE, Input
from core.data.sample import picture_at
from core.engine.commands import FeatureMap, Train
from core.engine.events import Failed, FeatureMapped
from core.flatten_map import FlattenMap
from core.home import runs_home
from core.project import Project
from core.training.plan import TrainingPlan

pytestmark = pytest.mark.keras

FLATTEN, MEAN, MAX = (
    CATALOGUE[kind] for kind in ("Flatten", "GlobalAveragePooling2D", "GlobalMaxPooling2D")
)


def ask(engine, project, path, **fields) -> FeatureMapped:
    (event,) = engine.run(FeatureMap(id=0, project=project, path=path, **fields))
    assert isinstance(event, FeatureMapped), event
    return event


def numbers(data: bytes) -> np.ndarray:
    return np.frombuffer(data, "<f4")


def test_pixels_reach_a_first_flatten_as_they_are(engine):
    project = Project(stack=(FLATTEN(),))
    event = ask(engine, project, (0,), picture=3)
    sample = picture_at(project, 3)
    assert (event.shape, event.output) == ((28, 28, 1), (784,))
    assert np.allclose(numbers(event.values), sample.pixels.reshape(-1) / 255, atol=1e-6)
    assert event.outputs == event.values
    assert (event.class_name, event.picture, event.pictures) == (sample.class_name, 3, 10_000)
    assert event.thumbnail == sample.pixels.tobytes()
    assert not event.trained
    assert "No weights" in event.weights


@pytest.mark.parametrize(("kind", "reduce"), [(MEAN, np.mean), (MAX, np.max)])
def test_gathered_values_are_keras_s(engine, kind, reduce):
    project = Project(stack=(CATALOGUE["Conv2D"](filters=3), kind()))
    event = ask(engine, project, (1,))
    values = numbers(event.values).reshape(event.shape)
    assert event.signed
    assert np.allclose(numbers(event.outputs), reduce(values, axis=(0, 1)), atol=1e-5)
    assert len(event.shades) == len(array("f", event.values)) == 26 * 26 * 3


def test_weights_are_the_same_for_every_picture_and_again(engine):
    project = Project(stack=(CATALOGUE["Conv2D"](filters=2), FLATTEN()))
    first = ask(engine, project, (1,))
    ask(engine, project.changed(stack=(FLATTEN(),)), (0,))
    assert "not trained" in first.weights
    assert ask(engine, project, (1,)).values == first.values
    assert ask(engine, project, (1,), picture=1).values != first.values


def test_what_is_wrong_below_the_block_does_not_matter(engine):
    project = Project(stack=(FLATTEN(), CATALOGUE["Conv2D"]()))
    assert ask(engine, project, (0,)).shape == (28, 28, 1)


def test_what_is_wrong_above_the_block_is_said(engine):
    project = Project(stack=(CATALOGUE["Conv2D"](kernel_size=(40, 40)), FLATTEN()))
    (event,) = engine.run(FeatureMap(id=0, project=project, path=(1,)))
    assert isinstance(event, Failed)
    assert "Conv2D" in event.message


def test_the_latest_run_of_this_design_lends_its_weights(own_engine):
    engine, own_runs = own_engine, runs_home()
    project = Project(
        name="small",
        stack=(CATALOGUE["Conv2D"](filters=2), FLATTEN(), CATALOGUE["Dense"](activation="softmax")),
    )
    project = project.changed(plan=TrainingPlan(epochs=1))
    fresh = ask(engine, project, (1,))
    for _ in engine.run(Train(id=0, project=project, run=str(own_runs / "one"), limit=300)):
        pass
    trained = ask(engine, project.changed(name="renamed"), (1,))
    assert trained.trained
    assert "best epoch (1)" in trained.weights
    assert trained.values != fresh.values
    other = project.changed(stack=(project.stack[0].changed(filters=3), *project.stack[1:]))
    assert not ask(engine, other, (1,)).trained
    assert ask(engine, project, (1,), run=str(own_runs / "one")).values == trained.values


def test_of_large_maps_a_part_is_sent_and_said(engine):
    project = Project(stack=(CATALOGUE["Conv2D"](filters=128, padding="same"), FLATTEN()))
    event = ask(engine, project, (1,))
    assert event.shown == (18, 28, 128)
    assert event.note == "Shown: the first 18 of 28 rows (64,512 of 100,352 values)."
    assert len(event.values) == len(event.outputs) == 4 * 18 * 28 * 128
    pooled = ask(engine, project.changed(stack=(project.stack[0], MEAN())), (1,))
    assert pooled.shown == (28, 28, 83)
    assert "83 of 128 channels" in pooled.note
    assert len(pooled.outputs) == 4 * 83
    assert FlattenMap("mean", pooled.shown, (83,)).elements == 83


def test_pictures_of_a_folder_come_with_their_classes(engine, tmp_path):
    from PIL import Image

    from core.data.load import folder_source

    for name in ("cat", "dog"):
        (tmp_path / name).mkdir()
        Image.new("RGB", (200, 100), name_color(name)).save(tmp_path / name / "1.png")
    project = Project(
        input=Input(height=96, width=96, channels=3),
        data=folder_source(tmp_path),
        stack=(MAX(),),
    )
    event = ask(engine, project, (0,), picture=1)
    assert event.class_name == "dog"
    assert np.allclose(numbers(event.outputs), [0, 1, 0])
    assert event.thumbnail_shape == (48, 48, 3)


def name_color(name: str) -> str:
    return {"cat": "red", "dog": "lime"}[name]
