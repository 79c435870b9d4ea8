"""What ready-made sets look like, and who made them."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from core.data.errors import DataError
from core.data.mnist import load_mnist
from core.data.set_files import FILES, MAKERS, download_bytes, host_of
from core.data.set_samples import FEW, set_samples
from core.data.source import CIFAR10, KERAS_SETS, MNIST


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("LAYERLOOM_HOME", str(tmp_path))
    return tmp_path


def test_each_class_has_a_strip_of_its_own_pictures_and_its_true_counts():
    samples = set_samples(MNIST())
    pictures, labels, _, test_labels = load_mnist()
    assert samples.train == tuple(np.bincount(labels))
    assert samples.test == tuple(np.bincount(test_labels))
    strip = np.asarray(Image.open(samples.strips[7]))
    assert strip.shape == (28, 28 * FEW)
    assert np.array_equal(strip[:, :28], pictures[labels == 7][0, ..., 0])


def test_strips_are_made_once_and_again_when_one_is_gone(home):
    first = set_samples(MNIST())
    stamps = [(home / "samples/mnist" / f"{kind}.png").stat().st_mtime_ns for kind in range(10)]
    assert set_samples(MNIST()) == first
    assert [
        (home / "samples/mnist" / f"{kind}.png").stat().st_mtime_ns for kind in range(10)
    ] == stamps
    (home / "samples/mnist/3.png").unlink()
    set_samples(MNIST())
    assert (home / "samples/mnist/3.png").is_file()


def test_a_set_that_was_not_downloaded_is_said():
    with pytest.raises(DataError, match="CIFAR-10 has not been downloaded yet"):
        set_samples(CIFAR10())


def test_every_set_names_its_makers_its_size_and_where_it_is_from():
    assert set(MAKERS) == {"mnist", *KERAS_SETS}
    assert set(FILES) == set(KERAS_SETS)
    assert download_bytes("fashion-mnist") == 30_878_645
    assert host_of("cifar-10") == "www.cs.toronto.edu"
