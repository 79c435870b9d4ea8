"""Edits make new projects: every one can be taken back by value, and none loses a block."""

from __future__ import annotations

from collections import Counter

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import edits
from core.blocks import CATALOGUE, Block
from core.project import MAX_BLOCKS, Project, block_names, label, show_path
from core.project_file import decode_project, encode_project

KINDS = tuple(CATALOGUE.values())


def named(count: int) -> tuple[Block, ...]:
    """Blocks that are told apart by their names."""
    return tuple(KINDS[i % len(KINDS)](name=f"block_{i}") for i in range(count))


stacks = st.integers(0, 12).map(named)


@st.composite
def projects_with_paths(draw: st.DrawFn) -> tuple[Project, list[tuple[int]]]:
    stack = draw(st.integers(1, 12).map(named))
    indices = draw(st.sets(st.integers(0, len(stack) - 1), min_size=1))
    return Project(stack=stack), [(index,) for index in draw(st.permutations(sorted(indices)))]


@given(stacks, st.data())
def test_what_was_inserted_can_be_removed(stack: tuple[Block, ...], data: st.DataObject) -> None:
    project = Project(stack=stack)
    place = data.draw(st.integers(0, len(stack)))
    blocks = data.draw(st.integers(1, 4).map(named))
    after = edits.insert(project, (place,), blocks)
    assert after.stack[place : place + len(blocks)] == blocks
    paths = [(place + offset,) for offset in range(len(blocks))]
    assert edits.remove(after, paths) == project


@given(projects_with_paths())
def test_removing_keeps_the_rest_in_order(drawn: tuple) -> None:
    project, paths = drawn
    gone = {index for (index,) in paths}
    rest = tuple(block for i, block in enumerate(project.stack) if i not in gone)
    assert edits.remove(project, paths).stack == rest


@given(projects_with_paths(), st.data())
def test_moving_loses_nothing_and_keeps_order(drawn: tuple, data: st.DataObject) -> None:
    project, paths = drawn
    to = data.draw(st.integers(0, len(project.stack)))
    after, places = edits.move(project, paths, (to,))
    assert Counter(after.stack) == Counter(project.stack)
    moved = [project.stack[index] for (index,) in sorted(paths)]
    assert [after.block(place) for place in places] == moved
    others = [block for block in project.stack if block not in moved]
    assert [block for block in after.stack if block not in moved] == others
    # What stood at the target, if it was not moved itself, comes right after what was moved.
    if to < len(project.stack) and (to,) not in paths:
        assert after.stack[places[-1][0] + 1] == project.stack[to]


@given(projects_with_paths())
def test_moving_where_it_stands_changes_nothing(drawn: tuple) -> None:
    project, paths = drawn
    first, last = min(paths)[0], max(paths)[0]
    together = [(index,) for index in range(first, last + 1)]
    for to in range(first, last + 2):
        assert edits.move(project, together, (to,))[0] == project


@given(projects_with_paths())
def test_copies_stand_behind_and_lose_their_names(drawn: tuple) -> None:
    project, paths = drawn
    after, places = edits.duplicate(project, paths)
    for place, (index,) in zip(places, sorted(paths), strict=True):
        assert after.block(place) == project.stack[index].changed(name="")
    assert edits.remove(after, places) == project


@given(projects_with_paths())
def test_replacing_puts_any_number_in_place_of_one(drawn: tuple) -> None:
    project, paths = drawn
    path = paths[0]
    same = edits.replace(project, path, (project.block(path),))
    assert same == project
    assert hash(same) == hash(project)
    assert edits.replace(project, path, ()) == edits.remove(project, [path])


@given(projects_with_paths())
def test_an_edit_never_changes_the_project_it_was_made_from(drawn: tuple) -> None:
    project, paths = drawn
    before = msgspec.json.encode(project)
    edits.remove(project, paths)
    edits.move(project, paths, (0,))
    edits.duplicate(project, paths)
    assert msgspec.json.encode(project) == before
    with pytest.raises(AttributeError):
        project.name = "other"


class TestNames:
    @given(st.lists(st.sampled_from(["", "a", "a_1", "conv2d", "input", "rescaling"]), max_size=9))
    def test_layers_have_names_of_their_own(self, names: list[str]) -> None:
        stack = tuple(CATALOGUE["Conv2D"](name=name) for name in names)
        given_names = tuple(block_names(Project(stack=stack)).values())
        assert len(set(given_names)) == len(stack)
        assert not {"input", "rescaling"} & set(given_names)

    def test_a_name_of_the_users_is_kept(self) -> None:
        stack = (CATALOGUE["Conv2D"](), CATALOGUE["Conv2D"](name="conv2d"))
        assert block_names(Project(stack=stack)) == {(0,): "conv2d_1", (1,): "conv2d"}

    def test_blocks_are_called_by_kind_and_place(self) -> None:
        project = Project(stack=(CATALOGUE["Conv2D"](), CATALOGUE["Dense"](name="end")))
        assert label(project, (0,)) == "Conv2D (block 1)"
        assert label(project, (1,)) == "“end” (Dense, block 2)"
        assert show_path((3, 0, 1)) == "3.0.1"


def test_no_more_blocks_are_inserted_than_a_file_may_hold() -> None:
    """Pasted twice, a long stack could be saved and never opened again."""
    stack = (CATALOGUE["Group"](body=(CATALOGUE["Flatten"](),) * (MAX_BLOCKS - 2)),)
    project = edits.insert(Project(stack=stack), (1,), (CATALOGUE["Flatten"](),))
    assert decode_project(encode_project(project)) == project
    with pytest.raises(edits.EditError, match="at most 10,000 blocks"):
        edits.insert(project, (0,), (CATALOGUE["Flatten"](),))
    with pytest.raises(edits.EditError, match="at most 10,000 blocks"):
        edits.duplicate(project, [(1,)])
