"""Compare with…: two designs or runs side by side, following the design on screen."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from core import edits
from core.blocks import CATALOGUE
from core.compare import Subject, compare
from core.project_file import ProjectError, load_template, save_project
from gui.compare.sources import of_file, of_template, on_screen, states
from gui.compare.table import HEADINGS, TINTS, cells
from gui.compare.window import ComparisonWindow, open_comparison
from gui.document import Document
from gui.theme import theme
from tests.core.compare.test_compare import run_folder


@pytest.fixture
def window(open_window):
    return open_window(Document(load_template("mlp")))


@pytest.fixture
def compared(window, qtbot):
    """The window on the MLP and LeNet-5."""
    opened = open_comparison(window, before=of_template("mlp"), after=of_template("lenet-5"))
    qtbot.waitUntil(lambda: opened.comparison is not None)
    yield opened
    opened.close()


def choose(qtbot, opened: ComparisonWindow, **sources) -> None:
    with qtbot.waitSignal(opened.shown):
        opened.choose(**sources)


def widen(document: Document) -> None:
    dense = document.project.stack[1].changed(units=64)
    document.edit("set units", edits.replace(document.project, (1,), (dense,)))


def menu_of(button, *titles: str):
    """An entry of a button's menu."""
    button.choices.aboutToShow.emit()
    actions = button.choices.actions()
    for title in titles[:-1]:
        found = next(one for one in actions if one.text().replace("&", "") == title)
        actions = found.menu().actions()
    return next(one for one in actions if titles[-1] in one.text().replace("&", ""))


class TestWindow:
    def test_rows_stand_side_by_side_with_words_for_every_colour(self, compared):
        marks = [row.mark for row in compared.rows.rows]
        assert marks.count("added") == 5
        for at, row in enumerate(compared.rows.rows):
            shown = compared.rows.index(at, 0).data()
            if row.mark in TINTS:
                assert row.mark in shown
                tint = compared.rows.index(at, 0).data(Qt.ItemDataRole.BackgroundRole)
                assert tint == theme().color(TINTS[row.mark])
            assert (compared.rows.index(at, 1).data() == "") == (row.before is None)
            assert (compared.rows.index(at, 2).data() == "") == (row.after is None)

    def test_totals_and_headline(self, compared):
        assert compared.headline.text().startswith("Blocks: 5 added")
        assert "101,770 → 61,706 −40,064 (−39.4 %)" in compared.totals.text

    def test_equal_blocks_are_shown_if_wished(self, compared):
        few = len(compared.rows.rows)
        compared.only.click()
        assert len(compared.rows.rows) > few
        assert len(compared.rows.rows) == len(compared.comparison.rows)

    def test_swapping_turns_additions_into_removals(self, compared, qtbot):
        with qtbot.waitSignal(compared.shown):
            compared.swap.click()
        assert compared.headline.text().startswith("Blocks: 5 removed")

    def test_identical_designs_are_said_to_be(self, compared, qtbot):
        choose(qtbot, compared, after=of_template("mlp"))
        assert "identical" in compared.headline.text()
        assert compared.headline.property("look") == "success"
        assert compared.none.text().startswith("No block differs.")

    def test_a_bad_file_is_told_and_the_window_goes_on(self, compared, qtbot, tmp_path):
        (tmp_path / "bad.layerloom").write_text("{}")
        choose(qtbot, compared, before=of_file(tmp_path / "bad.layerloom"))
        assert "bad.layerloom" in compared.headline.text()
        assert compared.headline.property("look") == "error"
        assert not compared.save_button.isEnabled()
        choose(qtbot, compared, before=of_file(tmp_path / "missing.layerloom"))
        assert "no file" in compared.headline.text()
        choose(qtbot, compared, before=of_template("mlp"))
        assert compared.comparison is not None
        assert compared.save_button.isEnabled()

    def test_it_is_copied_as_markdown(self, compared):
        compared.copy_button.click()
        text = QApplication.clipboard().text()
        assert text.startswith("# Template mlp → Template lenet-5")
        assert "| +  added |" in text

    def test_it_is_saved_in_three_ways(self, compared, tmp_path):
        for suffix in ("md", "txt", "json"):
            compared.save()
            compared.file_dialog.fileSelected.emit(str(tmp_path / f"c.{suffix}"))
            compared.file_dialog.close()
        assert (tmp_path / "c.md").read_text("utf-8").startswith("# ")
        assert (tmp_path / "c.txt").read_text("utf-8").startswith("Before: ")
        assert json.loads((tmp_path / "c.json").read_text("utf-8"))["identical"] is False

    def test_a_screen_reader_hears_a_whole_row(self, compared):
        heard = compared.rows.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
        assert "added" in heard
        assert "Conv2D" in heard


class TestSources:
    def opened(self, window, qtbot) -> ComparisonWindow:
        action = window.menus.actions["compare"]
        assert action.shortcut().toString() == "Ctrl+Shift+C"
        action.trigger()
        return window.findChild(ComparisonWindow)

    def test_it_opens_on_the_design_and_how_it_was_at_first(self, window, qtbot):
        widen(window.document)
        opened = self.opened(window, qtbot)
        qtbot.waitUntil(lambda: opened.comparison is not None)
        assert opened.before.text() == "Before the first change"
        told = [one.words for row in opened.rows.rows for one in row.differences]
        assert told == ["units 128 → 64"]
        opened.close()

    def test_with_nothing_to_compare_it_says_what_to_do(self, window, qtbot):
        opened = self.opened(window, qtbot)
        assert "Choose what to compare with" in opened.headline.text()
        with qtbot.waitSignal(opened.shown):
            menu_of(opened.before, "Templates", "lenet-5").trigger()
        assert opened.comparison is not None
        opened.close()

    def test_it_follows_the_design_on_screen(self, window, qtbot):
        opened = open_comparison(window, before=of_template("mlp"))
        qtbot.waitUntil(lambda: opened.comparison is not None)
        assert opened.comparison.identical
        with qtbot.waitSignal(opened.shown):
            widen(window.document)
        assert not opened.comparison.identical
        opened.close()

    def test_every_step_of_the_history_is_offered(self, window, qtbot):
        widen(window.document)
        window.document.undo_stack.undo()
        opened = self.opened(window, qtbot)
        with qtbot.waitSignal(opened.shown):
            menu_of(opened.after, "Undo history", "Set units (step 1)").trigger()
        assert not opened.comparison.identical
        opened.close()

    def test_two_runs_are_compared(self, window, qtbot, own_home):
        runs = own_home / "runs"
        runs.mkdir()
        project = load_template("mlp")
        run_folder(runs / "20261125-101112-000000-MLP", project, 0.96)
        run_folder(runs / "20261125-111213-000000-MLP", project, 0.98)
        opened = self.opened(window, qtbot)
        qtbot.waitUntil(lambda: len(opened.before.runs) == 2)
        with qtbot.waitSignal(opened.shown):
            menu_of(opened.before, "Runs", "25 Nov, 10:11 · 96.00 %").trigger()
        with qtbot.waitSignal(opened.shown):
            menu_of(opened.after, "Runs", "25 Nov, 11:12 · 98.00 %").trigger()
        told = {one.what: one.change for one in opened.figures.figures}
        assert told["Test accuracy"] == "+2.00 points"
        assert opened.facts.isVisible()
        opened.close()

    def test_the_latest_two_runs_are_one_click_away(self, window, qtbot, own_home):
        action = window.menus.actions["compare_runs"]
        action.trigger()
        opened = window.findChild(ComparisonWindow)
        qtbot.waitUntil(lambda: "not two runs yet" in opened.headline.text())
        opened.close()
        qtbot.waitUntil(lambda: window.findChild(ComparisonWindow) is None)
        runs = own_home / "runs"
        runs.mkdir()
        for at, accuracy in enumerate((0.9, 0.95, 0.99)):
            run_folder(runs / f"20261125-10111{at}-000000-MLP", load_template("mlp"), accuracy)
        action.trigger()
        opened = window.findChild(ComparisonWindow)
        qtbot.waitUntil(lambda: opened.comparison is not None)
        told = {one.what: (one.before, one.after) for one in opened.figures.figures}
        assert told["Test accuracy"] == ("95.00%", "99.00%")
        opened.close()

    def test_a_row_selects_its_block_on_screen(self, window, qtbot):
        opened = open_comparison(window, before=of_template("lenet-5"))
        qtbot.waitUntil(lambda: opened.comparison is not None)
        for at, row in enumerate(opened.rows.rows):
            opened.table.setCurrentIndex(opened.rows.index(at, 0))
            opened.table.scrollTo(opened.rows.index(at, 1))
            place = opened.table.visualRect(opened.rows.index(at, 1)).center()
            window.document.select(())
            qtbot.mouseClick(opened.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
            assert window.document.selection == ((row.after.path,) if row.after else ())
        opened.close()

    def test_enter_in_the_table_selects_and_opens_nothing(self, window, qtbot):
        opened = open_comparison(window, before=of_template("lenet-5"))
        qtbot.waitUntil(lambda: opened.comparison is not None)
        at = next(i for i, row in enumerate(opened.rows.rows) if row.after is not None)
        opened.table.setFocus()
        opened.table.setCurrentIndex(opened.rows.index(at, 0))
        qtbot.keyClick(opened.table, Qt.Key.Key_Return)
        assert window.document.selection == (opened.rows.rows[at].after.path,)
        assert opened.isVisible()
        assert not opened.before.choices.isVisible()
        opened.close()

    def test_files_and_run_folders_are_asked_for(self, window, qtbot, tmp_path):
        save_project(load_template("lenet-5"), tmp_path / "mine.layerloom")
        opened = self.opened(window, qtbot)
        menu_of(opened.before, "Project file…").trigger()
        with qtbot.waitSignal(opened.shown):
            opened.before.dialog.fileSelected.emit(str(tmp_path / "mine.layerloom"))
        opened.before.dialog.close()
        assert opened.before.text() == "mine.layerloom"
        assert "5 removed" in opened.headline.text()
        run_folder(tmp_path / "run", load_template("mlp"), 0.9)
        menu_of(opened.before, "Run folder…").trigger()
        with qtbot.waitSignal(opened.shown):
            opened.before.dialog.fileSelected.emit(str(tmp_path / "run"))
        opened.before.dialog.close()
        assert opened.comparison.same_design
        opened.close()

    def test_buttons_are_named_by_side_and_source(self, window, qtbot):
        opened = self.opened(window, qtbot)
        assert opened.after.accessibleName() == "After: The design on screen"
        opened.close()


def test_states_are_named_by_what_led_to_them():
    document = Document(load_template("mlp"))
    widen(document)
    assert [one.title for one in states(document)] == [
        "Set units (step 1)",
        "Before the first change",
    ]
    assert on_screen(document).load().project == document.project


def test_every_row_has_a_cell_for_each_heading():
    conv = CATALOGUE["Conv2D"](filters=4)
    one = Subject("a", load_template("resnet-8"))
    other = Subject("b", load_template("inception-style").changed(stack=(conv,)))
    for row in compare(one, other).rows:
        assert len(cells(row)) == len(HEADINGS)


def test_a_recent_project_that_is_gone_is_told():
    source = of_file(Path("/nowhere/at-all.layerloom"))
    with pytest.raises(ProjectError, match=r"at-all\.layerloom"):
        source.load()
