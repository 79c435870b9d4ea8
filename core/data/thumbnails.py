"""Small upright pictures for the window, made when they are looked for and kept."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from PIL import Image

from core.data.names import path_of
from core.data.picture import PictureError, upright
from core.data.places import thumbnail_file

EDGES = range(16, 1025)
"""Longest sides that are made, in pixels."""


def make_thumbnails(
    root: str, names: Sequence[str], edge: int, pause: Callable[[], None] = lambda: None
) -> tuple[dict[str, str], dict[str, str]]:
    """Thumbnails of some pictures of a folder.

    Args:
        root: The folder.
        names: Pictures below it.
        edge: Longest side in pixels, brought into `EDGES`.
        pause: Called between pictures; may raise to stop.

    Returns:
        Name to file, and name to why there is none.

    Raises:
        OSError: They cannot be kept.
    """
    edge = min(max(edge, EDGES.start), EDGES.stop - 1)
    made: dict[str, str] = {}
    failed: dict[str, str] = {}

    def one(name: str) -> Path | str:
        try:
            return _thumbnail(root, name, edge)
        except PictureError as error:
            return str(error)

    with ThreadPoolExecutor(max(2, os.cpu_count() or 2), thread_name_prefix="thumbnail") as pool:
        try:
            for name, result in zip(names, pool.map(one, names), strict=True):
                if isinstance(result, Path):
                    made[name] = str(result)
                else:
                    failed[name] = result
                pause()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
    return made, failed


def _thumbnail(root: str, name: str, edge: int) -> Path:
    path = path_of(root, name)
    try:
        info = path.stat()
    except OSError as error:
        raise PictureError(f"{path.name} is not there (any more).") from error
    file = thumbnail_file(root, name, info.st_size, info.st_mtime_ns, edge)
    if file.exists():
        return file
    picture = upright(path, (edge, edge), "pad")
    picture.thumbnail((edge, edge), Image.Resampling.BILINEAR)
    file.parent.mkdir(parents=True, exist_ok=True)
    # Written beside and renamed, so that the window never loads half of one.
    part = file.with_suffix(f".{os.getpid()}.part")
    try:
        picture.save(part, "JPEG", quality=88)
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
    return file
