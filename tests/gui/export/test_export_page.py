"""Exports as their user meets them, the engine's answers given as values."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog

from core.blocks import CATALOGUE
from core.engine.events import Exported, ExportProgress, Failed
from core.project import Project
from gui.document import Document
from gui.engine_link import EngineLink
from gui.export.formats import available, file_name, free_name
from gui.export.page import ExportPage
from gui.theme import theme
from gui.train.runs import FinishedRun
from gui.train.session import TrainingSession
from gui.widgets.dialog import Question
from gui.widgets.window import folders_of

SAME = "A clean process opened it: same answer for all 1,000 pictures."


@pytest.fixture
def document(qapp):
    stack = (CATALOGUE["Flatten"](), CATALOGUE["Dense"](activation="softmax"))
    return Document(Project(name="My “digits” / 7", stack=stack))


@pytest.fixture
def session(document, engine):
    return TrainingSession(document, engine)


@pytest.fixture
def page(qtbot, qapp, document, engine, session):
    theme().install(qapp, "light")
    page = ExportPage(document, engine, session)
    qtbot.addWidget(page)
    page.resize(1216, 728)
    page.show()
    return page


@pytest.fixture
def trained(page, session, document, tmp_path, qtbot):
    """A finished run of the design on screen, and an older one of another."""
    other = document.project.changed(name="Older", stack=document.project.stack[1:])
    for name, project in (("a", document.project), ("b", other)):
        (tmp_path / name).mkdir()
        run = FinishedRun(tmp_path / name, project, 0.9893, datetime(2026, 11, 24, 4, 12))
        session._done.append(run)
    session.changed.emit()
    qtbot.waitUntil(lambda: page.stack.currentIndex() == 1)
    return tmp_path / "a"


def row(page, key):
    return next(row for row in page.rows if row.entry.key == key)


def exported(page, key, **changes):
    fields = {
        "output": "x",
        "bytes": 388_000,
        "pictures": 1_000,
        "largest_difference": 2.1e-7,
        "agreement": 1.0,
        "test_accuracy": 0.9931,
        "seconds": 3.0,
        "message": SAME,
    }
    page.jobs.receive(Exported(id=page.jobs.command_id, format=key, **(fields | changes)))


def click(qtbot, widget):
    qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)


def test_empty_page_teaches_and_leads_to_training(page, qtbot):
    assert page.state == "idle"
    assert page.stack.currentIndex() == 0
    shown = []
    page.show_page = lambda key, focus: shown.append(key)  # as the window around it would
    click(qtbot, page.empty.train)
    assert shown == ["train"]


def test_current_run_is_chosen_and_others_can_be(page, trained, qtbot):
    assert page.run == trained
    assert page.state == "ready"
    assert [page.runs.itemText(index) for index in range(page.runs.count())] == [
        "My “digits” / 7 · 24 Nov, 04:12 · 98.93 % · design on screen",
        "Older · 24 Nov, 04:12 · 98.93 %",
    ]
    page.runs.setCurrentIndex(1)
    page.runs.activated.emit(1)
    assert page.run == trained.parent / "b"
    assert page.about.text() == "This is not the design on screen."


def test_exporting_asks_where_and_shows_the_proof(page, trained, tmp_path, qtbot):
    click(qtbot, row(page, "keras").button)
    qtbot.waitUntil(lambda: page.dialog is not None)
    assert page.dialog.acceptMode() == QFileDialog.AcceptMode.AcceptSave
    assert Path(page.dialog.selectedFiles()[0]).name == "my-digits-7.keras"
    page.dialog.fileSelected.emit(str(tmp_path / "net.keras"))
    page.dialog.reject()
    assert page.state == "running"
    page.jobs.receive(ExportProgress(id=page.jobs.command_id, doing="Writing net.keras"))
    qtbot.waitUntil(lambda: row(page, "keras").proof.text() == "Writing net.keras")
    exported(page, "keras")
    qtbot.waitUntil(lambda: row(page, "keras").proof.text() == f"✓ {SAME}")
    texts = [label.text() for label in row(page, "keras").figures]
    assert texts == ["2.1e-7", "100 %", "99.31 %", "388 kB"]
    assert page.state == "ready"
    assert folders_of(page)["export"] == str(tmp_path)
    assert str(tmp_path / "net.keras") in page.use.code.toPlainText()


def test_difference_in_answers_is_a_warning(page, trained, tmp_path, qtbot):
    page._export(row(page, "keras").entry, tmp_path / "net.keras")
    exported(page, "keras", agreement=0.998, message="2 of 1,000 pictures get another answer.")
    qtbot.waitUntil(lambda: row(page, "keras").proof.property("look") == "warning")
    assert row(page, "keras").figures[1].text() == "99.8 %"


def test_all_formats_go_into_one_folder_one_after_the_other(page, trained, tmp_path, qtbot):
    (tmp_path / "my-digits-7.keras").write_text("mine")
    page._export_all(tmp_path)
    jobs = page.jobs.of_run(trained)
    assert [job.output.name for job in jobs] == [
        "my-digits-7-2.keras",
        "my-digits-7-savedmodel",
        "my_digits_7.py",
    ]
    assert [job.state for job in jobs] == ["running", "waiting", "waiting"]
    for entry in page.formats:
        exported(page, entry.key)
    assert {job.state for job in page.jobs.of_run(trained)} == {"done"}
    assert not page.jobs.running


def test_failure_is_worded_with_details_and_the_next_goes_on(page, trained, tmp_path, qtbot):
    page._export_all(tmp_path)
    why = "It could not be written: no space left on device."
    page.jobs.receive(Failed(id=page.jobs.command_id, message=why, details="OSError: 28"))
    qtbot.waitUntil(lambda: row(page, "keras").proof.text() == f"✕ {why}")
    assert page.details.isVisible()
    assert page.jobs.running
    exported(page, "savedmodel")
    exported(page, "python")
    qtbot.waitUntil(lambda: page.state == "attention")


def test_cancel_stops_the_current_and_forgets_the_rest(page, trained, tmp_path, qtbot):
    page._export_all(tmp_path)
    qtbot.waitUntil(lambda: row(page, "keras").button.text() == "Cancel")
    click(qtbot, row(page, "keras").button)
    assert [job.state for job in page.jobs.of_run(trained)] == ["cancelling"]
    page.jobs.receive(Failed(id=page.jobs.command_id, message="It was cancelled."))
    qtbot.waitUntil(lambda: row(page, "keras").proof.text() == "not exported yet")
    assert page.state == "ready"


def test_engine_that_cannot_start_fails_the_export_in_words(page, trained, tmp_path, qtbot):
    lost = EngineLink(program="/nowhere/python")
    page.jobs._engine = lost
    lost.event.connect(page.jobs.receive)
    page._export(row(page, "keras").entry, tmp_path / "net.keras")
    qtbot.waitUntil(lambda: "could not be started" in row(page, "keras").proof.text())
    assert page.state == "attention"
    lost.close()


def test_exports_wait_while_training_runs(page, trained, session, qtbot):
    session.start()
    qtbot.waitUntil(lambda: not page.export_all.isEnabled())
    assert "Training is running" in page.about.text()
    assert not row(page, "keras").button.isEnabled()


def test_code_is_copied_as_shown(page, trained, qtbot):
    for number, entry in enumerate(page.formats):
        page.use.chips.button(number).click()
        click(qtbot, page.use.copy)
        assert QGuiApplication.clipboard().text() == page.use.code.toPlainText()
        assert file_name(page._project(), entry) in page.use.code.toPlainText()


def test_under_the_code_stands_which_pictures_it_takes(page, trained, tmp_path, qtbot):
    for number, entry in enumerate(page.formats):
        page.use.chips.button(number).click()
        assert page.use.hint.text().endswith(entry.reads)
        assert page.use.hint.text().startswith("Export first") == bool(entry.use)
    page._export(row(page, "keras").entry, tmp_path / "net.keras")
    exported(page, "keras", output=str(tmp_path / "net.keras"))
    qtbot.waitUntil(lambda: page.use.hint.text() == row(page, "keras").entry.reads)


def test_names_for_files_suit_every_system(document):
    names = {entry.key: file_name(document.project, entry) for entry in available()}
    assert names["keras"] == "my-digits-7.keras"
    assert names["python"] == "my_digits_7.py"
    nameless = document.project.changed(name="„…“")
    assert file_name(nameless, available()[0]) == "model.keras"


def test_free_name_never_names_something_that_is_there(tmp_path):
    (tmp_path / "a.keras").touch()
    (tmp_path / "a-2.keras").touch()
    assert free_name(tmp_path, "a.keras").name == "a-3.keras"


def test_everything_has_a_name_for_screen_readers(page, trained):
    for button in (*(each.button for each in page.rows), page.use.copy):
        assert button.accessibleName()
    assert page.runs.accessibleName() == "Run to export"


def test_a_folder_of_exports_that_is_gone_is_said(page, tmp_path):
    page._last_output = tmp_path / "gone" / "model.keras"
    page._open_folder()
    assert page.findChild(Question).windowTitle() == "This folder is not there any more"
