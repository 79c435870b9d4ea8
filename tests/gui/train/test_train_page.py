"""The page as its user meets it: by looks, by mouse and by keyboard."""

from __future__ import annotations

from types import SimpleNamespace

import msgspec
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton

from core.data.classes import leave_out_classes
from core.data.source import Folder
from core.engine.events import Failed
from gui.engine_link import EngineGone
from gui.train.metrics import ACCURACY, LOSS, RATE, value_axis
from gui.train.notes import learning_words
from gui.train.page import TrainPage


@pytest.fixture
def page(qtbot, themed, document, session):
    page = TrainPage(document, session)
    qtbot.addWidget(page)
    page.resize(1216, 728)
    page.show()
    return page


HEART = "Starting to learn by heart"
GAP = "Better on the pictures it trains on"
WELL = "Learning well"


@pytest.mark.parametrize(
    ("validation", "title"),
    [
        ([(1.6, 0.43), (2.2, 0.38), (1.9, 0.43), (2.3, 0.38), (2.2, 0.44)], HEART),
        ([(1.6, 0.5), (1.55, 0.5), (1.5, 0.5)], GAP),
        ([(0.6, 0.88), (0.5, 0.92), (0.4, 0.94)], WELL),
    ],
)
def test_the_note_on_learning_is_true_of_the_figures(session, tell, validation, title):
    """Validation that wavers upwards is no close follower, nor is one that stays far below."""
    session.start()
    tell.started()
    for number, (loss, accuracy) in enumerate(validation, 1):
        right = min(0.6 + 0.1 * number, 0.95)
        tell.epoch(number, accuracy=right, val_loss=loss, val_accuracy=accuracy)
    assert learning_words(session.history, 10).title == title


def test_pictures_that_cannot_be_had_lead_to_the_data_page(page, session, tell, qtbot):
    done = []
    # Alone in this test, the page is its own window.
    page.page = SimpleNamespace(scan_again=lambda: done.append("scan"))
    page.show_page = lambda key, focus: done.append(key)
    session.start()
    tell.started()
    session.receive(Failed(id=session.command_id, message="No folder.", of_pictures=True))
    press(qtbot, page, "Go to Data")
    assert done == ["data", "scan"]


def test_pictures_of_a_folder_are_counted_once_the_engine_did(page, session, tell, document, qtbot):
    folder = Folder(path="/pets", class_names=("cat", "dog"))
    document.edit("use pets", document.project.changed(data=folder))
    session.start()
    tell.started()
    words = "54,000 training, 6,000 validation, 10,000 test pictures"
    qtbot.waitUntil(lambda: page.panel.data_counts.text() == words)
    document.edit("use", document.project.changed(data=msgspec.structs.replace(folder, path="/b")))
    qtbot.waitUntil(lambda: "counted when training starts" in page.panel.data_counts.text())


def buttons(page, text) -> list[QPushButton]:
    return [b for b in page.findChildren(QPushButton) if b.text() == text and b.isVisible()]


def press(qtbot, page, text) -> None:
    """Click a button with a text, once there is one."""
    qtbot.waitUntil(lambda: bool(buttons(page, text)))
    click(qtbot, buttons(page, text)[0])


def field(page, name):
    return page.panel.fields.fields[name]


def click(qtbot, widget):
    qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)


def lose_engine(session):
    session.receive(EngineGone(id=session.command_id, message="The engine was killed."))


# States


def test_empty_page_teaches_and_its_button_trains(page, session, qtbot):
    assert page.state == "idle"
    assert page.stack.currentIndex() == 0
    press(qtbot, page, "Train")
    assert session.running
    assert page.state == "running"


def test_states_follow_the_run(page, session, tell, edit_plan, qtbot):
    states = []
    page.state_changed.connect(lambda: states.append(page.state))
    session.start()
    tell.whole_run()
    qtbot.waitUntil(lambda: page.state == "ready")
    edit_plan(seed=3)
    qtbot.waitUntil(lambda: states == ["running", "ready", "idle"])


def test_primary_button_stops_a_run(page, session, tell, qtbot):
    session.start()
    tell.started()
    tell.progress(1, 3)
    qtbot.waitUntil(lambda: page.header.train.text() == "Stop")
    click(qtbot, page.header.train)
    assert session.state == "stopping"
    assert not page.header.train.isEnabled()


def test_figures_while_training(page, session, tell, qtbot):
    session.start()
    tell.started()
    tell.epoch(1)
    tell.progress(2, 5)
    qtbot.waitUntil(lambda: page.header.pace.text() == "epoch 2 of 4 · 6,480 pictures/s")
    assert page.header.time.text() == "about 1 min 20 s left"
    assert page.header.numbers[0]._value.text() == "90.0 %"
    assert page.header.step.text() == "step 5 of 10 in this epoch"
    assert page.header.bar.value() == 375


def test_finished_run_tells_the_test_accuracy(page, session, tell):
    session.start()
    tell.whole_run()
    assert page.panel.note.text.title == "Trained"
    assert "98.9 % of 10,000 test pictures right" in page.panel.note.text.body
    assert page.header.train.text() == "Train again"


# What goes wrong


def test_design_errors_block_training_and_lead_to_the_design(page, document, qtbot):
    document.edit("clear", document.project.changed(stack=()))
    qtbot.waitUntil(lambda: page.state == "unfinished")
    assert not page.empty.train.isEnabled()
    assert "The stack is empty." in page.panel.note.text.body
    shown = []
    page.show_page = lambda key, focus: shown.append(key)  # as the window around it would
    press(qtbot, page, "Go to Design")
    assert shown == ["design"]


def test_what_went_wrong_is_scrolled_to(page, session, tell, qtbot):
    page.resize(1000, 420)
    session.start()
    tell.started()
    tell.epoch(1)
    bar = page.panel.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 100)
    bar.setValue(bar.maximum())
    lose_engine(session)
    qtbot.waitUntil(lambda: page.panel.note.text.title == "Training was interrupted")
    assert bar.value() == 0


def test_lost_engine_offers_resume_and_train_again(page, session, tell, qtbot):
    session.start()
    tell.started()
    tell.epoch(1)
    lose_engine(session)
    qtbot.waitUntil(lambda: page.panel.note.text is not None and not session.running)
    assert page.state == "attention"
    assert page.panel.note.text.title == "Training was interrupted"
    assert buttons(page, "Train again")
    press(qtbot, page, "Resume from epoch 2")
    assert session.running
    assert session.epochs_done == 1


def test_memory_failure_offers_a_batch_size_that_fits(page, session, tell, document, qtbot):
    session.start()
    tell.started()
    session.receive(
        Failed(id=session.command_id, message="Memory ran out.", details="trace", batch_size=64)
    )
    press(qtbot, page, "Use batch size 64")
    assert document.project.plan.batch_size == 64
    assert session.running
    assert document.undo_stack.undoText() == "use batch size 64"


def test_details_can_be_unfolded_and_copied(page, session, tell, qtbot):
    session.start()
    tell.started()
    session.receive(Failed(id=session.command_id, message="It broke.", details="line 1\nline 2"))
    press(qtbot, page, "Details")
    press(qtbot, page, "Copy")
    assert QGuiApplication.clipboard().text() == "line 1\nline 2"


def test_changed_project_is_told_while_training(page, session, tell, edit_plan, qtbot):
    session.start()
    tell.started()
    edit_plan(seed=99)
    qtbot.waitUntil(lambda: page.panel.note.text.title == "The project has changed since")


def test_a_run_that_began_with_a_class_left_out_since_says_so(page, session, tell, document, qtbot):
    source = Folder(path="/pets", class_names=("cat", "dog", "eel"))
    document.edit("use pets", document.project.changed(data=source))
    session.start()
    tell.started()
    tell.epoch(1)
    document.edit(
        "leave out eel", document.project.changed(data=leave_out_classes(source, ["eel"]))
    )
    told = "“eel” was left out of the project since. This run was begun with it and goes on with it"
    qtbot.waitUntil(lambda: page.panel.note.text.body.startswith(told))
    session.receive(Failed(id=session.command_id, message="It broke.", resumable=True))
    qtbot.waitUntil(lambda: page.panel.note.text.title == "Training stopped")
    assert told in page.panel.note.text.body
    document.undo_stack.undo()
    qtbot.waitUntil(lambda: page.panel.note.text.body == "It broke.")


# The plan


def test_every_field_of_the_plan_has_an_editor(page, project):
    assert set(page.panel.fields.fields) == set(project.plan.__struct_fields__)
    for name, one in page.panel.fields.fields.items():
        assert one.editor.accessibleName() == one.title, name


def test_typing_edits_the_project_in_one_undoable_step(page, document, qtbot):
    editor = field(page, "batch_size").editor
    editor.setFocus()
    editor.selectAll()
    qtbot.keyClicks(editor, "256")
    assert document.project.plan.batch_size == 256
    assert document.undo_stack.count() == 1
    document.undo_stack.undo()
    assert document.project.plan.batch_size == 128


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("batch_size", "0", "a whole number, 1 to 65,536"),
        ("batch_size", "1.5", "a whole number, 1 to 65,536"),
        ("batch_size", "1,5", "a whole number, 1 to 65,536"),
        ("learning_rate", "0", "a number, above 0, at most 10"),
        ("learning_rate", "nan", "a number, above 0, at most 10"),
        ("learning_rate", "1e999", "a number, above 0, at most 10"),
        ("validation_split", "70 %", "a share, above 0, at most 0.5"),
        ("early_stopping", "0", "a whole number, 1 to 1,000, or nothing"),
        ("seed", "abc", "a whole number, 0 to 2,147,483,647"),
    ],
)
def test_invalid_input_is_explained_and_changes_nothing(page, document, qtbot, name, text, words):
    before = document.project
    editor = field(page, name).editor
    editor.setFocus()
    editor.selectAll()
    qtbot.keyClicks(editor, text)
    assert document.project == before
    assert field(page, name).problem.isVisible()
    assert words in field(page, name).problem.text()
    editor.clearFocus()
    assert not field(page, name).problem.isVisible()


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("epochs", "1,000", 1000),
        ("learning_rate", "2e-3", 0.002),
        ("learning_rate", "0,005", 0.005),
        ("validation_split", "25", 0.25),
        ("validation_split", "25 %", 0.25),
        ("validation_split", "0.25", 0.25),
        ("early_stopping", "3", 3),
    ],
)
def test_numbers_are_taken_as_people_write_them(page, document, qtbot, name, text, value):
    editor = field(page, name).editor
    editor.setFocus()
    editor.setText("")
    qtbot.keyClicks(editor, text)
    assert getattr(document.project.plan, name) == value


def test_emptied_early_stopping_means_never(page, document, edit_plan, qtbot):
    edit_plan(early_stopping=3)
    editor = field(page, "early_stopping").editor
    assert editor.text() == "3"
    editor.setFocus()
    editor.selectAll()
    qtbot.keyClick(editor, Qt.Key.Key_Delete)
    assert document.project.plan.early_stopping is None


def test_arrow_keys_step_a_field(page, document, qtbot):
    editor = field(page, "batch_size").editor
    editor.setFocus()
    qtbot.keyClick(editor, Qt.Key.Key_Up)
    assert document.project.plan.batch_size == 256
    editor = field(page, "epochs").editor
    editor.setFocus()
    qtbot.keyClick(editor, Qt.Key.Key_Down)
    assert document.project.plan.epochs == 3


def test_only_fields_that_apply_are_shown(page, edit_plan):
    assert field(page, "weight_decay").editor.isVisible()
    assert not field(page, "momentum").editor.isVisible()
    edit_plan(optimizer="sgd", schedule="constant")
    assert not field(page, "weight_decay").editor.isVisible()
    assert field(page, "momentum").editor.isVisible()
    assert not field(page, "warmup").editor.isVisible()


def test_undo_shows_in_the_field(page, document, edit_plan):
    edit_plan(epochs=9)
    assert field(page, "epochs").editor.text() == "9"
    document.undo_stack.undo()
    assert field(page, "epochs").editor.text() == "4"


def test_data_line_follows_the_validation_share(page, edit_plan, qtbot):
    assert (
        page.panel.data_counts.text() == "54,000 training, 6,000 validation, 10,000 test pictures"
    )
    edit_plan(validation_split=0.2)
    qtbot.waitUntil(lambda: page.panel.data_counts.text().startswith("48,000 training, 12,000"))


# Curves and table


def test_axes_hold_still_while_points_come_in(page, session, tell):
    session.start()
    tell.started()
    seen = set()
    for step in range(1, 11):
        tell.progress(1, step, recent_loss=2.3 / step, recent_accuracy=step / 10)
        for metric in (LOSS, ACCURACY, RATE):
            axis = value_axis(metric, session.history, 10, 0.002, close=False)
            seen.add((metric.key, axis.low, axis.high))
    assert len(seen) == 3


def test_every_metric_paints_with_every_history(page, session, tell, qtbot):
    session.start()
    for step in range(3):
        if step == 1:
            tell.started()
            tell.progress(1, 5, recent_loss=float("nan"))
        if step == 2:
            tell.epoch(1, val_loss=float("inf"))
        for chip in page.chips.buttons():
            chip.click()
            for close in (True, False):
                page.close_up.setChecked(close)
                assert not page.chart.grab().isNull()


def test_values_show_under_the_pointer_and_by_arrow_keys(page, session, tell, qtbot):
    session.start()
    tell.whole_run()
    page.chart.setFocus()
    qtbot.waitUntil(lambda: "epoch 4" in page.chart.accessibleDescription())
    qtbot.keyClick(page.chart, Qt.Key.Key_Right)
    assert page.chart.accessibleDescription() == (
        "epoch 4 · training  95.00 % · validation  97.50 %"
    )
    qtbot.keyClick(page.chart, Qt.Key.Key_Home)
    assert page.chart.accessibleDescription().startswith("epoch 1 · training  80.00 %")
    plot_middle = QPoint(page.chart.width() // 2, page.chart.height() // 2)
    qtbot.mouseMove(page.chart, plot_middle)
    assert not page.chart.grab().isNull()


def test_table_marks_the_best_and_copies_everything(page, session, tell, qtbot):
    session.start()
    tell.started()
    tell.epoch(1)
    tell.epoch(2)
    tell.epoch(3, best=False)
    qtbot.waitUntil(lambda: page.table.epochs.rowCount() == 3)
    model = page.table.epochs
    assert model.index(1, 0).data() == "2  best"
    assert model.index(2, 0).data() == "3"
    click(qtbot, page.copy)
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0].startswith("Epoch\tLoss\tAccuracy\tValidation loss\tValidation accuracy")
    assert lines[1].startswith("1\t1.0\t0.8\t0.9\t0.9\t")
    assert len(lines) == 4


def test_everything_can_be_reached_by_tab(page, session, tell, qtbot):
    session.start()
    tell.whole_run()
    reached = set()
    widget = page.header.train
    for _ in range(400):
        widget = widget.nextInFocusChain()
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible():
            reached.add(widget)
    assert {page.chart, page.table, page.copy, page.close_up} <= reached
    assert field(page, "seed").editor in reached


def test_pictures_that_changed_under_a_resumed_run_are_told_from_start_to_end(
    page, session, tell, qtbot
):
    told = "12 pictures were added and 3 have changed since this run last trained."
    session.start()
    tell.started(first_epoch=2, note=told)
    qtbot.waitUntil(lambda: page.panel.note.text.title == "The pictures have changed")
    assert page.panel.note.text.body.startswith(told)
    assert "Training goes on while you look around" in page.panel.note.text.body
    tell.epoch(2)
    qtbot.waitUntil(lambda: "Learning well" in page.panel.note.text.body)
    assert told in page.panel.note.text.body
