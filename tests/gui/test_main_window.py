"""The window around the pages: rail, top bar, menus, status bar, notices."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAction, QKeySequence
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDialog,
    QLabel,
    QMainWindow,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from core.blocks import CATALOGUE
from core.memory import DeviceMemory
from core.project import Project
from core.project_file import starter
from gui.document import Document
from gui.frame.notices import Notice
from gui.frame.remembered import Remembered, begin_with
from gui.recovery import Autosave
from gui.settings import SettingsStore
from gui.theme import theme
from tests.gui.test_files import choose, question, words

ROOT = Path(__file__).parent.parent.parent
CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def action(window, name: str) -> QAction:
    return window.menus.actions[name]


def edit(window, text: str, **fields) -> None:
    window.document.edit(text, window.document.project.changed(**fields))


def notices(window) -> list[Notice]:
    return [notice for notice in window.findChildren(Notice) if notice.isVisible()]


# Undo


def test_undo_and_redo_name_what_they_would_do(window, qtbot):
    assert not action(window, "undo").isEnabled()
    assert action(window, "undo").toolTip() == "Nothing to undo"
    edit(window, "insert Conv2D", stack=(CATALOGUE["Conv2D"](), *starter().stack))
    assert action(window, "undo").text() == "&Undo insert Conv2D"
    assert action(window, "undo").toolTip() == "Undo insert Conv2D (Ctrl+Z)"
    qtbot.keyClick(window, Qt.Key.Key_Z, CONTROL)
    assert window.document.project == starter()
    assert action(window, "redo").toolTip().startswith("Redo insert Conv2D (Ctrl+")
    qtbot.keyClick(window, Qt.Key.Key_Y, CONTROL)
    assert len(window.document.project.stack) == len(starter().stack) + 1
    qtbot.keyClick(window, Qt.Key.Key_Z, CONTROL)
    qtbot.keyClick(window, Qt.Key.Key_Z, CONTROL | SHIFT)
    assert len(window.document.project.stack) == len(starter().stack) + 1


def test_undo_button_undoes(window, qtbot):
    edit(window, "rename project", name="Other")
    button = window.findChild(QAbstractButton, "undo")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert window.document.project.name == starter().name


# Name


def test_name_is_edited_in_place_and_can_be_undone(window, qtbot):
    name = window.top_bar.name
    qtbot.keyClick(window, Qt.Key.Key_F2)
    assert name.hasFocus()
    qtbot.keyClicks(name, "  My   digits ")
    qtbot.keyClick(name, Qt.Key.Key_Return)
    assert window.document.project.name == "My digits"
    assert not name.hasFocus()
    assert window.windowTitle().startswith("My digits")
    qtbot.keyClick(window, Qt.Key.Key_Z, CONTROL)
    assert name.text() == starter().name


def test_an_empty_name_or_escape_leaves_it_as_it_was(window, qtbot):
    name = window.top_bar.name
    name.setFocus()
    name.selectAll()
    qtbot.keyClick(name, Qt.Key.Key_Delete)
    qtbot.keyClick(name, Qt.Key.Key_Return)
    assert name.text() == starter().name
    name.setFocus()
    qtbot.keyClicks(name, "abandoned")
    qtbot.keyClick(name, Qt.Key.Key_Escape)
    assert window.document.project.name == starter().name
    assert window.document.clean


# Pages and the next step


def test_what_goes_does_not_hand_the_keyboard_to_the_name(window, qtbot):
    """There Ctrl+Z would take back typing, not the last edit."""
    name = window.top_bar.name
    button = QPushButton("Do it and go", window.page)
    button.show()
    QWidget.setTabOrder(button, name)
    button.setFocus()
    qtbot.waitUntil(button.hasFocus)
    button.hide()
    assert not name.hasFocus()
    assert QApplication.focusWidget() is not None

    button.show()
    button.setFocus()
    qtbot.keyClick(button, Qt.Key.Key_Tab)
    assert name.hasFocus()


def test_return_presses_the_button_that_has_the_keyboard(window, qtbot):
    pressed = []
    notice = window.notices.add("Something happened.", [("Do it", lambda: pressed.append(1))])
    (button,) = notice.findChildren(QPushButton)
    button.setFocus()
    qtbot.waitUntil(button.hasFocus)
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
        qtbot.keyClick(button, key)
    assert pressed == [1, 1]
    qtbot.keyClick(button, Qt.Key.Key_Return, CONTROL)
    assert pressed == [1, 1], "with Ctrl it is the next step's"


def test_pages_are_chosen_by_mouse_and_by_keyboard(window, qtbot):
    qtbot.mouseClick(window.rail.button("train"), Qt.MouseButton.LeftButton)
    assert window.page_key == "train"
    qtbot.keyClick(window, Qt.Key.Key_1, CONTROL)
    assert window.page_key == "design"
    assert window.rail.button("design").isChecked()
    qtbot.keyClick(window, Qt.Key.Key_3, CONTROL)
    assert window.page_key == "export"


def test_only_finished_pages_are_on_the_rail(window):
    titles = [button.text() for button in window.rail.findChildren(QAbstractButton)]
    assert titles == ["Design", "Train", "Export"]


def test_rail_says_a_pages_state_in_words_too(window):
    button = window.rail.button("design")
    for state, said in (("attention", "needs attention"), ("running", "running")):
        window.page.state = state
        window.page.state_changed.emit()
        assert button.state == state
        assert said in button.toolTip()
        assert button.accessibleDescription() == said


def test_next_step_is_to_fix_what_is_wrong_then_to_train(window, qtbot):
    assert window.top_bar.primary.text() == "Train"
    edit(window, "delete", stack=starter().stack[:-1])
    assert window.top_bar.primary.text() == "Finish the stack"
    window.show_page("train")
    qtbot.mouseClick(window.top_bar.primary, Qt.MouseButton.LeftButton)
    assert window.page_key == "design"
    assert window.document.selection


def test_training_turns_the_next_step_into_stop_and_shows_the_job(window, qtbot):
    qtbot.keyClick(window, Qt.Key.Key_Return, CONTROL)
    assert window.page_key == "train"
    qtbot.waitUntil(lambda: window.top_bar.primary.text() == "Stop")
    assert window.status.job.isVisible()
    window.close()
    assert "Stop training and quit?" in words(question(qtbot, window))
    choose(qtbot, window, "keep")
    assert window.isVisible()


# Menus


def test_no_shortcut_means_two_things(window):
    used: dict[str, list[str]] = {}
    for name, one in window.menus.actions.items():
        for key in one.shortcuts():
            used.setdefault(key.toString(QKeySequence.SequenceFormat.PortableText), []).append(name)
    assert {key: names for key, names in used.items() if len(names) > 1} == {}


@pytest.mark.parametrize(
    ("key", "modifiers", "done"),
    [
        (Qt.Key.Key_V, CONTROL, "paste"),
        (Qt.Key.Key_A, CONTROL, "select_all"),
        (Qt.Key.Key_C, CONTROL, "copy"),
        (Qt.Key.Key_X, CONTROL, "cut"),
        (Qt.Key.Key_D, CONTROL, "duplicate"),
        (Qt.Key.Key_Delete, Qt.KeyboardModifier.NoModifier, "delete"),
    ],
)
def test_edit_keys_reach_the_page(window, qtbot, key, modifiers, done):
    window.document.select(((0,),))
    qtbot.keyClick(window, key, modifiers)
    assert window.page.done == [done]


def test_edit_actions_say_why_they_cannot_be_used(window):
    assert not action(window, "copy").isEnabled()
    assert action(window, "copy").toolTip() == "Select a block first"
    window.document.select(((0,),))
    assert action(window, "copy").isEnabled()
    window.show_page("train")
    assert not action(window, "copy").isEnabled()
    assert "Design page" in action(window, "copy").toolTip()


def test_text_fields_keep_their_own_copy_and_paste(window, qtbot):
    name = window.top_bar.name
    name.setFocus()
    name.selectAll()
    window.document.select(((0,),))
    action(window, "copy").trigger()
    assert QApplication.clipboard().text() == starter().name
    assert window.page.done == []


def test_shortcut_sheet_lists_every_shortcut(window, qtbot):
    qtbot.keyClick(window, Qt.Key.Key_Slash, CONTROL)
    sheet = window.findChild(QDialog, "shortcuts-sheet")
    shown = " ".join(label.text() for label in sheet.findChildren(QLabel))
    for keys in ("Ctrl+N", "Ctrl+O", "Ctrl+S", "Ctrl+Shift+S", "Ctrl+Z", "Ctrl+Q", "F1", "Ctrl+1"):
        assert keys in shown
    qtbot.keyClick(sheet, Qt.Key.Key_Escape)


def test_help_explains_what_is_focused(window, qtbot):
    field = window.top_bar.name
    field.setWhatsThis("The name of the project.")
    field.setFocus()
    qtbot.keyClick(window, Qt.Key.Key_F1)
    qtbot.waitUntil(
        lambda: any("QWhatsThat" in type_name(top) for top in QApplication.topLevelWidgets())
    )


def type_name(widget: QWidget) -> str:
    return widget.metaObject().className()


# Theme and settings


def test_theme_is_chosen_and_remembered(window, own_home):
    window.set_theme("dark")
    assert theme().dark
    assert SettingsStore(own_home).values.theme == "dark"
    window.set_theme("light")
    assert not theme().dark


def test_size_and_page_are_remembered_and_can_be_reset(open_window, qtbot):
    window = open_window()
    window.resize(1111, 777)
    window.show_page("export")
    window.close()
    again = open_window()
    assert again.page_key == "export"
    assert (again.width(), again.height()) == (1111, 777)
    again.reset_settings()
    choose(qtbot, again, "reset")
    assert again.page_key == "design"
    assert again.width() != 1111


def test_panels_go_back_to_their_first_sizes(qtbot, tmp_path):
    settings = SettingsStore(tmp_path)
    window, page, splitter = QMainWindow(), QWidget(), QSplitter()
    qtbot.addWidget(window)
    window.setCentralWidget(page)
    QVBoxLayout(page).addWidget(splitter)
    for _ in range(2):
        splitter.addWidget(QLabel("panel"))
    splitter.setObjectName("panels")
    begin_with(splitter, [300, 100])
    remembered = Remembered(window, settings)
    remembered.watch(page)
    window.show()
    first = splitter.sizes()
    splitter.moveSplitter(80, 1)
    assert settings.values.splitters["panels"] == splitter.sizes() != first
    settings.reset()
    remembered.restore()
    QApplication.processEvents()
    assert splitter.sizes()[0] > 2 * splitter.sizes()[1]


def test_damaged_settings_are_said(open_window, own_home):
    (own_home / "settings.json").write_text("{ not json")
    window = open_window()
    (notice,) = notices(window)
    assert "settings.damaged-1.json" in notice.words.text()
    assert (own_home / "settings.damaged-1.json").read_text() == "{ not json"


# Recovery


def leave_behind(home: Path, name: str, path: Path | None = None) -> None:
    """Unsaved work of a window that is gone."""
    document = Document(starter(), path)
    gone = Autosave(document, home / "recovery")
    document.edit("rename project", document.project.changed(name=name))
    gone.close(keep=True)


def press(qtbot, notice: Notice, name: str) -> None:
    qtbot.mouseClick(notice.findChild(QPushButton, f"notice-{name}"), Qt.MouseButton.LeftButton)


def test_lost_work_is_offered_and_restored_unsaved_with_its_file(
    open_window, own_home, qtbot, tmp_path
):
    path = tmp_path / "mine.layerloom"
    Document(starter()).save(path)
    leave_behind(own_home, "Precious", path)
    window = open_window()
    (notice,) = notices(window)
    assert re.match(
        r"Layerloom did not close properly at \d\d:\d\d\. "
        r"Your unsaved work on “Precious” \(mine\.layerloom\) was kept\.",
        notice.words.text(),
    )
    press(qtbot, notice, "restore")
    qtbot.waitUntil(lambda: not notices(window))
    assert window.document.project.name == "Precious"
    assert window.document.path == path
    assert window.top_bar.file_state.text() == "unsaved changes"
    (kept,) = (own_home / "recovery").glob("*.autosave")
    assert "Precious" in kept.read_text()


def test_restored_work_asks_if_its_file_changed_meanwhile(open_window, own_home, qtbot, tmp_path):
    path = tmp_path / "mine.layerloom"
    Document(starter()).save(path)
    leave_behind(own_home, "Precious", path)
    Document(starter().changed(name="Theirs")).save(path)
    window = open_window()
    press(qtbot, notices(window)[0], "restore")
    window.files.save()
    assert "Another program changed" in words(question(qtbot, window))
    choose(qtbot, window, "keep")


def test_discarded_work_is_not_offered_again(open_window, own_home, qtbot):
    leave_behind(own_home, "Unwanted")
    window = open_window()
    press(qtbot, notices(window)[0], "discard")
    assert list((own_home / "recovery").glob("*.autosave")) == []


def test_every_lost_work_is_offered_and_restoring_over_unsaved_work_asks(
    open_window, own_home, qtbot
):
    leave_behind(own_home, "One")
    leave_behind(own_home, "Two")
    window = open_window()
    two, one = notices(window)
    assert "“Two”" in two.words.text()
    press(qtbot, two, "restore")
    press(qtbot, one, "restore")
    choose(qtbot, window, "keep")
    assert window.document.project.name == "Two"
    assert notices(window) == [one]


# Status bar


def test_totals_follow_the_design(window):
    assert "parameters" in window.status.totals.text()
    window.document.replace(Project(), None)
    assert window.status.totals.text().startswith("0 blocks  ·  0 parameters")


def test_engine_is_said_in_words(window, qtbot):
    qtbot.waitUntil(lambda: window.engine.state == "ready")
    said = window.status.engine.accessibleName()
    assert said == f"Engine: {window.engine.words}"
    assert not window.status.restart.isVisible()
    ready = window.engine.ready_event
    assert window.document.device == DeviceMemory(ready.kind, ready.memory)
    assert "of this computer’s" in window.status.totals.text()


def test_a_dead_engine_can_be_restarted_from_the_status_bar(window, qtbot):
    import os
    import signal

    qtbot.waitUntil(lambda: window.engine.state == "ready")
    for _death in range(3):
        if window.engine.pid:
            os.kill(window.engine.pid, signal.SIGKILL)
        qtbot.waitUntil(lambda: window.engine.state != "ready")
    window.engine.restart()
    qtbot.waitUntil(lambda: window.engine.state == "ready", timeout=10_000)


def test_autosave_is_said(window, qtbot):
    with qtbot.waitSignal(window.autosave.written):
        edit(window, "rename project", name="Other")
    qtbot.waitUntil(lambda: window.status.autosave.text().startswith("autosaved"))


# Keyboard and screen readers


def test_every_control_has_a_name_for_screen_readers(window):
    nameless = []
    for widget in window.findChildren(QAbstractButton):
        inside_page = window._stack.isAncestorOf(widget)
        interface = QAccessible.queryAccessibleInterface(widget)
        if widget.isVisible() and not inside_page and not interface.text(QAccessible.Text.Name):
            nameless.append(widget)
    assert nameless == []


def test_everything_in_the_frame_is_in_the_tab_order(window, qtbot):
    window.top_bar.name.setFocus()
    edit(window, "rename project", name="So that undo is enabled")
    seen = set()
    for _step in range(60):
        seen.add(QApplication.focusWidget().objectName())
        window.focusNextChild()
    assert {"project-name", "undo", "primary", "rail-design", "engine"} <= seen


# The process


def test_window_process_never_imports_the_engines_packages():
    script = (
        "import sys\n"
        "for name in ('keras', 'tensorflow', 'jax', 'torch', 'rich'): sys.modules[name] = None\n"
        "import gui.app, gui.main_window, gui.train.page, gui.export.page, gui.design.page\n"
        "import gui.data.page\n"
        "assert 'numpy' not in sys.modules, 'numpy slows the start down'\n"
    )
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True)
