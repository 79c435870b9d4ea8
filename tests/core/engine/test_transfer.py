"""Training on a Backbone: what is frozen stays, what is not learns, and it goes on after a stop."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import keras
import numpy as np
import pytest

from core.blocks import CATALOGUE
from core.data.pretrained import WeightsError
from core.data.weights import weights_home
from core.engine.events import DataProgress, EpochDone, Event, Finished, Started
from core.export.run import export
from core.keras_model import build_model
from core.project import Project
from core.training.devices import choose_device
from core.training.plan import TrainingPlan
from core.training.run import read_run
from core.training.trainer import Trainer

pytestmark = [
    pytest.mark.keras,
    pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy keyword"),
]

KIND = CATALOGUE
FROZEN = "block_12_add"
LIMIT = 40


def project_of(**fields: object) -> Project:
    """Digits at 32 × 32 on a small network."""
    fields = {"application": "MobileNetV2 0.35", "frozen": FROZEN, **fields}
    stack = (
        KIND["Resizing"](height=32, width=32, antialias=True),
        KIND["Backbone"](**fields),
        KIND["GlobalAveragePooling2D"](),
        KIND["Dense"](activation="softmax"),
    )
    plan = TrainingPlan(epochs=2, batch_size=18, learning_rate=0.01, optimizer="sgd")
    return Project(name="transfer", stack=stack, plan=plan)


@pytest.fixture(scope="module")
def learnt(tmp_path_factory) -> Path:
    """Weights that no fresh network has, in the format of Keras's downloads."""
    keras.utils.set_random_seed(5)
    network = keras.applications.MobileNetV2(
        alpha=0.35, include_top=False, weights=None, input_shape=(32, 32, 3)
    )
    noise = np.random.default_rng(5)
    network.set_weights([w + noise.uniform(0, 0.1, w.shape) for w in network.get_weights()])
    path = tmp_path_factory.mktemp("learnt") / "small.h5"
    network.save(path)
    return path


@pytest.fixture
def served(learnt, monkeypatch) -> Iterator[str]:
    """A server that has them where Keras has its own."""

    class Server(SimpleHTTPRequestHandler):
        def translate_path(self, path: str) -> str:
            return str(learnt)

        def log_message(self, *arguments: object) -> None:
            """Say nothing."""

    serving = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    thread = threading.Thread(target=serving.serve_forever, daemon=True)
    thread.start()
    point_at(monkeypatch, f"http://127.0.0.1:{serving.server_port}/")
    yield learnt.name
    serving.shutdown()
    serving.server_close()
    thread.join()


def point_at(monkeypatch, address: str) -> None:
    monkeypatch.setattr("core.blocks._applications._KERAS", address)


def values(network: keras.Model) -> dict[str, np.ndarray]:
    return {
        weight.path.partition("/")[2] if "backbone" in weight.path else weight.path: np.array(
            keras.ops.convert_to_numpy(weight)
        )
        for weight in network.weights
    }


def trainer(folder: Path, project: Project | None, told: list[Event], **options) -> Trainer:
    def stop() -> bool:
        return options.get("epochs", 9) <= sum(isinstance(event, EpochDone) for event in told)

    return Trainer(
        folder,
        project,
        choose_device("cpu", keras.backend.backend()),
        told.append,
        stop,
        resume=project is None,
        limit=LIMIT if project is not None else None,
    )


def test_weights_are_fetched_frozen_ones_stay_and_others_learn(
    served, learnt, tmp_path, expect_log
) -> None:
    expect_log("compiled the loaded model|HDF5 file|triggered tf.function retracing")
    project, run = project_of(), tmp_path / "run"
    told: list[Event] = []
    trainer(run, project, told, epochs=1).run()
    fetching = [event for event in told if isinstance(event, DataProgress)]
    assert fetching[0].doing == "Downloading MobileNetV2 0.35's ImageNet weights"
    assert fetching[0].unit == "bytes"
    (kept,) = weights_home().iterdir()
    assert kept.read_bytes() == learnt.read_bytes()

    # A checkpoint has all it takes: what was downloaded may be gone by now.
    kept.unlink()
    rest: list[Event] = []
    finished = trainer(run, None, rest).run()
    assert isinstance(finished, Finished)
    assert next(event for event in rest if isinstance(event, Started)).first_epoch == 2
    assert not weights_home().exists() or not list(weights_home().iterdir())

    model = keras.models.load_model(read_run(run).model)
    before = values(keras.models.load_model(learnt, compile=False))
    after = values(model.get_layer("backbone"))
    assert len(before) == len(after)
    names = [layer.name for layer in model.get_layer("backbone").layers]
    frozen = set(names[: names.index(FROZEN) + 1])
    moved = {}
    for (name, old), new in zip(before.items(), after.values(), strict=True):
        layer = name.split("/")[-2]
        moved[name] = not np.array_equal(old, new)
        assert moved[name] is False or layer not in frozen, f"{name} is frozen"
    learning = [name for name in moved if name.split("/")[-2] not in frozen]
    assert all(moved[name] for name in learning if name.endswith(("kernel", "moving_mean")))

    pictures = np.random.default_rng(3).integers(0, 256, (8, 28, 28, 1), np.uint8)
    own = project_of(weights="file", weights_file=str(learnt))  # its script needs no network
    for key, output in (("savedmodel", tmp_path / "saved"), ("python", tmp_path / "it.py")):
        result = export(model, own, key, output, pictures, np.zeros(8, np.int32))
        assert result.proof.largest_difference < 1e-4


def test_a_frozen_network_answers_in_training_as_it_does_after() -> None:
    """Batch normalisation goes on with its averages, though the rest is in training mode."""
    model = build_model(project_of(weights="none", frozen="all"))
    pictures = np.random.default_rng(4).integers(0, 256, (6, 28, 28, 1), np.uint8)
    training, after = (
        keras.ops.convert_to_numpy(model(pictures, training=mode)) for mode in (True, False)
    )
    assert np.array_equal(training, after)
    assert len(model.trainable_weights) == 2


def test_offline_training_says_why_it_cannot_begin(monkeypatch, tmp_path) -> None:
    point_at(monkeypatch, "http://127.0.0.1:9/")
    with pytest.raises(WeightsError, match=r"0\.35's ImageNet weights \(.* could not be downl"):
        trainer(tmp_path / "run", project_of(), []).run()
    assert read_run(tmp_path / "run").state.outcome == "failed"


def test_a_file_that_does_not_fit_is_said_with_the_block(learnt, tmp_path) -> None:
    other = {"application": "VGG16", "frozen": "all"}
    project = project_of(weights="file", weights_file=str(learnt), **other)
    with pytest.raises(WeightsError, match=r"\(block 2\): The weights in .*small\.h5 do not fit"):
        trainer(tmp_path / "run", project, []).run()
