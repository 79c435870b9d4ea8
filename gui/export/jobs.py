"""Exports that were asked for: one at a time to the engine, each with where it stands."""

from __future__ import annotations

from collections import deque
from pathlib import Path
from typing import Literal

import msgspec
from PySide6.QtCore import QObject, Signal

from core.engine.commands import Export, Stop
from core.engine.events import Event, Exported, ExportProgress, Failed
from gui.engine_link import EngineLink

Key = tuple[Path, str]
"""A run's folder and a format's key."""
JobState = Literal["waiting", "running", "cancelling", "done", "failed"]


class Job(msgspec.Struct, frozen=True):
    """One export.

    Attributes:
        run: Folder of the run.
        format: Key of the format.
        output: What it writes.
        state: Where it stands.
        doing: What it does, in words.
        result: What was written and proved.
        failure: Why it failed.
    """

    run: Path
    format: str
    output: Path
    state: JobState = "waiting"
    doing: str = "waiting for its turn"
    result: Exported | None = None
    failure: Failed | None = None

    @property
    def key(self) -> Key:
        """What it exports."""
        return self.run, self.format


class ExportJobs(QObject):
    """The exports of this session, by run and format; the newest of each is remembered.

    Signals:
        changed: A job is another.
    """

    changed = Signal()

    def __init__(self, engine: EngineLink, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine = engine
        self._jobs: dict[Key, Job] = {}
        self._queue: deque[Key] = deque()
        self._current: Key | None = None
        self._command = 0
        engine.event.connect(self.receive)

    @property
    def running(self) -> bool:
        """Whether an export is under way."""
        return self._current is not None

    @property
    def command_id(self) -> int:
        """The command that the engine's events about the current export answer."""
        return self._command

    def job(self, run: Path | None, format_key: str) -> Job | None:
        """The newest export of a run in a format."""
        return self._jobs.get((run, format_key)) if run is not None else None

    def of_run(self, run: Path | None) -> list[Job]:
        """The newest exports of a run."""
        return [job for job in self._jobs.values() if job.run == run]

    def export(self, run: Path, format_key: str, output: Path) -> None:
        """Export a run; waits until those asked for before are done."""
        job = Job(run, format_key, output)
        known = self._jobs.get(job.key)
        if known is not None and known.state in ("waiting", "running", "cancelling"):
            return
        self._jobs[job.key] = job
        self._queue.append(job.key)
        self._next()
        self.changed.emit()

    def cancel(self) -> None:
        """Stop the current export and forget those that wait."""
        for key in self._queue:
            del self._jobs[key]
        self._queue.clear()
        if self._current is not None:
            self._change(self._current, state="cancelling", doing="cancelling…")
            self._engine.send(Stop(id=0))
        self.changed.emit()

    def _next(self) -> None:
        if self._current is not None or not self._queue:
            return
        self._current = self._queue.popleft()
        job = self._jobs[self._current]
        doing = "starting…" if self._engine.ready_event else "waiting for the engine…"
        self._change(job.key, state="running", doing=doing)
        self._command = self._engine.send(
            Export(id=0, run=str(job.run), format=job.format, output=str(job.output))
        )

    def receive(self, event: Event) -> None:
        """Take an event of the engine; those of other commands are not for us."""
        key = self._current
        if key is None or event.id != self._command:
            return
        match event:
            case ExportProgress() if self._jobs[key].state == "running":
                self._change(key, doing=event.doing)
            case Exported():
                self._change(key, state="done", result=event, failure=None, doing="")
            case Failed() if self._jobs[key].state == "cancelling":
                del self._jobs[key]
            case Failed():
                self._change(key, state="failed", failure=event, doing="")
        if isinstance(event, Exported | Failed):
            self._current = None
            self._next()
        self.changed.emit()

    def _change(self, key: Key, **fields: object) -> None:
        self._jobs[key] = msgspec.structs.replace(self._jobs[key], **fields)
