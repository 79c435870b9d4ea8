"""The room that decoded pictures and thumbnails take, and how they make room."""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path

from core.data.lock import Lock, LockedError
from core.data.places import cache_home, thumbnails_home

ABOUT, PIXELS, INDEX = "about.json", "pixels.bin", "index.jsonl"
"""Files of a cache folder; see `core.data.cache`."""
SPARE = 200 * 10**6
"""Bytes left free on the disk for the run's own files."""


def cache_bytes() -> int:
    """Bytes that decoded pictures and thumbnails take."""
    return folder_bytes(cache_home()) + folder_bytes(thumbnails_home())


def trim_cache(limit: int, keep: Path | None = None) -> None:
    """Delete caches, the longest unused first, until all take at most ``limit`` bytes.

    Args:
        limit: Bytes.
        keep: A cache folder that stays.
    """
    excess = cache_bytes() - limit
    if excess > 0 and thumbnails_home().exists():
        excess -= folder_bytes(thumbnails_home())
        shutil.rmtree(thumbnails_home(), ignore_errors=True)
    folders = sorted(cache_home().iterdir(), key=_last_used) if cache_home().is_dir() else []
    for folder in folders:
        if excess <= 0:
            return
        if folder == keep:
            continue
        excess -= folder_bytes(folder)
        _delete(folder)


def clear_cache() -> None:
    """Delete all decoded pictures and thumbnails, but those that are being made just now."""
    shutil.rmtree(thumbnails_home(), ignore_errors=True)
    if cache_home().is_dir():
        for folder in list(cache_home().iterdir()):
            _delete(folder)


def _delete(folder: Path) -> None:
    """Delete a cache folder that nobody is building."""
    with contextlib.suppress(LockedError, OSError):
        with Lock(folder / "lock"):
            for name in (INDEX, PIXELS, ABOUT):
                (folder / name).unlink(missing_ok=True)
        shutil.rmtree(folder, ignore_errors=True)


def _last_used(folder: Path) -> float:
    try:
        return (folder / ABOUT).stat().st_mtime
    except OSError:
        return 0.0


def folder_bytes(folder: Path) -> int:
    """Bytes of all files below a folder; 0 where there is none."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                total += Path(place, name).stat().st_size
    return total
