"""Which pictures are the same, and which look the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

MOST_BITS = 3
"""Bits of the difference hash by which near duplicates may differ."""
MOST_GREY = 4.0
"""Mean difference of the miniatures that near duplicates may have (grey levels of 255)."""
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
    differences: npt.NDArray[np.uint64], miniatures: npt.NDArray[np.uint8]
) -> list[list[int]]:
    """Groups of two or more pictures that look the same.

    Args:
        differences: Difference hash of each picture, shape ``(n,)``.
        miniatures: Grey, shape ``(n, pixels)``.

    Returns:
        Indices of each group, sorted.
    """
    parent = list(range(len(differences)))
    spread = miniatures.std(axis=1) if len(miniatures) else np.empty(0)
    telling = np.flatnonzero(spread >= PLAIN)
    # Hashes that differ in at most three of 64 bits agree in one of four parts of 16.
    for band in range(4):
        part = (differences >> np.uint64(16 * band)) & np.uint64(0xFFFF)
        order = telling[np.argsort(part[telling], kind="stable")]
        edges = np.flatnonzero(np.diff(part[order])) + 1
        for crowd in np.split(order, edges):
            if len(crowd) > 1:
                _join(crowd, differences, miniatures, parent)
    return _groups(parent)


def _join(
    crowd: npt.NDArray[np.int64],
    differences: npt.NDArray[np.uint64],
    miniatures: npt.NDArray[np.uint8],
    parent: list[int],
) -> None:
    """Join those of a crowd that look the same."""
    if len(crowd) > CROWD:
        crowd = crowd[np.argsort(miniatures[crowd].mean(axis=1), kind="stable")]
    reach = CROWD // 4 if len(crowd) > CROWD else len(crowd)
    for at, first in enumerate(crowd[:-1]):
        others = crowd[at + 1 : at + 1 + reach]
        bits = np.bitwise_count(differences[others] ^ differences[first])
        close = others[bits <= MOST_BITS]
        if not len(close):
            continue
        apart = miniatures[close].astype(np.int16) - miniatures[first].astype(np.int16)
        for other in close[np.abs(apart).mean(axis=1) <= MOST_GREY]:
            parent[_root(parent, int(other))] = _root(parent, int(first))


def _root(parent: list[int], index: int) -> int:
    while parent[index] != index:
        parent[index] = parent[parent[index]]
        index = parent[index]
    return index


def _groups(parent: list[int]) -> list[list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for index in range(len(parent)):
        if parent[index] != index:
            found[_root(parent, index)].append(index)
    return sorted(sorted([root, *rest]) for root, rest in found.items())


def same_sizes(sizes: Sequence[tuple[str, int]]) -> list[str]:
    """Names whose file size is another's as well; only these can be equal."""
    by_size: dict[int, list[str]] = defaultdict(list)
    for name, size in sizes:
        by_size[size].append(name)
    return [name for names in by_size.values() if len(names) > 1 for name in names]
