"""The index of a folder of decoded pictures: a line per picture whose pixels are on disk."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO, NamedTuple, Self

import msgspec

from core.data.headers import Identity

KEEP_SECONDS = 2.0
KEEP_BYTES = 16 * 10**6
"""Pixels are forced to disk after so long or so many bytes."""


class Line(msgspec.Struct, frozen=True, array_like=True):
    """A picture in the index.

    Attributes:
        name: Below the folder.
        identity: Of the file when it was decoded; `NOWHERE` where it could not be opened.
        row: Where its pixels are; -1 where it could not be read.
        problem: Why it could not be read; else empty.
        content: Sum of its pixels; 0 where it could not be read.
    """

    name: str
    identity: Identity
    row: int
    problem: str = ""
    content: int = 0


class Known(NamedTuple):
    """What an index holds for certain.

    Attributes:
        lines: Of each picture the last, by name.
        used: How many rows are taken.
        whole: How much of the index is sound (bytes); what follows is to be cut off.
    """

    lines: Mapping[str, Line]
    used: int
    whole: int


NOTHING = Known({}, 0, 0)


def read_index(path: Path, rows: int) -> Known:
    """What an index holds for certain.

    Later lines win; a damaged line ends the index, and rows beyond the pixels' end are none.

    Args:
        path: The index, which is there.
        rows: How many the pixels come to.
    """
    lines: dict[str, Line] = {}
    used = whole = 0
    decoder = msgspec.json.Decoder(Line)
    for text in path.read_bytes().split(b"\n")[:-1]:
        try:
            line = decoder.decode(text)
        except (msgspec.DecodeError, UnicodeDecodeError):
            break
        whole += len(text) + 1
        if -1 <= line.row < rows:
            lines[line.name] = line
            used = max(used, line.row + 1)
    taken = [line.row for line in lines.values() if line.row >= 0]
    if len(set(taken)) < len(taken):  # two pictures in one row: somebody's hand was in it
        return NOTHING
    return Known(lines, used, whole)


class Keeper:
    """Writes lines of the index once their pixels are on disk, in a thread: disks take their time.

    Used in a ``with`` block; leaving it keeps everything, so what is done stays done when stopped.
    """

    def __init__(self, pixels: int, index: BinaryIO) -> None:
        self._pixels = pixels
        self._index = index
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="keep")
        self._under_way: Future[None] | None = None
        self._waiting: list[Line] = []
        self._bytes = 0
        self._kept = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *problem: object) -> None:
        try:
            self._settle()
            self._keep(self._waiting)
        finally:
            self._thread.shutdown()

    def add(self, lines: list[Line], size: int) -> None:
        """Take lines whose pixels were written, so many bytes.

        Raises:
            OSError: The lines before could not be kept.
        """
        self._waiting += lines
        self._bytes += size
        busy = self._under_way is not None and not self._under_way.done()
        due = self._bytes > KEEP_BYTES or time.monotonic() - self._kept > KEEP_SECONDS
        if due and not busy:
            self._settle()
            self._under_way = self._thread.submit(self._keep, self._waiting)
            self._waiting, self._bytes, self._kept = [], 0, time.monotonic()

    def _settle(self) -> None:
        under_way, self._under_way = self._under_way, None
        if under_way is not None:
            under_way.result()

    def _keep(self, lines: list[Line]) -> None:
        os.fsync(self._pixels)
        self._index.write(b"".join(msgspec.json.encode(line) + b"\n" for line in lines))
        self._index.flush()
