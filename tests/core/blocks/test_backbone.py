"""A Backbone against Keras's own networks: shapes, weights, work, freezing, pixels."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import keras
import numpy as np
import pytest

from core.analysis import analyse
from core.blocks import CATALOGUE, Input
from core.blocks._applications import APPLICATIONS
from core.blocks._network import network, stages
from core.fixes import apply_fix
from core.keras_code import write_layers
from core.keras_model import build_model, built_blocks
from core.project import Project
from core.project_file import TEMPLATES, load_project
from tests import backbone_tables

pytestmark = pytest.mark.keras

BACKBONE = CATALOGUE["Backbone"]
TAIL = (CATALOGUE["GlobalAveragePooling2D"](), CATALOGUE["Dense"](activation="softmax"))


def project_with(size: int = 64, channels: int = 3, rescale: str = "0 to 1", **fields) -> Project:
    """A classifier on a Backbone."""
    block = BACKBONE(**{"application": "MobileNetV2 0.35", "weights": "none", **fields})
    picture = Input(height=size, width=size, channels=channels, rescale=rescale)
    return Project(input=picture, stack=(block, *TAIL))


def count(weights: list[Any]) -> int:
    return sum(math.prod(weight.shape) for weight in weights)


def products(layer: Any) -> int:
    """Multiplications of a layer's kernels, one for each weight at each place it is used."""
    places = math.prod(layer.output.shape[1:-1])
    names = {"kernel", "depthwise_kernel", "pointwise_kernel"}
    return places * count([weight for weight in layer.weights if weight.name in names])


def inner(model: keras.Model) -> Iterator[Any]:
    for operation in model.operations:
        if not isinstance(operation, keras.layers.InputLayer):
            yield from getattr(operation, "layers", [operation])


@pytest.mark.parametrize("key", APPLICATIONS)
def test_every_network_is_written_down_as_keras_builds_it(key: str) -> None:
    assert backbone_tables.path_of(key).read_text("utf-8") == backbone_tables.text(key)


@pytest.mark.parametrize("key", APPLICATIONS)
def test_shapes_and_costs_of_every_layer_are_keras_s(key: str) -> None:
    """At a size that is odd and no multiple of anything, and wherever it may be frozen."""
    side = APPLICATIONS[key].smallest + 22
    model = backbone_tables.keras_network(key, side)
    ours = network(backbone_tables.path_of(key).stem, side, side)
    layers = list(inner(model))
    assert ours.outputs == tuple(tuple(layer.output.shape[1:]) for layer in layers)
    weighty = [layer for layer in layers if hasattr(layer, "weights")]
    kernels = {"Conv2D", "DepthwiseConv2D", "SeparableConv2D", "Dense"}
    work = sum(
        cost.multiply_adds
        for layer, cost in zip(layers, ours.costs, strict=True)
        if type(layer).__name__ in kernels
    )
    assert work == sum(products(one) for one in weighty if type(one).__name__ in kernels)
    for frozen in BACKBONE(application=key).choices("frozen"):
        block = BACKBONE(application=key, weights="none", frozen=frozen)
        for layer in (*model.layers, *weighty):
            layer.trainable = frozen != "all"
        if frozen not in ("all", "nothing"):
            names = [layer.name for layer in model.layers]
            for layer in model.layers[: names.index(frozen) + 1]:
                layer.trainable = False
        cost = block.cost((side, side, 3))
        assert block.output_shape((side, side, 3)) == tuple(model.output.shape[1:])
        assert cost.trainable == count(model.trainable_weights), frozen
        assert cost.non_trainable == count(model.non_trainable_weights), frozen


@pytest.mark.parametrize("key", APPLICATIONS)
def test_keras_takes_the_smallest_picture_and_none_smaller(key: str) -> None:
    least = APPLICATIONS[key].smallest
    with pytest.raises(ValueError, match="at least"):
        backbone_tables.keras_network(key, least - 1)
    problems = analyse(project_with(least - 1, application=key)).problems
    assert f"at least {least} × {least} pixels" in problems[0].message
    fixed = apply_fix(project_with(least - 1, application=key), problems[0].fixes[0])
    assert analyse(fixed).trainable_as_is
    assert fixed.stack[1].pixels is None, "a fix writes what the user would have written"


@pytest.mark.parametrize(
    ("key", "channels", "rescale"),
    [
        ("MobileNetV2 0.35", 3, "0 to 1"),
        ("MobileNetV3Small", 3, "-1 to 1"),
        ("DenseNet121", 3, "0 to 1"),
        ("VGG16", 1, "-1 to 1"),
        ("VGG16", 3, "standardise"),
        ("VGG16", 3, "none"),
    ],
)
def test_pixels_reach_the_network_as_it_was_trained_with_them(
    key: str, channels: int, rescale: str
) -> None:
    """Whatever the Input makes of them: Keras's own preparation is the oracle."""
    model = build_model(project_with(32, channels, rescale, application=key))
    arriving = keras.Model(model.input, model.get_layer("backbone")._inbound_nodes[0].input_tensors)
    pictures = np.random.default_rng(1).integers(0, 256, (3, 32, 32, channels), np.uint8)
    values = np.repeat(pictures, 3, -1) if channels == 1 else pictures
    module = {"MobileNetV2 0.35": "mobilenet_v2", "MobileNetV3Small": "mobilenet_v3"}.get(
        key, key.lower().removesuffix("121")
    )
    expected = getattr(keras.applications, module).preprocess_input(values.astype("float32"))
    found = arriving(pictures, training=False)
    found = found[0] if isinstance(found, list) else found
    np.testing.assert_allclose(keras.ops.convert_to_numpy(found), expected, atol=2e-4)


def test_blocks_that_keep_pixels_are_seen_through_and_others_said() -> None:
    project = project_with(96, weights="imagenet")
    through = (
        CATALOGUE["Rescaling"](scale=2.0, offset=-1.0),
        CATALOGUE["Group"](body=(CATALOGUE["Resizing"](height=48, width=48),)),
    )
    seen = project.changed(stack=(*through, *project.stack))
    assert not analyse(seen).problems
    # Twice 0 to 1, less 1, is what this network wants: nothing stands between.
    assert [layer.name for layer in build_model(seen).layers][-3] == "backbone"
    assert "backbone_pixels" not in [layer.name for layer in build_model(seen).layers]
    conv = CATALOGUE["Conv2D"](filters=3, padding="same")
    blind = project.changed(stack=(conv, *project.stack))
    assert [problem.code for problem in analyse(blind).problems] == ["no-pixels"]


@pytest.mark.parametrize(
    ("key", "channels", "frozen", "name"),
    [
        ("MobileNetV2 0.35", 3, "block_5_add", ""),
        ("MobileNetV3Small", 1, "all", "layers"),
        ("VGG16", 3, "nothing", "base"),
    ],
)
def test_model_script_and_figures_agree(key: str, channels: int, frozen: str, name: str) -> None:
    project = project_with(40, channels, application=key, frozen=frozen, name=name)
    analysis = analyse(project)
    model = build_model(project)
    for path, report in analysis.walk():
        assert built_blocks(model, project)[path] == (report.output, report.cost.parameters)
    assert analysis.cost.trainable == count(model.trainable_weights)
    written: dict[str, Any] = {"keras": keras, "layers": keras.layers}
    exec(write_layers(project).text, written)
    theirs = written["model"]
    theirs.set_weights(model.get_weights())
    pictures = np.random.default_rng(2).integers(0, 256, (2, 40, 40, channels), np.uint8)
    ours, others = (
        keras.ops.convert_to_numpy(one(pictures, training=False)) for one in (model, theirs)
    )
    assert np.array_equal(ours, others)
    assert len(theirs.trainable_weights) == len(model.trainable_weights)


def test_a_backbone_within_a_stack_of_containers_is_built_too() -> None:
    """A submodel is a layer like others: in a Parallel beside plain blocks, in each copy."""
    backbone = project_with(32).stack[0]
    pooled = (backbone, CATALOGUE["GlobalAveragePooling2D"]())
    flat = (CATALOGUE["GlobalMaxPooling2D"](),)
    both = CATALOGUE["Parallel"](branches=(pooled, flat), merge="concatenate")
    project = project_with(32).changed(stack=(both, TAIL[1]))
    model = build_model(project)
    report = analyse(project).blocks[0]
    assert report.output == (1283,)
    assert built_blocks(model, project)[(0,)] == (report.output, report.cost.parameters)


class TestRemarks:
    def codes(self, **fields: object) -> list[str]:
        return [problem.code for problem in analyse(project_with(**fields)).problems]

    def test_frozen_at_random(self) -> None:
        assert self.codes(weights="none", frozen="block_5_add") == ["frozen-at-random"]
        assert self.codes(weights="none", frozen="nothing") == []
        assert self.codes(weights="imagenet", frozen="all") == []

    def test_no_file_named(self) -> None:
        assert self.codes(weights="file") == ["no-weights-file"]
        assert self.codes(weights="file", weights_file="a.weights.h5") == []

    def test_every_way_out_leads_out(self) -> None:
        for fields in ({"weights": "none"}, {"weights": "file"}, {"frozen": "mixed7"}):
            project = project_with(**fields)
            problem = analyse(project).problems[0]
            assert problem.fixes
            for fix in problem.fixes:
                after = analyse(apply_fix(project, fix)).problems
                assert problem.code not in [other.code for other in after]


def test_stages_are_those_of_the_network_chosen() -> None:
    assert BACKBONE(application="VGG16").choices("frozen") == (
        *("all", "block4_pool", "block3_pool", "block2_pool", "block1_pool", "nothing"),
    )
    assert stages("inceptionv3") == ("mixed2", "mixed7")
    assert BACKBONE().choices("weights") == ()


def test_nothing_of_keras_is_needed_for_any_network_s_file() -> None:
    """Where each file is and how large, as the window shows it before anything is fetched."""
    for key in APPLICATIONS:
        wanted = BACKBONE(application=key).download((160, 160, 3))
        assert wanted.url.startswith("https://storage.googleapis.com/tensorflow/keras-appl")
        assert wanted.bytes == 4 * BACKBONE(application=key).cost((160, 160, 3)).parameters
    assert BACKBONE().download((160, 160, 3)).name.endswith("_1.0_160_no_top.h5")
    assert BACKBONE().download((160, 96, 3)).name.endswith("_1.0_224_no_top.h5")
    assert BACKBONE(weights="none").download((160, 160, 3)) is None
    assert BACKBONE().download((28, 28, 1)) is None, "not before it fits"


def test_addresses_and_checksums_are_those_in_keras(monkeypatch) -> None:
    """Keras is asked for ImageNet weights, and what it would fetch is written down instead."""
    from keras.src.utils import file_utils

    asked: list[tuple[str, str]] = []

    class EnoughError(Exception):
        pass

    def get_file(fname: str, origin: str, file_hash: str | None = None, **_: object) -> str:
        asked.append((origin, file_hash or ""))
        raise EnoughError

    monkeypatch.setattr(file_utils, "get_file", get_file)
    for key, application in APPLICATIONS.items():
        with pytest.raises(EnoughError), keras.StatelessScope(initialize_variables=False):
            getattr(keras.applications, application.function)(
                include_top=False, input_shape=(224, 224, 3), **dict(application.arguments)
            )
        file = application.weights(224, 224)
        assert asked[-1] == (file.url, file.checksum), key


def test_the_template_is_ready_to_train() -> None:
    project = load_project(TEMPLATES / "transfer-learning.layerloom")
    analysis = analyse(project)
    assert not analysis.problems
    assert project.stack[1].weights == "imagenet"
    assert analysis.cost.trainable == 1280 * project.classes + project.classes


@pytest.mark.parametrize("scale", [0.0, 1e-300])
def test_behind_a_factor_of_nothing_there_are_no_pixels(scale: float) -> None:
    project = project_with(weights="imagenet")
    rescaling = CATALOGUE["Rescaling"](scale=scale)
    for first in (rescaling, CATALOGUE["Group"](body=(rescaling,))):
        codes = [
            one.code for one in analyse(project.changed(stack=(first, *project.stack))).problems
        ]
        assert codes == ["no-pixels"]
