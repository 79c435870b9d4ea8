"""What one picture file is, from its header or from a quick look; the work of a scan's helpers.

These functions run in processes of their own, many files at a time: a damaged file that crashes a
decoder then costs a helper and not the engine.
"""

from __future__ import annotations

import hashlib
import io
import os
import stat
import threading
import time
import warnings
from collections.abc import Iterable, Iterator
from multiprocessing import parent_process
from pathlib import Path
from typing import TypeVar

import msgspec
import numpy as np
from PIL import Image

from core.data.names import path_of
from core.data.picture import FORMATS, PictureError, orientation, refuse, unreadable, upright

SMALL = 1 << 16
"""Files up to this size are read whole, so that they are opened once (bytes)."""
TURN = 0.02
"""How long a helper works without a word (s)."""
LOOK = 16
"""Side of the grey miniature that near duplicates are compared by (pixels)."""
TINTS = 4
"""Fields on a side that their colours are compared by."""


Item = TypeVar("Item")
Identity = tuple[int, int, int, int]
"""Size, time of last change in nanoseconds, inode, and time of the last change to any of these:
the first three can be the same though the bytes are not, as after a copy that keeps times."""
NOWHERE: Identity = (0, 0, 0, 0)


def identity_of(info: os.stat_result) -> Identity:
    """What tells whether a file has changed."""
    return (info.st_size, info.st_mtime_ns, info.st_ino, info.st_ctime_ns)


class Header(msgspec.Struct, frozen=True, array_like=True):
    """What a file says of itself.

    Attributes:
        identity: Of the file; `NOWHERE` where it could not be opened, so that it is tried again.
        width, height: Upright, in pixels; 0 where it cannot be read.
        mode, format: Pillow's names.
        marks: Of ``rotated``, ``animated``, ``sixteen-bit``, ``cmyk``, ``palette``,
            ``transparent``.
        problem: Why it cannot be read; else empty.
        exact: Hash of all bytes; empty where it was not needed yet.
    """

    identity: Identity
    width: int = 0
    height: int = 0
    mode: str = ""
    format: str = ""
    marks: tuple[str, ...] = ()
    problem: str = ""
    exact: str = ""


class Look(msgspec.Struct, frozen=True, array_like=True):
    """What a picture looks like.

    Attributes:
        difference: 64 bits: whether brightness rises from each of 9 × 8 fields to the next.
        miniature: Grey, `LOOK` × `LOOK` bytes.
        problem: Why it cannot be decoded; else empty.
        tints: Colours without brightness of `TINTS` × `TINTS` fields, two bytes each; 0 throughout
            for a grey picture.
    """

    difference: int = 0
    miniature: bytes = b""
    problem: str = ""
    tints: bytes = bytes(2 * TINTS * TINTS)


def start_helper() -> None:
    """Make a helper process end with the engine, however that ends."""
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.join,), daemon=True).start()


def _end_with(wait: object) -> None:
    assert callable(wait)
    wait()
    os._exit(0)


def in_one_turn(files: Iterable[Item]) -> Iterator[Item]:
    """Files until they have taken `TURN` seconds, at least one: more would delay a wish to stop."""
    until = time.monotonic() + TURN
    for file in files:
        yield file
        if time.monotonic() > until:
            return


def read_headers(root: str, names: list[str]) -> list[Header]:
    """Headers of some files of a folder, or of the first of them (`in_one_turn`)."""
    return [_header(path_of(root, name)) for name in in_one_turn(names)]


def hash_files(root: str, names: list[str]) -> list[str]:
    """Hashes of all bytes of some files; empty for those that cannot be read."""
    return [_hash(path_of(root, name)) for name in in_one_turn(names)]


def look_at(root: str, names: list[str]) -> list[Look]:
    """What some pictures of a folder look like."""
    return [_look(path_of(root, name)) for name in in_one_turn(names)]


def _header(path: Path) -> Header:
    try:
        info = path.stat()
    except OSError as error:
        return Header(NOWHERE, problem=str(unreadable(path, error)))
    identity = identity_of(info)
    if not stat.S_ISREG(info.st_mode):
        return Header(identity, problem=str(PictureError(f"{path.name} is not a file.")))
    exact = ""
    try:
        source: Path | io.BytesIO = path
        if info.st_size <= SMALL:
            data = path.read_bytes()
            exact = _digest(data)
            source = io.BytesIO(data)
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", module=r"PIL\.")
            with Image.open(source, formats=FORMATS) as picture:
                refuse(picture, path)
                width, height = picture.size
                marks = _marks(picture)
                if "lying" in marks:
                    width, height = height, width
                kept = tuple(mark for mark in marks if mark != "lying")
                kind = picture.format or ""
                return Header(identity, width, height, picture.mode, kind, kept, "", exact)
    except PictureError as error:
        return Header(identity, problem=str(error), exact=exact)
    except Exception as error:  # decoders raise struct.error, KeyError and many more on damage
        at = identity if opens(path) else NOWHERE
        return Header(at, problem=str(unreadable(path, error)), exact=exact)


def opens(path: Path) -> bool:
    """Whether what is wrong with a file lies in the file, not in the way to it.

    A folder that was pulled away or a permission that was missing may be back in a moment.
    """
    try:
        if stat.S_ISREG(path.stat().st_mode):
            with path.open("rb") as stream:
                stream.read(1)
    except OSError:
        return False
    return True


def _marks(picture: Image.Image) -> list[str]:
    """What is to be said of a picture; ``lying`` where its sides change places upright."""
    marks = []
    deep = _is_deep(picture)  # asked first: the mark of rotation may lie behind the pixels
    held = orientation(picture)
    if held != 1:
        marks.append("rotated")
        if held >= 5 and picture.format != "TIFF":  # whose sides are told upright
            marks.append("lying")
    if getattr(picture, "is_animated", False):
        marks.append("animated")
    if deep:
        marks.append("sixteen-bit")
    if picture.mode == "CMYK":
        marks.append("cmyk")
    if picture.mode in ("P", "PA"):
        marks.append("palette")
    if picture.has_transparency_data:
        marks.append("transparent")
    return marks


def _is_deep(picture: Image.Image) -> bool:
    """Whether a picture that is not decoded yet has more than 8 bits a value."""
    if picture.mode.startswith("I") or picture.mode == "F":
        return True
    # Colours of 16 bits are decoded to 8; only what is to be decoded still tells.
    return any(";16" in str(tile.args) for tile in getattr(picture, "tile", ()))


def _hash(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, lambda: hashlib.blake2b(digest_size=16)).hexdigest()
    except OSError:
        return ""


def _digest(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def _look(path: Path) -> Look:
    try:
        colours = upright(path, (2 * LOOK, 2 * LOOK))
    except PictureError as error:
        return Look(problem=str(error))
    picture = colours.convert("L")
    fields = np.asarray(picture.resize((9, 8), Image.Resampling.BILINEAR), np.int16)
    rises = (fields[:, 1:] > fields[:, :-1]).ravel()
    miniature = picture.resize((LOOK, LOOK), Image.Resampling.BILINEAR).tobytes()
    difference = int(np.packbits(rises).view(">u8")[0])
    if colours.mode == "L":
        return Look(difference, miniature)
    small = colours.resize((TINTS, TINTS), Image.Resampling.BILINEAR).convert("YCbCr")
    return Look(difference, miniature, tints=np.asarray(small)[..., 1:].tobytes())
