"""What the Data page asks of the picture process, one job at a time, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Literal, TypeVar

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal

from core.blocks.input import Fit
from core.data.classes import can_leave_out, leave_out_classes, take_in_classes
from core.data.names import brief, from_name
from core.data.preparation import with_source
from core.data.report import Finding, Remedy, Report, read_report, whole, whole_finding
from core.data.source import (
    KERAS_SETS,
    DataSource,
    Folder,
    Layout,
    left_out,
    moved_files,
    with_classes,
)
from core.engine.commands import Command, Download, LookAt, MeasurePixels, Scan, Stop
from core.engine.events import (
    DataProgress,
    Downloaded,
    Event,
    Failed,
    LookedAt,
    PixelsMeasured,
    Scanned,
    ScanPart,
)
from core.naming import name_on
from gui.data.background import Background
from gui.document import Document
from gui.engine_link import EngineGone, EngineLink

Short = TypeVar("Short", Remedy, Finding)
"""What a report names the first files of."""
JobKind = Literal["look", "scan", "download", "measure"]
_KINDS: dict[type[Command], JobKind] = {
    LookAt: "look",
    Scan: "scan",
    Download: "download",
    MeasurePixels: "measure",
}
AT_ONCE = 5_000
"""Pictures that are looked up or edited at once; of more it is done in the thread."""
SCAN_AFTER_MS = 150
"""Rest after an edit before a folder is scanned again."""


class Job(msgspec.Struct, frozen=True):
    """What is under way.

    Attributes:
        id: The command.
        command: What was asked.
        progress: How far it has come; None before the process said anything.
        stopping: Whether it was cancelled.
    """

    id: int
    command: Command
    progress: DataProgress | None = None
    stopping: bool = False

    @property
    def kind(self) -> JobKind:
        """Looking, scanning, downloading or measuring."""
        return _KINDS[type(self.command)]


class DataDesk(QObject):
    """The pictures of a document: looked at, scanned, fetched.

    Signals:
        changed: `job`, `looked`, `refused`, `failure`, `lost` or `stopped` is another.
        progressed: Only the progress of `job` is another, which comes twenty times a second.
        report_changed: `report` is another.
        place_wanted: Somebody is to choose where the project's folder is now.
    """

    changed = Signal()
    place_wanted = Signal()
    progressed = Signal()
    report_changed = Signal()

    def __init__(self, document: Document, pictures: EngineLink, parent: QObject) -> None:
        super().__init__(parent)
        self.document = document
        self.pictures = pictures
        self.background = Background(self)
        self.job: Job | None = None
        self.looked: LookedAt | None = None
        self.refused: tuple[str, ...] = ()
        self.failure: Failed | None = None
        self.failed_kind: JobKind | None = None
        self.lost = False
        self.stopped = False
        self.report: Report | None = None
        self.folder: Path | None = None
        self._next: Command | None = None
        self._scanned: tuple[object, ...] = ()
        self._scan_soon = QTimer(self)
        self._scan_soon.setSingleShot(True)
        self._scan_soon.setInterval(SCAN_AFTER_MS)
        self._scan_soon.timeout.connect(self.scan)
        pictures.event.connect(self.receive)
        document.changed.connect(self._follow)
        self._follow()

    @property
    def source(self) -> DataSource:
        """What the project uses."""
        return self.document.project.data

    # Asking

    def look(self, path: str, layout: Layout = "look") -> None:
        """Understand a folder or zip; the project stays as it is."""
        plan = self.document.project.plan
        share = plan.validation_split
        self.looked = None
        self._start(LookAt(id=0, path=path, layout=layout, seed=plan.seed, validation_share=share))

    def use_looked(self) -> None:
        """Make what was understood the project's pictures."""
        if self.looked is None or self.looked.source is None:
            return
        looked, self.looked = self.looked, None
        if (found := self.found_again(looked)) is not None:
            self.edit_folder(f"find {found.title} again", found)
        else:
            self.use(looked.source)
        self.changed.emit()

    def found_again(self, looked: LookedAt) -> Folder | None:
        """The project's folder at the place looked at, with all that was made of it.

        None if the project's folder is still there, or this one has other classes.
        """
        source, other = self.source, looked.source
        if not self.lost or other is None or not isinstance(source, Folder):
            return None
        there = tuple(one for one in other.class_names if one not in source.classes_left_out)
        if (there, other.layout) != (source.class_names, source.layout):
            return None
        return msgspec.structs.replace(source, path=other.path)

    def dismiss(self) -> None:
        """Forget what was understood, refused, or the last failure."""
        self.looked = self.failure = None
        self.refused = ()
        self.changed.emit()
        self._follow()

    def use(self, source: DataSource) -> None:
        """Make these the project's pictures; one never saved or named is called after them."""
        before = self.document.project
        project = with_source(before, source)
        if self.document.path is None:
            project = project.changed(name=name_on(before, source))
        self.document.edit(f"use {brief(source.title)}", project)
        self._follow()

    def use_set(self, name: str) -> None:
        """Fetch a ready-made set, if need be, and use it."""
        self._start(Download(id=0, name=name))

    def measure(self) -> None:
        """Measure mean and deviation of the training pictures, to standardise by."""
        self._start(MeasurePixels(id=0, project=self.document.project))

    def scan(self) -> None:
        """Look at every picture of the project's folder."""
        self._scan_soon.stop()
        source, plan = self.source, self.document.project.plan
        if not isinstance(source, Folder):
            return
        self.stopped = False
        share = plan.validation_split
        self._start(Scan(id=0, source=source, seed=plan.seed, validation_share=share))
        self._scanned = self._scan_key()

    def cancel(self) -> None:
        """Stop what is under way."""
        self._next = None
        self._stop()
        self.changed.emit()

    def edit_folder(self, text: str, source: Folder) -> None:
        """Change what the project makes of its folder, as one undoable step."""
        self.document.edit(text, self.document.project.changed(data=source))

    def change_folder(self, change: Callable[[Folder], tuple[str, Folder]], files: int) -> None:
        """Change what the project makes of its folder, as one undoable step.

        Args:
            change: From the folder as it is to what was done, in words, and the folder after it.
            files: How many pictures it is about; where they are many it is worked out in the
                thread.
        """
        source = self.source
        if not isinstance(source, Folder):
            return
        if files <= AT_ONCE:
            self.edit_folder(*change(source))
            return

        def take(text: str, after: Folder) -> None:
            if self.source is source:
                self.edit_folder(text, after)
            else:
                self.change_folder(change, files)  # it was edited meanwhile

        self.background.run(lambda: _looked_up(*change(source)), lambda found: take(*found))

    def use_fit(self, fit: Fit) -> None:
        """Bring pictures of another shape to the model's size in this way, undoably."""
        project = self.document.project
        changed = project.input.changed(fit=fit)
        self.document.edit(f"set fit to {fit}", project.changed(input=changed))

    def with_files(self, remedy: Remedy, then: Callable[[Remedy], None]) -> None:
        """Go on with a remedy once all its files are here; long lists are read in the thread."""
        self._go_on(remedy, whole, then)

    def with_finding(self, finding: Finding, then: Callable[[Finding], None]) -> None:
        """Go on with a finding once all its files are here: at once where it names them all."""
        if finding.kept:
            self._go_on(finding, whole_finding, then)
        else:
            then(finding)

    def _go_on(
        self, short: Short, read: Callable[[Path, Short], Short], then: Callable[[Short], None]
    ) -> None:
        folder = self.folder
        if folder is None:
            return

        def go_on(found: Short | Failed) -> None:
            if isinstance(found, Failed):
                self._fail_report(found)
            else:
                then(found)

        self.background.run(lambda: _whole_of(folder, short, read), go_on)

    @property
    def changed_classes(self) -> tuple[str, ...]:
        """The classes that the folder has now, where the project knows others; else empty."""
        source, report = self.source, self.report
        if report is None or not isinstance(source, Folder) or report.phase == "listing":
            return ()
        out = set(source.classes_left_out)  # since the scan, maybe
        there = {one.name for one in (*report.classes, *report.left_out)}
        now = tuple(sorted(there - out)) if out or report.left_out else _names(report)
        return () if now == source.class_names else now

    def take_classes(self) -> None:
        """Let the project have the classes that its folder has now."""
        source, now = self.source, self.changed_classes
        if now and isinstance(source, Folder):
            self.edit_folder(f"use the folder's {len(now)} classes", with_classes(source, now))

    def leave_out_classes(self, names: Sequence[str]) -> None:
        """Leave classes out of the project undoably; `refused` are they if too few would remain."""
        source = self.source
        if not isinstance(source, Folder):
            return
        if can_leave_out(source, names):
            words = which_classes(names)
            self.edit_folder(f"leave out {words}", leave_out_classes(source, names))
        else:
            self.refused = tuple(names)
            self.changed.emit()

    def take_in_classes(self, names: Sequence[str]) -> None:
        """Take classes that were left out into the project again, undoably."""
        source = self.source
        if isinstance(source, Folder):
            words = which_classes(names)
            self.edit_folder(f"take in {words}", take_in_classes(source, names))

    # Jobs

    def _start(self, command: Command) -> None:
        """Begin a job, after the one under way has stopped."""
        self.failure = None
        if self.job is not None:
            if self.job.kind == "scan":
                self._scanned = ()  # interrupted: scanned again when there is nothing else to do
            self._next = command
            self._stop()
        else:
            self.job = Job(self.pictures.send(command), command)
        self.changed.emit()

    def _stop(self) -> None:
        if self.job is not None and not self.job.stopping:
            self.job = msgspec.structs.replace(self.job, stopping=True)
            self.pictures.send(Stop(id=0, only=self.job.id))

    def receive(self, event: Event) -> None:
        """Take an event of the picture process; those of other commands are not for us."""
        job = self.job
        if job is None or event.id != job.id:
            return
        match event:
            case DataProgress():
                self.job = msgspec.structs.replace(job, progress=event)
                self.progressed.emit()
                return
            case ScanPart():
                self.lost = False
                self._read(event.folder)
            case LookedAt() | Downloaded() | Scanned() | PixelsMeasured() | Failed():
                self._close(job, event)
        self.changed.emit()

    def _close(self, job: Job, event: Event) -> None:
        """A job has ended."""
        self.job = None
        match event:
            case LookedAt() if not job.stopping:
                self.looked = event
            case Downloaded() if not job.stopping:
                self.use(KERAS_SETS[event.name])
            case PixelsMeasured() if not job.stopping:
                self._take_figures(event)
            case Scanned():
                self.stopped = not event.complete
                self._read(event.folder)
            case Failed() if not job.stopping or isinstance(event, EngineGone):
                self.failure, self.failed_kind = event, job.kind
                self.look_for_folder()
            case Failed() if job.kind == "scan":
                self.stopped = True
        following, self._next = self._next, None
        if following is not None:
            self._start(following)

    def look_for_folder(self) -> None:
        """See whether the project's folder is away; its disk may be slow."""
        source = self.source
        if isinstance(source, Folder):
            self.background.run(lambda: (source, _is_away(source)), self._take_lost)

    def _take_lost(self, found: tuple[Folder, bool]) -> None:
        source, lost = found
        if source == self.source and lost != self.lost:
            self.lost = lost
            self.changed.emit()

    def _take_figures(self, measured: PixelsMeasured) -> None:
        project = self.document.project
        figures = {"mean": round(measured.mean, 3), "deviation": round(measured.deviation, 3)}
        changed = project.input.changed(rescale="standardise", **figures)
        self.document.edit("standardise by measured pixels", project.changed(input=changed))

    # Following the project

    def _scan_key(self) -> tuple[object, ...]:
        plan = self.document.project.plan
        return (self.source, plan.seed, plan.validation_split)

    def _follow(self) -> None:
        """Scan the project's folder when it, or what is made of it, is another."""
        source = self.source
        self.refused = ()
        if not isinstance(source, Folder):
            self.lost = False
            self._leave_folder()
        elif self._scan_key() != self._scanned:
            if self.report is not None and self.report.root != source.path:
                self._forget()
            self._scan_soon.start()

    def _leave_folder(self) -> None:
        self._scan_soon.stop()
        self._scanned = ()
        if self.job is not None and self.job.kind == "scan":
            self._stop()
        if self.report is not None:
            self._forget()

    def _forget(self) -> None:
        self.report = self.folder = None
        self.stopped = False
        self.report_changed.emit()

    def _read(self, folder: str) -> None:
        """Read the report, which may be long, in the thread."""
        self.background.run(lambda: _report_of(Path(folder)), self._show_report)

    def _show_report(self, found: tuple[Path, Report] | Failed) -> None:
        source = self.source
        if isinstance(found, Failed):
            self._fail_report(found)
        elif isinstance(source, Folder) and found[1].root == source.path:
            self.folder, self.report = found
            self.report_changed.emit()

    def _fail_report(self, why: Failed) -> None:
        self.failure, self.failed_kind = why, "scan"
        self.changed.emit()


def which_classes(names: Sequence[str]) -> str:
    """``eel``, ``3 classes``."""
    return brief(names[0]) if len(names) == 1 else f"{len(names):,} classes"


def _names(report: Report) -> tuple[str, ...]:
    return tuple(one.name for one in report.classes)


def _looked_up(text: str, after: Folder) -> tuple[str, Folder]:
    """A change whose long lists are hashed and looked through: the window would, at each look."""
    after = _known(after)
    left_out(after), moved_files(after)
    return text, after


@lru_cache(maxsize=4)
def _known(source: Folder) -> Folder:
    """The same value as an earlier equal one: what is the same needs no comparing."""
    return source


def _is_away(source: Folder) -> bool:
    """Whether a folder cannot be found."""
    try:
        return not Path(from_name(source.path)).is_dir()
    except OSError:
        return True


def _whole_of(folder: Path, short: Short, read: Callable[[Path, Short], Short]) -> Short | Failed:
    """A remedy or finding with all its files, or why they cannot be read."""
    try:
        return read(folder, short)
    except (OSError, msgspec.MsgspecError) as error:
        words = "The list of these files is not there any more. Scan the folder again."
        return Failed(id=0, message=words, details=f"{folder}: {error}")


def _report_of(folder: Path) -> tuple[Path, Report] | Failed:
    """A scan's folder with its report, or why it cannot be read."""
    try:
        return folder, read_report(folder)
    except (OSError, msgspec.MsgspecError) as error:
        words = "The scan's report cannot be read. Scan the folder again."
        return Failed(id=0, message=words, details=f"{folder}: {error}")
