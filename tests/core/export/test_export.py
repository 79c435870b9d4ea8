"""Exports: proved before they count, whole or not at all, and the same answers everywhere."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import keras
import msgspec
import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from core.blocks import CATALOGUE, Input
from core.data.load import load_data
from core.data.picture import fitted, read_picture
from core.export.registry import FORMATS, LATER
from core.export.run import ExportError, export
from core.keras_model import build_model
from core.project import Project
from core.project_file import load_template
from tests.core.odd_pictures import jpegs_and_pngs, others

pytestmark = [
    pytest.mark.keras,
    # Keras reads TensorFlow variables in a way that numpy 2 will stop supporting.
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]


@pytest.fixture(autouse=True)
def _many_models(expect_log):
    """Each model compiles its own predictions, and TensorFlow remarks on it."""
    expect_log("triggered tf.function retracing")


@pytest.fixture(scope="module")
def project():
    return load_template("mnist-cnn")


@pytest.fixture(scope="module")
def model(project):
    """A model whose answers differ from picture to picture."""
    keras.utils.set_random_seed(1)
    return build_model(project)


@pytest.fixture(scope="module")
def data(project):
    return load_data(project, limit=200)


@pytest.fixture
def write(project, model, data):
    def write(key: str, output: Path, **options):
        return export(model, project, key, output, data.test_x, data.test_y, **options)

    return write


def left_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_keras_file_opens_in_plain_keras_and_answers_the_same(write, model, data, tmp_path):
    told: list[str] = []
    result = write("keras", tmp_path / "m.keras", tell=told.append)
    assert result.proof.pictures == 200
    assert result.proof.largest_difference < 1e-5
    assert result.proof.agreement == 1
    assert result.bytes == (tmp_path / "m.keras").stat().st_size
    assert told
    again = keras.models.load_model(tmp_path / "m.keras")
    wanted = model.predict_on_batch(data.test_x)
    assert np.allclose(again.predict_on_batch(data.test_x), wanted, atol=1e-6)
    assert left_in(tmp_path) == ["m.keras"]


SERVE = """
import sys, numpy as np, tensorflow as tf
model = tf.saved_model.load("model")
pixels = model.signatures["serving_default"](tf.constant(np.load("pixels.npy")))
files = tf.constant([open(name, "rb").read() for name in sys.argv[1:]])
encoded = model.signatures["encoded"](files)
np.save("pixels_out.npy", next(iter(pixels.values())).numpy())
np.save("encoded_out.npy", next(iter(encoded.values())).numpy())
"""


def test_savedmodel_serves_pixels_and_files_alike(write, model, project, data, tmp_path):
    write("savedmodel", tmp_path / "model")
    drawn = Image.fromarray(data.test_x[0, ..., 0]).resize((90, 70), Image.Resampling.BICUBIC)
    names = ["a.png", "b.jpg"]
    for name in names:
        drawn.save(tmp_path / name)
    pixels = np.stack([read_picture(tmp_path / name, project.input) for name in names])
    np.save(tmp_path / "pixels.npy", pixels)
    subprocess.run([sys.executable, "-c", SERVE, *names], cwd=tmp_path, check=True)
    wanted = np.asarray(model(pixels, training=False))
    assert np.allclose(np.load(tmp_path / "pixels_out.npy"), wanted, atol=1e-5)
    # Shrinking differs by at most one grey level from Pillow's.
    assert np.allclose(np.load(tmp_path / "encoded_out.npy"), wanted, atol=0.02)


def test_savedmodel_is_proved_on_files_too(write, tmp_path):
    words = write("savedmodel", tmp_path / "model").proof.words
    assert words.endswith("Given as PNG files, 100 of them were answered alike.")


@pytest.mark.parametrize("fit", ["stretch", "crop", "pad"])
@pytest.mark.parametrize("shape", [(70, 90), (90, 70), (28, 28), (29, 200)])
def test_files_are_fitted_in_tensorflow_as_in_training(fit, shape):
    from core.export.serving import fitted as fitted_in_graph

    size = Input(height=28, width=24, channels=3, fit=fit)
    random = np.random.default_rng(1)
    drawn = Image.fromarray(random.integers(0, 256, (8, 9, 3), np.uint8))
    drawn = drawn.resize(shape[::-1], Image.Resampling.BICUBIC)
    ours = fitted(drawn, size).astype(float)
    theirs = np.asarray(fitted_in_graph(np.asarray(drawn), size))
    assert theirs.shape == ours.shape
    assert np.abs(ours - theirs).mean() < 1


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("fit", ["stretch", "crop", "pad"])
def test_odd_files_are_read_in_tensorflow_as_in_training(tmp_path, fit, channels):
    from core.export.serving import picture

    size = Input(height=64, width=60, channels=channels, fit=fit)
    read = tf.function(lambda file: picture(file, size), [tf.TensorSpec((), tf.string)])
    apart = {}
    usual, rest = tmp_path / "usual", tmp_path / "others"
    usual.mkdir()
    rest.mkdir()
    readable = [path for path in others(rest) if path.suffix in (".jpg", ".png", ".mpo")]
    for path in (*jpegs_and_pngs(usual), *readable):
        theirs = read(path.read_bytes()).numpy().astype(int)
        apart[path.name] = np.abs(theirs - read_picture(path, size)).max()
    assert {name: most for name, most in apart.items() if most > 1} == {}


def test_python_script_is_proved_to_build_the_model(write, tmp_path):
    result = write("python", tmp_path / "train.py")
    assert "same" in result.proof.words
    assert "58,234 parameters" in result.proof.words


KIND = CATALOGUE

RESTLESS = Project(
    name="Restless",
    input=Input(height=28, width=28, rescale="0 to 1"),
    stack=(
        KIND["Rescaling"](scale=2.0, offset=-1.0),
        KIND["GaussianNoise"](stddev=0.5),
        KIND["Resizing"](
            height=18, width=23, antialias=True, pad_to_aspect_ratio=True, fill_value=-1.0
        ),
        KIND["Conv2D"](filters=8),
        KIND["GroupNormalization"](groups=4),
        KIND["PReLU"](alpha_initializer="random_normal", shared_axes=(1, 2)),
        KIND["SpatialDropout2D"](rate=0.5),
        KIND["BatchNormalization"](),
        KIND["Conv2DTranspose"](
            filters=6, strides=(2, 1), padding="same", output_padding=(0, 0), kernel_regularizer=0.1
        ),
        KIND["LeakyReLU"](negative_slope=0.2),
        KIND["Resizing"](height=40, width=30, interpolation="bicubic", crop_to_aspect_ratio=True),
        KIND["Cropping2D"](cropping=((1, 2), (0, 3))),
        KIND["Permute"](dims=(2, 1, 3)),
        KIND["ReLU"](max_value=6.0, negative_slope=0.1, threshold=0.2),
        KIND["GlobalAveragePooling2D"](),
        KIND["ELU"](alpha=0.4),
        KIND["Dropout"](rate=0.5),
        KIND["Dense"](),
        KIND["Softmax"](),
    ),
)
"""Blocks that behave otherwise while training, and the ones that pull others along in exports."""


@pytest.fixture(scope="module")
def restless():
    """Its model, trained for a few steps so that moving averages and slopes are its own."""
    keras.utils.set_random_seed(2)
    model = build_model(RESTLESS)
    model.compile("adam", "sparse_categorical_crossentropy")
    data = load_data(RESTLESS, limit=200)
    model.fit(data.train_x[:128], data.train_y[:128], batch_size=32, verbose=0)
    return model


def test_restless_blocks_are_restless_only_while_training(restless, data):
    pictures = data.test_x[:50]
    still = np.asarray(restless(pictures, training=False))
    assert np.array_equal(still, np.asarray(restless(pictures, training=False)))
    assert np.allclose(still, restless.predict_on_batch(pictures), atol=1e-6)
    moved = np.asarray(restless(pictures, training=True))
    assert np.abs(moved - still).max() > 1e-3


@pytest.mark.parametrize(
    ("key", "name"), [("keras", "m.keras"), ("savedmodel", "model"), ("python", "train.py")]
)
def test_restless_blocks_rest_in_every_export(restless, data, tmp_path, key, name):
    """Resizing made whole models run as if training, in Keras's own exports."""
    before = restless.get_weights()
    result = export(restless, RESTLESS, key, tmp_path / name, data.test_x, data.test_y)
    assert result.proof.largest_difference < 1e-5
    assert result.proof.agreement == 1
    assert all(map(np.array_equal, before, restless.get_weights()))


@pytest.fixture
def liar(monkeypatch):
    """Formats that go wrong while writing, or write another model."""

    def use(key: str, writer) -> None:
        monkeypatch.setitem(FORMATS, key, msgspec.structs.replace(FORMATS[key], write=writer))

    return use


def test_an_export_that_predicts_otherwise_is_refused(write, liar, project, tmp_path):
    def other(model, project, path):
        build_model(project).save(path)

    liar("keras", other)
    (tmp_path / "m.keras").write_bytes(b"old")
    with pytest.raises(ExportError, match="predicts differently"):
        write("keras", tmp_path / "m.keras")
    assert (tmp_path / "m.keras").read_bytes() == b"old"
    assert left_in(tmp_path) == ["m.keras"]


def test_an_export_that_reads_files_otherwise_is_refused(write, monkeypatch, tmp_path):
    import core.export.serving

    def upside_down(values, held):
        return values[::-1]

    monkeypatch.setattr(core.export.serving, "_turned", upside_down)
    with pytest.raises(ExportError, match="answers PNG files otherwise than their pixels"):
        write("savedmodel", tmp_path / "model")
    assert left_in(tmp_path) == []


def test_files_of_other_kinds_are_refused_in_words(tmp_path):
    from core.export.serving import picture

    size = Input()
    read = tf.function(lambda file: picture(file, size), [tf.TensorSpec((), tf.string)])
    drawn = Image.linear_gradient("L")
    for kind in ("GIF", "BMP"):
        drawn.save(tmp_path / "a", kind)
        with pytest.raises(tf.errors.InvalidArgumentError, match="must be JPEG or PNG"):
            read((tmp_path / "a").read_bytes())


def test_a_disk_that_fills_leaves_the_old_file(write, liar, tmp_path):
    def full(model, project, path):
        path.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    liar("keras", full)
    (tmp_path / "m.keras").write_bytes(b"old")
    with pytest.raises(ExportError, match=r"the disk of .* is full \(about .* needed"):
        write("keras", tmp_path / "m.keras")
    assert (tmp_path / "m.keras").read_bytes() == b"old"
    assert left_in(tmp_path) == ["m.keras"]


def test_a_cancelled_export_leaves_nothing(write, tmp_path):
    with pytest.raises(ExportError, match="cancelled"):
        write("keras", tmp_path / "m.keras", cancelled=lambda: True)
    assert left_in(tmp_path) == []


@pytest.mark.parametrize("key", LATER)
def test_later_formats_say_so(write, tmp_path, key):
    with pytest.raises(ExportError, match=f"Export to {key} is not available yet"):
        write(key, tmp_path / "m")


def test_places_that_cannot_be_are_refused_before_any_work(write, tmp_path):
    with pytest.raises(ExportError, match="There is no folder"):
        write("keras", tmp_path / "gone" / "m.keras")
    with pytest.raises(ExportError, match=r"should end in \.keras"):
        write("keras", tmp_path / "m.h5")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").touch()
    with pytest.raises(ExportError, match="was left alone"):
        write("savedmodel", tmp_path / "mine")
    assert left_in(tmp_path / "mine") == ["thesis.txt"]
