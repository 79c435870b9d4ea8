"""The palette: found by typing, inserted by Enter, double-click and press."""

from __future__ import annotations

import pytest
from design_helpers import kinds
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from core.blocks import CATALOGUE
from gui.theme import theme

Key = Qt.Key


def test_every_kind_has_a_card_with_its_help(page):
    assert [card.kind for card in page.palette_list.cards] == list(CATALOGUE.values())
    for card in page.palette_list.cards:
        assert card.kind.purpose in card.accessibleName()
        assert card.kind.when_to_use.split("&")[0][:20] in card.toolTip()


def test_searching_and_enter_insert(page, document):
    page.loom.focus_card((0,))
    document.select(((0,),))
    page.focus_search()
    assert QApplication.focusWidget() is page.palette_list.search
    QTest.keyClicks(page.palette_list.search, "batch")
    assert [card.kind.kind() for card in page.palette_list.shown] == ["BatchNormalization"]
    QTest.keyClick(page.palette_list.search, Key.Key_Return)
    assert kinds(document)[1] == "BatchNormalization"
    assert document.selection == ((1,),)
    QTest.keyClick(page.palette_list.search, Key.Key_Escape)
    assert len(page.palette_list.shown) == len(CATALOGUE)


def test_arrows_walk_the_cards(page, document):
    page.focus_search()
    QTest.keyClick(page.palette_list.search, Key.Key_Down)
    first, second = page.palette_list.cards[:2]
    assert QApplication.focusWidget() is first
    QTest.keyClick(first, Key.Key_Down)
    assert QApplication.focusWidget() is second
    QTest.keyClick(second, Key.Key_Up)
    QTest.keyClick(first, Key.Key_Up)
    assert QApplication.focusWidget() is page.palette_list.search


def test_typing_on_a_card_filters(page):
    card = page.palette_list.cards[0]
    card.setFocus()
    QTest.keyClick(card, Key.Key_F)
    assert page.palette_list.search.text() == "f"
    assert QApplication.focusWidget() is page.palette_list.search


@pytest.mark.parametrize("way", ["double click", "enter", "press"])
def test_ways_to_insert(page, document, way):
    document.select(((1,),))
    card = next(c for c in page.palette_list.cards if c.kind.kind() == "Dropout")
    if way == "double click":
        QTest.mouseDClick(card, Qt.MouseButton.LeftButton, pos=QPoint(20, 20))
    elif way == "enter":
        card.setFocus()
        QTest.keyClick(card, Key.Key_Return)
    else:
        card.click()
    assert kinds(document) == ["Conv2D", "MaxPooling2D", "Dropout", "Flatten", "Dense"]
    assert document.undo_stack.undoText() == "insert Dropout"


def test_with_nothing_selected_a_block_goes_where_it_fits(page, document):
    card = next(c for c in page.palette_list.cards if c.kind.kind() == "Conv2D")
    card.click()
    assert kinds(document) == ["Conv2D", "MaxPooling2D", "Conv2D", "Flatten", "Dense"]


def test_a_search_without_a_match_says_so(page):
    page.palette_list.search.setText("transformer")
    assert not page.palette_list.shown
    assert page.palette_list._nothing.isVisible()
    assert "transformer" in page.palette_list._nothing.text()


def test_enter_takes_what_is_called_so_not_what_speaks_of_it(page, document):
    document.select(((0,),))
    page.focus_search()
    QTest.keyClicks(page.palette_list.search, "dense")
    assert page.palette_list.shown[0].kind.kind() == "GlobalAveragePooling2D"
    QTest.keyClick(page.palette_list.search, Key.Key_Return)
    assert kinds(document)[1] == "Dense"


def test_no_purpose_is_cut_off(page):
    for card in page.palette_list.cards:
        metrics = QFontMetrics(theme().font("small"))
        lines = card._purpose_lines()
        assert " ".join(lines) == card.kind.purpose
        assert len(lines) <= 2
        assert all(metrics.horizontalAdvance(line) <= card._room for line in lines)
        assert card.height() >= 22 + 17 * len(lines)
