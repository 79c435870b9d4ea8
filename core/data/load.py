"""A project's pictures, decoded and split for training."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from core.blocks import Input
from core.data.archive import is_zip, unpack
from core.data.cache import Cached, Wait, decode
from core.data.classes import named
from core.data.errors import DataError
from core.data.fingerprint import Fingerprint, fingerprint
from core.data.folder import list_folder, listing_of
from core.data.keras_sets import load_keras_set
from core.data.layout import innermost, is_at
from core.data.listing import Listing
from core.data.mnist import load_mnist
from core.data.names import from_name, shown, to_name
from core.data.preparation import FIXED_SIZES
from core.data.rows import Pictures
from core.data.source import MNIST, DataSource, Folder
from core.data.splits import ORDER, draw, part_files
from core.project import Project

IN_MEMORY = 512 * 2**20
"""Sets that take no more than this are held in memory (bytes); others stay on disk."""

Labels = npt.NDArray[np.int32]
Tell = Callable[[int, int], None]
"""Told how many pictures of how many are ready; may raise to stop."""


class Data(msgspec.Struct, frozen=True):
    """Pictures and classes for the three uses.

    Attributes:
        train_x, val_x, test_x: uint8 of shape ``(n, height, width, channels)``; arrays, or `Rows`
            where they are too many for memory.
        train_y, val_y, test_y: int32 of shape ``(n,)``, indices into ``class_names``.
        class_names: In the order of the model's outputs.
        notes: What the user should know: pictures left out, with reasons.
        class_weights: How much a picture of each class counts in training; empty: all the same.
        fingerprint: Of the pictures of a folder; None for ready-made sets, which never change.
    """

    train_x: Pictures
    train_y: Labels
    val_x: Pictures
    val_y: Labels
    test_x: Pictures
    test_y: Labels
    class_names: tuple[str, ...]
    notes: tuple[str, ...] = ()
    class_weights: tuple[float, ...] = ()
    fingerprint: Fingerprint | None = None

    @property
    def sizes(self) -> tuple[int, int, int]:
        """How many pictures are for training, validation and test."""
        return len(self.train_x), len(self.val_x), len(self.test_x)


def load_data(
    project: Project,
    limit: int | None = None,
    tell: Tell | None = None,
    wait: Wait | None = None,
) -> Data:
    """A project's pictures, split by the plan's seed.

    Args:
        project: Whose data, picture size and plan.
        limit: Use only the first this many training (before the split) and test pictures.
        tell: Told of the progress while files are decoded.
        wait: Called while another process decodes the same pictures; without it, that is refused.

    Raises:
        DataError: The pictures cannot be had; says why.
    """
    if isinstance(project.data, Folder):
        return _from_folder(project, project.data, limit, tell or _nothing, wait)
    return _from_set(project, limit)


def folder_source(path: Path) -> Folder:
    """The data source for a folder, its classes read from the folder names.

    Raises:
        DataError: The folder cannot be used; says why.
    """
    root = innermost(path)
    return Folder(path=to_name(str(root)), class_names=list_folder(root).class_names)


def load_labelled(
    folder: Path,
    project: Project,
    tell: Tell | None = None,
    wait: Wait | None = None,
) -> tuple[Pictures, Labels, tuple[str, ...]]:
    """All pictures of a folder (its test split if it has one) with the project's class indices.

    It need not have all classes.  In the project's own folder, what the project excludes and moves
    is excluded and moved.

    Args:
        folder: The folder, or a zip of it.
        project: Whose classes and preparation.
        tell: Told of the progress while files are decoded.
        wait: Called while another process decodes the same pictures; without it, that is refused.

    Returns:
        Pictures, labels, and sentences about files left out and what else to know.

    Raises:
        DataError: The folder has a class that the project does not know, or nothing readable.
    """
    root = innermost(unpack(folder) if is_zip(folder) else folder)
    listing, notes = _measured(root, project.data)
    known = project.data.class_names
    strange = [name for name in listing.class_names if name not in known]
    if strange:
        raise DataError(
            f"{folder} has the class “{strange[0]}”, which the model was not trained on. It knows "
            f"{', '.join(known[:10])}{'…' if len(known) > 10 else ''}."
        )
    files = listing.files.get("test") or next(filter(None, listing.files.values()), ())
    if not files:
        raise DataError(f"{folder} holds no pictures in class folders.")
    wanted = [name for name, _ in files]
    cached = decode(to_name(str(root)), wanted, project.input, tell or _nothing, wait)
    usable = np.flatnonzero(cached.rows >= 0)
    if not len(usable):
        why = cached.problems[0] if cached.problems else ""
        raise DataError(f"{folder}: no picture could be read. {why}")
    kinds = np.array([known.index(listing.class_names[kind]) for _, kind in files], np.int32)
    return _held(cached, usable), kinds[usable], (*cached.problems, *notes, *listing.notes)


def _measured(root: Path, source: DataSource) -> tuple[Listing, tuple[str, ...]]:
    """A folder to measure on, and what is to be said of it."""
    if not isinstance(source, Folder):
        return list_folder(root, to_train=False), ()
    if is_at(source, root):
        listing = listing_of(source)
        if "test" in listing.files:
            return listing, ()
        return listing, (
            f"{source.title} holds the pictures that the model was trained on: these figures are "
            "better than on new ones. Without --data, only its test pictures are measured.",
        )
    out = source.classes_left_out
    try:
        listing = list_folder(root, to_train=False, left_out=out)
    except DataError:
        if source.layout != "prefixes":
            raise
        listing = list_folder(root, "prefixes", to_train=False, left_out=out)
    if not listing.left_out:
        return listing, ()
    are = "is left out, as it was" if len(listing.left_out) == 1 else "are left out, as they were"
    return listing, (f"{named(listing.left_out)} {are} in training.",)


def _nothing(done: int, total: int) -> None:
    pass


def refuse_other_size(source: DataSource, size: Input) -> None:
    """Pictures of the ready-made sets are never resized.

    Raises:
        core.data.errors.DataError: The Input block asks for another size.
    """
    wanted = FIXED_SIZES[type(source).__name__]
    if size.shape != wanted:
        height, width, channels = size.shape
        raise DataError(
            f"{source.title}'s pictures are {wanted[0]} × {wanted[1]} × {wanted[2]}, but the Input "
            f"block says {height} × {width} × {channels}. Set its height and width to {wanted[0]} "
            f"and its channels to {wanted[2]}."
        )


def _from_set(project: Project, limit: int | None) -> Data:
    """MNIST and the sets like it: as they are, the test part theirs."""
    source = project.data
    assert not isinstance(source, Folder)
    refuse_other_size(source, project.input)
    loaded = load_mnist() if isinstance(source, MNIST) else load_keras_set(source)
    train_x, train_y, test_x, test_y = loaded
    train_x, train_y = train_x[:limit], train_y[:limit]
    kept, aside = draw(train_y, project.plan.validation_split, project.plan.seed)
    return Data(
        train_x[kept],
        train_y[kept],
        train_x[aside],
        train_y[aside],
        test_x[:limit],
        test_y[:limit],
        source.class_names,
    )


def _from_folder(
    project: Project,
    source: Folder,
    limit: int | None,
    tell: Tell,
    wait: Wait | None,
) -> Data:
    plan = project.plan
    listing = listing_of(source)
    parts = part_files(listing.files, plan.seed, source.test_share, plan.validation_split)
    if limit is not None:
        parts = {part: _spread(files, limit) for part, files in parts.items()}
    names = [name for part in ORDER for name, _ in parts[part]]
    cached = decode(source.path, names, project.input, tell, wait)
    if cached.problems:
        if not _there(source):
            raise DataError(_away(source))
        listing_of(source)  # says so if a whole class went away meanwhile
    arrays: dict[str, tuple[Pictures, Labels]] = {}
    start = 0
    for part in ORDER:
        files = parts[part]
        which = np.arange(start, start + len(files))
        usable = which[cached.rows[which] >= 0]
        if not len(usable):
            raise DataError(_nothing_usable(source, part, cached.problems))
        kinds = np.array([kind for _, kind in files], np.int32)
        if part == "train":
            _refuse_lost_class(source, kinds, kinds[usable - start], cached.problems)
        pictures = _held(cached, usable)
        arrays[part] = (pictures, kinds[usable - start])
        start += len(files)
    return Data(
        *arrays["train"],
        *arrays["validation"],
        *arrays["test"],
        class_names=source.class_names,
        notes=(*cached.problems, *listing.notes),
        class_weights=_weights(source),
        fingerprint=fingerprint(parts, cached.contents, cached.rows >= 0),
    )


def _spread(files: list[tuple[str, int]], limit: int) -> list[tuple[str, int]]:
    """The first so many of a list, taken from all classes in turn."""
    turns: dict[int, int] = {}
    ranked = []
    for at, (_, kind) in enumerate(files):
        turns[kind] = turns.get(kind, -1) + 1
        ranked.append((turns[kind], at))
    return [files[at] for at in sorted(at for _, at in sorted(ranked)[:limit])]


def _held(cached: Cached, which: npt.NDArray[np.int64]) -> Pictures:
    """Pictures in memory where the whole set fits, else on disk."""
    rows = cached.pictures(which)
    return rows[:] if cached.nbytes <= IN_MEMORY else rows


def _weights(source: Folder) -> tuple[float, ...]:
    """A folder's class weights.

    Raises:
        DataError: They are of another number of classes.
    """
    if len(source.class_weights) not in (0, len(source.class_names)):
        raise DataError(
            f"{source.title} has {len(source.class_names)} classes, but weights for "
            f"{len(source.class_weights)}. Weigh the classes again."
        )
    return source.class_weights


def _there(source: Folder) -> bool:
    return Path(from_name(source.path)).is_dir()


def _away(source: Folder) -> str:
    return (
        f"There is no folder {shown(source.path)} any more. Put it back, or connect its disk, and "
        "train again; pictures that were read already are kept."
    )


def _refuse_lost_class(
    source: Folder, wanted: Labels, usable: Labels, problems: tuple[str, ...]
) -> None:
    """See that no class has lost all of its training pictures.

    Raises:
        DataError: One has.
    """
    lost = np.setdiff1d(wanted, usable)
    if len(lost):
        raise DataError(
            f"{source.title}: no picture of “{source.class_names[lost[0]]}” for training can be "
            f"read. {len(problems):,} files cannot be, such as {shown(problems[0])} Mend them, or "
            "leave the class out: the Data page offers it."
        )


def _nothing_usable(source: Folder, part: str, problems: tuple[str, ...]) -> str:
    words = {"train": "training", "validation": "validation", "test": "the test"}[part]
    more = "Add more pictures, at least three for each class."
    why = f"{len(problems):,} cannot be read, such as {shown(problems[0])}" if problems else ""
    return f"{source.title}: no picture for {words} is left. {why or more}"
