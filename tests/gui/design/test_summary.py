"""The summary sorts, is copied and exported; the code view lights and saves."""

from __future__ import annotations

import csv
from types import SimpleNamespace

import pytest
from design_helpers import small
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from core import edits
from core.analysis import analyse
from core.keras_code import write_layers, write_script
from core.project_file import load_template
from gui.design.summary_rows import HEADINGS, INSIDE
from gui.document import Document
from gui.widgets.dialog import Question

NAME, KIND, PARAMETERS = (HEADINGS.index(word) for word in ("Name", "Kind", "Parameters"))
UP, DOWN = Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder


@pytest.fixture
def summary(page):
    page.drawer.show_tab(0)
    return page.drawer.view(0)


@pytest.fixture
def resnet(make_page):
    page = make_page(load_template("resnet-8"))
    page.drawer.show_tab(0)
    return SimpleNamespace(page=page, summary=page.drawer.view(0), document=page._document)


def column(summary, at: int) -> list[str]:
    return [row[at] for row in summary.model.rows]


def click_heading(qtbot, summary, at: int) -> None:
    header = summary.table.horizontalHeader()
    place = QPoint(header.sectionViewportPosition(at) + 8, 12)
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)


def items(menu) -> dict:
    menu.aboutToShow.emit()
    return {action.text(): action for action in menu.actions()}


class TestSorting:
    def test_clicks_sort_up_then_down_then_as_the_network_goes(self, summary, qtbot):
        network = column(summary, NAME)
        header = summary.table.horizontalHeader()
        click_heading(qtbot, summary, KIND)
        assert column(summary, KIND)[:-1] == sorted(column(summary, KIND)[:-1])
        click_heading(qtbot, summary, KIND)
        assert column(summary, KIND)[:-1] == sorted(column(summary, KIND)[:-1], reverse=True)
        click_heading(qtbot, summary, KIND)
        assert column(summary, NAME) == network
        assert header.sortIndicatorSection() not in range(len(HEADINGS))

    def test_numbers_sort_as_numbers_and_the_totals_stay_last(self, summary):
        summary.table.horizontalHeader().setSortIndicator(PARAMETERS, DOWN)
        shown = column(summary, PARAMETERS)
        counts = [int(text.replace(",", "")) for text in shown[:-1]]
        assert counts == sorted(counts, reverse=True)
        assert column(summary, NAME)[-1].startswith("Total")

    @pytest.mark.parametrize("at", range(len(HEADINGS)))
    def test_every_column_sorts_whatever_stands_in_it(self, resnet, at):
        network = sorted(map(str, resnet.summary.model.rows))
        for sense in (UP, DOWN):
            resnet.summary.table.horizontalHeader().setSortIndicator(at, sense)
            assert sorted(map(str, resnet.summary.model.rows)) == network

    def test_an_unknown_shape_is_smaller_than_any(self, make_page):
        page = make_page(small().changed(stack=small().stack[::-1]))
        page.drawer.show_tab(0)
        summary = page.drawer.view(0)
        summary.table.horizontalHeader().setSortIndicator(HEADINGS.index("Output shape"), UP)
        assert column(summary, HEADINGS.index("Output shape"))[0] == "—"

    def test_the_keyboard_sorts_by_the_menu(self, summary):
        menu = summary.sort_button.menu()
        items(menu)["Parameters"].trigger()
        first = column(summary, PARAMETERS)
        items(menu)["Parameters"].trigger()
        assert column(summary, PARAMETERS)[:-1] == first[:-1][::-1]
        assert items(menu)["Parameters"].isChecked()
        items(menu)["As the network goes"].trigger()
        assert column(summary, NAME)[0] == "input"

    def test_an_edit_keeps_the_order(self, summary, document):
        summary.table.horizontalHeader().setSortIndicator(PARAMETERS, DOWN)
        conv = document.project.stack[0].changed(filters=4_000)
        document.edit("set filters", edits.replace(document.project, (0,), (conv,)))
        counts = [int(text.replace(",", "")) for text in column(summary, PARAMETERS)[:-1]]
        assert counts == sorted(counts, reverse=True)

    def test_rows_say_in_which_container_they_are(self, resnet):
        assert not resnet.summary.table.isColumnHidden(INSIDE)
        resnet.summary.table.horizontalHeader().setSortIndicator(PARAMETERS, DOWN)
        rows = {row[0]: row[INSIDE] for row in resnet.summary.model.rows}
        assert rows["4.1.1"] == "Repeat (block 4)"
        assert rows["4"] == ""

    def test_without_containers_there_is_no_such_column(self, summary):
        assert summary.table.isColumnHidden(INSIDE)
        assert "Inside" not in summary.as_text()


class TestSelecting:
    def test_rows_and_blocks_agree_when_sorted(self, summary, document):
        summary.table.horizontalHeader().setSortIndicator(PARAMETERS, DOWN)
        summary.table.selectRow(0)
        (path,) = document.selection
        costs = {p: report.cost.parameters for p, report in document.analysis.walk()}
        assert costs[path] == max(costs.values())
        document.select(((2,),))
        assert [summary.model.rows[row][KIND] for row in summary.table.chosen()] == ["Flatten"]

    def test_sorting_keeps_the_selection(self, summary, document):
        document.select(((1,), (2,)))
        summary.table.horizontalHeader().setSortIndicator(KIND, DOWN)
        assert document.selection == ((1,), (2,))
        chosen = {summary.model.rows[row][KIND] for row in summary.table.chosen()}
        assert chosen == {"MaxPooling2D", "Flatten"}


class TestCopying:
    def test_ctrl_c_copies_selected_rows_for_a_spreadsheet(self, summary, document, qtbot):
        document.select(((1,),))
        summary.table.setFocus()
        QTest.keyClick(summary.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
        lines = QApplication.clipboard().text().splitlines()
        assert lines[0].split("\t")[:3] == ["#", "Name", "Kind"]
        assert [line.split("\t")[2] for line in lines[1:]] == ["MaxPooling2D"]

    def test_without_a_selection_everything_is_copied(self, summary):
        summary.copy()
        assert len(QApplication.clipboard().text().splitlines()) == 1 + 1 + 4 + 1

    def test_the_menu_offers_rows_and_all_as_text_and_markdown(self, summary, document):
        menu = summary.copy_button.menu()
        assert not items(menu)["Selected rows as Markdown"].isEnabled()
        document.select(((0,),))
        items(menu)["Selected rows as Markdown"].trigger()
        lines = QApplication.clipboard().text().splitlines()
        assert len(lines) == 3
        assert "| Conv2D |" in lines[2]
        items(menu)["All rows as Markdown"].trigger()
        assert "Total" in QApplication.clipboard().text()
        items(menu)["All rows for a spreadsheet"].trigger()
        assert "\t" in QApplication.clipboard().text()


def choose_file(dialog: QFileDialog, path) -> None:
    dialog.fileSelected.emit(str(path))
    dialog.close()


class TestExporting:
    def test_as_csv_markdown_and_text(self, summary, tmp_path):
        for suffix in ("csv", "md", "txt"):
            summary.export()
            choose_file(summary.file_dialog, tmp_path / f"s.{suffix}")
        rows = list(csv.reader((tmp_path / "s.csv").read_text("utf-8").splitlines()))
        assert rows[0][:2] == ["#", "Name"]
        assert rows[-1][HEADINGS.index("Parameters")] == "54,410"
        assert (tmp_path / "s.md").read_text("utf-8").startswith("| \\# | Name |")
        assert "Conv2D" in (tmp_path / "s.txt").read_text("utf-8")

    def test_a_name_without_an_ending_gets_one(self, summary, tmp_path):
        summary.export()
        choose_file(summary.file_dialog, tmp_path / "mine")
        assert (tmp_path / "mine.csv").exists()

    def test_another_file_is_not_overwritten_unasked(self, summary, page, qtbot, tmp_path):
        (tmp_path / "s.csv").write_text("mine")
        for key, kept in (("keep", True), ("replace", False)):
            summary.export()
            choose_file(summary.file_dialog, tmp_path / "s.csv")
            question = next(q for q in summary.findChildren(Question) if q.isVisible())
            question._choose(key)
            assert ((tmp_path / "s.csv").read_text("utf-8") == "mine") == kept

    def test_a_disk_that_refuses_is_told(self, summary, qtbot, tmp_path):
        summary.export()
        choose_file(summary.file_dialog, tmp_path / "none" / "s.csv")
        question = next(q for q in summary.findChildren(Question) if q.isVisible())
        assert "was not written" in question.windowTitle()
        question.close()


class TestKeras:
    def test_its_summary_is_shown_copied_and_exported(self, summary, page, tmp_path):
        summary.theirs.click()
        assert summary.keras.toPlainText() == ""
        assert "has not built this design yet" in summary.keras.placeholderText()
        assert not summary.export_button.isEnabled()
        check = page.check
        check.summary = 'Model: "sequential"\n'
        check._show("agrees", "Keras agrees")
        assert summary.keras.toPlainText() == 'Model: "sequential"'
        summary.copy()
        assert QApplication.clipboard().text() == 'Model: "sequential"'
        summary.export()
        choose_file(summary.file_dialog, tmp_path / "k.txt")
        assert (tmp_path / "k.txt").read_text("utf-8") == 'Model: "sequential"\n'
        check._show("failed", "No.")
        assert "could not build" in summary.keras.placeholderText()
        summary.ours.click()
        assert summary.views.currentWidget() is summary.table


class TestCode:
    @pytest.fixture
    def code(self, make_page):
        page = make_page(load_template("resnet-8"))
        page.drawer.show_tab(2)
        return SimpleNamespace(view=page.drawer.view(2), document=page._document)

    def test_all_lines_of_a_container_are_lit(self, code):
        script = write_layers(code.document.project)
        code.document.select(((3,),))
        assert code.view.lit == sorted(script.lines[(3,)])
        assert len(code.view.lit) > 5

    def test_several_blocks_are_lit_each_line_once(self, code):
        script = write_layers(code.document.project)
        code.document.select(((3,), (3, 0, 0), (5,)))
        assert code.view.lit == sorted({*script.lines[(3,)], *script.lines[(5,)]})

    def test_the_view_scrolls_to_them(self, code):
        last = (len(code.document.project.stack) - 1,)
        code.document.select((last,))
        text = code.view.text
        place = text.cursorRect().center()
        assert text.viewport().rect().contains(place)
        assert text.textCursor().blockNumber() + 1 == code.view.lit[0]

    def test_the_whole_script_is_saved(self, code, tmp_path):
        code.view.save()
        choose_file(code.view.file_dialog, tmp_path / "net")
        assert (tmp_path / "net.py").read_text("utf-8") == write_script(code.document.project).text


def test_states_of_the_history_are_projects(document: Document):
    assert document.states() == [("Before the first change", document.project)]
    first = document.project
    second = first.changed(name="Two")
    document.edit("rename to Two", second)
    document.edit("rename to Three", second.changed(name="Three"))
    document.undo_stack.undo()
    names = [(words, project.name) for words, project in document.states()]
    assert names == [
        ("Before the first change", "Small"),
        ("rename to Two", "Two"),
        ("rename to Three", "Three"),
    ]
    assert analyse(document.states()[0][1]).parameters == 54_410
