"""Worked examples, by hand: what each kind makes of a shape and what it costs.

Every kind has one here (``tests/test_house.py`` sees to that); Keras checks the rest.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from core.blocks import CATALOGUE, Block, Shape, ShapeProblem


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
    Example("MaxPooling2D", {}, (13, 13, 8), (6, 6, 8)),
    Example("MaxPooling2D", {"padding": "same"}, (13, 13, 8), (7, 7, 8)),
    Example("AveragePooling2D", {"pool_size": (3, 3), "strides": (1, 1)}, (5, 6, 1), (3, 4, 1)),
    Example("GlobalAveragePooling2D", {}, (7, 7, 64), (64,)),
    Example("GlobalMaxPooling2D", {"keepdims": True}, (7, 7, 64), (1, 1, 64)),
    Example("Flatten", {}, (3, 3, 3), (27,)),
    Example("Reshape", {"target_shape": (7, -1)}, (28, 28, 1), (7, 112)),
    Example("ZeroPadding2D", {"padding": ((1, 2), (3, 4))}, (28, 28, 3), (31, 35, 3)),
    Example("UpSampling2D", {"size": (2, 3)}, (4, 4, 8), (8, 12, 8)),
    Example("Dense", {"units": 10}, (784,), (10,), 7_850, 7_840),
    Example("Dense", {"units": 10, "use_bias": False}, (5, 5, 3), (5, 5, 10), 30, 25 * 30),
    Example("Activation", {}, (26, 26, 32), (26, 26, 32)),
    Example("BatchNormalization", {}, (26, 26, 32), (26, 26, 32), 128, 26 * 26 * 32),
    Example("LayerNormalization", {}, (26, 26, 32), (26, 26, 32), 64, 26 * 26 * 32),
    Example("Dropout", {}, (128,), (128,)),
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
    ],
)
def test_refusals_name_the_block_and_the_shapes(
    kind: str, fields: dict, arrives: Shape, words: str
) -> None:
    with pytest.raises(ShapeProblem) as caught:
        CATALOGUE[kind](**fields).output_shape(arrives)
    assert words in f"{caught.value.message} {caught.value.reason}"
