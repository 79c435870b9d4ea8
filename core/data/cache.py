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
from collections.abc import Callable, Sequence
from functools import partial
from itertools import count
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from core.blocks import Input
from core.data.cache_index import NOTHING, Keeper, Known, Line, read_index
from core.data.cache_room import ABOUT, INDEX, PIXELS, SPARE, folder_bytes, trim_cache
from core.data.decoding import Outcome, decode_rows, identity_at, problem_of
from core.data.errors import DataError
from core.data.headers import NOWHERE, opens
from core.data.helpers import FORKS, Helpers, equal_chunks
from core.data.limit import cache_limit
from core.data.lock import Lock, LockedError
from core.data.names import from_name, path_of
from core.data.picture import READER
from core.data.places import cache_home, digest
from core.data.rows import Rows
from core.files import write_whole
from core.room import disk_words
from core.words import data_size

CHUNK, CHUNK_BYTES = 256, 8 << 20
"""Pictures given to a helper at a time, and the most that they may take decoded (bytes)."""
FEW = 2_000 if FORKS else 20_000
"""Up to so many pictures, threads have decoded them before processes would gain anything: large
ones are decoded beside one another by threads, small ones are done soon."""

Tell = Callable[[int, int], None]
"""Told how many pictures of how many are decoded; may raise to stop."""
Wait = Callable[[int], None]
"""Told again and again how many pictures another process decodes just now; may raise to stop."""


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
        self._pixels = folder / PIXELS
        self._index = folder / INDEX
        self.left = 0
        """Bytes of the pictures that are still to be decoded."""

    def run(self, names: Sequence[str], tell: Tell) -> Cached:
        """Decode what is missing; then find everything."""
        known = self._known()
        missing = [name for name in dict.fromkeys(names) if self._is_new(name, known)]
        if known.lines and self._wasteful(known, len(names), len(missing)):
            self._forget()
            known, missing = NOTHING, list(dict.fromkeys(names))
        self.left = len(missing) * self._each
        self._make_room(len(missing))
        write_whole(self._folder / ABOUT, msgspec.json.encode(self._about))
        found = {**known.lines, **(self._decode(missing, known, tell) if missing else {})}
        lines = [found[name] for name in names]
        problems = tuple(line.problem for line in lines if line.row < 0)
        rows = np.array([line.row for line in lines], np.int64)
        contents = np.array([line.content for line in lines], np.uint32)
        return Cached(self._pixels, self._shape, rows, problems, contents)

    def _is_new(self, name: str, known: Known) -> bool:
        """Whether a picture is not decoded, or not as its file is now."""
        line = known.lines.get(name)
        return line is None or line.identity != identity_at(self._path(name))

    def _wasteful(self, known: Known, wanted: int, missing: int) -> bool:
        """Whether decoding all anew is better than adding: most rows are of no use any more.

        Or they are what keeps the rest from fitting into the cache.
        """
        limit = cache_limit()
        too_much = folder_bytes(self._folder) + missing * self._each > limit
        outdated = known.used > 2 * max(len(known.lines), wanted)
        return outdated or (too_much and wanted * self._each <= limit)

    def _forget(self) -> None:
        """Drop all that is decoded.  The file goes, for another process may be reading it."""
        self._index.unlink(missing_ok=True)
        self._pixels.unlink(missing_ok=True)

    def _known(self) -> Known:
        """What is decoded for certain."""
        if not self._index.exists() or not self._pixels.exists():
            return NOTHING
        return read_index(self._index, self._pixels.stat().st_size // self._each)

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

    def _decode(self, names: list[str], known: Known, tell: Tell) -> dict[str, Line]:
        """Decode pictures into rows after those in use, told of after the index's sound bytes."""
        used = known.used
        new: dict[str, Line] = {}
        if not used:
            self._pixels.unlink(missing_ok=True)
        with contextlib.ExitStack() as stack:
            pixels = stack.enter_context(self._pixels.open("r+b" if used else "wb"))
            pixels.truncate(used * self._each)
            index = stack.enter_context(self._index.open("ab"))
            index.truncate(known.whole)
            keeper = stack.enter_context(Keeper(pixels.fileno(), index))
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
        problem = problem_of(name, f"{name.rpartition('/')[2]} makes the decoder crash.")
        return identity_at(self._path(name)), problem, 0

    def _path(self, name: str) -> str:
        return os.path.join(from_name(self._about.root), from_name(name))  # noqa: PTH118 - faster

    def _line(self, name: str, row: int, outcome: Outcome) -> Line:
        """What is kept of a picture; one that only could not be got at is tried again."""
        identity, problem, content = outcome
        if not problem:
            return Line(name, identity, row, content=content)
        reached = opens(path_of(self._about.root, name))
        return Line(name, identity if reached else NOWHERE, -1, problem)
