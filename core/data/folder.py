"""A folder of the user's own pictures: which files it has and what class each is.

No picture is opened here.  How a folder is understood by looking is in
`core.data.layout`, which also finds words for it.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from pathlib import Path

import msgspec

from core.data.classes import FEWEST, TOO_FEW, named
from core.data.errors import DataError
from core.data.labels import LABELS, labelled, read_labels
from core.data.listing import Files, Listing, used, without_classes
from core.data.names import from_name, shown, to_name
from core.data.source import MOST_CLASSES, Folder, Layout

SPLITS = {
    "train": "train",
    "training": "train",
    "val": "validation",
    "valid": "validation",
    "validate": "validation",
    "validation": "validation",
    "dev": "validation",
    "test": "test",
    "testing": "test",
}
"""Folder names that mean a part, and which; ``_set`` may follow: see `split_of`."""

PACKED = (".7z", ".rar", ".tar", ".tgz", ".gz", ".bz2", ".xz", ".zst", ".iso")
"""Suffixes of packed folders that are not unpacked here."""

_SYSTEM = {
    "thumbs.db",
    "desktop.ini",
    "ehthumbs.db",
    "ehthumbs_vista.db",
    "picasa.ini",
    "zbthumbnail.info",
    "#recycle",
    "#snapshot",
    "$recycle.bin",
    "system volume information",
    "lost+found",
    "__macosx",
    "icon\r",
    "@eadir",
}
"""What Windows, macOS, Linux and network disks put beside pictures."""
_PREFIX = re.compile(r"^(?P<prefix>.*?[^\W\d_])[\s_\-.]*\(?\d+\)?$")

Watch = Callable[[int], None]
"""Told how many files were found so far; may raise to stop."""


class Walk:
    """Reads folders, remembering what it passes over."""

    def __init__(self, root: Path, watch: Watch = lambda found: None) -> None:
        """Prepare to read below ``root``."""
        self.root = root
        self._below = os.path.join(root, "")  # noqa: PTH118 - ends in a separator
        self.ignored = 0
        self.links = 0
        self.found = 0
        self.closed: list[str] = []
        self._watch = watch

    def entries(self, folder: str | Path) -> list[os.DirEntry[str]]:
        """What is in a folder, in a stable order, without hidden and system files and links.

        Links are not followed: they may lead in circles or out of the folder, and what they lead to
        inside it is found anyway.

        Raises:
            DataError: It cannot be read.
        """
        try:
            with os.scandir(folder) as entries:
                kept = [entry for entry in entries if self._wanted(entry)]
        except NotADirectoryError as error:
            packed = str(folder).lower().endswith(PACKED)
            way = " Unpack it yourself first, and choose the folder." if packed else ""
            raise DataError(f"{folder} is not a folder, nor a zip.{way}") from error
        except FileNotFoundError as error:
            raise DataError(
                f"There is no folder {folder}. Was it moved or renamed, or is its disk away?"
            ) from error
        except PermissionError as error:
            raise DataError(
                f"{folder} may not be read: permission denied. Give yourself the right to read it, "
                "then try again."
            ) from error
        except OSError as error:
            raise DataError(f"{folder} cannot be read: {error.strerror}.") from error
        return sorted(kept, key=lambda entry: entry.name)

    def _wanted(self, entry: os.DirEntry[str]) -> bool:
        name = entry.name
        if name.startswith(".") or name.lower() in _SYSTEM or entry.is_symlink():
            self.ignored += 1
            self.links += entry.is_symlink()
            return False
        return True

    def names(self, folder: str | Path) -> list[str]:
        """Names of everything that is no folder, below a folder at any depth.

        What is no regular file is listed too, so that the scan can say so by name.
        """
        found: list[str] = []
        # Not by recursion: folders may be nested deeper than Python calls.
        open_ = [iter(self.entries(folder))]
        while open_:
            entry = next(open_[-1], None)
            if entry is None:
                open_.pop()
            elif entry.is_dir(follow_symlinks=False):
                try:
                    open_.append(iter(self.entries(entry.path)))
                except DataError:
                    self.closed.append(self.name(entry.path))
            else:
                found.append(self.name(entry.path))
                self.found += 1
                if self.found % 500 == 0:
                    self._watch(self.found)
        return found

    def name(self, path: str) -> str:
        """A path's name below the root."""
        if path.startswith(self._below):
            return to_name(path[len(self._below) :])  # as all that was found below the root
        return to_name(os.path.relpath(path, self.root))

    def notes(self) -> list[str]:
        """A sentence about folders that could not be read."""
        if not self.closed:
            return []
        more = f" and {len(self.closed) - 1:,} more" if len(self.closed) > 1 else ""
        return [f"The folder {shown(self.closed[0])}{more} cannot be read and is left out."]


class ClassesChangedError(DataError):
    """A folder has other classes than the project knows.

    Attributes:
        for_run: What is said where a run was to go on: its model knows the classes it began with.
    """

    def __init__(self, source: Folder, there: Listing) -> None:
        """Say which came or went."""
        now = there.class_names
        gone = [name for name in source.class_names if name not in now]
        new = [name for name in now if name not in source.class_names]
        what = f"{named(gone)} {'is' if len(gone) == 1 else 'are'} gone" if gone else ""
        if new:
            also = f"{named(new)} {'is' if len(new) == 1 else 'are'} new"
            what = f"{what} and {also}" if what else also
        beside = f" beside {len(there.left_out)} left out" if there.left_out else ""
        super().__init__(
            f"The classes in {source.path} have changed: the project knows "
            f"{len(source.class_names)}, the folder now has {len(now)}{beside}"
            f"{f' ({what})' if what else ''}. Put the folder back as it was, or "
            "let the project have the new classes: the Data page offers it."
        )
        self.for_run = (
            f"The classes in {source.path} have changed since this run was begun"
            f"{f': {what}' if what else ''}. A model cannot change its classes while it learns, so "
            "train again to train with those that are there now. The run is kept, and can go on "
            "should they be as they were."
        )


def list_folder(
    root: Path,
    layout: Layout = "look",
    watch: Watch = lambda found: None,
    to_train: bool = True,
    left_out: Collection[str] = (),
) -> Listing:
    """Look at a folder without reading its pictures.

    Args:
        root: The folder.
        layout: How to read it; ``look`` takes folders of parts, else a ``labels.csv``, else
            folders of classes.
        watch: Told of the progress.
        to_train: Whether it must do for training: with two classes, each with pictures for it.
        left_out: Classes that are left out.

    Raises:
        DataError: It cannot be read, or does not do.
    """
    walk = Walk(root, watch)
    top = walk.entries(root)
    if layout == "look":
        layout = looks_like(top)
    listing = msgspec.structs.replace(
        _LISTERS[layout](walk, top), links=walk.links, closed=tuple(walk.closed)
    )
    listing = without_classes(listing, left_out)
    if to_train:
        check(listing)
    return listing


def whole_listing(source: Folder, watch: Watch = lambda found: None) -> Listing:
    """All that lies in a project's folder, whatever it leaves out.

    Raises:
        DataError: The folder cannot be read.
    """
    return list_folder(Path(from_name(source.path)), source.layout, watch, to_train=False)


def listing_of(source: Folder, watch: Watch = lambda found: None) -> Listing:
    """The files of a project's folder with its moves, and without what it leaves out.

    Raises:
        DataError: The folder cannot be used or its classes have changed.
    """
    # Which class is missing says more than what a folder without it does not do for.
    listing = whole_listing(source, watch)
    there = without_classes(listing, source.classes_left_out)
    if there.class_names != source.class_names:
        raise ClassesChangedError(source, there)
    check(there)
    if not source.excluded and not source.moved:
        return there
    kept = used(listing, source)
    check(kept, edited=True)
    return kept


def looks_like(top: Sequence[os.DirEntry[str]]) -> Layout:
    """How a folder is read when nobody says, by what lies in it."""
    parts = {split_of(entry.name) for entry in top if entry.is_dir()}
    named = parts - {""}
    if named and (named == parts or ("train" in named and len(named) > 1)):
        return "splits"
    if any(entry.name.lower() == LABELS and entry.is_file() for entry in top):
        return "labels"
    return "classes"


def split_of(folder: str) -> str:
    """The part that a folder's name means, such as ``Train`` or ``test_set``; else empty."""
    return SPLITS.get(re.sub(r"[ _-]?set$", "", folder.lower()), "")


# Layouts


def _list_classes(walk: Walk, top: Sequence[os.DirEntry[str]]) -> Listing:
    folders = [entry for entry in top if entry.is_dir()]
    if not folders:
        raise DataError(_no_classes(walk, top))
    names = tuple(sorted({_class_name(entry) for entry in folders}))
    files = _class_files(walk, folders, names)
    loose = [entry.name for entry in top if entry.is_file() and entry.name.lower() != LABELS]
    return Listing(
        walk.root, "classes", names, {"all": files}, walk.ignored, _notes(walk, loose, ())
    )


def _list_splits(walk: Walk, top: Sequence[os.DirEntry[str]]) -> Listing:
    folders = [entry for entry in top if entry.is_dir()]
    groups: dict[str, list[os.DirEntry[str]]] = {}
    beside: list[str] = []
    others: list[str] = []
    for entry in folders:
        part = split_of(entry.name)
        if not part:
            others.append(entry.name)
            continue
        inside = walk.entries(entry.path)
        groups.setdefault(part, []).extend(one for one in inside if one.is_dir())
        beside.extend(f"{entry.name}/{one.name}" for one in inside if one.is_file())
    names = tuple(sorted({_class_name(one) for group in groups.values() for one in group}))
    if not names:
        raise DataError(_no_class_folders(walk, groups, beside))
    files = {part: _class_files(walk, group, names) for part, group in groups.items()}
    # A part without a picture whose class is known is none: it is drawn as if it were not there.
    files = {part: found for part, found in files.items() if found or part == "train"}
    notes = (*_no_parts(others), *_notes(walk, beside, ()))
    return Listing(walk.root, "splits", names, files, walk.ignored, notes)


def _class_name(entry: os.DirEntry[str]) -> str:
    """A folder's name as a class; “é” is one letter, whichever way a system writes it."""
    return unicodedata.normalize("NFC", to_name(entry.name))


def _class_files(walk: Walk, folders: Sequence[os.DirEntry[str]], names: tuple[str, ...]) -> Files:
    kinds = {name: kind for kind, name in enumerate(names)}
    found: list[tuple[str, int]] = []
    for entry in folders:
        try:
            kind = kinds[_class_name(entry)]
            found.extend((name, kind) for name in walk.names(entry.path))
        except DataError:
            walk.closed.append(walk.name(entry.path))
    return tuple(found)


def _list_labels(walk: Walk, top: Sequence[os.DirEntry[str]]) -> Listing:
    table = next((e.path for e in top if e.name.lower() == LABELS and e.is_file()), None)
    if table is None:
        raise DataError(f"{walk.root} has no {LABELS}.")
    rows = read_labels(Path(table))
    walk.ignored = walk.links = 0  # the root is read once more
    there = {name for name in walk.names(walk.root) if name.lower() != LABELS}
    meant = labelled(Path(table), rows, there)
    known = meant.labels
    names = tuple(sorted(set(known.values())))
    if not names:
        raise DataError(
            f"{table} names {len(rows):,} files, but none of them lies in {walk.root}. File names "
            "are read as they stand, from that folder on."
            if rows
            else f"{table} has no lines below its first, so no picture has a class."
        )
    kinds = {name: kind for kind, name in enumerate(names)}
    files = tuple((name, kinds[known[name]]) for name in sorted(known))
    notes = (*meant.notes, *_notes(walk, sorted(there - known.keys()), meant.missing))
    return Listing(walk.root, "labels", names, {"all": files}, walk.ignored, notes)


def _list_prefixes(walk: Walk, top: Sequence[os.DirEntry[str]]) -> Listing:
    loose = [to_name(e.name) for e in top if not e.is_dir()]
    labelled = {name: prefix for name in loose if (prefix := prefix_of(name))}
    names = tuple(sorted(set(labelled.values())))
    if not names:
        raise DataError(f"{walk.root}: its file names do not begin with a class and a number.")
    kinds = {name: kind for kind, name in enumerate(names)}
    files = tuple((name, kinds[labelled[name]]) for name in sorted(labelled))
    others = [name for name in loose if name not in labelled]
    notes = _notes(walk, others, ())
    return Listing(walk.root, "prefixes", names, {"all": files}, walk.ignored, notes)


_LISTERS: dict[Layout, Callable[[Walk, Sequence[os.DirEntry[str]]], Listing]] = {
    "classes": _list_classes,
    "splits": _list_splits,
    "labels": _list_labels,
    "prefixes": _list_prefixes,
}


def prefix_of(name: str) -> str:
    """The class in a file name such as ``cat_012.jpg``; empty if there is none."""
    stem = name.rpartition(".")[0] or name
    found = _PREFIX.match(stem)
    return found["prefix"] if found else ""


# Words


def _notes(walk: Walk, beside: Sequence[str], missing: Sequence[str]) -> tuple[str, ...]:
    """What is left out because it lies in the wrong place or nowhere."""
    notes = walk.notes()
    if beside:
        lie, are = ("files lie", "are") if len(beside) > 1 else ("file lies", "is")
        notes.append(
            f"{len(beside):,} {lie} where no class can be told, such as {shown(beside[0])}, and "
            f"{are} left out. Move pictures into a class's folder to use them."
        )
    if missing:
        are = "files that are not there" if len(missing) > 1 else "file that is not there"
        notes.append(f"{LABELS} names {len(missing):,} {are}, such as {shown(missing[0])}.")
    return tuple(notes)


def _no_class_folders(walk: Walk, parts: Iterable[str], files: Sequence[str]) -> str:
    """What is said where folders of parts are looked for and no class is found."""
    part = min(parts, key=lambda part: part != "train", default="")
    if not part:
        return f"{walk.root} has no folders called train, validation or test."
    words = f"{walk.root}: its “{part}” folder holds no class folders."
    where = f"If names of files or a {LABELS} tell the classes there, choose that folder itself."
    return f"{words} {where}" if files else words


def _no_parts(folders: Sequence[str]) -> tuple[str, ...]:
    """What is said of folders beside those of parts."""
    if not folders:
        return ()
    which, name = f"{len(folders):,} folders", f"“{shown(folders[0])}”"
    which = f"The folder {name} is" if len(folders) == 1 else f"{which}, such as {name}, are"
    return (f"{which} neither for training nor for validation or the test, and left out.",)


def _no_classes(walk: Walk, top: Sequence[os.DirEntry[str]]) -> str:
    root = walk.root
    loose = sum(1 for entry in top if entry.is_file())
    files = f"{loose:,} file{'' if loose == 1 else 's'}"
    found = f"holds {files} but no folders" if loose else "is empty"
    table = next((to_name(e.name) for e in top if e.name.lower().endswith((".csv", ".tsv"))), "")
    tables = f" If {shown(table)} tells the classes, call it {LABELS}." if table else ""
    return _with_links(
        walk.links,
        f"{root} {found}. Layerloom wants one folder per class inside it, such as "
        f"{root.name}/cat/1.jpg and {root.name}/dog/1.jpg.{tables}",
    )


def _with_links(links: int, words: str) -> str:
    """Words about what is missing; links may be why."""
    if not links:
        return words
    lie = "1 link lies" if links == 1 else f"{links:,} links lie"
    return f"{words} {lie} there too; links are not followed, so copy the files that are meant."


def check(listing: Listing, edited: bool = False, filled: bool = True) -> None:
    """Refuse what cannot be trained on, in words.

    Args:
        listing: What is to be trained on.
        edited: Whether pictures were excluded and moved.
        filled: Whether each class must have pictures for training.

    Raises:
        DataError: It cannot be.
    """
    root, names = listing.root, listing.class_names
    if listing.layout == "splits" and "train" not in listing.files:
        found = ", ".join(sorted(listing.files)) or "no"
        raise DataError(
            f"{root} has {found} folders but no “train” folder. Name the one to learn from so, or "
            "choose it itself to have its pictures split."
        )
    if len(names) < FEWEST:
        raise DataError(_one_class(listing))
    if len(names) > MOST_CLASSES:
        raise DataError(
            f"{root} has {len(names):,} classes, and at most {MOST_CLASSES:,} can be learnt. Does "
            "each picture lie in a folder of its own?"
        )
    main = listing.files.get("train", listing.files.get("all", ()))
    sizes = Counter(kind for _, kind in main)
    empty = [name for kind, name in enumerate(names) if not sizes[kind]]
    if empty and filled:
        listed = ", ".join(f"“{name}”" for name in empty[:5])
        more = f" and {len(empty) - 5} more" if len(empty) > 5 else ""
        where = " for training" if "train" in listing.files else ""
        hold, folder = ("holds", "folder") if len(empty) == 1 else ("hold", "folders")
        what = f"{root}: {listed}{more} {hold} no files{where}."
        if edited:
            raise DataError(
                f"{root}: all pictures of {listed}{more}{where} are excluded or moved to another "
                "class. Include some again, or leave out the whole class: the Data page offers it."
            )
        if listing.closed:
            raise DataError(
                f"{what} The folder {shown(listing.closed[0])} may not be read: give yourself the "
                "right to read it, then try again."
            )
        words = f"{what} Put pictures in, or take the {folder} out."
        raise DataError(_with_links(listing.links, words))


def _one_class(listing: Listing) -> str:
    """What to do where all pictures are of one class."""
    if listing.left_out:
        return (
            f"{listing.root}: of {len(listing.left_out) + len(listing.class_names):,} classes "
            f"{len(listing.left_out):,} are left out. {TOO_FEW} Take some in again: the Data page "
            "offers it."
        )
    name = listing.class_names[0]
    what = f"{listing.root} has one class only (“{name}”); a classifier needs at least two"
    if listing.layout in ("labels", "prefixes"):
        return f"{what}."
    deeper = any(file.count("/") > 1 for files in listing.files.values() for file, _ in files)
    if deeper:
        return (
            f"{what} folders. If the classes are the folders inside “{name}”, choose that folder."
        )
    return f"{what} folders. Put the pictures of each other class into a folder beside it."
