"""History, settings, recent projects, shortcuts and the tour."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QFontDatabase, QKeySequence, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDialog,
    QLabel,
    QPushButton,
    QStyleOptionViewItem,
)

from core import edits
from core.blocks import CATALOGUE
from core.data.limit import cache_limit
from core.project_file import load_template, starter
from gui.design.shortcuts import SHORTCUTS
from gui.document import Document
from gui.frame.history_panel import START
from gui.frame.pages import PAGES
from gui.frame.side_panel import SidePanel
from gui.settings import SettingsStore
from gui.theme import theme
from tests.gui.test_files import choose, question, words

Key = Qt.Key
TEXT = QPalette.ColorRole.Text
CONTROL = Qt.KeyboardModifier.ControlModifier


def press(key, modifiers=Qt.KeyboardModifier.NoModifier):
    QTest.keyClick(QApplication.focusWidget(), key, modifiers)


def rename(window, name: str) -> None:
    window.document.edit(f"rename to {name}", window.document.project.changed(name=name))


class TestHistory:
    @pytest.fixture
    def history(self, window, qtbot):
        for name in ("One", "Two", "Three"):
            rename(window, name)
        qtbot.keyClick(window, Key.Key_H, CONTROL)
        return window.comfort._history.view

    def rows(self, view) -> list[str]:
        model = view.model()
        return [model.index(row, 0).data() for row in range(model.rowCount())]

    def test_lists_every_step_by_name(self, history):
        assert self.rows(history) == [START, "rename to One", "rename to Two", "rename to Three"]
        assert history.currentIndex().row() == 3
        assert history.hasFocus()

    def test_a_click_goes_to_any_point_and_back(self, history, window, qtbot):
        for row, name in ((1, "One"), (3, "Three"), (0, starter().name)):
            place = history.visualRect(history.model().index(row, 0)).center()
            qtbot.mouseClick(history.viewport(), Qt.MouseButton.LeftButton, pos=place)
            assert window.document.project.name == name

    def test_arrows_travel(self, history, window):
        press(Key.Key_Up)
        press(Key.Key_Up)
        assert window.document.project.name == "One"
        press(Key.Key_Down)
        assert window.document.project.name == "Two"

    def test_undo_elsewhere_moves_the_mark(self, history, window):
        window.document.undo_stack.undo()
        assert history.currentIndex().row() == 2

    def test_steps_undone_look_faint_and_the_current_one_bold(self, history, window):
        window.document.undo_stack.undo()
        delegate = history.itemDelegate()
        looks = []
        for row in (2, 3):
            option = QStyleOptionViewItem()
            delegate.initStyleOption(option, history.model().index(row, 0))
            looks.append((option.text, option.font.bold(), option.palette.color(TEXT).name()))
        faint = theme().color("faint").name()
        assert looks[0][0] == "Rename to Two"
        assert looks[0][1]
        assert looks[0][2] != faint
        assert looks[1] == ("Rename to Three", False, faint)

    def test_another_panel_takes_its_place_and_escape_closes(self, history, window):
        window.comfort.show_settings()
        shown = [panel for panel in window.findChildren(SidePanel) if panel.isVisible()]
        assert [panel.objectName() for panel in shown] == ["panel-settings"]
        press(Key.Key_Escape)
        assert not shown[0].isVisible()


class TestSettings:
    @pytest.fixture
    def panel(self, window, qtbot):
        qtbot.keyClick(window, Key.Key_Comma, CONTROL)
        yield window.comfort._settings
        theme().set_typeface("bundled")
        theme().set_mode("light")
        theme().reduced_motion = False

    def option(self, panel, name: str) -> QAbstractButton:
        return panel.findChild(QAbstractButton, f"setting-{name}")

    def test_theme_counts_at_once_and_is_remembered(self, panel, own_home):
        self.option(panel, "theme-dark").click()
        assert theme().dark
        assert SettingsStore(own_home).values.theme == "dark"

    def test_theme_chosen_in_the_menu_is_shown(self, panel, window):
        window.set_theme("dark")
        assert self.option(panel, "theme-dark").isChecked()

    def test_the_system_s_font_counts_at_once_everywhere(self, panel, window, own_home):
        system = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont).family()
        self.option(panel, "font-system").click()
        assert theme().font("body").families()[0] == system
        assert window.top_bar.name.font().families()[0] == system
        assert SettingsStore(own_home).values.font == "system"
        self.option(panel, "font-bundled").click()
        assert window.top_bar.name.font().family() == "Inter"

    def test_the_room_for_decoded_pictures_is_chosen_and_reset(self, panel, window):
        assert panel.limit.currentText() == "20 GB"
        panel.limit.setCurrentIndex(panel.limit.findText("5 GB"))
        panel.limit.activated.emit(panel.limit.currentIndex())
        assert cache_limit() == 5_000_000_000
        window.settings.reset()
        assert cache_limit() == 20_000_000_000
        panel.refresh()
        assert panel.limit.currentText() == "20 GB"

    def test_reduced_motion_stops_every_motion(self, panel, own_home):
        assert theme().motion_ms() > 0
        self.option(panel, "reduced-motion").click()
        assert theme().motion_ms() == 0
        assert SettingsStore(own_home).switch("reduced-motion")

    def test_autosave_off_keeps_nothing_and_says_so(self, panel, window, qtbot, own_home):
        with qtbot.waitSignal(window.autosave.written):
            rename(window, "Kept")
        self.option(panel, "autosave").click()
        qtbot.waitUntil(lambda: not window.autosave.file.exists())
        rename(window, "Not kept")
        window.autosave.flush()
        assert not window.autosave.file.exists()
        assert window.status.autosave.text() == "autosave off"
        with qtbot.waitSignal(window.autosave.written):
            self.option(panel, "autosave").click()
        assert "Not kept" in window.autosave.file.read_text()

    def test_reset_goes_back_to_a_first_start(self, panel, window, qtbot):
        self.option(panel, "reduced-motion").click()
        self.option(panel, "font-system").click()
        self.option(panel, "reset").click()
        choose(qtbot, window, "reset")
        assert theme().motion_ms() > 0
        assert theme().typeface == "bundled"
        assert not self.option(panel, "reduced-motion").isChecked()

    def test_recent_projects_can_be_cleared(self, window, tmp_path, qtbot):
        window.files.save_to(tmp_path / "a.layerloom")
        window.comfort.show_settings()
        self.option(window.comfort._settings, "recent").click()
        assert window.settings.values.recent == []
        assert not self.option(window.comfort._settings, "recent").isEnabled()


def test_every_control_of_a_panel_has_a_name_for_screen_readers(window):
    window.comfort.show_help()
    window.comfort.explain(window.top_bar.name)
    window.comfort.show_history()
    window.comfort.show_settings()
    window.comfort.start_tour()
    controls = [
        control
        for part in (*window.findChildren(SidePanel), window.comfort.tour.bubble)
        for control in part.findChildren(QAbstractButton)
    ]
    assert len(controls) > 15
    for control in controls:
        interface = QAccessible.queryAccessibleInterface(control)
        assert interface.text(QAccessible.Text.Name), control.objectName()


class TestRecent:
    def entries(self, window) -> list[str]:
        return [action.text() for action in window.menus.recent._menu.actions()]

    def test_files_are_listed_and_a_missing_one_is_said(self, window, tmp_path, qtbot):
        path = tmp_path / "R&D.layerloom"
        window.files.save_to(path)
        qtbot.waitUntil(lambda: self.entries(window)[0] == "&1  R&&D.layerloom")
        path.unlink()
        window.comfort.recent.look()
        qtbot.waitUntil(lambda: self.entries(window)[0] == "&1  R&&D.layerloom (not found)")
        window.menus.recent._menu.actions()[0].trigger()
        assert "is not there any more" in words(question(qtbot, window))
        choose(qtbot, window, "forget")
        qtbot.waitUntil(lambda: self.entries(window) == ["No project was opened or saved yet"])

    def test_the_list_can_be_cleared(self, window, tmp_path):
        window.files.save_to(tmp_path / "a.layerloom")
        window.menus.recent.fill()
        window.menus.recent._menu.actions()[-1].trigger()
        assert window.settings.values.recent == []


class TestShortcuts:
    @pytest.fixture
    def design(self, open_window):
        return open_window(Document(load_template("lenet-5")), PAGES)

    def test_the_sheet_lists_every_action_with_a_key_and_the_page_s_own(self, design, qtbot):
        qtbot.keyClick(design, Key.Key_Slash, CONTROL)
        sheet = design.findChild(QDialog, "shortcuts-sheet")
        shown = [label.text() for label in sheet.findChildren(QLabel)]
        for action in design.menus.actions.values():
            if not action.shortcut().isEmpty():
                assert any(action.shortcut().toString() in text for text in shown), action.text()
        for keys, what in SHORTCUTS:
            assert keys in shown
            assert what in shown
        sheet.close()

    @pytest.mark.parametrize("keys", [keys for keys, _what in SHORTCUTS])
    def test_the_page_takes_every_key_it_names(self, design, keys):
        page = design.page
        # A container in a branch, so that their keys have something to do as well.
        after, path = edits.wrap(design.document.project, [(3,)], CATALOGUE["Group"]())
        branches = ((), (after.block(path),), ())
        after = edits.replace(after, path, (CATALOGUE["Parallel"](branches=branches),))
        design.document.edit("put into Parallel", after, (path,))
        page.loom.focus_card((3, 1, 0))
        design.document.select(((3, 1, 0),))

        def state() -> tuple:
            return design.document.project, design.document.selection, QApplication.focusWidget()

        before = state()
        press_sequence(keys)
        assert state() != before


def press_sequence(keys: str) -> None:
    combination = QKeySequence(keys)[0]
    QTest.keyClick(QApplication.focusWidget(), combination.key(), combination.keyboardModifiers())


class TestTour:
    @pytest.fixture
    def fresh(self, open_window):
        """A window at its very first start."""
        open_window.tour_seen = False
        return open_window(Document(load_template("lenet-5")), PAGES)

    def button(self, window, name: str) -> QPushButton:
        return window.findChild(QPushButton, f"tour-{name}")

    def test_a_first_start_shows_it_and_a_second_does_not(self, fresh, open_window, own_home):
        assert fresh.comfort.tour.running
        assert fresh.comfort.tour.bubble.isVisible()
        assert SettingsStore(own_home).switch("tour-seen")
        again = open_window(Document(starter()), PAGES)
        assert again.comfort._tour is None

    def test_whoever_has_begun_to_work_is_not_interrupted(self, open_window, own_home):
        open_window.tour_seen = False
        document = Document(starter())
        document.edit("rename project", document.project.changed(name="Begun"))
        window = open_window(document, PAGES)
        assert window.comfort._tour is None
        assert not SettingsStore(own_home).switch("tour-seen")

    def test_four_steps_point_at_the_real_things(self, fresh, qtbot):
        tour, page = fresh.comfort.tour, fresh.page
        targets = [page.palette_list, page.loom, page.inspector, fresh.top_bar.primary]
        for number, target in enumerate(targets, 1):
            assert tour.target is target
            assert f"step {number} of 4" in tour.bubble.accessibleName()
            corner = target.mapTo(fresh, target.rect().center())
            qtbot.waitUntil(lambda corner=corner: tour.ring.geometry().contains(corner))
            assert fresh.rect().contains(tour.bubble.geometry())
            self.button(fresh, "next").click()
        assert not tour.running
        assert not tour.ring.isVisible()

    def test_keys_lead_on_back_and_out(self, fresh):
        tour = fresh.comfort.tour
        assert self.button(fresh, "next").hasFocus()
        press(Key.Key_Return)
        assert tour.target is fresh.page.loom
        press(Key.Key_Left)
        assert tour.target is fresh.page.palette_list
        press(Key.Key_Right)
        press(Key.Key_Escape)
        assert not tour.running
        assert fresh.page.isAncestorOf(QApplication.focusWidget())

    def test_it_can_be_skipped_and_started_again_from_help(self, fresh):
        self.button(fresh, "skip").click()
        assert not fresh.comfort.tour.bubble.isVisible()
        fresh.show_page("train")
        fresh.menus.actions["tour"].trigger()
        assert fresh.page_key == "design"
        assert fresh.comfort.tour.target is fresh.page.palette_list

    def test_the_window_works_on_meanwhile(self, fresh, qtbot):
        tour = fresh.comfort.tour
        card = fresh.page.loom.cards[4]
        qtbot.mouseClick(card, Qt.MouseButton.LeftButton)
        assert fresh.document.selection == ((3,),)
        assert tour.running
        fresh.show_page("train")
        assert not tour.bubble.isVisible()
        fresh.show_page("design")
        assert tour.bubble.isVisible()

    def test_without_motion_the_ring_is_there_at_once(self, fresh):
        theme().reduced_motion = True
        try:
            fresh.comfort.tour.go(1)
            ring = fresh.comfort.tour.ring.geometry()
            loom = fresh.page.loom
            assert ring.contains(loom.mapTo(fresh, loom.rect().center()))
        finally:
            theme().reduced_motion = False
