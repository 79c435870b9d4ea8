"""A project's pictures as arrays, split for training."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from core.data.folder import Listing, Tell, list_folder, read_files
from core.data.mnist import DataError, load_mnist, refuse_other_size
from core.data.source import MNIST, Folder
from core.data.splits import draw
from core.project import Project

TEST_SHARE = 0.15
"""Share of a folder's pictures kept for the test where the folder has no test split."""

Pictures = npt.NDArray[np.uint8]
Labels = npt.NDArray[np.int32]


class Data(msgspec.Struct, frozen=True):
    """Pictures and classes for the three uses.

    Attributes:
        train_x, val_x, test_x: uint8 of shape ``(n, height, width, channels)``.
        train_y, val_y, test_y: int32 of shape ``(n,)``, indices into ``class_names``.
        class_names: In the order of the model's outputs.
        notes: What the user should know: pictures left out, with reasons.
    """

    train_x: Pictures
    train_y: Labels
    val_x: Pictures
    val_y: Labels
    test_x: Pictures
    test_y: Labels
    class_names: tuple[str, ...]
    notes: tuple[str, ...] = ()


def load_data(project: Project, limit: int | None = None, tell: Tell | None = None) -> Data:
    """Read a project's pictures and split them by the plan's seed.

    Args:
        project: Whose data, picture size and plan.
        limit: Use only the first this many training (before the split) and test pictures.
        tell: Told of the progress while files are read.

    Raises:
        DataError: The pictures cannot be had; says why.
    """
    if isinstance(project.data, MNIST):
        return _from_mnist(project, limit)
    if not isinstance(project.data, Folder):
        raise DataError(f"{project.data.title} has not been downloaded.")
    return _from_folder(project, project.data, limit, tell)


def folder_source(path: Path) -> Folder:
    """The data source for a folder, its classes read from the folder names.

    Raises:
        DataError: The folder cannot be used; says why.
    """
    return Folder(path=str(path.resolve()), class_names=list_folder(path).class_names)


def load_labelled(
    folder: Path, project: Project, tell: Tell | None = None
) -> tuple[Pictures, Labels, tuple[str, ...]]:
    """All pictures of a folder (its test split if it has one) with the project's class indices.

    Returns:
        Pictures, labels, and a sentence for each file left out.

    Raises:
        DataError: The folder has a class that the project does not know, or nothing readable.
    """
    listing = list_folder(folder)
    known = project.data.class_names
    strange = [name for name in listing.class_names if name not in known]
    if strange:
        raise DataError(
            f"{folder} has the class “{strange[0]}”, which the model was not trained on. It knows "
            f"{', '.join(known[:10])}{'…' if len(known) > 10 else ''}."
        )
    split = "test" if "test" in listing.files else next(iter(listing.files))
    files = tuple(
        (path, known.index(listing.class_names[kind])) for path, kind in listing.files[split]
    )
    pictures, labels, problems = read_files(files, project.input, tell)
    if not len(pictures):
        raise DataError(f"{folder}: no picture could be read. {problems[0] if problems else ''}")
    return pictures, labels, tuple(problems)


def _from_mnist(project: Project, limit: int | None) -> Data:
    refuse_other_size(project.input)
    train_x, train_y, test_x, test_y = load_mnist()
    train_x, train_y = train_x[:limit], train_y[:limit]
    kept, aside = draw(train_y, project.plan.validation_split, project.plan.seed)
    return Data(
        train_x[kept],
        train_y[kept],
        train_x[aside],
        train_y[aside],
        test_x[:limit],
        test_y[:limit],
        MNIST().class_names,
    )


def _from_folder(project: Project, source: Folder, limit: int | None, tell: Tell | None) -> Data:
    listing = list_folder(Path(source.path))
    if listing.class_names != source.class_names:
        raise DataError(
            f"The classes in {source.path} have changed: the project knows "
            f"{len(source.class_names)}, the folder now has {len(listing.class_names)}. "
            "Choose the folder again."
        )
    parts = _split_files(listing, project)
    total = sum(len(files[:limit]) for files in parts.values())
    done = 0
    arrays: dict[str, tuple[Pictures, Labels]] = {}
    notes: list[str] = []
    for split, files in parts.items():
        base = done

        def progress(read: int, _of: int, base: int = base) -> None:
            if tell is not None:
                tell(base + read, total)

        pictures, labels, problems = read_files(files[:limit], project.input, progress)
        if not len(pictures):
            raise DataError(
                f"{source.path}: no picture for {split} could be read. "
                f"{problems[0] if problems else 'Add more pictures.'}"
            )
        arrays[split] = (pictures, labels)
        notes.extend(problems)
        done += len(files[:limit])
    return Data(
        *arrays["train"],
        *arrays["validation"],
        *arrays["test"],
        class_names=source.class_names,
        notes=tuple(notes),
    )


def _split_files(listing: Listing, project: Project) -> dict[str, tuple[tuple[Path, int], ...]]:
    """The files for training, validation and test; what the folder does not split is drawn."""
    plan = project.plan
    parts = dict(listing.files)
    if "all" in parts:
        rest, parts["test"] = _draw(parts.pop("all"), TEST_SHARE, plan.seed)
        parts["train"], parts["validation"] = _draw(
            rest, plan.validation_split / (1 - TEST_SHARE), plan.seed
        )
    if "validation" not in parts:
        parts["train"], parts["validation"] = _draw(
            parts["train"], plan.validation_split, plan.seed
        )
    if "test" not in parts:
        parts["train"], parts["test"] = _draw(parts["train"], TEST_SHARE, plan.seed)
    return {split: parts[split] for split in ("train", "validation", "test")}


def _draw(
    files: tuple[tuple[Path, int], ...], share: float, seed: int
) -> tuple[tuple[tuple[Path, int], ...], tuple[tuple[Path, int], ...]]:
    """Two parts of a list of files, by seed."""
    labels = np.array([kind for _, kind in files], np.int32)
    kept, aside = draw(labels, share, seed)
    return tuple(files[i] for i in kept), tuple(files[i] for i in aside)
