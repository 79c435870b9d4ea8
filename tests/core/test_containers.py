"""Stacks within stacks: published nets count as published, paths, edits, errors inside, code."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import edits
from core.analysis import analyse
from core.blocks import CATALOGUE, Block, Container, Input
from core.graph import lower
from core.keras_code import write_script
from core.keras_model import build_model, built_blocks
from core.nesting import MAX_NESTING, block_at, count, outermost, walk
from core.project import Project, label
from core.project_file import ProjectError, decode_project, encode_project
from tests import strategies

KIND = CATALOGUE
COLOUR = Input(height=32, width=32, channels=3)


def conv(filters: int, **fields) -> Block:
    return KIND["Conv2D"](filters=filters, padding="same", **fields)


def basic_block(filters: int) -> Block:
    """Two convolutions around which the input is carried."""
    norm, relu = KIND["BatchNormalization"](), KIND["Activation"]()
    body = (conv(filters), norm, relu, conv(filters), norm)
    return KIND["Residual"](body=body, activation="relu", projection="convolution")


def resnet20() -> Project:
    """ResNet-20 for small pictures, as Keras's own example builds it."""
    stages = [(16, None), (32, (2, 2)), (64, (2, 2))]
    stack = (
        conv(16),
        KIND["BatchNormalization"](),
        KIND["Activation"](),
        *(
            KIND["Repeat"](times=3, first_strides=strides, body=(basic_block(filters),))
            for filters, strides in stages
        ),
        KIND["GlobalAveragePooling2D"](),
        KIND["Dense"](activation="softmax"),
    )
    return Project(input=COLOUR, stack=stack)


def inception() -> Block:
    """The first Inception module of GoogLeNet (3a): 192 channels in, 256 out."""

    def relu(filters: int, size: int) -> Block:
        return conv(filters, kernel_size=(size, size), activation="relu")

    pool = KIND["MaxPooling2D"](pool_size=(3, 3), strides=(1, 1), padding="same")
    branches = (
        (relu(64, 1),),
        (relu(96, 1), relu(128, 3)),
        (relu(16, 1), relu(32, 5)),
        (pool, relu(32, 1)),
    )
    return KIND["Parallel"](branches=branches)


@pytest.mark.keras
class TestPublishedNets:
    def test_resnet20(self) -> None:
        """274,442 weights, 273,066 of them trained: what Keras's cifar10_resnet example prints."""
        project = resnet20()
        found = analyse(project)
        assert found.trainable_as_is
        assert (found.parameters, found.cost.trainable) == (274_442, 273_066)
        model = build_model(project)
        assert model.count_params() == 274_442
        assert tuple(model.output.shape) == (None, 10)

    def test_an_inception_module(self) -> None:
        """163,696 weights (Szegedy et al., "Going Deeper with Convolutions", 2015: "159K")."""
        shape = (28, 28, 192)
        assert inception().output_shape(shape) == (28, 28, 256)
        assert inception().cost(shape).parameters == 163_696

    def test_scripts_build_the_same(self) -> None:
        for project in (resnet20(), resnet20().changed(stack=(inception(), *resnet20().stack))):
            names: dict[str, object] = {"__name__": "script"}
            exec(write_script(project).text, names)
            model = names["build_model"]()  # type: ignore[operator]
            assert model.count_params() == analyse(project).parameters
            assert [layer.output.shape for layer in model.layers] == [
                layer.output.shape for layer in build_model(project).layers
            ]


@pytest.mark.keras
def test_what_is_disabled_is_skipped_by_keras_too() -> None:
    project = resnet20()
    without = edits.remove(project, [(0,), (3, 0, 0, 0, 2)])
    for path in ((0,), (3, 0, 0, 0, 2)):
        off = project.block(path).changed(disabled=True)
        project = edits.replace(project, path, (off,))
    assert analyse(project).cost == analyse(without).cost
    assert build_model(project).count_params() == analyse(without).parameters
    assert analyse(project).report((0,)).output == (32, 32, 3)


@pytest.mark.keras
def test_squeeze_and_excitation_weighs_channels() -> None:
    project = Project(input=COLOUR, stack=(conv(8), KIND["SqueezeExcite"](ratio=4)))
    model = build_model(project)
    pictures = np.random.default_rng(1).integers(0, 256, (2, 32, 32, 3), np.uint8)
    weighed = np.asarray(model(pictures, training=False))
    plain = np.asarray(build_model_until(model, "conv2d")(pictures))
    shares = weighed / np.where(plain == 0, 1, plain)
    for picture in shares:
        for channel in range(8):
            seen = picture[..., channel][picture[..., channel] != 0]
            assert np.allclose(seen, seen[0], atol=1e-4)
            assert 0 < seen[0] < 1


def build_model_until(model, name: str):
    import keras

    return keras.Model(model.inputs[0], model.get_layer(name).output)


class TestErrorsInside:
    def test_are_said_at_the_block_inside(self) -> None:
        tall = KIND["Conv2D"](kernel_size=(40, 40))
        project = Project(stack=(KIND["Group"](body=(KIND["Dropout"](), tall)),))
        found = analyse(project)
        errors = [problem for problem in found.problems if problem.code == "shape"]
        assert [error.path for error in errors] == [(0, 0, 1)]
        assert label(project, errors[0].path) == "Conv2D (block 1, block 2)"
        assert found.output is None

    def test_of_a_later_copy_name_the_copy(self) -> None:
        pool = KIND["MaxPooling2D"](pool_size=(4, 4))
        project = Project(stack=(KIND["Repeat"](times=4, body=(pool,)),))
        (error,) = [p for p in analyse(project).problems if p.code == "shape"]
        assert error.path == (0, 0, 0)
        assert error.message.startswith("In copy 3 of 4: ")

    def test_unequal_branches_can_be_concatenated_or_padded(self) -> None:
        branches = ((conv(4),), (conv(8),))
        project = Project(stack=(KIND["Parallel"](branches=branches, merge="add"),))
        (error,) = [p for p in analyse(project).problems if p.code == "shape"]
        assert "28 × 28 × 4 and 28 × 28 × 8" in error.message
        assert [fix.label for fix in error.fixes] == [
            "Concatenate instead",
            "Bring all branches to 28 × 28 × 8",
        ]

    def test_a_residual_that_shrinks_the_rim_can_be_padded(self) -> None:
        project = Project(stack=(KIND["Residual"](body=(KIND["Conv2D"](),)),))
        (error,) = [p for p in analyse(project).problems if p.code == "shape"]
        assert "28 × 28 × 1" in error.message
        assert "26 × 26 × 32" in error.message
        fixed = edits.replace(project, (0,), error.fixes[0].replacement)
        assert analyse(fixed).output == (28, 28, 32)

    def test_a_projected_shortcut_is_said(self) -> None:
        block = basic_block(32)
        assert block.projects((8, 8, 16), (8, 8, 32)).startswith("shortcut projected: Conv2D 32")
        assert block.projects((8, 8, 32), (8, 8, 32)) == ""

    def test_repeating_without_end_is_refused_before_it_takes_memory(self) -> None:
        inner: Block = conv(1)
        for _ in range(5):
            inner = KIND["Repeat"](times=1_000, body=(inner,))
        (error,) = [p for p in analyse(Project(stack=(inner,))).problems if p.code == "shape"]
        assert "layers" in error.message


@st.composite
def nested(draw: st.DrawFn) -> Project:
    """A project with containers, names here and there."""
    picture, stack = draw(strategies.stacks(longest=4))
    inner = draw(strategies.stacks(longest=3))[1]
    held = KIND["Group"](body=(*inner, KIND["Parallel"](branches=(inner, stack))))
    return Project(input=picture, stack=(*stack, held))


@given(nested())
def test_paths_lead_to_what_was_walked(project: Project) -> None:
    walked = list(walk(project.stack))
    assert len(walked) == count(project.stack) == len({path for path, _ in walked})
    for path, block in walked:
        assert block_at(project.stack, path) is block
    assert [path for path, _ in analyse(project).walk()] == [path for path, _ in walked]
    assert set(lower(project).ends) <= {path for path, _ in walked}


@given(nested())
def test_files_keep_what_is_nested(project: Project) -> None:
    assert decode_project(encode_project(project)) == project


@given(nested(), st.data())
def test_moving_loses_nothing_and_can_be_undone_by_removing(
    project: Project, data: st.DataObject
) -> None:
    paths = [path for path, _ in project.walk()]
    chosen = outermost(data.draw(st.lists(st.sampled_from(paths), min_size=1, max_size=4)))
    to = data.draw(st.sampled_from(paths))
    moved = tuple(project.block(path) for path in chosen)
    if any(len(to) > len(path) and to[: len(path)] == path for path in chosen):
        with pytest.raises(edits.EditError, match="into itself"):
            edits.move(project, chosen, to)
        return
    after, places = edits.move(project, chosen, to)
    assert tuple(after.block(place) for place in places) == moved
    assert count(after.stack) == count(project.stack)
    assert edits.remove(after, places) == edits.remove(project, chosen)


@given(nested(), st.data())
def test_wrapping_and_unwrapping_is_where_it_began(project: Project, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from([path for path, _ in project.walk()]))
    wrapped, place = edits.wrap(project, [path], KIND["Group"]())
    assert wrapped.block((*place, 0, 0)) == project.block(path)
    assert edits.unwrap(wrapped, place) == (project, (path,))


def test_copies_of_containers_lose_the_names_inside() -> None:
    named = KIND["Group"](name="stage", body=(conv(4, name="first"),))
    project, places = edits.duplicate(Project(stack=(named,)), [(0,)])
    copy = project.block(places[0])
    assert isinstance(copy, Container)
    assert copy.name == copy.stacks[0][0].name == ""


def test_nesting_has_an_end_that_files_can_hold() -> None:
    project, place = Project(stack=(conv(4),)), (0,)
    for _ in range(MAX_NESTING):
        project, place = edits.wrap(project, [place], KIND["Parallel"]())
    assert decode_project(encode_project(project)) == project
    with pytest.raises(edits.EditError, match="fit into one another"):
        edits.wrap(project, [place], KIND["Group"]())


def test_damage_inside_is_named() -> None:
    data = encode_project(Project(stack=(KIND["Group"](body=(conv(4),)), inception())))
    for good, bad, words in (
        (b'"filters": 4', b'"filters": -4', "block 1, block 1 (Conv2D), filters"),
        (b'"filters": 96', b'"filters": 0', "block 2, branch 2, block 1 (Conv2D), filters"),
    ):
        assert data.count(good) == 1
        with pytest.raises(ProjectError) as refused:
            decode_project(data.replace(good, bad))
        assert words in str(refused.value)


def test_a_changed_block_inside_is_the_only_thing_worked_out_anew() -> None:
    project = resnet20()
    path = (3, 0, 0, 0, 0)
    after = edits.replace(project, path, (project.block(path).changed(filters=8),))
    assert analyse(after).report((4,)).output == analyse(project).report((4,)).output
    assert msgspec.structs.asdict(after)["stack"][4] is project.stack[4]


@pytest.mark.keras
def test_keras_and_we_count_each_copy_alike() -> None:
    project = resnet20()
    built = built_blocks(build_model(project), project)
    for path, report in analyse(project).walk():
        assert built[path] == (report.output, report.cost.parameters)
