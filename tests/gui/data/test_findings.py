"""Findings of many files, and what is offered against each."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QPushButton

from core.data.places import unpacked_home
from core.data.report import (
    MOST_FILES,
    ClassCount,
    Exclude,
    Finding,
    MoveToClass,
    OpenFolder,
    UseFit,
    WeighClasses,
)
from core.data.source import Folder
from core.engine.events import LookedAt
from gui.data import file_list
from gui.data.words import about
from gui.widgets.note import Action, NoteText

MANY = tuple(f"cat/{number}.jpg" for number in range(MOST_FILES + 1_500))
WEIGH = WeighClasses("Weigh classes", (30, 2))
LONG = Finding(
    "aspect",
    "warning",
    "2 pictures much longer than wide",
    "Cropped, such a picture keeps only its middle.",
    ("cat/1.jpg", "cat/2.jpg"),
    2,
    remedies=(
        UseFit("Crop instead", "crop"),
        UseFit("Pad instead", "pad"),
        Exclude("Exclude both", ("cat/1.jpg", "cat/2.jpg")),
        OpenFolder("Show in folder", "cat"),
    ),
)


def of_many() -> Finding:
    """One that a report only names the first files of."""
    return Finding(
        "conflict",
        "error",
        "Pictures under two classes",
        "",
        MANY,
        len(MANY),
        remedies=(
            MoveToClass("Choose a class for all 2,500", MANY, ("cat", "dog")),
            Exclude("Exclude all 2,500", MANY),
        ),
    )


@pytest.fixture
def card(scanned):
    """The card of the finding of long pictures."""
    return scanned(findings=(LONG,)).side.findings.cards[0]


def offered(card) -> list[str]:
    """Texts of the buttons that can be seen."""
    return [one.text() for one in card.findChildren(QPushButton) if not one.isHidden()]


def press(card, text: str) -> None:
    next(one for one in card.findChildren(QPushButton) if one.text() == text).click()


def test_long_pictures_are_cropped_or_padded_with_one_click_undoably(card, document, qtbot):
    assert offered(card)[:4] == ["Crop instead", "Pad instead", "Exclude both", "Show in folder"]
    press(card, "Crop instead")
    assert document.project.input.fit == "crop"
    assert document.undo_stack.undoText() == "set fit to crop"
    qtbot.waitUntil(lambda: "Crop instead" not in offered(card))
    assert "Pad instead" in offered(card)
    press(card, "Pad instead")
    assert document.project.input.fit == "pad"
    qtbot.waitUntil(lambda: "Crop instead" in offered(card))
    assert "Pad instead" not in offered(card)
    document.undo_stack.undo()
    document.undo_stack.undo()
    assert document.project.input.fit == "stretch"
    qtbot.waitUntil(lambda: offered(card)[:2] == ["Crop instead", "Pad instead"])


def test_the_keyboard_stays_at_a_finding_whose_button_goes(card, document, qtbot):
    crop = next(one for one in card.findChildren(QPushButton) if one.text() == "Crop instead")
    crop.setFocus()
    qtbot.keyClick(crop, Qt.Key.Key_Space)
    assert document.project.input.fit == "crop"
    qtbot.waitUntil(crop.isHidden)
    assert card.show_pictures.hasFocus()


def test_every_picture_of_a_finding_of_many_is_in_the_grid(scanned, document, qtbot):
    page = scanned(findings=(of_many(),))
    card = page.side.findings.cards[0]
    assert len(card.finding.files) == MOST_FILES
    card.show_pictures.click()
    qtbot.waitUntil(lambda: page.thumbs.rowCount() == len(MANY))
    assert page.class_title.text() == "Pictures under two classes  ·  2,500 files"
    assert page.thumbs.picture(len(MANY) - 1).name == MANY[-1]
    page.grid.selectAll()
    qtbot.waitUntil(lambda: page.leave_out.isEnabled())
    page.leave_out.click()
    assert document.project.data.excluded == MANY


def test_every_file_of_a_finding_of_many_is_listed_and_copied(scanned, qtbot):
    page = scanned(findings=(of_many(),))
    card = page.side.findings.cards[0]
    assert card.show_files.text() == "List all 2,500 files"
    card.show_files.click()
    qtbot.waitUntil(lambda: card.files.files.rowCount() == len(MANY))
    assert card.files.files.index(len(MANY) - 1).data() == MANY[-1]
    card.files.selectAll()
    qtbot.keyClick(card.files, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "\n".join(MANY)


def test_a_class_is_chosen_for_every_picture_of_a_finding_of_many(scanned, document, qtbot):
    page = scanned(findings=(of_many(),))
    press(page.side.findings.cards[0], "Choose a class for all 2,500")
    qtbot.waitUntil(lambda: page.actions_on.chooser is not None)
    chooser = page.actions_on.chooser
    assert "Move 2,500 pictures to" in [label.text() for label in chooser.findChildren(QLabel)]
    qtbot.keyClicks(chooser.search, "dog")
    qtbot.keyClick(chooser.search, Qt.Key.Key_Return)
    moved = document.project.data.moved
    assert tuple(one.file for one in moved) == MANY
    assert {one.to for one in moved} == {"dog"}
    assert document.undo_stack.undoText() == "move 2,500 pictures to dog"
    document.undo_stack.undo()
    assert document.project.data.moved == ()


def test_another_class_chosen_meanwhile_is_not_overwritten(scanned, qtbot):
    page = scanned(findings=(of_many(),))
    page.side.findings.cards[0].show_pictures.click()
    page._show_class(1)
    done = []
    page.desk.background.run(lambda: None, done.append)
    qtbot.waitUntil(lambda: bool(done))
    assert page.thumbs.rowCount() == 2


def test_buttons_of_a_note_stand_in_a_row_and_wrap_when_narrow(page, qtbot):
    note = page.note
    names = ["Use these pictures", "One class per start of the file names", "Keep MNIST"]
    note.show_text(NoteText("card", "Looked at"), [Action(name, note.hide) for name in names])
    buttons = [note.button(name) for name in names]
    qtbot.waitUntil(lambda: len({one.y() for one in buttons}) == 1)
    page.resize(640, 700)
    qtbot.waitUntil(lambda: len({one.y() for one in buttons}) > 1)
    assert all(note.rect().contains(one.geometry()) for one in buttons)


# Names without end


LONG_NAME = "x" * 120


def test_endless_names_push_nothing_out_of_the_page(scanned, qtbot):
    title = f"{LONG_NAME} has only 1 picture"
    file = f"cat/{'y' * 90}.jpg"
    page = scanned(findings=(Finding("few", "warning", title, LONG_NAME, (file,), 1),))
    page.note.show_text(NoteText("card", LONG_NAME, f"{LONG_NAME} {LONG_NAME}"))
    qtbot.waitUntil(page.note.isVisible)
    assert page.side.widget().minimumSizeHint().width() <= page.side.minimumWidth()
    assert page.minimumSizeHint().width() < 900
    told = [one.text().replace("\u200b", "") for one in page.side.findings.findChildren(QLabel)]
    assert {title, LONG_NAME, file} <= set(told)


def test_a_class_with_an_odd_name_is_shown_on_one_line(page, qtbot):
    name = "line\nbreak"
    page.side.balance.show_classes((ClassCount(name, 1, 0, 0, 1, 1),))
    index = page.side.balance.model().index(0)
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "line�break: 1 picture"


def test_a_folder_from_a_zip_does_not_show_where_it_was_unpacked():
    source = Folder(path=str(unpacked_home() / "1f" / "pets"), class_names=("cat", "dog"))
    assert about(source, None) == "“pets”, unpacked from a zip  ·  not scanned yet"


def test_a_folder_that_cannot_be_used_does_not_ask_how_classes_are_told(page, qtbot):
    page.look_at(Path("/nothing"))
    event = LookedAt(
        id=page.desk.job.id,
        source=None,
        root="/nothing",
        layout="look",
        words="/nothing is empty.",
    )
    page.desk.pictures.event.emit(event)
    qtbot.waitUntil(page.note.isVisible)
    assert page.note.text.title == "That cannot be used as it is"


# What is done already, and what is not there


def test_classes_are_weighed_only_once(scanned, document, qtbot):
    weigh = Finding("imbalance", "warning", "Uneven", "", (), 0, remedies=(WEIGH,))
    card = scanned(findings=(weigh,)).side.findings.cards[0]
    press(card, "Weigh classes")
    assert document.project.data.class_weights
    qtbot.waitUntil(lambda: offered(card) == [])
    document.undo_stack.undo()
    qtbot.waitUntil(lambda: offered(card) == ["Weigh classes"])


def test_a_hidden_button_leaves_no_gap(card, document, qtbot):
    first = next(one for one in card.findChildren(QPushButton) if one.text() == "Crop instead")
    left = first.x()
    press(card, "Crop instead")
    pad = next(one for one in card.findChildren(QPushButton) if one.text() == "Pad instead")
    qtbot.waitUntil(lambda: pad.x() == left)


def test_a_class_without_pictures_says_so(scanned, qtbot):
    page = scanned(rows=(30, 0), findings=())
    page.side.balance.setCurrentIndex(page.side.balance.model().index(1))
    assert page.thumbs.rowCount() == 0
    assert page.grid.empty == "No picture counts as dog."


def test_fields_do_not_jump_while_a_scan_goes_on(scanned, qtbot):
    form = scanned().side.preparation.form
    assert "name" in form.rows
    heights = []
    show = form.rows["name"].set_visible
    form.rows["name"].set_visible = lambda on: heights.append(on) or show(on)
    form.window().side.refresh()
    assert set(heights) == {False}


def test_what_pictures_are_like_has_no_heading_before_it_is_known(page, scanned):
    assert page.side.fact_parts.isHidden()
    scanned()
    assert not page.side.fact_parts.isHidden()


def test_a_title_has_a_line_of_its_own_where_it_is_narrow(scanned, qtbot):
    page = scanned(findings=(LONG,))
    page.side.findings.cards[0].show_pictures.click()
    assert page.class_title.text() == LONG.title
    page.resize(760, 700)
    qtbot.waitUntil(lambda: page.leave_out.y() > page.class_title.y() + 10)
    room = page.class_title.fontMetrics().horizontalAdvance(LONG.title)
    qtbot.waitUntil(lambda: page.class_title.width() >= room)
    page.resize(1300, 700)
    qtbot.waitUntil(lambda: page.leave_out.y() < page.class_title.y() + 10)


def test_a_short_list_of_files_is_no_higher_than_it_needs(scanned):
    card = scanned().side.findings.cards[1]
    card.show_files.click()
    assert card.files.height() < 120
    assert card.files.verticalScrollBar().maximum() == 0


def test_files_of_a_list_are_only_made_when_they_are_seen(qapp, qtbot, monkeypatch):
    made = []
    real = file_list.line
    monkeypatch.setattr(
        file_list, "line", lambda finding, row: made.append(row) or real(finding, row)
    )
    names = tuple(f"cat/{number}.jpg" for number in range(100_000))
    view = file_list.FileList("many")
    qtbot.addWidget(view)
    view.show_finding(Finding("near", "warning", "many", "", names, len(names)))
    view.show()
    qtbot.waitUntil(lambda: view.verticalScrollBar().maximum() > 90_000)
    assert len(set(made)) < 100
