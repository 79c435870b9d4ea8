"""Numbers as people read them."""

from __future__ import annotations


def count(number: int, noun: str) -> str:
    """``1 block``, ``34,826 parameters``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


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
