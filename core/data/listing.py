"""What lies in a folder, as a value, and what a project makes of it.  Pure functions."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from pathlib import Path

import msgspec

from core.data.source import Folder, Layout, Moved

Files = tuple[tuple[str, int], ...]
"""Names below a folder, each with the index of its class."""


class Listing(msgspec.Struct, frozen=True):
    """What a folder holds, before any picture is decoded.

    Attributes:
        root: The folder.
        layout: How classes are told.
        class_names: Classes in alphabetical order (by code point), as the model's outputs are.
        files: For each part that is there (``train``, ``validation``, ``test``, or ``all`` where
            the folder is not split), pairs of a name below the folder and its class index, sorted.
        ignored: Hidden and system files and links that were passed over.
        notes: What else is there and left out, in sentences.
        links: How many of those ignored are links.
        closed: Folders below the root that could not be read.
        left_out: Classes that lie there and that the project leaves out.
    """

    root: Path
    layout: Layout
    class_names: tuple[str, ...]
    files: dict[str, Files]
    ignored: int = 0
    notes: tuple[str, ...] = ()
    links: int = 0
    closed: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """All files."""
        return sum(len(files) for files in self.files.values())


def with_moves(listing: Listing, moved: Sequence[Moved]) -> Listing:
    """The listing with pictures counted as the classes that they were moved to."""
    kinds = {name: kind for kind, name in enumerate(listing.class_names)}
    to = {one.file: kinds[one.to] for one in moved if one.to in kinds}
    if not to:
        return listing
    return _each(listing, lambda name, kind: to.get(name, kind))


def without_classes(listing: Listing, names: Collection[str]) -> Listing:
    """The listing without some classes and their pictures; indices are closed up.

    A part that loses all its pictures stays, empty: were it drawn instead, pictures of other
    classes would change their part.
    """
    out = frozenset(names)
    kept = tuple(name for name in listing.class_names if name not in out)
    if kept == listing.class_names:
        return listing
    now = {name: kind for kind, name in enumerate(kept)}
    kinds = [now.get(name) for name in listing.class_names]
    return msgspec.structs.replace(
        _each(listing, lambda _, kind: kinds[kind]),
        class_names=kept,
        left_out=(*listing.left_out, *(name for name in listing.class_names if name in out)),
    )


def without_files(listing: Listing, names: Collection[str]) -> Listing:
    """The listing without some pictures."""
    out = frozenset(names)
    if not out:
        return listing
    return _each(listing, lambda name, kind: None if name in out else kind)


def used(listing: Listing, source: Folder) -> Listing:
    """What a project uses of a listing: moved first, so that a picture shares its class's fate."""
    placed = with_moves(listing, source.moved)
    return without_files(without_classes(placed, source.classes_left_out), source.excluded)


def _each(listing: Listing, kind_of: Callable[[str, int], int | None]) -> Listing:
    """The listing with another class for each file; None: without it."""
    files = {
        part: tuple((name, now) for name, kind in had if (now := kind_of(name, kind)) is not None)
        for part, had in listing.files.items()
    }
    return msgspec.structs.replace(listing, files=files)
