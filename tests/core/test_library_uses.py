"""Uses of library blocks: which differ, how they follow, and that none ever holds itself."""

from __future__ import annotations

import pytest

from core import edits
from core.blocks import CATALOGUE
from core.blocks.containers import Group, Repeat
from core.library import Library, new_block
from core.library_differences import block_words, differences
from core.library_uses import (
    differing_uses,
    keep,
    linked,
    renamed,
    saved_from,
    storable,
    update,
    uses_of,
)
from core.nesting import MAX_NESTING, walk
from core.project import MAX_BLOCKS, Project
from core.project_file import decode_project, encode_project

CONV, POOL, NORM = CATALOGUE["Conv2D"], CATALOGUE["MaxPooling2D"], CATALOGUE["BatchNormalization"]
PAIR = (CONV(filters=16), CONV(filters=16))
TRIPLE = (*PAIR, NORM())


@pytest.fixture
def pair():
    return new_block("conv pair", PAIR)


@pytest.fixture
def project(pair):
    """Two uses, the second inside a Repeat."""
    return Project(stack=(pair.fresh(), POOL(), Repeat(body=(pair.fresh(),))))


def states(project, library):
    return [(use.path, use.state) for use in differing_uses(project, library)]


def edited(project, path, body):
    return edits.replace(project, path, (project.block(path).changed(body=body),))


def test_fresh_uses_are_not_worth_a_word(project, pair):
    assert differing_uses(project, Library((pair,))) == ()
    assert uses_of(project, pair.id) == ((0,), (2, 0, 0))


def test_without_its_library_a_project_is_whole_and_silent(project):
    assert differing_uses(project, Library()) == ()
    assert differing_uses(project, Library((new_block("another", PAIR),))) == ()
    assert decode_project(encode_project(project)) == project


def test_a_changed_library_block_is_offered_to_every_use(project, pair):
    library = Library((pair.changed(stack=TRIPLE),))
    assert states(project, library) == [((0,), "changed"), ((2, 0, 0), "changed")]


def test_an_edited_use_differs(project, pair):
    project = edited(project, (0,), TRIPLE)
    assert states(project, Library((pair,))) == [((0,), "differs")]


def test_both_edited_and_changed(project, pair):
    project = edited(project, (0,), TRIPLE)
    library = Library((pair.changed(stack=(POOL(),)),))
    assert states(project, library) == [((0,), "both"), ((2, 0, 0), "changed")]


def test_the_same_change_on_both_sides_is_no_difference(project, pair):
    project = edited(project, (0,), TRIPLE)
    library = Library((pair.changed(stack=TRIPLE),))
    assert states(project, library) == [((2, 0, 0), "changed")]


def test_names_and_folding_do_not_differ(project, pair):
    body = (PAIR[0].changed(name="mine"), PAIR[1])
    project = edited(project, (0,), body)
    assert states(project, Library((pair,))) == []


def test_updating_takes_what_the_library_holds_and_keeps_names(project, pair):
    project = edited(project, (0,), (PAIR[0].changed(name="mine"), PAIR[1]))
    changed = pair.changed(stack=TRIPLE)
    after = update(project, uses_of(project, pair.id), changed)
    assert after.block((0,)).body == (PAIR[0].changed(name="mine"), PAIR[1], NORM())
    assert after.block((2, 0, 0)).body == TRIPLE
    assert differing_uses(after, Library((changed,))) == ()


def test_updating_one_leaves_the_others(project, pair):
    changed = pair.changed(stack=TRIPLE)
    after = update(project, [(0,)], changed)
    assert states(after, Library((changed,))) == [((2, 0, 0), "changed")]


def test_kept_uses_are_quiet_until_the_next_change(project, pair):
    changed = pair.changed(stack=TRIPLE)
    after = keep(project, [(0,)], changed)
    assert [use.kept for use in differing_uses(after, Library((changed,)))] == [True, False]
    again = pair.changed(stack=(POOL(),))
    assert [use.kept for use in differing_uses(after, Library((again,)))] == [False, False]
    assert after.block((0,)).body == PAIR


def test_saving_from_an_edited_use_offers_it_to_the_others(project, pair):
    library = Library((pair,))
    project = edited(project, (0,), TRIPLE)
    saved = saved_from(project.block((0,)), pair, library)
    assert (saved.id, saved.name, saved.stack) == (pair.id, pair.name, TRIPLE)
    after = linked(project, (0,), saved)
    assert states(after, library.with_block(saved)) == [((2, 0, 0), "changed")]


def test_renaming_reaches_the_uses_and_changes_nothing_else(project, pair):
    after = renamed(project, pair.changed(name="double"))
    assert [after.block(path).library.name for path in uses_of(after, pair.id)] == ["double"] * 2
    assert differing_uses(after, Library((pair.changed(name="double"),))) == ()


class TestBlocksWithinBlocks:
    @pytest.fixture
    def outer(self, pair):
        return new_block("stage", (pair.fresh(), POOL()))

    def test_an_inner_use_follows_by_itself(self, pair, outer):
        project = Project(stack=(outer.fresh(),))
        changed = pair.changed(stack=TRIPLE)
        library = Library((changed, outer))
        assert states(project, library) == [((0, 0, 0), "changed")]
        after = update(project, [(0, 0, 0)], changed)
        assert states(after, library) == [((0,), "differs")]

    def test_inner_and_outer_can_be_updated_together(self, pair, outer):
        project = Project(stack=(outer.fresh(), pair.fresh()))
        changed = pair.changed(stack=TRIPLE)
        after = update(project, uses_of(project, pair.id), changed)
        assert [b.kind() for _, b in walk(after.stack)].count("BatchNormalization") == 2

    def test_a_block_never_holds_itself(self, pair):
        wrapped = Group(body=(pair.fresh(), POOL()), library=pair.use)
        saved = saved_from(wrapped, pair, Library((pair,)))
        assert uses_of(Project(stack=saved.stack), pair.id) == ()
        assert saved.stack[0].body == PAIR

    def test_nor_by_a_detour(self, pair, outer):
        library = Library((pair, outer))
        stack = storable((outer.fresh(),), pair.id, library)
        assert uses_of(Project(stack=stack), outer.id) == ()
        assert uses_of(Project(stack=stack), pair.id) == ()

    def test_nor_by_a_detour_that_the_library_took_since(self, pair, outer):
        other = new_block("other", (NORM(),))
        old_use = other.fresh()
        other = other.changed(stack=(pair.fresh(),))
        stack = storable((old_use,), pair.id, Library((pair, outer, other)))
        assert uses_of(Project(stack=stack), other.id) == ()

    def test_an_update_inside_brings_no_use_of_what_is_around(self, pair, outer):
        project = Project(stack=(outer.fresh(),))
        looping = pair.changed(stack=(outer.fresh(),))
        after = update(project, [(0, 0, 0)], looping)
        assert uses_of(after, outer.id) == ((0,),)


class TestDifferences:
    def test_equal_stacks_have_none(self):
        assert {line.side for line in differences(PAIR, PAIR)} == {"same"}

    def test_changed_added_and_removed_blocks(self):
        first = (CONV(filters=16), POOL(), NORM())
        second = (CONV(filters=32), POOL())
        assert [(line.side, line.words.split(",")[0]) for line in differences(first, second)] == [
            ("first", "Conv2D: filters 16"),
            ("second", "Conv2D: filters 32"),
            ("same", "MaxPooling2D: pool size 2×2"),
            ("first", "BatchNormalization"),
        ]

    def test_nested_blocks_are_moved_in(self):
        assert [line.depth for line in differences((Group(body=PAIR),), ())] == [0, 1, 1]

    def test_every_field_that_is_set_is_said(self):
        block = CONV(filters=8, padding="same", use_bias=False, disabled=True)
        assert block_words(block).startswith("Conv2D: disabled, filters 8")
        assert "padding same" in block_words(block)
        assert "use bias off" in block_words(block)


class TestTooLarge:
    """What could be saved but not opened again is never made."""

    def nested(self, deep, *held):
        body = held
        for _ in range(deep):
            body = (Group(body=body),)
        return body

    def test_an_update_that_nests_too_deeply_is_refused(self, pair):
        project = Project(stack=self.nested(MAX_NESTING - 1, pair.fresh()))
        deeper = pair.changed(stack=(Group(body=PAIR),))
        path = next(path for path, block in project.walk() if getattr(block, "library", None))
        with pytest.raises(edits.EditError, match=f"{MAX_NESTING} containers"):
            update(project, [path], deeper)

    def test_an_update_that_brings_too_many_blocks_is_refused(self, project, pair):
        many = pair.changed(stack=(CONV(),) * (MAX_BLOCKS // 2))
        assert update(project, [(0,)], many)
        with pytest.raises(edits.EditError, match="10,000 blocks"):
            update(project, [(0,), (2, 0, 0)], many)
