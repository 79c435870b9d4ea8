"""Flatten against global pooling, with real parameter counts."""

from __future__ import annotations

from core.analysis import analyse
from core.blocks import CATALOGUE
from core.flatten_choice import choices, exchanged
from core.project import Project


def block(kind, **fields):
    return CATALOGUE[kind](**fields)


def design(middle, *after) -> Project:
    head = block("Dense", activation="softmax")
    return Project(stack=(block("Conv2D", filters=8), middle, *after, head))


def test_the_dense_that_follows_is_counted_under_each():
    flat, pooled = choices(design(block("Flatten")), (1,))
    assert (flat.block.kind(), flat.in_use) == ("Flatten", True)
    assert (flat.output, flat.dense_parameters) == ((26 * 26 * 8,), 26 * 26 * 8 * 10 + 10)
    assert (pooled.block.kind(), pooled.in_use) == ("GlobalAveragePooling2D", False)
    assert (pooled.output, pooled.dense_parameters) == ((8,), 8 * 10 + 10)
    assert flat.dense is not None
    assert flat.dense.units == 10


def test_blocks_between_are_passed_over():
    flat, pooled = choices(design(block("Flatten"), block("Dropout")), (1,))
    assert (flat.dense_parameters, pooled.dense_parameters) == (54_090, 90)


def test_global_max_pooling_is_compared_with_both():
    kinds = [choice.block.kind() for choice in choices(design(block("GlobalMaxPooling2D")), (1,))]
    assert kinds == ["Flatten", "GlobalAveragePooling2D", "GlobalMaxPooling2D"]


def test_no_dense_below_is_said():
    project = Project(stack=(block("Conv2D"), block("Flatten")))
    assert [choice.dense_parameters for choice in choices(project, (1,))] == [None, None]


def test_nothing_to_choose_for_a_vector_or_another_kind():
    assert choices(Project(stack=(block("Flatten"), block("Flatten"))), (1,)) == ()
    assert choices(design(block("Flatten")), (0,)) == ()


def test_the_exchange_is_the_project_that_was_counted():
    project = design(block("Flatten"))
    _, pooled = choices(project, (1,))
    assert analyse(exchanged(project, (1,), pooled.block)).parameters == pooled.parameters
