"""Branches side by side: where everything stands, for any nesting and any width of the loom."""

from __future__ import annotations

from cProfile import Profile
from itertools import pairwise

import pytest
from design_helpers import block, drag_over, tree
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from core.analysis import analyse
from core.blocks import CATALOGUE, Container, Role
from core.blocks.containers import Parallel
from core.project import Project
from core.project_file import load_template
from gui.design.faces import faces
from gui.design.gestures.select import between
from gui.design.landing import landing
from gui.design.layout import Layout, Plan
from gui.design.look import Metrics
from gui.design.nest import Bracket, bottom, top
from gui.design.rows import rows
from gui.document import Document
from tests.strategies import block_of

Key = Qt.Key
ALT = Qt.KeyboardModifier.AltModifier
CONTAINERS = [cls for cls in CATALOGUE.values() if issubclass(cls, Container)]
NOTE_HEIGHT = 37


def conv(filters: int = 8):
    return block("Conv2D", padding="same", filters=filters, activation="relu")


def parallel(*branches, **fields):
    return block("Parallel", branches=branches, **fields)


@st.composite
def nested(draw: st.DrawFn) -> Project:
    """Stacks with containers in containers, some folded, disabled or wrong."""
    kinds = st.sampled_from(CONTAINERS).flatmap(block_of)
    blocks = [*draw(st.lists(kinds, min_size=1, max_size=3)), conv()]
    for _ in range(draw(st.integers(0, 3))):
        inner = tuple(blocks)
        others = draw(st.lists(st.sampled_from([(), (conv(),), inner]), min_size=1, max_size=4))
        blocks = [draw(st.sampled_from([block("Group", body=inner), parallel(inner, *others)]))]
    folded = draw(st.booleans())
    blocks.append(parallel((conv(),), (), collapsed=folded, disabled=draw(st.booleans())))
    return Project(stack=tuple(blocks))


def laid_out(project: Project, room: int, gaps=None, zoom: float = 1.0) -> Layout:
    """The layout of a project; every third card has a note."""
    analysis = analyse(project)
    shown = rows(project, analysis, faces(project, analysis))
    height = {one.face.path: NOTE_HEIGHT for one in shown[1::3] if one.sort == "card"}
    plan = Plan(shown, Metrics(zoom), room, 28, lambda path, _width, _away: height.get(path, 0))
    return plan.layout(gaps or {})


def whole(layout: Layout, item: Bracket) -> QRect:
    return layout.spots[item.card].rect.united(layout.spots[item.foot].rect)


def numbers(item) -> list[int]:
    """The rows of an item."""
    return list(range(top(item), bottom(item) + 1))


rooms = st.integers(200, 1600)


@given(nested(), rooms, st.sampled_from([0.5, 1.0, 1.5]))
def test_no_two_cards_overlap_and_notes_lie_on_none(project, room, zoom):
    layout = laid_out(project, room, zoom=zoom)
    boxes = [spot.rect for spot in layout.spots if spot.row.sort in ("card", "empty", "caption")]
    boxes += layout.notes.values()
    for number, one in enumerate(boxes):
        assert one.width() > 0
        assert not any(one.intersects(other) for other in boxes[number + 1 :])


@given(nested(), rooms)
def test_everything_stands_inside_its_bracket_and_all_in_the_whole(project, room):
    layout = laid_out(project, room)
    for item in layout.brackets:
        around = whole(layout, item)
        for number in numbers(item):
            assert around.contains(layout.spots[number].rect) or not layout.spots[number].height
    everything = QRect(0, 0, layout.width, layout.height)
    assert all(everything.contains(spot.rect) for spot in layout.spots if spot.height)
    assert layout.width >= room


@given(nested(), rooms)
def test_branches_begin_and_end_at_one_height_and_stand_apart(project, room):
    layout = laid_out(project, room)
    for item in layout.brackets:
        firsts = [layout.spots[top(inner[0])] for inner in item.lanes]
        lasts = [layout.spots[bottom(inner[-1])] for inner in item.lanes]
        if item.card in layout.beside:
            assert len({spot.y for spot in firsts}) == 1
            assert len({spot.end for spot in lasts}) == 1
            assert all(a.x + a.width < b.x for a, b in pairwise(firsts))
        else:
            assert len({spot.x for spot in firsts}) == 1
            assert all(a.y < b.y for a, b in pairwise(firsts))


@given(nested(), rooms)
def test_rows_are_in_the_order_of_reading_and_threads_lead_down(project, room):
    layout = laid_out(project, room)
    cards = [spot.path for spot in layout.spots if spot.row.sort == "card"]
    assert cards == sorted(cards)
    for item in layout.brackets:
        for inner in item.lanes:
            for above, below in pairwise(inner):
                assert layout.spots[bottom(above)].end == layout.spots[top(below)].y


@given(nested(), rooms, st.data())
def test_a_gap_moves_nothing_above_it_and_nothing_sideways(project, room, data):
    closed = laid_out(project, room)
    places = [spot.row.place for spot in closed.spots if spot.row.place is not None]
    place = data.draw(st.sampled_from(places))
    opened = laid_out(project, room, {place: 56.0})
    below = closed.spot_before(place)
    for before, after in zip(closed.spots, opened.spots, strict=True):
        assert (before.x, before.width) == (after.x, after.width)
        assert before.y <= after.y <= before.y + 56
        if before.y < below.y:
            assert before.y == after.y
            assert before.below == after.below or not before.row.tensor


@given(nested(), rooms)
def test_every_place_can_be_hit(project, room):
    layout = laid_out(project, room)
    places = {spot.row.place for spot in layout.spots if spot.row.place is not None}
    middles = sorted({spot.x + spot.width // 2 for spot in layout.spots})
    hit = {landing(layout, x, y) for x in middles for y in range(0, layout.height + 9, 2)}
    assert hit - {None} == places


@pytest.mark.parametrize("room", [274, 768, 1200])
@pytest.mark.parametrize("branches", range(2, 9))
def test_two_to_eight_branches_are_legible_columns(branches, room):
    layout = laid_out(Project(stack=(parallel(*[(conv(),)] * branches),)), room)
    cards = [spot for spot in layout.spots if len(spot.path) == 3 and spot.row.sort == "card"]
    assert len({spot.width for spot in cards}) <= 2  # a pixel may be left over
    assert min(spot.width for spot in cards) >= 128
    assert bool(layout.beside) == (branches * 140 + 16 <= 3 * room)


def test_the_whole_of_a_wide_container_s_card_is_in_view():
    layout = laid_out(Project(stack=(parallel(*[(conv(),)] * 8),)), 768)
    card, foot = (layout.spots[number] for number in (1, layout.brackets[0].foot))
    assert card.x + card.width <= 768 < foot.x + foot.width


def test_the_tensor_under_the_last_block_inside_is_drawn_once():
    body = (conv(), block("Repeat", body=(block("Residual", body=(conv(),)),)))
    layout = laid_out(Project(stack=(block("Group", body=body), block("Flatten"))), 768)
    drawn = [spot.path for spot in layout.spots if spot.row.tensor]
    assert drawn == [(-1,), (0, 0, 0), (0,), (1,)]


def test_what_passes_a_disabled_block_keeps_the_colour_of_its_maker():
    off = parallel((block("Dropout"),), (), disabled=True)
    layout = laid_out(Project(stack=(conv(), off, block("Dropout", disabled=True))), 768)
    roles = [spot.row.role for spot in layout.spots if spot.row.tensor and spot.row.output]
    assert roles == [Role.INPUT, Role.CONVOLUTION, Role.CONVOLUTION, Role.CONVOLUTION]


def test_laying_out_grows_with_the_number_of_blocks_and_not_faster():
    """Twice the blocks take twice the calls; counted, since a clock would tell of the machine."""
    calls = [_calls(75), _calls(150)]
    assert calls[1] <= 2.1 * calls[0]


def _calls(count: int) -> int:
    """Function calls of the layout of so many Parallels with a gap open."""
    project = Project(stack=tuple(parallel((conv(),), (conv(), conv())) for _ in range(count)))
    analysis = analyse(project)
    shown = rows(project, analysis, faces(project, analysis))
    profile = Profile()
    with profile:
        Plan(shown, Metrics(), 768, 28, lambda _path, _width, _away: 0).layout({(3,): 20.0})
    return sum(entry.callcount for entry in profile.getstats())


# On the page


@pytest.fixture
def document() -> Document:
    branches = ((conv(), conv()), (conv(16),), (), (conv(), conv(4)))
    return Document(Project(stack=(parallel(*branches), block("Flatten"))))


def press(key, modifiers=Qt.KeyboardModifier.NoModifier):
    QTest.keyClick(QApplication.focusWidget(), key, modifiers)


def walk(page, document, start, *keys) -> list:
    page.loom.focus_card(start)
    document.select((start,))
    seen = []
    for key in keys:
        press(key)
        seen += document.selection
    return seen


def test_left_and_right_lead_from_branch_to_branch(page, document):
    keys = (Key.Key_Right, Key.Key_Right, Key.Key_Right, Key.Key_Left, Key.Key_Left, Key.Key_Left)
    seen = walk(page, document, (0, 0, 1), *keys)
    # The empty branch has no card and is passed by; from the first one, the way leads out.
    assert seen == [(0, 1, 0), (0, 3, 0), (0, 3, 0), (0, 1, 0), (0, 0, 0), (0,)]


def test_up_and_down_stay_in_a_branch_and_lead_out_of_it(page, document):
    seen = walk(page, document, (0, 3, 0), Key.Key_Down, Key.Key_Down, Key.Key_Up, Key.Key_Up)
    assert seen == [(0, 3, 1), (1,), (0, 0, 1), (0, 0, 0)]
    assert walk(page, document, (0, 3, 0), Key.Key_Up) == [(0,)]


def test_alt_left_and_right_carry_a_block_to_other_branches(page, document):
    before = document.project
    page.loom.focus_card((0, 1, 0))
    document.select(((0, 1, 0),))
    press(Key.Key_Right, ALT)
    assert document.selection == ((0, 2, 0),)
    assert document.undo_stack.undoText() == "move Conv2D to another branch"
    press(Key.Key_Right, ALT)
    assert [len(branch) for branch in document.project.stack[0].branches] == [2, 0, 0, 3]
    press(Key.Key_Right, ALT)
    assert "another one on that side" in page.notice.text()
    document.undo_stack.undo()
    document.undo_stack.undo()
    assert document.project == before


def test_shift_selects_within_a_branch_and_else_whole_containers():
    shown = [(-1,), (0,), (0, 0, 0), (0, 0, 1), (0, 1, 0), (1,)]
    assert between((0, 0, 0), (0, 0, 1), shown) == ((0, 0, 0), (0, 0, 1))
    assert between((0, 0, 1), (0, 1, 0), shown) == ((0,),)
    assert between((1,), (0, 0, 1), shown) == ((0,), (1,))
    assert between((-1,), (0, 0, 0), shown) == ((0,),)
    assert between((5,), (0, 1, 0), shown) == ((0, 1, 0),)


def test_a_card_says_which_branch_of_how_many(page):
    name = page.loom.surface.card((0, 1, 0)).accessibleName()
    assert name.endswith("block 1 of 1 in branch 2 of 4 in Parallel (block 1)")


def place_of(page, place) -> QPoint:
    return page.loom.surface.layout_now.spot_before(place).rect.center()


def test_a_drop_in_the_third_branch_previews_the_containers_result(page, document, qtbot):
    surface = page.loom.surface
    drag = drag_over(page, conv(12)).enter(place_of(page, (0, 2, 0)))
    assert page.loom.drops.place == (0, 2, 0)
    assert surface.slot.isVisible()
    assert surface.slot.shape == "28 × 28 × 12"
    assert "Parallel would give 28 × 28 × 40 instead of 28 × 28 × 29" in surface.preview.text
    empty = surface.layout_now.spot_before((0, 2, 0))
    assert surface.slot.geometry().contains(empty.rect.center())
    drag.drop(place_of(page, (0, 2, 0)))
    assert tree(document.project.stack[0].branches[2]) == ["Conv2D"]


def test_a_drop_into_nested_containers_tells_what_each_would_give(make_page):
    inner = parallel((conv(8),), (conv(8),))
    page = make_page(Project(stack=(block("Repeat", times=2, body=(inner,)), block("Flatten"))))
    place = (0, 0, 0, 1, 1)
    drag_over(page, conv(4)).enter(place_of(page, place))
    assert page.loom.drops.place == place
    text = page.loom.surface.preview.text
    assert "Parallel would give 28 × 28 × 12 instead of 28 × 28 × 16" in text
    assert "Repeat 2 × would give 28 × 28 × 12 instead of 28 × 28 × 16" in text


def test_what_follows_in_the_same_branch_is_told(make_page):
    branch = (block("Flatten"), block("Dense", units=8))
    page = make_page(Project(stack=(parallel(branch, (block("Flatten"),)), block("Dense"))))
    drag_over(page, block("MaxPooling2D")).enter(place_of(page, (0, 0, 0)))
    assert page.loom.drops.place == (0, 0, 0)
    assert "Dense below: 6,280 → 1,576 parameters" in page.loom.surface.preview.text


def test_a_note_without_room_in_its_branch_stands_below_and_names_the_block(make_page):
    wrong = (block("Flatten"), conv())
    page = make_page(Project(stack=(parallel((conv(),), (conv(),), (), wrong), block("Flatten"))))
    surface = page.loom.surface
    note, foot = (
        surface.note((0, 3, 1)),
        surface.layout_now.spots[surface.layout_now.brackets[0].foot],
    )
    assert note.y() >= foot.y + foot.height
    assert note.width() == foot.width
    texts = [label.text() for label in note.findChildren(QLabel) if label.isVisible()]
    assert texts[0] == "Block 1, branch 4, block 2 (Conv2D)"


def test_a_block_s_own_note_needs_no_name(make_page):
    note = make_page(Project(stack=(block("Flatten"), conv()))).loom.surface.note((1,))
    assert not any("lock 2" in label.text() for label in note.findChildren(QLabel))


def test_a_wide_stack_scroll_sideways_to_a_block(make_page):
    page = make_page(Project(stack=(parallel(*[(conv(),)] * 8), block("Flatten"))))
    bar = page.loom.horizontalScrollBar()
    assert bar.maximum() > 0
    page.loom.focus_card((0, 7, 0))
    assert bar.value() > 0
    seen = page.loom.viewport().rect()
    card = page.loom.surface.card((0, 7, 0))
    assert seen.contains(card.rect().translated(card.mapTo(page.loom.viewport(), QPoint(0, 0))))
    page.loom.focus_card((1,))
    assert (
        page.loom.viewport()
        .rect()
        .contains(page.loom.surface.card((1,)).mapTo(page.loom.viewport(), QPoint(0, 0)))
    )


def test_the_inception_template_needs_no_scrolling_in_a_usual_window(make_page):
    page = make_page(load_template("inception-style"))
    page.resize(1380, 900)
    QApplication.processEvents()
    assert page.loom.horizontalScrollBar().maximum() == 0
    assert any(isinstance(one, Parallel) for one in page._document.project.stack)
