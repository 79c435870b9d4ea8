"""Which pictures a training used, in a few bytes each, and what has changed among them since.

Files are compared by name and by the pixels that the model was given, which the cache sums up when
it decodes a picture: a copied or touched file is the same picture, a retouched one is not, and
nothing is read once more for it.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
import zlib
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from core.data.splits import ORDER, Files
from core.files import write_whole
from core.words import count

UNREADABLE = -1
"""Stands for the class of a picture that could not be read, and so was left out."""

_LAYOUT = {"names": np.uint64, "contents": np.uint32, "kinds": np.int32, "parts": np.uint8}


class FingerprintError(Exception):
    """A kept fingerprint cannot be read; the text is for people."""


class Fingerprint(msgspec.Struct, frozen=True, eq=False):
    """The pictures of a training, in the order of their names' hashes; 17 bytes each.

    Attributes:
        names: Hashes of their names below the folder, uint64 ``(n,)``.
        contents: Sums of their pixels, uint32 ``(n,)``; 0 where they could not be read.
        kinds: Their classes, int32 ``(n,)``; `UNREADABLE` where they could not be read.
        parts: Indices into `core.data.splits.ORDER`, uint8 ``(n,)``.
    """

    names: npt.NDArray[np.uint64]
    contents: npt.NDArray[np.uint32]
    kinds: npt.NDArray[np.int32]
    parts: npt.NDArray[np.uint8]


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    """How many pictures changed, and how; each is counted once.

    Attributes:
        added: Were not there.
        removed: Are not there any more, or are left out now.
        renamed: The same pixels under another name, be it in another folder.
        altered: Other pixels under the same name.
        relabelled: Count as another class.
        reparted: Are in another of training, validation and test.
        lost: Cannot be read any more.
        mended: Could not be read, and can be.
    """

    added: int = 0
    removed: int = 0
    renamed: int = 0
    altered: int = 0
    relabelled: int = 0
    reparted: int = 0
    lost: int = 0
    mended: int = 0

    def __bool__(self) -> bool:
        return any(msgspec.structs.astuple(self))

    @property
    def words(self) -> str:
        """``12 pictures were added and 3 have changed``; empty where nothing has."""
        told = (
            (self.added, "was added", "were added"),
            (self.altered, "has changed", "have changed"),
            (self.removed, "is gone", "are gone"),
            (self.renamed, "was moved or renamed", "were moved or renamed"),
            (self.relabelled, "has another class", "have another class"),
            (self.reparted, "is in another part", "are in another part"),
            (self.lost, "cannot be read any more", "cannot be read any more"),
            (self.mended, "can be read now", "can be read now"),
        )
        said = [(number, one if number == 1 else many) for number, one, many in told if number]
        if not said:
            return ""
        (number, what), *rest = said
        words = [f"{count(number, 'picture')} {what}", *(f"{n:,} {what}" for n, what in rest)]
        return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def sum_of(pixels: npt.NDArray[np.uint8]) -> int:
    """What tells a picture's pixels from others; never 0, which stands for none."""
    return zlib.crc32(pixels.data) or 1


def fingerprint(
    parts: Mapping[str, Files],
    contents: npt.NDArray[np.uint32],
    readable: npt.NDArray[np.bool_],
) -> Fingerprint:
    """The fingerprint of a training's pictures.

    Args:
        parts: Names and classes of each part in `core.data.splits.ORDER`.
        contents: Sums of their pixels, part after part, ``(n,)``.
        readable: Which of them could be read, likewise.
    """
    files = [file for part in ORDER for file in parts[part]]
    sizes = [len(parts[part]) for part in ORDER]
    names = np.array([_hash(name) for name, _ in files], np.uint64)
    kinds = np.array([kind for _, kind in files], np.int32)
    order = np.argsort(names, kind="stable")
    return Fingerprint(
        names[order],
        np.where(readable, contents, 0).astype(np.uint32)[order],
        np.where(readable, kinds, UNREADABLE).astype(np.int32)[order],
        np.repeat(np.arange(len(ORDER), dtype=np.uint8), sizes)[order],
    )


def changes(before: Fingerprint, after: Fingerprint) -> Changes:
    """What changed from one fingerprint to another."""
    _, old, new = np.intersect1d(before.names, after.names, return_indices=True)
    was, now = before.kinds[old] != UNREADABLE, after.kinds[new] != UNREADABLE
    both = was & now
    same = both & (before.contents[old] == after.contents[new])
    kind = before.kinds[old] == after.kinds[new]
    part = before.parts[old] == after.parts[new]
    gone, come = _others(before, old), _others(after, new)
    renamed = (gone & come).total()
    return Changes(
        added=come.total() - renamed,
        removed=gone.total() - renamed,
        renamed=renamed,
        altered=int(np.count_nonzero(both & ~same)),
        relabelled=int(np.count_nonzero(same & ~kind)),
        reparted=int(np.count_nonzero(same & kind & ~part)),
        lost=int(np.count_nonzero(was & ~now)),
        mended=int(np.count_nonzero(now & ~was)),
    )


def _others(of: Fingerprint, known: npt.NDArray[Any]) -> Counter[int]:
    """The contents of readable pictures whose names are not known to the other side."""
    alone = of.kinds != UNREADABLE
    alone[known] = False
    return Counter(of.contents[alone].tolist())


def _hash(name: str) -> int:
    data = name.encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "big")


def write_fingerprint(path: Path, made: Fingerprint) -> None:
    """Keep a fingerprint in a file.

    Raises:
        OSError: It cannot be written.
    """
    buffer = io.BytesIO()
    np.savez(buffer, **msgspec.structs.asdict(made))
    write_whole(path, buffer.getvalue())


def read_fingerprint(path: Path) -> Fingerprint | None:
    """A kept fingerprint; None where none was kept.

    Raises:
        FingerprintError: It is damaged.
    """
    if not path.exists():
        return None
    try:
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as arrays:
            found = [np.asarray(arrays[name], kind) for name, kind in _LAYOUT.items()]
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise FingerprintError(f"{path} is damaged: {error}.") from error
    if len({one.shape for one in found}) != 1 or found[0].ndim != 1:
        raise FingerprintError(f"{path} is damaged: its columns are not of one length.")
    return Fingerprint(*found)
