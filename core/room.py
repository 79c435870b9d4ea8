"""A write that failed, in words: which place, and how much room it wanted if the disk is full."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

from core.words import data_size

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def disk_words(place: Path, error: Exception, needed: int = 0) -> str:
    """Why a place cannot be written, a sentence without its end.

    Args:
        place: A file or folder; it need not be there.
        error: What the system said.
        needed: How many bytes were to be written there, about; 0 where unknown.
    """
    room = f"about {data_size(needed)} needed" if needed else ""
    match no_room(error):
        case errno.ENOSPC:
            figures = ", ".join(filter(None, (room, f"{data_size(_free(place))} free")))
            return f"the disk of {place} is full ({figures})"
        case errno.EDQUOT:
            figures = f" ({room})" if room else ""
            return f"your share of the disk of {place} is used up{figures}"
        case errno.EFBIG:
            figures = f" ({room})" if room else ""
            return f"the disk of {place} takes no file as large as this one{figures}"
    return f"{place} cannot be written: {getattr(error, 'strerror', None) or error}"


def no_room(error: Exception) -> int | None:
    """Which lack of room an error speaks of, as a number of `errno`; None if it is another.

    HDF5 and TensorFlow tell it in the text of errors of their own.
    """
    if isinstance(error, OSError) and error.errno is not None:
        return error.errno if error.errno in _NO_ROOM else None
    return next((number for number in _NO_ROOM if os.strerror(number) in str(error)), None)


def _free(place: Path) -> int:
    """Bytes free where a place is or would be."""
    there = next(one for one in (place, *place.absolute().parents) if one.exists())
    return shutil.disk_usage(there).free
