"""Decoded pictures on disk, so that a picture is decoded once and never again until it changes.

For each folder of pictures and each preparation there is a folder of ours:

``about.json``    which folder, which preparation
``pixels.bin``    uint8 pictures of equal size, one after the other
``index.jsonl``   a line per picture: its name, what tells whether it has changed, its row

Pixels are on disk before the lines that speak of them, so a build that was interrupted at any
moment goes on where it was, and nothing half-written is ever read.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

import msgspec
import numpy as np
import numpy.typing as npt

from core.blocks import Input
from core.data.errors import DataError
from core.data.fingerprint import sum_of
from core.data.headers import NOWHERE, Identity, identity_of, in_one_turn, opens
from core.data.helpers import FORKS, Helpers, equal_chunks
from core.data.limit import cache_limit
from core.data.lock import Lock, LockedError
from core.data.names import from_name, path_of, sentence
from core.data.picture import READER, PictureError, read_picture
from core.data.places import cache_home, digest, thumbnails_home
from core.data.rows import Rows
from core.files import write_whole
from core.room import disk_words
from core.words import data_size

SPARE = 200 * 10**6
"""Bytes left free on the disk for the run's own files."""
CHUNK, CHUNK_BYTES = 256, 8 << 20
"""Pictures given to a helper at a time, and the most that they may take decoded (bytes)."""
FEW = 2_000 if FORKS else 20_000
"""Up to so many pictures, threads have decoded them before processes would gain anything: large
ones are decoded beside one another by threads, small ones are done soon."""
KEEP_SECONDS = 2.0
KEEP_BYTES = 16 * 10**6
"""Pixels are forced to disk after so long or so many bytes."""

Tell = Callable[[int, int], None]
"""Told how many pictures of how many are decoded; may raise to stop."""
Wait = Callable[[int], None]
"""Told again and again how many pictures another process decodes just now; may raise to stop."""
Outcome = tuple[Identity, str, int]
"""What file it was, why it could not be read (else empty), and the sum of its pixels."""


class Line(msgspec.Struct, frozen=True, array_like=True):
    """A picture in the index.

    Attributes:
        name: Below the folder.
        identity: Of the file when it was decoded; `NOWHERE` where it could not be opened.
        row: Where its pixels are; -1 where it could not be read.
        problem: Why it could not be read; else empty.
        content: Sum of its pixels; 0 where it could not be read.
    """

    name: str
    identity: Identity
    row: int
    problem: str = ""
    content: int = 0


class About(msgspec.Struct, frozen=True):
    """What a cache folder is of, and which `READER` decoded it."""

    root: str
    height: int
    width: int
    channels: int
    fit: str
    reader: int


class Cached(msgspec.Struct, frozen=True):
    """Pictures that are ready.

    Attributes:
        pixels: The file that holds them.
        shape: Of each.
        rows: For each picture asked for, its row; -1 where it could not be read.
        problems: A sentence for each that could not be read, with its name.
        contents: For each picture asked for, the sum of its pixels; 0 where it could not be read.
    """

    pixels: Path
    shape: tuple[int, int, int]
    rows: npt.NDArray[np.int64]
    problems: tuple[str, ...]
    contents: npt.NDArray[np.uint32]

    @property
    def nbytes(self) -> int:
        """Size of all readable pictures in bytes."""
        return int(np.count_nonzero(self.rows >= 0)) * int(np.prod(self.shape))

    def pictures(self, which: npt.NDArray[np.int64]) -> Rows:
        """Some of the pictures asked for, by their place in the list; all must be readable."""
        return Rows(self.pixels, self.shape, self.rows[which])


def decode(
    root: str,
    names: Sequence[str],
    size: Input,
    tell: Tell = lambda done, total: None,
    wait: Wait | None = None,
) -> Cached:
    """Pictures of a folder at a size, from the cache where they have not changed.

    Args:
        root: The folder, as the source's ``path``.
        names: Pictures below it.
        size: The preparation.
        tell: Told of the progress; may raise to stop, and what was done stays done.
        wait: Called while another process decodes them; may raise to stop.  Without it, that is
            refused.

    Raises:
        DataError: There is no room for them, or the cache cannot be written.
    """
    about = About(root, size.height, size.width, size.channels, size.fit, READER)
    folder = cache_home() / digest(msgspec.json.encode(about).decode())
    build = _Build(folder, about, size)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with Lock(folder / "lock", wait and partial(wait, len(names))):
            return build.run(names, tell)
    except LockedError as error:
        raise DataError(
            f"Another Layerloom is decoding the pictures of {root} just now. Try again when it has "
            "finished."
        ) from error
    except OSError as error:
        raise DataError(
            f"Decoded pictures cannot be kept: {disk_words(cache_home(), error, build.left)}. Free "
            "some space or clear the cache, then train again; what was decoded is kept."
        ) from error


class _Build:
    """Brings one cache folder up to date."""

    def __init__(self, folder: Path, about: About, size: Input) -> None:
        self._folder = folder
        self._about = about
        self._size = size
        self._shape = (size.height, size.width, size.channels)
        self._each = size.height * size.width * size.channels
        self._pixels = folder / "pixels.bin"
        self._index = folder / "index.jsonl"
        self.left = 0
        """Bytes of the pictures that are still to be decoded."""

    def run(self, names: Sequence[str], tell: Tell) -> Cached:
        """Decode what is missing; then find everything."""
        known, used, whole = self._known()
        missing = [
            name
            for name in dict.fromkeys(names)
            if name not in known or known[name].identity != _identity(self._path(name))
        ]
        if known and self._wasteful(used, len(known), len(names), len(missing)):
            self._forget()
            known, used, whole, missing = {}, 0, 0, list(dict.fromkeys(names))
        self.left = len(missing) * self._each
        self._make_room(len(missing))
        write_whole(self._folder / "about.json", msgspec.json.encode(self._about))
        if missing:
            known |= self._decode(missing, (used, whole), tell)
        lines = [known[name] for name in names]
        problems = tuple(line.problem for line in lines if line.row < 0)
        rows = np.array([line.row for line in lines], np.int64)
        contents = np.array([line.content for line in lines], np.uint32)
        return Cached(self._pixels, self._shape, rows, problems, contents)

    def _wasteful(self, used: int, known: int, wanted: int, missing: int) -> bool:
        """Whether decoding all anew is better than adding: most rows are of no use any more.

        Or they are what keeps the rest from fitting into the cache.
        """
        limit = cache_limit()
        too_much = folder_bytes(self._folder) + missing * self._each > limit
        return used > 2 * max(known, wanted) or (too_much and wanted * self._each <= limit)

    def _forget(self) -> None:
        """Drop all that is decoded.  The file goes, for another process may be reading it."""
        self._index.unlink(missing_ok=True)
        self._pixels.unlink(missing_ok=True)

    def _known(self) -> tuple[dict[str, Line], int, int]:
        """What the index holds for certain, how many rows are taken, and the index's sound bytes.

        Later lines win; a damaged line ends the index, and rows beyond the pixels' end are none.
        """
        if not self._index.exists() or not self._pixels.exists():
            return {}, 0, 0
        rows = self._pixels.stat().st_size // self._each
        known: dict[str, Line] = {}
        used = whole = 0
        decoder = msgspec.json.Decoder(Line)
        for line in self._index.read_bytes().split(b"\n")[:-1]:
            try:
                entry = decoder.decode(line)
            except (msgspec.DecodeError, UnicodeDecodeError):
                break
            whole += len(line) + 1
            if -1 <= entry.row < rows:
                known[entry.name] = entry
                used = max(used, entry.row + 1)
        taken = [line.row for line in known.values() if line.row >= 0]
        if len(set(taken)) < len(taken):  # two pictures in one row: somebody's hand was in it
            return {}, 0, 0
        return known, used, whole

    def _make_room(self, count: int) -> None:
        """See that as many pictures fit, before the first is decoded.

        Raises:
            DataError: They do not.
        """
        needed = count * self._each
        limit = cache_limit()
        own = folder_bytes(self._folder)
        if own + needed > limit:
            raise DataError(
                f"Decoded at {self._about.width} × {self._about.height}, the pictures of "
                f"{self._about.root} take {data_size(own + needed)}; decoded pictures may take "
                f"{data_size(limit)} in all. Choose a smaller picture size, or raise the limit "
                "in the settings (without a window: LAYERLOOM_CACHE_GB)."
            )
        trim_cache(limit - needed, keep=self._folder)
        free = shutil.disk_usage(self._folder).free
        if needed + SPARE > free and needed:
            raise DataError(
                f"Decoding the pictures of {self._about.root} needs {data_size(needed)} in "
                f"{cache_home()}, besides {data_size(SPARE)} that are left to everything else, "
                f"and only {data_size(free)} are free there. Free some space, clear the cache or "
                "choose a smaller picture size."
            )

    def _decode(
        self,
        names: list[str],
        sound: tuple[int, int],
        tell: Tell,
    ) -> dict[str, Line]:
        """Decode pictures into rows after those in use, told of after the index's sound bytes."""
        used, whole = sound
        new: dict[str, Line] = {}
        if not used:
            self._pixels.unlink(missing_ok=True)
        with contextlib.ExitStack() as stack:
            pixels = stack.enter_context(self._pixels.open("r+b" if used else "wb"))
            pixels.truncate(used * self._each)
            index = stack.enter_context(self._index.open("ab"))
            index.truncate(whole)
            keeper = stack.enter_context(_Keeper(pixels.fileno(), index))
            helpers = stack.enter_context(
                Helpers(len(names), lambda: tell(len(new), len(names)), FEW, patient=True)
            )
            task = partial(decode_rows, self._pixels, self._size)
            size = max(1, min(CHUNK, CHUNK_BYTES // self._each))
            chunks = equal_chunks(list(zip(names, count(used))), size)
            for chunk, outcomes in helpers.map(task, self._about.root, chunks, self._crashed):
                lines = [
                    self._line(name, row, outcome)
                    for (name, row), outcome in zip(chunk, outcomes, strict=True)
                ]
                new |= {line.name: line for line in lines}
                self.left -= len(lines) * self._each
                keeper.add(lines, len(lines) * self._each)
                tell(len(new), len(names))
        return new

    def _crashed(self, item: tuple[str, int]) -> Outcome:
        """How it went with a picture that ended its helper; it is not tried again as it is."""
        name = item[0]
        problem = _problem(name, f"{name.rpartition('/')[2]} makes the decoder crash.")
        return _identity(self._path(name)), problem, 0

    def _path(self, name: str) -> str:
        return os.path.join(from_name(self._about.root), from_name(name))  # noqa: PTH118 - faster

    def _line(self, name: str, row: int, outcome: Outcome) -> Line:
        """What is kept of a picture; one that only could not be got at is tried again."""
        identity, problem, content = outcome
        if not problem:
            return Line(name, identity, row, content=content)
        reached = opens(path_of(self._about.root, name))
        return Line(name, identity if reached else NOWHERE, -1, problem)


class _Keeper:
    """Writes lines of the index once their pixels are on disk, in a thread: disks take their time.

    Used in a ``with`` block; leaving it keeps everything, so what is done stays done when stopped.
    """

    def __init__(self, pixels: int, index: BinaryIO) -> None:
        self._pixels = pixels
        self._index = index
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="keep")
        self._under_way: Future[None] | None = None
        self._waiting: list[Line] = []
        self._bytes = 0
        self._kept = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self._settle()
            self._keep(self._waiting)
        finally:
            self._thread.shutdown()

    def add(self, lines: list[Line], size: int) -> None:
        """Take lines whose pixels were written, so many bytes.

        Raises:
            OSError: The lines before could not be kept.
        """
        self._waiting += lines
        self._bytes += size
        busy = self._under_way is not None and not self._under_way.done()
        due = self._bytes > KEEP_BYTES or time.monotonic() - self._kept > KEEP_SECONDS
        if due and not busy:
            self._settle()
            self._under_way = self._thread.submit(self._keep, self._waiting)
            self._waiting, self._bytes, self._kept = [], 0, time.monotonic()

    def _settle(self) -> None:
        under_way, self._under_way = self._under_way, None
        if under_way is not None:
            under_way.result()

    def _keep(self, lines: list[Line]) -> None:
        os.fsync(self._pixels)
        self._index.write(b"".join(msgspec.json.encode(line) + b"\n" for line in lines))
        self._index.flush()


def decode_rows(
    pixels: Path, size: Input, root: str, items: list[tuple[str, int]]
) -> list[Outcome]:
    """Decode some pictures of a folder into their rows of a file; the work of a cache's helpers.

    Args:
        pixels: The file.
        size: The preparation.
        root: The folder.
        items: Names of pictures, each with its row; the rows follow one another.

    Returns:
        How it went with each picture; with the first ones alone where all would take long
        (`core.data.headers.in_one_turn`).

    Raises:
        OSError: The file cannot be written.
    """
    outcomes = []
    below = os.path.join(from_name(root), "")  # noqa: PTH118 - a Path costs time
    block = np.zeros((len(items), size.height, size.width, size.channels), np.uint8)
    for picture, (name, _) in zip(block, in_one_turn(items), strict=False):
        path = below + from_name(name)
        identity = _identity(path)  # before its bytes: what changes in between is seen next time
        try:
            picture[...] = read_picture(path, size)
        except PictureError as error:
            outcomes.append((identity, _problem(name, str(error)), 0))
        else:
            outcomes.append((identity, "", sum_of(picture)))
    with pixels.open("r+b") as stream:
        stream.seek(items[0][1] * block[0].nbytes)
        stream.write(block[: len(outcomes)].data)
    return outcomes


def _problem(name: str, why: str) -> str:
    """A sentence that begins with the file's name, its folder before it."""
    folder = name.rpartition("/")[0]
    return sentence(f"{folder}/{why}" if folder else why)


def _identity(path: str) -> Identity:
    try:
        return identity_of(os.stat(path))  # noqa: PTH116 - a Path costs more than the question
    except OSError:
        return NOWHERE


# Room


def cache_bytes() -> int:
    """Bytes that decoded pictures and thumbnails take."""
    return folder_bytes(cache_home()) + folder_bytes(thumbnails_home())


def trim_cache(limit: int, keep: Path | None = None) -> None:
    """Delete caches, the longest unused first, until all take at most ``limit`` bytes.

    Args:
        limit: Bytes.
        keep: A cache folder that stays.
    """
    excess = cache_bytes() - limit
    if excess > 0 and thumbnails_home().exists():
        excess -= folder_bytes(thumbnails_home())
        shutil.rmtree(thumbnails_home(), ignore_errors=True)
    folders = sorted(cache_home().iterdir(), key=_last_used) if cache_home().is_dir() else []
    for folder in folders:
        if excess <= 0:
            return
        if folder == keep:
            continue
        excess -= folder_bytes(folder)
        _delete(folder)


def clear_cache() -> None:
    """Delete all decoded pictures and thumbnails, but those that are being made just now."""
    shutil.rmtree(thumbnails_home(), ignore_errors=True)
    if cache_home().is_dir():
        for folder in list(cache_home().iterdir()):
            _delete(folder)


def _delete(folder: Path) -> None:
    """Delete a cache folder that nobody is building."""
    with contextlib.suppress(LockedError, OSError):
        with Lock(folder / "lock"):
            for name in ("index.jsonl", "pixels.bin", "about.json"):
                (folder / name).unlink(missing_ok=True)
        shutil.rmtree(folder, ignore_errors=True)


def _last_used(folder: Path) -> float:
    try:
        return (folder / "about.json").stat().st_mtime
    except OSError:
        return 0.0


def folder_bytes(folder: Path) -> int:
    """Bytes of all files below a folder; 0 where there is none."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                total += Path(place, name).stat().st_size
    return total
