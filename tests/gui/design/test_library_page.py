"""The user's library on the Design page: saved, dragged, offered, renamed, deleted, passed on."""

from __future__ import annotations

import pytest
from design_helpers import block, drag_over, place, small, tree
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QPushButton, QTextEdit

from core import edits
from core.blocks.containers import Group
from core.library import SUFFIX, encode_block, load_block, new_block, read_library, write_block
from core.project import Project
from gui.design.card_menu import card_menu
from gui.design.library.section import HINT
from gui.help.focus import subject_at

CONTROL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
PAIR = (block("Conv2D", filters=4, activation="relu"),) * 2


@pytest.fixture
def folder(own_home):
    return own_home / "library"


@pytest.fixture
def pair(folder):
    """A block that is in the library before the page opens."""
    made = new_block("conv pair", PAIR)
    write_block(folder, made)
    return made


@pytest.fixture
def open_page(make_page, qtbot):
    """Opens a page and waits until it knows the library."""

    def make(project=None, known=()):
        page = make_page(project or small())
        qtbot.waitUntil(lambda: names(page) == list(known))
        return page

    return make


@pytest.fixture
def used(pair, open_page):
    """A page with two uses of the library's block."""
    project = Project(stack=(pair.fresh(), block("MaxPooling2D"), pair.fresh()))
    return open_page(project, ["conv pair"])


def names(page) -> list[str]:
    return [card.block.name for card in page.library.section.cards]


def dialog(page, name: str) -> QDialog:
    return next(one for one in page.findChildren(QDialog, name) if one.isVisible())


def offer(page, path):
    note = page.loom.surface.note(path)
    return note.offer if note is not None else None


def in_group(*blocks) -> Project:
    return Project(stack=(Group(name="twin", body=blocks), block("Flatten")))


def edit_use(page, path, body):
    document = page._document
    group = document.project.block(path).changed(body=body)
    document.edit("edit", edits.replace(document.project, path, (group,)))


class TestSaving:
    def test_a_group_is_saved_by_its_key_under_a_good_name(self, open_page, folder, qtbot):
        page = open_page(in_group(*PAIR))
        page._document.select(((0,),))
        page.loom.focus_card((0,))
        QTest.keyClick(page.loom.surface.card((0,)), Qt.Key.Key_L, CONTROL_SHIFT)
        sheet = dialog(page, "library-save-sheet")
        assert sheet.field.text() == "twin"
        assert not sheet.both.isVisible()
        qtbot.keyClick(sheet.field, Qt.Key.Key_Return)
        assert names(page) == ["twin"]
        [saved] = read_library(folder).blocks
        assert saved.stack == PAIR
        assert page._document.project.block((0,)).library == saved.use
        assert page.loom.surface.card((0,)).face.title == "twin"
        assert "My blocks" in page.notice.text()

    def test_it_is_one_step_to_undo(self, open_page):
        project = in_group(*PAIR)
        page = open_page(project)
        self.save(page, ((0,),), "twin")
        assert page._document.undo_stack.undoText() == "save “twin” to library"
        page._document.undo_stack.undo()
        assert page._document.project == project
        assert names(page) == ["twin"]

    def save(self, page, selection, name):
        page._document.select(selection)
        page.save_to_library()
        sheet = dialog(page, "library-save-sheet")
        sheet.field.setText(name)
        sheet.save.click()

    def test_other_blocks_are_put_into_a_group_on_the_way(self, open_page, folder):
        page = open_page()
        self.save(page, ((0,), (1,)), "front")
        assert tree(page._document.project.stack) == [
            ["Group", ["Conv2D", "MaxPooling2D"]],
            "Flatten",
            "Dense",
        ]
        page._document.undo_stack.undo()
        assert page._document.project == small()

    def test_without_a_name_it_cannot_be_saved(self, open_page):
        page = open_page(in_group(*PAIR))
        page._document.select(((0,),))
        page.save_to_library()
        sheet = dialog(page, "library-save-sheet")
        sheet.field.setText("   ")
        assert not sheet.save.isEnabled()
        sheet.reject()
        assert names(page) == []

    def test_a_taken_name_can_be_replaced(self, pair, open_page, folder):
        page = open_page(in_group(block("Flatten")), ["conv pair"])
        page._document.select(((0,),))
        page.save_to_library()
        sheet = dialog(page, "library-save-sheet")
        sheet.field.setText("Conv Pair")
        assert "already: 2 × Conv2D" in sheet.meaning.text()
        assert sheet.save.text() == "Replace"
        sheet.save.click()
        [saved] = read_library(folder).blocks
        assert saved.id == pair.id
        assert saved.stack == (block("Flatten"),)

    def test_or_both_are_kept(self, pair, open_page, folder):
        page = open_page(in_group(block("Flatten")), ["conv pair"])
        page._document.select(((0,),))
        page.save_to_library()
        sheet = dialog(page, "library-save-sheet")
        sheet.field.setText("conv pair")
        sheet.both.click()
        assert names(page) == ["conv pair", "conv pair 2"]
        assert pair in read_library(folder).blocks

    def test_an_empty_group_is_not_saved_and_says_why(self, open_page):
        page = open_page(in_group())
        page._document.select(((0,),))
        assert "empty" in page.why_not("save_to_library")
        page.save_to_library()
        assert "empty" in page.notice.text()

    def test_a_library_that_cannot_be_written_says_so_and_changes_nothing(self, open_page, folder):
        page = open_page(in_group(*PAIR))
        folder.write_text("in the way")
        before = page._document.project
        self.save(page, ((0,),), "twin")
        assert "could not be saved" in page.notice.text()
        assert page._document.project == before


class TestPalette:
    def test_it_teaches_once_there_is_a_group(self, open_page):
        page = open_page()
        section = page.library.section
        assert not section.isVisible()
        page._document.select(((0,),))
        page.group()
        assert section.isVisible()
        assert section.hint.text() == HINT
        page._document.undo_stack.undo()
        assert not section.isVisible()

    def test_dragged_it_becomes_a_group_that_remembers(self, pair, open_page):
        page = open_page(known=["conv pair"])
        card = page.palette_list.cards[0]
        assert card.block == pair
        drag_over(page, card.kind.fresh()).enter(place(page, 1)).drop(place(page, 1))
        use = page._document.project.block((1,))
        assert (use.body, use.library.id) == (PAIR, pair.id)
        assert page._document.undo_stack.undoText() == "insert Group"

    def test_enter_inserts_it(self, pair, open_page, qtbot):
        page = open_page(known=["conv pair"])
        page._document.select(((0,),))
        card = page.palette_list.cards[0]
        card.setFocus()
        qtbot.keyClick(card, Qt.Key.Key_Return)
        assert page._document.project.block((1,)).library == pair.use

    def test_the_search_finds_it_by_name_and_by_what_it_holds(self, pair, open_page, qtbot):
        page = open_page(known=["conv pair"])
        search = page.palette_list.search
        search.setText("pair")
        assert [card.kind.kind() for card in page.palette_list.shown] == ["conv pair"]
        qtbot.keyClick(search, Qt.Key.Key_Return)
        assert any(isinstance(one, Group) for one in page._document.project.stack)
        search.setText("2 × Conv2D")
        assert page.palette_list.shown[0].kind.kind() == "conv pair"
        search.setText("dropout")
        assert not page.library.section.isVisible()

    def test_arrows_lead_through_it(self, pair, open_page, qtbot):
        page = open_page(known=["conv pair"])
        page.focus_search()
        qtbot.keyClick(page.palette_list.search, Qt.Key.Key_Down)
        assert page.palette_list.cards[0].hasFocus()
        qtbot.keyClick(page.palette_list.cards[0], Qt.Key.Key_Down)
        assert page.palette_list.cards[1].hasFocus()

    def test_a_screen_reader_and_help_know_it(self, pair, open_page):
        page = open_page(known=["conv pair"])
        card = page.palette_list.cards[0]
        assert card.accessibleName() == "conv pair: 2 × Conv2D"
        assert subject_at(card, page._document).kind is Group

    def test_a_damaged_file_is_named_and_left_alone(self, pair, open_page, folder):
        bad = folder / f"bad{SUFFIX}"
        bad.write_text('{"format": "layerloom-block", "ver')
        page = open_page(known=["conv pair"])
        assert page.library.section.trouble.isVisible()
        assert "bad.layerloom-block" in page.library.section.trouble.text()
        assert bad.exists()

    def test_the_picture_of_a_stack_is_painted(self, pair, open_page):
        page = open_page(known=["conv pair"])
        image = page.palette_list.cards[0].grab().toImage()
        colours = {image.pixelColor(x, y).name() for x in range(12, 38) for y in range(9, 35)}
        assert len(colours) > 3


class TestManaging:
    def test_renamed_with_its_uses_in_one_step(self, used, pair, folder):
        used.library.actions.rename(pair)
        sheet = dialog(used, "library-rename-sheet")
        sheet.field.setText("double")
        sheet.save.click()
        assert names(used) == ["double"]
        assert read_library(folder).blocks[0].id == pair.id
        assert used.loom.surface.card((0,)).face.title == "double"
        assert offer(used, (0,)) is None
        used._document.undo_stack.undo()
        assert used.loom.surface.card((0,)).face.title == "conv pair"

    def test_a_taken_name_is_refused(self, used, pair):
        used.library.shelf.save(new_block("other", PAIR))
        used.library.actions.rename(pair)
        sheet = dialog(used, "library-rename-sheet")
        sheet.field.setText("OTHER")
        assert not sheet.save.isEnabled()
        assert "already" in sheet.meaning.text()
        sheet.reject()

    def test_deleting_asks_with_the_number_of_uses_and_can_be_taken_back(
        self, used, pair, folder, qtbot
    ):
        before = used._document.project
        used.library.actions.delete(pair)
        question = dialog(used, "question")
        assert "Its 2 uses in this project stay as they are" in question.accessibleDescription()
        question.findChild(QPushButton, "choice-delete").click()
        qtbot.waitUntil(lambda: names(used) == [])
        assert read_library(folder).blocks == ()
        assert used._document.project == before
        section = used.library.section
        assert section.restore.text() == "Restore “conv pair”"
        section.restore.click()
        assert read_library(folder).blocks == (pair,)
        assert names(used) == ["conv pair"]
        assert not section.restore.isVisible()

    def test_and_can_be_left(self, used, pair):
        used.library.actions.delete(pair)
        question = dialog(used, "question")
        question.findChild(QPushButton, "choice-keep").click()
        assert names(used) == ["conv pair"]

    def test_its_menu_has_all_of_it(self, used, pair, qtbot):
        section = used.library.section
        menu = section.menu_of(pair, section.cards[0])
        qtbot.addWidget(menu)
        texts = [action.text() for action in menu.actions()]
        assert texts == [
            "Insert conv pair after the selection",
            "Rename…",
            "Copy as text",
            "Export to a file…",
            "Delete…",
        ]
        menu.actions()[0].trigger()
        assert len(used._document.project.stack) == 4


class TestPassingOn:
    def test_as_text_into_another_library(self, used, pair, folder, qtbot):
        used.library.actions.copy_text(pair)
        used.library.shelf.delete(pair)
        menu = used.library.section.more_menu()
        qtbot.addWidget(menu)
        menu.actions()[1].trigger()
        assert read_library(folder).blocks == (pair,)

    def test_as_text_into_the_stack(self, open_page, pair, folder):
        page = open_page(known=["conv pair"])
        QGuiApplication.clipboard().setText(encode_block(pair).decode())
        page._document.select(((0,),))
        page.paste()
        assert page._document.project.block((1,)).library == pair.use

    def test_other_text_is_not_offered_to_paste(self, used, qtbot):
        QGuiApplication.clipboard().setText("hello")
        menu = used.library.section.more_menu()
        qtbot.addWidget(menu)
        assert not menu.actions()[1].isEnabled()

    def test_as_a_file(self, used, pair, tmp_path, folder):
        path = tmp_path / f"given{SUFFIX}"
        used.library.actions.export_to(pair, path)
        assert load_block(path) == pair
        used.library.actions.import_from(path)
        assert "already" in used.notice.text()
        used.library.shelf.delete(pair)
        used.library.actions.import_from(path)
        assert names(used) == ["conv pair"]

    def test_a_foreign_file_is_refused_in_a_sentence(self, used, tmp_path):
        path = tmp_path / f"x{SUFFIX}"
        path.write_text("no")
        used.library.actions.import_from(path)
        assert "not a Layerloom block" in used.notice.text()

    @pytest.mark.parametrize(
        ("choice", "expected"),
        [
            ("both", ["conv pair", "conv pair 2"]),
            ("replace", ["conv pair"]),
            ("cancel", ["conv pair"]),
        ],
    )
    def test_a_taken_name_is_asked_about(self, used, pair, choice, expected, folder):
        other = new_block("conv pair", (block("Flatten"),))
        used.library.actions.take_in(other)
        dialog(used, "question").findChild(QPushButton, f"choice-{choice}").click()
        assert names(used) == expected
        held = next(one for one in read_library(folder).blocks if one.id == pair.id)
        assert held.stack == (other.stack if choice == "replace" else pair.stack)


class TestOffers:
    @pytest.fixture
    def changed(self, used, pair):
        """The library's block as another window changed it."""
        return pair.changed(stack=(*PAIR, block("BatchNormalization")))

    @pytest.fixture
    def offered(self, used, pair, changed, folder, qtbot):
        write_block(folder, changed, over=pair)
        qtbot.waitUntil(lambda: offer(used, (0,)) is not None)
        return used

    def test_a_change_from_another_window_is_offered_at_every_use(self, offered):
        for path in ((0,), (2,)):
            row = offer(offered, path)
            assert row.text == "“conv pair” in your library was changed: 2 uses here."
            assert list(row.buttons) == ["differences", "update", "all", "keep"]
            assert row.isVisible()

    def test_and_once_in_the_list(self, offered):
        assert "1 from your library" in offered.drawer.tabs.tabText(1)
        offered.drawer.show_tab(1)
        rows = [
            button
            for button in offered.drawer.view(1).findChildren(QPushButton)
            if button.objectName().startswith("offer-")
        ]
        assert [row.text() for row in rows] == [
            "Show differences",
            "Update all",
            "Keep all as they are",
        ]
        rows[1].click()
        assert "library" not in offered.drawer.tabs.tabText(1)
        assert offer(offered, (2,)) is None

    def test_one_is_updated(self, offered, changed):
        offer(offered, (0,)).buttons["update"].click()
        project = offered._document.project
        assert project.block((0,)).body == changed.stack
        assert project.block((2,)).body == PAIR
        assert offer(offered, (0,)) is None
        assert offer(offered, (2,)).text == "“conv pair” in your library was changed."
        assert offered._document.undo_stack.undoText() == "update “conv pair”"

    def test_all_are_updated_in_one_step(self, offered, changed):
        before = offered._document.project
        offer(offered, (0,)).buttons["all"].click()
        assert offer(offered, (0,)) is None
        assert offer(offered, (2,)) is None
        assert offered._document.project.block((2,)).body == changed.stack
        offered._document.undo_stack.undo()
        assert offered._document.project == before
        assert offer(offered, (2,)) is not None

    def test_a_kept_use_is_quiet_but_the_inspector_still_knows(self, offered):
        offer(offered, (0,)).buttons["keep"].click()
        assert offer(offered, (0,)) is None
        offered._document.select(((0,),))
        assert "is kept as it is" in offered.inspector.note.offer.text
        offered.inspector.note.offer.buttons["update"].click()
        assert offered.inspector.note.offer is None
        assert not offered.inspector.note.isVisible()

    def test_an_edited_use_differs_and_goes_back(self, used, pair):
        edit_use(used, (0,), PAIR[:1])
        row = offer(used, (0,))
        assert row.text == "Differs from “conv pair” in your library."
        assert offer(used, (2,)) is None
        row.buttons["update"].click()
        assert used._document.project.block((0,)).body == PAIR
        assert offer(used, (0,)) is None

    def test_an_edited_use_is_saved_and_the_others_are_offered_it(self, used, folder):
        edit_use(used, (0,), PAIR[:1])
        offer(used, (0,)).buttons["save"].click()
        assert read_library(folder).blocks[0].stack == PAIR[:1]
        assert offer(used, (0,)) is None
        assert offer(used, (2,)).text == "“conv pair” in your library was changed."
        assert "offered the change" in used.notice.text()

    def test_what_was_changed_on_both_sides_says_so(self, offered):
        edit_use(offered, (0,), PAIR[:1])
        row = offer(offered, (0,))
        assert row.text == "“conv pair” was changed here and in your library."
        assert row.buttons["update"].text() == "Take the library’s"

    def test_a_save_that_came_too_late_overwrites_nothing(self, used, pair, changed, folder):
        edit_use(used, (0,), PAIR[:1])
        save = offer(used, (0,)).buttons["save"]
        write_block(folder, changed, over=pair)
        save.click()
        assert "meanwhile" in used.notice.text()
        assert read_library(folder).blocks == (changed,)

    def test_differences_are_shown_line_by_line(self, offered):
        offer(offered, (0,)).buttons["differences"].click()
        sheet = dialog(offered, "library-differences")
        shown = sheet.findChild(QTextEdit).toPlainText()
        assert shown.splitlines()[-1] == "+ BatchNormalization"
        sheet.close()

    def test_a_project_opened_later_gets_the_offer(self, used, pair, changed, folder, qtbot):
        project = used._document.project
        used._document.replace(small(), None)
        used.library.shelf.save(changed, pair)
        used._document.replace(project, None)
        assert offer(used, (0,)) is not None

    def test_a_use_inside_containers_is_offered_it_too(
        self, pair, changed, open_page, folder, qtbot
    ):
        inner = block("Repeat", body=(Group(body=(pair.fresh(),)),))
        page = open_page(Project(stack=(inner,)), ["conv pair"])
        page.library.shelf.save(changed, pair)
        path = (0, 0, 0, 0, 0)
        offer(page, path).buttons["update"].click()
        assert page._document.project.block(path).body == changed.stack

    def test_folded_away_the_container_speaks_for_it(self, pair, changed, open_page):
        inner = Group(body=(pair.fresh(),), collapsed=True)
        page = open_page(Project(stack=(inner,)), ["conv pair"])
        page.library.shelf.save(changed, pair)
        offer(page, (0,)).buttons["update"].click()
        assert page._document.project.block((0, 0, 0)).body == changed.stack

    def test_very_many_uses_are_not_each_given_a_note(self, pair, changed, open_page):
        page = open_page(Project(stack=(pair.fresh(),) * 30), ["conv pair"])
        page.library.shelf.save(changed, pair)
        assert sum(offer(page, (at,)) is not None for at in range(30)) == 12
        page._document.select(((29,),))
        assert "30 uses here" in page.inspector.note.offer.text
        offer(page, (0,)).buttons["all"].click()
        assert not page.library.offers.uses

    def test_without_the_library_nothing_is_said(self, pair, open_page, folder):
        project = Project(stack=(pair.fresh(), *small().stack))
        (folder / f"{pair.id}{SUFFIX}").unlink()
        page = open_page(project)
        card = page.loom.surface.card((0,))
        assert card.face.title == "conv pair"
        assert not card.face.severity
        assert page.loom.surface.note((0,)) is None
        assert page.drawer.tabs.tabText(1).startswith("Problems")
        assert "library" not in page.drawer.tabs.tabText(1)
        assert card.accessibleName().startswith("Group, library block conv pair, 2 blocks")


class TestTwoWindows:
    def test_what_one_saves_the_other_has_at_once(self, open_page, qtbot):
        one, two = open_page(in_group(*PAIR)), open_page()
        TestSaving().save(one, ((0,),), "twin")
        qtbot.waitUntil(lambda: names(two) == ["twin"])


class TestCommands:
    def enabled(self, page) -> dict[str, bool]:
        return {
            name: not page.why_not(name)
            for name in ("group", "ungroup", "toggle_disabled", "save_to_library", "open_lens")
        }

    def test_they_are_able_exactly_when_they_can_act(self, open_page):
        page = open_page(in_group(*PAIR))
        select = page._document.select
        assert not any(self.enabled(page).values())
        select(((-1,),))
        assert not any(self.enabled(page).values())
        select(((0,),))
        assert self.enabled(page) == {
            "group": True,
            "ungroup": True,
            "toggle_disabled": True,
            "save_to_library": True,
            "open_lens": False,
        }
        select(((1,),))
        assert not self.enabled(page)["ungroup"]
        assert self.enabled(page)["open_lens"]
        select(((0, 0, 0), (1,)))
        assert not self.enabled(page)["group"]
        assert not self.enabled(page)["save_to_library"]
        assert self.enabled(page)["toggle_disabled"]

    def test_letters_mean_something_on_the_stack_alone(self, open_page, qtbot):
        page = open_page()
        page._document.select(((2,),))
        page.loom.focus_card((2,))
        qtbot.keyClick(page.loom.surface.card((2,)), "d")
        assert page._document.project.block((2,)).disabled
        card = page.palette_list.cards[0]
        card.setFocus()
        qtbot.keyClick(card, "d")
        assert page.palette_list.search.text() == "d"
        page.inspector.about.link.setFocus()
        qtbot.keyClick(page.inspector.about.link, "d")
        assert page._document.project.block((2,)).disabled

    def test_the_lens_is_not_offered_for_what_is_disabled(self, open_page, qtbot):
        page = open_page()
        page._document.select(((2,),))
        page.open_lens()
        assert page.lens.is_open
        page.toggle_disabled()
        assert not page.lens.is_open
        assert not page.inspector.lens.isVisible()
        page.open_lens()
        assert not page.lens.is_open
        assert "Flatten is disabled. Enable it first (D)." in page.notice.text()
        menu = card_menu(page, page.actions_of)
        qtbot.addWidget(menu)
        texts = [action.text().replace("&", "") for action in menu.actions()]
        assert "Enable\tD" in texts
        assert not any("lens" in text for text in texts)

    def test_nor_inside_a_disabled_container(self, open_page):
        page = open_page(Project(stack=(Group(body=(block("Flatten"),), disabled=True),)))
        page._document.select(((0, 0, 0),))
        page.open_lens()
        assert not page.lens.is_open
        assert "Group, which holds this Flatten, is disabled" in page.notice.text()
