"""Blocks within blocks on the loom: built, moved, folded and taken apart by mouse and by keys."""

from __future__ import annotations

import random

import pytest
from design_helpers import block, chips, drag_over, kinds, small, tree
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication

from core import edits
from core.analysis import analyse
from core.blocks import CATALOGUE
from core.nesting import MAX_NESTING
from core.project import Project
from gui.design.card_menu import card_menu
from gui.design.faces import INPUT_PATH, faces, visible_path
from gui.design.icon_button import IconButton
from gui.document import Document

ALT = Qt.KeyboardModifier.AltModifier
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
LEFT = Qt.MouseButton.LeftButton
Key = Qt.Key

CONV = {"padding": "same", "filters": 16}
BASIC = ["Residual", ["Conv2D", "BatchNormalization", "Activation", "Conv2D"]]
INCEPTION = ["Parallel", ["Conv2D"], ["Conv2D", "Conv2D"], ["MaxPooling2D", "Conv2D"]]


def press(key, modifiers=Qt.KeyboardModifier.NoModifier):
    QTest.keyClick(QApplication.focusWidget(), key, modifiers)


def nested() -> Project:
    """A Residual in a Repeat, a Parallel with an empty branch, and a classifier's end."""
    body = (block("Conv2D", **CONV), block("BatchNormalization"))
    residual = block("Residual", activation="relu", body=body)
    branches = ((block("Conv2D", **CONV), block("Dropout")), ())
    return Project(
        stack=(
            block("Repeat", times=3, body=(residual,)),
            block("Parallel", branches=branches),
            block("Flatten"),
            block("Dense", activation="softmax"),
        )
    )


@pytest.fixture
def document() -> Document:
    return Document(nested())


def drop(page, point: QPoint, *blocks) -> None:
    drag_over(page, *blocks).enter(point).drop(point)


def row(page, sort: str, path, number: int = 0) -> QPoint:
    """The middle of a row of a container that is no card."""
    found = [
        spot.rect
        for spot in page.loom.surface.layout_now.spots
        if spot.row.sort == sort and spot.path == path
    ]
    return found[number].center()


def lower(page, path) -> QPoint:
    """A point of a card's lower half."""
    box = page.loom.surface.card(path).geometry()
    return QPoint(box.center().x(), box.bottom() - 3)


def undo_all(document: Document) -> None:
    while document.undo_stack.canUndo():
        document.undo_stack.undo()


# What it shows


def test_every_block_has_a_card_in_the_order_of_reading(page, document):
    paths = [INPUT_PATH, *(path for path, _ in document.project.walk())]
    assert page.loom.shown == paths
    assert chips(page)[:4] == ["28 × 28 × 1", "28 × 28 × 16", "28 × 28 × 16", "28 × 28 × 16"]


def test_what_a_container_holds_stands_inside_its_bracket(page):
    outer, inner = page.loom.surface.card((0,)).geometry(), page.loom.surface.card((0, 0, 0))
    assert inner.x() == outer.x() + 20
    assert inner.geometry().right() < outer.right()


def test_cards_say_where_they_stand(page):
    cards = page.loom.surface
    assert cards.card((0,)).accessibleName().endswith("block 1 of 4")
    assert (
        cards.card((0, 0, 0, 0, 1))
        .accessibleName()
        .endswith("block 2 of 2 in Residual (block 1, block 1)")
    )
    assert (
        cards.card((1, 0, 1))
        .accessibleName()
        .endswith("block 2 of 2 in branch 1 of 2 in Parallel (block 2)")
    )


def test_the_feet_say_how_containers_end(page):
    words = {one.face.path: one.words for one in page.loom.surface._rows if one.sort == "foot"}
    assert words[(0,)] == "3 ×"
    assert words[(0, 0, 0)].startswith("+ input → relu")
    assert "shortcut projected: Conv2D 16 filters, 1×1" in words[(0, 0, 0)]
    assert words[(1,)] == "concatenate 16 + 16 → 28 × 28 × 32"


def test_an_error_in_one_branch_leaves_the_other_known(make_page):
    branches = ((block("Flatten"), block("Conv2D"), block("Dropout")), (block("Conv2D"),))
    page = make_page(Project(stack=(block("Parallel", branches=branches), block("Flatten"))))
    surface = page.loom.surface
    assert surface.card((0, 1, 0)).face.output == (26, 26, 32)
    for path in ((0, 0, 2), (0,), (1,)):
        assert "block 1, branch 1, block 2 (Conv2D)" in surface.card(path).face.why
    assert surface.note((0, 0, 1)) is not None


def test_a_fix_inside_selects_the_block_it_put_there(make_page):
    body = (block("Conv2D"), block("Dense", activation="softmax"))
    document = Document(Project(stack=(block("Group", body=body),)))
    note = make_page(document).loom.surface.note((0, 0, 1))
    buttons = note.findChildren(QAbstractButton)
    next(one for one in buttons if "Insert Flatten" in one.text()).click()
    assert tree(document.project.stack) == [["Group", ["Conv2D", "Flatten", "Dense"]]]
    assert document.selection == ((0, 0, 1),)


# Building


def test_a_basic_block_is_built_by_dragging(make_page):
    document = Document(small())
    page = make_page(document)
    drop(page, QPoint(page.loom.cards[1].x() + 40, page.loom.cards[1].y() + 2), block("Residual"))
    assert kinds(document)[0] == "Residual"
    drop(page, row(page, "empty", (0,)), block("Conv2D", **CONV))
    for kind in ("BatchNormalization", "Activation"):
        drop(page, row(page, "foot", (0,)) - QPoint(0, 8), block(kind))
    drop(page, row(page, "foot", (0,)) - QPoint(0, 8), block("Conv2D", **CONV))
    assert tree(document.project.stack)[0] == BASIC
    assert document.analysis.trainable_as_is
    drop(page, row(page, "foot", (0,)) + QPoint(0, 8), block("Dropout"))
    assert kinds(document)[:2] == ["Residual", "Dropout"]
    undo_all(document)
    assert document.project == small()


def test_an_inception_module_is_built_by_dragging(make_page):
    document = Document(small())
    page = make_page(document)
    parallel = block("Parallel", branches=((), (), ()))
    drop(page, QPoint(page.loom.cards[1].x() + 40, page.loom.cards[1].y() + 2), parallel)
    for _ in range(3):  # always the first branch that is empty still
        drop(page, row(page, "empty", (0,)), block("Conv2D", **CONV))
    drop(page, row(page, "tail", (0,), 2), block("Conv2D", **CONV))
    drop(page, row(page, "tail", (0,), 1), block("Conv2D", **CONV))
    pooling = block("MaxPooling2D", pool_size=(3, 3), strides=(1, 1), padding="same")
    drop(page, page.loom.surface.card((0, 2, 0)).geometry().topLeft() + QPoint(40, 2), pooling)
    move = page.loom.pick_up(((0, 2, 2),))
    page.loom.put_down()
    assert move.lifted == ((0, 2, 2),)
    document.select(((0, 2, 2),))
    page.delete()
    assert tree(document.project.stack)[0] == INCEPTION
    assert document.analysis.report((0,)).output == (28, 28, 48)
    undo_all(document)
    assert document.project == small()


def insert(page, kind: str) -> None:
    """Search the palette and press Enter."""
    page.focus_search()
    QTest.keyClicks(page.palette_list.search, kind)
    press(Key.Key_Return)
    press(Key.Key_Escape)
    page.loom.focus_card()


def test_a_basic_block_is_built_by_keys(make_page):
    document = Document(Project())
    page = make_page(document)
    for kind in ("Residual", "Conv2D", "BatchNormalization", "Activation", "Conv2D"):
        insert(page, kind)
    assert tree(document.project.stack) == [BASIC]
    assert document.selection == ((0, 0, 3),)
    undo_all(document)
    assert document.project == Project()


def test_an_inception_module_is_built_by_keys(make_page):
    document = Document(Project())
    page = make_page(document)
    insert(page, "Parallel")
    page.actions_of.change_branches(1)
    insert(page, "Conv2D")
    insert(page, "Conv2D")
    press(Key.Key_Right, ALT)
    insert(page, "Conv2D")
    insert(page, "MaxPooling2D")
    press(Key.Key_Right, ALT)
    insert(page, "Conv2D")
    assert tree(document.project.stack) == [INCEPTION]
    undo_all(document)
    assert document.project == Project()


# Dragging


def test_every_place_can_be_hit_and_is_where_the_block_lands(page, document):
    surface = page.loom.surface
    places = [one.place for one in surface._rows if one.place is not None]
    points = [
        QPoint(x, y) for y in range(surface.minimumHeight()) for x in range(0, surface.width(), 40)
    ]
    hit = {surface.insertion_place(point): point for point in points}
    assert set(hit) == set(places)
    for place, point in hit.items():
        drop(page, point, block("Dropout", rate=0.125))
        assert document.selection == (place,)
        assert document.project.block(place).rate == 0.125
        document.undo_stack.undo()


def test_a_block_is_dragged_out_of_a_container(page, document):
    move = page.loom.pick_up(((1, 0, 0),))
    drop(page, lower(page, (3,)), *move.blocks)
    page.loom.put_down()
    assert tree(document.project.stack)[1:] == [
        ["Parallel", ["Dropout"], []],
        "Flatten",
        "Dense",
        "Conv2D",
    ]
    assert document.selection == ((4,),)


def test_a_container_cannot_be_dropped_into_itself_and_says_so(page, document):
    move = page.loom.pick_up(((0,),))
    assert page.loom.surface.card((0, 0, 0, 0, 1)).lifted
    point = lower(page, (0, 0, 0, 0, 0))
    drag = drag_over(page, *move.blocks).enter(point)
    assert page.loom.surface.preview.text == "Repeat cannot be moved into itself."
    drag.drop(point)
    page.loom.put_down()
    assert document.project == nested()
    assert page.notice.text() == "Repeat cannot be moved into itself."


def test_too_deep_a_nesting_is_refused_in_words(make_page):
    inner = block("Flatten")
    for _ in range(MAX_NESTING):
        inner = block("Group", body=(inner,))
    document = Document(Project(stack=(inner,)))
    page = make_page(document)
    document.select(((0,),))
    page.actions_of.group()
    assert kinds(document) == ["Group"]
    assert document.undo_stack.count() == 0
    assert page.notice.text() == f"At most {MAX_NESTING} containers fit into one another."
    assert all(card.width() > 100 for card in page.loom.cards)


# Keys


def test_arrows_walk_through_containers(page, document):
    page.loom.focus_card((0,))
    document.select(((0,),))
    seen = []
    for _ in range(4):
        press(Key.Key_Down)
        seen += document.selection
    assert seen == [(0, 0, 0), (0, 0, 0, 0, 0), (0, 0, 0, 0, 1), (1,)]
    press(Key.Key_Right)
    assert document.selection == ((1, 0, 0),)
    press(Key.Key_Left)
    assert document.selection == ((1,),)


def test_shift_selects_only_the_outermost(page, document):
    page.loom.focus_card((0,))
    document.select(((0,),))
    page.loom.surface.card((0,)).click()
    page.loom.focus_card((0,))
    for _ in range(4):
        press(Key.Key_Down, SHIFT)
    assert document.selection == ((0,), (1,))


def test_alt_arrows_lead_into_and_out_of_containers(page, document):
    page.loom.focus_card((2,))
    document.select(((2,),))
    stations = []
    for _ in range(4):
        press(Key.Key_Up, ALT)
        stations += document.selection
    assert stations == [(1, 0, 2), (1, 0, 1), (1, 0, 0), (1,)]
    for _ in range(4):
        press(Key.Key_Down, ALT)
    assert document.project == nested()
    assert document.selection == ((2,),)


def test_alt_arrows_pass_a_collapsed_container(page, document):
    page.actions_of.fold((1,))
    page.loom.focus_card((2,))
    document.select(((2,),))
    press(Key.Key_Up, ALT)
    assert kinds(document) == ["Repeat", "Flatten", "Parallel", "Dense"]


def test_deleting_inside_selects_what_is_next_then_the_container(page, document):
    page.loom.focus_card((1, 0, 0))
    document.select(((1, 0, 0),))
    press(Key.Key_Delete)
    assert document.selection == ((1, 0, 0),)
    press(Key.Key_Delete)
    assert document.selection == ((1,),)
    assert tree(document.project.stack)[1] == ["Parallel", [], []]
    assert QApplication.focusWidget() is page.loom.surface.card((1,))


def test_copies_and_pastes_stay_in_the_stack(page, document):
    document.select(((1, 0, 0),))
    page.copy()
    page.paste()
    page.duplicate()
    assert tree(document.project.stack)[1][1] == ["Conv2D", "Conv2D", "Conv2D", "Dropout"]
    document.select(((0,), (0, 0, 0)))
    page.cut()
    assert kinds(document) == ["Parallel", "Flatten", "Dense"]
    assert document.undo_stack.undoText() == "cut Repeat"


def test_select_all_takes_the_outermost_stack(page, document):
    page.select_all()
    assert document.selection == ((0,), (1,), (2,), (3,))


# Folding, wrapping, disabling


def test_folding_hides_what_is_inside_and_can_be_undone(page, document):
    page.loom.focus_card((0, 0, 0, 0, 1))
    document.select(((0, 0, 0, 0, 1),))
    button = page.loom.surface.card((0,)).findChild(IconButton)
    assert button.accessibleName() == "Fold away Repeat, block 1 of 4"
    QTest.mouseClick(button, LEFT)
    assert document.undo_stack.undoText() == "collapse Repeat"
    assert document.selection == ((0,),)
    assert QApplication.focusWidget() is page.loom.surface.card((0,))
    assert page.loom.surface.card((0, 0, 0)) is None
    assert "collapsed" in page.loom.surface.card((0,)).accessibleName()
    press(Key.Key_Right)
    assert document.undo_stack.undoText() == "expand Repeat"
    press(Key.Key_Left)
    document.undo_stack.undo()
    assert document.project == nested()
    assert page.loom.surface.card((0, 0, 0)) is not None


def test_a_folded_container_tells_of_problems_inside(make_page):
    body = (block("Flatten"), block("Conv2D"))
    page = make_page(Project(stack=(block("Group", body=body, collapsed=True),)))
    surface = page.loom.surface
    assert surface.card((0,)).face.severity == "error"
    assert "needs a picture" in surface.note((0,)).accessibleName()


def test_wrapping_and_unwrapping(page, document):
    page.loom.focus_card((2,))
    document.select(((2,), (3,)))
    press(Key.Key_G, CTRL)
    assert tree(document.project.stack)[2] == ["Group", ["Flatten", "Dense"]]
    assert document.undo_stack.undoText() == "put 2 blocks into Group"
    assert document.selection == ((2,),)
    press(Key.Key_G, CTRL | SHIFT)
    assert document.project == nested()
    assert document.selection == ((2,), (3,))
    assert document.undo_stack.undoText() == "take blocks out of Group"


def test_blocks_of_different_stacks_cannot_be_wrapped(page, document):
    document.select(((1, 0, 0), (2,)))
    page.actions_of.group()
    assert document.project == nested()
    assert "one and the same stack" in page.notice.text()


def test_disabling_fades_a_card_and_is_said(page, document):
    page.loom.focus_card((1, 0, 1))
    document.select(((1, 0, 1),))
    press(Key.Key_D)
    card = page.loom.surface.card((1, 0, 1))
    assert document.undo_stack.undoText() == "disable Dropout"
    assert "disabled" in card.accessibleName()
    assert card.face.line.startswith("disabled · ")
    press(Key.Key_D)
    assert document.project == nested()


def test_in_a_disabled_container_nothing_passes(page, document):
    document.select(((0,),))
    page.actions_of.toggle_disabled()
    card = page.loom.surface.card((0, 0, 0))
    assert card.face.disabled
    assert card.face.why == "Nothing passes here: Repeat (block 1) is disabled."
    assert chips(page)[1] == "28 × 28 × 1"


@pytest.mark.parametrize("path", [(0,), (0, 0, 0), (1,), (1, 0, 0), (2,)])
def test_every_entry_of_the_menu_has_a_letter_of_its_own(page, document, qtbot, path):
    document.select((path,))
    menu = card_menu(page, page.actions_of)
    qtbot.addWidget(menu)
    texts = [action.text() for action in menu.actions() if not action.isSeparator()]
    letters = [text[text.index("&") + 1].lower() for text in texts]
    assert len(set(letters)) == len(letters), texts


def test_the_menu_offers_what_fits_the_selection(page, document, qtbot):
    def texts() -> dict[str, bool]:
        menu = card_menu(page, page.actions_of)
        qtbot.addWidget(menu)
        return {
            a.text().replace("&", "").split("\t")[0]: a.isEnabled()
            for a in menu.actions()
            if a.text()
        }

    document.select(((1,),))
    offered = texts()
    assert offered["Ungroup"]
    assert offered["Add branch"]
    assert not offered["Remove branch 2"]
    document.select(((2,),))
    offered = texts()
    assert not offered["Ungroup"]
    assert "Add branch" not in offered
    assert offered["Group"]
    assert offered["Put into"]


def test_branches_are_added_and_taken_away(page, document):
    document.select(((1,),))
    for _ in range(7):
        page.actions_of.change_branches(1)
    assert len(document.project.block((1,)).branches) == 8
    assert "2 to 8 branches" in page.notice.text()
    assert document.undo_stack.undoText() == "add branch"
    page.actions_of.change_branches(-1)
    assert document.undo_stack.undoText() == "remove branch"
    undo_all(document)
    assert document.project == nested()


# All of it


def random_edit(rng: random.Random, document: Document) -> None:
    project = document.project
    paths = [path for path, _ in project.walk()]
    choice = rng.randrange(7)
    path = rng.choice(paths) if paths else None
    if path is None or choice == 0:
        kind = rng.choice(list(CATALOGUE.values()))
        place = path or (0,)
        document.edit("insert", edits.insert(project, place, (kind.fresh(),)), (place,))
    elif choice == 1:
        document.edit("remove", edits.remove(project, [path]))
    elif choice == 2:
        kind = rng.choice(["Group", "Residual", "Repeat", "Parallel"])
        after, place = edits.wrap(project, [path], CATALOGUE[kind].fresh())
        document.edit("wrap", after, (place,))
    elif choice == 3:
        one = project.block(path)
        field = rng.choice(["collapsed", "disabled"]) if hasattr(one, "collapsed") else "disabled"
        changed = one.changed(**{field: not getattr(one, field)})
        document.edit(field, edits.replace(project, path, (changed,)))
    elif choice == 4:
        document.select(tuple(rng.sample(paths, min(len(paths), 2))))
    elif choice == 5:
        document.undo_stack.undo()
    else:
        document.undo_stack.redo()


@pytest.mark.parametrize("seed", range(4))
def test_after_random_edits_the_view_equals_a_fresh_one(make_page, document, seed):
    rng = random.Random(seed)
    page = make_page(document)
    for _ in range(40):
        random_edit(rng, document)
        expected = faces(document.project, analyse(document.project))
        assert [card.face for card in page.loom.cards] == expected
        shown = {visible_path(document.project, path) for path, _ in document.project.walk()}
        assert set(page.loom.shown) - {INPUT_PATH} == shown
        assert page.loom.current in page.loom.shown
    fresh = make_page(document)
    for old, new in zip(page.loom.cards, fresh.loom.cards, strict=True):
        assert old.geometry() == new.geometry()
        assert old.accessibleName() == new.accessibleName()
