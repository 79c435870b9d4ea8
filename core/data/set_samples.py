"""Some pictures of each class of a ready-made set, and how many each class has: for looking at."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt
from PIL import Image

from core.data.keras_sets import load_keras_set
from core.data.mnist import load_mnist
from core.data.places import samples_home
from core.data.set_files import key_of
from core.data.source import MNIST, KerasSet
from core.files import write_whole

FEW = 24
"""Pictures of each class in its strip."""


class SetSamples(msgspec.Struct, frozen=True):
    """What a set looks like.

    Attributes:
        strips: A PNG file for each class: `FEW` training pictures side by side.
        side: Width of one picture in them, in pixels.
        train, test: Pictures of each class in the set's two parts.
    """

    strips: tuple[str, ...]
    side: int
    train: tuple[int, ...]
    test: tuple[int, ...]


def set_samples(source: MNIST | KerasSet) -> SetSamples:
    """Make them, or find those made before.

    Raises:
        core.data.errors.DataError: The set is not here, or damaged.
        OSError: They cannot be kept.
    """
    key = "mnist" if isinstance(source, MNIST) else key_of(source)
    folder = samples_home() / key
    found = _made_before(folder)
    return found if found is not None else _make(source, folder)


def _made_before(folder: Path) -> SetSamples | None:
    try:
        found = msgspec.json.decode((folder / "samples.json").read_bytes(), type=SetSamples)
    except (OSError, msgspec.MsgspecError):
        return None
    return found if all(Path(strip).is_file() for strip in found.strips) else None


def _make(source: MNIST | KerasSet, folder: Path) -> SetSamples:
    loaded = load_mnist() if isinstance(source, MNIST) else load_keras_set(source)
    pictures, labels, _, test_labels = loaded
    folder.mkdir(parents=True, exist_ok=True)
    classes = len(source.class_names)
    strips = tuple(
        _strip(pictures[np.flatnonzero(labels == kind)[:FEW]], folder / f"{kind}.png")
        for kind in range(classes)
    )
    made = SetSamples(
        strips, pictures.shape[2], _counts(labels, classes), _counts(test_labels, classes)
    )
    write_whole(folder / "samples.json", msgspec.json.encode(made))
    return made


def _counts(labels: npt.NDArray[np.int32], classes: int) -> tuple[int, ...]:
    return tuple(map(int, np.bincount(labels, minlength=classes)))


def _strip(pictures: npt.NDArray[np.uint8], path: Path) -> str:
    """Pictures ``(n, height, width, channels)`` side by side in a file."""
    row = np.concatenate(list(pictures), axis=1)
    Image.fromarray(row[..., 0] if row.shape[-1] == 1 else row).save(path)
    return str(path)
