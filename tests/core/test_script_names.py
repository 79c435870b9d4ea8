"""Names that the user gives beside those that Keras gives by itself: a script builds all the same.

In a script, layers without a name get Keras's: ``conv2d``, ``conv2d_1`` and so on.
"""

from __future__ import annotations

from collections.abc import Callable

import keras
import pytest

from core.blocks import CATALOGUE, Block, Input
from core.keras_code import write_layers
from core.keras_model import build_model
from core.project import Project

pytestmark = pytest.mark.keras

TAIL = (CATALOGUE["GlobalAveragePooling2D"](), CATALOGUE["Dense"](activation="softmax"))


def conv(name: str = "") -> Block:
    return CATALOGUE["Conv2D"](filters=3, kernel_size=(3, 3), padding="same", name=name)


def sum_of(*body: Block) -> Block:
    return CATALOGUE["Residual"](body=body)


def network(name: str = "") -> Block:
    return CATALOGUE["Backbone"](
        application="MobileNetV2 0.35", weights="none", frozen="nothing", name=name
    )


def larger() -> Block:
    return CATALOGUE["Resizing"](height=32, width=32)


def scaled(name: str = "") -> Block:
    return CATALOGUE["Rescaling"](scale=1.5, name=name)


STACKS: dict[str, Callable[[], tuple[Block, ...]]] = {
    "another kind's": lambda: (
        conv(),
        CATALOGUE["Dense"](units=3, name="conv2d"),
    ),
    "a number too early": lambda: (conv("conv2d_1"), conv(), conv()),
    "in a functional model": lambda: (sum_of(conv("conv2d_1"), conv()), conv()),
    "a merge's": lambda: (sum_of(conv("add_1")), sum_of(conv())),
    "the first layer's": lambda: (conv("rescaling_1"), scaled(), scaled("rescaling")),
    "the input's": lambda: (conv("input_layer"),),
    "the input's, functional": lambda: (sum_of(conv("input_layer")),),
    "a shortcut's": lambda: (
        sum_of(CATALOGUE["Conv2D"](filters=5, padding="same")),
        conv("batch_normalization"),
    ),
    "one network twice": lambda: (network(), conv(), larger(), network()),
    "a network side by side": lambda: (
        CATALOGUE["Parallel"](branches=((network(),), (network("mine"),))),
    ),
    "a network called as a layer": lambda: (network("conv2d"), conv()),
}


@pytest.mark.parametrize("what", STACKS)
def test_a_script_builds_whatever_blocks_are_called(what: str) -> None:
    stack = (*STACKS[what](), *TAIL)
    project = Project(input=Input(height=32, width=32, channels=3), stack=stack)
    keras.backend.clear_session()  # names are counted from 0, as in a fresh Python
    names: dict[str, object] = {"keras": keras, "layers": keras.layers}
    exec(compile(write_layers(project).text, "script", "exec"), names)
    theirs, ours = names["model"], build_model(project)
    assert [layer.count_params() for layer in theirs.layers if layer.weights] == [
        layer.count_params() for layer in ours.layers if layer.weights
    ]
    given = {block.name for _, block in project.walk()} - {"", "rescaling"}
    assert given <= {layer.name for layer in theirs.layers} | {"rescaling_1"}
