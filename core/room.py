"""A write that failed, in words: which place, and how much room it wanted if the disk is full."""

from __future__ import annotations

import errno
import re
import shutil
from pathlib import Path

from core.words import data_size

_NUMBER = re.compile(r"errno = (\d+)")
"""HDF5 says so in the text of its errors, and leaves their number out."""


def disk_words(place: Path, error: OSError, needed: int = 0) -> str:
    """Why a place cannot be written, a sentence without its end.

    Args:
        place: A file or folder; it need not be there.
        error: What the system said.
        needed: How many bytes were to be written there, about; 0 where unknown.
    """
    room = f"about {data_size(needed)} needed" if needed else ""
    match _number(error):
        case errno.ENOSPC:
            figures = ", ".join(filter(None, (room, f"{data_size(_free(place))} free")))
            return f"the disk of {place} is full ({figures})"
        case errno.EDQUOT:
            figures = f" ({room})" if room else ""
            return f"your share of the disk of {place} is used up{figures}"
        case errno.EFBIG:
            figures = f" ({room})" if room else ""
            return f"the disk of {place} takes no file as large as this one{figures}"
    return f"{place} cannot be written: {error.strerror or error}"


def _number(error: OSError) -> int | None:
    found = _NUMBER.search(str(error))
    return int(found[1]) if error.errno is None and found else error.errno


def _free(place: Path) -> int:
    """Bytes free where a place is or would be."""
    there = next(one for one in (place, *place.absolute().parents) if one.exists())
    return shutil.disk_usage(there).free
