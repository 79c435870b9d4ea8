"""Zip files of pictures: checked first, then unpacked into a folder of our own, or not at all."""

from __future__ import annotations

import errno
import lzma
import os
import shutil
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from core.data.cache_room import SPARE
from core.data.errors import DataError
from core.data.names import shown
from core.data.places import digest, unpacked_home
from core.room import disk_words, no_room
from core.words import data_size

MAX_MEMBERS = 500_000
MAX_BYTES = 100 * 10**9
"""Most bytes that a zip may unpack to."""
MAX_RATIO = 100
"""Pictures hardly shrink in a zip; what shrinks more than this is a bomb."""
RATIO_FROM = 10 * 2**20
"""Expansion is not judged below this size (bytes)."""
BLOCK = 1 << 20

_SAYS_UTF8 = 0x800
"""Flag of a member whose name is told to be UTF-8; else it is of the old code page 437."""
_BAD_NAME = (errno.ENAMETOOLONG, errno.EEXIST, errno.ENOTDIR, errno.EISDIR, errno.EINVAL)

Tell = Callable[[int, int], None]
"""Told how many bytes of how many are unpacked; may raise to stop."""


def is_zip(path: Path) -> bool:
    """Whether a path is a file that looks like a zip, by name or content."""
    try:
        there = path.is_file()
    except OSError:  # no such name can be, or the way there is closed: listing it says so
        return False
    return there and (path.suffix.lower() == ".zip" or zipfile.is_zipfile(path))


def unpack(path: Path, tell: Tell = lambda done, total: None) -> Path:
    """The folder with a zip's contents, unpacked unless it was before.

    Args:
        path: The zip.
        tell: Told of the progress; may raise to stop, and nothing of it stays.

    Returns:
        A folder of ours; the same zip, unchanged, leads to the same folder.

    Raises:
        DataError: It is refused, with the name of what is wrong, or cannot be unpacked.
    """
    home, needed = unpacked_home(), 0
    try:
        info = path.stat()
        identity = f"{path.resolve()}\0{info.st_size}\0{info.st_mtime_ns}"
        name = "".join(
            letter if letter.isalnum() or letter in "-_" else "-" for letter in path.stem
        )
        folder = home / digest(identity) / (name[:60].strip("-") or "pictures")
        if folder.is_dir():
            return folder
        folder.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(path) as archive:
            members = _checked(path, archive)
            needed = sum(member.file_size for member in members)
            _check_room(path, home, needed)
            return _unpack(archive, members, folder, tell)
    except zipfile.BadZipFile as error:
        raise DataError(
            f"{path.name} is damaged or no zip ({str(error).rstrip('.')}). Copy or download it "
            "again, or choose another."
        ) from error
    except (zlib.error, lzma.LZMAError, EOFError, NotImplementedError, ValueError) as error:
        raise DataError(f"{path.name} cannot be unpacked: {str(error).rstrip('.')}.") from error
    except OSError as error:
        if no_room(error) is None:
            words = error.strerror or str(error)
            raise DataError(f"{path.name} could not be unpacked: {words}.") from error
        raise DataError(
            f"{path.name} could not be unpacked: {disk_words(home, error, needed)}. Free some "
            "space, then try again."
        ) from error


def _checked(path: Path, archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """The files of a zip that may be unpacked.

    Raises:
        DataError: Something in it may not.
    """
    members = archive.infolist()
    if len(members) > MAX_MEMBERS:
        raise DataError(f"{path.name} holds {len(members):,} files; at most {MAX_MEMBERS:,}.")
    seen: set[str] = set()
    kept = []
    for member in members:
        _check_member(path, member)
        if member.is_dir() or _system(member):
            continue
        plain = str(_inner(member))
        if plain in seen:
            raise DataError(f"{path.name} holds {shown(plain)} twice, so it was not unpacked.")
        seen.add(plain)
        kept.append(member)
    total = sum(member.file_size for member in kept)
    packed = sum(member.compress_size for member in kept)
    if total > MAX_BYTES or (total > RATIO_FROM and total > MAX_RATIO * max(1, packed)):
        raise DataError(
            f"{path.name} would unpack from {data_size(packed)} to {data_size(total)}, as no "
            "pictures do, so it was not unpacked."
        )
    return kept


def _check_member(path: Path, member: zipfile.ZipInfo) -> None:
    name = _name(member)
    parts = _inner(member).parts
    refused = f"{path.name} was not unpacked: {shown(name)}"
    if name.startswith(("/", "\\")) or (len(name) > 1 and name[1] == ":") or ".." in parts:
        raise DataError(f"{refused} leads out of its folder.")
    mode = member.external_attr >> 16
    if mode and stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise DataError(f"{refused} is a link or another special file.")
    if member.flag_bits & 1:
        raise DataError(f"{refused} is locked with a password. Unpack it yourself first.")
    if "\0" in name:
        raise DataError(f"{refused} has a name that no file can have.")


def _name(member: zipfile.ZipInfo) -> str:
    """What a member is called; macOS writes UTF-8 and does not say so."""
    if member.flag_bits & _SAYS_UTF8:
        return member.filename
    try:
        return member.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return member.filename


def _inner(member: zipfile.ZipInfo) -> PurePosixPath:
    """Where a member goes; some programs write Windows' separators."""
    return PurePosixPath(_name(member).replace("\\", "/"))


def _system(member: zipfile.ZipInfo) -> bool:
    return any(part.startswith(".") or part == "__MACOSX" for part in _inner(member).parts)


def _check_room(path: Path, home: Path, total: int) -> None:
    free = shutil.disk_usage(home).free
    if total + SPARE > free:
        raise DataError(
            f"Unpacked, {path.name} takes {data_size(total)}, besides {data_size(SPARE)} that are "
            f"left to everything else, and only {data_size(free)} are free in {home}. Free some "
            "space first."
        )


def _unpack(
    archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], folder: Path, tell: Tell
) -> Path:
    """Unpack into a folder beside, and rename it when it is whole."""
    total = sum(member.file_size for member in members)
    done = 0
    with tempfile.TemporaryDirectory(prefix=".unpacking-", dir=folder.parent) as beside:
        inside = Path(beside) / "files"
        inside.mkdir()
        for member in members:
            done += _write(archive, member, inside / _inner(member))
            tell(done, total)
        os.rename(inside, folder)  # noqa: PTH104 - a rename that fails where something stands
    return folder


def _write(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path) -> int:
    """Unpack one file, no longer than it said it was.

    Raises:
        DataError: It is longer, or nothing can have its name here.
    """
    written = 0
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        out = target.open("xb")
    except OSError as error:
        if error.errno not in _BAD_NAME:
            raise
        words = (error.strerror or str(error)).lower()
        raise DataError(
            f"{shown(_name(member))} cannot be unpacked beside the others: {words}."
        ) from error
    with out, archive.open(member) as source:
        while block := source.read(BLOCK):
            written += len(block)
            if written > member.file_size:
                raise DataError(f"{shown(_name(member))} is longer than the zip says it is.")
            out.write(block)
    return written
