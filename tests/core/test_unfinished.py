"""A stack in the middle of being built: what is still to come is told apart from what is wrong."""

from __future__ import annotations

import pytest

from core.analysis import analyse
from core.blocks import CATALOGUE, Block
from core.fixes import apply_fix
from core.project import Project

KIND = CATALOGUE
CONV = KIND["Conv2D"](filters=6, kernel_size=(5, 5), activation="relu")
POOL, FLATTEN = KIND["AveragePooling2D"](), KIND["Flatten"]()
HIDDEN = KIND["Dense"](units=120, activation="relu")
END = KIND["Dense"](activation="softmax")

LENET: tuple[Block, ...] = (CONV, POOL, CONV.changed(filters=16), POOL, FLATTEN, HIDDEN, HIDDEN)


@pytest.mark.parametrize("length", range(len(LENET) + 1))
def test_on_the_way_to_a_classifier_nothing_is_ever_called_wrong(length: int) -> None:
    result = analyse(Project(stack=LENET[:length]))
    assert [problem.tone for problem in result.problems] == ["unfinished"]
    assert not result.trainable_as_is
    assert not analyse(Project(stack=(*LENET, END))).problems


@pytest.mark.parametrize("length", range(1, len(LENET) + 1))
def test_each_way_to_finish_leaves_nothing_to_say(length: int) -> None:
    project = Project(stack=LENET[:length])
    (problem,) = analyse(project).problems
    for fix in problem.fixes:
        assert not [p for p in analyse(apply_fix(project, fix)).problems if p.severity == "error"]


def test_a_dense_can_become_the_last_or_get_one_behind_it() -> None:
    project = Project(stack=(FLATTEN, HIDDEN))
    (problem,) = analyse(project).problems
    add, make = problem.fixes
    assert apply_fix(project, add).stack == (FLATTEN, HIDDEN, END)
    assert apply_fix(project, make).stack == (FLATTEN, END)


def test_a_classifier_of_too_many_classes_is_wrong() -> None:
    project = Project(stack=(FLATTEN, END.changed(units=12)))
    (problem,) = analyse(project).problems
    assert problem.tone == problem.severity == "error"
