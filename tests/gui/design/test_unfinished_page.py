"""How the page speaks of a stack whose end is still missing, and how it leads to the end."""

from __future__ import annotations

import pytest
from design_helpers import kinds, stack_of
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from core.project import Project
from gui.design.card import BlockCard
from gui.design.gestures.insert import InsertGesture
from gui.design.preview import preview
from gui.design.problem_note import FixButton
from gui.document import Document
from gui.frame.next_step import next_step
from gui.theme import theme


def note_color(page, path) -> str:
    """The colour of a note's ground."""
    note = page.loom.surface.note(path)
    return note.grab().toImage().pixelColor(note.width() - 30, note.height() - 4).name()


def test_the_note_is_calm_and_the_card_says_what_is_missing(make_page):
    page = make_page(stack_of("Conv2D"))
    card = page.loom.surface.card((0,))
    assert card.face.severity == "unfinished"
    assert ", an ending is missing, block 1 of 1" in card.accessibleName()
    assert note_color(page, (0,)) == theme().color("info_tint").name()
    assert page.inspector.note.isHidden()


def test_what_is_wrong_stays_red(make_page):
    page = make_page(stack_of("Conv2D", "Dense"))
    assert page.loom.surface.card((1,)).face.severity == "error"
    assert note_color(page, (1,)) == theme().color("error_tint").name()


@pytest.mark.parametrize(
    ("names", "label"),
    [
        ((), "Add a block"),
        (("Conv2D",), "Finish the stack"),
        (("Conv2D", "Dense"), "Fix problem"),
    ],
)
def test_the_primary_button_names_the_step(names, label):
    assert next_step(Document(stack_of(*names)).analysis, None).label == label


def test_the_step_from_nothing_asks_for_a_block(make_page):
    page = make_page(Project())
    page.show_problems()
    assert page.loom.quick.isVisible()


def test_the_step_to_the_end_puts_the_keyboard_on_the_way_out_and_back(make_page):
    document = Document(stack_of("Conv2D", "Flatten"))
    page = make_page(document)
    document.select(((1,),))
    page.show_problems()
    button = QApplication.focusWidget()
    assert isinstance(button, FixButton)
    QTest.keyClick(button, Qt.Key.Key_Space)
    assert kinds(document) == ["Conv2D", "Flatten", "Dense"]
    focus = QApplication.focusWidget()
    assert isinstance(focus, BlockCard)
    assert focus.path == (2,)


@pytest.mark.parametrize(
    ("names", "dropped", "effect"),
    [
        (("Conv2D",), "Conv2D", ""),
        (("Flatten",), "Dense", "a hidden layer; the 10 classes come after it"),
    ],
)
def test_a_drop_that_does_not_finish_is_no_threat(names, dropped, effect):
    before = stack_of(*names)
    block = stack_of(dropped).stack[0].fresh()
    outcome = InsertGesture((block,)).outcome(before, (len(names),))
    words = preview(before, outcome, (len(names),))
    assert words.tone == "plain"
    assert effect in words.effect


def test_a_drop_that_finishes_says_so():
    before = stack_of("Flatten")
    block = stack_of("Dense").stack[0].changed(units=None, activation="softmax")
    outcome = InsertGesture((block,)).outcome(before, (1,))
    words = preview(before, outcome, (1,))
    assert (words.effect, words.tone) == ("finishes the stack: it can be trained", "good")
