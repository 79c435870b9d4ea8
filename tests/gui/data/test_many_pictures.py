"""A hundred thousand pictures: what the window's thread does must not grow with them."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QItemSelection, Qt
from PySide6.QtGui import QAction

from core.data.source import exclude, left_out
from gui.data.changes import changes
from gui.data.desk import AT_ONCE
from gui.data.thumbs import ThumbModel

MANY = tuple(f"cat/{number}.jpg" for number in range(100_000))


@pytest.fixture
def shown(scanned):
    """The page with a hundred thousand files in its grid."""
    page = scanned()
    page.thumbs.show_files(MANY)
    return page


@pytest.fixture
def asked_rows(monkeypatch):
    """How often the grid's model was asked for its rows."""
    asked = []
    rows_of = ThumbModel.rowCount
    monkeypatch.setattr(
        ThumbModel, "rowCount", lambda model, parent=None: asked.append(1) or rows_of(model)
    )
    return asked


def test_all_of_many_are_chosen_as_one_range(shown, asked_rows, qtbot):
    shown.grid.setFocus()
    asked_rows.clear()
    qtbot.keyClick(shown.grid, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert shown.grid.chosen_ranges() == [range(len(MANY))]
    assert len(asked_rows) < 1_000
    assert shown.leave_out.isEnabled()


def test_ranges_are_in_order_whatever_was_chosen_first(shown):
    flag = shown.grid.selectionModel().SelectionFlag.Select
    for first, last in ((700, 900), (5, 5), (20, 30)):
        rows = QItemSelection(shown.thumbs.index(first), shown.thumbs.index(last))
        shown.grid.selectionModel().select(rows, flag)
    assert shown.grid.chosen_ranges() == [range(5, 6), range(20, 31), range(700, 901)]
    names = []
    shown.thumbs.with_names(shown.grid.chosen_ranges(), names.extend)
    assert names == [MANY[5], *MANY[20:31], *MANY[700:901]]


def test_many_are_left_out_and_taken_in_by_the_thread(shown, document, qtbot):
    shown.grid.selectAll()
    shown.actions_on.leave_out.trigger()
    assert document.project.data.excluded == ()  # not yet: the window goes on
    qtbot.waitUntil(lambda: document.project.data.excluded == MANY)
    assert document.undo_stack.undoText() == "leave out 100,000 pictures"
    qtbot.waitUntil(lambda: shown.leave_out.text() == "Take in again")
    shown.actions_on.leave_out.trigger()
    qtbot.waitUntil(lambda: document.project.data.excluded == ())
    assert document.undo_stack.undoText() == "take in 100,000 pictures"


def test_an_edit_made_again_is_the_same_value(shown, document, qtbot):
    left: list[object] = []
    for _ in range(2):
        shown.grid.selectAll()
        shown.actions_on.leave_out.trigger()
        qtbot.waitUntil(lambda: document.project.data.excluded != ())
        left.append(document.project.data)
        document.undo_stack.undo()
        qtbot.waitUntil(lambda: shown.leave_out.text() == "Leave out")
    assert left[0] is left[1]


def test_an_edit_of_many_follows_one_made_meanwhile(scanned, document, qtbot):
    page = scanned()
    many = MANY[1 : AT_ONCE + 2]
    page.desk.change_folder(lambda folder: ("leave out many", exclude(folder, many)), len(many))
    page.desk.edit_folder("leave out one", exclude(page.desk.source, MANY[:1]))
    qtbot.waitUntil(lambda: document.undo_stack.count() == 3)
    assert document.project.data.excluded == (MANY[0], *many)


def test_leave_out_is_offered_where_one_of_a_page_is_not_out(shown, document):
    grid, thumbs = shown.grid, shown.thumbs
    thumbs.show_excluded(frozenset(MANY[:3_999]))
    assert thumbs.all_out([range(3_999)])
    assert not thumbs.all_out([range(4_000)])
    thumbs.show_excluded(frozenset(MANY[:4_000]))
    assert thumbs.all_out([range(4_000)])
    assert not thumbs.all_out([range(10), range(3_998, 4_001)])
    grid.selectionModel().select(
        QItemSelection(thumbs.index(0), thumbs.index(9)),
        grid.selectionModel().SelectionFlag.Select,
    )
    action: QAction = shown.actions_on.leave_out
    assert action.text() == "Take in again"


def test_long_lists_are_looked_through_once(source):
    out = exclude(source, MANY)
    assert left_out(out) is left_out(out)
    assert changes(out)[0].files is out.excluded
