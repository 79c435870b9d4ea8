"""Receptive fields against Keras: the pixels whose change changes one output value."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from core.analysis import analyse
from core.blocks import CATALOGUE, Block, Input
from core.keras_model import keras_layer
from core.project import Project
from tests import strategies

pytestmark = [pytest.mark.keras]

SIDE = 48
"""Pictures large enough that a field in the middle meets no rim."""


@pytest.fixture(autouse=True)
def _many_shapes(expect_log) -> None:
    expect_log("triggered tf.function retracing")


def field_by_gradient(stack: tuple[Block, ...], shape: tuple[int, int, int]) -> tuple[int, int]:
    """(height, width) of the pixels that some output in the middle depends on: the largest."""
    layers = [keras_layer(block) for block in stack]
    picture = tf.ones((1, *shape))
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(picture)
        values = picture
        for layer in layers:
            layer.build(values.shape)
            layer.set_weights([np.ones(weight.shape) for weight in layer.get_weights()])
            values = layer(values)
        middle = values.shape[1] // 2, values.shape[2] // 2
        rows, columns = (
            range(max(0, m - 3), min(m + 4, n))
            for m, n in zip(middle, values.shape[1:3], strict=True)
        )
        outputs = [values[0, row, middle[1], 0] for row in rows]
        outputs += [values[0, middle[0], column, 0] for column in columns]
    sizes = [(0, 0)]
    for output in outputs:
        touched = np.abs(tape.gradient(output, picture).numpy()[0]).sum(axis=-1) > 0
        spans = (np.flatnonzero(touched.any(axis=1)), np.flatnonzero(touched.any(axis=0)))
        sizes.append(tuple(int(span[-1] - span[0]) + 1 if span.size else 0 for span in spans))
    return max(size[0] for size in sizes), max(size[1] for size in sizes)


def windows() -> st.SearchStrategy[Block]:
    """Blocks that move a window, made plain: a maximum passes on one pixel's gradient only."""
    kinds = ("Conv2D", "DepthwiseConv2D", "SeparableConv2D", "AveragePooling2D")
    drawn = st.sampled_from(kinds).flatmap(lambda kind: strategies.block_of(CATALOGUE[kind]))
    return drawn.map(
        lambda block: block.changed(activation="linear") if hasattr(block, "activation") else block
    )


@settings(max_examples=25)
@given(st.lists(windows(), min_size=1, max_size=4).map(tuple))
def test_windows(stack: tuple[Block, ...]) -> None:
    project = Project(input=Input(height=SIDE, width=SIDE), stack=stack)
    report = analyse(project).blocks[-1]
    assume(report.output is not None and max(report.receptive_field) < SIDE // 2)
    # Outputs so few that those in the middle already see zeros beyond the rim are left out.
    assume(min(report.output[:2]) >= 5 or all(block.padding == "valid" for block in stack))
    assert field_by_gradient(stack, project.input.shape) == report.receptive_field


@pytest.mark.parametrize("size", [1, 2, 3])
@pytest.mark.parametrize("window", [1, 2, 3, 4, 5])
def test_enlarged_pictures_show_less_in_each_window(size: int, window: int) -> None:
    stack = (
        CATALOGUE["UpSampling2D"](size=(size, size)),
        CATALOGUE["Conv2D"](filters=1, kernel_size=(window, window)),
    )
    project = Project(input=Input(height=SIDE, width=SIDE), stack=stack)
    report = analyse(project).blocks[-1]
    assert field_by_gradient(stack, project.input.shape) == report.receptive_field


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("window", [1, 2, 3, 4, 5])
def test_transposed_windows(window: int, stride: int, padding: str) -> None:
    block = CATALOGUE["Conv2DTranspose"](
        filters=1, kernel_size=(window, window), strides=(stride, stride), padding=padding
    )
    project = Project(input=Input(height=SIDE, width=SIDE), stack=(block,))
    report = analyse(project).blocks[-1]
    assert field_by_gradient((block,), project.input.shape) == report.receptive_field


@pytest.mark.parametrize(
    "fields", [{}, {"crop_to_aspect_ratio": True}, {"interpolation": "bicubic"}]
)
@pytest.mark.parametrize("antialias", [False, True])
@pytest.mark.parametrize(("height", "width"), [(12, 20), (16, 8), (60, 96)])
def test_resizing_sees_no_further_than_it_says(
    height: int, width: int, antialias: bool, fields: dict
) -> None:
    """Weights at the rim of a blend may be zero; antialiased, at most one on each side is."""
    block = CATALOGUE["Resizing"](height=height, width=width, antialias=antialias, **fields)
    project = Project(input=Input(height=SIDE, width=SIDE), stack=(block,))
    report = analyse(project).blocks[-1]
    seen = field_by_gradient((block,), project.input.shape)
    for found, told in zip(seen, report.receptive_field, strict=True):
        assert found <= told
        assert found >= told - 2 or not antialias


def test_cropping_and_permuting_see_no_further() -> None:
    stack = (
        CATALOGUE["Conv2D"](filters=2),
        CATALOGUE["Cropping2D"](cropping=((2, 0), (1, 3))),
        CATALOGUE["Permute"](),
        CATALOGUE["Conv2D"](filters=2),
    )
    project = Project(input=Input(height=SIDE, width=SIDE), stack=stack)
    assert [report.receptive_field for report in analyse(project).blocks] == [
        (3, 3),
        (3, 3),
        (3, 3),
        (5, 5),
    ]
    assert field_by_gradient(stack, project.input.shape) == (5, 5)


def test_flatten_sees_the_whole_picture() -> None:
    project = Project(stack=(CATALOGUE["Conv2D"](), CATALOGUE["Flatten"]()))
    assert [report.receptive_field for report in analyse(project).blocks] == [(3, 3), (28, 28)]


def test_a_maximum_reaches_as_far_as_an_average() -> None:
    for fields in ({}, {"pool_size": (3, 2), "strides": (1, 1)}):
        one, other = (CATALOGUE[f"{kind}Pooling2D"](**fields) for kind in ("Max", "Average"))
        assert one.reach((9, 9, 1)) == other.reach((9, 9, 1))
