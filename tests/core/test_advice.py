"""Advice about neighbours: said where it helps, put right by its fix, silent where it would nag."""

from __future__ import annotations

import pytest
from hypothesis import given

from core.analysis import analyse
from core.blocks import CATALOGUE as KIND
from core.blocks import Block, Input
from core.fixes import apply_fix
from core.problems import WARNINGS
from core.project import Project
from core.project_file import decode_project, encode_project, open_project, template_names
from tests import strategies

END = KIND["Dense"](activation="softmax")


def conv(**fields: object) -> Block:
    return KIND["Conv2D"](**{"padding": "same", "activation": "relu", **fields})


def ended(*blocks: Block) -> Project:
    return Project(stack=(*blocks, KIND["Flatten"](), END))


BAD = {
    "bias-before-norm": ended(conv(activation="linear"), KIND["BatchNormalization"]()),
    "dropout-before-norm": ended(conv(), KIND["Dropout"](), KIND["BatchNormalization"]()),
    "no-bend": ended(conv(activation="linear"), conv()),
    "huge-dense": Project(stack=(conv(), KIND["Flatten"](), KIND["Dense"](units=64), END)),
    "little-seen": Project(stack=(conv(), KIND["GlobalAveragePooling2D"](), END)),
}


def codes(project: Project) -> set[str]:
    return {problem.code for problem in analyse(project).problems}


@pytest.mark.parametrize("code", BAD)
class TestEachRule:
    def test_speaks_and_its_fix_silences_it(self, code: str) -> None:
        project = BAD[code]
        (problem,) = [one for one in analyse(project).problems if one.code == code]
        assert problem.severity == "warning"
        assert problem.message.endswith(".")
        assert problem.reason.endswith(".")
        for fix in problem.fixes:
            assert code not in codes(apply_fix(project, fix))
        assert problem.fixes
        assert analyse(project).trainable_as_is

    def test_speaks_inside_containers_too(self, code: str) -> None:
        project = BAD[code]
        grouped = project.changed(stack=(KIND["Group"](body=project.stack),))
        (problem,) = [one for one in analyse(grouped).problems if one.code == code]
        assert problem.path is not None
        assert problem.path[:2] == (0, 0)

    def test_can_be_muted_for_a_project(self, code: str) -> None:
        project = BAD[code].changed(muted=(code,))
        assert code not in codes(project)
        assert {problem.code for problem in analyse(project).muted} == {code}
        assert decode_project(encode_project(project)).muted == (code,)


@given(strategies.stacks())
def test_every_kind_of_warning_has_words(drawn: tuple) -> None:
    for problem in analyse(Project(input=drawn[0], stack=drawn[1])).problems:
        assert problem.severity == "error" or problem.code in WARNINGS


def test_both_counts_of_a_huge_dense_are_said_and_true() -> None:
    dense = KIND["Dense"](units=64, activation="relu")
    project = Project(stack=(conv(), KIND["Flatten"](), KIND["Dropout"](), dense, END))
    (problem,) = [one for one in analyse(project).problems if one.code == "huge-dense"]
    assert problem.path == (3,)
    assert "has 1,605,696 weights" in problem.message  # 28 × 28 × 32 × 64 + 64
    assert "it would have 2,112" in problem.message  # 32 × 64 + 64
    after = analyse(apply_fix(project, problem.fixes[0]))
    assert after.report((3,)).cost.parameters == 2_112


def test_a_long_run_of_linear_blocks_is_one_warning_with_one_fix() -> None:
    linear = conv(activation="linear", filters=4)
    norm = KIND["BatchNormalization"]()
    project = ended(linear, linear, norm, linear, KIND["Dropout"](), linear, conv(filters=4))
    problems = [one for one in analyse(project).problems if one.code == "no-bend"]
    assert [problem.path for problem in problems] == [(0,)]
    assert "the next 4 blocks" in problems[0].message
    after = apply_fix(project, problems[0].fixes[0])
    assert "no-bend" not in codes(after)
    kinds = [block.kind() for block in after.stack]
    assert kinds.count("Activation") == 1  # behind the BatchNormalization; the others bend alone


def test_a_large_picture_takes_several_poolings_to_be_seen() -> None:
    large = Input(height=256, width=256, channels=3)
    project = Project(input=large, stack=(conv(), KIND["GlobalAveragePooling2D"](), END))
    (problem,) = [one for one in analyse(project).problems if one.code == "little-seen"]
    (fix,) = problem.fixes
    assert fix.label == "Insert MaxPooling2D and Conv2D, 4 times"
    assert not analyse(apply_fix(project, fix)).problems


def test_errors_cannot_be_muted() -> None:
    project = Project(stack=(KIND["Flatten"](),), muted=("no-weights", "output"))
    assert not analyse(project).trainable_as_is


@pytest.mark.parametrize("name", template_names())
def test_no_template_is_nagged_about(name: str) -> None:
    assert not analyse(open_project(name)).problems


@pytest.mark.parametrize(
    "stack",
    [
        (KIND["DepthwiseConv2D"](padding="same"), conv(kernel_size=(1, 1))),
        (conv(activation="linear"), KIND["Activation"](), conv()),
        (conv(activation="linear"), KIND["ReLU"](), KIND["BatchNormalization"](), conv()),
        (conv(use_bias=False, activation="linear"), KIND["BatchNormalization"](), KIND["ELU"]()),
        (conv(), KIND["BatchNormalization"](), KIND["Dropout"]()),
        (conv().changed(disabled=True), conv()),
    ],
    ids=lambda stack: "-".join(block.kind() for block in stack),
)
def test_good_neighbours_are_left_alone(stack: tuple[Block, ...]) -> None:
    assert not codes(ended(*stack)) - {"little-seen"}


@given(strategies.stacks())
def test_any_stack_can_be_advised(drawn: tuple) -> None:
    project = Project(input=drawn[0], stack=drawn[1])
    for problem in analyse(project).problems:
        for fix in problem.fixes:
            assert apply_fix(project, fix) != project
