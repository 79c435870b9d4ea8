"""Open and save: nothing the user made is ever lost, and every refusal is a sentence."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QLineEdit, QPushButton

from core.project_file import load_project, save_project, starter
from gui.document import Document
from gui.widgets.dialog import Question


def question(qtbot, window) -> Question:
    """The dialog that is open."""
    qtbot.waitUntil(lambda: bool(visible_questions(window)))
    return visible_questions(window)[-1]


def visible_questions(window) -> list[Question]:
    return [dialog for dialog in window.findChildren(Question) if dialog.isVisible()]


def choose(qtbot, window, key: str) -> None:
    dialog = question(qtbot, window)
    button = dialog.findChild(QPushButton, f"choice-{key}")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def words(dialog: Question) -> str:
    return " ".join(label.text() for label in dialog.findChildren(QLabel))


def rename(window, name: str) -> None:
    document = window.document
    document.edit("rename project", document.project.changed(name=name))


@pytest.fixture
def saved(tmp_path) -> Path:
    path = tmp_path / "saved.layerloom"
    save_project(starter().changed(name="Saved"), path)
    return path


@pytest.fixture
def on_file(open_window, saved):
    """A window on a file."""
    return open_window(Document(load_project(saved), saved))


# Saving


def test_saving_writes_the_file_and_says_saved(window, qtbot, tmp_path):
    assert window.top_bar.file_state.text() == "not saved yet"
    path = tmp_path / "new.layerloom"
    window.files.save_to(path)
    assert load_project(path) == window.document.project
    assert window.top_bar.file_state.text() == "saved"
    rename(window, "Other")
    assert window.top_bar.file_state.text() == "unsaved changes"
    assert window.isWindowModified()
    qtbot.keyClick(window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert load_project(path).name == "Other"
    assert not window.isWindowModified()
    assert window.settings.values.recent == [str(path)]


def test_suffix_is_added(window, tmp_path):
    window.files.save_to(tmp_path / "design.v2")
    assert (tmp_path / "design.v2.layerloom").exists()


def test_save_as_asks_where_and_proposes_the_projects_name(window, qtbot, tmp_path):
    window.settings.values.folders["save"] = str(tmp_path)
    rename(window, "a/b: c?")
    qtbot.keyClick(
        window,
        Qt.Key.Key_S,
        Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier,
    )
    dialog = window.findChild(QFileDialog)
    field = dialog.findChild(QLineEdit, "fileNameEdit")
    assert field.text() == "a-b- c.layerloom"
    dialog.accept()
    qtbot.waitUntil((tmp_path / "a-b- c.layerloom").exists)
    assert window.document.clean


def test_replacing_another_file_is_asked(window, qtbot, saved):
    window.files.save_to(saved)
    assert "Replace saved.layerloom?" in words(question(qtbot, window))
    choose(qtbot, window, "keep")
    assert load_project(saved).name == "Saved"
    window.files.save_to(saved)
    choose(qtbot, window, "replace")
    assert load_project(saved) == window.document.project


def test_overwriting_another_programs_change_is_asked(on_file, qtbot, saved):
    rename(on_file, "Mine")
    save_project(starter().changed(name="Theirs"), saved)
    on_file.files.save()
    assert "Another program changed saved.layerloom" in words(question(qtbot, on_file))
    choose(qtbot, on_file, "keep")
    assert load_project(saved).name == "Theirs"
    on_file.files.save()
    choose(qtbot, on_file, "overwrite")
    assert load_project(saved).name == "Mine"
    rename(on_file, "Mine again")
    on_file.files.save()
    assert visible_questions(on_file) == []
    assert load_project(saved).name == "Mine again"


def test_two_windows_on_one_file_do_not_clobber_each_other(open_window, qtbot, saved):
    one = open_window(Document(load_project(saved), saved))
    other = open_window(Document(load_project(saved), saved))
    rename(one, "One")
    rename(other, "Other")
    one.files.save()
    other.files.save()
    choose(qtbot, other, "keep")
    assert load_project(saved).name == "One"


def test_a_touched_file_with_the_same_project_is_no_conflict(on_file, saved):
    os.utime(saved)
    rename(on_file, "Mine")
    on_file.files.save()
    assert visible_questions(on_file) == []
    assert load_project(saved).name == "Mine"


def test_a_file_damaged_meanwhile_is_asked_about(on_file, qtbot, saved):
    saved.write_text("not ours")
    rename(on_file, "Mine")
    on_file.files.save()
    choose(qtbot, on_file, "overwrite")
    assert load_project(saved).name == "Mine"


def test_a_removed_folder_is_said_and_work_is_kept(on_file, qtbot, saved):
    rename(on_file, "Mine")
    saved.unlink()
    saved.parent.joinpath("home").rename(saved.parent.parent / f"{saved.parent.name}-home")
    saved.parent.rmdir()
    on_file.files.save()
    assert "could not be saved" in words(question(qtbot, on_file))
    choose(qtbot, on_file, "keep")
    assert on_file.document.project.name == "Mine"
    assert not on_file.document.clean


def test_a_read_only_file_is_not_replaced(on_file, qtbot, saved):
    rename(on_file, "Mine")
    saved.chmod(0o444)
    on_file.files.save()
    assert "read-only" in words(question(qtbot, on_file))
    choose(qtbot, on_file, "keep")
    assert load_project(saved).name == "Saved"


def test_a_link_stays_a_link(open_window, saved, tmp_path):
    link = tmp_path / "link.layerloom"
    link.symlink_to(saved)
    window = open_window(Document(load_project(link), link))
    rename(window, "Through the link")
    window.files.save()
    assert link.is_symlink()
    assert load_project(saved).name == "Through the link"


# Opening


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "is empty"),
        (b"\x89PNG\r\n", "not a Layerloom project"),
        (b'{"format": "layerloom-project", "version": 1, "proj', "damaged or cut short"),
        (b'{"format": "layerloom-project", "version": 99}', "newer Layerloom"),
        (b'{"a":' * 10_000, "nested too deeply"),
    ],
)
def test_a_file_that_cannot_be_read_is_said_and_changes_nothing(
    window, qtbot, tmp_path, content, expected
):
    path = tmp_path / "bad.layerloom"
    path.write_bytes(content)
    before = window.document.project
    window.files.open_path(path)
    said = words(question(qtbot, window))
    assert expected in said
    assert "bad.layerloom" in said
    choose(qtbot, window, "close")
    assert window.document.project is before
    assert path.read_bytes() == content


def test_a_huge_file_is_refused_unread(window, qtbot, tmp_path):
    path = tmp_path / "huge.layerloom"
    with path.open("wb") as stream:
        stream.truncate(100 << 20)
    window.files.open_path(path)
    assert "105 MB" in words(question(qtbot, window)) or "100 MB" in words(question(qtbot, window))
    choose(qtbot, window, "close")


def test_opening_remembers_and_a_missing_recent_file_is_forgotten(window, qtbot, saved):
    window.files.open_path(saved)
    assert window.document.project.name == "Saved"
    assert window.settings.values.recent == [str(saved)]
    saved.unlink()
    window.files.open_path(saved)
    assert "is not there any more" in words(question(qtbot, window))
    choose(qtbot, window, "keep")
    assert window.settings.values.recent == [str(saved)]
    window.files.open_path(saved)
    choose(qtbot, window, "forget")
    assert window.settings.values.recent == []


def test_unsaved_changes_are_asked_about_before_opening(window, qtbot, saved):
    rename(window, "Precious")
    window.files.open_path(saved)
    dialog = question(qtbot, window)
    labels = [button.text() for button in dialog.findChildren(QPushButton)]
    assert set(labels) == {"Save", "Discard changes", "Keep editing"}
    choose(qtbot, window, "keep")
    assert window.document.project.name == "Precious"
    window.files.open_path(saved)
    qtbot.keyClick(question(qtbot, window), Qt.Key.Key_Escape)
    assert window.document.project.name == "Precious"
    window.files.open_path(saved)
    choose(qtbot, window, "discard")
    assert window.document.project.name == "Saved"


def test_saving_first_then_goes_on(on_file, qtbot, saved):
    rename(on_file, "Saved first")
    on_file.files.new_empty()
    choose(qtbot, on_file, "save")
    assert load_project(saved).name == "Saved first"
    assert on_file.document.project.stack == ()
    assert on_file.document.path is None


def test_a_failed_save_does_not_go_on(on_file, qtbot, saved):
    rename(on_file, "Precious")
    saved.chmod(0o444)
    on_file.files.new_empty()
    choose(qtbot, on_file, "save")
    choose(qtbot, on_file, "keep")
    assert on_file.document.project.name == "Precious"


def test_new_is_an_empty_stack_and_templates_are_offered(window, qtbot):
    window.files.new_from_template("lenet-5")
    assert window.document.project.name == "LeNet-5"
    qtbot.keyClick(window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    assert window.document.project.stack == ()
    assert window.document.clean


# Dropping


def drop(window, *paths: Path) -> bool:
    """Drop files on the window; returns whether it takes them."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    arguments = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton)
    enter = QDragEnterEvent(QPoint(50, 50), *arguments, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(window, enter)
    if not enter.isAccepted():
        return False
    event = QDropEvent(QPointF(50, 50), *arguments, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(window, event)
    return True


def test_a_dropped_project_is_opened(window, qtbot, saved):
    assert drop(window, saved)
    qtbot.waitUntil(lambda: window.document.project.name == "Saved")


def test_other_files_are_not_taken(window, saved, tmp_path):
    assert not drop(window, tmp_path / "picture.png")
    assert not drop(window, saved, saved)


# Closing


def test_closing_a_saved_project_closes(on_file):
    assert on_file.close()


def test_closing_unsaved_work_asks(window, qtbot):
    rename(window, "Precious")
    assert not window.close()
    choose(qtbot, window, "keep")
    assert window.isVisible()
    window.close()
    choose(qtbot, window, "discard")
    qtbot.waitUntil(lambda: not window.isVisible())


def test_closing_can_save_first(on_file, qtbot, saved):
    rename(on_file, "At the last moment")
    on_file.close()
    choose(qtbot, on_file, "save")
    qtbot.waitUntil(lambda: not on_file.isVisible())
    assert load_project(saved).name == "At the last moment"
