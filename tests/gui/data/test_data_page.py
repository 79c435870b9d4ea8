"""The Data page, fed with the engine's events."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import msgspec
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QImage
from PySide6.QtWidgets import QAbstractButton, QApplication, QPushButton

from core.data.augment import Flip
from core.data.report import Exclude, Finding, Report
from core.data.source import CIFAR10, MNIST, Folder, exclude, move_to_class, weigh_classes
from core.engine.commands import Download, LookAt, MakeThumbnails, Scan
from core.engine.events import DataProgress, Downloaded, Failed, LookedAt
from gui.data.page import DataPage
from gui.data.words import facts, progress_words
from gui.frame.pages import PAGES
from tests.gui.data.conftest import FINDINGS, ROOT, end_scan, write_scan


def tell(page: DataPage, kind: type, **fields) -> None:
    """An event about the job under way."""
    page.desk.pictures.event.emit(kind(id=page.desk.job.id, **fields))


def understood(page: DataPage, source: Folder | None, **fields) -> None:
    fields.setdefault("words", "2 classes, 32 pictures, no split given.")
    tell(page, LookedAt, source=source, root=ROOT, layout="classes", **fields)


def press(page: DataPage, qtbot, text: str) -> None:
    qtbot.waitUntil(lambda: page.note.button(text) is not None)
    page.note.button(text).click()


def button(page: DataPage, text: str) -> QPushButton:
    return next(b for b in page.side.findings.findChildren(QPushButton) if b.text() == text)


# What the project uses


def test_ready_made_pictures_are_told_and_the_page_teaches(page):
    assert page.header.title.text() == "70,000 handwritten digits"
    assert page.header.parts.text() == "train 54,000   validation 6,000   test 10,000"
    assert page.ready_made.invitation.isVisible()
    assert page.state == "ready"


def test_a_folder_is_shown_before_it_is_used_and_using_it_can_be_undone(
    page, document, source, qtbot
):
    page.look_at(ROOT)
    assert isinstance(page.desk.job.command, LookAt)
    assert page.state == "running"
    understood(page, source, counts=(30, 2), notes=("1 picture lies beside the classes.",))
    qtbot.waitUntil(page.note.isVisible)
    assert "no split given" in page.note.text.body
    assert "cat 30" in page.note.text.body
    assert "beside the classes" in page.note.text.body
    assert document.project.data == MNIST()
    press(page, qtbot, "Use these pictures")
    assert document.project.data == source
    assert document.undo_stack.undoText() == "use pets"
    document.undo_stack.undo()
    assert document.project.data == MNIST()


def test_the_answer_to_a_choice_has_the_keyboard(page, source, qtbot):
    page.activateWindow()
    page.header.zip.setFocus()
    page.look_at(ROOT)
    understood(page, source, counts=(30, 2))
    qtbot.waitUntil(page.note.isVisible)
    use = page.note.button("Use these pictures")
    qtbot.waitUntil(use.hasFocus)
    page.header.zip.setFocus()
    qtbot.waitUntil(page.header.zip.hasFocus)
    page.refresh()
    assert page.header.zip.hasFocus(), "what was said before takes it no second time"
    use.setFocus()
    qtbot.waitUntil(use.hasFocus)
    qtbot.keyClick(use, Qt.Key.Key_Space)
    qtbot.waitUntil(page.header.folder.hasFocus)
    qtbot.waitUntil(page.note.isHidden)
    assert page.header.folder.hasFocus(), "not with a button that is hidden"


def test_tab_goes_from_the_header_to_what_is_asked(page, source, qtbot):
    page.activateWindow()
    page.look_at(ROOT)
    understood(page, source, counts=(30, 2))
    qtbot.waitUntil(page.note.isVisible)
    use = page.note.button("Use these pictures")
    qtbot.waitUntil(use.isVisible)
    page.header.sets.setFocus()
    qtbot.keyClick(page.header.sets, Qt.Key.Key_Tab)
    qtbot.waitUntil(use.hasFocus)
    qtbot.keyClick(use, Qt.Key.Key_Tab)
    assert page.note.isAncestorOf(QApplication.focusWidget())


def test_other_readings_are_offered_and_none_is_chosen_silently(page, document, qtbot):
    page.look_at(ROOT)
    offers = (("prefixes", "one class per start of the file names"),)
    understood(page, None, words="The classes are not clear.", offers=offers)
    qtbot.waitUntil(page.note.isVisible)
    assert page.note.button("Use these pictures") is None
    press(page, qtbot, "One class per start of the file names")
    assert page.desk.job.command.layout == "prefixes"
    assert document.project.data == MNIST()


def test_what_cannot_be_used_is_said(page, qtbot):
    page.look_at("/nowhere")
    tell(page, Failed, message="There is no folder /nowhere.")
    qtbot.waitUntil(page.note.isVisible)
    assert page.note.text.body == "There is no folder /nowhere."
    assert page.state == "attention"
    press(page, qtbot, "Close")
    qtbot.waitUntil(lambda: not page.note.isVisible())
    assert page.state == "ready"


def test_a_cancelled_job_stops_quietly(page, qtbot):
    page.look_at(ROOT)
    page.desk.cancel()
    assert page.desk.job.stopping
    tell(page, Failed, message="Stopped, as you asked.")
    assert page.desk.job is None
    assert page.desk.failure is None


def test_a_set_is_used_once_it_is_there(page, document):
    page.desk.use_set("cifar-10")
    assert isinstance(page.desk.job.command, Download)
    tell(page, DataProgress, doing="Fetching CIFAR-10", done=5_000_000, total=170_000_000)
    assert document.project.data == MNIST()
    tell(page, Downloaded, name="cifar-10", path="/sets/cifar-10")
    assert document.project.data == CIFAR10()
    assert document.project.input.shape == (32, 32, 3)


def test_progress_is_told_with_units():
    bytes_told = DataProgress(doing="Fetching", done=5_000_000, total=170_000_000, unit="bytes")
    assert progress_words(bytes_told) == "Fetching: 5.0 MB of 170 MB"
    headers = DataProgress(doing="Reading headers", done=1_200, total=5_000, per_second=3_100.0)
    assert progress_words(headers) == "Reading headers: 1,200 of 5,000 pictures, 3,100 a second"


def test_progress_costs_the_page_no_more_than_its_bar(page, source, qtbot, monkeypatch):
    page.desk.use(source)
    qtbot.waitUntil(lambda: page.desk.job is not None)
    tell(page, DataProgress, doing="Listing files", done=1, total=0)
    qtbot.waitUntil(lambda: not page._refresh_soon._pause.isActive())
    refreshed = []
    monkeypatch.setattr(type(page.side), "refresh", lambda side: refreshed.append(1))
    for done in (100, 300):
        tell(page, DataProgress, doing="Reading headers", done=done, total=400)
    qtbot.waitUntil(lambda: page.jobs.bar.value() == 750)
    assert refreshed == []


# The scan


def test_a_scan_is_shown_in_words_and_bars(scanned):
    page = scanned()
    assert page.header.title.text() == "32 pictures in 2 classes"
    model = page.side.balance.model()
    assert model.index(0).data(Qt.ItemDataRole.AccessibleTextRole) == "cat: 30 pictures"
    assert [card.finding.code for card in page.side.findings.cards] == ["conflict", "imbalance"]
    assert page.state == "attention"


def test_files_of_a_finding_unfold(scanned):
    page = scanned()
    card = page.side.findings.cards[1]
    assert not card.files.isVisible()
    card.show_files.click()
    assert card.files.files.index(4).data() == "dog/4.jpg"
    assert card.show_files.text() == "Hide files"


def test_cards_stay_where_findings_stay(scanned, qtbot):
    page = scanned()
    conflict, imbalance = page.side.findings.cards
    new = msgspec.structs.replace(imbalance.finding, code="few", title="another")
    report = msgspec.structs.replace(page.desk.report, findings=(conflict.finding, new))
    page.desk.report = report
    page.side.refresh()
    cards = page.side.findings.cards
    assert cards[0] is conflict
    assert [card.finding for card in cards] == [conflict.finding, new]
    assert imbalance.isHidden()
    qtbot.waitUntil(cards[1].isVisible)


def test_many_findings_are_shown_a_few_a_turn_in_their_order(scanned, qtbot):
    page = scanned()
    many = tuple(msgspec.structs.replace(FINDINGS[0], title=f"{n} of them") for n in range(20))
    page.desk.report = msgspec.structs.replace(page.desk.report, findings=many)
    page.side.refresh()
    cards = page.side.findings.cards
    assert 0 < len(cards) < 20
    qtbot.waitUntil(lambda: len(page.side.findings.cards) == 20)
    assert page.side.findings.cards[: len(cards)] == cards
    assert [card.finding for card in page.side.findings.cards] == list(many)
    qtbot.waitUntil(lambda: page.side.findings.cards[-1].isVisible())
    shown = [card.y() for card in page.side.findings.cards]
    assert shown == sorted(shown)


def test_findings_stay_while_the_folder_is_scanned_once_more(scanned):
    page = scanned()
    whole = page.desk.report
    cards = list(page.side.findings.cards)
    page.desk.report = msgspec.structs.replace(whole, findings=(), phase="headers", complete=False)
    page.side.refresh()
    assert page.side.findings.cards == cards
    page.desk.report = msgspec.structs.replace(page.desk.report, root="/other")
    page.side.refresh()
    assert page.side.findings.cards == []
    page.desk.report = msgspec.structs.replace(whole, findings=whole.findings[:1], complete=False)
    page.side.refresh()
    assert len(page.side.findings.cards) == 1


def test_a_picture_process_that_stands_still_can_be_restarted(page, qtbot, monkeypatch):
    pressed = []
    monkeypatch.setattr(page.desk.pictures, "restart", lambda: pressed.append(1))
    page.desk.pictures._show("frozen", "The picture process has said nothing for 9 s.")
    qtbot.waitUntil(lambda: page.note.button("Restart it") is not None)
    page.note.button("Restart it").click()
    assert pressed


def test_a_remedy_is_one_step_and_leads_to_a_fresh_scan(scanned, document, qtbot):
    page = scanned()
    button(page, "Exclude all of them").click()
    assert document.project.data.excluded == ("cat/1.jpg", "dog/1.jpg")
    qtbot.waitUntil(lambda: page.desk.job is not None)
    assert page.desk.job.command.source.excluded == ("cat/1.jpg", "dog/1.jpg")
    end_scan(page, write_scan())
    document.undo_stack.undo()
    assert document.project.data.excluded == ()


def test_the_keyboard_goes_on_to_what_is_left_once_a_finding_is_put_right(scanned, qtbot):
    """Else it would come to the project's name, where Ctrl+Z does not undo the remedy."""
    page = scanned()
    pressed = button(page, "Exclude all of them")
    pressed.setFocus()
    pressed.click()
    qtbot.waitUntil(lambda: page.desk.job is not None)
    end_scan(page, write_scan(findings=FINDINGS[1:]))
    qtbot.waitUntil(lambda: len(page.side.findings.cards) == 1)
    assert page.focusWidget() is button(page, "Weigh classes")
    page.desk.report = msgspec.structs.replace(page.desk.report, findings=(), phase="listing")
    page.side.refresh()
    page.desk.report = msgspec.structs.replace(page.desk.report, findings=FINDINGS[1:])
    page.side.refresh()
    assert page.focusWidget().text() == "Weigh classes"
    assert page.side.findings.cards[0].isAncestorOf(page.focusWidget())

    button(page, "Weigh classes").click()
    qtbot.waitUntil(lambda: page.desk.job is not None)
    end_scan(page, write_scan(findings=()))
    qtbot.waitUntil(lambda: not page.side.findings.cards)
    assert page.side.balance.isAncestorOf(page.focusWidget()) or page.side.balance.hasFocus()


def test_colours_are_told_in_words():
    modes = {"RGB": 5, "I;16": 1, "I": 1, "YCbCr": 2}
    report = Report(root="", words="", layout="classes", classes=(), modes=modes)
    assert ("Colours", "7 colour, 2 16-bit grey") in facts(report)


MANY = tuple(f"cat/{number}.jpg" for number in range(1_200))


def many_alike() -> tuple[Finding, ...]:
    remedies = (Exclude("Keep one of each", MANY),)
    return (Finding("near", "warning", "Alike", "", MANY[:9], len(MANY), remedies=remedies),)


def test_a_remedy_of_very_many_files_takes_all_of_them(scanned, document, qtbot):
    page = scanned(findings=many_alike())
    button(page, "Keep one of each").click()
    qtbot.waitUntil(lambda: document.project.data.excluded == MANY)


def test_a_list_of_files_that_is_gone_is_said(scanned, document, qtbot):
    page = scanned(findings=many_alike())
    for path in page.desk.folder.glob("files-*.json"):
        path.unlink()
    button(page, "Keep one of each").click()
    qtbot.waitUntil(lambda: page.note.button("Scan again") is not None)
    assert document.project.data.excluded == ()


def test_classes_are_weighed_by_a_remedy(scanned, document):
    page = scanned()
    button(page, "Weigh classes").click()
    low, high = document.project.data.class_weights
    assert low < 1 < high


def test_moving_asks_for_the_class_the_likeliest_first(scanned, document, qtbot):
    page = scanned()
    button(page, "Choose the class").click()
    chooser = page.actions_on.chooser
    assert chooser.names() == ["dog", "cat"]
    qtbot.keyClick(chooser.search, Qt.Key.Key_Return)
    assert {one.to for one in document.project.data.moved} == {"dog"}


def test_a_class_that_the_project_does_not_know_is_not_offered(scanned, document, source):
    page = scanned()
    page.desk.edit_folder("as it was", msgspec.structs.replace(source, class_names=("cat", "eel")))
    button(page, "Choose the class").click()
    assert page.actions_on.chooser.names() == ["cat"]


def test_the_suggested_preparation_is_taken_only_when_asked(scanned, document):
    page = scanned()
    assert document.project.input.shape == (28, 28, 1)
    page.side.suggested.take.click()
    assert document.project.input.shape == (48, 48, 3)
    assert document.project.input.fit == "crop"


def test_preparation_fields_edit_the_input(scanned, document):
    page = scanned()
    page.side.preparation.form.edited.emit("fit", "pad")
    assert document.project.input.fit == "pad"
    assert document.undo_stack.undoText() == "set fit to pad"


def test_the_test_share_can_be_changed_where_the_folder_has_no_split(scanned, document):
    page = scanned()
    assert page.side.split.words.text() == "2 classes"
    page.side.split.row.edited.emit("test_share", 0.2)
    assert document.project.data.test_share == 0.2
    assert document.undo_stack.undoText() == "set test_share to 0.2"


def test_shares_are_asked_for_the_parts_that_the_folder_does_not_give(scanned):
    page = scanned()
    split = page.side.split
    for drawn, share, words in (
        (("test",), True, "The seed is set on the Train page."),
        (("validation",), False, "The validation share and the seed are set on the Train page."),
        ((), False, ""),
    ):
        page.desk.report = msgspec.structs.replace(page.desk.report, layout="splits", drawn=drawn)
        page.side.refresh()
        assert split.row.editor.isVisibleTo(split) == share
        assert (split.elsewhere.text() if split.elsewhere.isVisibleTo(split) else "") == words


# A folder whose classes are others than the project's


def test_classes_that_changed_on_disk_are_taken_in_one_undoable_step(
    scanned, document, source, qtbot
):
    page = scanned()
    before = move_to_class(exclude(source, ["cat/1.jpg"]), ["cat/2.jpg"], "dog")
    before = msgspec.structs.replace(before, class_names=("cat", "dog", "eel"))
    before = weigh_classes(before, (30, 2, 5))
    page.desk.edit_folder("as it was", before)
    qtbot.waitUntil(lambda: page.note.text is not None)
    assert "“eel” is gone" in page.note.text.body
    assert page.state == "attention"
    press(page, qtbot, "Use 2 classes")
    after = document.project.data
    assert after.class_names == ("cat", "dog")
    assert (after.excluded, after.moved, after.class_weights) == (before.excluded, before.moved, ())
    qtbot.waitUntil(lambda: page.note.isHidden())
    document.undo_stack.undo()
    assert document.project.data == before


# A folder that is away


def lose(page: DataPage, qtbot) -> None:
    """The next scan does not find the folder; in these tests it never was there."""
    page.desk.scan()
    qtbot.waitUntil(lambda: page.desk.job is not None)
    tell(page, Failed, message=f"There is no folder {ROOT}.")
    qtbot.waitUntil(lambda: page.desk.lost)


def test_a_folder_that_is_away_is_chosen_anew_and_keeps_what_was_made_of_it(
    scanned, document, qtbot
):
    page = scanned()
    page.desk.edit_folder("leave out", exclude(document.project.data, ["cat/1.jpg"]))
    before = document.project.data
    lose(page, qtbot)
    press(page, qtbot, "Choose where it is now…")
    assert page.dialog is not None
    page.dialog.fileSelected.emit("/disk/pets")
    page.dialog.reject()

    qtbot.waitUntil(lambda: page.desk.job is not None and page.desk.job.kind == "look")
    here = Folder(path="/disk/pets", class_names=before.class_names, layout="classes")
    understood(page, here)
    qtbot.waitUntil(lambda: "left out, moved and weighed stays" in page.note.text.body)
    press(page, qtbot, "Use these pictures")
    assert document.project.data == msgspec.structs.replace(before, path="/disk/pets")
    document.undo_stack.undo()
    assert document.project.data == before


def test_other_pictures_in_its_place_are_other_pictures(scanned, document, qtbot):
    page = scanned()
    page.desk.edit_folder("leave out", exclude(document.project.data, ["cat/1.jpg"]))
    lose(page, qtbot)
    page.look_at(Path("/disk/birds"))
    qtbot.waitUntil(lambda: page.desk.job is not None and page.desk.job.kind == "look")
    birds = Folder(path="/disk/birds", class_names=("owl", "tit"), layout="classes")
    understood(page, birds)
    press(page, qtbot, "Use these pictures")
    assert document.project.data == birds


def test_a_folder_found_gone_when_the_page_is_opened_is_said(page, document, qtbot, tmp_path):
    folder = Folder(path=str(tmp_path), class_names=("cat", "dog"))
    document.edit("use", document.project.changed(data=folder))
    page.desk.look_for_folder()
    page.hide()
    gone = str(tmp_path / "disk" / "pets")
    document.edit("use", document.project.changed(data=msgspec.structs.replace(folder, path=gone)))
    page.show()
    qtbot.waitUntil(lambda: page.note.button("Choose where it is now…") is not None)
    assert gone in page.note.text.body
    assert page.state == "attention"
    page.note.button("Choose where it is now…").click()
    assert page.dialog.directory().absolutePath() == str(tmp_path)  # where it last was, or near
    page.dialog.reject()


def test_tab_goes_down_the_side_as_it_is_read(scanned, document, qtbot):
    """Findings and steps are made after the fields below and above them."""
    page = scanned()
    page.side.augmentation.insert(Flip)
    page.side.refresh()
    page.side.suggested.take.setFocus()
    passed = []
    for _ in range(60):
        qtbot.keyClick(page.focusWidget(), Qt.Key.Key_Tab)
        focus = page.focusWidget()
        if not page.side.isAncestorOf(focus):
            break
        passed.append(focus)
    names = [one.accessibleName() or one.text() for one in passed]
    wanted = [
        "Choose the class: 1 picture under two classes",
        "Exclude all of them: 1 picture under two classes",
        "Show pictures: 1 picture under two classes",
        "Weigh classes: dog has 2, cat 30 pictures",
        "Test share (test_share)",
        "Height (height)",
        "Fit (fit)",
        "Add step",
    ]
    places = [names.index(name) for name in wanted]
    assert places == sorted(places), names
    down = [one.mapTo(page.side.widget(), QPoint(0, one.height() // 2)).y() for one in passed]
    assert all(after > before - 40 for before, after in pairwise(down)), names


# The grid


def test_thumbnails_are_asked_for_only_where_they_are_seen(scanned, engine, qtbot, monkeypatch):
    sent = []
    send = engine.send
    monkeypatch.setattr(engine, "send", lambda command: sent.append(command) or send(command))
    page = scanned((100_000, 2))
    qtbot.waitUntil(lambda: any(isinstance(one, MakeThumbnails) for one in sent))
    asked = next(one for one in sent if isinstance(one, MakeThumbnails))
    assert asked.files[0] == "cat/0.jpg"
    assert len(asked.files) < 200
    assert page.grid.model().rowCount() == 100_000
    assert len(page.thumbs._pages) == 1


def test_a_file_that_changed_gets_another_thumbnail(scanned, qtbot):
    page = scanned()
    first = page.thumbs.picture(0)
    page.thumbs._keep({one: QImage(4, 4, QImage.Format.Format_RGB32) for one in (first.name, "b")})
    page.thumbs._forget_changed([first])
    assert page.thumbs.thumbnail(first.name) is not None
    page.thumbs._forget_changed([msgspec.structs.replace(first, modified=2)])
    assert page.thumbs.thumbnail(first.name) is None


def test_rows_on_screen_are_the_rows_that_qt_shows(scanned, qtbot):
    page = scanned((5_000, 2))
    bar = page.grid.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 10_000)
    bar.setValue(bar.maximum() // 2)
    first, last = page.grid.rows_on_screen()
    top = page.grid.indexAt(QPoint(40, 40)).row()
    assert first <= top <= last
    assert last - first < 200


def test_chosen_pictures_are_left_out_and_taken_in_again(scanned, document, qtbot):
    page = scanned()
    page.grid.setCurrentIndex(page.thumbs.index(3))
    assert page.leave_out.isEnabled()
    page.leave_out.click()
    assert document.project.data.excluded == ("cat/3.jpg",)
    qtbot.waitUntil(lambda: page.leave_out.text() == "Take in again")
    page.leave_out.click()
    assert document.project.data.excluded == ()


# Around it


def test_every_control_has_a_name(scanned):
    page = scanned()
    nameless = [
        widget
        for widget in page.findChildren(QAbstractButton)
        if widget.isVisible()
        and not QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)
    ]
    assert nameless == []


def test_leaving_a_folder_stops_its_scan(page, source, qtbot):
    page.desk.use(source)
    qtbot.waitUntil(lambda: page.desk.job is not None)
    assert isinstance(page.desk.job.command, Scan)
    page.desk.use(MNIST())
    assert page.desk.job.stopping


# The project's name


def test_a_project_that_nobody_named_is_called_after_its_pictures(open_window, source, qtbot):
    window = open_window(specs=PAGES)
    window.show_page("data")
    window.page.desk.use(source)
    assert window.windowTitle() == "pets[*] – Layerloom"
    assert window.top_bar.name.text() == "pets"
    assert window.files._proposed().name == "pets.layerloom"
    window.document.undo_stack.undo()
    assert window.top_bar.name.text() == "MNIST starter"


def test_a_project_in_a_file_keeps_its_name(page, document, source, tmp_path):
    document.save(tmp_path / "digits.layerloom")
    page.desk.use(source)
    assert document.project.name == "MNIST starter"


def test_a_renamed_project_keeps_its_name(page, document, source):
    document.edit("rename project", document.project.changed(name="My pets"))
    page.desk.use(source)
    assert document.project.name == "My pets"
