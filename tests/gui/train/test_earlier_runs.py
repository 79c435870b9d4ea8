"""Runs of earlier sessions: the one of the project on screen is shown, and can go on."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from core.engine.events import EpochDone
from core.project import Project
from core.training.run import (
    Outcome,
    Report,
    RunState,
    add_epoch,
    begin_run,
    new_run_folder,
    write_report,
    write_state,
)
from gui.document import Document
from gui.train.session import INTERRUPTED, TrainingSession


def run_of(project: Project, outcome: Outcome, epochs: int = 2, message: str = "") -> Path:
    """A run folder as the engine leaves it."""
    folder = new_run_folder(project)
    begin_run(folder, project, None)
    for epoch in range(1, epochs + 1):
        add_epoch(
            folder,
            EpochDone(
                id=1,
                epoch=epoch,
                loss=1 / epoch,
                accuracy=0.5,
                val_loss=1 / epoch,
                val_accuracy=0.5,
                seconds=1,
                learning_rate=0.001,
                images_per_second=1000,
                best=True,
            ),
        )
        (folder / "checkpoint").mkdir(exist_ok=True)
        (folder / "checkpoint" / f"epoch-{epoch}.npz").touch()
    state = RunState(outcome=outcome, epochs_done=epochs, epochs_planned=4, message=message)
    write_state(folder, state)
    if outcome in ("completed", "stopped") and epochs:
        write_report(folder, report(epochs))
    return folder


def report(epochs: int) -> Report:
    return Report(
        test_accuracy=0.75,
        test_loss=0.5,
        pictures=(80, 10, 20),
        class_names=("a", "b"),
        confusion=((5, 5), (0, 10)),
        epochs=epochs,
        best_epoch=epochs,
        seconds=3,
        parameters=10,
        device="CPU",
        backend="tensorflow",
        versions={},
        finished="2026-11-20T10:00:00",
    )


@pytest.fixture
def listed(qtbot, engine):
    """A new session on a document, which has looked through the runs."""

    def make(document: Document) -> TrainingSession:
        session = TrainingSession(document, engine)
        with qtbot.waitSignal(session._lister.listed):
            pass
        return session

    return make


def test_a_stopped_run_is_shown_as_it_was_left(listed, document, project):
    folder = run_of(project, "stopped")
    session = listed(document)
    assert session.state == "stopped"
    assert session.run_folder == folder
    assert session.words == "Stopped after 2 epochs: 75.0 % of 20 test pictures right so far."
    assert session.resumable


def test_a_failed_run_tells_why_again(listed, document, project):
    run_of(project, "failed", message="The disk was full.")
    session = listed(document)
    assert session.failure.message == "The disk was full."
    assert session.resumable


def test_a_run_that_was_stopped_before_its_first_epoch_is_not_worth_a_word(
    listed, document, project
):
    run_of(project, "stopped", epochs=0)
    assert listed(document).state == "idle"


@pytest.mark.parametrize("newest", [one for one in get_args(Outcome) if one != "running"])
def test_the_newest_run_counts(listed, document, project, newest):
    run_of(project, "completed", epochs=4)
    folder = run_of(project, newest)
    assert listed(document).run_folder == folder


def test_runs_of_other_designs_are_left_alone(listed, document, project):
    run_of(project.changed(stack=project.stack[1:]), "stopped")
    assert listed(document).state == "idle"


def test_an_interrupted_run_is_asked_about_instead(listed, document, project):
    folder = run_of(project, "running")
    session = listed(document)
    assert session.state == "idle"
    (info,) = session.interrupted_runs()
    session.adopt(info)
    assert session.run_folder == folder
    assert session.failure.message == INTERRUPTED


def test_opening_a_project_brings_its_run_along(listed, document, project, qtbot):
    other = project.changed(name="Other", stack=project.stack[1:])
    mine, others = run_of(project, "completed", epochs=4), run_of(other, "stopped")
    session = listed(document)
    assert session.run_folder == mine
    document.replace(other, None)
    qtbot.waitUntil(lambda: session.run_folder == others)
    assert session.state == "stopped"


def test_opening_a_project_that_was_never_trained_clears_the_page(listed, document, project, qtbot):
    run_of(project, "completed", epochs=4)
    session = listed(document)
    document.replace(project.changed(stack=project.stack[1:]), None)
    qtbot.waitUntil(lambda: session.state == "idle")
    assert session.run_folder is None
    assert session.history.epochs == []
