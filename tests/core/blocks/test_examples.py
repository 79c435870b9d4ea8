"""Worked examples, by hand: what each kind makes of a shape and what it costs.

Every kind has one here (``tests/test_house.py`` sees to that); Keras checks the rest.
"""

from __future__ import annotations

import re
from math import ceil, floor
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.blocks import CATALOGUE, Block, Shape, ShapeProblem, show_shape
from tests import strategies


class Example(NamedTuple):
    kind: str
    fields: dict[str, Any]
    arrives: Shape
    leaves: Shape
    parameters: int = 0
    multiply_adds: int = 0

    @property
    def block(self) -> Block:
        return CATALOGUE[self.kind](**self.fields)


EXAMPLES = [
    # 3·3·1 weights and a bias for each of 32 filters, at 26·26 places.
    Example("Conv2D", {}, (28, 28, 1), (26, 26, 32), 320, 26 * 26 * 9 * 32),
    Example("Conv2D", {"padding": "same"}, (28, 28, 3), (28, 28, 32), 896, 28 * 28 * 27 * 32),
    Example("Conv2D", {"strides": (2, 2)}, (28, 28, 1), (13, 13, 32), 320, 13 * 13 * 9 * 32),
    Example("Conv2D", {"dilation_rate": (2, 2)}, (28, 28, 1), (24, 24, 32), 320, 24 * 24 * 288),
    Example("Conv2D", {"groups": 4, "filters": 8}, (5, 5, 4), (3, 3, 8), 80, 9 * 72),
    Example("DepthwiseConv2D", {}, (28, 28, 3), (26, 26, 3), 30, 26 * 26 * 27),
    Example("SeparableConv2D", {}, (28, 28, 3), (26, 26, 32), 27 + 96 + 32, 26 * 26 * (27 + 96)),
    # A window for each value that arrives: 2·2·8 weights for each of 32 filters, at 7·7 places.
    Example(
        "Conv2DTranspose",
        {"kernel_size": (2, 2), "strides": (2, 2)},
        (7, 7, 8),
        (14, 14, 32),
        2 * 2 * 8 * 32 + 32,
        7 * 7 * 2 * 2 * 8 * 32,
    ),
    Example("Conv2DTranspose", {}, (7, 7, 1), (9, 9, 32), 320, 7 * 7 * 9 * 32),
    Example(
        "Conv2DTranspose",
        {"strides": (2, 2), "padding": "same", "output_padding": (0, 1), "filters": 1},
        (5, 5, 1),
        (9, 10, 1),
        10,
        25 * 9,
    ),
    Example("MaxPooling2D", {}, (13, 13, 8), (6, 6, 8)),
    Example("MaxPooling2D", {"padding": "same"}, (13, 13, 8), (7, 7, 8)),
    Example("AveragePooling2D", {"pool_size": (3, 3), "strides": (1, 1)}, (5, 6, 1), (3, 4, 1)),
    Example("GlobalAveragePooling2D", {}, (7, 7, 64), (64,)),
    Example("GlobalMaxPooling2D", {"keepdims": True}, (7, 7, 64), (1, 1, 64)),
    Example("Flatten", {}, (3, 3, 3), (27,)),
    Example("Reshape", {"target_shape": (7, -1)}, (28, 28, 1), (7, 112)),
    Example("Permute", {}, (28, 20, 3), (20, 28, 3)),
    Example("Permute", {"dims": (3, 1, 2)}, (28, 20, 3), (3, 28, 20)),
    Example("Cropping2D", {"cropping": ((1, 2), (3, 4))}, (28, 28, 3), (25, 21, 3)),
    # Twice as large: 2·2 pixels blended into each.  A quarter, antialiased: 8·8.
    Example("Resizing", {}, (16, 16, 3), (32, 32, 3), 0, 32 * 32 * 3 * 4),
    Example(
        "Resizing",
        {"height": 7, "width": 7, "antialias": True},
        (28, 28, 1),
        (7, 7, 1),
        0,
        7 * 7 * 8 * 8,
    ),
    Example("Resizing", {"interpolation": "nearest"}, (9, 9, 2), (32, 32, 2)),
    Example("ZeroPadding2D", {"padding": ((1, 2), (3, 4))}, (28, 28, 3), (31, 35, 3)),
    Example("UpSampling2D", {"size": (2, 3)}, (4, 4, 8), (8, 12, 8)),
    Example("Dense", {"units": 10}, (784,), (10,), 7_850, 7_840),
    Example("Dense", {"units": 10, "use_bias": False}, (5, 5, 3), (5, 5, 10), 30, 25 * 30),
    Example("Activation", {}, (26, 26, 32), (26, 26, 32)),
    Example("ReLU", {"max_value": 6.0}, (26, 26, 32), (26, 26, 32)),
    Example("LeakyReLU", {}, (26, 26, 32), (26, 26, 32)),
    Example("PReLU", {}, (26, 26, 32), (26, 26, 32), 26 * 26 * 32, 26 * 26 * 32),
    Example("PReLU", {"shared_axes": (1, 2)}, (26, 26, 32), (26, 26, 32), 32, 26 * 26 * 32),
    Example("ELU", {}, (128,), (128,)),
    Example("Softmax", {}, (10,), (10,)),
    Example("BatchNormalization", {}, (26, 26, 32), (26, 26, 32), 128, 26 * 26 * 32),
    Example("LayerNormalization", {}, (26, 26, 32), (26, 26, 32), 64, 26 * 26 * 32),
    Example("LayerNormalization", {"center": False, "scale": False}, (9, 2), (9, 2), 0, 18),
    Example("GroupNormalization", {}, (26, 26, 64), (26, 26, 64), 128, 26 * 26 * 64),
    Example("GroupNormalization", {"groups": -1, "scale": False}, (9, 6), (9, 6), 6, 54),
    Example("Rescaling", {"scale": 2.0}, (28, 28, 1), (28, 28, 1), 0, 784),
    Example("Dropout", {}, (128,), (128,)),
    Example("SpatialDropout2D", {}, (28, 28, 3), (28, 28, 3)),
    Example("GaussianNoise", {}, (128,), (128,)),
    Example("Group", {"body": (CATALOGUE["Flatten"](),)}, (3, 3, 3), (27,)),
    # An empty body: the input is added to itself.
    Example("Residual", {}, (8, 8, 4), (8, 8, 4)),
    # 3·3·4·8 + 8, and a projection of 1·1·4·8 with 4·8 of BatchNormalization.
    Example(
        "Residual",
        {"body": (CATALOGUE["Conv2D"](filters=8, padding="same"),)},
        (8, 8, 4),
        (8, 8, 8),
        296 + 32 + 32,
        64 * (288 + 32 + 8),
    ),
    Example("Repeat", {"body": (CATALOGUE["Dense"](units=4),)}, (4,), (4,), 40, 32),
    Example("Parallel", {}, (8, 8, 4), (8, 8, 8)),
    Example(
        "Parallel",
        {"branches": ((), (CATALOGUE["Conv2D"](kernel_size=(1, 1)),)), "merge": "concatenate"},
        (8, 8, 4),
        (8, 8, 36),
        160,
        64 * 128,
    ),
    # As keras.io counts it; 34,112 of the weights are moving averages.
    Example(
        "Backbone",
        {"application": "MobileNetV2", "frozen": "nothing"},
        (96, 96, 3),
        (3, 3, 1280),
        2_223_872 + 34_112,
        56_235_744,
    ),
    # 32 → 2 → 32, a bias each.
    Example("SqueezeExcite", {}, (8, 8, 32), (8, 8, 32), 64 + 2 + 64 + 32, 128),
]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: f"{e.kind}-{e.arrives}")
def test_example(example: Example) -> None:
    block = example.block
    assert block.output_shape(example.arrives) == example.leaves
    cost = block.cost(example.arrives)
    assert (cost.parameters, cost.multiply_adds) == (example.parameters, example.multiply_adds)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: f"{e.kind}-{e.arrives}")
def test_its_formulas_come_to_the_same(example: Example) -> None:
    total = f"{example.parameters:,}"
    words = example.block.parameter_formula(example.arrives)
    assert total in words if example.parameters else words == "no parameters"
    last = example.block.shape_formula(example.arrives).splitlines()[-1]
    assert f"{example.leaves[-1]:,}" in last


@pytest.mark.parametrize(
    ("kind", "fields", "arrives", "words"),
    [
        ("Conv2D", {"kernel_size": (5, 5)}, (3, 3, 8), "5×5 window of Conv2D is larger than the 3"),
        ("MaxPooling2D", {}, (1, 1, 8), "2×2 window of MaxPooling2D is larger than the 1 × 1"),
        ("Conv2D", {}, (784,), "Conv2D needs a picture"),
        ("Conv2D", {"strides": (2, 2), "dilation_rate": (2, 2)}, (28, 28, 1), "cannot be used"),
        ("Conv2D", {"groups": 3}, (28, 28, 4), "3 groups divide 4 input channels"),
        ("Reshape", {"target_shape": (5, -1)}, (28, 28, 1), "holds 784 values, 5 asks for"),
        ("BatchNormalization", {"axis": 3}, (784,), "no axis 3"),
        ("BatchNormalization", {"axis": 0}, (28, 28, 1), "0 is the batch"),
        ("LayerNormalization", {"axis": (-1, 3)}, (28, 28, 1), "the same axis twice"),
        ("GroupNormalization", {}, (28, 28, 48), "48 channels cannot be split evenly into 32"),
        ("GroupNormalization", {"groups": 0}, (28, 28, 8), "cannot be split evenly into 0"),
        ("GroupNormalization", {"axis": 4}, (28, 28, 32), "no axis 4"),
        ("Softmax", {"axis": (1, -1)}, (10,), "Softmax names the same axis twice"),
        ("Softmax", {"axis": (-4,)}, (28, 28, 1), "0 is the batch"),
        ("PReLU", {"shared_axes": (1, 2)}, (10,), "PReLU has no axis 2 to share slopes along: 10"),
        ("Permute", {}, (10,), "Permute to axes 2, 1, 3 does not go with 10"),
        ("Permute", {"dims": (1, 1, 2)}, (4, 4, 2), "whose axes are 1, 2, 3"),
        ("Cropping2D", {"cropping": ((2, 1), (0, 0))}, (3, 9, 1), "cuts off 3 rows and 0 columns"),
        (
            "Resizing",
            {"crop_to_aspect_ratio": True, "pad_to_aspect_ratio": True},
            (9, 9, 1),
            "both to crop and to pad",
        ),
        ("Backbone", {}, (28, 28, 1), "MobileNetV2 takes pictures of at least 32 × 32 pixels, but"),
        ("Backbone", {"application": "InceptionV3"}, (74, 96, 3), "at least 75 × 75 pixels"),
        ("Backbone", {}, (96, 96, 8), "takes pictures of 3 channels, but 8 arrive"),
        ("Backbone", {"frozen": "mixed7"}, (96, 96, 3), "no layer “mixed7” to freeze up to"),
        ("Backbone", {}, (10,), "Backbone needs a picture"),
        ("Resizing", {}, (10,), "Resizing needs a picture"),
        ("SpatialDropout2D", {}, (10,), "SpatialDropout2D needs a picture"),
        (
            "Conv2DTranspose",
            {"strides": (2, 2), "dilation_rate": (2, 2)},
            (9, 9, 1),
            "cannot be used together in Conv2DTranspose",
        ),
        (
            "Conv2DTranspose",
            {"output_padding": (1, 0)},
            (9, 9, 1),
            "Output padding 1×0 is not smaller than the strides 1×1",
        ),
        (
            "Conv2DTranspose",
            {"kernel_size": (2, 2), "padding": "same", "output_padding": (0, 0)},
            (9, 9, 1),
            "output padding 0 does not go with the even 2×2 window",
        ),
    ],
)
def test_refusals_name_the_block_and_the_shapes(
    kind: str, fields: dict, arrives: Shape, words: str
) -> None:
    with pytest.raises(ShapeProblem) as caught:
        CATALOGUE[kind](**fields).output_shape(arrives)
    assert words in f"{caught.value.message} {caught.value.reason}"


def worked_out(text: str) -> float:
    """The value of one side of a formula, such as ``⌊(28 − 3) / 1⌋ + 1``."""
    plain = text.replace("×", "*").replace("−", "-").replace(",", "")
    for opening, closing, name in (("⌊", "⌋", "floor"), ("⌈", "⌉", "ceil")):
        plain = plain.replace(opening, f"{name}(").replace(closing, ")")
    return eval(plain, {"floor": floor, "ceil": ceil})


@pytest.mark.parametrize("kind", CATALOGUE)
@given(data=st.data())
def test_formulas_of_any_block_come_out(kind: str, data: st.DataObject) -> None:
    """Both sides of every = are equal, the last is what the block says, and shapes are named."""
    shape, block = data.draw(strategies.arrivals(CATALOGUE[kind]))
    try:
        output = block.output_shape(shape)
    except ShapeProblem:
        return
    words = block.parameter_formula(shape)
    parameters = block.cost(shape).parameters
    assert (words == "no parameters") == (parameters == 0)
    if parameters:
        first, total = words.split(", ")[0].split(" = ")  # "…, 64 not trained" may follow
        assert worked_out(first) == worked_out(total) == parameters
    lines = block.shape_formula(shape).splitlines()
    for side, line in enumerate(lines[:2]):
        found = re.fullmatch(r"(height|width) (.+) = (\d+)", line)
        if found:
            assert worked_out(found[2]) == int(found[3]) == output[side]
    assert show_shape(output) in lines[-1] or f"{output[-1]:,}" in lines[-1]


PAGES = {
    "Conv2D": "convolution_layers/convolution2d",
    "DepthwiseConv2D": "convolution_layers/depthwise_convolution2d",
    "SeparableConv2D": "convolution_layers/separable_convolution2d",
    "Conv2DTranspose": "convolution_layers/convolution2d_transpose",
    "MaxPooling2D": "pooling_layers/max_pooling2d",
    "AveragePooling2D": "pooling_layers/average_pooling2d",
    "GlobalAveragePooling2D": "pooling_layers/global_average_pooling2d",
    "GlobalMaxPooling2D": "pooling_layers/global_max_pooling2d",
    "Flatten": "reshaping_layers/flatten",
    "Reshape": "reshaping_layers/reshape",
    "Permute": "reshaping_layers/permute",
    "Cropping2D": "reshaping_layers/cropping2d",
    "ZeroPadding2D": "reshaping_layers/zero_padding2d",
    "UpSampling2D": "reshaping_layers/up_sampling2d",
    "Resizing": "preprocessing_layers/image_preprocessing/resizing",
    "Rescaling": "preprocessing_layers/image_preprocessing/rescaling",
    "Dense": "core_layers/dense",
    "Activation": "core_layers/activation",
    "ReLU": "activation_layers/relu",
    "LeakyReLU": "activation_layers/leaky_relu",
    "PReLU": "activation_layers/prelu",
    "ELU": "activation_layers/elu",
    "Softmax": "activation_layers/softmax",
    "BatchNormalization": "normalization_layers/batch_normalization",
    "LayerNormalization": "normalization_layers/layer_normalization",
    "GroupNormalization": "normalization_layers/group_normalization",
    "Dropout": "regularization_layers/dropout",
    "SpatialDropout2D": "regularization_layers/spatial_dropout2d",
    "GaussianNoise": "regularization_layers/gaussian_noise",
}
"""Where keras.io keeps each layer's page: the paths in the sources of that site."""


@pytest.mark.parametrize(("kind", "page"), PAGES.items())
def test_keras_s_page_is_where_keras_keeps_it(kind: str, page: str) -> None:
    assert CATALOGUE[kind].keras_page() == f"https://keras.io/api/layers/{page}/"
