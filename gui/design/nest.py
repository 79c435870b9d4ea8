"""The rows of the loom as a tree: what stands one below the other, and what side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from gui.design.rows import Row


class Bracket(NamedTuple):
    """An open container, by the numbers of its rows.

    Attributes:
        card: Its card.
        lanes: Its stacks, each from top to bottom.
        foot: Its foot.
    """

    card: int
    lanes: tuple[Lane, ...]
    foot: int

    @property
    def forks(self) -> bool:
        """Whether what enters goes several ways."""
        return len(self.lanes) > 1


Item = int | Bracket
Lane = tuple[Item, ...]


def lane(rows: Sequence[Row]) -> Lane:
    """Everything on the loom, the outermost stack's rows one below the other."""
    return tuple(_items(rows, 0, len(rows)))


def _items(rows: Sequence[Row], first: int, end: int) -> Iterator[Item]:
    number = first
    while number < end:
        foot = number + rows[number].foot
        if foot > number:
            yield Bracket(number, _lanes(rows, number + 1, foot), foot)
        else:
            yield number
        number = foot + 1


def _lanes(rows: Sequence[Row], first: int, end: int) -> tuple[Lane, ...]:
    """What a container holds; every caption begins another stack."""
    lanes: list[list[Item]] = [[]]
    for item in _items(rows, first, end):
        if lanes[-1] and isinstance(item, int) and rows[item].sort == "caption":
            lanes.append([])
        lanes[-1].append(item)
    return tuple(map(tuple, lanes))


def top(item: Item) -> int:
    """Number of an item's first row."""
    return item if isinstance(item, int) else item.card


def bottom(item: Item) -> int:
    """Number of an item's last row."""
    return item if isinstance(item, int) else item.foot


def brackets(items: Lane) -> Iterator[Bracket]:
    """Every container among items and within them, outer ones first."""
    for item in items:
        if not isinstance(item, int):
            yield item
            for inner in item.lanes:
                yield from brackets(inner)
