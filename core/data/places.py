"""Where Layerloom keeps what it makes of pictures: scans, thumbnails, decoded pictures, sets."""

from __future__ import annotations

import hashlib
from pathlib import Path

from core.home import data_home


def cache_home() -> Path:
    """Decoded pictures, one folder for each folder of pictures and preparation."""
    return data_home() / "cache"


def thumbnails_home() -> Path:
    """Small pictures, to be shown."""
    return data_home() / "thumbnails"


def datasets_home() -> Path:
    """Downloaded sets, and folders unpacked from zips."""
    return data_home() / "datasets"


def unpacked_home() -> Path:
    """Folders unpacked from zips."""
    return datasets_home() / "unpacked"


def keras_home() -> Path:
    """Weights of known networks, where Keras would look for them if this were its own folder."""
    return data_home() / "keras"


def previews_home() -> Path:
    """Pictures before and after augmentation; only the newest are kept."""
    return data_home() / "previews"


def samples_home() -> Path:
    """Some pictures of each ready-made set, to be shown."""
    return data_home() / "samples"


def scan_folder(root: str) -> Path:
    """Where the scan of a folder is kept; see `core.data.report`.

    Args:
        root: The folder, as the source's ``path``.
    """
    return data_home() / "scans" / digest(root)


def thumbnail_file(root: str, name: str, size: int, modified: int, edge: int) -> Path:
    """Where the thumbnail of a picture is, once made.

    Args:
        root: The folder, as the source's ``path``.
        name: The picture's name below it.
        size: Of the file in bytes.
        modified: When it was last changed, nanoseconds.
        edge: Longest side of the thumbnail in pixels.
    """
    key = digest(f"{root}\0{name}\0{size}\0{modified}\0{edge}")
    return thumbnails_home() / key[:2] / f"{key[2:]}.jpg"


def digest(text: str) -> str:
    """A short name for a text of any length, 24 hex digits."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
