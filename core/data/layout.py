"""A folder understood by looking, in words that can be shown and changed."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import msgspec

from core.data.classes import FEWEST, named
from core.data.errors import DataError
from core.data.folder import (
    Walk,
    Watch,
    check,
    list_folder,
    listing_of,
    looks_like,
    prefix_of,
    split_of,
    whole_listing,
)
from core.data.labels import LABELS
from core.data.listing import Listing, without_classes
from core.data.names import from_name, shown, to_name
from core.data.source import Folder, Layout, with_classes
from core.data.splits import part_files
from core.words import count

DEEPEST = 5
"""How many folders that hold nothing but one folder are opened."""
MOST_PREFIXES = 1_000


class Understanding(msgspec.Struct, frozen=True):
    """What a folder is.

    Attributes:
        root: The folder that holds the classes: the given one, or the only one inside it.
        source: Ready for a project; None where something must be chosen first.
        layout: How classes are told.
        words: What was understood, or what is wrong and what to do.
        counts: Pictures of each class.
        parts: Pictures for training, validation and test.
        offers: Other layouts that fit, with words for a button.
        notes: What else to know.
        ignored: Hidden and system files and links passed over.
    """

    root: Path
    source: Folder | None
    layout: Layout
    words: str
    counts: tuple[int, ...] = ()
    parts: tuple[int, int, int] = (0, 0, 0)
    offers: tuple[tuple[Layout, str], ...] = ()
    notes: tuple[str, ...] = ()
    ignored: int = 0


def understand(
    root: Path,
    layout: Layout = "look",
    seed: int = 7,
    validation_share: float = 0.1,
    watch: Watch = lambda found: None,
) -> Understanding:
    """Look at a folder that is new to the user's project.

    Args:
        root: The folder.
        layout: How to read it; ``look`` finds out.
        seed: Of the split, for the words.
        validation_share: Likewise.
        watch: Told of the progress; may raise to stop.

    Raises:
        DataError: The folder itself cannot be read.
    """
    inner = innermost(root)
    offers = _offers(inner, layout)
    try:
        listing = _without_empty(list_folder(inner, layout, watch, to_train=False))
        check(listing)
    except DataError as error:
        return Understanding(inner, None, layout, str(error), offers=offers)
    kept: Layout = "look" if layout == "look" else listing.layout
    source = Folder(
        path=to_name(str(inner)),
        class_names=listing.class_names,
        layout=kept,
        classes_left_out=listing.left_out,
    )
    parts = part_files(listing.files, seed, source.test_share, validation_share)
    sizes = Counter(kind for files in listing.files.values() for _, kind in files)
    return Understanding(
        root=inner,
        source=source,
        layout=listing.layout,
        words=split_words(listing, seed, source.test_share, validation_share),
        counts=tuple(sizes[kind] for kind in range(len(listing.class_names))),
        parts=(len(parts["train"]), len(parts["validation"]), len(parts["test"])),
        offers=offers,
        notes=(*_entered(root, inner), *_empty(listing), *_deeper(listing), *listing.notes),
        ignored=listing.ignored,
    )


def is_at(source: Folder, root: Path) -> bool:
    """Whether a folder, already the innermost, is a project's."""
    try:
        return root == innermost(Path(from_name(source.path)))
    except DataError:  # the project's is away, and this one is not
        return False


def look_again(source: Folder, seed: int = 7, validation_share: float = 0.1) -> Understanding:
    """Look at a project's folder anew: its classes are as they are now, what was made of it stays.

    Args:
        source: The folder, with what the project leaves out, moves and weighs.
        seed: Of the split, for the words.
        validation_share: Likewise.

    Raises:
        DataError: It cannot be read, or not be trained on.
    """
    there = without_classes(whole_listing(source), source.classes_left_out)
    source = with_classes(source, there.class_names)
    listing = listing_of(source)
    parts = part_files(listing.files, seed, source.test_share, validation_share)
    sizes = Counter(kind for files in listing.files.values() for _, kind in files)
    return Understanding(
        root=listing.root,
        source=source,
        layout=listing.layout,
        words=split_words(listing, seed, source.test_share, validation_share),
        counts=tuple(sizes[kind] for kind in range(len(listing.class_names))),
        parts=(len(parts["train"]), len(parts["validation"]), len(parts["test"])),
        notes=(*_made_of(source), *listing.notes),
        ignored=listing.ignored,
    )


def _made_of(source: Folder) -> tuple[str, ...]:
    """What the project makes of its folder, in one sentence."""
    said = []
    if source.classes_left_out:
        what = "class" if len(source.classes_left_out) == 1 else "classes"
        said.append(f"the {what} {named(source.classes_left_out)} left out")
    if source.excluded:
        said.append(f"{count(len(source.excluded), 'picture')} left out")
    if source.moved:
        said.append(f"{count(len(source.moved), 'picture')} counted as another class")
    return (f"As in the project: {', '.join(said)}.",) if said else ()


def innermost(root: Path) -> Path:
    """The folder itself, or the one inside it where that is all it holds and tells classes."""
    root = _resolved(root)
    for _ in range(DEEPEST):
        top = Walk(root).entries(root)
        if len(top) != 1 or not top[0].is_dir():
            return root
        inside = Walk(root).entries(top[0].path)
        flat = not any(entry.is_dir() for entry in inside)
        if not _tells_classes(inside) if flat else split_of(top[0].name):
            return root
        root = Path(top[0].path)
    return root


def _resolved(root: Path) -> Path:
    """Where a folder really lies.

    Raises:
        DataError: It is a link that leads to itself.
    """
    try:
        return root.resolve()
    except (OSError, RuntimeError) as error:  # Python 3.13 raises the one, those before the other
        raise DataError(f"{root} cannot be followed: it is a link that leads to itself.") from error


def _tells_classes(files: list[os.DirEntry[str]]) -> bool:
    """Whether files without folders tell their classes all the same."""
    table = any(entry.name.lower() == LABELS for entry in files)
    return table or bool(_prefix_offer([to_name(entry.name) for entry in files]))


def split_words(listing: Listing, seed: int, test_share: float, validation_share: float) -> str:
    """``4 classes, 2,310 pictures, no split given: 10 % validation and 15 % test, seed 7``."""
    head = f"{len(listing.class_names):,} classes, {listing.count:,} pictures"
    validation, test = f"{validation_share:.0%}", f"{test_share:.0%}"
    validation, test = (share.replace("%", " %") for share in (validation, test))
    if "all" in listing.files:
        drawn = f"{validation} validation and {test} test"
        how = " by labels.csv" if listing.layout == "labels" else ""
        how = " by the beginning of file names" if listing.layout == "prefixes" else how
        return f"{head}{how}, no split given: {drawn}, seed {seed}"
    given = [
        f"{len(listing.files[part]):,} {part}"
        for part in ("train", "validation", "test")
        if part in listing.files
    ]
    missing = [f"{validation} for validation"] if "validation" not in listing.files else []
    missing += [f"{test} for the test"] if "test" not in listing.files else []
    drawn = f"; {' and '.join(missing)} drawn from train, seed {seed}" if missing else ""
    return f"{head}, split by its folders: {', '.join(given)}{drawn}"


def _offers(root: Path, layout: Layout) -> tuple[tuple[Layout, str], ...]:
    """Layouts that fit as well as the one that is taken."""
    top = Walk(root).entries(root)
    layout = looks_like(top) if layout == "look" else layout
    folders = [entry.name for entry in top if entry.is_dir()]
    parts = [name for name in folders if split_of(name)]
    offers: list[tuple[Layout, str]] = []
    table = any(entry.name.lower() == LABELS and entry.is_file() for entry in top)
    if layout != "labels" and table and folders:
        offers.append(("labels", f"Take classes from {LABELS}"))
    if layout != "splits" and 0 < len(parts) < len(folders):
        offers.append(("splits", f"Read {', '.join(parts)} as parts, not as classes"))
    if layout != "classes" and (parts or table) and len(folders) > 1:
        offers.append(("classes", "Read every folder as a class"))
    if layout != "prefixes" and not folders:
        offers += _prefix_offer([to_name(entry.name) for entry in top])
    return tuple(offers)


def _prefix_offer(names: list[str]) -> list[tuple[Layout, str]]:
    """One class for each beginning of a file name, if nearly all have one."""
    prefixes = Counter(filter(None, map(prefix_of, names)))
    matching = sum(prefixes.values())
    if not 2 <= len(prefixes) <= min(MOST_PREFIXES, matching // 2) or matching < 0.9 * len(names):
        return []
    common = [f"“{name}” ({count:,})" for name, count in sorted(prefixes.items())[:4]]
    more = f" and {len(prefixes) - 4:,} more" if len(prefixes) > 4 else ""
    return [("prefixes", f"Take classes from file names: {', '.join(common)}{more}")]


def _without_empty(listing: Listing) -> Listing:
    """The listing without classes that hold nothing at all, if enough remain.

    Where links or closed folders may be why, nothing is left out: that is to be said instead.
    """
    filled = {kind for files in listing.files.values() for _, kind in files}
    empty = [name for kind, name in enumerate(listing.class_names) if kind not in filled]
    if listing.links or listing.closed or len(filled) < FEWEST:
        return listing
    return without_classes(listing, empty)


def _empty(listing: Listing) -> tuple[str, ...]:
    """Says which classes are left out, as they hold nothing."""
    if not listing.left_out:
        return ()
    hold, are, them = "holds", "is", "it"
    if len(listing.left_out) > 1:
        hold, are, them = "hold", "are", "them"
    return (
        f"{named(listing.left_out)} {hold} no files and {are} left out; take {them} in again once "
        "there are pictures.",
    )


def _entered(root: Path, inner: Path) -> tuple[str, ...]:
    if inner == _resolved(root) or inner.name == root.name:
        return ()
    return (f"{shown(root.name)} holds only {shown(inner.name)}, which was opened.",)


def _deeper(listing: Listing) -> tuple[str, ...]:
    """Says so where a class's pictures all lie in folders of its own: are those the classes?"""
    if listing.layout not in ("classes", "splits"):
        return ()
    depth = 1 + (listing.layout == "splits")
    files = [file for part in listing.files.values() for file in part]
    flat = {kind for name, kind in files if name.count("/") <= depth}
    deep = next((file for file in files if file[1] not in flat), None)
    if deep is None:
        return ()
    name = listing.class_names[deep[1]]
    return (
        f"“{name}” holds folders of its own, such as {shown(deep[0].rpartition('/')[0])}; their "
        f"pictures all count as “{name}”.",
    )
