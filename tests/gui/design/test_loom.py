"""The loom mirrors the document on the same frame, and can be worked by keys and read aloud."""

from __future__ import annotations

import random
from time import thread_time

import pytest
from design_helpers import block, chips, kinds, small, stack_of
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication

from core import edits
from core.analysis import analyse
from core.blocks import CATALOGUE, Input
from core.project import Project
from gui.design.faces import INPUT_PATH, faces
from gui.design.problem_note import FixButton
from gui.document import Document
from gui.theme import theme

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier
LEFT = Qt.MouseButton.LeftButton
Key = Qt.Key


def press(page, key, modifiers=Qt.KeyboardModifier.NoModifier):
    QTest.keyClick(QApplication.focusWidget(), key, modifiers)


def click(page, index, modifiers=Qt.KeyboardModifier.NoModifier):
    QTest.mouseClick(page.loom.cards[index + 1], LEFT, modifiers, QPoint(60, 20))


def test_cards_show_the_stack_with_its_shapes(page):
    assert chips(page) == ["28 × 28 × 1", "26 × 26 × 32", "13 × 13 × 32", "5,408", "10"]


def test_an_edit_shows_before_any_further_event(page, document):
    conv = document.project.stack[0].changed(filters=8)
    document.edit("set filters to 8", edits.replace(document.project, (0,), (conv,)))
    assert chips(page) == ["28 × 28 × 1", "26 × 26 × 8", "13 × 13 × 8", "1,352", "10"]


def test_cards_are_reused_by_position(page, document):
    before = list(page.loom.cards)
    document.edit("insert", edits.insert(document.project, (1,), (block("BatchNormalization"),)))
    assert page.loom.cards[:5] == before
    document.undo_stack.undo()
    assert page.loom.cards == before


def test_a_card_reads_aloud(page):
    card = page.loom.cards[1]
    assert isinstance(card, QAbstractButton)
    assert card.accessibleName() == (
        "Conv2D, 32 filters, 3×3, valid, relu, output 26 by 26 by 32, block 1 of 4"
    )


def test_pressing_a_card_through_accessibility_selects_it(page, document):
    page.loom.cards[2].click()
    assert document.selection == ((1,),)
    assert page.loom.cards[2].isChecked()


def test_after_an_impossible_block_shapes_are_unknown_and_say_why(make_page):
    page = make_page(stack_of("Flatten", "Conv2D", "MaxPooling2D", "Dense"))
    assert chips(page)[2:] == ["—", "—", "—"]
    assert "block 2 (Conv2D)" in page.loom.cards[4].face.why
    assert page.loom.surface.note((1,)) is not None


def test_a_fix_button_repairs_as_one_undoable_step(make_page):
    document = Document(stack_of("Conv2D", "Dense"))
    document.edit(
        "make it the end",
        document.project.changed(stack=(block("Conv2D"), block("Dense", activation="softmax"))),
    )
    page = make_page(document)
    note = page.loom.surface.note((1,))
    button = next(b for b in note.findChildren(QAbstractButton) if "Insert Flatten" in b.text())
    assert button.text() == "Insert Flatten → 216,650 parameters"
    assert page.state == "attention"
    button.click()
    assert kinds(document) == ["Conv2D", "Flatten", "Dense"]
    assert document.undo_stack.undoText() == "insert Flatten"
    assert page.state == "ready"
    assert page.loom.surface.note((1,)) is None


def test_click_ctrl_and_shift_select(page, document):
    click(page, 0)
    assert document.selection == ((0,),)
    click(page, 2, CTRL)
    assert document.selection == ((0,), (2,))
    click(page, 2, CTRL)
    assert document.selection == ((0,),)
    click(page, 0)
    click(page, 3, SHIFT)
    assert document.selection == ((0,), (1,), (2,), (3,))
    click(page, -1)
    assert document.selection == (INPUT_PATH,)


def test_clicking_one_of_several_selected_leaves_only_it(page, document):
    document.select(((0,), (1,), (2,)))
    click(page, 1)
    assert document.selection == ((1,),)


def test_clicking_beside_the_cards_selects_nothing(page, document):
    click(page, 0)
    QTest.mouseClick(page.loom.surface, LEFT, pos=QPoint(4, 4))
    assert document.selection == ()


def test_arrows_walk_and_extend(page, document):
    page.loom.focus_card((0,))
    press(page, Key.Key_Down)
    assert document.selection == ((1,),)
    assert QApplication.focusWidget() is page.loom.cards[2]
    press(page, Key.Key_Down, SHIFT)
    assert document.selection == ((1,), (2,))
    press(page, Key.Key_Home)
    assert document.selection == (INPUT_PATH,)
    press(page, Key.Key_End)
    assert document.selection == ((3,),)


def test_alt_arrows_move_the_block_and_the_keyboard_goes_with_it(page, document):
    page.loom.focus_card((0,))
    press(page, Key.Key_Down)
    press(page, Key.Key_Up, ALT)
    assert kinds(document) == ["MaxPooling2D", "Conv2D", "Flatten", "Dense"]
    assert document.undo_stack.undoText() == "move MaxPooling2D up"
    assert QApplication.focusWidget() is page.loom.cards[1]
    press(page, Key.Key_Up, ALT)
    assert kinds(document)[0] == "MaxPooling2D"
    press(page, Key.Key_Down, ALT)
    assert kinds(document) == ["Conv2D", "MaxPooling2D", "Flatten", "Dense"]


def test_delete_duplicate_and_undo(page, document):
    page.loom.focus_card((0,))
    document.select(((1,),))
    press(page, Key.Key_D, CTRL)
    assert kinds(document) == ["Conv2D", "MaxPooling2D", "MaxPooling2D", "Flatten", "Dense"]
    assert document.undo_stack.undoText() == "duplicate MaxPooling2D"
    press(page, Key.Key_Delete)
    assert kinds(document) == ["Conv2D", "MaxPooling2D", "Flatten", "Dense"]
    assert document.undo_stack.undoText() == "delete MaxPooling2D"
    document.undo_stack.undo()
    document.undo_stack.undo()
    assert document.project == small()


def test_deleting_the_last_block_leaves_the_keyboard_on_the_loom(page, document):
    page.loom.focus_card((3,))
    document.select(((3,),))
    press(page, Key.Key_Delete)
    assert QApplication.focusWidget() is page.loom.cards[3]
    assert document.selection == ((2,),)


def test_copy_cut_and_paste_through_the_clipboard(page, document, make_page):
    document.select(((0,), (1,)))
    page.copy()
    other = make_page(Project())
    other.paste()
    assert kinds(other._document) == ["Conv2D", "MaxPooling2D"]
    assert other._document.undo_stack.undoText() == "paste 2 blocks"
    page.cut()
    assert kinds(document) == ["Flatten", "Dense"]
    assert document.undo_stack.undoText() == "cut 2 blocks"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty"),
        ("hello", "other text"),
        ('{"format": "figma", "version": 1}', "another program"),
        ('{"format": "layerloom-blocks", "version": 99, "blocks": []}', "newer Layerloom"),
        ('{"format": "layerloom-blocks", "version": 1, "blocks": [{"kind": "X"}]}', "damaged"),
        ("[" * 100_000, "nested too deeply"),
    ],
)
def test_pasting_something_else_says_what_it_is(page, document, text, words):
    QApplication.clipboard().setText(text)
    page.paste()
    assert kinds(document) == ["Conv2D", "MaxPooling2D", "Flatten", "Dense"]
    assert page.notice.isVisible()
    assert words in page.notice.text()


def test_pasted_names_that_are_taken_are_dropped(make_page):
    page = make_page(Project(stack=(block("Flatten", name="flat"),)))
    page.select_all()
    page.copy()
    page.paste()
    assert [one.name for one in page._document.project.stack] == ["flat", ""]


def test_enter_goes_to_the_inspector_and_escape_comes_back(page, document):
    page.loom.focus_card((0,))
    document.select(((0,),))
    press(page, Key.Key_Return)
    assert page.inspector.isAncestorOf(QApplication.focusWidget())
    press(page, Key.Key_Escape)
    assert QApplication.focusWidget() is page.loom.cards[1]


def test_f2_names_the_block(page, document):
    page.loom.focus_card((0,))
    document.select(((0,),))
    press(page, Key.Key_F2)
    QTest.keyClicks(QApplication.focusWidget(), "stem")
    assert document.project.stack[0].name == "stem"
    assert "named stem" in page.loom.cards[1].accessibleName()
    assert document.undo_stack.count() == 1


def test_only_one_card_takes_part_in_the_round_of_tab(page):
    page.loom.focus_card((2,))
    strong = [c for c in page.loom.cards if c.focusPolicy() == Qt.FocusPolicy.StrongFocus]
    assert strong == [page.loom.cards[3]]


def test_still_only_one_when_cards_come_to_stand_for_other_blocks(page, document):
    page.loom.focus_card((2,))
    into = CATALOGUE["Group"]()
    project, path = edits.wrap(document.project, ((0,), (1,)), into)
    document.edit("wrap", project, (path,))
    strong = [c for c in page.loom.cards if c.focusPolicy() == Qt.FocusPolicy.StrongFocus]
    assert [card.path for card in strong] == [page.loom.current] == [path]


def test_a_note_makes_room_when_its_buttons_get_longer_words(make_page):
    shape, bend = block("Reshape", target_shape=(2, 1, 2)), block("Softmax")
    picture = Input(height=6, width=16, channels=3)
    page = make_page(Document(Project(input=picture, stack=(shape, bend))))
    document = page._document
    for stack in ((bend, shape), (bend, shape, block("Reshape", target_shape=(2,)))):
        document.edit("change", document.project.changed(stack=stack))
        QApplication.processEvents()
    document.undo_stack.undo()
    note = page.loom.surface.note((1,))
    assert note.height() == note.heightForWidth(note.width())
    lowest = max(button.geometry().bottom() for button in note.findChildren(FixButton))
    assert lowest < note.height()


def test_an_empty_stack_teaches_and_starts_from_a_template(make_page, lenet):
    page = make_page(Project())
    start = page.findChild(QAbstractButton, "template-lenet-5")
    assert start.isVisible()
    start.click()
    assert page._document.project.stack == lenet.stack
    assert page._document.undo_stack.undoText() == "start from LeNet-5"
    assert not start.isVisible()


def test_zoom_changes_sizes(page):
    height = page.loom.cards[1].height()
    page.zoom_in()
    assert page.loom.cards[1].height() > height
    page.zoom_reset()
    assert page.loom.cards[1].height() == height
    for _ in range(9):
        page.zoom_out()
    assert page.loom.zoom == 0.5


def test_tensor_tips_tell_shape_values_and_bytes(page):
    card = page.loom.cards[1].geometry()
    tip = page.loom.surface.tensor_tip(QPoint(card.center().x(), card.bottom() + 10))
    assert "26 × 26 × 32 = 21,632 values" in tip
    assert "86.5 kB" in tip


def random_edit(rng: random.Random, document: Document) -> None:
    project = document.project
    size = len(project.stack)
    choice = rng.randrange(6)
    if choice == 0 or not size:
        kind = rng.choice(list(CATALOGUE.values()))
        place = rng.randint(0, size)
        after = edits.insert(project, (place,), (kind.fresh(),))
        document.edit("insert", after, ((place,),))
    elif choice == 1:
        document.edit("remove", edits.remove(project, [(rng.randrange(size),)]))
    elif choice == 2:
        picked = sorted(rng.sample(range(size), rng.randint(1, size)))
        after, places = edits.move(project, [(i,) for i in picked], (rng.randint(0, size),))
        document.edit("move", after, places)
    elif choice == 3:
        document.select(tuple((i,) for i in rng.sample(range(size), rng.randint(0, min(3, size)))))
    elif choice == 4:
        document.undo_stack.undo()
    else:
        document.undo_stack.redo()


@pytest.mark.parametrize("seed", range(4))
def test_after_random_edits_the_view_equals_a_fresh_one(make_page, seed):
    rng = random.Random(seed)
    document = Document(small())
    page = make_page(document)
    for _ in range(40):
        random_edit(rng, document)
        expected = faces(document.project, analyse(document.project))
        assert [card.face for card in page.loom.cards] == expected
    fresh = make_page(document)
    for old, new in zip(page.loom.cards, fresh.loom.cards, strict=True):
        assert old.geometry() == new.geometry()
        assert old.accessibleName() == new.accessibleName()
        assert old.isChecked() == new.isChecked()
    assert page.inspector.facts.text == fresh.inspector.facts.text


def test_a_hundred_blocks_are_laid_out_well_within_a_frame(make_page):
    stack = tuple(block("Conv2D", padding="same", filters=8 + i) for i in range(100))
    document = Document(Project(stack=stack))
    page = make_page(document)
    best = 1.0
    for filters in range(20, 28):
        conv = document.project.stack[0].changed(filters=filters)
        after = edits.replace(document.project, (0,), (conv,))
        analyse(after)
        start = thread_time()  # processor time: what else the machine does is not measured
        page.loom.surface.lay_out()
        best = min(best, thread_time() - start)
        document.edit("set filters", after)
    assert best < 0.008


def test_tab_goes_from_left_to_right(page, document):
    document.edit("insert", edits.insert(document.project, (0,), (block("Dropout"),)), ((0,),))
    page.loom.focus_card((0,))
    press(page, Key.Key_Tab)
    assert QApplication.focusWidget() is page.inspector.form.rows["rate"].editor.first()
    press(page, Key.Key_Backtab)
    assert QApplication.focusWidget() is page.loom.cards[1]
    press(page, Key.Key_Backtab)
    assert QApplication.focusWidget() in page.palette_list.cards


def test_another_theme_repaints_everything(page, qapp):
    before = page.grab().toImage()
    theme().set_mode("dark")
    try:
        dark = page.grab().toImage()
    finally:
        theme().set_mode("light")
    assert before != dark
    assert page.grab().toImage() == before
