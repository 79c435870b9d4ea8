"""Finding blocks of the stack."""

from __future__ import annotations

import pytest
from design_helpers import block
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from core.project import Project
from core.project_file import load_template
from gui.design.finding import found
from gui.design.fuzzy import score
from gui.document import Document
from gui.frame.pages import PAGES

Key = Qt.Key
CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def folded_project() -> Project:
    """Conv2D, a folded Group with a Dropout in a folded Repeat, Flatten, Dense."""
    inner = block("Repeat", collapsed=True, body=(block("Dropout", rate=0.3, name="deep"),))
    return Project(
        stack=(
            block("Conv2D", filters=64, activation="relu"),
            block("Group", name="stage", collapsed=True, body=(inner, block("Dropout", rate=0.5))),
            block("Flatten"),
            block("Dense", activation="softmax"),
        )
    )


@pytest.fixture
def document() -> Document:
    return Document(folded_project())


@pytest.fixture
def bar(page):
    page.find_blocks()
    return page.loom.finder


def type_(bar, text: str) -> None:
    bar.field.selectAll()
    QTest.keyClicks(bar.field, text)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("conv", "Conv2D"),
        ("cnv", "Conv2D"),
        ("gap", "GlobalAveragePooling2D"),
        ("bn", "BatchNormalization"),
        ("pool", "MaxPooling2D"),
        ("2d", "Conv2D"),
    ],
)
def test_a_few_letters_are_enough_for_a_name(typed, name):
    assert score(typed, name) > 0


@pytest.mark.parametrize(
    ("typed", "name"), [("xyz", "Conv2D"), ("noc", "Conv2D"), ("onv3", "Conv2D")]
)
def test_other_letters_do_not_fit(typed, name):
    assert score(typed, name) == 0


def test_beginnings_are_better_than_insides_and_short_names_better_than_long():
    assert score("conv", "Conv2D") > score("conv", "Conv2DTranspose")
    assert score("conv", "Conv2DTranspose") > score("conv", "SeparableConv2D")
    assert score("bn", "BatchNormalization") > score("bn", "Banana")


@pytest.mark.parametrize(
    ("typed", "paths"),
    [
        ("conv", [(0,)]),
        ("64", [(0,)]),
        ("conv 64", [(0,)]),
        ("conv 6", []),
        ("filters=64", [(0,)]),
        ("relu", [(0,)]),
        ("stage", [(1,)]),
        ("deep", [(1, 0, 0, 0, 0)]),
        ("dropout", [(1, 0, 0, 0, 0), (1, 0, 1)]),
        ("dropout 0.5", [(1, 0, 1)]),
        ("", []),
        ("  ", []),
    ],
)
def test_words_find_kinds_names_and_arguments(typed, paths):
    assert list(found(folded_project(), typed)) == paths


def test_words_of_problems_find_their_blocks():
    project = Project(stack=(block("Flatten"), block("Conv2D"), block("Dense")))
    assert list(found(project, "error")) == [(1,)]
    assert (1,) in found(project, "conv error")


def test_matches_are_lit_counted_and_gone_through_with_enter(make_page):
    page = make_page(load_template("lenet-5"))
    page.find_blocks()
    bar = page.loom.finder
    assert QApplication.focusWidget() is bar.field
    type_(bar, "dense")
    matches = [path for path, one in page._document.project.walk() if one.kind() == "Dense"]
    assert [card.path for card in page.loom.cards if card.found] == matches
    assert bar.count.text() == "1 of 3"
    assert page._document.selection == (matches[0],)
    for expected, keys in ((1, Qt.KeyboardModifier.NoModifier), (2, 0), (0, 0), (2, SHIFT)):
        modifiers = keys or Qt.KeyboardModifier.NoModifier
        QTest.keyClick(bar.field, Key.Key_Return, modifiers)
        assert page._document.selection == (matches[expected],)
        assert bar.count.text() == f"{expected + 1} of 3"
    assert QApplication.focusWidget() is bar.field
    assert page._document.undo_stack.count() == 0


def test_the_match_is_in_view_and_not_under_the_bar(make_page):
    page = make_page(load_template("resnet-20"))
    page.find_blocks()
    bar = page.loom.finder
    type_(bar, "conv")
    for _ in bar.matches:
        QTest.keyClick(bar.field, Key.Key_Return)
        card = page.loom.surface.card(page._document.selection[0])
        assert not card.visibleRegion().isEmpty()
        top = card.mapTo(page.loom, card.rect().topLeft())
        assert top.y() > bar.geometry().bottom()


def test_what_is_folded_away_is_found_and_shown_on_the_way(page, document, bar):
    type_(bar, "dropout")
    assert bar.count.text() == "1 of 2"
    assert document.selection == ((1,),)  # the container that holds it, still folded
    assert page.loom.surface.card((1,)).found
    assert document.undo_stack.count() == 0
    QTest.keyClick(bar.field, Key.Key_Return)
    assert document.selection == ((1, 0, 0, 0, 0),)
    assert page.loom.surface.card((1, 0, 0, 0, 0)).found
    assert bar.count.text() == "1 of 2"
    QTest.keyClick(bar.field, Key.Key_Return)
    assert document.selection == ((1, 0, 1),)
    document.undo_stack.undo()
    document.undo_stack.undo()
    assert document.project == folded_project()


def test_escape_gives_the_keyboard_back_to_the_block_found(page, document, bar):
    type_(bar, "flatten")
    QTest.keyClick(bar.field, Key.Key_Escape)
    assert not bar.isVisible()
    assert QApplication.focusWidget() is page.loom.surface.card((2,))
    assert not any(card.found for card in page.loom.cards)


def test_nothing_found_is_said_and_selects_nothing_else(page, document, bar):
    document.select(((2,),))
    type_(bar, "zzz")
    assert bar.count.text() == "Nothing found"
    QTest.keyClick(bar.field, Key.Key_Return)
    assert document.selection == ((2,),)


def test_under_the_lens_there_is_nothing_to_find_and_that_is_said(page, document):
    page.loom.hide()
    page.find_blocks()
    page.quick_insert()
    assert "lens" in page.notice.text()
    assert page.loom.finder.isHidden()
    assert page.loom.quick.isHidden()


def test_an_edit_meanwhile_counts_anew(page, document, bar):
    type_(bar, "dense")
    assert bar.count.text() == "1 of 1"
    page.actions_of.duplicate()
    assert bar.count.text().endswith("of 2")
    document.undo_stack.undo()
    assert bar.count.text() == "1 of 1"


def test_ctrl_f_finds_and_ctrl_shift_f_searches_the_palette(open_window, qtbot):
    window = open_window(Document(folded_project()), PAGES)
    window.show_page("design")
    page = window.page
    qtbot.keyClick(window, Key.Key_F, CONTROL)
    assert QApplication.focusWidget() is page.loom.finder.field
    qtbot.keyClick(window, Key.Key_F, CONTROL | SHIFT)
    assert QApplication.focusWidget() is page.palette_list.search
    window.show_page("train")
    for name in ("find", "search", "zoom_fit"):
        assert not window.menus.actions[name].isEnabled()
        assert window.menus.actions[name].toolTip()
