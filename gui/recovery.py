"""Autosave and recovery: what was on screen survives a kill at any instant.

Every process that shows a window owns one lock file and, while there is unsaved work, one autosave
beside it.  The system releases the lock when the process ends, however it ends; an autosave whose
lock can be taken was left by the dead and is offered back to whoever took the lock.
"""

from __future__ import annotations

import contextlib
import errno
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal

from core.files import write_whole
from core.project import Project
from core.project_file import ProjectError, decode_project, encode_project
from core.room import disk_words
from gui.document import Document, FileStamp

AUTOSAVE_MS = 400
"""From an edit to the autosave that holds it (ms); edits in between go with the same one."""
MAX_BYTES = 32 << 20
SWEEP_AFTER = 60.0
"""Age from which a lock without an autosave is rubbish (s)."""


class _Autosave(msgspec.Struct):
    """What an autosave file holds."""

    written: float
    path: str | None
    stamp: FileStamp | None
    project: msgspec.Raw


class Leftover(msgspec.Struct, frozen=True):
    """Unsaved work of a process that is gone.

    Attributes:
        file: The autosave.
        written: When (seconds since 1970).
        project: What was on screen; None where the autosave is damaged.
        path: The project's own file, if it had one.
        stamp: That file's stamp as the process last knew it.
        problem: Why it cannot be restored; else empty.
    """

    file: Path
    written: float
    project: Project | None
    path: Path | None = None
    stamp: FileStamp | None = None
    problem: str = ""


def _take(stream: IO[bytes], owner: int) -> bool:
    """Lock a file for this process; False if another holds it.

    Args:
        stream: The file, open.
        owner: Process that made it; asked after where the file system knows no locks.
    """
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(stream.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        no_locks = error.errno in (errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP)
        return no_locks and not _alive(owner)
    return True


def _alive(pid: int) -> bool:
    """Whether another process of this number runs."""
    if pid == os.getpid():
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        pass
    return True


class Autosave(QObject):
    """Keeps a document's unsaved work in a file of this process.

    Signals:
        written: An autosave is on disk (seconds since 1970).
        failed: It could not be written; why, in words.
    """

    written = Signal(float)
    failed = Signal(str)

    def __init__(self, document: Document, folder: Path) -> None:
        """Begin to watch.

        Args:
            document: What to keep.
            folder: Where; made if missing.
        """
        super().__init__()
        self._document = document
        self._folder = folder
        self._file = folder / f"{time.time_ns():x}-{os.getpid()}.autosave"
        self._locks: dict[Path, IO[bytes]] = {}
        self._stale = False
        self._enabled = True
        self._timer = QTimer(self, interval=AUTOSAVE_MS, singleShot=True)
        self._timer.timeout.connect(self._write)
        self._writer = _Writer(self.written.emit, self._tell_failure)
        document.changed.connect(self._schedule)
        document.file_changed.connect(self._schedule)

    @property
    def file(self) -> Path:
        """This process's autosave, there or not."""
        return self._file

    def set_enabled(self, on: bool) -> None:
        """Keep unsaved work from now on, or no longer; what was kept so far goes then."""
        if on == self._enabled:
            return
        self._enabled = on
        if on:
            self._schedule()
        else:
            self._timer.stop()
            self._writer.put(lambda: self._file.unlink(missing_ok=True))

    def leftovers(self) -> list[Leftover]:
        """Unsaved work of processes that are gone, the newest first; ours to offer from now on."""
        self._sweep()
        found = [
            _read(file)
            for file in self._folder.glob("*.autosave")
            if file != self._file and self._claim(file.with_suffix(".lock"))
        ]
        return sorted(found, key=lambda leftover: leftover.written, reverse=True)

    def _sweep(self) -> None:
        """Remove locks of dead processes that left no work behind."""
        with contextlib.suppress(OSError):
            for lock in self._folder.glob("*.lock"):
                # A young one may belong to a process that is about to lock it.
                old = time.time() - lock.stat().st_mtime > SWEEP_AFTER
                file = lock.with_suffix(".autosave")
                if old and not file.exists() and lock not in self._locks and self._claim(lock):
                    self.forget(file)

    def forget(self, file: Path) -> None:
        """Remove a leftover for good: it was restored or is not wanted."""
        lock = file.with_suffix(".lock")
        with contextlib.suppress(OSError):
            file.unlink(missing_ok=True)
        # Windows removes no open file, so the lock is closed first.
        if stream := self._locks.pop(lock, None):
            stream.close()
        with contextlib.suppress(OSError):
            lock.unlink(missing_ok=True)

    def put_aside(self, file: Path) -> Path:
        """Keep a damaged leftover under another name, so that it is not offered again."""
        kept = file.with_suffix(".damaged")
        with contextlib.suppress(OSError):
            file.rename(kept)
        self.forget(file)
        return kept

    def flush(self) -> None:
        """Write now and wait until it is on disk."""
        self._timer.stop()
        if self._stale:
            self._write()
        self._writer.wait()

    def close(self, keep: bool) -> None:
        """End.

        Args:
            keep: Leave unsaved work behind for the next start, as after a signal; else nothing of
                this process is left.
        """
        if keep:
            self.flush()
        self._timer.stop()
        self._writer.end()
        if not keep or self._document.clean:
            self.forget(self._file)
        for stream in self._locks.values():
            stream.close()
        self._locks.clear()

    def _schedule(self) -> None:
        if not self._enabled:
            return
        self._stale = True
        # Not restarted by further edits: a long drag is autosaved too.
        if not self._timer.isActive():
            self._timer.start()

    def _write(self) -> None:
        self._stale = False
        document = self._document
        if document.clean:
            self._writer.put(lambda: self._file.unlink(missing_ok=True))
            return
        # Values are frozen, so another thread may encode them while the window goes on.
        project, path, stamp = document.project, document.path, document.stamp
        self._writer.put(lambda: self._store(project, path, stamp))

    def _store(self, project: Project, path: Path | None, stamp: FileStamp | None) -> float:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._claim(self._file.with_suffix(".lock"))
        now = time.time()
        content = _Autosave(
            now, str(path) if path else None, stamp, msgspec.Raw(encode_project(project))
        )
        write_whole(self._file, msgspec.json.encode(content))
        return now

    def _claim(self, lock: Path) -> bool:
        """Whether we hold a lock, after trying to take it."""
        if lock in self._locks:
            return True
        stream = lock.open("ab")
        if not _take(stream, int(lock.stem.rpartition("-")[2])):
            stream.close()
            return False
        self._locks[lock] = stream
        return True

    def _tell_failure(self, error: OSError) -> None:
        self.failed.emit(
            f"Autosave failed: {disk_words(self._folder, error)}. Save the project elsewhere."
        )


def _read(file: Path) -> Leftover:
    """A leftover from its file, with words where it cannot be read."""
    try:
        if file.stat().st_size > MAX_BYTES:
            raise ProjectError("the file is far too large.")
        content = msgspec.json.decode(file.read_bytes(), type=_Autosave)
        project = decode_project(bytes(content.project))
    except (OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        words = error.strerror if isinstance(error, OSError) else "the file is damaged."
        return Leftover(file, _modified(file), None, problem=str(words))
    except ProjectError as error:
        return Leftover(file, _modified(file), None, problem=str(error))
    path = Path(content.path) if content.path else None
    return Leftover(file, content.written, project, path, content.stamp)


def _modified(file: Path) -> float:
    try:
        return file.stat().st_mtime
    except OSError:
        return 0.0


class _Writer:
    """A thread that does the newest job put to it; older ones that it has not begun are dropped."""

    def __init__(self, done: Callable[[float], None], failed: Callable[[OSError], None]) -> None:
        self._done = done
        self._failed = failed
        self._job: Callable[[], float | None] | None = None
        self._ending = False
        self._idle = True
        self._news = threading.Condition()
        self._thread: threading.Thread | None = None

    def put(self, job: Callable[[], float | None]) -> None:
        with self._news:
            self._job = job
            self._idle = False
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="autosave", daemon=True)
                self._thread.start()
            self._news.notify_all()

    def wait(self) -> None:
        with self._news:
            self._news.wait_for(lambda: self._idle, timeout=10)

    def end(self) -> None:
        with self._news:
            self._ending = True
            self._news.notify_all()
        if self._thread is not None:
            self._thread.join(timeout=10)

    def _work(self) -> None:
        while True:
            with self._news:
                self._idle = self._job is None
                self._news.notify_all()
                self._news.wait_for(lambda: self._job is not None or self._ending)
                job, self._job = self._job, None
            if job is None:
                return
            try:
                when = job()
                if when is not None:
                    self._done(when)
            except OSError as error:
                self._failed(error)
