"""A run is a folder: what was trained, how it went, its weights.  Listing runs is reading folders.

``project.json``   exactly what was trained
``state.json``     running, completed, stopped, failed; how far; by which process
``history.jsonl``  a line per complete epoch
``checkpoint/``    the last complete epoch, ``epoch-N.npz``, and the one before it
``pictures.npz``   which pictures of a folder the last complete epoch was trained on
``model.keras``    the best weights by validation loss
``report.json``    test figures, confusion matrix, environment, seconds, device
``log.txt``        what the engine had to say
``lock``           held by the process that trains it
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Literal, TypeVar

import msgspec

from core.data.lock import Lock
from core.engine.events import EpochDone
from core.files import write_whole
from core.home import runs_home
from core.project import Project
from core.project_file import ProjectError, encode_project, load_project
from core.room import disk_words

Read = TypeVar("Read")
Outcome = Literal["running", "completed", "stopped", "failed"]

ORPHAN_SECONDS = 4.0
"""An engine whose owner was killed has ended after this long (s)."""


class RunError(Exception):
    """A run folder cannot be used; the text is for people."""


class HeldError(RunError):
    """Another process is training the run."""


class RunState(msgspec.Struct, frozen=True, kw_only=True):
    """How a run stands.

    Attributes:
        outcome: ``running`` also when its process died; then ``pid`` is of no living engine.
        pid: The engine's process id while running.
        epochs_done: Complete epochs.
        epochs_planned: Epochs of the plan.
        best_epoch: The epoch whose weights are kept; 0 before the first.
        message: Why it ended, in words.
        limit: Use only the first this many pictures, as it was begun with.
    """

    outcome: Outcome = "running"
    pid: int = 0
    epochs_done: int = 0
    epochs_planned: int = 0
    best_epoch: int = 0
    message: str = ""
    limit: int | None = None


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What a finished run came to.

    Attributes:
        test_accuracy, test_loss: Of the best weights, on pictures never trained on.
        pictures: Numbers of training, validation and test pictures.
        class_names: In the order of the model's outputs.
        confusion: Rows are true classes, columns answers; numbers of test pictures.
        epochs, best_epoch: Complete epochs, and whose weights were kept.
        seconds: Training time, all processes of the run together.
        parameters: Weights of the model.
        device, backend, versions: What it ran on.
        finished: When, local time, ISO 8601.
    """

    test_accuracy: float
    test_loss: float
    pictures: tuple[int, int, int]
    class_names: tuple[str, ...]
    confusion: tuple[tuple[int, ...], ...]
    epochs: int
    best_epoch: int
    seconds: float
    parameters: int
    device: str
    backend: str
    versions: dict[str, str]
    finished: str


class RunInfo(msgspec.Struct, frozen=True):
    """A run folder, read.

    Attributes:
        path: The folder.
        project: What was trained.
        state: How it stands.
        history: Its complete epochs.
        report: Its figures; None before it was measured on the test pictures.
    """

    path: Path
    project: Project
    state: RunState
    history: tuple[EpochDone, ...]
    report: Report | None

    @property
    def interrupted(self) -> bool:
        """Whether it was under way in a process that is no more."""
        return self.state.outcome == "running" and not _alive(self.state.pid)

    @property
    def resumable(self) -> bool:
        """Whether it can go on from a complete epoch."""
        unfinished = self.state.outcome in ("stopped", "failed") or self.interrupted
        return unfinished and any(checkpoints(self.path))

    @property
    def model(self) -> Path:
        """Its best model."""
        return self.path / "model.keras"


def new_run_folder(project: Project) -> Path:
    """A new, empty run folder, its name from the clock and the project's.

    Raises:
        RunError: It cannot be made.
    """
    name = re.sub(r"[^\w-]+", "-", project.name).strip("-")[:40] or "run"
    folder = runs_home() / f"{datetime.now():%Y%m%d-%H%M%S-%f}-{name}"
    try:
        folder.mkdir(parents=True)
    except OSError as error:
        raise RunError(
            f"No folder for this run could be made: {disk_words(folder.parent, error)}. Free some "
            "space there or make it writable."
        ) from error
    return folder


def begin_run(folder: Path, project: Project, limit: int | None) -> None:
    """Make a folder a run of a project.

    Raises:
        RunError: It cannot be written, or holds something already.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise RunError(f"{folder} is not empty. Choose a new folder, or resume the run in it.")
        write_whole(folder / "project.json", encode_project(project))
        write_state(
            folder,
            RunState(pid=os.getpid(), epochs_planned=project.plan.epochs, limit=limit),
        )
    except OSError as error:
        raise RunError(
            f"The run cannot be kept: {disk_words(folder, error)}. Make room or make the folder "
            "writable, then train again."
        ) from error


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Be the only process that trains a run; an engine whose owner was killed is waited for.

    Raises:
        HeldError: Another one trains it.
        OSError: The folder cannot be written.
    """
    until = time.monotonic() + ORPHAN_SECONDS

    def wait() -> None:
        if time.monotonic() > until:
            raise HeldError(
                f"The run in {folder} is being trained by another Layerloom just now. Stop it "
                "there, or wait until it has ended."
            )

    with Lock(folder / "lock", wait):
        yield


def write_state(folder: Path, state: RunState) -> None:
    """Note how a run stands.

    Raises:
        OSError: The folder cannot be written.
    """
    write_whole(folder / "state.json", msgspec.json.encode(state) + b"\n")


def add_epoch(folder: Path, epoch: EpochDone) -> None:
    """Add a line to the history, dropping lines of epochs that are done again.

    Raises:
        OSError: The folder cannot be written.
    """
    kept = [line for line in read_history(folder) if line.epoch < epoch.epoch]
    lines = [msgspec.json.encode(line) for line in (*kept, epoch)]
    write_whole(folder / "history.jsonl", b"\n".join(lines) + b"\n")


def read_history(folder: Path) -> tuple[EpochDone, ...]:
    """The complete epochs of a run.

    Raises:
        RunError: The file is damaged.
    """
    path = folder / "history.jsonl"
    if not path.exists():
        return ()
    try:
        lines = path.read_bytes().splitlines()
        return tuple(msgspec.json.decode(line, type=EpochDone) for line in lines if line)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise RunError(f"{path} is damaged: {error}.") from error


def write_report(folder: Path, report: Report) -> None:
    """Keep a run's figures.

    Raises:
        OSError: The folder cannot be written.
    """
    data = msgspec.json.format(msgspec.json.encode(report), indent=2)
    write_whole(folder / "report.json", data + b"\n")


def read_run(folder: Path) -> RunInfo:
    """Read a run folder.

    Raises:
        RunError: It is none, or damaged.
    """
    if not folder.is_dir():
        raise RunError(f"There is no run folder {folder}.")
    if not (folder / "project.json").is_file():
        raise RunError(f"{folder} is not a Layerloom run: it has no project.json.")
    try:
        project = load_project(folder / "project.json")
        state = _read(folder / "state.json", RunState) or RunState()
        report = _read(folder / "report.json", Report)
    except (ProjectError, OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        words = str(error).rstrip(".")
        raise RunError(f"The run in {folder} is damaged: {words}.") from error
    return RunInfo(folder, project, state, read_history(folder), report)


def list_runs(home: Path | None = None) -> list[RunInfo]:
    """Every readable run, newest first; folders that are no runs are passed over."""
    home = home or runs_home()
    if not home.is_dir():
        return []
    found = []
    for folder in sorted(home.iterdir(), reverse=True):
        if (folder / "project.json").is_file():
            try:
                found.append(read_run(folder))
            except RunError:
                continue  # a damaged run says so when it is asked for by name
    return found


def checkpoints(folder: Path) -> list[tuple[int, Path]]:
    """Checkpoints of a run as (epoch, file), newest first."""
    found = []
    for path in (folder / "checkpoint").glob("epoch-*.npz"):
        number = path.stem.removeprefix("epoch-")
        if number.isdigit():
            found.append((int(number), path))
    return sorted(found, reverse=True)


def _read(path: Path, kind: type[Read]) -> Read | None:
    """A JSON file of a run; None where it is missing."""
    if not path.exists():
        return None
    return msgspec.json.decode(path.read_bytes(), type=kind)


def _alive(pid: int) -> bool:
    """Whether a process of this number runs."""
    if pid <= 0:
        return False
    if os.name == "nt":
        return _alive_on_windows(pid)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _alive_on_windows(pid: int) -> bool:
    """The same by the Windows API: os.kill would end the process there."""
    import ctypes

    query_limited_information = 0x1000
    still_active = 259
    kernel = ctypes.windll.kernel32  # type: ignore[attr-defined]
    handle = kernel.OpenProcess(query_limited_information, False, pid)
    if not handle:
        return False
    code = ctypes.c_ulong()
    kernel.GetExitCodeProcess(handle, ctypes.byref(code))
    kernel.CloseHandle(handle)
    return code.value == still_active
