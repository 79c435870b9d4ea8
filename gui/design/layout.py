"""Where everything on the loom stands, as a value: no widget is asked and none is moved.

A `Plan` is made once for what is shown; from it a `Layout` is made for each frame in which a gap
opens or closes.  Both take one step for each row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import zip_longest
from typing import NamedTuple

from PySide6.QtCore import QRect

from core.blocks import Shape
from core.project import Path
from gui.design.columns import Columns
from gui.design.look import Metrics
from gui.design.nest import Bracket, Lane, bottom, brackets, lane, top
from gui.design.rows import Row
from gui.design.tensor import band_height


class Spot(NamedTuple):
    """Where a row stands (px).

    Attributes:
        row: What stands there.
        x: Left end.
        y: Upper end.
        width: Width.
        height: Height, without notes and tensor below.
        axis: Where the thread runs.
        band: Upper end of what passes below.
        tall: Its height.
        end: Where the next row below begins: further down where a gap is open.
    """

    row: Row
    x: int
    y: int
    width: int
    height: int
    axis: int
    band: int
    tall: int
    end: int

    @property
    def path(self) -> Path:
        """The block it belongs to."""
        return self.row.face.path

    @property
    def rect(self) -> QRect:
        """The row itself."""
        return QRect(self.x, self.y, self.width, self.height)

    @property
    def below(self) -> QRect:
        """Room for the tensor that passes below, as much left of the thread as right of it."""
        half = min(self.axis - self.x, self.x + self.width - self.axis)
        return QRect(self.axis - half, self.band, 2 * half, self.tall)


class Layout(NamedTuple):
    """Where everything stands.

    Attributes:
        spots: One for each row, in the order of reading.
        notes: Places of the notes, by the path of the card they belong to.
        items: The rows as a tree.
        brackets: The open containers, outer ones first.
        beside: Those, by their card's row, whose branches stand side by side.
        width: Of everything (px).
        height: Of everything (px).
    """

    spots: tuple[Spot, ...]
    notes: dict[Path, QRect]
    items: Lane
    brackets: tuple[Bracket, ...]
    beside: frozenset[int]
    width: int
    height: int

    def spot_before(self, place: Path) -> Spot | None:
        """The row that would move down if something were put at a place."""
        return next((spot for spot in self.spots if spot.row.place == place), None)


class Plan:
    """What is shown, with the widths and heights of everything but open gaps."""

    def __init__(
        self,
        rows: Sequence[Row],
        metrics: Metrics,
        room: int,
        largest: int,
        note_height: Callable[[Path, int, bool], int],
    ) -> None:
        """Measure.

        Args:
            rows: What is shown, in the order of reading.
            metrics: Sizes at the zoom.
            room: Width that can be seen (px).
            largest: Longest side of any picture in the stack; drawn at full size.
            note_height: Of the note that belongs to a card, at a width (px), and whether it stands
                elsewhere than under that card; 0 if there is none.
        """
        self._rows = rows
        self._metrics = metrics
        self._items = lane(rows)
        self._brackets = tuple(brackets(self._items))
        self.columns = Columns(rows, self._items, metrics, room)
        self._heights = [self._height(number) for number in range(len(rows))]
        self._bands = self._band_heights(largest)
        self._merge_rooms()
        self._hosted: dict[int, list[tuple[Path, int]]] = {}
        for number, row in enumerate(rows):
            if row.sort == "card":
                foot = self.columns.hosts.get(number, number)
                width = self.columns.spans[foot].width
                height = note_height(row.face.path, width, foot != number)
                if height:
                    self._hosted.setdefault(foot, []).append((row.face.path, height))

    def layout(self, gaps: Mapping[Path, float]) -> Layout:
        """Where everything stands while gaps are open.

        Args:
            gaps: Their heights (px), by the place that a drop there would take.
        """
        return _Pass(self, gaps).layout()

    def _height(self, number: int) -> int:
        metrics, row = self._metrics, self._rows[number]
        narrow = self.columns.spans[number].width < metrics.compact
        return {
            "card": metrics.compact_height if narrow else metrics.card_height,
            "caption": metrics(24),
            "empty": metrics(48),
            "tail": metrics(8),
            "foot": metrics(30),
            "end": 0,
        }[row.sort]

    def _band_heights(self, largest: int) -> list[int]:
        metrics, known = self._metrics, dict[Shape | None, int]()
        thread = {"end": 0, "tail": 0, "caption": metrics(8)}
        bands = []
        for row in self._rows:
            if row.tensor and row.output not in known:
                known[row.output] = band_height(row.output, largest, metrics)
            bands.append(known[row.output] if row.tensor else thread.get(row.sort, metrics(12)))
        return bands

    def _merge_rooms(self) -> None:
        """Room for the lines where something forks, above what is held and below it."""
        for item in self._brackets:
            if item.card in self.columns.beside:
                self._bands[item.card] = self._metrics(20)
                for inner in item.lanes:
                    self._bands[bottom(inner[-1])] = self._metrics(20)
                self._level(item)
            elif self._rows[item.card].shortcut:
                self._bands[item.card] = self._metrics(18)
                self._bands[bottom(item.lanes[0][-1])] = self._metrics(28)

    def _level(self, item: Bracket) -> None:
        """Give tensors at the same place of several branches one height: cards stand in lines."""
        for across in zip_longest(*(inner[1:-1] for inner in item.lanes)):
            plain = [number for number in across if isinstance(number, int)]
            tallest = max((self._bands[number] for number in plain), default=0)
            for number in plain:
                self._bands[number] = tallest


class _Pass:
    """One walk from top to bottom."""

    def __init__(self, plan: Plan, gaps: Mapping[Path, float]) -> None:
        self._rows = plan._rows
        self._columns = plan.columns
        self._items = plan._items
        self._brackets = plan._brackets
        self._hosted = plan._hosted
        self._metrics = plan._metrics
        self._gaps = gaps
        self._heights = list(plan._heights)
        self._bands = plan._bands
        size = len(self._rows)
        self._tops, self._rooms, self._ends = [0] * size, [0] * size, [0] * size
        self._notes: dict[Path, QRect] = {}

    def layout(self) -> Layout:
        y = self._stack(self._items, self._metrics.margin, None)
        spots = tuple(
            Spot(row, span.x, top, span.width, height, span.axis, top + height + room, tall, end)
            for row, span, top, height, room, tall, end in zip(
                self._rows,
                self._columns.spans,
                self._tops,
                self._heights,
                self._rooms,
                self._bands,
                self._ends,
                strict=True,
            )
        )
        beside = frozenset(self._columns.beside)
        return Layout(
            spots, self._notes, self._items, self._brackets, beside, self._columns.width, y
        )

    def _stack(self, items: Lane, y: int, above: int | None) -> int:
        """Place a stack; returns where it ends.

        Args:
            items: What stands in it.
            y: Where it begins.
            above: The row whose thread leads to it; None if none does.
        """
        for item in items:
            number = top(item)
            y += self._gap(number)
            if above is not None:
                self._ends[above] = y
            y = self._row(number, y) if isinstance(item, int) else self._bracket(item, y)
            above = bottom(item)
        return y

    def _gap(self, number: int) -> int:
        """How far the gap above a row is open; an empty place is one already and only grows."""
        row = self._rows[number]
        gap = round(self._gaps.get(row.place, 0)) if self._gaps and row.place is not None else 0
        if row.sort != "empty":
            return gap
        self._heights[number] = max(self._heights[number], gap)
        return 0

    def _row(self, number: int, y: int) -> int:
        self._tops[number] = y
        y += self._heights[number]
        for path, height in self._hosted.get(number, ()):
            span, space = self._columns.spans[number], self._metrics(4)
            self._notes[path] = QRect(span.x, y + space, span.width, height)
            self._rooms[number] += height + space
            y += height + space
        y += self._bands[number]
        self._ends[number] = y
        return y

    def _bracket(self, item: Bracket, y: int) -> int:
        y = self._row(item.card, y)
        if item.card in self._columns.beside:
            y = self._side_by_side(item.lanes, y)
            above = None
        else:
            above = item.card
            for inner in item.lanes:
                y = self._stack(inner, y, None if item.forks else above)
            above = bottom(item.lanes[-1][-1])
        y += self._gap(item.foot)
        if above is not None:
            self._ends[above] = y
        return self._row(item.foot, y)

    def _side_by_side(self, lanes: tuple[Lane, ...], y: int) -> int:
        """Place branches, all beginning at one height; their tails reach to one height too."""
        ends = [self._stack(inner, y, None) for inner in lanes]
        lowest = max(ends)
        for inner, end in zip(lanes, ends, strict=True):
            tail = bottom(inner[-1])
            self._heights[tail] += lowest - end
            self._ends[tail] = lowest
        return lowest
