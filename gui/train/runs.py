"""Run folders as the window needs them, read in a thread, since a disk may be slow."""

from __future__ import annotations

from datetime import datetime
from math import ceil
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QObject, Qt, Signal

from core.engine.events import Finished, Started
from core.project import Project
from gui.widgets.figures import percent

if TYPE_CHECKING:
    from core.training.run import RunInfo


class FinishedRun(msgspec.Struct, frozen=True):
    """A run that can be exported.

    Attributes:
        folder: Its folder.
        project: What was trained.
        accuracy: On its test pictures, 0 to 1.
        finished: When, local time.
    """

    folder: Path
    project: Project
    accuracy: float
    finished: datetime

    def words(self, current: bool) -> str:
        """The run in a line: ``MNIST starter · 24 Nov, 04:12 · 98.93 %``."""
        when = f"{self.finished.day} {self.finished:%b, %H:%M}"
        mark = " · design on screen" if current else ""
        return f"{self.project.name} · {when} · {percent(self.accuracy, 2)}{mark}"


def finished_run(info: RunInfo) -> FinishedRun | None:
    """A run folder as something to export; None if the run has no result."""
    if info.report is None or info.state.outcome != "completed":
        return None
    try:
        finished = datetime.fromisoformat(info.report.finished)
    except ValueError:
        finished = datetime.fromtimestamp(0)
    return FinishedRun(info.path, info.project, info.report.test_accuracy, finished)


def latest_of(found: list[RunInfo], project: Project) -> RunInfo | None:
    """The newest run of a project as it is now that has come to something, if there is one.

    Runs that died on the way are asked about on their own.
    """
    for info in found:
        if same_training(info.project, project) and (
            finished_run(info) is not None or (info.resumable and not info.interrupted)
        ):
            return info
    return None


def same_training(one: Project, other: Project) -> bool:
    """Whether two projects train the same thing; the project's name does not matter."""
    return (
        one.stack == other.stack
        and one.plan == other.plan
        and one.input == other.input
        and one.data == other.data
    )


def finished_of(info: RunInfo) -> Finished:
    """How a completed or stopped run ended, as the engine would have told it."""
    report = info.report
    assert report is not None
    early = report.epochs < info.project.plan.epochs
    outcome = "stopped early" if early else "completed"
    return Finished(
        run=str(info.path),
        outcome="stopped" if info.state.outcome == "stopped" else outcome,
        epochs=report.epochs,
        best_epoch=report.best_epoch,
        test_loss=report.test_loss,
        test_accuracy=report.test_accuracy,
        seconds=report.seconds,
    )


def started_of(info: RunInfo) -> Started:
    """How a completed or stopped run began, as the engine would have told it."""
    report = info.report
    assert report is not None
    train, validation, test = report.pictures
    return Started(
        run=str(info.path),
        device=report.device,
        backend=report.backend,
        reason="",
        epochs=info.project.plan.epochs,
        steps=ceil(train / info.project.plan.batch_size),
        first_epoch=1,
        train=train,
        validation=validation,
        test=test,
        parameters=report.parameters,
    )


class RunLister(QObject):
    """Reads every run folder, off the window's thread.

    Signals:
        listed: What was found, newest first: a list of `core.training.run.RunInfo`.
    """

    listed = Signal(list)
    _read = Signal(list)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread: Thread | None = None
        self._again = False
        self._read.connect(self._done, Qt.ConnectionType.QueuedConnection)

    def refresh(self) -> None:
        """Read them again; `listed` follows."""
        if self._thread is not None:
            self._again = True
            return
        self._thread = Thread(target=self._work, name="run lister", daemon=True)
        self._thread.start()

    def _work(self) -> None:
        from core.training.run import list_runs

        try:
            found = list_runs()
        except OSError:
            found = []  # no folder, or none that may be read: nothing to offer
        try:
            self._read.emit(found)
        except RuntimeError:
            return  # the window closed meanwhile

    def _done(self, found: list[RunInfo]) -> None:
        self._thread = None
        self.listed.emit(found)
        if self._again:
            self._again = False
            self.refresh()
