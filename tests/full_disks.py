"""Disks that are full, for real: a small one where the tests may mount it, and a limit everywhere.

`FULL_DISKS` has every kind that can be had here, so a test over them never has to be skipped.
"""

from __future__ import annotations

import os
import resource
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


class FullDisk:
    """A folder that can be filled up.

    Attributes:
        path: The folder.
        words: What is said of it when it is full.
    """

    words = ""

    def __init__(self, path: Path) -> None:
        self.path = path

    def fill(self, pid: int) -> None:
        """Leave no room in it for a process."""
        raise NotImplementedError

    def empty(self) -> None:
        """Make room again."""
        raise NotImplementedError


class SmallDisk(FullDisk):
    """A file system of a few megabytes."""

    words = "is full"

    def fill(self, pid: int) -> None:
        """Write until nothing fits any more."""
        with (self.path / "filler").open("wb", buffering=0) as stream:
            for size in (65_536, 1):
                try:
                    while stream.write(bytes(size)):
                        pass
                except OSError:
                    continue

    def empty(self) -> None:
        """Take the filler away."""
        (self.path / "filler").unlink(missing_ok=True)


class Limit(FullDisk):
    """The system refuses a process to write files, as it does where a quota is used up."""

    words = "takes no file as large as this one"

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._limited: dict[int, tuple[int, int]] = {}

    def fill(self, pid: int, size: int = 0) -> None:
        """Let a process write no file beyond so many bytes."""
        before = resource.prlimit(pid, resource.RLIMIT_FSIZE)
        self._limited.setdefault(pid, before)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, before[1]))

    def empty(self) -> None:
        """Lift the limits."""
        for pid, before in self._limited.items():
            with suppress(ProcessLookupError):  # it has ended
                resource.prlimit(pid, resource.RLIMIT_FSIZE, before)
        self._limited.clear()


@contextmanager
def full_disk(kind: type[FullDisk], path: Path, size: str = "8m") -> Iterator[FullDisk]:
    """A disk of a kind in a new folder; gone afterwards."""
    path.mkdir()
    if kind is SmallDisk:
        _mount(path, size, check=True)
    disk = kind(path)
    try:
        yield disk
    finally:
        disk.empty()
        if kind is SmallDisk:
            subprocess.run(["umount", "-l", str(path)], check=True)


def _mount(path: Path, size: str, check: bool) -> bool:
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(path)]
    return subprocess.run(command, capture_output=True, check=check).returncode == 0


def _may_mount() -> bool:
    if os.geteuid():
        return False
    with tempfile.TemporaryDirectory() as name:
        if not _mount(Path(name), "64k", check=False):
            return False
        subprocess.run(["umount", "-l", name], check=True)
    return True


FULL_DISKS: tuple[type[FullDisk], ...] = (SmallDisk, Limit) if _may_mount() else (Limit,)
