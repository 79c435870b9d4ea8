"""Projects on disk: ``.layerloom`` files, JSON with a version, checked before they are believed."""

from __future__ import annotations

import codecs
import json
import re
import stat
from functools import cache
from pathlib import Path
from typing import Annotated, Any, NamedTuple, TypeVar

import msgspec
from msgspec import Meta

from core import nesting
from core.blocks import CATALOGUE
from core.data.source import MAX_FILES, Folder
from core.files import write_whole
from core.project import MAX_BLOCKS, Project
from core.room import disk_words
from core.words import uncapitalised

SUFFIX = ".layerloom"
FORMAT = "layerloom-project"
VERSION = 1
MAX_BYTES = 16 * 2**20
"""Largest project file that is read; 10,000 blocks need about 2 MB."""
MAX_DEPTH = 128

TEMPLATES = Path(__file__).parent.parent / "resources" / "templates"
STARTER = "mnist-cnn"


class ProjectError(Exception):
    """A project cannot be read or written; the text is one sentence for people."""


class FileSort(NamedTuple):
    """What tells one sort of Layerloom's files from another.

    Attributes:
        format: Written at its head.
        version: The newest that this Layerloom reads.
        noun: What to call its contents: ``project``.
    """

    format: str
    version: int
    noun: str


PROJECT = FileSort(FORMAT, VERSION, "project")

Contents = TypeVar("Contents")


class _Envelope(msgspec.Struct):
    """What every version of the formats has in common."""

    format: str
    version: Annotated[int, Meta(le=1_000_000)]  # none is so new; the message would not end
    project: msgspec.Raw = msgspec.Raw(b"null")
    block: msgspec.Raw = msgspec.Raw(b"null")


def template_names() -> tuple[str, ...]:
    """Names of the projects that come with Layerloom."""
    return tuple(sorted(path.stem for path in TEMPLATES.glob(f"*{SUFFIX}")))


def load_template(name: str) -> Project:
    """A project that comes with Layerloom.

    Raises:
        ProjectError: There is none of that name.
    """
    if name not in template_names():
        raise ProjectError(
            f"There is no template “{name}”. There are: {', '.join(template_names())}."
        )
    return load_project(TEMPLATES / f"{name}{SUFFIX}")


def open_project(reference: str) -> Project:
    """A project by file path or template name; a file wins where both exist.

    Raises:
        ProjectError: It is neither, or cannot be read.
    """
    if reference in template_names() and not Path(reference).exists():
        return load_template(reference)
    return load_project(Path(reference))


def load_project(path: Path) -> Project:
    """Read a project file.

    Raises:
        ProjectError: It is missing, damaged, foreign, too large or from a newer Layerloom; the
            sentence says which.  The file is never changed.
    """
    data = _read_limited(path)
    try:
        return decode_project(data)
    except ProjectError as error:
        raise ProjectError(f"{path.name}: {error}") from error


def decode_project(data: bytes) -> Project:
    """A project from the bytes of a project file.

    Raises:
        ProjectError: As in `load_project`, without the file's name.
    """
    project = decode_contents(data, PROJECT, Project)
    if nesting.count(project.stack) > MAX_BLOCKS:
        raise ProjectError(f"the stack has more than {MAX_BLOCKS:,} blocks, nested ones counted.")
    if nesting.depth(project.stack) > nesting.MAX_NESTING:
        raise ProjectError(
            f"its containers are nested more than {nesting.MAX_NESTING} deep, which is too deeply."
        )
    return project


def decode_contents(data: bytes, sort: FileSort, kind: type[Contents]) -> Contents:
    """What one of Layerloom's files holds, checked before it is believed.

    Args:
        data: The file's bytes.
        sort: What the file is to be.
        kind: Type of the contents; its blocks stand in a field ``stack``.

    Raises:
        ProjectError: It is damaged, foreign or from a newer Layerloom; the sentence says which.
    """
    whole = f"a Layerloom {sort.noun}"
    data = data.removeprefix(codecs.BOM_UTF8)  # some text editors put it there
    if not data.strip():
        raise ProjectError("the file is empty.")
    if depth_of(data) > MAX_DEPTH:
        raise ProjectError(f"the file is nested too deeply to be {whole}.")
    try:
        envelope = msgspec.json.decode(data, type=_Envelope)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ProjectError(_not_ours(data, sort)) from error
    if envelope.format != sort.format:
        raise ProjectError(f"this is not {whole}.")
    if envelope.version > sort.version:
        raise ProjectError(
            f"it was saved by a newer Layerloom (format {envelope.version}; this one reads up to "
            f"{sort.version}). Update Layerloom to open it."
        )
    if envelope.version < 1:
        raise ProjectError(f"format {envelope.version} does not exist; the file is damaged.")
    raw = bytes(getattr(envelope, sort.noun))
    try:
        if raw == b"null":
            raise ProjectError(f"the file is damaged: its {sort.noun} is missing.")
        contents = msgspec.json.decode(raw, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ProjectError(_in_words(str(error), raw)) from error
    _refuse_repeated_keys(data)
    return contents


def _refuse_repeated_keys(data: bytes) -> None:
    """Refuse an object that says the same key twice: JSON does not tell which one is meant.

    Raises:
        ProjectError: One does.
    """

    def checked(pairs: list[tuple[str, object]]) -> dict[str, object]:
        found = dict(pairs)
        if len(found) < len(pairs):
            keys = [key for key, _ in pairs]
            twice = next(key for key in found if keys.count(key) > 1)
            kind = found.get("kind")
            where = f" in a block “{kind}”" if isinstance(kind, str) else ""
            raise ProjectError(
                f"“{twice}” is written twice{where}, and only one of them can be meant. Delete "
                "one of them in a text editor."
            )
        return found

    # Python refuses to make an int of thousands of digits; which number it is does not matter here.
    json.loads(data, object_pairs_hook=checked, parse_int=str)


def encode_project(project: Project) -> bytes:
    """The bytes of a project file: JSON, indented, so that versions can be compared."""
    return encode_contents(project, PROJECT)


def encode_contents(contents: object, sort: FileSort) -> bytes:
    """The bytes of one of Layerloom's files."""
    document = {"format": sort.format, "version": sort.version, sort.noun: contents}
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


def save_project(project: Project, path: Path) -> None:
    """Write a project file, whole or not at all.

    Raises:
        ProjectError: It cannot be written, or could not be read again; an older file stays as it
            was.
    """
    data = encode_project(project)
    _refuse_too_much(project, len(data), path)
    try:
        write_whole(path, data)
    except OSError as error:
        raise ProjectError(
            f"{path.name} could not be saved: {disk_words(path.parent, error, len(data))}. Nothing "
            "was overwritten; choose another folder or free some space."
        ) from error


def _refuse_too_much(project: Project, size: int, path: Path) -> None:
    """Write no file that would not be opened again.

    Raises:
        ProjectError: It would be too large; says what to do.
    """
    source = project.data
    lists = (source.excluded, source.moved) if isinstance(source, Folder) else ()
    if size > MAX_BYTES or any(len(files) > MAX_FILES for files in lists):
        many = sum(map(len, lists))
        raise ProjectError(
            f"{path} was not saved, for it could not be opened again: it would have "
            f"{size / 2**20:,.0f} MB and {many:,} pictures left out or moved one by one; at most "
            f"{MAX_BYTES // 2**20} MB and {MAX_FILES:,} of each are read. Take such files out of "
            "the folder itself instead. Nothing was overwritten."
        )


def _read_limited(path: Path) -> bytes:
    """The bytes of a regular file of sane size.

    Raises:
        ProjectError: It is none.
    """
    try:
        info = path.stat()
        if not stat.S_ISREG(info.st_mode):
            raise ProjectError(f"{path} is not a file.")
        if info.st_size > MAX_BYTES:
            raise ProjectError(
                f"{path.name}: the file has {info.st_size / 2**20:,.0f} MB; a Layerloom project "
                f"has at most {MAX_BYTES // 2**20} MB."
            )
        return path.read_bytes()
    except FileNotFoundError as error:
        names = ", ".join(template_names())
        raise ProjectError(
            f"There is no file {path} and no template of that name ({names})."
        ) from error
    except (OSError, ValueError) as error:
        words = getattr(error, "strerror", None) or str(error)
        raise ProjectError(f"{path} could not be read: {words}.") from error


_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)
"""A string of JSON, also one that never ends: each byte is looked at once, whatever they are."""

_OTHER_BYTES = bytes(set(range(256)) - set(b"[{]}"))


def depth_of(data: bytes) -> int:
    """Deepest nesting of JSON brackets, counted without parsing."""
    brackets = _STRING.sub(b"", data).translate(None, _OTHER_BYTES)
    depth = deepest = 0
    for bracket in brackets:
        depth += 1 if bracket in b"[{" else -1
        deepest = max(deepest, depth)
        if deepest > MAX_DEPTH:
            break
    return deepest


def _not_ours(data: bytes, sort: FileSort) -> str:
    """Why bytes could not even be read as JSON, in words."""
    if data.lstrip()[:1] == b"{" and sort.format.encode() in data[:1000]:
        return "the file is damaged or cut short."
    return f"this is not a Layerloom {sort.noun}."


_PLACE = re.compile(r"^(?P<what>.*?)(?: - at `(?P<where>\$.*)`)?$", re.DOTALL)
_STEP = re.compile(r"\.(\w+)|\[(\d+)\]")


def _in_words(message: str, data: bytes) -> str:
    """Msgspec's complaint with its path turned into the block's name."""
    match = _PLACE.match(message)
    what, where = (match["what"], match["where"] or "") if match else (message, "")
    if not where.startswith("$.stack["):
        place = where.removeprefix("$").removeprefix(".")
        return f"{place + ': ' if place else ''}{_plain(what)}"
    return f"{_block_words(where, data)}: {_plain(what)}"


def _block_words(where: str, data: bytes) -> str:
    """A path such as ``$.stack[3].body[0].filters`` in words: ``block 4, block 1 (Conv2D)…``."""
    node = _undecoded(data)
    words: list[str] = []
    kind = field = ""
    for name, index in _STEP.findall(where):
        node = _child(node, name or int(index))
        if name:
            field = name
        elif isinstance(node, list):
            words.append(f"branch {int(index) + 1}")
        elif isinstance(node, dict) or field in ("stack", "body"):
            words.append(f"block {int(index) + 1}")
            written = _child(node, "kind")
            kind = written if isinstance(written, str) and len(written) < 60 else ""
            field = ""
    return f"{', '.join(words)}{f' ({kind})' if kind else ''}{f', {field}' if field else ''}"


def _undecoded(data: bytes) -> Any:
    """The plain JSON of a project that did not decode; None where it is not even that."""
    try:
        return msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _child(node: Any, key: str | int) -> Any:
    """One step into plain JSON; None where it leads nowhere."""
    try:
        return node[key]
    except (KeyError, IndexError, TypeError):
        return None


def _plain(what: str) -> str:
    """Msgspec's wording, a little plainer."""
    unknown = re.match(r"Invalid value '(.+)'$", what)
    if unknown and unknown[1] not in CATALOGUE:
        return f"“{unknown[1]}” is not known to this version of Layerloom."
    text = what.replace("Object contains unknown field", "it has an unknown field")
    text = text.replace("`", "“", 1).replace("`", "”", 1) if text.count("`") == 2 else text
    return uncapitalised(text) + ("" if text.endswith(".") else ".")


@cache
def starter() -> Project:
    """The project the window opens on."""
    return load_template(STARTER)
