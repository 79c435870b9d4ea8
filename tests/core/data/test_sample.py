"""Single pictures to look at."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from core.blocks import Input
from core.data.errors import DataError
from core.data.load import folder_source, load_data
from core.data.picture import PictureError
from core.data.sample import picture_at
from core.project_file import starter


def test_mnist_gives_its_test_pictures():
    data = load_data(starter())
    sample = picture_at(starter(), 5)
    assert np.array_equal(sample.pixels, data.test_x[5])
    assert sample.class_name == data.class_names[data.test_y[5]]
    assert (sample.index, sample.count) == (5, 10_000)


def test_numbers_go_round():
    assert picture_at(starter(), -1).index == 9_999
    assert picture_at(starter(), 10_000).index == 0


def test_mnist_of_another_size_is_refused():
    with pytest.raises(DataError, match="28"):
        picture_at(starter().changed(input=Input(height=32, width=32, channels=3)), 0)


@pytest.fixture
def pets(tmp_path):
    for name, grey in (("cat", 10), ("dog", 200)):
        (tmp_path / name).mkdir()
        for number in range(3):
            Image.new("L", (8, 8), grey + number).save(tmp_path / name / f"{number}.png")
    return tmp_path


def project_on(folder):
    return starter().changed(input=Input(height=4, width=4, channels=1), data=folder_source(folder))


def test_neighbours_in_a_folder_are_of_different_classes(pets):
    samples = [picture_at(project_on(pets), index) for index in range(4)]
    assert [sample.class_name for sample in samples] == ["cat", "dog", "cat", "dog"]
    assert [int(sample.pixels[0, 0, 0]) for sample in samples] == [10, 200, 11, 201]
    assert samples[0].count == 6


def test_a_damaged_picture_is_named(pets):
    project = project_on(pets)
    (pets / "dog" / "0.png").write_bytes(b"")
    with pytest.raises(PictureError, match=r"0\.png is empty"):
        picture_at(project, 1)
