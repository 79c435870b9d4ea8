"""The user's own changes to a folder: told, shown, taken back."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton

from core.data.source import MNIST, exclude, move_to_class, weigh_classes
from tests.gui.data.conftest import end_scan, write_scan

OUT = ("cat/1.jpg", "cat/2.jpg", "dog/0.jpg")


@pytest.fixture
def changed(scanned, document, qtbot):
    """Three pictures left out, one moved, classes weighed."""
    page = scanned()
    source = move_to_class(exclude(document.project.data, OUT), ["cat/3.jpg"], "dog")
    page.desk.edit_folder("change", weigh_classes(source, (30, 2)))
    qtbot.waitUntil(page.side.changes.isVisible)
    return page


def words(page) -> list[str]:
    return [one.text() for one in page.side.changes.findChildren(QLabel)]


def press(page, name: str) -> None:
    buttons = page.side.changes.findChildren(QPushButton)
    next(one for one in buttons if one.accessibleName() == name).click()


def test_nothing_is_said_where_nothing_was_changed(scanned):
    assert not scanned().side.changes.isVisible()


def test_changes_are_told(changed):
    assert words(changed)[1:] == [
        "3 pictures left out",
        "1 picture counted as another class",
        "Classes weighed, so that each counts the same in training",
    ]


def test_each_change_is_taken_back_undoably(changed, document, qtbot):
    press(changed, "Take all in again: 3 pictures left out")
    assert document.project.data.excluded == ()
    assert document.undo_stack.undoText() == "take in 3 pictures"
    qtbot.waitUntil(lambda: len(words(changed)) == 3)
    press(changed, "Move it back: 1 picture counted as another class")
    assert document.project.data.moved == ()
    assert document.undo_stack.undoText() == "move back 1 picture"
    qtbot.waitUntil(lambda: len(words(changed)) == 2)
    press(changed, "Weigh equally: Classes weighed, so that each counts the same in training")
    assert document.project.data.class_weights == ()
    qtbot.waitUntil(changed.side.changes.isHidden)
    document.undo_stack.undo()
    qtbot.waitUntil(changed.side.changes.isVisible)


def test_pictures_left_out_are_shown_and_stay_in_view_while_some_come_back(
    changed, document, qtbot
):
    press(changed, "Show them: 3 pictures left out")
    assert changed.class_title.text() == "3 pictures left out"
    assert [changed.thumbs.picture(row).name for row in range(3)] == list(OUT)
    changed.leave_out.click()
    assert document.project.data.excluded == OUT[1:]
    qtbot.waitUntil(lambda: changed.desk.job is not None)
    end_scan(changed, write_scan())
    qtbot.waitUntil(lambda: changed.class_title.text() == "2 pictures left out")
    assert changed.thumbs.rowCount() == 2


def test_ready_made_pictures_have_no_changes(changed, qtbot):
    changed.desk.use(MNIST())
    qtbot.waitUntil(changed.side.changes.isHidden)


def test_the_keyboard_stays_on_the_page_when_a_change_is_taken_back(changed, qtbot):
    buttons = changed.side.changes.findChildren(QPushButton)
    back = next(one for one in buttons if one.text() == "Take all in again")
    back.setFocus()
    qtbot.keyClick(back, Qt.Key.Key_Space)
    qtbot.waitUntil(changed.side.balance.hasFocus)
