"""Pictures of one's own that are too small for the design: another size is offered."""

from __future__ import annotations

import pytest

from core.analysis import analyse
from core.data.source import MNIST, Folder
from core.fixes import apply_fix
from core.project import Project
from core.project_file import starter

FOLDER = Folder(path="/pictures/pets", class_names=("cat", "dog"))


def labels(project: Project) -> list[str]:
    return [fix.label for problem in analyse(project).problems for fix in problem.fixes]


def small(height: int, width: int) -> Project:
    project = starter()
    picture = project.input.changed(height=height, width=width)
    return project.changed(input=picture, data=FOLDER)


@pytest.mark.parametrize(
    ("size", "label"),
    [((6, 6), "Make pictures 28 × 28"), ((6, 40), "Make pictures 28 × 40")],
)
def test_the_smallest_size_that_is_large_enough_is_offered(size, label):
    project = small(*size)
    assert label in labels(project)
    fixes = [fix for one in analyse(project).problems for fix in one.fixes]
    (fix,) = (fix for fix in fixes if fix.label == label)
    after = apply_fix(project, fix)
    assert after.stack == project.stack
    assert not [one for one in analyse(after).problems if one.severity == "error"]


def test_sets_of_one_size_are_left_as_they_are():
    project = small(6, 6).changed(data=MNIST())
    assert not [label for label in labels(project) if label.startswith("Make pictures")]
