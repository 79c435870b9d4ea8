"""The analysis of a project: the same however it was come by, and fast."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import passing
from core.analysis import Analysis, analyse
from core.block_report import BlockReport
from core.blocks import CATALOGUE, Block, Cost, Input, Role
from core.edits import insert, remove, replace
from core.project import Project
from core.project_file import open_project, starter, template_names
from tests import strategies


def fresh(project: Project) -> Analysis:
    """An analysis that remembers nothing."""
    for remembered in (passing._outcome, passing._report, analyse):
        remembered.cache_clear()
    return analyse(project)


@given(strategies.stacks(), st.data())
def test_after_edits_the_same_as_afresh(drawn: tuple, data: st.DataObject) -> None:
    picture, stack = drawn
    project = Project(input=picture, stack=stack)
    analyse(project)
    for _ in range(3):
        place = data.draw(st.integers(0, len(project.stack)))
        block = data.draw(strategies.blocks())
        if place == len(project.stack):
            project = insert(project, (place,), (block,))
        elif data.draw(st.booleans()):
            project = replace(project, (place,), (block,))
        else:
            project = remove(project, [(place,)])
        incremental = analyse(project)
        assert incremental == fresh(project)


def stopped(report: BlockReport) -> bool:
    """Whether a block, or one inside it, cannot take what reaches it."""
    inner = any(stopped(held) for stack in report.stacks for held in stack)
    return report.error is not None or bool(report.later) or inner


@given(strategies.stacks())
def test_shapes_hang_together(drawn: tuple) -> None:
    picture, stack = drawn
    found = analyse(Project(input=picture, stack=stack))
    arrives = picture.shape
    for report in found.blocks:
        assert report.input == arrives
        assert (report.output is None) == (report.input is None or stopped(report))
        arrives = report.output
    assert found.output == arrives
    assert len(found.blocks) == len(stack)
    errors = [report for report in found.blocks if stopped(report)]
    assert len(errors) <= 1, "what follows the first error cannot be told"
    assert found.cost.trainable == sum(report.cost.trainable for report in found.blocks)


class TestWholes:
    def test_the_starter(self) -> None:
        found = analyse(starter())
        assert found.trainable_as_is
        assert found.output == (10,)
        assert not found.problems

    @pytest.mark.parametrize("name", template_names())
    def test_templates_can_be_trained_as_they_are(self, name: str) -> None:
        assert not analyse(open_project(name)).problems

    def test_an_empty_stack_hands_on_the_picture(self) -> None:
        found = analyse(Project())
        assert found.output == (28, 28, 1)
        assert found.cost == Cost()
        assert [problem.code for problem in found.problems] == ["empty"]

    def test_flatten_and_dense(self) -> None:
        stack = (CATALOGUE["Flatten"](), CATALOGUE["Dense"](activation="softmax"))
        found = analyse(Project(stack=stack))
        assert (found.parameters, found.cost.multiply_adds) == (7_850, 7_840)
        assert found.activation_bytes == 4 * (784 + 10)

    def test_a_thousand_blocks(self) -> None:
        stack = (CATALOGUE["Conv2D"](padding="same"),) * 1_000
        found = analyse(Project(stack=stack))
        assert found.blocks[-1].output == (28, 28, 32)
        assert found.blocks[-1].receptive_field == (28, 28)

    def test_the_largest_input_there_can_be(self) -> None:
        stack = (CATALOGUE["Flatten"](), CATALOGUE["Dense"](units=1_000_000))
        found = analyse(Project(input=Input(height=8192, width=8192, channels=3), stack=stack))
        assert found.parameters == 8192 * 8192 * 3 * 1_000_000 + 1_000_000

    def test_a_problem_is_found_at_its_block(self) -> None:
        stack = (CATALOGUE["MaxPooling2D"](),) * 6
        found = analyse(Project(stack=stack))
        (error,) = [problem for problem in found.problems if problem.code == "shape"]
        assert error.path == (4,)
        assert found.problems_at((4,)) == (error,)
        assert not found.problems_at((3,))
        assert [report.output is None for report in found.blocks] == [False] * 4 + [True] * 2


@pytest.mark.parametrize("cls", CATALOGUE.values(), ids=CATALOGUE)
def test_a_block_from_the_palette_fits_a_usual_picture_or_vector(cls: type[Block]) -> None:
    block = cls.fresh().resolved(10)
    usual = {Role.DENSE: (64,), Role.PRETRAINED: (96, 96, 3)}
    shape = usual.get(cls.role, (28, 28, 16))
    assert block.output_shape(shape)
    assert block.shape_formula(shape)
    assert block.parameter_formula(shape)
    assert all(isinstance(word, str) and word for word in block.telling())
