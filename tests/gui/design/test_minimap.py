"""The map of a long stack."""

from __future__ import annotations

import pytest
from design_helpers import block
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from core.project import Project
from core.project_file import load_template
from gui.theme import theme

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def long_page(make_page):
    return make_page(load_template("resnet-20"))


def color_at(page, point: QPoint):
    return page.loom.map.grab().toImage().pixelColor(point)


def mark_of(page, path):
    strip = page.loom.map
    return strip.mark(page.loom.surface.card(path).geometry())


def test_it_is_there_only_while_the_stack_is_longer_than_the_view(make_page, document):
    page = make_page(Project(stack=(block("Flatten"), block("Dense"))))
    assert not page.loom.map.isVisible()
    page._document.replace(load_template("resnet-20"), None)
    QTest.qWait(0)
    assert page.loom.map.isVisible()
    page._document.replace(Project(stack=(block("Flatten"),)), None)
    QTest.qWait(0)
    assert not page.loom.map.isVisible()


def test_an_empty_stack_has_no_map_however_long_its_templates_are(make_page):
    page = make_page(Project())
    page.resize(900, 420)
    QTest.qWait(0)
    assert page.loom.verticalScrollBar().maximum() > 0
    assert not page.loom.map.isVisible()


def test_it_lies_beside_the_cards_and_not_over_them(long_page):
    view, strip = long_page.loom.viewport().geometry(), long_page.loom.map.geometry()
    assert not view.intersects(strip)
    assert strip.height() == view.height()


def test_each_block_has_a_mark_in_its_order_within_the_strip(long_page):
    strip = long_page.loom.map
    tops = [strip.mark(card.geometry()).top() for card in long_page.loom.cards]
    assert tops == sorted(tops)
    assert len(set(tops)) == len(tops)
    assert tops[0] >= 0
    assert tops[-1] < strip.height()


def test_branches_have_their_marks_side_by_side(make_page):
    page = make_page(load_template("inception-style"))
    branches = [path for path, _ in page._document.project.walk() if len(path) == 3]
    first, second = (mark_of(page, (*branches[0][:1], number, 0)) for number in (0, 1))
    assert first.top() == second.top()
    assert first.right() < second.left() + 1


def test_the_selected_block_is_lit(long_page):
    # A block below what is seen, so that the view's own rectangle does not lie over it.
    path = long_page.loom.cards[-1].path
    spot = mark_of(long_page, path).center().toPoint()
    before = color_at(long_page, spot)
    long_page._document.select((path,))
    long_page.loom.verticalScrollBar().setValue(0)
    assert color_at(long_page, spot) == theme().color("accent")
    assert before != theme().color("accent")


def test_a_problem_is_marked(make_page):
    stack = tuple(block("Conv2D", padding="same") for _ in range(12))
    page = make_page(Project(stack=(*stack, block("Flatten"), block("Dropout"), block("Conv2D"))))
    assert page.loom.cards[-1].face.severity == "error"
    page.loom.verticalScrollBar().setValue(0)
    spot = mark_of(page, (14,)).center().toPoint()
    assert color_at(page, QPoint(page.loom.map.width() - 3, spot.y())) == theme().color("error")


def test_a_click_goes_there_and_a_drag_goes_on(long_page):
    strip, bar = long_page.loom.map, long_page.loom.verticalScrollBar()
    QTest.mousePress(strip, LEFT, pos=QPoint(8, strip.height() // 2))
    assert abs(strip.view.center().y() - strip.height() / 2) <= 2
    QTest.mouseMove(strip, QPoint(8, strip.height() - 1))
    assert bar.value() == bar.maximum()
    QTest.mouseRelease(strip, LEFT, pos=QPoint(8, strip.height() - 1))
    QTest.mouseMove(strip, QPoint(8, 5))
    assert bar.value() == bar.maximum()


def test_the_view_is_dragged_from_where_it_is_held(long_page):
    strip, bar = long_page.loom.map, long_page.loom.verticalScrollBar()
    held = QPoint(8, round(strip.view.bottom()) - 3)
    QTest.mousePress(strip, LEFT, pos=held)
    assert bar.value() == 0
    QTest.mouseMove(strip, held + QPoint(0, 50))
    assert abs(strip.view.top() - 50) <= 2
    QTest.mouseRelease(strip, LEFT, pos=held)


def test_scrolling_moves_the_view_from_end_to_end(long_page):
    strip, bar = long_page.loom.map, long_page.loom.verticalScrollBar()
    assert strip.view.top() == 0
    bar.setValue(bar.maximum())
    assert abs(strip.view.bottom() - strip.height()) <= 1


def test_it_tells_which_block_is_under_the_mouse_and_is_no_stop_of_tab(long_page):
    strip = long_page.loom.map
    spot = mark_of(long_page, (1,)).center().toPoint()
    assert strip.tip(spot.y()) == "BatchNormalization, block 2 of 8"
    assert strip.focusPolicy() == Qt.FocusPolicy.NoFocus
    assert strip.accessibleName() == "Map of the stack"
