"""Which arriving value becomes which leaving one, for blocks that lay values out or gather them.

Pure index arithmetic, in Keras's order: rows first, then columns, channels innermost.
"""

from __future__ import annotations

from math import ceil

import msgspec

from core.blocks import Block, Gather, Shape, values_in

MAX_STEPS = 48
"""Most steps in which an unrolling is shown; more would take longer than anybody watches."""
MOST_VALUES = 1 << 16
"""Most values shown of one picture; more could not be told apart on a screen."""


def place_of(coordinates: tuple[int, ...], shape: Shape) -> int:
    """Place of a value in a row of all values: ``(row × width + column) × channels + channel``.

    Raises:
        IndexError: There is no such value.
    """
    place = 0
    for coordinate, size in zip(coordinates, shape, strict=True):
        if not 0 <= coordinate < size:
            raise IndexError(f"{coordinates} is not in {shape}")
        place = place * size + coordinate
    return place


def coordinates_of(place: int, shape: Shape) -> tuple[int, ...]:
    """Coordinates of the value at a place; the inverse of `place_of`.

    Raises:
        IndexError: There is no such place.
    """
    if not 0 <= place < values_in(shape):
        raise IndexError(f"place {place} is not in {shape}")
    found = []
    for size in reversed(shape):
        place, coordinate = divmod(place, size)
        found.append(coordinate)
    return tuple(reversed(found))


class FlattenMap(msgspec.Struct, frozen=True):
    """From arriving values to leaving ones, both counted in a row.

    Attributes:
        gathers: Whether values keep their order or each channel becomes its mean or maximum.
        input: Shape that arrives, channels last, without the batch axis.
        output: Shape that leaves.
    """

    gathers: Gather
    input: Shape
    output: Shape

    @property
    def elements(self) -> int:
        """How many values leave."""
        return values_in(self.output)

    @property
    def channels(self) -> int:
        """Size of the innermost axis that arrives."""
        return self.input[-1]

    def element_of(self, place: int) -> int:
        """The element that the value at ``place`` becomes or goes into."""
        return place if self.gathers == "order" else place % self.channels

    def places_of(self, element: int) -> range:
        """The places of the values that make an element."""
        if self.gathers == "order":
            return range(element, element + 1)
        return range(element, values_in(self.input), self.channels)

    def coordinates(self, place: int) -> tuple[int, ...]:
        """Coordinates of an arriving value, as (row, column, channel) where a picture arrives."""
        return coordinates_of(place, self.input)

    def steps(self) -> tuple[int, ...]:
        """Elements done after each step of an unrolling, `MAX_STEPS` at most, the last one all.

        A step is a whole pixel where pixels are few, else whole rows; a channel when gathering.
        """
        unit = 1
        if self.gathers == "order" and len(self.input) > 1:
            unit = self.channels
            if self.elements // unit > MAX_STEPS:
                unit *= self.input[-2]
        units = ceil(self.elements / unit)
        unit *= ceil(units / MAX_STEPS)
        return tuple(min(done, self.elements) for done in range(unit, self.elements + unit, unit))

    def part(self, most: int = MOST_VALUES) -> Shape:
        """The part of the arriving shape that can be shown: all of it where that is not too much.

        Where order is kept, its first rows are the beginning of the leaving values; where channels
        are gathered, the first channels are kept whole.
        """
        shape = self.input
        if values_in(shape) <= most:
            return shape
        if len(shape) == 1:
            return (most,)
        if self.gathers != "order" and values_in(shape[:-1]) <= most:
            return (*shape[:-1], most // values_in(shape[:-1]))
        channels = shape[-1] if self.gathers == "order" else 1
        return (max(1, most // (values_in(shape[1:-1]) * channels)), *shape[1:-1], channels)

    def cut(self) -> FlattenMap:
        """The same for that part alone; places and elements keep their numbers."""
        shown = self.part()
        if shown == self.input:
            return self
        count = values_in(shown) if self.gathers == "order" else shown[-1]
        return FlattenMap(self.gathers, shown, (count,))


def left_out(shown: Shape, shape: Shape) -> str:
    """What is not shown of a shape, in a sentence; empty if everything is."""
    if shown == shape:
        return ""
    parts = []
    if shown[0] < shape[0]:
        rows = " rows" if len(shape) > 1 else ""
        parts.append(f"the first {shown[0]:,} of {shape[0]:,}{rows}")
    if len(shape) > 1 and shown[-1] < shape[-1]:
        parts.append(f"the first {shown[-1]:,} of {shape[-1]:,} channels")
    return f"Shown: {' and '.join(parts)} ({values_in(shown):,} of {values_in(shape):,} values)."


def flatten_map(block: Block, shape: Shape) -> FlattenMap | None:
    """How ``block`` lays out or gathers what arrives; None where that is not what it does.

    Raises:
        core.blocks.ShapeProblem: The block cannot take ``shape``.
    """
    if block.gathers is None:
        return None
    return FlattenMap(block.gathers, shape, block.output_shape(shape))
