"""Every kind through a file and through its script: what comes back is the same block.

That it does what Keras does is ``test_against_keras.py``, its page of help
``tests/gui/help/test_help.py``, its card ``tests/gui/design/test_golden_cards.py``; all walk the
same catalogue.  The scripts are carried out in this process: one import of Keras for all of them.
"""

from __future__ import annotations

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.blocks import CATALOGUE, Block, Input, Role, Shape, ShapeProblem
from core.keras_code import write_script
from core.keras_model import build_model
from core.project import Project
from core.project_file import decode_project, encode_project
from tests import strategies

CHANNELS = 8
"""What arrives: enough for blocks that work in groups."""

SMALL = tuple(name for name, kind in CATALOGUE.items() if kind.role is not Role.PRETRAINED)
"""All but Backbone, whose script is run in ``test_backbone.py``: whole networks are slow."""


def reached(block: Block, size: Input) -> Project:
    """A project in which a picture of `CHANNELS` reaches the block."""
    first = CATALOGUE["Conv2D"](filters=CHANNELS, kernel_size=(1, 1))
    return Project(input=size, stack=(first, block))


@st.composite
def working(draw: st.DrawFn, kind: str) -> Project:
    """A project with a block of a kind that can take what arrives."""
    size = Input(height=draw(st.integers(4, 12)), width=draw(st.integers(4, 12)), channels=3)
    shape = (size.height, size.width, CHANNELS)
    for _ in range(8):
        block = draw(strategies.regrouping(shape, draw(strategies.block_of(CATALOGUE[kind]))))
        if fits(block, shape):
            return reached(block, size)
    return reached(CATALOGUE[kind].fresh(), size)


def fits(block: Block, shape: Shape) -> bool:
    """Whether a block can take a shape, and makes no more of it than is quickly run."""
    try:
        return np.prod(block.output_shape(shape)) <= strategies.MANY
    except ShapeProblem:
        return False


def layers_of(model: keras.Model) -> list[tuple[str, Shape, int]]:
    """Kind, output shape and weights of each layer."""
    return [
        (type(layer).__name__, tuple(layer.output.shape[1:]), layer.count_params())
        for layer in model.layers
        if not isinstance(layer, keras.layers.InputLayer)
    ]


def model_of_script(project: Project) -> keras.Model:
    """What the generated script's ``build_model`` returns."""
    names: dict[str, object] = {"__name__": "script"}
    exec(compile(write_script(project).text, "script.py", "exec"), names)
    return names["build_model"]()


@pytest.mark.parametrize("kind", CATALOGUE)
@settings(max_examples=30)
@given(data=st.data())
def test_a_file_gives_the_block_back(kind: str, data: st.DataObject) -> None:
    block = data.draw(strategies.block_of(CATALOGUE[kind]))
    marked = block.changed(name="marked", disabled=data.draw(st.booleans()))
    project = Project(stack=(block, marked, CATALOGUE["Group"](body=(block,), collapsed=True)))
    assert decode_project(encode_project(project)) == project


@pytest.mark.parametrize("kind", CATALOGUE)
def test_a_block_fresh_from_the_palette_comes_back_from_a_file(kind: str) -> None:
    project = Project(stack=(CATALOGUE[kind].fresh(),))
    assert decode_project(encode_project(project)) == project


@pytest.mark.keras
@pytest.mark.filterwarnings("ignore:You are using a softmax over axis")
@pytest.mark.parametrize("kind", SMALL)
@settings(max_examples=5)
@given(data=st.data())
def test_the_script_makes_the_same_model(kind: str, data: st.DataObject) -> None:
    project = data.draw(working(kind))
    ours, theirs = build_model(project), model_of_script(project)
    assert layers_of(theirs) == layers_of(ours)
    # With the same weights it gives the same answers, so no argument was lost on the way.
    theirs.set_weights(ours.get_weights())
    pictures = np.random.default_rng(1).integers(0, 256, (2, *project.input.shape), np.uint8)
    answers = (np.asarray(model(pictures, training=False)) for model in (ours, theirs))
    np.testing.assert_allclose(*answers, rtol=1e-4, atol=1e-5)
