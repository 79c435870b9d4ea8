"""Strided 1×1 convolutions in two steps are the layers that Keras makes."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core.blocks import CATALOGUE, Block, Shape, ShapeProblem
from core.keras_model import keras_layer
from tests import strategies

pytestmark = [
    pytest.mark.keras,
    # Keras reads TensorFlow variables in a way that numpy 2 will stop supporting.
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]


@pytest.fixture(autouse=True)
def _many_shapes(expect_log) -> None:
    expect_log("triggered tf.function retracing")


def pointwise(kind: str) -> st.SearchStrategy[Block]:
    """A 1×1 convolution with strides."""
    strides = st.tuples(st.integers(1, 3), st.integers(1, 3)).filter(lambda pair: max(pair) > 1)
    return st.builds(
        lambda block, pair: block.changed(
            kernel_size=(1, 1), strides=pair, dilation_rate=(1, 1), activation="tanh"
        ),
        strategies.block_of(CATALOGUE[kind]),
        strides,
    )


@pytest.mark.parametrize("kind", ["Conv2D", "Conv2DTranspose"])
@given(data=st.data(), shape=strategies.pictures(largest=9))
def test_values_are_keras_s(kind: str, data: st.DataObject, shape: Shape) -> None:
    block = data.draw(pointwise(kind))
    try:
        output = block.output_shape(shape)
    except ShapeProblem:
        assume(False)
    ours = keras_layer(block)
    theirs = type(ours).from_config(ours.get_config())
    random = np.random.default_rng(0)
    pictures = random.normal(size=(2, *shape)).astype("float32")
    ours.build((None, *shape))
    theirs.build((None, *shape))
    weights = [random.normal(size=weight.shape) for weight in ours.get_weights()]
    ours.set_weights(weights)
    theirs.set_weights(weights)
    values = keras.ops.convert_to_numpy(ours(pictures))
    assert values.shape == (2, *output)
    np.testing.assert_allclose(values, theirs(pictures), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("kind", ["Conv2D", "Conv2DTranspose"])
def test_files_hold_the_plain_layer(kind: str, tmp_path) -> None:
    block = CATALOGUE[kind](filters=2, kernel_size=(1, 1), strides=(2, 2), activation="relu")
    model = keras.Sequential([keras.Input((6, 5, 3)), keras_layer(block)])
    model.save(tmp_path / "m.keras")
    again = keras.models.load_model(tmp_path / "m.keras")
    pictures = np.random.default_rng(0).normal(size=(2, 6, 5, 3)).astype("float32")
    np.testing.assert_allclose(again(pictures), model(pictures), rtol=1e-5, atol=1e-6)
