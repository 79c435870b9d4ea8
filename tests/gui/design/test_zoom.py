"""Zoom and fit of the loom, its control, and that the window remembers it."""

from __future__ import annotations

import pytest
from design_helpers import block
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QNativeGestureEvent, QPointingDevice, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolButton

from core.project import Project
from core.project_file import load_template, starter
from gui.design.look import ZOOMS
from gui.design.zoom import ZoomControl, stepped
from gui.document import Document
from gui.frame.pages import PAGES

CONTROL = Qt.KeyboardModifier.ControlModifier


def wheel(page, turn: int, at: QPoint) -> None:
    """Ctrl and the wheel over a point of the view."""
    view = page.loom.viewport()
    event = QWheelEvent(
        QPointF(at),
        QPointF(view.mapToGlobal(at)),
        QPoint(),
        QPoint(0, turn),
        Qt.MouseButton.NoButton,
        CONTROL,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view, event)


def in_view(page, path) -> QPoint:
    """Where a card's corner is in the view."""
    return page.loom.surface.card(path).mapTo(page.loom.viewport(), QPoint(0, 0))


def test_steps_go_from_half_to_double_and_know_the_way_back_from_between():
    assert (ZOOMS[0], ZOOMS[-1]) == (0.5, 2.0)
    assert stepped(1.0, 1) == 1.15
    assert stepped(0.9, 1) == 1.0
    assert stepped(0.9, -1) == 0.85
    assert stepped(2.0, 1) == 2.0
    assert stepped(0.5, -3) == 0.5


@pytest.mark.parametrize("turn", [120, -120])
def test_the_wheel_zooms_around_the_mouse(make_page, turn):
    page = make_page(load_template("resnet-20"))
    bar = page.loom.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    middle = page.loom.viewport().rect().center()
    card = page.loom.nearest_card(page.loom.surface.mapFrom(page.loom.viewport(), middle))
    at = in_view(page, card.path) + QPoint(60, 4)
    for _ in range(3):
        wheel(page, turn, at)
    QApplication.processEvents()
    assert page.loom.zoom == (1.5 if turn > 0 else 0.6)
    moved = in_view(page, card.path) - (at - QPoint(60, 4))
    assert abs(moved.y()) <= 3


def test_small_turns_of_a_touchpad_add_up_to_a_step(page):
    at = page.loom.viewport().rect().center()
    for _ in range(3):
        wheel(page, 30, at)
    assert page.loom.zoom == 1.0
    wheel(page, 30, at)
    assert page.loom.zoom == 1.15


def test_two_fingers_on_a_touchpad_zoom_over_any_card(page):
    card = page.loom.cards[2]
    at = QPointF(card.rect().center())
    event = QNativeGestureEvent(
        Qt.NativeGestureType.ZoomNativeGesture,
        QPointingDevice.primaryPointingDevice(),
        2,
        at,
        at,
        card.mapToGlobal(at),
        0.25,
        QPointF(),
    )
    QApplication.sendEvent(card, event)
    assert page.loom.zoom == 1.25


def test_fonts_and_icons_grow_with_the_cards(page):
    metrics = page.loom.surface.metrics
    small = metrics.font("strong").pixelSize()
    page.resize(2200, 800)
    page.zooming.set(2.0)
    large = page.loom.surface.metrics
    assert large.font("strong").pixelSize() == 2 * small
    assert large.icon == 2 * metrics.icon
    assert page.loom.cards[1].height() == 2 * metrics.card_height


def test_fit_shows_the_whole_of_a_short_stack(make_page):
    page = make_page(load_template("lenet-5"))
    assert page.loom.verticalScrollBar().maximum() > 0
    page.zoom_fit()
    QApplication.processEvents()
    assert 0.5 <= page.loom.zoom < 1.0
    assert page.loom.verticalScrollBar().maximum() == 0
    seen = page.loom.viewport().rect()
    assert seen.contains(in_view(page, page.loom.cards[-1].path))


def test_fit_of_a_stack_too_long_says_so_and_fits_the_width(make_page):
    page = make_page(load_template("resnet-20"))
    page.zooming.set(0.5)
    page.zoom_fit()
    assert page.loom.zoom == 1.0
    assert page.loom.horizontalScrollBar().maximum() == 0
    assert page.notice.isVisible()
    assert "map" in page.notice.text()


def test_small_sizes_leave_the_notes_out_but_not_the_signs(make_page):
    page = make_page(Project(stack=(block("Conv2D"), block("Dense"), block("Flatten"))))
    note = page.loom.surface.note((1,))
    assert note.isVisible()
    page.zooming.set(0.6)
    assert not note.isVisible()
    assert page.loom.surface.note((1,)) is None
    assert page.loom.surface.card((1,)).face.severity
    below = page.loom.surface.card((2,)).y() - page.loom.surface.card((1,)).geometry().bottom()
    assert below < note.height()
    page._document.edit("insert", page._document.project.changed(stack=(block("Dense"),)))
    assert page.loom.surface.note((0,)) is None
    page.zooming.set(1.0)
    assert page.loom.surface.note((0,)).isVisible()


def test_the_control_says_the_zoom_and_changes_it(page):
    buttons = {b.accessibleName().split(" (")[0]: b for b in page.drawer.findChildren(QToolButton)}
    buttons["Zoom in"].click()
    share = buttons["Zoom 100 %; actual size"]
    assert share.text() == "115 %"
    assert share.accessibleName() == "Zoom 115 %; actual size"
    share.click()
    assert page.loom.zoom == 1.0
    buttons["Zoom out"].click()
    assert page.loom.zoom == 0.85
    page.zooming.set(2.0)
    assert not buttons["Zoom in"].isEnabled()


def test_the_control_covers_no_card_and_is_out_of_tabs_round(make_page):
    page = make_page(load_template("resnet-20"))
    control = page.findChild(ZoomControl)
    assert page.drawer.isAncestorOf(control)
    assert control.isVisible()
    for button in control.findChildren(QToolButton):
        assert button.focusPolicy() == Qt.FocusPolicy.NoFocus


def test_keys_zoom_and_the_window_remembers(open_window, qtbot):
    window = open_window(Document(starter()), PAGES)
    window.show_page("design")
    qtbot.keyClick(window, Qt.Key.Key_Plus, CONTROL)
    qtbot.keyClick(window, Qt.Key.Key_Plus, CONTROL)
    assert window.page.loom.zoom == 1.3
    window.remember()
    again = open_window(Document(starter()), PAGES)
    again.show_page("design")
    assert again.page.loom.zoom == 1.3
    qtbot.keyClick(again, Qt.Key.Key_Minus, CONTROL)
    assert again.page.loom.zoom == 1.15
    qtbot.keyClick(again, Qt.Key.Key_0, CONTROL)
    assert again.page.loom.zoom == 1.0
    qtbot.keyClick(again, Qt.Key.Key_9, CONTROL)
    assert again.settings.values.zoom == again.page.loom.zoom


def test_zooming_keeps_selection_and_keyboard(page, document):
    page.loom.focus_card((2,))
    document.select(((2,),))
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Plus, CONTROL)
    assert page.loom.zoom > 1
    assert QApplication.focusWidget() is page.loom.cards[3]
    assert document.selection == ((2,),)
