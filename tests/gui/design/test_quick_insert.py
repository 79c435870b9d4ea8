"""Quick insert: blocks typed at the gap where they are to stand."""

from __future__ import annotations

import pytest
from design_helpers import block, chips, kinds, small, tree
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from core.blocks import CATALOGUE
from core.memory import DeviceMemory
from core.project import Project
from gui.design.card import BlockCard
from gui.design.transfer import encode
from gui.design.typed_block import typed_blocks

Key = Qt.Key
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture(autouse=True)
def empty_clipboard(qapp):
    QGuiApplication.clipboard().clear()


def first(text: str):
    return typed_blocks(text)[0]


@pytest.mark.parametrize(
    ("text", "kind", "fields"),
    [
        ("conv 64 3", "Conv2D", {"filters": 64, "kernel_size": (3, 3)}),
        ("conv 64 3x5 same", "Conv2D", {"kernel_size": (3, 5), "padding": "same"}),
        ("conv 64 3 2 relu", "Conv2D", {"strides": (2, 2), "activation": "relu"}),
        ("Conv2D(64, (3, 5))", "Conv2D", {"filters": 64, "kernel_size": (3, 5)}),
        ("Conv2D(filters=8, padding='same')", "Conv2D", {"filters": 8, "padding": "same"}),
        ("dense 128", "Dense", {"units": 128}),
        ("dense 10 softmax", "Dense", {"units": 10, "activation": "softmax"}),
        ("dense 10 soft", "Dense", {"activation": "softmax"}),
        ("dense 8 use_bias=false", "Dense", {"use_bias": False}),
        ("dropout 0.3", "Dropout", {"rate": 0.3}),
        ("dropout .3", "Dropout", {"rate": 0.3}),
        ("pool 2", "MaxPooling2D", {"pool_size": (2, 2)}),
        ("pool 3 2", "MaxPooling2D", {"pool_size": (3, 3), "strides": (2, 2)}),
        ("avg 2", "AveragePooling2D", {"pool_size": (2, 2)}),
        ("bn", "BatchNormalization", {}),
        ("gap", "GlobalAveragePooling2D", {}),
        ("batch norm", "BatchNormalization", {}),
        ("reshape 7 7 64", "Reshape", {"target_shape": (7, 7, 64)}),
        ("crop 2", "Cropping2D", {"cropping": ((2, 2), (2, 2))}),
        ("repeat 3", "Repeat", {"times": 3}),
        ("activation tanh", "Activation", {"activation": "tanh"}),
        ("conv 8 name=stem", "Conv2D", {"name": "stem"}),
        ("unroll", "Flatten", {}),
    ],
)
def test_arguments_are_typed_after_the_kind(text, kind, fields):
    typed = first(text)
    assert (typed.kind.kind(), typed.wrong) == (kind, "")
    assert {name: getattr(typed.block, name) for name in fields} == fields


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("dropout 3", "rate of Dropout: Must be 0 to below 1."),
        ("dense 0", "units of Dense: Must be 1 to"),
        ("dense 0.5", "units of Dense"),
        ("flatten 3", "Flatten has no argument for “3”."),
        ("dense 8 colour=red", "Dense has no argument “colour”."),
        ("dense 8 sometimes", "Dense has no argument for “sometimes”."),
        ("dense name=1st", "name of Dense: Letters, digits"),
    ],
)
def test_what_cannot_be_is_said_and_why(text, words):
    assert first(text).wrong.startswith(words)


def test_what_is_typed_so_far_never_fails():
    whole = "Conv2D(filters=64, kernel_size=(3, 3), padding='same', name=a-b) 1e9 -4 x3 3x"
    for end in range(len(whole) + 1):
        for typed in typed_blocks(whole[:end]):
            assert typed.wrong or typed.block.kind() == typed.kind.kind()


def test_without_words_recent_kinds_come_first_then_all():
    recent = [CATALOGUE["Dropout"], CATALOGUE["Dense"]]
    offered = [typed.kind for typed in typed_blocks("", recent)]
    assert offered[:2] == recent
    assert len(offered) == len(set(offered)) == len(CATALOGUE)


# On the loom


def quick_at(page, *path: int):
    page.loom.quick.open_at(tuple(path))
    return page.loom.quick


def press(page, key, modifiers=Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(page.loom.quick.field, key, modifiers)


def test_slash_typing_and_enter_insert_after_the_selection(page, document):
    page.loom.focus_card((0,))
    document.select(((0,),))
    QTest.keyClick(QApplication.focusWidget(), Key.Key_Slash)
    quick = page.loom.quick
    assert QApplication.focusWidget() is quick.field
    assert quick.field.text() == ""
    QTest.keyClicks(quick.field, "conv 64 3 same")
    press(page, Key.Key_Return)
    assert document.project.stack[1] == block(
        "Conv2D", filters=64, kernel_size=(3, 3), padding="same", activation="relu"
    )
    assert not quick.isVisible()
    assert document.selection == ((1,),)
    assert QApplication.focusWidget() is page.loom.surface.card((1,))
    assert document.undo_stack.undoText() == "insert Conv2D"
    document.undo_stack.undo()
    assert document.project == small()


def test_a_double_click_between_cards_asks_at_that_gap(page, document):
    surface = page.loom.surface
    card = surface.card((1,)).geometry()
    QTest.mouseDClick(
        surface, Qt.MouseButton.LeftButton, pos=QPoint(card.center().x(), card.top() - 6)
    )
    quick = page.loom.quick
    assert quick.isVisible()
    assert quick.place == (1,)
    QTest.keyClicks(quick.field, "bn")
    press(page, Key.Key_Return)
    assert kinds(document)[1] == "BatchNormalization"


def test_the_gap_opens_and_what_would_come_of_it_is_said(page, document, qtbot):
    quick = quick_at(page, 1)
    QTest.keyClicks(quick.field, "pool 2")
    assert page.loom.surface.slot.isVisible()
    assert not page.loom.surface.preview.isVisible()  # that one hangs from a carried card
    assert "would give 13 × 13 × 32 instead of 26 × 26 × 32" in quick.result.text()
    QTest.keyClicks(quick.field, " same")
    press(page, Key.Key_Escape)
    assert not quick.isVisible()
    assert not page.loom.surface.slot.isVisible()
    qtbot.waitUntil(lambda: not page.loom.surface.gaps.heights)
    assert document.project == small()


def test_an_error_that_would_come_of_it_is_said_before(page):
    quick = quick_at(page, 3)
    QTest.keyClicks(quick.field, "conv")
    assert quick.result.property("look") == "error" or quick.effect.property("look") == "error"


def test_arguments_out_of_range_insert_nothing_and_say_why(page, document):
    quick = quick_at(page, 1)
    QTest.keyClicks(quick.field, "dropout 3")
    assert "Must be 0 to below 1" in quick.result.text()
    press(page, Key.Key_Return)
    assert quick.isVisible()
    assert document.project == small()


def test_a_word_that_fits_no_block_is_said(page, document):
    quick = quick_at(page, 1)
    QTest.keyClicks(quick.field, "qqq")
    assert quick.options == []
    assert quick.result.text() == "No block is called “qqq”."
    press(page, Key.Key_Return)
    press(page, Key.Key_Down)
    assert document.project == small()


def test_arrows_choose_and_a_click_inserts(page, document):
    quick = quick_at(page, 0)
    QTest.keyClicks(quick.field, "conv")
    names = [option.title for option in quick.options]
    assert names[:2] == ["Conv2D", "Conv2DTranspose"]
    press(page, Key.Key_Down)
    assert quick.list.currentRow() == 1
    press(page, Key.Key_Up)
    press(page, Key.Key_Up)
    assert quick.list.currentRow() == 0
    row = quick.list.visualItemRect(quick.list.item(1))
    QTest.mouseClick(quick.list.viewport(), Qt.MouseButton.LeftButton, pos=row.center())
    assert kinds(document)[0] == "Conv2DTranspose"


def test_shift_enter_goes_on_below(page, document):
    quick = quick_at(page, 0)
    for text in ("conv 8 3 same", "bn"):
        QTest.keyClicks(quick.field, text)
        press(page, Key.Key_Return, SHIFT)
        assert quick.isVisible()
    QTest.keyClicks(quick.field, "relu")
    press(page, Key.Key_Return)
    assert kinds(document)[:4] == ["Conv2D", "BatchNormalization", "ReLU", "Conv2D"]
    assert not quick.isVisible()


def test_without_a_selection_the_gap_goes_where_the_block_fits(page, document):
    document.select(())
    page.quick_insert()
    quick = page.loom.quick
    QTest.keyClicks(quick.field, "conv 8 3")
    assert quick.place == (2,)  # above Flatten
    quick.field.clear()
    QTest.keyClicks(quick.field, "dropout")
    assert quick.place == (3,)  # above the Dense that ends the stack


def test_containers_and_branches_take_what_is_typed(make_page):
    both = block("Parallel", branches=((block("Conv2D", padding="same"),), ()), merge="concatenate")
    page = make_page(Project(stack=(block("Repeat", times=2, body=(both,)), block("Flatten"))))
    for place, text in (
        ((0, 0, 0, 1, 0), "conv 8 1"),
        ((0, 0, 0, 0, 1), "bn"),
        ((0, 0, 1), "relu"),
    ):
        quick = quick_at(page, *place)
        QTest.keyClicks(quick.field, text)
        assert page.loom.surface.slot.isVisible()
        press(page, Key.Key_Return)
    assert tree(page._document.project.stack) == [
        ["Repeat", [["Parallel", ["Conv2D", "BatchNormalization"], ["Conv2D"]], "ReLU"]],
        "Flatten",
    ]


def test_copied_blocks_come_first(page, document):
    QGuiApplication.clipboard().setText(encode((block("Dropout", rate=0.2), block("Flatten"))))
    quick = quick_at(page, 1)
    assert quick.options[0].title == "Paste 2 blocks"
    assert quick.options[0].detail == "Dropout, Flatten"
    press(page, Key.Key_Return)
    assert kinds(document)[1:3] == ["Dropout", "Flatten"]
    assert document.undo_stack.undoText() == "paste 2 blocks"


def test_other_text_on_the_clipboard_is_no_option(page):
    QGuiApplication.clipboard().setText("not blocks")
    assert not quick_at(page, 1).options[0].title.startswith("Paste")


def test_what_was_inserted_last_is_offered_first(page):
    page.actions_of.insert((block("GaussianNoise", stddev=0.1),), (0,))
    assert quick_at(page, 0).options[0].title == "GaussianNoise"


def test_going_elsewhere_closes_it(page, document):
    quick = quick_at(page, 1)
    page.loom.focus_card((2,))
    assert not quick.isVisible()
    quick = quick_at(page, 1)
    document.select(((3,),))
    assert not quick.isVisible()
    assert not page.loom.surface.slot.isVisible()


@pytest.mark.parametrize("place", [0, 4, 8])
@pytest.mark.parametrize("zoom", [0.5, 1.0, 2.0])
def test_it_stands_within_the_view_and_leaves_the_gap_free(make_page, lenet, place, zoom):
    page = make_page(lenet)
    page.zooming.set(zoom)
    quick = quick_at(page, place)
    view = page.loom.viewport().geometry()
    assert view.contains(quick.geometry())
    slot = page.loom.surface.slot
    line = slot.mapTo(page.loom, QPoint(0, 0))
    assert view.top() <= line.y() <= view.bottom()
    assert not quick.geometry().contains(line + QPoint(slot.width() // 2, 1))


def test_an_empty_stack_takes_its_first_block(make_page):
    page = make_page(Project())
    page.loom.focus_card()
    QTest.keyClick(QApplication.focusWidget(), Key.Key_Slash)
    QTest.keyClicks(page.loom.quick.field, "flatten")
    press(page, Key.Key_Return)
    assert kinds(page._document) == ["Flatten"]
    assert chips(page)[1] == "784"


def test_its_parts_can_be_read_aloud(page):
    quick = quick_at(page, 1)
    assert quick.accessibleName() == "Insert a block"
    assert quick.field.accessibleName()
    assert quick.list.item(0).text().startswith("Conv2D, ")


def test_news_of_the_device_does_not_take_the_field_away(page, document):
    page.quick_insert()
    QTest.keyClicks(QApplication.focusWidget(), "den")
    document.know_device(DeviceMemory("cpu", 2**34))
    assert page.loom.quick.isVisible()
    QTest.keyClicks(QApplication.focusWidget(), "se 84")
    assert page.loom.quick.field.text() == "dense 84"


def test_an_edit_from_elsewhere_leaves_the_keyboard_on_the_stack(page, document):
    page.quick_insert()
    document.edit("rename project", document.project.changed(name="Other"))
    assert not page.loom.quick.isVisible()
    assert isinstance(QApplication.focusWidget(), BlockCard)
