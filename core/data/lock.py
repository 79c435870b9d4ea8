"""A file that one process at a time may hold; let go of when the process ends, however it ends."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self

AGAIN = 0.1
"""How long to wait before a lock is tried again (s)."""


class LockedError(Exception):
    """Another process holds the lock."""


class Lock:
    """Held inside its ``with`` block."""

    def __init__(self, path: Path, wait: Callable[[], None] | None = None) -> None:
        """Prepare a lock; its file is made if missing and stays.

        Args:
            path: The file.
            wait: Called again and again while another holds it; may raise to give up.  Without it,
                one try is all.
        """
        self._path = path
        self._wait = wait
        self._descriptor = -1

    def __enter__(self) -> Self:
        """Take the lock.

        Raises:
            LockedError: Another has it.
            OSError: The file cannot be made.
        """
        self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            while not _take(self._descriptor):
                if self._wait is None:
                    raise LockedError(str(self._path))
                self._wait()
                time.sleep(AGAIN)
        except BaseException:
            os.close(self._descriptor)
            raise
        return self

    def __exit__(self, *problem: object) -> None:
        os.close(self._descriptor)


if sys.platform == "win32":
    import msvcrt

    def _take(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def _take(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
