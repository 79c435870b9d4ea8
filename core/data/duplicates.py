"""Which pictures are the same, and which look the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

MOST_BITS = 3
"""Bits of the difference hash by which near duplicates may differ."""
LIKENESS = 0.99
"""How near to one the correlation of near duplicates' miniatures is.

It does not change with brightness and contrast, and is low for equal backgrounds with other things
on them, whose values differ little on average.
"""
MOST_GREY = 40.0
"""Mean difference of the miniatures that near duplicates may have (grey levels of 255)."""
MOST_TINT = 32
"""Difference of colour that they may have anywhere (levels of 255, without brightness)."""
PLAIN = 6.0
"""Miniatures whose values spread less than this show too little to be told apart."""
CROWD = 400
"""More pictures than this that share part of their hash are compared with their neighbours only."""


def exact_groups(hashes: Iterable[tuple[str, str]]) -> list[list[str]]:
    """Groups of two or more equal files, from pairs of name and hash (empty: unknown)."""
    groups: dict[str, list[str]] = defaultdict(list)
    for name, value in hashes:
        if value:
            groups[value].append(name)
    return [group for group in groups.values() if len(group) > 1]


def near_groups(
    differences: npt.NDArray[np.uint64],
    miniatures: npt.NDArray[np.uint8],
    tints: npt.NDArray[np.uint8] | None = None,
) -> list[list[int]]:
    """Groups of two or more pictures that look the same.

    Args:
        differences: Difference hash of each picture, shape ``(n,)``.
        miniatures: Grey, shape ``(n, pixels)``.
        tints: Colours without brightness, shape ``(n, fields)``; 0 throughout for grey pictures,
            which are compared by their greys alone.

    Returns:
        Indices of each group, sorted; all of a group look like its first.
    """
    if tints is None:
        tints = np.zeros((len(differences), 1), np.uint8)
    return _Comparison(differences, miniatures, tints).groups()


class _Comparison:
    """Pictures that are compared with each other."""

    def __init__(
        self,
        differences: npt.NDArray[np.uint64],
        miniatures: npt.NDArray[np.uint8],
        tints: npt.NDArray[np.uint8],
    ) -> None:
        self._differences = differences
        self._miniatures = miniatures
        self._tints = tints
        self._spread = miniatures.std(axis=1) if len(miniatures) else np.empty(0)
        self._parent = list(range(len(differences)))

    def groups(self) -> list[list[int]]:
        telling = np.flatnonzero(self._spread >= PLAIN)
        # Hashes that differ in at most three of 64 bits agree in one of four parts of 16.
        for band in range(4):
            part = (self._differences >> np.uint64(16 * band)) & np.uint64(0xFFFF)
            order = telling[np.argsort(part[telling], kind="stable")]
            edges = np.flatnonzero(np.diff(part[order])) + 1
            for crowd in np.split(order, edges):
                if len(crowd) > 1:
                    self._join(crowd)
        return sorted(star for group in self._joined() for star in self._stars(group))

    def _join(self, crowd: npt.NDArray[np.int64]) -> None:
        """Join those of a crowd that look the same."""
        if len(crowd) > CROWD:
            crowd = crowd[np.argsort(self._miniatures[crowd].mean(axis=1), kind="stable")]
        reach = CROWD // 4 if len(crowd) > CROWD else len(crowd)
        for at, first in enumerate(crowd[:-1]):
            others = crowd[at + 1 : at + 1 + reach]
            bits = np.bitwise_count(self._differences[others] ^ self._differences[first])
            close = others[bits <= MOST_BITS]
            if len(close):
                for other in close[self._alike(first, close)]:
                    self._parent[self._root(int(other))] = self._root(int(first))

    def _alike(self, first: np.int64, others: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        """Which of some pictures look like one."""
        one = self._miniatures[first].astype(np.float32)
        scale = one.size * self._spread[others] * self._spread[first]
        same: npt.NDArray[np.bool_] = (
            self._miniatures[others] @ (one - one.mean()) >= LIKENESS * scale
        )
        at = np.flatnonzero(same)  # few, so the rest is asked of them alone
        if len(at):
            few = others[at]
            apart = np.abs(self._miniatures[few] - one).mean(axis=1)
            tint = self._tints[few].astype(np.int16)
            off = np.abs(tint - self._tints[first]).max(axis=1)
            grey = ~tint.any(axis=1) | ~self._tints[first].any()
            same[at] = (apart <= MOST_GREY) & (grey | (off <= MOST_TINT))
        return same

    def _stars(self, group: list[int]) -> Iterator[list[int]]:
        """A group as groups whose members all look like their first.

        Many pictures that each resemble the next, as handwritten ones do, are not all the same.
        """
        left = np.array(group)
        while len(left) > 1:
            alike = self._alike(left[0], left)
            alike[0] = True
            if alike.sum() > 1:
                yield left[alike].tolist()
            left = left[~alike]

    def _root(self, index: int) -> int:
        while self._parent[index] != index:
            self._parent[index] = self._parent[self._parent[index]]
            index = self._parent[index]
        return index

    def _joined(self) -> list[list[int]]:
        found: dict[int, list[int]] = defaultdict(list)
        for index in range(len(self._parent)):
            if self._parent[index] != index:
                found[self._root(index)].append(index)
        return [sorted([root, *rest]) for root, rest in found.items()]


def same_sizes(sizes: Sequence[tuple[str, int]]) -> list[str]:
    """Names whose file size is another's as well; only these can be equal."""
    by_size: dict[int, list[str]] = defaultdict(list)
    for name, size in sizes:
        by_size[size].append(name)
    return [name for names in by_size.values() if len(names) > 1 for name in names]
