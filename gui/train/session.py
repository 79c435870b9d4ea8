"""The run under way, or the last one, without widgets.

Pages read it and call its methods; what it knows comes from the engine's events alone, so a test
feeds it events as the engine would.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal

from core.data.source import Folder
from core.engine.commands import Stop, Train
from core.engine.events import DataProgress, EpochDone, Event, Failed, Finished, Progress, Started
from core.problems import Problem
from core.project import Project
from gui.document import Document
from gui.engine_link import EngineGone, EngineLink
from gui.train.data_words import left_out_words
from gui.train.history import History
from gui.train.runs import (
    FinishedRun,
    RunLister,
    finished_of,
    finished_run,
    latest_of,
    same_training,
    started_of,
)
from gui.train.session_words import session_words
from gui.widgets.throttle import Throttle

if TYPE_CHECKING:
    from core.training.run import RunInfo

CHANGED_MS = 50
"""Pages hear of changes at most this often (ms)."""
LOOK_AGAIN_MS = 7_000
"""An engine whose window died is gone after this long (ms)."""
SLOW_STOP_MS = 3_000
"""After this long (ms) a stop is offered by force: TensorFlow does not listen while it traces."""
INTERRUPTED = "This run was interrupted: Layerloom or its engine ended while it trained."

State = Literal["idle", "building", "running", "stopping", "finished", "stopped", "failed"]


class Failure(msgspec.Struct, frozen=True):
    """Why a run ended before its time.

    Attributes:
        message: What happened, why and what to do.
        details: For those who want to know.
        resumable: Whether it can go on from its last complete epoch.
        epochs: Complete epochs.
        batch_size: A batch size that would fit, when memory ran out.
        engine_gone: Whether the engine itself ended.
        of_pictures: Whether the project's pictures are the cause.
    """

    message: str
    details: str = ""
    resumable: bool = False
    epochs: int = 0
    batch_size: int | None = None
    engine_gone: bool = False
    of_pictures: bool = False


class TrainingSession(QObject):
    """What is being trained, or was last.

    Signals:
        changed: Something to show changed; at most 20 times a second.
    """

    changed = Signal()

    def __init__(
        self,
        document: Document,
        engine: EngineLink,
        limit: int | None = None,
        parent: QObject | None = None,
    ) -> None:
        """Watch a document and an engine.

        Args:
            document: Whose project is trained.
            engine: Who trains it.
            limit: Use only the first this many pictures; for trials and tests.
            parent: Qt's owner.
        """
        super().__init__(parent)
        self.document = document
        self.engine = engine
        self._limit = limit
        self._state: State = "idle"
        self._command = 0
        self._done: list[FinishedRun] = []
        self._interrupted: list[RunInfo] = []
        self._lister = RunLister(self)
        self._looked_again = False
        self._replaced = False
        self._lister.listed.connect(self._take_listed)
        self._tell = Throttle(CHANGED_MS, self.changed.emit, self)
        self._stop_is_slow = QTimer(self)
        self._stop_is_slow.setSingleShot(True)
        self._stop_is_slow.setInterval(SLOW_STOP_MS)
        self._stop_is_slow.timeout.connect(self._tell.ask)
        self._forget()
        engine.event.connect(self.receive)
        engine.state_changed.connect(self._tell.ask)
        document.changed.connect(self._tell.ask)
        document.replaced.connect(self._look_up)
        # After the window is on screen; it is asked for again when a run ends.
        QTimer.singleShot(0, self._lister.refresh)

    def _forget(self) -> None:
        self._project: Project | None = None
        self._folder: Path | None = None
        self._started: Started | None = None
        self._progress: Progress | None = None
        self._preparing: DataProgress | None = None
        self._outcome: Finished | None = None
        self._failure: Failure | None = None
        self.history = History()

    # What it is

    @property
    def state(self) -> State:
        """Where the current run stands; ``idle`` when there is none."""
        return self._state

    @property
    def running(self) -> bool:
        """Whether a run is under way, its building included."""
        return self._state in ("building", "running", "stopping")

    @property
    def finished(self) -> bool:
        """Whether a completed run exists for the project as it is now."""
        return self.finished_run is not None

    @property
    def finished_run(self) -> Path | None:
        """Folder of the newest completed run of the project as it is now."""
        project = self.document.project
        for run in self._done:
            if same_training(run.project, project):
                return run.folder
        return None

    @property
    def finished_runs(self) -> list[FinishedRun]:
        """Every run that can be exported, newest first."""
        return list(self._done)

    def interrupted_runs(self) -> list[RunInfo]:
        """Runs that were under way when their process died, and can go on; newest first."""
        return [info for info in self._interrupted if info.path != self._folder]

    @property
    def command_id(self) -> int:
        """The command that the engine's events about the run answer."""
        return self._command

    @property
    def project(self) -> Project | None:
        """What the current run trains; the document may have moved on."""
        return self._project

    @property
    def project_changed(self) -> bool:
        """Whether the document no longer holds what the current run trains."""
        return self._project is not None and not same_training(self._project, self.document.project)

    @property
    def left_out(self) -> str:
        """What of the run's classes the project has left out since, in words; else empty."""
        return left_out_words(self._project, self.document.project)

    @property
    def run_folder(self) -> Path | None:
        """Folder of the current run."""
        return self._folder

    @property
    def started(self) -> Started | None:
        """How the current run began."""
        return self._started

    @property
    def preparing(self) -> DataProgress | None:
        """How far the pictures and weights are made ready, before training starts."""
        return self._preparing

    @property
    def progress(self) -> Progress | None:
        """Where the current run stands, as last told."""
        return self._progress

    @property
    def outcome(self) -> Finished | None:
        """How the current run ended, if it ended well."""
        return self._outcome

    @property
    def failure(self) -> Failure | None:
        """How the current run ended, if it ended badly."""
        return self._failure

    @property
    def stop_is_slow(self) -> bool:
        """Whether the run was asked to stop some seconds ago and still goes on."""
        return self._state == "stopping" and not self._stop_is_slow.isActive()

    @property
    def blockers(self) -> tuple[Problem, ...]:
        """Problems of the design that training cannot begin with."""
        problems = self.document.analysis.problems
        return tuple(problem for problem in problems if problem.severity == "error")

    @property
    def resumable(self) -> bool:
        """Whether the current run can go on from where it ended."""
        if self.running or self._folder is None:
            return False
        if self._failure is not None:
            return self._failure.resumable
        return self._state == "stopped" and self.epochs_done > 0

    @property
    def epochs_done(self) -> int:
        """Complete epochs of the current run."""
        return self.history.last.epoch if self.history.last else 0

    @property
    def epochs_planned(self) -> int:
        """Epochs of the current run, or of the plan when there is none."""
        if self._started is not None:
            return self._started.epochs
        return (self._project or self.document.project).plan.epochs

    @property
    def progress_fraction(self) -> float:
        """How much of the run is done, 0 to 1."""
        if self._state == "finished":
            return 1.0
        progress = self._progress
        if progress is None:
            return self.epochs_done / max(1, self.epochs_planned)
        if progress.phase == "testing":
            return 1.0
        inside = progress.step / max(1, progress.steps)
        if progress.phase == "validating":
            inside = 1.0
        done = (progress.epoch - 1 + min(1.0, inside)) / max(1, self.epochs_planned)
        return max(self.epochs_done / max(1, self.epochs_planned), min(1.0, done))

    @property
    def words(self) -> str:
        """What it does or how it ended, in one sentence."""
        return session_words(self)

    # What it is asked

    def start(self) -> None:
        """Train the project as it is now, in a new run."""
        if self.running or self.blockers:
            return
        project = self.document.project
        self._forget()
        self._project = project
        # Here, since it brings platformdirs along, which the first picture need not wait for.
        from core.training.run import RunError, new_run_folder

        try:
            self._folder = new_run_folder(project)
        except RunError as error:
            self._fail(Failure(str(error)))
            return
        self._send(Train(id=0, project=project, run=str(self._folder), limit=self._limit))

    def stop(self) -> None:
        """Stop at the next step; the run can be resumed."""
        if self._state in ("building", "running"):
            self._state = "stopping"
            self.engine.send(Stop(id=0))
            self._stop_is_slow.start()
            self._tell.now()

    def resume(self) -> None:
        """Go on with the current run from its last complete epoch."""
        if not self.resumable:
            return
        self._failure = self._outcome = self._progress = None
        place = self._new_place()
        run = str(self._folder)
        self._send(Train(id=0, run=run, resume=True, moved_to=place, limit=self._limit))

    def _new_place(self) -> str:
        """Where the run's folder is now, if all that the project changed since is its place."""
        if self._project is None:
            return ""
        ran, now = self._project.data, self.document.project.data
        if not isinstance(ran, Folder) or not isinstance(now, Folder) or ran.path == now.path:
            return ""
        if msgspec.structs.replace(ran, path=now.path) != now:
            return ""
        self._project = self._project.changed(data=now)
        return now.path

    def adopt(self, info: RunInfo) -> None:
        """Show a run of an earlier session as the current one, to resume it or look at it."""
        if self.running:
            return
        self._forget()
        self._project = info.project
        self._folder = info.path
        for epoch in info.history:
            self.history.add_epoch(epoch)
        outcome = info.state.outcome
        if info.report is not None and outcome in ("completed", "stopped"):
            self._state = "finished" if outcome == "completed" else "stopped"
            self._started, self._outcome = started_of(info), finished_of(info)
        else:
            self._state = "failed"
            self._failure = Failure(
                message=info.state.message or INTERRUPTED,
                resumable=info.resumable,
                epochs=self.epochs_done,
                engine_gone=not info.state.message,
            )
        self._tell.now()

    def forget_interrupted(self) -> None:
        """Offer no interrupted runs any more; their folders stay."""
        self._interrupted = []
        self._tell.now()

    def _take_listed(self, found: list[RunInfo]) -> None:
        """Take what the runs' folder holds; what this session trained itself is known already."""
        listed = [run for run in map(finished_run, found) if run is not None]
        known = {run.folder for run in listed}
        own = [run for run in self._done if run.folder not in known and run.folder.is_dir()]
        self._done = [*own, *listed]
        self._interrupted = [info for info in found if info.interrupted and info.resumable]
        self._look_again(found)
        if self._replaced or self._state == "idle":
            self._take_up(found)
        self._replaced = False
        self._tell.ask()

    def _look_again(self, found: list[RunInfo]) -> None:
        """The engine of a window that was just killed lives on for some seconds; look after it."""
        under_way = any(info.state.outcome == "running" and not info.interrupted for info in found)
        if under_way and not self.running and not self._looked_again:
            self._looked_again = True
            QTimer.singleShot(LOOK_AGAIN_MS, self, self._lister.refresh)

    def _look_up(self) -> None:
        """Another project is on screen: look for what came of it, just now or earlier."""
        self._replaced = True
        self._lister.refresh()

    def _take_up(self, found: list[RunInfo]) -> None:
        """Show what is known of the project on screen; a run that was stopped can go on."""
        info = latest_of(found, self.document.project)
        if info is not None and info.path != self._folder:
            self.adopt(info)
        elif info is None and self.project_changed and not self.running:
            self._forget()  # it was of the project that was on screen before
            self._state = "idle"

    def _send(self, command: Train) -> None:
        self._state = "building"
        self._command = self.engine.send(command)
        self._tell.now()

    # What it is told

    def receive(self, event: Event) -> None:
        """Take an event of the engine; those of other commands are not for us."""
        if not self.running or event.id != self._command:
            return
        match event:
            case Started():
                self._begin(event)
            case DataProgress():
                self._preparing = event
            case Progress():
                self._progress = event
                self.history.add_progress(event)
            case EpochDone():
                self.history.add_epoch(event)
            case Finished():
                self._finish(event)
            case Failed() if self._state == "stopping" and not isinstance(event, EngineGone):
                self._state = "stopped"  # it stopped before there was anything to measure
            case Failed():
                self._fail(self._failure_of(event))
        self._tell.ask()

    def _begin(self, event: Started) -> None:
        self._started = event
        self.history.begin(event.first_epoch)
        if self._state == "building":
            self._state = "running"

    def _finish(self, event: Finished) -> None:
        self._outcome = event
        self._state = "stopped" if event.outcome == "stopped" else "finished"
        if self._state == "finished" and self._project is not None and self._folder is not None:
            accuracy = event.test_accuracy or 0.0
            run = FinishedRun(self._folder, self._project, accuracy, datetime.now())
            self._done.insert(0, run)
        self._tell.now()

    def _fail(self, failure: Failure) -> None:
        self._failure = failure
        self._state = "failed"
        self._tell.now()

    def _failure_of(self, event: Failed) -> Failure:
        gone = isinstance(event, EngineGone)
        return Failure(
            message=event.message,
            details=event.details,
            # A dead engine cannot tell; a complete epoch has its checkpoint.
            resumable=event.resumable or (gone and self.epochs_done > 0),
            epochs=self.epochs_done,
            batch_size=event.batch_size,
            engine_gone=gone,
            of_pictures=event.of_pictures,
        )
