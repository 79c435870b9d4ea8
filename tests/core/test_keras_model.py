"""Projects as Keras models: names, order, pixels in, refusals in words."""

from __future__ import annotations

import numpy as np
import pytest

from core.blocks import CATALOGUE, Input
from core.keras_model import DesignError, build_model
from core.project import Project, block_names
from core.project_file import load_template, template_names

pytestmark = pytest.mark.keras

FLATTEN, DENSE, CONV = CATALOGUE["Flatten"], CATALOGUE["Dense"], CATALOGUE["Conv2D"]


@pytest.mark.parametrize("name", template_names())
def test_templates_take_raw_pixels_and_answer_with_shares(name):
    project = load_template(name)
    model = build_model(project)
    pictures = np.random.default_rng(1).integers(0, 256, (3, *project.input.shape), np.uint8)
    shares = np.asarray(model(pictures, training=False))
    assert model.inputs[0].dtype == "uint8"
    assert shares.shape == (3, project.classes)
    assert np.allclose(shares.sum(axis=1), 1, atol=1e-5)


@pytest.mark.parametrize(
    ("rescale", "low", "high"), [("0 to 1", 0, 1), ("-1 to 1", -1, 1), ("none", 0, 255)]
)
def test_pixels_become_the_range_asked_for(rescale, low, high):
    size = Input(height=1, width=2, channels=1, rescale=rescale)
    model = build_model(Project(input=size, stack=(FLATTEN(),)))
    values = np.asarray(model(np.array([[[[0], [255]]]], np.uint8)))
    assert np.allclose(values, [[low, high]], atol=1e-6)


def test_layers_carry_the_names_of_the_project():
    project = load_template("mnist-cnn")
    first = project.stack[0].changed(name="eyes")
    project = project.changed(stack=(first, *project.stack[1:]))
    names = [layer.name for layer in build_model(project).layers]
    assert names == ["input", "rescaling", *block_names(project).values()]
    assert names[2] == "eyes"


def test_regularizers_reach_keras():
    project = Project(stack=(FLATTEN(), DENSE(kernel_regularizer=0.5)))
    assert build_model(project).layers[-1].kernel_regularizer.l2 == 0.5


def test_impossible_block_is_named_and_explained():
    tall = CONV(kernel_size=(40, 40), name="too_large")
    with pytest.raises(DesignError, match="too_large"):
        build_model(Project(stack=(tall, FLATTEN(), DENSE())))


def test_empty_stack_is_said():
    with pytest.raises(DesignError, match="empty"):
        build_model(Project())


def test_a_thousand_blocks_can_be_built_and_run(expect_log):
    expect_log("triggered tf.function retracing")  # where other tests have predicted before
    stack = (*[CATALOGUE["Activation"]()] * 1_000, FLATTEN(), DENSE(activation="softmax"))
    project = Project(input=Input(height=2, width=2), stack=stack)
    model = build_model(project)
    assert len(model.layers) == 1_004
    answers = model.predict_on_batch(np.zeros((1, 2, 2, 1), np.uint8))
    assert answers.shape == (1, 10)
