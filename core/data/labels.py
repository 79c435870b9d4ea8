"""A ``labels.csv``: what it says, and which files of a folder it means."""

from __future__ import annotations

import csv
import io
import posixpath
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import msgspec

from core.data.errors import DataError
from core.data.names import shown, to_name
from core.words import count

LABELS = "labels.csv"
MAX_LABELS_BYTES = 64 * 2**20
LONGEST_LABEL = 250
"""More than any class is called; what is longer comes from a table that was damaged."""
FILE_COLUMNS = ("filename", "file", "image", "path", "name", "file_name", "image_name", "id")
LABEL_COLUMNS = ("label", "class", "category", "class_name")


class Labelled(msgspec.Struct, frozen=True):
    """What a table means in its folder.

    Attributes:
        labels: The label of each file that it means.
        missing: Names that mean no file, or may mean several.
        notes: What else is to be known, in sentences.
    """

    labels: dict[str, str]
    missing: tuple[str, ...]
    notes: tuple[str, ...]


# Which files are meant


def labelled(table: Path, rows: dict[str, str], there: set[str]) -> Labelled:
    """The label of each file that a table means.

    A name is taken as it stands; else as a path that leads here, with its letters written another
    way, or without a suffix; else in small letters, or as the name of a file in a folder that it
    does not tell.  Whichever way, it must mean one file only.

    Args:
        table: Where it lies, in the folder that its names are below.
        rows: What it says; see `read_labels`.
        there: Names of all files below the folder.

    Raises:
        DataError: Two lines mean one file and disagree.
    """
    means: dict[str, str] = {row: row for row in rows if row in there}
    means |= _meant(table, rows.keys() - means, there, _plainly, _plain)
    liked = _meant(table, rows.keys() - means, there, _loosely, _small)
    known: dict[str, str] = {}
    for row, label in rows.items():
        name = means.get(row) or liked.get(row)
        if name is not None and known.setdefault(name, label) != label:
            raise DataError(_two_labels(table, name, known[name], label))
    missing = tuple(row for row in rows if row not in means and row not in liked)
    return Labelled(known, missing, _liked_note(table, liked))


def _meant(
    table: Path,
    rows: Iterable[str],
    there: set[str],
    keys: Callable[[str], set[str]],
    key: Callable[[str], str],
) -> dict[str, str]:
    """The file that each row means, where some key of one file only is the row's."""
    wanted = {row: key(_below(row, table.parent)) for row in rows}
    if not wanted:
        return {}
    owners: dict[str, list[str]] = defaultdict(list)
    for name in there:
        for one in keys(name):
            owners[one].append(name)
    return {row: owners[one][0] for row, one in wanted.items() if len(owners.get(one, ())) == 1}


def _plain(name: str) -> str:
    return unicodedata.normalize("NFC", name)


def _small(name: str) -> str:
    return _plain(name).casefold()


def _plainly(name: str) -> set[str]:
    return {_plain(name), _plain(name.rpartition(".")[0])}


def _loosely(name: str) -> set[str]:
    """In small letters, with and without its folders and suffix."""
    return {
        _small(part.rpartition(".")[0] if bare else part)
        for part in (name, name.rpartition("/")[2])
        for bare in (False, True)
    }


def _below(name: str, root: Path) -> str:
    """A path as a name below the root, if it leads there, from outside it or from beside it."""
    here = to_name(root.as_posix())
    path = posixpath.normpath(posixpath.join(here, name)).removeprefix(f"{here}/")
    return path.removeprefix(f"{root.name}/") if name.startswith(f"{root.name}/") else path


def _liked_note(table: Path, liked: dict[str, str]) -> tuple[str, ...]:
    if not liked:
        return ()
    row, name = min(liked.items())
    return (
        f"{table.name} writes {count(len(liked), 'name')} another way than the folder does, such "
        f"as {shown(row)} for {shown(name)}; each fits one file only.",
    )


def _two_labels(table: Path, name: str, one: str, other: str) -> str:
    return f"{table}: {shown(name)} has two labels, “{shown(one)}” and “{shown(other)}”."


# What the table says


def read_labels(path: Path) -> dict[str, str]:
    """The rows of a ``labels.csv``: name of a file, and its label.

    Commas, semicolons or tabs; UTF-8; a first line that names the columns.

    Raises:
        DataError: It cannot be read so; says why.
    """
    text = _text(path)
    lines = (line for line in io.StringIO(text) if line.strip(" \n,;\t"))
    head = next((line for line in lines if not _sep(line)), "")
    for delimiter in ",;\t":
        columns = next((cells for _, cells in _cells(path, head, delimiter)), [])
        names = [cell.strip().lower() for cell in columns]
        file_at = next((names.index(name) for name in FILE_COLUMNS if name in names), None)
        label_at = next((names.index(name) for name in LABEL_COLUMNS if name in names), None)
        if file_at is not None and label_at is not None:
            rows = (row for row in _cells(path, text, delimiter) if not _sep(row[1][0]))
            next(rows)
            return _rows(path, rows, file_at, label_at)
    raise DataError(
        f"{path}: its first line must name the columns filename and label, as in “filename,label”."
    )


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_LABELS_BYTES:
            raise DataError(f"{path} is larger than {MAX_LABELS_BYTES // 2**20} MB.")
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(f"{path} is not UTF-8 text. Save it again as “CSV UTF-8”.") from error
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}.") from error


def _sep(line: str) -> bool:
    """Whether a line only tells Excel what stands between the columns."""
    return line.startswith("sep=") and len(line.strip()) <= len("sep=;")


def _cells(path: Path, text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Rows of a table that are not blank, each with the number of its line.

    Raises:
        DataError: A quotation mark stands where none can.
    """
    # Strictly: else a mark that is never closed would take all lines after it into one label.
    reader = csv.reader(io.StringIO(text), delimiter=delimiter, skipinitialspace=True, strict=True)
    number = 0
    try:
        for row in reader:
            number = reader.line_num
            if any(cell.strip() for cell in row):
                yield number, row
    except csv.Error as error:
        raise DataError(
            f"{path}: line {number + 1} cannot be read: {error}. Is a quotation mark missing, or "
            "one too many?"
        ) from error


def _rows(
    path: Path, rows: Iterable[tuple[int, list[str]]], file_at: int, label_at: int
) -> dict[str, str]:
    """Names and labels from lines of a table, each with its number."""
    labels: dict[str, str] = {}
    for number, row in rows:
        if len(row) <= max(file_at, label_at):
            raise DataError(f"{path}: line {number} has too few columns.")
        name, label = row[file_at].strip().replace("\\", "/"), _plain(row[label_at].strip())
        name = name.removeprefix("./")
        if not label:
            raise DataError(f"{path}: line {number} has no label for {shown(name)}.")
        if len(label) > LONGEST_LABEL:
            raise DataError(
                f"{path}: line {number} has a label of {len(label):,} letters, “{shown(label)}”; "
                f"at most {LONGEST_LABEL} are read."
            )
        if labels.setdefault(name, label) != label:
            raise DataError(_two_labels(path, name, labels[name], label))
    return labels
