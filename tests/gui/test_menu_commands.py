"""What is done to blocks stands once: in the menus, on the sheet of shortcuts, and in the keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel

from core import edits
from core.blocks import CATALOGUE
from core.project_file import load_template
from gui.design.commands import COMMANDS
from gui.document import Document
from gui.frame.pages import PAGES

NEEDING_BLOCKS = ("group", "ungroup", "toggle_disabled", "save_to_library", "open_lens")


@pytest.fixture
def design(open_window):
    """A window on LeNet-5 with its first block in a Group."""
    project = load_template("lenet-5")
    project, _ = edits.wrap(project, [(0,)], CATALOGUE["Group"]())
    return open_window(Document(project), PAGES)


def action(window, name):
    return window.menus.actions[name]


def flatten(window):
    return next(path for path, one in window.document.project.walk() if one.kind() == "Flatten")


def test_each_is_a_method_of_the_page_and_an_entry_of_a_menu(design):
    for command in COMMANDS:
        assert callable(getattr(design.page, command.name))
        assert action(design, command.name).text()


def test_no_key_means_two_things():
    keys = [key for command in COMMANDS for key in (*command.keys, *command.page_keys)]
    assert len(keys) == len(set(keys))


def test_entries_are_able_exactly_when_they_can_act(design):
    assert not any(action(design, name).isEnabled() for name in NEEDING_BLOCKS)
    assert action(design, "group").toolTip() == "Select a block first"
    design.document.select(((0,),))
    assert action(design, "ungroup").isEnabled()
    assert action(design, "save_to_library").isEnabled()
    assert not action(design, "open_lens").isEnabled()
    design.document.select((flatten(design),))
    assert not action(design, "ungroup").isEnabled()
    assert action(design, "open_lens").isEnabled()
    design.show_page("train")
    assert not any(action(design, name).isEnabled() for name in NEEDING_BLOCKS)


def test_disable_becomes_enable(design):
    design.document.select(((0,),))
    assert action(design, "toggle_disabled").text() == "D&isable\tD"
    action(design, "toggle_disabled").trigger()
    assert design.document.project.block((0,)).disabled
    assert action(design, "toggle_disabled").text() == "Ena&ble\tD"
    assert action(design, "toggle_disabled").toolTip() == "Enable (D)"


def test_group_and_ungroup_from_the_menu(design):
    before = design.document.project
    design.document.select(((1,),))
    action(design, "group").trigger()
    assert design.document.project.block((1,)).kind() == "Group"
    action(design, "ungroup").trigger()
    assert design.document.project == before


def test_the_sheet_lists_every_one_with_its_key(design, qtbot):
    design.show_shortcuts()
    sheet = design.findChild(QDialog, "shortcuts-sheet")
    shown = [label.text() for label in sheet.findChildren(QLabel)]
    for command in COMMANDS:
        if command.shown_key:
            text = command.text.replace("&", "").rstrip("…")
            row = shown.index(text)
            assert shown[row + 1].split("  ")[0] == command.shown_key
    sheet.close()


@pytest.mark.parametrize(
    ("name", "keys"),
    [(one.name, key) for one in COMMANDS for key in (*one.keys, *one.page_keys)],
)
def test_every_key_does_something(design, name, keys):
    page = design.page
    path = flatten(design) if name == "open_lens" else (0,)
    design.document.select((path,))
    page.copy()
    page.loom.focus_card(path)

    def state():
        return (
            design.document.project,
            design.document.selection,
            QApplication.clipboard().text(),
            page.lens.is_open,
            [one for one in design.findChildren(QDialog) if one.isVisible()],
        )

    if name == "copy":
        QApplication.clipboard().setText("")
    before = state()
    combination = QKeySequence(keys)[0]
    QTest.keyClick(QApplication.focusWidget(), combination.key(), combination.keyboardModifiers())
    assert state() != before
    for one in design.findChildren(QDialog):
        one.close()


def test_letters_typed_into_a_field_stay_there(design, qtbot):
    design.document.select(((0,),))
    field = design.top_bar.name
    field.setFocus()
    field.selectAll()
    before = design.document.project.stack
    qtbot.keyClicks(field, "dl")
    assert field.text() == "dl"
    assert design.document.project.stack == before
    qtbot.keyClick(field, Qt.Key.Key_Escape)
