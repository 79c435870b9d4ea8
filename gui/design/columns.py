"""How wide everything on the loom is, and which branches stand side by side.

A stack is one column.  Branches share the width of their container; a container whose branches need
more than the stack's width takes more, up to all there is to see and then beyond it: the loom
scrolls.  Only where that would be several views wide do branches stand one below the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from gui.design.look import Metrics
from gui.design.nest import Bracket, Item, Lane, bottom, top
from gui.design.rows import Row

VIEWS = 3
"""Side by side, branches may be this many views wide; else they stand one below the other."""
NOTE = 260
"""Notes under cards narrower than this (px) stand below the outermost container instead."""


class Span(NamedTuple):
    """Where a row stands from left to right (px).

    Attributes:
        x: Its left end.
        width: Its width.
        axis: Where the thread runs.
    """

    x: int
    width: int
    axis: int


class Columns:
    """The widths of one set of rows.

    Attributes:
        spans: One for each row.
        beside: The containers, by their card's row, whose branches stand side by side.
        hosts: Rows whose note has no room under them, and the foot that it stands below.
        stack: Of the outermost stack.
        width: Of everything (px).
    """

    def __init__(self, rows: Sequence[Row], items: Lane, metrics: Metrics, room: int) -> None:
        """Work them out.

        Args:
            rows: What is shown.
            items: The same as a tree.
            metrics: Sizes at the zoom.
            room: Width that can be seen (px).
        """
        self._rows = rows
        self._metrics = metrics
        self._room = room
        self.stack = stack_span(metrics, room)
        deepest = max((row.depth for row in rows), default=0)
        self._inset = (
            min(metrics(20), self.stack.width // (3 * deepest)) if deepest else metrics(20)
        )
        self._gap = metrics(12)
        self.beside: set[int] = set()
        self.hosts: dict[int, int] = {}
        self._needs: dict[int, int] = {}
        self._wishes: dict[int, int] = {}
        self.spans = [self.stack] * len(rows)
        self._lay_out(items)
        widest = max((span.x + span.width for span in self.spans), default=0)
        rim = min(metrics.margin, self.stack.x)
        self.width = room if widest + rim <= room else widest + rim

    # What each item needs, from the inside out

    def _measure(self, items: Lane) -> tuple[int, int]:
        """The least width of a stack and the one it would like (px)."""
        need, wish = self._metrics.least, 0
        for item in items:
            if not isinstance(item, int):
                self._measure_bracket(item)
                need = max(need, self._needs[item.card])
                wish = max(wish, self._wishes[item.card])
        return need, wish

    def _measure_bracket(self, item: Bracket) -> None:
        sizes = [self._measure(inner) for inner in item.lanes]
        around = self._inset + self._right(item)
        need, wish = max(size[0] for size in sizes), max(size[1] for size in sizes)
        if item.forks:
            gaps = self._gap * (len(sizes) - 1)
            side_by_side = gaps + sum(size[0] for size in sizes)
            if side_by_side <= VIEWS * self._room:
                self.beside.add(item.card)
                need = side_by_side
                wish = gaps + sum(max(self._metrics.branch, *size) for size in sizes)
        self._needs[item.card] = need + around
        self._wishes[item.card] = wish + around if wish else 0

    def _right(self, item: Bracket) -> int:
        """Room right of what a container holds (px): a Residual's shortcut runs there."""
        return self._metrics(28 if self._rows[item.card].shortcut else 8)

    # What each gets, from the outside in

    def _lay_out(self, items: Lane) -> None:
        self._measure(items)
        rim = min(self._metrics.margin, self.stack.x)
        for item in items:
            span = self.stack
            if not isinstance(item, int):
                wish = min(self._wishes[item.card], self._room - 2 * rim)
                width = max(span.width, wish, self._needs[item.card])
                x = max(rim, span.axis - width // 2) if width > span.width else span.x
                span = Span(x, width, span.axis)
            self._place(item, span, None)
            # The card of a container that is wider than the view stays in view whole.
            seen = min(span.width, self._room - rim - span.x)
            self.spans[top(item)] = span._replace(width=seen)

    def _place(self, item: Item, span: Span, host: int | None) -> None:
        for number in (top(item), bottom(item)):
            self.spans[number] = span
        if host is not None:
            self.hosts[top(item)] = host
        if not isinstance(item, int):
            self._place_lanes(item, span, host)

    def _place_lanes(self, item: Bracket, span: Span, host: int | None) -> None:
        x, right = span.x + self._inset, self._right(item)
        room = span.width - self._inset - right
        beside = item.card in self.beside
        shares = self._shared(item, room) if beside else [room] * len(item.lanes)
        for inner, width in zip(item.lanes, shares, strict=True):
            axis = x + width // 2 if beside else min(max(span.axis, x), x + width)
            narrow = beside and width < self._metrics(NOTE)
            for each in inner:
                held_by = item.foot if host is None and narrow else host
                self._place(each, Span(x, width, axis), held_by)
            x += width + self._gap if beside else 0

    def _shared(self, item: Bracket, room: int) -> list[int]:
        """Widths of branches: equal, save that one that needs more than its share gets that."""
        needs = [self._lane_need(inner) for inner in item.lanes]
        left = room - self._gap * (len(needs) - 1)
        shares = list(needs)
        order = sorted(range(len(needs)), key=lambda number: -needs[number])
        for done, number in enumerate(order):
            shares[number] = max(needs[number], left // (len(needs) - done))
            left -= shares[number]
        return shares

    def _lane_need(self, items: Lane) -> int:
        held = (self._needs[item.card] for item in items if not isinstance(item, int))
        return max(self._metrics.least, *held, 0)


def stack_span(metrics: Metrics, room: int) -> Span:
    """The column of cards of the outermost stack.

    Args:
        metrics: Sizes at the zoom.
        room: Width that can be seen (px).
    """
    width = max(min(metrics.card_width, room - 2 * metrics.margin), metrics(120))
    x = (room - width) // 2
    return Span(x, width, x + width // 2)
