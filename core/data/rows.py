"""Many pictures that stay on disk until they are asked for."""

from __future__ import annotations

import mmap
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

RELEASE_BYTES = 64 * 2**20
"""Memory of pictures already handed out is given back after this much (bytes)."""


class Rows:
    """Pictures in a file of equal rows, in an order of their own; looks like an array of them.

    Every access copies what it was asked for, so that memory use does not grow with the file.
    """

    def __init__(
        self, path: Path, shape: tuple[int, int, int], rows: npt.NDArray[np.int64]
    ) -> None:
        """Map a file.

        Args:
            path: uint8 pictures one after the other.
            shape: Height, width and channels of each.
            rows: Which row each picture is, shape ``(n,)``.

        Raises:
            OSError: The file cannot be mapped.
            ValueError: It is too short for these rows.
        """
        self._rows = rows
        self._one = shape
        self._handed_out = 0
        each = int(np.prod(shape))
        needed = (int(rows.max()) + 1) * each if len(rows) else 0
        if path.stat().st_size < needed:
            raise ValueError(f"{path} is too short.")
        if not needed:
            self._pixels: npt.NDArray[np.uint8] = np.empty((0, *shape), np.uint8)
            self._map = None
            return
        with path.open("rb") as stream:
            # What another process adds to the file later is not part of this view.
            self._map = mmap.mmap(stream.fileno(), needed, access=mmap.ACCESS_READ)
        self._pixels = np.frombuffer(self._map, np.uint8).reshape(-1, *shape)

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """(n, height, width, channels)."""
        return (len(self._rows), *self._one)

    @property
    def nbytes(self) -> int:
        """Size of all pictures in bytes."""
        return len(self._rows) * int(np.prod(self._one))

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, which: slice | npt.NDArray[np.integer]) -> npt.NDArray[np.uint8]:
        """A copy of some pictures, uint8 of shape ``(k, height, width, channels)``."""
        taken = self._pixels[self._rows[which]]
        self._handed_out += taken.nbytes
        if self._handed_out > RELEASE_BYTES:
            self._handed_out = 0
            self._release()
        return taken

    def _release(self) -> None:
        """Let the system count pages already read as its cache, not as our memory."""
        if self._map is not None and hasattr(mmap, "MADV_DONTNEED"):
            self._map.madvise(mmap.MADV_DONTNEED)


Pictures: TypeAlias = npt.NDArray[np.uint8] | Rows
"""uint8 pictures ``(n, height, width, channels)``, in memory or on disk."""
