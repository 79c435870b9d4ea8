"""The drawer: summary, problems, code, and Keras's word on the design."""

from __future__ import annotations

import pytest
from design_helpers import block, small, stack_of
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QAbstractButton, QApplication, QPushButton

from core import edits
from core.analysis import analyse
from core.engine.commands import Summarise
from core.engine.events import BuiltBlock, Failed, Summarised
from core.keras_code import write_layers, write_script
from gui.design.keras_check import disagreement
from gui.design.zoom import ZoomControl
from gui.document import Document


def built(report) -> tuple[BuiltBlock, ...]:
    """What Keras would answer if it agreed."""
    return tuple(BuiltBlock(p, one.output, one.cost.parameters) for p, one in report.walk())


class Engine(QObject):
    """Answers as the engine link does, when told to."""

    event = Signal(object)
    state_changed = Signal()

    def __init__(self, state: str = "ready") -> None:
        super().__init__()
        self.state = state
        self.sent: list[Summarise] = []

    def send(self, command) -> int:
        self.sent.append(command)
        return len(self.sent)

    def answer(self, **changes) -> None:
        report = analyse(self.sent[-1].project)
        facts = {
            "text": "Model: sequential",
            "blocks": built(report),
        }
        self.event.emit(Summarised(id=len(self.sent), **{**facts, **changes}))


def test_the_summary_follows_the_design(page, document):
    page.drawer.show_tab(0)
    summary = page.drawer.view(0)
    assert summary.model.rows[1][1:5] == ("conv2d", "Conv2D", "26 × 26 × 32", "320")
    assert summary.model.rows[-1][4] == "54,410"
    conv = document.project.stack[0].changed(filters=8)
    document.edit("set filters", edits.replace(document.project, (0,), (conv,)))
    assert summary.model.rows[1][3] == "26 × 26 × 8"
    summary.copy()
    text = QApplication.clipboard().text()
    assert "26 × 26 × 8" in text
    assert "Total" in text


def test_selecting_a_row_selects_the_block_and_back(page, document):
    page.drawer.show_tab(0)
    summary = page.drawer.view(0)
    summary.table.selectRow(2)
    assert document.selection == ((1,),)
    document.select(((3,),))
    assert {i.row() for i in summary.table.selectionModel().selectedRows()} == {4}


def test_the_drawer_opens_closes_and_keeps_its_height(page, qtbot):
    assert not page.drawer.is_open
    page.drawer.chevron.click()
    qtbot.waitUntil(lambda: page.drawer.is_open)
    page._set_drawer_height(300)
    qtbot.waitUntil(lambda: page.drawer.height() == 300)
    page.drawer.chevron.click()
    qtbot.waitUntil(lambda: not page.drawer.is_open)
    page.drawer.chevron.click()
    qtbot.waitUntil(lambda: page.drawer.height() == 300)


def test_problems_are_counted_listed_and_fixed(make_page):
    page = make_page(stack_of("Conv2D", "Flatten"))
    assert page.drawer.tabs.tabText(1) == "Problems"  # unfinished is not wrong
    assert page.state == "unfinished"
    page.drawer.show_tab(1)
    fixes = [b for b in page.drawer.view(1).findChildren(QAbstractButton) if "→" in b.text()]
    fixes[0].click()
    assert page.drawer.tabs.tabText(1) == "Problems"
    assert page.state == "ready"


def test_state_changes_are_told_once(make_page, qtbot):
    document = Document(small())
    page = make_page(document)
    told = []
    page.state_changed.connect(lambda: told.append(page.state))
    document.edit("remove", edits.remove(document.project, [(3,)]))
    document.undo_stack.undo()
    assert told == ["unfinished", "ready"]


def test_the_code_is_the_generators_with_the_selected_lines_lit(page, document):
    page.drawer.show_tab(2)
    code = page.drawer.view(2)
    script = write_layers(document.project)
    assert code.text.toPlainText() == script.text
    document.select(((1,), (2,)))
    assert code.lit == [*script.lines[(1,)], *script.lines[(2,)]]
    code._extent.setCurrentIndex(1)
    code._extent.activated.emit(1)
    assert code.text.toPlainText() == write_script(document.project).text
    code.copy()
    assert QApplication.clipboard().text() == code.text.toPlainText()


def test_keras_is_asked_once_after_the_edits_and_agrees(make_page, qtbot):
    engine = Engine()
    document = Document(small())
    page = make_page(document, engine)
    qtbot.waitUntil(lambda: len(engine.sent) == 1)  # what is there when the page opens
    engine.answer()
    for filters in (4, 5, 6):
        conv = document.project.stack[0].changed(filters=filters)
        document.edit("set filters", edits.replace(document.project, (0,), (conv,)))
    assert len(engine.sent) == 1
    qtbot.waitUntil(lambda: len(engine.sent) == 2)
    assert engine.sent[1].project.stack[0].filters == 6
    engine.answer()
    assert page.drawer.sign.text() == "Keras agrees ✓"
    document.edit("rename", document.project.changed(name="Other"))
    assert page.drawer.sign.text() == "Keras agrees ✓"


def test_a_disagreement_is_shown_prominently(make_page, qtbot):
    engine = Engine()
    page = make_page(small(), engine)
    qtbot.waitUntil(lambda: len(engine.sent) == 1)
    right = built(analyse(engine.sent[0].project))
    engine.answer(blocks=(*right[:-1], BuiltBlock(right[-1].path, right[-1].output, 7)))
    assert page.drawer.sign.text() == "Keras disagrees"
    qtbot.waitUntil(lambda: page.drawer.is_open)
    assert "counts 7 parameters" in page.drawer.view(0).sign.text()


def test_keras_is_asked_only_when_the_engine_is_ready(make_page, qtbot):
    engine = Engine("starting")
    page = make_page(small(), engine)
    qtbot.waitUntil(lambda: not page.check._pause.isActive())
    assert engine.sent == []
    engine.state = "ready"
    engine.state_changed.emit()
    qtbot.waitUntil(lambda: len(engine.sent) == 1)
    engine.event.emit(Failed(id=1, message="Keras refuses this."))
    assert page.check.verdict == "failed"


def test_an_impossible_design_is_not_sent(make_page, qtbot):
    engine = Engine()
    page = make_page(stack_of("Flatten", "Conv2D"), engine)
    qtbot.waitUntil(lambda: not page.check._pause.isActive())
    assert engine.sent == []


@pytest.mark.parametrize(
    ("blocks", "words"),
    [
        (((26, 26, 32), 320), "Block 2 (Flatten): Keras has no such layer"),
        (((26, 26, 32), 320, (784,), 0), "Keras gives 784"),
        (((26, 26, 32), 320, (21632,), 0), ""),
    ],
)
def test_disagreements_name_block_and_figures(blocks, words):
    project = small().changed(stack=(block("Conv2D"), block("Flatten")))
    facts = zip(blocks[::2], blocks[1::2], strict=True)
    answer = tuple(BuiltBlock((at,), *fact) for at, fact in enumerate(facts))
    found = disagreement(analyse(project), answer)
    assert words in found
    assert bool(found) == bool(words)


def test_a_kind_of_warning_is_muted_and_comes_back(make_page):
    page = make_page(
        stack_of("Conv2D", "Dropout", "BatchNormalization", "Activation", "Flatten", "Dense")
    )
    document = page._document
    page.drawer.show_tab(1)
    problems = page.drawer.view(1)

    def press(words: str) -> None:
        next(b for b in problems.findChildren(QPushButton) if words in b.text()).click()

    assert any(p.code == "dropout-before-norm" for p in document.analysis.problems)
    press("Mute warnings of this kind")
    assert document.project.muted == ("dropout-before-norm",)
    assert not any(p.code == "dropout-before-norm" for p in document.analysis.problems)
    document.undo_stack.undo()
    assert document.project.muted == ()
    document.undo_stack.redo()
    assert page.drawer.tabs.tabText(1).endswith("(1 muted)")
    press("Dropout before BatchNormalization (1 now): show again")
    assert document.project.muted == ()
    assert document.undo_stack.undoText() == "show muted warnings"


def test_kinds_that_no_block_shows_now_can_be_unmuted_one_by_one(make_page):
    page = make_page(small().changed(muted=("little-seen", "memory", "no-bend")))
    page.drawer.show_tab(1)
    problems = page.drawer.view(1)

    def links() -> dict[str, QPushButton]:
        return {b.text(): b for b in problems.findChildren(QPushButton) if "again" in b.text()}

    links()["More memory than the device has (0 now): show again"].click()
    assert page._document.project.muted == ("little-seen", "no-bend")
    links()["Show all again"].click()
    assert page._document.project.muted == ()
    assert not links()


def test_a_warning_is_muted_from_the_inspector_too(make_page):
    page = make_page(stack_of("Conv2D", "Dropout", "BatchNormalization", "Flatten", "Dense"))
    page._document.select(((1,),))
    note = page.inspector.note
    next(b for b in note.findChildren(QPushButton) if "Mute" in b.text()).click()
    assert page._document.project.muted == ("dropout-before-norm",)
    page._document.undo_stack.undo()
    assert page._document.project.muted == ()


def test_in_a_narrow_bar_the_tabs_come_first(make_page, qtbot):
    page = make_page(small())
    drawer, tools = page.drawer, page.findChild(ZoomControl)
    drawer.sign.setText("Keras could not build this")
    for width, sees in ((700, (True, True)), (400, (False, True)), (280, (False, False))):
        drawer.resize(width, drawer.height())
        qtbot.waitUntil(
            lambda sees=sees: (drawer.sign.isVisible(), tools.isVisible()) == sees, timeout=1000
        )
        assert drawer.chevron.geometry().right() <= width
