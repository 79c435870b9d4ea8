"""One picture of a project's data, by number: for looking at, not for training."""

from __future__ import annotations

from functools import lru_cache
from itertools import groupby
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from core.data.folder import list_folder
from core.data.mnist import load_mnist, refuse_other_size
from core.data.picture import read_picture
from core.data.source import MNIST, Folder
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
        core.data.mnist.DataError: The data cannot be had; says why.
        core.data.picture.PictureError: This picture cannot be read; says why.
    """
    source = project.data
    if isinstance(source, MNIST):
        refuse_other_size(project.input)
        pictures, labels = _mnist_test()
        place = index % len(pictures)
        name = source.class_names[labels[place]]
        return Sample(pictures[place], name, place, len(pictures))
    files = _files(source)
    place = index % len(files)
    file, name = files[place]
    return Sample(read_picture(file, project.input), name, place, len(files))


@lru_cache(maxsize=1)
def _mnist_test() -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int32]]:
    """MNIST's test pictures and digits, unpacked once."""
    _, _, pictures, labels = load_mnist()
    return pictures, labels


def _files(source: Folder) -> list[tuple[Path, str]]:
    """Files and classes, one class after the other, so that neighbours differ.

    Raises:
        core.data.mnist.DataError: The folder cannot be used.
    """
    listing = list_folder(Path(source.path))
    split = "test" if listing.files.get("test") else next(iter(listing.files))
    turns: list[tuple[int, int, Path]] = []
    for kind, group in groupby(listing.files[split], key=lambda entry: entry[1]):
        turns.extend((turn, kind, file) for turn, (file, _) in enumerate(group))
    return [(file, listing.class_names[kind]) for _, kind, file in sorted(turns)]
