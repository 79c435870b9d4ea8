"""Where each value goes, against numpy and Keras."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.blocks import CATALOGUE
from core.flatten_map import MAX_STEPS, FlattenMap, coordinates_of, flatten_map, place_of

SHAPES = st.lists(st.integers(1, 6), min_size=1, max_size=4).map(tuple)
PICTURES = st.tuples(st.integers(1, 6), st.integers(1, 6), st.integers(1, 6))


@given(SHAPES, st.data())
def test_places_are_numpy_s(shape, data):
    place = data.draw(st.integers(0, int(np.prod(shape)) - 1))
    coordinates = coordinates_of(place, shape)
    assert coordinates == tuple(map(int, np.unravel_index(place, shape)))
    assert place_of(coordinates, shape) == place


def test_channels_are_innermost():
    height, width, channels = 4, 5, 3
    assert place_of((2, 4, 1), (height, width, channels)) == (2 * width + 4) * channels + 1


@pytest.mark.parametrize("place", [-1, 12])
def test_a_place_outside_is_refused(place):
    with pytest.raises(IndexError, match=str(place)):
        coordinates_of(place, (2, 2, 3))


def test_coordinates_outside_are_refused():
    with pytest.raises(IndexError):
        place_of((0, 2, 0), (2, 2, 3))


@given(PICTURES, st.sampled_from(["Flatten", "GlobalAveragePooling2D", "GlobalMaxPooling2D"]))
def test_every_value_goes_to_one_element_and_back(shape, kind):
    mapping = flatten_map(CATALOGUE[kind](), shape)
    assert mapping is not None
    seen = [place for element in range(mapping.elements) for place in mapping.places_of(element)]
    assert sorted(seen) == list(range(int(np.prod(shape))))
    for element in range(mapping.elements):
        assert all(mapping.element_of(place) == element for place in mapping.places_of(element))


@given(PICTURES)
def test_gathering_is_numpy_s_over_rows_and_columns(shape):
    values = np.random.default_rng(1).normal(size=shape)
    flat = values.reshape(-1)
    mapping = FlattenMap("max", shape, shape[-1:])
    found = [flat[mapping.places_of(channel)].max() for channel in range(shape[-1])]
    assert np.array_equal(found, values.max(axis=(0, 1)))


@given(SHAPES)
def test_steps_are_few_rise_and_end_with_everything(shape):
    mapping = FlattenMap("order", shape, (int(np.prod(shape)),))
    steps = mapping.steps()
    assert len(steps) <= MAX_STEPS
    assert list(steps) == sorted(set(steps))
    assert steps[-1] == mapping.elements


def test_few_pixels_go_one_by_one_and_many_row_by_row():
    assert FlattenMap("order", (3, 3, 3), (27,)).steps() == tuple(range(3, 30, 3))
    assert FlattenMap("order", (13, 13, 4), (676,)).steps() == tuple(range(52, 700, 52))


def test_kinds_that_compute_have_no_map():
    assert flatten_map(CATALOGUE["Dense"](units=3), (4,)) is None


@pytest.mark.keras
def test_keras_lays_values_out_in_this_order():
    import keras

    shape = (3, 4, 2)
    values = np.arange(24, dtype=np.float32).reshape(1, *shape)
    flat = np.asarray(keras.layers.Flatten()(values))[0]
    again = np.asarray(keras.layers.Reshape((6, 4))(values))[0].reshape(-1)
    for place in range(24):
        where = coordinates_of(place, shape)
        assert flat[place] == again[place] == values[(0, *where)]


@pytest.mark.keras
@pytest.mark.parametrize("kind", ["GlobalAveragePooling2D", "GlobalMaxPooling2D"])
def test_keras_gathers_these_values(kind):
    import keras

    values = np.random.default_rng(2).normal(size=(1, 3, 4, 2)).astype(np.float32)
    gathered = np.asarray(getattr(keras.layers, kind)()(values))[0]
    mapping = flatten_map(CATALOGUE[kind](), (3, 4, 2))
    assert mapping is not None
    reduce = np.mean if mapping.gathers == "mean" else np.max
    for element in range(2):
        parts = values.reshape(-1)[mapping.places_of(element)]
        assert gathered[element] == pytest.approx(reduce(parts), abs=1e-6)
