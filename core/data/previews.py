"""Real pictures before and after preparation and augmentation, and figures of their pixels."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt
from PIL import Image

from core.data.augmenting import augment, draw_figures
from core.data.errors import DataError
from core.data.folder import listing_of
from core.data.keras_sets import load_keras_set
from core.data.mnist import load_mnist
from core.data.names import path_of
from core.data.picture import PictureError, read_picture
from core.data.places import previews_home
from core.data.source import MNIST, Folder
from core.data.splits import part_files, place
from core.project import Project

FEW = 8
"""Pictures that a preview shows of its own choice."""
MOST = 64
KEEP = 3
"""How many previews stay on disk."""
SAMPLE = 2_000
"""Pictures that are measured; their mean is known to a fraction of a grey level then."""


class Preview(msgspec.Struct, frozen=True):
    """PNG files of pictures before and after.

    Attributes:
        before: Prepared pictures, at the model's size.
        after: For each, its variants.
        names: Name of each picture.
    """

    before: tuple[str, ...]
    after: tuple[tuple[str, ...], ...]
    names: tuple[str, ...]


def preview(
    project: Project,
    names: Sequence[str] = (),
    variants: int = 4,
    seed: int = 0,
    pause: Callable[[], None] = lambda: None,
) -> Preview:
    """Pictures as training would see them.

    Args:
        project: Whose data, preparation and augmentation.
        names: Pictures of its folder; empty: some of its training pictures.
        variants: How many versions of each.
        seed: Another seed, other versions.
        pause: Called between pictures; may raise to stop.

    Raises:
        DataError: There are no pictures.
        OSError: The previews cannot be kept.
    """
    variants = min(max(variants, 1), 16)
    shown, pictures = _pictures(project, list(names[:MOST]), pause)
    folder = _new_folder()
    versions: list[list[str]] = [[] for _ in shown]
    for version in range(variants):
        pause()
        figures = draw_figures(
            project.augmentation, len(pictures), project.input.shape, (seed, version, 11)
        )
        for at, values in enumerate(augment(pictures, figures)):
            versions[at].append(_save(values, folder / f"{at}-{version}.png"))
    before = tuple(_save(values, folder / f"{at}.png") for at, values in enumerate(pictures))
    return Preview(before, tuple(map(tuple, versions)), tuple(shown))


def measure_pixels(
    project: Project, tell: Callable[[int, int], None] = lambda done, total: None
) -> tuple[float, float, int]:
    """Mean and deviation of the training pictures' values, and over how many pictures.

    Args:
        project: Whose pictures, at its size.
        tell: Told of the progress; may raise to stop.

    Raises:
        DataError: There are no pictures.
    """
    if not isinstance(project.data, Folder):
        values = _set_pictures(project)[:SAMPLE].astype(np.float64)
        return float(values.mean()), float(max(values.std(), 1e-3)), len(values)
    total = squares = count = 0.0
    pictures = 0
    chosen = _training_names(project, project.data, SAMPLE)
    for at, name in enumerate(chosen, 1):
        try:
            values = read_picture(path_of(project.data.path, name), project.input).astype(float)
        except PictureError:
            continue  # the scan lists it
        total, squares = total + values.sum(), squares + np.square(values).sum()
        count, pictures = count + values.size, pictures + 1
        tell(at, len(chosen))
    if not pictures:
        raise DataError(f"No picture of {project.data.title} could be read.")
    mean = float(total / count)
    return mean, max(float(squares / count - mean * mean) ** 0.5, 1e-3), pictures


def _pictures(
    project: Project, names: list[str], pause: Callable[[], None]
) -> tuple[list[str], npt.NDArray[np.uint8]]:
    """Prepared pictures with their names."""
    if not isinstance(project.data, Folder):
        values = _set_pictures(project)[:FEW]
        return [f"{project.data.title} {at + 1}" for at in range(len(values))], values
    asked = bool(names)
    names = names or _training_names(project, project.data, 4 * FEW)
    shown, pictures, why = [], [], ""
    for name in names:
        pause()
        try:
            pictures.append(read_picture(path_of(project.data.path, name), project.input))
            shown.append(name)
        except PictureError as error:
            why = str(error)
        if len(shown) == FEW and not asked:
            break
    if not pictures:
        raise DataError(f"There is no picture to show. {why}".strip())
    return shown, np.stack(pictures)


def _training_names(project: Project, source: Folder, most: int) -> list[str]:
    """Some of the training pictures, of all classes, the same every time."""
    plan = project.plan
    parts = part_files(
        listing_of(source).files, plan.seed, source.test_share, plan.validation_split
    )
    return sorted((name for name, _ in parts["train"]), key=lambda name: place(name, 3))[:most]


def _set_pictures(project: Project) -> npt.NDArray[np.uint8]:
    """Training pictures of a ready-made set.

    Raises:
        DataError: It is not there, or the Input block has another size.
    """
    source = project.data
    assert not isinstance(source, Folder)
    values = (load_mnist() if isinstance(source, MNIST) else load_keras_set(source))[0]
    if values.shape[1:] != project.input.shape:
        raise DataError(
            f"{source.title}'s pictures are {values.shape[1]} × {values.shape[2]} × "
            f"{values.shape[3]}; set the Input block to that size first."
        )
    return values


def _new_folder() -> Path:
    """A folder for a preview; older ones go."""
    home = previews_home()
    home.mkdir(parents=True, exist_ok=True)
    for old in sorted(home.iterdir())[:-KEEP]:
        shutil.rmtree(old, ignore_errors=True)
    folder = home / f"{time.time_ns():020}"
    folder.mkdir()
    return folder


def _save(values: npt.NDArray[np.uint8], path: Path) -> str:
    Image.fromarray(values[..., 0] if values.shape[-1] == 1 else values).save(path)
    return str(path)
