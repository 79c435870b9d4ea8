"""Keras as the oracle: what our rules say of a block or a stack is what Keras does.

A block that Keras refuses, while building or while running, or that leaves an axis without values,
must be a `ShapeProblem` of ours, and the other way round.
"""

from __future__ import annotations

from typing import NamedTuple

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.analysis import analyse
from core.blocks import (
    CATALOGUE,
    Block,
    Composite,
    Container,
    Shape,
    ShapeProblem,
    values_in,
)
from core.graph import lower_stack
from core.keras_model import DesignError, build_model, built_blocks, connected, keras_layer
from core.passing import MAX_VALUES
from core.project import Project, block_names
from tests import strategies

pytestmark = [
    pytest.mark.keras,
    # A drawn stack may well end in one unit with softmax.
    pytest.mark.filterwarnings("ignore:You are using a softmax over axis"),
]


@pytest.fixture(autouse=True)
def _many_shapes(expect_log) -> None:
    """Keras compiles grouped convolutions anew for each shape, and TensorFlow remarks on it."""
    expect_log("triggered tf.function retracing")


REFUSALS = (DesignError, ValueError, TypeError, IndexError, ZeroDivisionError)


class Weights(NamedTuple):
    trainable: int
    non_trainable: int


def weights_of(layer: keras.layers.Layer) -> Weights:
    """How many values a built layer holds."""
    return Weights(
        sum(values_in(tuple(weight.shape)) for weight in layer.trainable_weights),
        sum(values_in(tuple(weight.shape)) for weight in layer.non_trainable_weights),
    )


def by_keras(block: Block, shape: Shape) -> tuple[Shape, Weights] | None:
    """The shape that leaves and the weights, by building and by running; None if Keras refuses."""
    # TensorFlow's own errors derive from Exception alone, and running may raise many kinds.
    try:
        layer = made(block, shape)
        symbolic = tuple(layer(keras.Input(shape)).shape[1:])
    except REFUSALS:
        return None
    if any(mixes_pictures(one) for one in getattr(layer, "layers", [layer])):
        return None
    try:
        ran = tuple(layer(np.zeros((2, *shape), "float32")).shape)
    except Exception:
        return None
    if min(ran) < 1:
        return None
    assert ran[0] == 2, "the batch axis stays"
    assert symbolic == ran[1:], "Keras agrees with itself"
    return ran[1:], weights_of(layer)


def made(block: Block, shape: Shape) -> keras.layers.Layer:
    """The block in Keras; what comes to several layers as a model of its own."""
    if not isinstance(block, Composite | Container):
        return keras_layer(block)
    start = keras.Input(shape)
    names = block_names(Project(stack=(block,)))
    return keras.Model(start, connected(lower_stack((block,), shape, names), start))


def mixes_pictures(layer: keras.layers.Layer) -> bool:
    """Whether a layer works along the batch axis, which Keras lets through in rare cases.

    A model's answer would depend on the other pictures of the batch, so we always refuse.  Resizing
    does so when two axes arrive: it takes the pictures of the batch for the rows of one picture.
    """
    axis = getattr(layer, "axis", -1)
    axes = axis if isinstance(axis, tuple | list) else (axis,)
    # Merging layers take several inputs, all with as many axes as their output.
    rank = len(layer.output.shape)
    return 0 in axes or -rank in axes or layer.output.shape[0] is not None


def by_us(block: Block, shape: Shape) -> tuple[Shape, Weights] | None:
    """The shape that leaves and the weights by our rules; None for a problem."""
    try:
        output = block.output_shape(shape)
    except ShapeProblem:
        return None
    cost = block.cost(shape)
    return output, Weights(cost.trainable, cost.non_trainable)


def refused_by_rule(block: Block, shape: Shape) -> bool:
    """Whether a block of several layers refuses a shape; Keras has no such block to ask.

    It does where a block inside does, which is asked by itself, and where ends do not fit: there
    Keras's merges would now and then repeat an axis of size 1, which nobody means.
    """
    return isinstance(block, Composite | Container) and by_us(block, shape) is None


@pytest.mark.parametrize("kind", CATALOGUE)
@given(data=st.data())
def test_a_block_does_what_keras_does(kind: str, data: st.DataObject) -> None:
    shape, block = data.draw(strategies.arrivals(CATALOGUE[kind]))
    if not refused_by_rule(block, shape):
        assert by_us(block, shape) == by_keras(block, shape)


@given(strategies.stacks())
def test_a_stack_does_what_keras_does(drawn: tuple) -> None:
    picture, stack = drawn
    project = Project(input=picture, stack=stack)
    analysis = analyse(project)
    bad = next((i for i, report in enumerate(analysis.blocks) if report.output is None), None)
    if bad is not None:
        report = analysis.blocks[bad]
        too_large = any("values" in problem.message for problem in analysis.problems)
        if not refused_by_rule(report.block, report.input):
            assert too_large or by_keras(report.block, report.input) is None
        project = project.changed(stack=stack[:bad])
    analysis = analyse(project)
    if any(problem.code == "empty" for problem in analysis.problems):
        return
    model = build_model(project)
    built = built_blocks(model, project)
    for path, report in analysis.walk():
        if path in built and report.input is not None:
            assert (report.output, report.cost.parameters) == built[path], path
    assert weights_of(model) == Weights(analysis.cost.trainable, analysis.cost.non_trainable)
    pictures = np.zeros((2, *picture.shape), "uint8")
    assert tuple(model(pictures, training=False).shape) == (2, *analysis.output)


def test_sizes_that_no_tensor_can_have_are_refused() -> None:
    """Far past what is run here: the product of a picture's sizes over 2^31 and over 2^63."""
    enlarge = CATALOGUE["UpSampling2D"](size=(64, 64))
    project = Project(stack=(enlarge,) * 6)
    errors = [problem for problem in analyse(project).problems if problem.code == "shape"]
    assert [error.path for error in errors] == [(1,)]
    assert 28 * 28 * 64**4 > MAX_VALUES > 28 * 28 * 64**2


class TestFlatten:
    """The mistake in many tutorials: a bare picture taken for a batch."""

    def test_one_picture_is_a_batch_of_one(self) -> None:
        pictures = np.arange(27).reshape(1, 3, 3, 3)
        assert tuple(keras.layers.Flatten()(pictures).shape) == (1, 27)
        assert CATALOGUE["Flatten"]().output_shape((3, 3, 3)) == (27,)

    def test_keras_takes_the_first_axis_of_a_bare_picture_for_the_batch(self) -> None:
        picture = np.arange(27).reshape(3, 3, 3)
        assert tuple(keras.layers.Flatten()(picture).shape) == (3, 9)

    def test_values_come_row_by_row_then_column_then_channel(self) -> None:
        height, width, channels = 4, 5, 3
        picture = np.zeros((height, width, channels), "float32")
        for row in range(height):
            for column in range(width):
                for channel in range(channels):
                    picture[row, column, channel] = (row * width + column) * channels + channel
        flat = keras.ops.convert_to_numpy(keras.layers.Flatten()(picture[None]))[0]
        assert flat.tolist() == list(range(height * width * channels))

    def test_its_page_says_so(self) -> None:
        page = CATALOGUE["Flatten"].__doc__
        assert "(1, 27)" in page
        assert "(3, 9)" in page
