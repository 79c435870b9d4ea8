"""Problems and their fixes: each fix removes its problem, and tells the truth about its count."""

from __future__ import annotations

import re

import pytest
from hypothesis import given

from core.analysis import analyse
from core.blocks import CATALOGUE, Block, Input
from core.data.source import Folder
from core.fixes import apply_fix, describe_fix
from core.keras_model import build_model
from core.nesting import stack_at
from core.problems import Problem
from core.project import Project
from tests import strategies

KIND = CATALOGUE
END = KIND["Dense"](activation="softmax")


def stack(*blocks: Block) -> Project:
    return Project(stack=blocks)


EXAMPLES = {
    "window larger than the picture": (
        stack(*[KIND["MaxPooling2D"]()] * 5, KIND["Flatten"](), END),
        "shape",
    ),
    "kernel larger than the picture": (
        stack(*[KIND["MaxPooling2D"]()] * 4, KIND["Conv2D"](), KIND["Flatten"](), END),
        "shape",
    ),
    "strides and dilation": (
        stack(KIND["Conv2D"](strides=(2, 2), dilation_rate=(2, 2)), KIND["Flatten"](), END),
        "shape",
    ),
    "groups that do not divide": (
        stack(KIND["Conv2D"](), KIND["Conv2D"](groups=3), KIND["Flatten"](), END),
        "shape",
    ),
    "reshape that does not fit": (
        stack(KIND["Reshape"](target_shape=(5, 5)), KIND["Flatten"](), END),
        "shape",
    ),
    "no such axis": (
        stack(KIND["Flatten"](), KIND["BatchNormalization"](axis=3), END),
        "shape",
    ),
    "groups of channels that do not divide": (
        stack(KIND["Conv2D"](filters=12), KIND["GroupNormalization"](), KIND["Flatten"](), END),
        "shape",
    ),
    "slopes shared along an axis that is not there": (
        stack(KIND["Flatten"](), KIND["PReLU"](shared_axes=(1, 2)), END),
        "shape",
    ),
    "axes of another shape": (
        stack(KIND["Flatten"](), KIND["Permute"](), END),
        "shape",
    ),
    "axes named twice": (
        stack(KIND["Permute"](dims=(1, 1, 3)), KIND["Flatten"](), END),
        "shape",
    ),
    "cropping that leaves nothing": (
        stack(KIND["Cropping2D"](cropping=((20, 20), (0, 9))), KIND["Flatten"](), END),
        "shape",
    ),
    "resizing that crops and pads": (
        stack(
            KIND["Resizing"](crop_to_aspect_ratio=True, pad_to_aspect_ratio=True),
            KIND["Flatten"](),
            END,
        ),
        "shape",
    ),
    "strides and dilation, transposed": (
        stack(
            KIND["Conv2DTranspose"](strides=(2, 1), dilation_rate=(1, 2)), KIND["Flatten"](), END
        ),
        "shape",
    ),
    "output padding as large as the strides": (
        stack(
            KIND["Conv2DTranspose"](filters=2, strides=(2, 2), output_padding=(1, 2)),
            KIND["Flatten"](),
            END,
        ),
        "shape",
    ),
    "output padding too small for an even window": (
        stack(
            KIND["Conv2DTranspose"](
                filters=2, kernel_size=(3, 2), padding="same", output_padding=(0, 0)
            ),
            KIND["Flatten"](),
            END,
        ),
        "shape",
    ),
    "Dense on a picture, at the end": (stack(KIND["Conv2D"](), END), "dense-on-picture"),
    "Dense on a picture, inside": (
        stack(KIND["Dense"](units=8), KIND["Flatten"](), END),
        "dense-on-picture",
    ),
    "Dense on two axes": (
        stack(KIND["Reshape"](target_shape=(28, 28)), END),
        "dense-on-picture",
    ),
    "units that are not the classes": (
        stack(KIND["Flatten"](), KIND["Dense"](units=7, activation="softmax")),
        "units-classes",
    ),
    "units that are not the classes, behind a Softmax": (
        stack(KIND["Flatten"](), KIND["Dense"](units=7), KIND["Softmax"]()),
        "units-classes",
    ),
    "a convolution behind Flatten": (
        stack(KIND["Flatten"](), KIND["Conv2D"](filters=2), END),
        "shape",
    ),
    "branches of unequal size": (
        stack(
            KIND["Parallel"](branches=((KIND["MaxPooling2D"](),), ()), merge="add"),
            KIND["Flatten"](),
            END,
        ),
        "shape",
    ),
    "poolings without end in a Repeat": (
        stack(KIND["Repeat"](times=5, body=(KIND["MaxPooling2D"](),)), KIND["Flatten"](), END),
        "shape",
    ),
    "nothing to learn": (
        stack(KIND["Resizing"](height=10, width=1), KIND["Flatten"](), KIND["Softmax"]()),
        "no-weights",
    ),
    "ends in a picture": (stack(KIND["Conv2D"]()), "output"),
    "ends in a vector": (stack(KIND["Dense"](units=3), KIND["Flatten"]()), "output"),
    "no softmax": (stack(KIND["Flatten"](), KIND["Dense"]()), "softmax"),
    "no softmax, and no activation": (
        stack(KIND["Flatten"](), KIND["Dense"](), KIND["Dropout"]()),
        "softmax",
    ),
    "no softmax, but a rectifier": (
        stack(KIND["Flatten"](), KIND["Dense"](), KIND["LeakyReLU"]()),
        "softmax",
    ),
    "Softmax in the middle": (
        stack(KIND["Flatten"](), KIND["Dense"](units=20), KIND["Softmax"](), END),
        "softmax-twice",
    ),
    "softmax of a convolution": (
        stack(KIND["Conv2D"](filters=2, activation="softmax"), KIND["Flatten"](), END),
        "softmax-twice",
    ),
    "one name twice": (
        stack(KIND["Flatten"](name="a"), END.changed(name="a")),
        "duplicate-name",
    ),
}


def found(project: Project, code: str) -> Problem:
    return next(problem for problem in analyse(project).problems if problem.code == code)


@pytest.mark.parametrize(("project", "code"), EXAMPLES.values(), ids=EXAMPLES)
def test_each_fix_removes_its_problem(project: Project, code: str) -> None:
    problem = found(project, code)
    assert problem.message
    assert problem.reason
    assert problem.fixes, "there is a way out"
    for fix in problem.fixes:
        after = analyse(apply_fix(project, fix))
        assert problem not in after.problems
        assert not [other for other in after.problems_at(fix.path) if other.code == code]


@pytest.mark.keras
@pytest.mark.parametrize(("project", "code"), EXAMPLES.values(), ids=EXAMPLES)
def test_the_count_a_fix_promises_is_keras_s(project: Project, code: str) -> None:
    for fix in found(project, code).fixes:
        promised = re.search(r"→ ([\d,]+) parameter", describe_fix(project, fix))
        after = apply_fix(project, fix)
        if promised is None:
            codes = {problem.code for problem in analyse(after).problems}
            assert "shape" in codes
            continue
        assert int(promised[1].replace(",", "")) == build_model(after).count_params()


@given(strategies.stacks())
def test_every_fix_of_any_stack_can_be_carried_out(drawn: tuple) -> None:
    picture, blocks = drawn
    project = Project(input=picture, stack=blocks)
    for problem in analyse(project).problems:
        assert problem.path is None or 0 <= problem.path[0] < len(blocks)
        for fix in problem.fixes:
            after = apply_fix(project, fix)
            assert after != project
            now, then = (
                stack_at(one.stack, fix.path[:-1])[fix.path[-1] :][:1] for one in (after, project)
            )
            # A block of the kind that moves up into the place has the same problem and fixes.
            moved_up = not fix.replacement and [*map(type, now)] == [*map(type, then)]
            if now != then and not moved_up:
                assert problem not in analyse(after).problems
            assert describe_fix(project, fix)


@given(strategies.stacks(longest=4))
def test_what_has_no_error_ends_in_the_classes_and_can_learn(drawn: tuple) -> None:
    picture, blocks = drawn
    result = analyse(Project(input=picture, stack=(*blocks, KIND["Flatten"](), END)))
    shapes_fit = not any(problem.code == "shape" for problem in result.problems)
    assert result.trainable_as_is == shapes_fit
    if shapes_fit:
        assert result.output == (10,)
        assert result.cost.trainable > 0


class TestWords:
    def test_shapes_are_in_the_sentence(self) -> None:
        problem = found(EXAMPLES["Dense on a picture, at the end"][0], "dense-on-picture")
        assert problem.message == "Dense gets 26 × 26 × 32, not a vector."
        assert problem.severity == "error"

    def test_inside_the_stack_it_is_advice(self) -> None:
        problem = found(EXAMPLES["Dense on a picture, inside"][0], "dense-on-picture")
        assert problem.severity == "warning"

    def test_units_follow_the_data(self) -> None:
        cats = Folder(path="/pictures/cats and dogs/", class_names=("cat", "dog"))
        project = stack(KIND["Flatten"](), END.changed(units=10)).changed(data=cats)
        problem = found(project, "units-classes")
        assert "10 units, but cats and dogs has 2 classes" in problem.message
        assert analyse(apply_fix(project, problem.fixes[0])).trainable_as_is

    def test_nothing_to_learn(self) -> None:
        project = stack(KIND["Flatten"](), KIND["Activation"](activation="softmax"))
        wide = Input(height=10, width=1)
        assert {p.code for p in analyse(project.changed(input=wide)).problems} == {"no-weights"}

    def test_two_softmaxes_are_one_too_many(self) -> None:
        project = stack(KIND["Flatten"](), END, KIND["Activation"](activation="softmax"))
        problem = found(project, "softmax-twice")
        assert problem.severity == "warning"
        assert not analyse(apply_fix(project, problem.fixes[0])).problems

    def test_a_softmax_block_ends_a_classifier(self) -> None:
        project = stack(KIND["Flatten"](), KIND["Dense"](), KIND["Softmax"]())
        assert not analyse(project).problems

    def test_a_dense_with_softmax_before_a_softmax_block_is_one_too_many(self) -> None:
        project = stack(KIND["Flatten"](), END, KIND["Softmax"]())
        problem = found(project, "softmax-twice")
        assert problem.path == (1,)
        assert not analyse(apply_fix(project, problem.fixes[0])).problems


def test_softmax_in_a_disabled_container_is_no_second_one():
    off = KIND["Group"](disabled=True, body=(KIND["Dense"](units=4, activation="softmax"),))
    stack = (KIND["Flatten"](), off, KIND["Dense"](activation="softmax"))
    assert analyse(Project(stack=stack)).problems == ()
    on = Project(stack=(stack[0], off.changed(disabled=False), stack[2]))
    assert [one.code for one in analyse(on).problems] == ["softmax-twice"]


@pytest.mark.parametrize("kind", ["Group", "Repeat"])
def test_containers_that_hand_everything_on_do_not_end_a_stack(kind):
    cls = KIND[kind]
    for held in ((), (KIND["Group"](),), (KIND["Dense"](disabled=True),)):
        stack = (KIND["Flatten"](), KIND["Dense"](activation="softmax"), cls(body=held))
        assert analyse(Project(stack=stack)).problems == ()
        unbent = Project(stack=(stack[0], KIND["Dense"](), stack[2]))
        (problem,) = analyse(unbent).problems
        assert (problem.code, problem.path) == ("softmax", (1,))
        assert analyse(apply_fix(unbent, problem.fixes[0])).problems == ()
