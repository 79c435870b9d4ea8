"""What the lens shows: which value goes where, and the values themselves where they are known."""

from __future__ import annotations

from typing import NamedTuple

from core.blocks import values_in
from core.engine.events import FeatureMapped
from core.flatten_map import FlattenMap, coordinates_of, left_out

HUED_CHANNELS = 3
"""Up to this many channels each get a colour of their own, like those of a picture."""


class Content(NamedTuple):
    """A map and its values.

    Attributes:
        mapping: Of the part that is shown.
        full: Of everything.
        shades: A byte a value that arrives, for painting.
        output_shades: A byte a value that leaves.
        signed: Whether shades stand around 128.
        values: What arrives; None where only the order is shown.
        outputs: What leaves; None where only the order is shown.
        note: What is left out, in a sentence.
        scale: What the colours stand for, in a few words.
    """

    mapping: FlattenMap
    full: FlattenMap
    shades: bytes
    output_shades: bytes
    signed: bool = False
    values: memoryview[float] | None = None
    outputs: memoryview[float] | None = None
    note: str = ""
    scale: str = "colours show the order"

    @property
    def hued(self) -> bool:
        """Whether each channel has its own colour."""
        shape = self.mapping.input
        return len(shape) == 3 and 1 < shape[-1] <= HUED_CHANNELS and not self.signed

    def largest_place(self, element: int) -> int | None:
        """Where the largest of the values that make an element stands."""
        if self.values is None:
            return None
        values = self.values
        return max(self.mapping.places_of(element), key=lambda place: values[place])


def order_only(full: FlattenMap) -> Content:
    """Shades that rise with the order, where the values are not known."""
    mapping = full.cut()
    count = values_in(mapping.input)
    gathered = mapping.gathers != "order"
    elements = mapping.channels if gathered else count
    ramp = bytes(40 + 215 * element // max(1, elements - 1) for element in range(elements))
    shades = ramp * (count // elements)
    return Content(mapping, full, shades, ramp, note=left_out(mapping.input, full.input))


def real_values(full: FlattenMap, event: FeatureMapped) -> Content:
    """The values that the engine worked out."""
    values = memoryview(event.values).cast("f")
    return Content(
        full.cut(),
        full,
        event.shades,
        event.output_shades,
        event.signed,
        values,
        memoryview(event.outputs).cast("f"),
        event.note,
        f"colours from {min(values):.3g} to {max(values):.3g}",
    )


def axis_words(coordinates: tuple[int, ...]) -> str:
    """Coordinates as people say them: ``row 2, column 5, channel 1``."""
    if len(coordinates) == 3:
        names: tuple[str, ...] = ("row", "column", "channel")
    elif len(coordinates) == 1:
        names = ("place",)
    else:
        names = tuple(f"axis {axis + 1}:" for axis in range(len(coordinates)))
    return ", ".join(f"{name} {at:,}" for name, at in zip(names, coordinates, strict=True))


def element_words(content: Content, element: int) -> str:
    """One leaving value: ``element 137: row 2, column 5, channel 1, value 0.83``."""
    mapping = content.mapping
    value = _value(content.outputs, element)
    if mapping.gathers == "order":
        words = f"element {element:,}: {axis_words(mapping.coordinates(element))}"
        if len(mapping.output) > 1:
            words += f"; now {axis_words(coordinates_of(element, mapping.output))}"
        return words + (f", value {value}" if value else "")
    count = len(mapping.places_of(element))
    if mapping.gathers == "mean":
        words = f"element {element:,}: mean of channel {element:,}'s {count:,} values"
    else:
        words = f"element {element:,}: largest of channel {element:,}"
        place = content.largest_place(element)
        if place is not None:
            row, column, *_ = mapping.coordinates(place)
            words += f", at row {row:,}, column {column:,}"
    return words + (f", value {value}" if value else "")


def place_words(content: Content, place: int) -> str:
    """One arriving value and the element that it becomes or goes into."""
    mapping = content.mapping
    element = mapping.element_of(place)
    if mapping.gathers == "order":
        return element_words(content, element)
    value, output = _value(content.values, place), _value(content.outputs, element)
    words = axis_words(mapping.coordinates(place)) + (f", value {value}" if value else "")
    into = f"one of {len(mapping.places_of(element)):,} behind element {element:,}"
    result = f", their {'mean' if mapping.gathers == 'mean' else 'largest'} {output}"
    return f"{words}: {into}{result if output else ''}"


def formula(content: Content, element: int) -> str:
    """How the place follows from the coordinates, in numbers; empty where that says nothing."""
    mapping = content.mapping
    if mapping.gathers != "order" or len(mapping.input) != 3:
        return ""
    row, column, channel = mapping.coordinates(element)
    _, width, channels = mapping.input
    return f"({row:,} × {width:,} + {column:,}) × {channels:,} + {channel:,} = {element:,}"


def _value(values: memoryview[float] | None, place: int) -> str:
    """A number in four digits; empty where it is not known."""
    return "" if values is None else f"{values[place]:.4g}"
