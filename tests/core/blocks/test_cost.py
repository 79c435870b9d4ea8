"""Multiply-adds are counted, one by one, in a convolution written out as loops.

That the loops are right is shown by their values: they equal Keras's.
"""

from __future__ import annotations

import itertools

import keras
import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from core.blocks import CATALOGUE, Block, Shape, ShapeProblem
from core.keras_model import keras_layer
from tests import strategies

pytestmark = [pytest.mark.keras]


@pytest.fixture(autouse=True)
def _many_shapes(expect_log) -> None:
    expect_log("triggered tf.function retracing")


def by_loops(
    block: Block, picture: np.ndarray, kernel: np.ndarray, output: Shape, groups: int
) -> tuple[np.ndarray, int]:
    """A convolution's values without bias, and how many products were added up for them.

    Args:
        block: Gives strides, dilation and padding.
        picture: (height, width, channels).
        kernel: (rows, columns, channels of a group, filters), filters ordered by group.
        output: (height, width, filters).
        groups: Parts that the channels are split into.
    """
    rows, columns, depth, filters = kernel.shape
    height, width, _ = picture.shape
    before = [0, 0]
    if block.padding == "same":
        spans = [block.dilation_rate[i] * (kernel.shape[i] - 1) + 1 for i in (0, 1)]
        sizes = zip(output, block.strides, spans, (height, width), strict=False)
        # As TensorFlow: the smaller half of the zeros goes before.
        before = [max((o - 1) * s + span - size, 0) // 2 for o, s, span, size in sizes]
    result, products = np.zeros(output), 0
    for y, x, f in np.ndindex(output):
        first = f // (filters // groups) * depth
        for r, c, channel in itertools.product(range(rows), range(columns), range(depth)):
            at_y = y * block.strides[0] + r * block.dilation_rate[0] - before[0]
            at_x = x * block.strides[1] + c * block.dilation_rate[1] - before[1]
            inside = 0 <= at_y < height and 0 <= at_x < width
            value = picture[at_y, at_x, first + channel] if inside else 0.0
            result[y, x, f] += value * kernel[r, c, channel, f]
            products += 1
    return result, products


@pytest.mark.parametrize("kind", ["Conv2D", "DepthwiseConv2D", "SeparableConv2D"])
# Small pictures, so that loops can count: many drawn windows do not fit into them.
@settings(max_examples=15, suppress_health_check=[HealthCheck.filter_too_much])
@given(data=st.data())
def test_multiply_adds_are_the_products_of_a_convolution(kind: str, data: st.DataObject) -> None:
    block = data.draw(strategies.block_of(CATALOGUE[kind]))
    block = block.changed(activation="linear", use_bias=False)
    shape = data.draw(strategies.pictures(largest=7, channels=4))
    try:
        output = block.output_shape(shape)
        cost = block.cost(shape)
    except ShapeProblem:
        assume(False)
    assume(cost.multiply_adds < 20_000)
    layer = keras_layer(block)
    layer.build((None, *shape))
    random = np.random.default_rng(0)
    layer.set_weights([random.normal(size=w.shape) for w in layer.get_weights()])
    picture = random.normal(size=shape)
    kernels = layer.get_weights()
    values, products = picture, 0
    if kind != "Conv2D":
        depthwise = kernels.pop(0)
        channels, multiplier = depthwise.shape[2:]
        joined = depthwise.reshape(*depthwise.shape[:2], 1, channels * multiplier)
        middle = (*output[:2], channels * multiplier)
        values, products = by_loops(block, values, joined, middle, channels)
    if kernels:
        pointwise = kind == "SeparableConv2D"
        plain = block.changed(strides=(1, 1), padding="valid") if pointwise else block
        groups = getattr(block, "groups", 1)
        values, more = by_loops(plain, values, kernels[0], output, groups)
        products += more
    expected = keras.ops.convert_to_numpy(layer(picture[None].astype("float32")))[0]
    np.testing.assert_allclose(values, expected, rtol=1e-4, atol=1e-4)
    assert cost.multiply_adds == products


@given(st.lists(st.integers(1, 4), min_size=1, max_size=3).map(tuple), st.integers(1, 5))
def test_multiply_adds_of_dense_are_its_products(shape: Shape, units: int) -> None:
    products = 0
    for _place in np.ndindex(shape[:-1]):
        for _unit, _value in itertools.product(range(units), range(shape[-1])):
            products += 1
    assert CATALOGUE["Dense"](units=units).cost(shape).multiply_adds == products
