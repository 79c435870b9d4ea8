"""The help panel: every kind has a page made from its class, true to the block asked about."""

from __future__ import annotations

import inspect

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication

from core import edits
from core.blocks import CATALOGUE, Input, Role, show_shape
from core.project_file import load_template
from gui.design.fields import field_specs
from gui.design.palette_card import PaletteCard
from gui.document import Document
from gui.frame.pages import PAGES
from gui.help.article import Article
from gui.help.picture import HelpPicture
from gui.help.subject import about_block, about_kind, matches

Key = Qt.Key


@pytest.fixture
def document() -> Document:
    return Document(load_template("lenet-5"))


@pytest.fixture
def window(open_window, document):
    """A window with the real Design page, on LeNet-5."""
    return open_window(document, PAGES)


def press(key, modifiers=Qt.KeyboardModifier.NoModifier):
    QTest.keyClick(QApplication.focusWidget(), key, modifiers)


@pytest.mark.parametrize("kind", CATALOGUE.values(), ids=lambda kind: kind.__name__)
class TestEveryKind:
    def test_its_page_holds_all_that_its_class_says(self, qtbot, document, kind) -> None:
        article = Article()
        qtbot.addWidget(article)
        subject = about_kind(document, kind)
        article.show_subject(subject)
        text = article.text
        assert kind.kind() in text
        assert kind.purpose in text
        assert kind.when_to_use in text
        assert " ".join(inspect.cleandoc(kind.__doc__).split()) in " ".join(text.split())
        for spec in field_specs(kind):
            assert spec.name in text
            assert spec.description in text
        link = article.findChild(QAbstractButton, "help-keras")
        assert link.toolTip() == kind.keras_page()
        assert link.isHidden() == (kind.role is Role.CONTAINER), "Keras has no page about it"

    def test_its_numbers_are_those_of_the_block_shown(self, qtbot, document, kind) -> None:
        report = about_kind(document, kind).report
        assert report is not None, "no example shape suits it; add one to EXAMPLES"
        assert report.output == report.block.output_shape(report.input)
        article = Article()
        qtbot.addWidget(article)
        article.show_subject(about_kind(document, kind))
        assert report.block.shape_formula(report.input) in article.text
        assert f"{report.cost.parameters:,}" in article.text
        picture = article.findChild(HelpPicture)
        assert kind.kind() in picture.accessibleName()


def test_a_block_of_the_stack_is_shown_with_its_own_numbers(document):
    subject = about_block(document, (2,))
    assert subject.report == document.analysis.blocks[2]
    assert subject.place == "Block 3 of 8, with its own numbers."


def test_the_input_has_a_page_too(qtbot, document):
    article = Article()
    qtbot.addWidget(article)
    article.show_subject(about_block(document, (-1,)))
    assert Input.purpose in article.text
    assert show_shape(document.project.input.shape) in article.text


def test_a_block_that_cannot_work_says_why_and_shows_an_example(document):
    dense = CATALOGUE["Dense"](units=3)
    conv = CATALOGUE["Conv2D"]()
    document.edit("break", document.project.changed(stack=(CATALOGUE["Flatten"](), conv, dense)))
    subject = about_block(document, (1,))
    assert subject.trouble.startswith("Conv2D needs a picture")
    assert subject.report is not None
    assert about_block(document, (2,)).trouble == "What arrives at this block is not known."


def test_search_finds_by_name_purpose_and_field():
    kinds = [kind for kind in CATALOGUE.values() if matches(kind, "kernel size")]
    assert CATALOGUE["Conv2D"] in kinds
    assert CATALOGUE["Flatten"] not in kinds
    assert matches(CATALOGUE["Flatten"], "FLAT")
    assert not matches(CATALOGUE["Flatten"], "no such thing")


class TestPanel:
    def test_f1_on_a_card_explains_its_block(self, window):
        window.page.loom.focus_card((2,))
        press(Key.Key_F1)
        help_panel = window.comfort.help
        assert help_panel.isVisible()
        assert help_panel.subject.path == (2,)
        assert help_panel.article.hasFocus()

    def test_f1_on_a_palette_entry_explains_the_kind(self, window):
        card = next(c for c in window.findChildren(PaletteCard) if c.kind.kind() == "Flatten")
        card.setFocus()
        press(Key.Key_F1)
        assert window.comfort.help.subject.kind is CATALOGUE["Flatten"]
        assert window.comfort.help.subject.path is None

    def test_f1_on_a_field_shows_that_field(self, window, qtbot):
        window.document.select(((0,),))
        window.page.inspector.focus_field("padding")
        press(Key.Key_F1)
        article = window.comfort.help.article
        assert article.subject.field == "padding"
        box = article._named["padding"]
        qtbot.waitUntil(lambda: not box.visibleRegion().isEmpty())

    def test_f1_elsewhere_lists_every_kind(self, window):
        window.comfort.show_help()
        listed = window.comfort.help.list
        names = [listed.item(row).text().split("\n")[0] for row in range(listed.count())]
        assert names == ["Input", *CATALOGUE]

    def test_search_then_enter_opens_a_page_by_keyboard_alone(self, window):
        window.comfort.show_help()
        QTest.keyClicks(QApplication.focusWidget(), "flatten")
        press(Key.Key_Return)
        assert window.comfort.help.subject.kind is CATALOGUE["Flatten"]
        press(Key.Key_Escape)
        assert not window.comfort.help.isVisible()

    def test_a_search_without_a_hit_says_so(self, window):
        window.comfort.show_help()
        QTest.keyClicks(QApplication.focusWidget(), "zzz")
        assert "“zzz”" in window.comfort.help._nothing.text()
        press(Key.Key_Escape)
        assert window.comfort.help.search.text() == ""
        assert not window.comfort.help._nothing.isVisible()

    def test_numbers_follow_an_edit(self, window, qtbot):
        window.page.loom.focus_card((2,))
        press(Key.Key_F1)
        document = window.document
        wider = document.project.stack[2].changed(filters=99)
        document.edit("widen", edits.replace(document.project, (2,), (wider,)))
        panel = window.comfort.help
        qtbot.waitUntil(lambda: panel.subject.report.output[2] == 99)
        assert "filters = 99" in panel.article.text

    def test_another_selected_block_is_explained(self, window):
        window.page.loom.focus_card((2,))
        press(Key.Key_F1)
        window.document.select(((4,),))
        assert window.comfort.help.subject.kind is CATALOGUE["Flatten"]

    def test_a_deleted_block_leaves_its_kind(self, window, qtbot):
        window.page.loom.focus_card((2,))
        press(Key.Key_F1)
        document = window.document
        document.edit("delete all", document.project.changed(stack=()))
        panel = window.comfort.help
        qtbot.waitUntil(lambda: panel.subject.path is None)
        assert panel.subject.kind is CATALOGUE["Conv2D"]

    def test_escape_gives_the_keyboard_back(self, window):
        window.page.loom.focus_card((2,))
        card = QApplication.focusWidget()
        press(Key.Key_F1)
        press(Key.Key_Escape)
        assert QApplication.focusWidget() is card

    def test_the_link_opens_keras_s_page(self, window, monkeypatch):
        opened = []
        monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toString()))
        window.page.loom.focus_card((2,))
        press(Key.Key_F1)
        window.comfort.help.article.findChild(QAbstractButton, "help-keras").click()
        assert opened == [CATALOGUE["Conv2D"].keras_page()]
