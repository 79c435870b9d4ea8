"""Whole classes left out and taken in again: by finding, key, menu, button, among the changes."""

from __future__ import annotations

import msgspec
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QPushButton

from core.data.places import scan_folder
from core.data.report import (
    ClassCount,
    Finding,
    LeaveOutClasses,
    Picture,
    Report,
    write_page,
    write_report,
)
from core.data.source import Folder
from gui.data.page import DataPage
from gui.data.words import class_at, listed_classes
from tests.gui.data.conftest import ROOT, end_scan

NAMES = ("ant", "bee", "cow", "dog")
SIZES = {"ant": 20, "bee": 3, "cow": 4, "dog": 30}
FEW = Finding(
    "few",
    "warning",
    "2 classes have fewer than 10 pictures",
    "bee 3, cow 4. Add pictures, or leave them out: no file is touched.",
    (),
    0,
    remedies=(LeaveOutClasses("Leave out these 2 classes", ("bee", "cow")),),
)


def write_scan(out: tuple[str, ...] = (), findings: tuple[Finding, ...] = (FEW,)):
    """What a scan would leave of a project that leaves classes out."""
    folder = scan_folder(ROOT)
    folder.mkdir(parents=True, exist_ok=True)
    used = [name for name in NAMES if name not in out]
    for kind, name in enumerate(used):
        pictures = [Picture(f"{name}/{at}.jpg", "train", 9, 9) for at in range(SIZES[name])]
        write_page(folder, kind, 0, pictures)
    report = Report(
        root=ROOT,
        words=f"{len(used)} classes",
        layout="classes",
        classes=tuple(ClassCount(one, SIZES[one], 0, 0, 1, SIZES[one]) for one in used),
        left_out=tuple(ClassCount(one, 0, 0, 0, 0, SIZES[one]) for one in out),
        findings=findings,
        phase="done",
        complete=True,
    )
    write_report(folder, report)
    return folder


@pytest.fixture
def pets(page, qtbot) -> DataPage:
    """A page whose folder of four classes was scanned."""
    page.desk.use(Folder(path=ROOT, class_names=NAMES, layout="classes"))
    again(page, qtbot)
    qtbot.waitUntil(lambda: page.thumbs.picture(0) is not None)
    return page


def again(page: DataPage, qtbot, out: tuple[str, ...] = (), findings=(FEW,)) -> None:
    """The scan that follows a change."""
    qtbot.waitUntil(lambda: page.desk.job is not None and page.desk.job.kind == "scan")
    before = page.desk.report
    end_scan(page, write_scan(out, findings))
    qtbot.waitUntil(lambda: page.desk.report is not None and page.desk.report is not before)


def choose(page: DataPage, name: str) -> None:
    page.side.balance.setCurrentIndex(page.side.balance.model().index(NAMES.index(name)))


def rows(page: DataPage) -> list[str]:
    model = page.side.balance.model()
    role = Qt.ItemDataRole.AccessibleTextRole
    return [model.index(row).data(role) for row in range(model.rowCount())]


def press(widget, text: str) -> None:
    next(one for one in widget.findChildren(QPushButton) if one.text() == text).click()


def out_of(document) -> tuple[str, ...]:
    return document.project.data.classes_left_out


def test_a_finding_leaves_its_classes_out_in_one_step_and_the_design_follows(pets, document, qtbot):
    before = document.project
    press(pets.side.findings.cards[0], "Leave out these 2 classes")
    assert out_of(document) == ("bee", "cow")
    assert document.project.resolved_stack()[-1].units == 2
    assert document.undo_stack.undoText() == "leave out 2 classes"
    again(pets, qtbot, ("bee", "cow"), ())
    assert rows(pets) == [
        "ant: 20 pictures",
        "bee: left out, 3 pictures",
        "cow: left out, 4 pictures",
        "dog: 30 pictures",
    ]
    assert pets.note.isHidden()
    document.undo_stack.undo()
    assert document.project == before


def test_what_is_left_out_is_no_class_that_went_before_the_next_scan_either(pets, document, qtbot):
    pets.desk.leave_out_classes(["bee"])
    assert not pets.desk.changed_classes
    qtbot.waitUntil(lambda: rows(pets)[1] == "bee: left out, 3 pictures")
    again(pets, qtbot, ("bee",))
    assert not pets.desk.changed_classes
    pets.desk.take_in_classes(["bee"])
    assert not pets.desk.changed_classes


def test_a_key_in_the_list_leaves_the_class_out_and_takes_it_in_again(pets, document, qtbot):
    choose(pets, "cow")
    pets.side.balance.setFocus()
    shift = Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(pets.side.balance, Qt.Key.Key_Delete, shift)
    assert out_of(document) == ("cow",)
    assert document.undo_stack.undoText() == "leave out cow"
    qtbot.waitUntil(lambda: pets.class_title.text() == "cow  ·  left out")
    assert pets.thumbs.rowCount() == 0
    assert "no file was touched" in pets.grid.empty
    qtbot.keyClick(pets.side.balance, Qt.Key.Key_Delete, shift)
    assert out_of(document) == ()
    assert document.undo_stack.undoText() == "take in cow"
    qtbot.waitUntil(lambda: pets.class_title.text() == "cow  ·  4 pictures")


def test_the_same_key_among_its_pictures_unless_they_are_a_findings(pets, document, qtbot):
    shift = Qt.KeyboardModifier.ShiftModifier
    pets.grid.setFocus()
    pets._show_finding(Finding("near", "note", "Alike", "", ("ant/1.jpg",), 1))
    qtbot.keyClick(pets.grid, Qt.Key.Key_Delete, shift)
    assert out_of(document) == ()
    assert pets.whole.isHidden()
    pets.back.click()
    qtbot.keyClick(pets.grid, Qt.Key.Key_Delete, shift)
    assert out_of(document) == ("ant",)


def test_the_button_beside_the_name_and_the_menu_say_what_they_do(pets, document, qtbot):
    choose(pets, "bee")
    assert pets.whole.text() == "Leave out class"
    assert "Shift+Del" in pets.whole.toolTip()
    pets.whole.click()
    assert out_of(document) == ("bee",)
    qtbot.waitUntil(lambda: pets.whole.text() == "Take class in again")
    at = pets.side.balance.visualRect(pets.side.balance.currentIndex()).center()
    pets.side.balance.customContextMenuRequested.emit(at)
    menu = pets.class_actions.menu
    assert [one.text() for one in menu.actions()] == ["Take class in again"]
    menu.actions()[0].trigger()
    menu.close()
    assert out_of(document) == ()
    pets.grid.customContextMenuRequested.emit(QPoint(5, 5))
    assert "Leave out class" in [one.text() for one in pets.actions_on.menu.actions()]
    pets.actions_on.menu.close()


def test_two_classes_remain_and_why_is_said(pets, document, qtbot):
    pets.desk.leave_out_classes(["bee", "cow"])
    again(pets, qtbot, ("bee", "cow"))
    choose(pets, "dog")
    pets.side.balance.setFocus()
    qtbot.keyClick(pets.side.balance, Qt.Key.Key_Delete, Qt.KeyboardModifier.ShiftModifier)
    assert out_of(document) == ("bee", "cow")
    qtbot.waitUntil(lambda: pets.note.text is not None)
    assert pets.note.text.title == "A classifier needs at least two classes"
    assert pets.note.text.body.startswith("Without “dog”, only “ant” would remain.")
    pets.note.button("Close").click()
    qtbot.waitUntil(pets.note.isHidden)


def test_what_was_refused_is_forgotten_with_the_next_change(pets, document, qtbot):
    pets.desk.leave_out_classes(["ant"])
    again(pets, qtbot, ("ant",))
    pets.desk.leave_out_classes(["bee", "cow"])
    assert out_of(document) == ("ant",)
    qtbot.waitUntil(lambda: pets.note.text is not None)
    pets.desk.take_in_classes(["ant"])
    qtbot.waitUntil(pets.note.isHidden)


def test_changes_tell_of_classes_and_take_one_or_all_in_again(pets, document, qtbot):
    pets.desk.leave_out_classes(["bee", "cow"])
    changes = pets.side.changes
    qtbot.waitUntil(changes.isVisible)
    told = [one.text().replace("\u200b", "") for one in changes.findChildren(QLabel)]
    assert "2 classes left out: “bee” and “cow”" in told
    press(changes, "Take one in again…")
    assert changes.chooser.names() == ["bee", "cow"]
    qtbot.keyClicks(changes.chooser.search, "cow")
    qtbot.keyClick(changes.chooser.search, Qt.Key.Key_Return)
    assert out_of(document) == ("bee",)
    qtbot.waitUntil(lambda: len(changes.findChildren(QPushButton)) == 1)
    press(changes, "Take in again")
    assert out_of(document) == ()
    qtbot.waitUntil(changes.isHidden)
    assert document.undo_stack.undoText() == "take in bee"


def test_the_class_that_is_shown_stays_when_another_is_left_out(pets, document, qtbot):
    choose(pets, "dog")
    pets.desk.leave_out_classes(["ant"])
    again(pets, qtbot, ("ant",))
    assert pets.class_title.text() == "dog  ·  30 pictures"
    qtbot.waitUntil(lambda: pets.thumbs.picture(0) is not None)
    assert class_at(pets.desk.report, 3)[1] == 2


def test_classes_are_listed_in_their_places(pets, qtbot):
    pets.desk.leave_out_classes(["bee"])
    again(pets, qtbot, ("bee",))
    assert [one.name for one in listed_classes(pets.desk.report)] == list(NAMES)


def test_a_class_taken_in_that_is_gone_by_now_is_said_so(pets, document, qtbot):
    source = msgspec.structs.replace(document.project.data, classes_left_out=("eel",))
    pets.desk.edit_folder("as it was", source)
    again(pets, qtbot)
    pets.desk.take_in_classes(["eel"])
    qtbot.waitUntil(lambda: pets.note.text is not None)
    assert "“eel” is gone" in pets.note.text.body
    assert pets.desk.changed_classes == NAMES
    pets.desk.take_classes()
    assert document.project.data.class_names == NAMES
