"""Drags, as Qt delivers them: inserting at every place, moving one and several, deleting."""

from __future__ import annotations

import pytest
from design_helpers import Drag, block, drag_over, kinds, place, small
from PySide6.QtCore import QMimeData, QPoint

from core.project import Project
from gui.design.gestures.drop import scroll_speed
from gui.design.gestures.insert import resting_place
from gui.design.transfer import to_mime

SMALL = ["Conv2D", "MaxPooling2D", "Flatten", "Dense"]


@pytest.mark.parametrize("index", range(5))
def test_a_palette_card_can_be_dropped_at_every_place(page, document, index):
    drag = drag_over(page, block("Dropout")).enter(place(page, index))
    assert drag.accepted
    drag.drop(place(page, index))
    assert kinds(document) == [*SMALL[:index], "Dropout", *SMALL[index:]]
    assert document.undo_stack.undoText() == "insert Dropout"
    assert document.selection == ((index,),)
    document.undo_stack.undo()
    assert document.project == small()


def test_the_gap_says_what_would_happen_before_it_does(page, document):
    drag_over(page, block("GlobalAveragePooling2D")).enter(place(page, 2))
    preview = page.loom.surface.preview
    assert preview.isVisible()
    assert (
        preview.text
        == (
            "GlobalAveragePooling2D · would give 32 instead of 13 × 13 × 32 · "
            "Dense below: 54,090 → 330 parameters"
        )
        or "would give 32" in preview.text
    )
    assert document.project == small()


def test_the_preview_tells_of_a_new_error(page):
    drag_over(page, block("Conv2D")).enter(place(page, 3))
    assert "needs a picture" in page.loom.surface.preview.text


def test_the_gap_opens_closes_and_leaves_nothing(page, qtbot):
    drag = drag_over(page, block("Dropout")).enter(place(page, 1))
    below = page.loom.cards[2]
    closed = below.y()
    qtbot.waitUntil(lambda: below.y() > closed + 40)
    drag.leave()
    qtbot.waitUntil(lambda: below.y() == closed)
    assert not page.loom.surface.preview.isVisible()


def test_moving_within_an_open_gap_does_not_make_it_flee(page, qtbot):
    drag = drag_over(page, block("Dropout")).enter(place(page, 1))
    qtbot.waitUntil(lambda: page.loom.surface.gaps.heights.get((1,), 0) > 40)
    drag.move(place(page, 1))
    index = page.loom.drops.place
    drag.move(place(page, 1) + QPoint(0, 3))
    assert page.loom.drops.place == index


@pytest.mark.parametrize(
    ("paths", "target", "expected"),
    [
        ([0], 2, ["MaxPooling2D", "Conv2D", "Flatten", "Dense"]),
        ([3], 0, ["Dense", "Conv2D", "MaxPooling2D", "Flatten"]),
        ([0, 2], 4, ["MaxPooling2D", "Dense", "Conv2D", "Flatten"]),
        ([1, 3], 0, ["MaxPooling2D", "Dense", "Conv2D", "Flatten"]),
    ],
)
def test_cards_are_reordered_one_or_several_at_once(page, document, paths, target, expected):
    move = page.loom.pick_up(tuple((index,) for index in paths))
    assert all(page.loom.cards[index + 1].lifted for index in paths)
    point = place(page, target)
    drag_over(page, *move.blocks).enter(point).drop(point)
    page.loom.put_down()
    assert kinds(document) == expected
    words = move.blocks[0].kind() if len(paths) == 1 else f"{len(paths)} blocks"
    assert document.undo_stack.undoText() == f"move {words}"
    assert not any(card.lifted for card in page.loom.cards)
    assert [document.project.block(path) for path in document.selection] == list(move.blocks)


def test_a_move_to_where_it_stands_changes_nothing(page, document):
    move = page.loom.pick_up(((1,),))
    drag_over(page, *move.blocks).enter(place(page, 1))
    assert "stays where it is" in page.loom.surface.preview.text
    drag_over(page, *move.blocks).drop(place(page, 1))
    page.loom.put_down()
    assert document.undo_stack.count() == 0


def test_cancelling_leaves_everything_as_it_was(page, document):
    move = page.loom.pick_up(((1,),))
    drag_over(page, *move.blocks).enter(place(page, 3)).leave()
    page.loom.put_down()
    assert document.project == small()
    assert page.loom.drops.place is None


def test_dropping_on_the_palette_deletes_with_a_visible_hint(page, document):
    move = page.loom.pick_up(((0,), (1,)))
    drag = Drag(page.palette_list, to_mime(move.blocks)).enter(QPoint(50, 50))
    assert drag.accepted
    assert page.palette_list._hint.isVisible()
    assert page.palette_list._hint.text == "Let go to delete 2 blocks"
    drag.drop(QPoint(50, 50))
    page.loom.put_down()
    assert kinds(document) == ["Flatten", "Dense"]
    assert document.undo_stack.undoText() == "delete 2 blocks"
    assert not page.palette_list._hint.isVisible()
    document.undo_stack.undo()
    assert document.project == small()


def test_while_blocks_are_carried_the_palette_says_where_to_throw_them(page):
    hint = page.palette_list._hint
    move = page.loom.pick_up(((1,),))
    assert hint.isVisible()
    assert hint.text == "Drag here to delete"
    assert hint.height() < page.palette_list.height() / 2
    drag = Drag(page.palette_list, to_mime(move.blocks)).enter(QPoint(50, 50))
    assert hint.text == "Let go to delete this block"
    assert hint.height() == page.palette_list.height()
    drag.leave()
    assert hint.text == "Drag here to delete"
    page.loom.put_down()
    assert not hint.isVisible()


def test_a_new_block_cannot_be_thrown_away(page):
    assert not Drag(page.palette_list, to_mime((block("Dropout"),))).enter(QPoint(9, 9)).accepted


def test_other_things_are_not_taken(page, document):
    mime = QMimeData()
    mime.setText("hello")
    assert not Drag(page.loom.surface, mime).enter(place(page, 1)).accepted
    mime = QMimeData()
    mime.setData("application/x-layerloom-blocks", b"{broken")
    assert not Drag(page.loom.surface, mime).enter(place(page, 1)).accepted
    assert document.project == small()


def test_a_drop_on_the_empty_loom_is_the_first_block(make_page):
    page = make_page(Project())
    point = QPoint(page.loom.surface.width() // 2, 300)
    drag_over(page, block("Flatten")).enter(point).drop(point)
    assert kinds(page._document) == ["Flatten"]


def test_scrolling_starts_near_the_rims_and_grows():
    assert scroll_speed(300, 600) == 0
    assert scroll_speed(40, 600) < 0
    assert scroll_speed(2, 600) < scroll_speed(40, 600)
    assert scroll_speed(598, 600) > scroll_speed(560, 600) > 0
    assert scroll_speed(-5, 600) == 0


def test_a_block_dropped_nowhere_goes_where_it_fits():
    project = small()
    assert resting_place(project, (), (block("Conv2D"),)) == (2,)
    assert resting_place(project, (), (block("Dense", units=8),)) == (3,)
    assert resting_place(project, (), (block("Dropout"),)) == (3,)
    assert resting_place(project, ((0,),), (block("Conv2D"),)) == (1,)
    assert resting_place(project, ((-1,),), (block("Conv2D"),)) == (0,)
    assert resting_place(Project(), (), (block("Conv2D"),)) == (0,)
    conv = block("Conv2D")
    for branches, where in (
        (((), ()), (0, 0, 0)),
        (((conv,), (), ()), (0, 1, 0)),
        (((conv,), (conv,)), (1,)),
    ):
        parallel = block("Parallel", branches=branches)
        assert resting_place(Project(stack=(parallel,)), ((0,),), (conv,)) == where
        folded = Project(stack=(parallel.changed(collapsed=True),))
        assert resting_place(folded, ((0,),), (conv,)) == (1,)
