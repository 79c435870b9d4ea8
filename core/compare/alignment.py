"""Which block of one stack is which block of another.

Blocks are values without identity of their own.  A name given by the user is one; without names,
stacks are aligned like two texts, equal blocks first, then blocks of a kind by how much they have
in common, each container with what it holds.
"""

from __future__ import annotations

from difflib import SequenceMatcher
from functools import lru_cache

from core.blocks import Block, Container, Stack
from core.compare.fields import compared_fields

Pairs = tuple[tuple[int | None, int | None], ...]
"""Places of two stacks side by side, in the order of both; None where one has nothing to match."""

EQUAL = 1.5
SAME_NAME = 1.5
"""Weights: two blocks a little changed must count less than one equal block, and a name more."""
MAX_CELLS = 160_000
"""Stacks whose table would be larger are first cut at runs of equal blocks."""


@lru_cache(maxsize=4_096)
def aligned(before: Stack, after: Stack) -> Pairs:
    """Two stacks side by side; every place of each appears once."""
    head = _equal_ends(before, after)
    tail = _equal_ends(before[head:][::-1], after[head:][::-1])
    ends = len(before) - tail, len(after) - tail
    pairs: list[tuple[int | None, int | None]] = [(at, at) for at in range(head)]
    pairs += _between(before, after, (head, ends[0]), (head, ends[1]))
    pairs += [(ends[0] + at, ends[1] + at) for at in range(tail)]
    return tuple(pairs)


@lru_cache(maxsize=65_536)
def likeness(before: Block, after: Block) -> float:
    """How much two blocks are the same one; 0 if not at all."""
    named = SAME_NAME if before.name and before.name == after.name else 0.0
    if before == after:
        return EQUAL + named
    if type(before) is not type(after):
        return named * 0.5
    fields = compared_fields(type(before))
    equal = sum(getattr(before, name) == getattr(after, name) for name in fields)
    alike: float = equal / max(1, len(fields))
    if isinstance(before, Container) and isinstance(after, Container):
        alike = 0.2 * alike + 0.8 * _held_alike(before, after)
        if not named and alike < 0.25:
            return 0.0
    if before.name and after.name and not named:
        alike *= 0.5  # two names of the user's say that these are two
    return 0.2 + 0.6 * alike + named


def _held_alike(before: Container, after: Container) -> float:
    """How much two containers hold the same, 0 to 1."""
    total = sum(len(stack) for one in (before, after) for stack in one.stacks)
    shared = 0.0
    for old, new in zip(before.stacks, after.stacks, strict=False):
        for i, j in aligned(old, new):
            if i is not None and j is not None:
                shared += 2 * min(1.0, likeness(old[i], new[j]) / EQUAL)
    return shared / total if total else 1.0


def _equal_ends(before: Stack, after: Stack) -> int:
    """How many blocks both begin with."""
    for at, (old, new) in enumerate(zip(before, after, strict=False)):
        if old != new:
            return at
    return min(len(before), len(after))


def _between(
    before: Stack, after: Stack, old: tuple[int, int], new: tuple[int, int]
) -> list[tuple[int | None, int | None]]:
    """The part of the stacks between equal ends."""
    if (old[1] - old[0]) * (new[1] - new[0]) <= MAX_CELLS:
        return _best(before, after, old, new)
    pairs: list[tuple[int | None, int | None]] = []
    runs = SequenceMatcher(None, before[slice(*old)], after[slice(*new)], autojunk=False)
    for tag, i1, i2, j1, j2 in runs.get_opcodes():
        here, there = (old[0] + i1, old[0] + i2), (new[0] + j1, new[0] + j2)
        if tag == "equal":
            pairs += zip(range(*here), range(*there), strict=True)
        elif (i2 - i1) * (j2 - j1) <= MAX_CELLS:
            pairs += _best(before, after, here, there)
        else:
            pairs += [(at, None) for at in range(*here)]
            pairs += [(None, at) for at in range(*there)]
    return pairs


def _best(
    before: Stack, after: Stack, old: tuple[int, int], new: tuple[int, int]
) -> list[tuple[int | None, int | None]]:
    """The alignment with the largest sum of likenesses (Needleman and Wunsch, 1970)."""
    rows, columns = old[1] - old[0], new[1] - new[0]
    best = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    for i in range(rows - 1, -1, -1):
        for j in range(columns - 1, -1, -1):
            alike = likeness(before[old[0] + i], after[new[0] + j])
            matched = best[i + 1][j + 1] + alike if alike else 0.0
            best[i][j] = max(matched, best[i + 1][j], best[i][j + 1])
    pairs: list[tuple[int | None, int | None]] = []
    i = j = 0
    while i < rows and j < columns:
        alike = likeness(before[old[0] + i], after[new[0] + j])
        if alike and best[i][j] == best[i + 1][j + 1] + alike:
            pairs.append((old[0] + i, new[0] + j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            pairs.append((old[0] + i, None))
            i += 1
        else:
            pairs.append((None, new[0] + j))
            j += 1
    pairs += [(old[0] + at, None) for at in range(i, rows)]
    pairs += [(None, new[0] + at) for at in range(j, columns)]
    return pairs
