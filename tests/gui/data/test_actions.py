"""What is done with chosen pictures: by keys, by the search for a class, from a finding."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPushButton

from core.engine.commands import ClearCache, MeasureCache
from core.engine.events import CacheMeasured
from gui.data.class_chooser import ClassChooser
from gui.widgets.dialog import Question


def test_keys_leave_out_and_take_in_again_undoably(scanned, document, qtbot):
    page = scanned()
    page.grid.setFocus()
    page.grid.setCurrentIndex(page.thumbs.index(2))
    qtbot.keyClick(page.grid, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(page.grid, Qt.Key.Key_Delete)
    assert document.project.data.excluded == ("cat/2.jpg", "cat/3.jpg")
    document.undo_stack.undo()
    assert document.project.data.excluded == ()


def test_a_key_moves_the_chosen_pictures_to_a_class_that_is_searched(scanned, document, qtbot):
    page = scanned()
    page.grid.setFocus()
    page.grid.setCurrentIndex(page.thumbs.index(0))
    qtbot.keyClick(page.grid, Qt.Key.Key_M)
    chooser = page.actions_on.chooser
    qtbot.keyClicks(chooser.search, "do")
    assert chooser.names() == ["dog"]
    qtbot.keyClick(chooser.search, Qt.Key.Key_Return)
    assert [(one.file, one.to) for one in document.project.data.moved] == [("cat/0.jpg", "dog")]
    assert document.undo_stack.undoText() == "move 1 picture to dog"


def test_a_search_among_many_classes_shows_what_begins_so_first(page, qtbot):
    chooser = ClassChooser([f"number {at}" for at in range(300)] + ["9 lives"], 3, page)
    qtbot.addWidget(chooser)
    assert len(chooser.names()) == 301
    taken = []
    chooser.chosen.connect(taken.append)
    qtbot.keyClicks(chooser.search, "9")
    assert chooser.names()[0] == "9 lives"
    qtbot.keyClick(chooser.search, Qt.Key.Key_Down)
    qtbot.keyClick(chooser.search, Qt.Key.Key_Return)
    assert taken == ["number 9"]


def test_a_search_that_finds_nothing_says_so(page, qtbot):
    chooser = ClassChooser(["cat", "dog"], 1, page)
    chooser.open_below(page.move)
    qtbot.keyClicks(chooser.search, "x")
    assert chooser.nothing.isVisible()
    qtbot.keyClick(chooser.search, Qt.Key.Key_Return)
    assert chooser.isVisible()
    chooser.close()


def test_a_finding_shows_its_pictures_in_the_grid_and_leads_back(scanned, document, qtbot):
    page = scanned()
    finding = page.side.findings.cards[0].finding
    page.side.findings.cards[0].show_pictures.click()
    assert page.class_title.text() == f"{finding.title}  ·  2 files"
    assert [page.thumbs.picture(row).name for row in range(page.thumbs.rowCount())] == list(
        finding.files
    )
    page.grid.selectAll()
    page.leave_out.click()
    assert document.project.data.excluded == finding.files
    assert page.back.text() == "Back to cat"
    page.back.click()
    assert page.thumbs.rowCount() == 30
    assert not page.back.isVisible()


def measure(page, engine, **fields):
    fields = {"used": 312_000_000, "limit": 20 * 10**9, "free": 50 * 10**9, "folder": "/c"} | fields
    page.cache._command = 77
    engine.event.emit(CacheMeasured(id=77, **fields))


def test_the_room_of_decoded_pictures_is_told_and_cleared(page, engine, qtbot, monkeypatch):
    measure(page, engine)
    assert page.cache.words.text() == "Decoded pictures kept: 312 MB of 20.0 GB"
    sent = []
    monkeypatch.setattr(engine, "send", lambda command: sent.append(command) or 78)
    page.cache.clear.click()
    assert isinstance(sent[-1], ClearCache)
    engine.event.emit(CacheMeasured(id=78, used=0, limit=20 * 10**9, free=50 * 10**9, folder="/c"))
    assert page.cache.words.text() == "Decoded pictures kept: none of 20.0 GB"
    assert not page.cache.clear.isVisible()
    page.cache.look_again()
    assert isinstance(sent[-1], MeasureCache)


def test_a_disk_that_would_run_full_is_told_before(scanned, engine):
    page = scanned()
    measure(page, engine, used=0, free=200_000_000)
    assert "are free on the disk" in page.cache.words.text()
    measure(page, engine, limit=10)
    assert "raise the limit in Settings" in page.cache.words.text()


def test_the_strip_of_a_finding_is_a_way_to_its_pictures(scanned, qtbot):
    page = scanned()
    card = page.side.findings.cards[0]
    qtbot.waitUntil(card.strip.isVisible)
    qtbot.mouseClick(card.strip, Qt.MouseButton.LeftButton)
    assert page.class_title.text().startswith(card.finding.title)
    names = [b.accessibleName() for b in card.findChildren(QPushButton)]
    assert f"Show pictures: {card.finding.title}" in names


def test_a_picture_whose_folder_cannot_be_shown_is_said(scanned, qtbot):
    page = scanned()
    page.grid.setFocus()
    page.grid.setCurrentIndex(page.thumbs.index(0))
    qtbot.keyClick(page.grid, Qt.Key.Key_O)
    dialog = page.findChild(Question)
    assert dialog.windowTitle() == "This folder is not there any more"
    assert dialog.findChild(QLineEdit).text() == "/pictures/pets/cat"


def test_all_chosen_pictures_are_left_out_those_never_seen_included(scanned, document, qtbot):
    page = scanned((4_500, 2))
    assert page.thumbs.picture(4_000) is None
    page.grid.setFocus()
    page.grid.selectAll()
    qtbot.keyClick(page.grid, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: len(document.project.data.excluded) == 4_500)
    assert document.undo_stack.undoText() == "leave out 4,500 pictures"


def test_all_chosen_pictures_are_moved_those_never_seen_included(scanned, document, qtbot):
    page = scanned((4_500, 2))
    page.grid.selectAll()
    page.move.click()
    qtbot.waitUntil(lambda: page.actions_on.chooser is not None)
    chooser = page.actions_on.chooser
    qtbot.keyClicks(chooser.search, "dog")
    qtbot.keyClick(chooser.search, Qt.Key.Key_Return)
    assert document.undo_stack.undoText() == "move 4,500 pictures to dog"
