"""One picture of a project's data, by number: for looking at, not for training."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from core.data.folder import listing_of
from core.data.keras_sets import load_keras_set
from core.data.load import refuse_other_size
from core.data.mnist import load_mnist
from core.data.names import path_of
from core.data.picture import read_picture
from core.data.source import MNIST, Folder, KerasSet
from core.project import Project


class Sample(msgspec.Struct, frozen=True):
    """One picture.

    Attributes:
        pixels: uint8 of shape ``(height, width, channels)``, as the model takes it.
        class_name: What it shows.
        index: Its number, from 0.
        count: How many pictures there are to choose from.
    """

    pixels: npt.NDArray[np.uint8]
    class_name: str
    index: int
    count: int


def picture_at(project: Project, index: int) -> Sample:
    """A picture of the project's data, test pictures where there are any set apart.

    Args:
        project: Whose data and picture size.
        index: Its number; counted round, so that −1 is the last.

    Raises:
        core.data.errors.DataError: The data cannot be had; says why.
        core.data.picture.PictureError: This picture cannot be read; says why.
    """
    source = project.data
    if not isinstance(source, Folder):
        refuse_other_size(source, project.input)
        pictures, labels = _test_set(source)
        place = index % len(pictures)
        name = source.class_names[labels[place]]
        return Sample(pictures[place], name, place, len(pictures))
    files = _files(source)
    place = index % len(files)
    file, name = files[place]
    return Sample(read_picture(file, project.input), name, place, len(files))


@lru_cache(maxsize=1)
def _test_set(source: MNIST | KerasSet) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int32]]:
    """A ready-made set's test pictures and labels, unpacked once."""
    loaded = load_mnist() if isinstance(source, MNIST) else load_keras_set(source)
    _, _, pictures, labels = loaded
    return pictures, labels


def _files(source: Folder) -> list[tuple[Path, str]]:
    """Files and classes, one class after the other, so that neighbours differ.

    Raises:
        core.data.errors.DataError: The folder cannot be used.
    """
    listing = listing_of(source)
    split = "test" if listing.files.get("test") else next(iter(listing.files))
    seen: Counter[int] = Counter()
    turns: list[tuple[int, int, str]] = []
    for name, kind in listing.files[split]:
        turns.append((seen[kind], kind, name))
        seen[kind] += 1
    return [
        (path_of(source.path, name), listing.class_names[kind]) for _, kind, name in sorted(turns)
    ]
