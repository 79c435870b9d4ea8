"""Numbers and values as people read them, the same in the window and on the command line."""

from __future__ import annotations

NOTHING = "—"
"""Stands where something cannot be told."""


def count(number: int, one: str, many: str = "") -> str:
    """A number of things: ``1 block``, ``34,826 parameters``, ``2 classes``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def short(number: float) -> str:
    """At most four digits and a unit: ``812``, ``3.1 M``, ``24.6 G``."""
    for unit, size in (("T", 1e12), ("G", 1e9), ("M", 1e6)):
        if number >= size:
            value = number / size
            return f"{value:,.0f} {unit}" if value >= 100 else f"{value:.1f} {unit}"
    return f"{number:,.0f}"


def data_size(number: float) -> str:
    """Bytes as ``812 bytes``, ``136 kB``, ``1.2 MB``."""
    for unit, size in (("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if number >= size:
            value = number / size
            return f"{value:,.0f} {unit}" if value >= 100 else f"{value:.1f} {unit}"
    return f"{number:,.0f} bytes"


def capitalised(text: str) -> str:
    """A text with a capital at its beginning; `str.capitalize` would make the rest small."""
    return text[:1].upper() + text[1:]


def uncapitalised(text: str) -> str:
    """A text as it stands within a sentence, such as a button's words in “Undo …”."""
    return text[:1].lower() + text[1:]


def value_text(value: object) -> str:
    """A field's value in a sentence: ``64``, ``3×3``, ``7, 7, −1``, ``on``, ``0.001``."""
    if value is None:
        return "unset"
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, tuple):
        if all(isinstance(part, int) for part in value):
            return ("×" if len(value) == 2 else ", ").join(map(str, value))
        return "; ".join(value_text(part) for part in value)
    return str(value) or "nothing"


def change(number: float) -> str:
    """A difference with its sign: ``+1,234``, ``−56``, ``±0``."""
    if not number:
        return "±0"
    return f"{'+' if number > 0 else '−'}{abs(number):,.0f}"


def change_of(before: float, after: float) -> str:
    """A difference and what it is of the first: ``+1,234 (+12.0 %)``; twice or more as a factor."""
    if before == after or not before:
        return change(after - before)
    if after >= 2 * before:
        return f"{change(after - before)} (× {after / before:.3g})"
    share = 100 * (after - before) / before
    return f"{change(after - before)} ({'+' if share > 0 else '−'}{abs(share):.1f} %)"
