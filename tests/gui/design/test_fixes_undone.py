"""Ways out as a user takes them: one click there, one step back; and the device."""

from __future__ import annotations

from design_helpers import block, small
from hypothesis import HealthCheck, given, settings
from PySide6.QtWidgets import QLabel, QPushButton

from core.blocks import Input
from core.memory import DeviceMemory
from core.project import Project
from gui.design.problem_note import FixButton, ProblemNote
from gui.document import Document
from gui.frame.status_bar import StatusBar
from gui.train.memory_note import MemoryNote
from tests import strategies

GPU = DeviceMemory("gpu", 8 * 10**9)


def large() -> Project:
    """A whole design that needs more than a GPU of 8 GB at batch size 128."""
    conv = [block("Conv2D", filters=f, padding="same", activation="relu") for f in (64, 64, 128)]
    stack = (*conv, block("MaxPooling2D"), block("GlobalAveragePooling2D"))
    return Project(
        input=Input(height=224, width=224, channels=3),
        stack=(*stack, block("Dense", activation="softmax")),
        muted=("little-seen",),
    )


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(strategies.stacks(longest=5))
def test_every_fix_is_one_step_and_can_be_undone(qapp, drawn: tuple) -> None:
    project = Project(input=drawn[0], stack=drawn[1])
    document = Document(project)
    for problem in document.analysis.problems:
        for fix in problem.fixes:
            button = FixButton(document, fix)
            button.click()
            assert document.project != project
            assert document.undo_stack.undoText() == fix.label[:1].lower() + fix.label[1:]
            assert document.undo_stack.index() == 1
            document.undo_stack.undo()
            assert document.project == project
            assert not document.undo_stack.canUndo()


def test_a_fix_in_several_places_leaves_the_selection(qtbot) -> None:
    conv = block("Conv2D", padding="same")
    document = Document(Project(stack=(conv, conv, conv, block("Flatten"), block("Dense"))))
    document.select(((2,),))
    (problem,) = [p for p in document.analysis.problems if p.code == "no-bend"]
    button = FixButton(document, problem.fixes[0])
    qtbot.addWidget(button)
    button.click()
    assert document.selection == ((2,),)
    assert [one.activation for one in document.project.stack[:3]] == ["relu"] * 3
    assert document.undo_stack.count() == 1


def test_long_words_of_a_fix_take_several_lines_where_it_is_narrow(qtbot) -> None:
    document = Document(Project(stack=(*(block("MaxPooling2D"),) * 5, block("Flatten"))))
    note = ProblemNote(document, with_reason=True)
    qtbot.addWidget(note)
    note.resize(300, 400)
    note.show_problems([p for p in document.analysis.problems if p.code == "shape"])
    buttons = note.findChildren(FixButton)
    assert all(button.sizeHint().width() < 290 for button in buttons)
    assert any(button.text().count("\n") == 2 for button in buttons)


class TestMemory:
    def test_a_design_that_does_not_fit_is_said_once_the_device_is_known(self, make_page) -> None:
        page = make_page(large())
        document = page._document
        assert page.loom.surface._notes.end.isHidden()
        document.know_device(GPU)
        (problem,) = document.analysis.problems
        assert problem.code == "memory"
        assert page.state == "ready"  # an estimate stops nobody
        texts = [label.text() for label in page.loom.surface._notes.end.findChildren(QLabel)]
        assert problem.message in texts
        (button,) = page.loom.surface._notes.end.findChildren(FixButton)
        button.click()
        assert document.project.plan.batch_size == 32
        assert not document.analysis.problems
        document.undo_stack.undo()
        assert document.project == large()

    def test_the_plan_tells_what_it_takes_and_offers_what_fits(self, qtbot) -> None:
        document = Document(large())
        note = MemoryNote(document)
        qtbot.addWidget(note)
        assert note.words.text().startswith("about ")
        assert note.fix.isHidden()
        document.know_device(GPU)
        assert note.words.text().startswith("Does not fit: about ")
        assert note.words.text().endswith("of the GPU’s 8.0 GB")
        assert note.words.property("look") == "error"
        assert note.fix.text() == "Use batch size 32"
        note.fix.click()
        assert document.project.plan.batch_size == 32
        assert document.undo_stack.undoText() == "use batch size 32"
        assert note.fix.isHidden()
        assert note.words.property("look") == "muted"

    def test_muted_it_is_still_told_beside_the_batch_size(self, qtbot) -> None:
        document = Document(large().changed(muted=("little-seen", "memory")))
        document.know_device(GPU)
        note = MemoryNote(document)
        qtbot.addWidget(note)
        assert not document.analysis.problems
        assert note.findChildren(QPushButton)[0].text() == "Use batch size 32"

    def test_the_status_bar_tells_it_while_the_design_can_be_trained(self, qtbot) -> None:
        document = Document(small())
        bar = StatusBar(document)
        qtbot.addWidget(bar)
        assert "training takes about " in bar.totals.text()
        document.know_device(DeviceMemory("cpu", 16 * 10**9))
        assert bar.totals.text().endswith("of this computer’s 16.0 GB")
        document.edit("empty", document.project.changed(stack=()))
        assert "training takes" not in bar.totals.text()

    def test_nothing_else_of_the_document_changes(self, qtbot) -> None:
        document = Document(small())
        told = []
        document.changed.connect(lambda: told.append(1))
        document.know_device(GPU)
        document.know_device(GPU)
        assert told == [1]
        assert document.clean
        assert not document.undo_stack.canUndo()
