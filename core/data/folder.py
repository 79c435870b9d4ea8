"""A folder of the user's own pictures: found, read and turned into arrays.

Two layouts are understood by looking: ``class/picture`` and ``train|val|test/class/picture``.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from core.blocks import Input
from core.data.mnist import DataError
from core.data.picture import PictureError, read_picture

SPLITS = {
    "train": "train",
    "training": "train",
    "val": "validation",
    "valid": "validation",
    "validation": "validation",
    "test": "test",
    "testing": "test",
}
"""Folder names that mean a split, and which."""

_SYSTEM = {"thumbs.db", "desktop.ini", "__macosx", ".ds_store"}

Tell = Callable[[int, int], None]
"""Told how many pictures of how many are read."""


class Listing(msgspec.Struct, frozen=True):
    """What a folder holds, before any picture is decoded.

    Attributes:
        root: The folder.
        class_names: Classes in alphabetical order (by code point), as the model's outputs are.
        files: For each split that is there (``train``, ``validation``, ``test``, or ``all`` where
            the folder is not split), pairs of a file and its class index, in a stable order.
    """

    root: Path
    class_names: tuple[str, ...]
    files: dict[str, tuple[tuple[Path, int], ...]]


def list_folder(root: Path) -> Listing:
    """Look at a folder without reading its pictures.

    Raises:
        DataError: It cannot be read, or holds no two classes with pictures.
    """
    children = _subfolders(root)
    by_split = {SPLITS[child.name.lower()]: child for child in children if _is_split(child)}
    if by_split and len(by_split) == len(children):
        groups = {split: _subfolders(folder) for split, folder in by_split.items()}
        if "train" not in groups:
            raise DataError(
                f"{root} has {', '.join(sorted(groups))} folders but no “train” folder."
            )
    else:
        groups = {"all": children}
    names = tuple(sorted({folder.name for folders in groups.values() for folder in folders}))
    if not names:
        raise DataError(_no_classes(root))
    files = {
        split: tuple(
            (file, names.index(folder.name)) for folder in folders for file in _files(folder)
        )
        for split, folders in groups.items()
    }
    _check(root, names, files)
    return Listing(root, names, files)


def read_files(
    files: tuple[tuple[Path, int], ...], size: Input, tell: Tell | None = None
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int32], list[str]]:
    """Decode picture files into one array.

    Returns:
        Pictures ``(n, height, width, channels)`` uint8, classes ``(n,)`` int32, and a sentence for
        each file that could not be read and is left out.
    """
    pictures = np.empty((len(files), *size.shape), np.uint8)
    labels = np.empty(len(files), np.int32)
    problems: list[str] = []
    count = 0

    def read(entry: tuple[Path, int]) -> npt.NDArray[np.uint8] | str:
        try:
            return read_picture(entry[0], size)
        except PictureError as error:
            return str(error)

    # Pillow decodes outside the interpreter's lock, so threads help.
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for done, (entry, result) in enumerate(zip(files, pool.map(read, files), strict=True), 1):
            if isinstance(result, str):
                problems.append(f"{entry[0].parent.name}/{result}")
            else:
                pictures[count], labels[count] = result, entry[1]
                count += 1
            if tell is not None:
                tell(done, len(files))
    return pictures[:count], labels[:count], problems


def _is_split(folder: Path) -> bool:
    return folder.name.lower() in SPLITS


def _ignored(name: str) -> bool:
    """Hidden and system files."""
    return name.startswith(".") or name.lower() in _SYSTEM


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    """What is in a folder, in a stable order, without hidden and system files.

    Raises:
        DataError: It cannot be read.
    """
    try:
        with os.scandir(folder) as entries:
            kept = [entry for entry in entries if not _ignored(entry.name)]
    except NotADirectoryError as error:
        raise DataError(f"{folder} is not a folder.") from error
    except FileNotFoundError as error:
        raise DataError(f"There is no folder {folder}.") from error
    except OSError as error:
        raise DataError(f"{folder} cannot be read: {error.strerror}.") from error
    return sorted(kept, key=lambda entry: entry.name)


def _subfolders(folder: Path) -> list[Path]:
    # Links are not followed: they may lead in circles or out of the folder.
    return [Path(e.path) for e in _entries(folder) if e.is_dir(follow_symlinks=False)]


def _files(folder: Path) -> list[Path]:
    """Regular files below a class folder."""
    found = []
    for entry in _entries(folder):
        if entry.is_dir(follow_symlinks=False):
            found.extend(_files(Path(entry.path)))
        elif entry.is_file(follow_symlinks=False):
            found.append(Path(entry.path))
    return found


def _no_classes(root: Path) -> str:
    loose = sum(1 for entry in _entries(root) if entry.is_file())
    found = f"holds {loose:,} files but no folders" if loose else "is empty"
    return (
        f"{root} {found}. Layerloom wants one folder per class inside it, such as "
        f"{root.name}/cat/1.jpg and {root.name}/dog/1.jpg."
    )


def _check(
    root: Path, names: tuple[str, ...], files: dict[str, tuple[tuple[Path, int], ...]]
) -> None:
    """Refuse what cannot be trained on, in words."""
    if len(names) == 1:
        raise DataError(
            f"{root} has one class only (“{names[0]}”); a classifier needs at least two folders."
        )
    main = files.get("train", files.get("all", ()))
    filled = {kind for _, kind in main}
    empty = [name for kind, name in enumerate(names) if kind not in filled]
    if empty:
        listed = ", ".join(f"“{name}”" for name in empty[:5])
        more = f" and {len(empty) - 5} more" if len(empty) > 5 else ""
        where = " for training" if "train" in files else ""
        raise DataError(
            f"{root}: {listed}{more} hold no files{where}. Put pictures in, or take the folder out."
        )
