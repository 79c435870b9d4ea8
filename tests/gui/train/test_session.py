"""The run without widgets, driven by events as values."""

from __future__ import annotations

import msgspec
import pytest

from core.data.source import Folder
from core.engine.events import DataProgress, Failed
from gui.engine_link import EngineGone
from gui.train.history import MAX_POINTS, History

GONE = "The engine was killed by signal 9: by the system because memory ran out, or by someone."


def fail(session, **fields):
    session.receive(Failed(id=session.command_id, **fields))


def lose_engine(session):
    session.receive(EngineGone(id=session.command_id, message=GONE))


def test_start_makes_a_run_folder_and_is_running(session):
    session.start()
    assert session.running
    assert session.run_folder.is_dir()
    assert session.project == session.document.project


def test_progress_words_and_fraction(session, tell):
    session.start()
    tell.started()
    tell.progress(1, 5)
    assert session.progress_fraction == pytest.approx(0.125)
    assert session.words == "step 5 of 10 in this epoch"
    tell.progress(1, 10, phase="validating")
    assert session.words == "Checking epoch 1 on the validation pictures…"
    tell.epoch(1)
    assert session.progress_fraction == pytest.approx(0.25)


def test_progress_never_goes_back(session, tell):
    session.start()
    tell.started()
    fractions = []
    for epoch in range(1, 5):
        for step in range(1, 11):
            tell.progress(epoch, step)
            fractions.append(session.progress_fraction)
        tell.progress(epoch, 10, phase="validating")
        fractions.append(session.progress_fraction)
        tell.epoch(epoch)
        fractions.append(session.progress_fraction)
    assert fractions == sorted(fractions)


def test_completed_run_is_finished_until_the_project_changes(session, tell, document, edit_plan):
    session.start()
    tell.whole_run()
    assert session.finished
    assert session.finished_run == session.run_folder
    assert session.words == "98.9 % of 10,000 test pictures right."
    edit_plan(seed=8)
    assert not session.finished
    assert session.project_changed
    document.undo_stack.undo()
    assert session.finished


def test_renaming_the_project_does_not_undo_a_run(session, tell, document):
    session.start()
    tell.whole_run()
    document.edit("rename", document.project.changed(name="Other"))
    assert session.finished


def test_changing_the_project_while_training_keeps_the_run_s_own(session, tell, edit_plan):
    session.start()
    tell.started()
    began_with = session.project
    edit_plan(epochs=9)
    assert session.project == began_with
    assert session.project_changed
    tell.whole_run()
    assert not session.finished


def test_lost_engine_offers_resume_only_with_a_complete_epoch(session, tell):
    session.start()
    tell.started()
    tell.progress(1, 5)
    lose_engine(session)
    assert session.failure.message == GONE
    assert not session.resumable
    session.start()
    tell.started()
    tell.epoch(1)
    tell.epoch(2)
    tell.progress(3, 4)
    lose_engine(session)
    assert session.resumable
    assert session.failure.epochs == 2
    assert not session.running


def test_resume_goes_on_in_the_same_folder_and_forgets_the_broken_epoch(session, tell):
    session.start()
    tell.started()
    tell.epoch(1)
    tell.progress(2, 7)
    lose_engine(session)
    folder = session.run_folder
    session.resume()
    assert session.running
    assert session.run_folder == folder
    tell.started(first_epoch=2)
    assert [epoch.epoch for epoch in session.history.epochs] == [1]
    assert all(point.at <= 1 for point in session.history.points)
    tell.epoch(2)
    assert session.epochs_done == 2


def test_memory_failure_carries_a_batch_size(session, tell):
    session.start()
    tell.started()
    fail(session, message="Memory ran out.", batch_size=64, details="ResourceExhausted")
    assert session.failure.batch_size == 64
    assert not session.failure.engine_gone
    assert session.words == "Memory ran out."


def test_stop_is_asked_once_and_leaves_a_resumable_run(session, tell):
    session.start()
    tell.started()
    tell.epoch(1)
    session.stop()
    assert session.state == "stopping"
    tell.finished("stopped", epochs=1)
    assert session.state == "stopped"
    assert session.resumable
    assert session.words.startswith("Stopped after 1 epoch: 98.9 % of 10,000 test pictures right")


def test_stop_before_the_first_epoch(session, tell):
    session.start()
    session.stop()
    tell.started()
    assert session.state == "stopping"
    tell.finished("stopped", epochs=0, best_epoch=0, test_accuracy=None, test_loss=None)
    assert session.words == "Stopped before the first epoch was complete."


def test_stop_while_building_is_no_failure(session):
    session.start()
    session.stop()
    fail(session, message="Stopped, as you asked.")
    assert session.state == "stopped"
    assert session.failure is None
    assert not session.resumable


def test_design_errors_block_training(session, document):
    document.edit("clear", document.project.changed(stack=()))
    assert session.blockers
    session.start()
    assert not session.running


def test_events_of_other_commands_are_ignored(session, tell):
    session.start()
    tell.started()
    session.receive(Failed(id=999, message="not ours"))
    assert session.running
    assert session.failure is None


def test_run_folder_that_cannot_be_made_is_a_failure_in_words(session, tmp_path):
    (tmp_path / "runs").write_text("in the way")
    session.start()
    assert not session.running
    assert str(tmp_path / "runs") in session.failure.message


def test_a_run_whose_folder_was_moved_goes_on_from_its_new_place(
    session, tell, document, monkeypatch
):
    away = Folder(path="/away", class_names=("cat", "dog"), excluded=("cat/1.jpg",))
    document.edit("use away", document.project.changed(data=away))
    session.start()
    tell.started()
    tell.epoch(1)
    fail(session, message="There is no folder /away.", resumable=True, of_pictures=True)
    assert session.failure.of_pictures

    sent = []
    monkeypatch.setattr(session.engine, "send", lambda command: sent.append(command) or 7)
    here = msgspec.structs.replace(away, path="/here")
    document.edit("find away again", document.project.changed(data=here))
    session.resume()
    assert (sent[-1].resume, sent[-1].moved_to) == (True, "/here")
    assert not session.project_changed

    fail(session, message="There is no folder /here.", resumable=True)
    document.edit(
        "take in", document.project.changed(data=Folder(path="/b", class_names=("a", "b")))
    )
    session.resume()
    assert sent[-1].moved_to == ""  # other pictures are not this run's


def test_changes_are_told_at_most_twenty_times_a_second(session, tell, qtbot):
    told = []
    session.changed.connect(lambda: told.append(session.progress.step if session.progress else 0))
    session.start()
    tell.started()
    for step in range(1, 11):
        tell.progress(1, step)
    assert len(told) <= 3
    qtbot.waitUntil(lambda: bool(told) and told[-1] == 10)


def test_history_stays_small_and_in_order(session, tell):
    session.start()
    tell.started()
    history = History()
    for index in range(3 * MAX_POINTS):
        tell.progress(1 + index // 10, 1 + index % 10)
    history = session.history
    assert len(history.points) <= MAX_POINTS
    places = [point.at for point in history.points]
    assert places == sorted(places)
    assert places[-1] == pytest.approx(3 * MAX_POINTS / 10)


def test_what_is_made_ready_before_training_is_told(session, tell):
    session.start()
    doing = {"doing": "Downloading MobileNetV2's ImageNet weights", "total": 9_000_000}
    tell._tell(DataProgress, done=4_500_000, unit="bytes", **doing)
    assert session.words.startswith("Downloading MobileNetV2's ImageNet weights: 4.5 MB of 9")
    tell._tell(DataProgress, done=9_000_000, unit="bytes", **doing)
    assert not session.words.startswith("Downloading")
