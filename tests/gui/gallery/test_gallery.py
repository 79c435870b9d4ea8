"""The templates gallery, in the File menu and where a stack is empty."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QPushButton

from core.project import Project
from core.project_file import load_template
from core.templates import Template, load_templates
from gui.design.empty import EmptyLoom
from gui.design.stack_picture import paint_steps, steps
from gui.document import Document
from gui.frame.pages import PAGES
from gui.gallery.card import TemplateCard
from gui.theme import theme
from tests.gui.test_files import choose

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def sheet(window, qtbot) -> QDialog:
    qtbot.keyClick(window, Qt.Key.Key_N, CONTROL | SHIFT)
    return window.findChild(QDialog, "gallery-sheet")


def cards(parent) -> dict[str, TemplateCard]:
    return {card.template.key: card for card in parent.findChildren(TemplateCard)}


def test_every_template_has_a_card(sheet):
    assert list(cards(sheet)) == [template.key for template in load_templates()]


def test_a_card_begins_a_new_project(sheet, window, qtbot):
    qtbot.mouseClick(cards(sheet)["lenet-5"], Qt.MouseButton.LeftButton)
    assert window.document.project == load_template("lenet-5")
    assert window.document.path is None


def test_unsaved_work_is_asked_about_first(window, qtbot):
    window.document.edit("rename project", window.document.project.changed(name="Precious"))
    window.comfort.show_gallery()
    sheet = window.findChild(QDialog, "gallery-sheet")
    cards(sheet)["lenet-5"].click()
    choose(qtbot, window, "keep")
    assert window.document.project.name == "Precious"


def test_an_empty_stack_is_offered_too(sheet, window):
    sheet.findChild(QPushButton, "template-empty").click()
    assert window.document.project == Project()


def test_arrows_and_enter_choose(sheet, window):
    keys = list(cards(sheet))
    assert QApplication.focusWidget() is cards(sheet)[keys[0]]
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Right)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Down)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Up)
    assert QApplication.focusWidget() is cards(sheet)[keys[1]]
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert window.document.project == load_template(keys[1])


def test_a_card_tells_weights_input_and_only_what_was_measured(qtbot):
    measured = next(one for one in load_templates() if one.measured is not None)
    card = TemplateCard(measured)
    qtbot.addWidget(card)
    assert "28 × 28 × 1" in card.facts
    assert f"{100 * measured.measured.accuracy:.1f} %" in card.result
    assert measured.measured.command in card.toolTip()
    assert card.result in card.accessibleName()
    unmeasured = TemplateCard(Template(key="x", project=measured.project))
    qtbot.addWidget(unmeasured)
    assert unmeasured.result == ""
    assert "%" not in unmeasured.toolTip() + unmeasured.accessibleName()


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_a_picture_shows_the_roles_of_the_stack(qapp, mode):
    theme().set_mode(mode)
    image = QImage(240, 90, QImage.Format.Format_RGB32)
    image.fill(theme().color("background"))
    painter = QPainter(image)
    tensors = steps(load_template("lenet-5"))
    paint_steps(painter, image.rect().toRectF(), tensors)
    painter.end()
    drawn = {image.pixelColor(x, y).name() for x in range(240) for y in range(90)}
    assert len(drawn) > 10
    # Nothing touches the rim: it fits.
    rim = {image.pixelColor(x, y).name() for x in (0, 239) for y in range(90)}
    assert rim == {theme().color("background").name()}
    theme().set_mode("light")


def test_steps_leave_out_what_changes_no_shape():
    shapes = [step.shape for step in steps(load_template("mobilenet-style"))]
    assert all(before != after for before, after in pairwise(shapes))
    assert shapes[0] == (28, 28, 1)
    assert shapes[-1] == (10,)


def test_an_empty_loom_offers_templates_and_recent_projects(open_window, tmp_path, qtbot):
    path = tmp_path / "Mine.layerloom"
    Document(load_template("mlp")).save(path)
    gone = tmp_path / "Gone.layerloom"
    window = open_window(Document(Project()), PAGES)
    for one in (gone, path):
        window.settings.add_recent(one)
    window.comfort.recent.look()
    empty = window.findChild(EmptyLoom)
    qtbot.waitUntil(lambda: empty.findChild(QPushButton, "recent-Mine.layerloom") is not None)
    qtbot.waitUntil(
        lambda: (
            empty.findChildren(QPushButton, "recent-Gone.layerloom")[-1].accessibleName()
            == "Open Gone.layerloom, not found"
        )
    )
    qtbot.waitUntil(lambda: empty.height() == empty.heightForWidth(empty.width()))
    empty.findChildren(QPushButton, "recent-Mine.layerloom")[-1].click()
    assert window.document.path == path
    assert not empty.isVisible()


def test_templates_of_an_empty_stack_are_in_the_round_of_tab(open_window):
    window = open_window(Document(Project()), PAGES)
    wanted = set(cards(window.findChild(EmptyLoom)).values())
    seen = set()
    for _step in range(120):
        window.focusNextChild()
        seen.add(QApplication.focusWidget())
    assert wanted <= seen
