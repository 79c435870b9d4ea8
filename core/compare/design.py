"""Two designs row for row: which blocks are the same, changed, moved, added, removed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from typing import Literal

import msgspec

from core import nesting
from core.analysis import Analysis, analyse
from core.block_report import BlockReport
from core.blocks import Block, Container, Cost, Shape, Stack
from core.compare.alignment import aligned
from core.compare.fields import Difference, block_differences, unseen
from core.project import Path, Project, block_names

Mark = Literal["same", "changed", "moved", "moved and changed", "added", "removed"]
INPUT: Path = (-1,)
"""Stands for the Input where a block's path is expected."""


class Side(msgspec.Struct, frozen=True):
    """A block on one side of a row.

    Attributes:
        path: Where it stands; ``(-1,)`` is the Input.
        block: The block, with what follows from the data filled in.
        name: Its unique name.
        output: Shape that leaves; None where it cannot be told.
        cost: What it costs, with all that it holds.
        activation_bytes: Memory of its outputs for one picture (bytes).
    """

    path: Path
    block: Block
    name: str
    output: Shape | None
    cost: Cost
    activation_bytes: int

    @property
    def depth(self) -> int:
        """How many containers it stands in."""
        return len(self.path) // 2


class Row(msgspec.Struct, frozen=True):
    """A block of either design, or of both.

    A block that moved has two rows: one where it stood, with ``before`` alone, and one where it
    stands, with ``after`` alone; each has the block's other side in ``elsewhere``.

    Attributes:
        mark: What became of it.
        before, after: The block on each side of this row.
        differences: What changed about it, what it holds apart.
        elsewhere: The other side of a block that moved.
        carried: Whether it moved only because what holds it did.
    """

    mark: Mark
    before: Side | None = None
    after: Side | None = None
    differences: tuple[Difference, ...] = ()
    elsewhere: Side | None = None
    carried: bool = False

    @property
    def sides(self) -> tuple[Side | None, Side | None]:
        """The block before and after, wherever it stands."""
        if self.elsewhere is None:
            return self.before, self.after
        return (self.before or self.elsewhere), (self.after or self.elsewhere)

    @property
    def depth(self) -> int:
        """How many containers it stands in."""
        side = self.after or self.before
        assert side is not None
        return side.depth

    @property
    def counts(self) -> bool:
        """Whether it is told in the totals: a move once, and not for what is carried along."""
        return not self.carried and (self.elsewhere is None or self.after is not None)

    @property
    def figures_differ(self) -> bool:
        """Whether shape or cost differ, though the block itself may not."""
        before, after = self.sides
        if before is None or after is None:
            return True
        return (before.output, before.cost, before.activation_bytes) != (
            after.output,
            after.cost,
            after.activation_bytes,
        )

    @property
    def differs(self) -> bool:
        """Whether there is anything to tell."""
        return self.mark != "same" or self.figures_differ


def design_rows(before: Project, after: Project) -> tuple[Row, ...]:
    """Both designs from top to bottom, the Input first; every block of each is in one row."""
    sides = _sides(before), _sides(after)
    stacks = unseen(before.resolved_stack()), unseen(after.resolved_stack())
    links = _Links(*stacks)
    first = sides[0][INPUT], sides[1][INPUT]
    found = block_differences(first[0].block, first[1].block)
    rows = [Row("changed" if found else "same", *first, found)]
    for old, new in links.order:
        rows.append(_row(links, sides, old, new))
    return tuple(rows)


def _row(
    links: _Links,
    sides: tuple[dict[Path, Side], dict[Path, Side]],
    old: Path | None,
    new: Path | None,
) -> Row:
    """One row of the two tables."""
    left = sides[0][old] if old is not None else None
    right = sides[1][new] if new is not None else None
    if left is not None and right is not None:
        found = block_differences(left.block, right.block)
        return Row("changed" if found else "same", left, right, found)
    if old is not None and old in links.moved:
        target, carried = links.moved[old]
        return _moved(left, None, sides[1][target], carried)
    if new is not None and new in links.came:
        source, carried = links.came[new]
        return _moved(None, right, sides[0][source], carried)
    return Row("removed" if right is None else "added", left, right)


def _moved(left: Side | None, right: Side | None, elsewhere: Side, carried: bool) -> Row:
    old, new = left or elsewhere, right or elsewhere
    found = block_differences(old.block, new.block)
    return Row("moved and changed" if found else "moved", left, right, found, elsewhere, carried)


def _sides(project: Project) -> dict[Path, Side]:
    """Every block with its figures, the Input among them."""
    analysis: Analysis = analyse(project)
    names = block_names(project)
    found = {INPUT: Side(INPUT, project.input, "input", analysis.input, Cost(), 0)}
    for path, report in analysis.walk():
        found[path] = _side(path, names[path], report)
    return found


def _side(path: Path, name: str, report: BlockReport) -> Side:
    return Side(path, report.block, name, report.output, report.cost, report.activation_bytes)


class _Links:
    """Which path of one tree is which path of the other.

    Attributes:
        order: Pairs of paths in the order of rows; None where there is no match.
        moved: For a path before that stands elsewhere after: where, and whether it was carried.
        came: The same from after to before.
    """

    def __init__(self, before: Stack, after: Stack) -> None:
        self._trees = before, after
        self.order = list(_paired(before, after, (), ()))
        self.moved: dict[Path, tuple[Path, bool]] = {}
        self.came: dict[Path, tuple[Path, bool]] = {}
        self._find_moves()

    def _find_moves(self) -> None:
        """Match what was removed here and added there: the same name and kind, or equal."""
        gone = [old for old, new in self.order if new is None and old is not None]
        come = [new for old, new in self.order if old is None and new is not None]
        waiting: dict[object, list[Path]] = {}
        for path in come:
            for key in self._keys(1, path):
                waiting.setdefault(key, []).append(path)
        for path in gone:
            for key in self._keys(0, path):
                free = [one for one in waiting.get(key, ()) if one not in self.came]
                if path not in self.moved and free:
                    self._link(path, free[0], carried=False)

    def _keys(self, tree: int, path: Path) -> tuple[object, ...]:
        """By what a block is known again elsewhere, the surest first."""
        block = nesting.block_at(self._trees[tree], path)
        return ((type(block), block.name), block) if block.name else (block,)

    def _link(self, old: Path, new: Path, carried: bool) -> None:
        """Note that a block moved, and what it holds with it."""
        if old in self.moved or new in self.came:
            return
        self.moved[old] = new, carried
        self.came[new] = old, carried
        blocks = nesting.block_at(self._trees[0], old), nesting.block_at(self._trees[1], new)
        for number, (inner, outer) in enumerate(zip(*map(_stacks, blocks), strict=False)):
            for i, j in aligned(inner, outer):
                if i is not None and j is not None:
                    self._link((*old, number, i), (*new, number, j), carried=True)


def _stacks(block: Block) -> tuple[Stack, ...]:
    return block.stacks if isinstance(block, Container) else ()


def _paired(
    before: Stack, after: Stack, old_place: Path, new_place: Path
) -> Iterator[tuple[Path | None, Path | None]]:
    """Two stacks side by side with all that they hold."""
    for i, j in aligned(before, after):
        old = (*old_place, i) if i is not None else None
        new = (*new_place, j) if j is not None else None
        yield old, new
        left = _stacks(before[i]) if i is not None else ()
        right = _stacks(after[j]) if j is not None else ()
        for number, (inner, outer) in enumerate(zip_longest(left, right, fillvalue=())):
            yield from _paired(inner, outer, (*(old or ()), number), (*(new or ()), number))
