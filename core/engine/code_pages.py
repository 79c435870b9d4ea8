"""Memory that loading libraries leaves behind.

Loading TensorFlow goes through nearly all of its code once, 250 MB, of which designing and waiting
need next to nothing; the system counts it as ours until memory is short.  Given back, it is read
again from the system's cache where it is needed.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator
from pathlib import Path

_MAPS = Path("/proc/self/smaps")
_PLACE = re.compile(r"([0-9a-f]+)-([0-9a-f]+) r-x. \S+ \S+ [1-9]\d*\s+/")
"""Executable code of a file, which nobody can write to."""
_CHANGED = re.compile(r"(?:Anonymous|Private_Dirty):\s+[1-9]")
"""Memory that differs from the file: a debugger's break points.  It must not be forgotten."""
_DONTNEED = 4


def give_back_code() -> None:
    """Let the system count code that was loaded from files as its cache, not as our memory.

    Does nothing where the system does not list a process's memory as Linux does.
    """
    if not _MAPS.exists():
        return
    # Whether it is taken is of no weight: nothing depends on it.
    advise = ctypes.CDLL(None).madvise
    advise.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
    for start, end in _code(_MAPS.read_text(errors="replace")):
        advise(start, end - start, _DONTNEED)


def _code(smaps: str) -> Iterator[tuple[int, int]]:
    """First and last address of each stretch of code that is as its file."""
    for place, rest in _stretches(smaps):
        found = _PLACE.match(place)
        if found and not _CHANGED.search(rest):
            yield int(found[1], 16), int(found[2], 16)


def _stretches(smaps: str) -> Iterator[tuple[str, str]]:
    """The line of each stretch of memory, and the lines of its figures."""
    for part in re.split(r"\n(?=[0-9a-f]+-[0-9a-f]+ )", smaps):
        place, _, rest = part.partition("\n")
        yield place, rest
