"""Files that appear whole or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path


def write_whole(path: Path, data: bytes, lasting: bool = True) -> None:
    """Write ``data`` to ``path`` so that a reader ever sees the old file or the new one.

    Writes beside, forces it to disk, renames, and forces the folder to disk.  Whatever goes wrong,
    the old file stays as it was and no half file is left.

    Args:
        path: Where.
        data: What.
        lasting: Whether it must outlive a power cut.  Forcing takes milliseconds, too long for
            hundreds of files that can be made again.

    Raises:
        OSError: The folder is missing, read-only or full.
    """
    if path.is_symlink():
        # The rename would put a file in the link's place and leave what it leads to as it was.
        path = Path(os.path.realpath(path))
    handle, beside = tempfile.mkstemp(
        prefix=f".{path.name[:100]}.", suffix=".part", dir=path.parent
    )
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            if lasting:
                os.fsync(stream.fileno())
        # mkstemp makes files that only their owner reads; a project may be shared as usual.
        Path(beside).chmod(path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask())
        Path(beside).replace(path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise
    if lasting:
        sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Force a folder's entries to disk, where the system knows how (not on Windows)."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        # Some network file systems cannot sync a folder; the file itself is safe by then.
        with contextlib.suppress(OSError):
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _umask() -> int:
    """The process's file creation mask (it can only be read by setting it)."""
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
