"""How wide a text is in the bundled typeface, read from the font files themselves."""

from __future__ import annotations

import struct
from functools import cache, lru_cache
from pathlib import Path

FONTS = Path(__file__).parents[2] / "resources" / "fonts"
SAFETY = 1.03
"""Room for kerning, which the advance widths do not know."""
LINE = 1.3
"""Height of a line in sizes of the type."""


@lru_cache(maxsize=8_192)
def text_width(text: str, size: float, bold: bool = False) -> float:
    """Width of a line of text (points) in Inter, semi-bold or regular.

    A letter that the typeface lacks counts as a wide one.
    """
    widths, wide = _widths("Inter-SemiBold.otf" if bold else "Inter-Regular.otf")
    return SAFETY * size * sum(widths.get(ord(letter), wide) for letter in text)


@cache
def _widths(name: str) -> tuple[dict[int, float], float]:
    """Advance widths by character, and a wide one, in sizes of the type.

    Source: the OpenType specification, tables head, hhea, hmtx and cmap (format 4 or 12).
    """
    data = (FONTS / name).read_bytes()
    tables = {}
    for at in range(struct.unpack_from(">H", data, 4)[0]):
        tag, _, offset, _ = struct.unpack_from(">4sIII", data, 12 + 16 * at)
        tables[tag] = offset
    units = struct.unpack_from(">H", data, tables[b"head"] + 18)[0]
    known = struct.unpack_from(">H", data, tables[b"hhea"] + 34)[0]
    advances = [
        struct.unpack_from(">H", data, tables[b"hmtx"] + 4 * glyph)[0] / units
        for glyph in range(known)
    ]
    glyphs = _glyphs(data, tables[b"cmap"])
    return {letter: advances[min(glyph, known - 1)] for letter, glyph in glyphs.items()}, 1.0


def _glyphs(data: bytes, cmap: int) -> dict[int, int]:
    """Glyph numbers by character."""
    found: dict[int, int] = {}
    for at in range(struct.unpack_from(">H", data, cmap + 2)[0]):
        offset = cmap + struct.unpack_from(">I", data, cmap + 4 + 8 * at + 4)[0]
        form = struct.unpack_from(">H", data, offset)[0]
        if form == 12:
            for group in range(struct.unpack_from(">I", data, offset + 12)[0]):
                first, last, glyph = struct.unpack_from(">III", data, offset + 16 + 12 * group)
                found |= {first + step: glyph + step for step in range(last - first + 1)}
        elif form == 4:
            found |= _segments(data, offset)
    return found


def _segments(data: bytes, offset: int) -> dict[int, int]:
    """Characters and glyphs of a subtable of format 4."""
    count = struct.unpack_from(">H", data, offset + 6)[0] // 2
    ends, starts = offset + 14, offset + 16 + 2 * count
    deltas, ranges = starts + 2 * count, starts + 4 * count
    found = {}
    for at in range(count):
        first = struct.unpack_from(">H", data, starts + 2 * at)[0]
        last = struct.unpack_from(">H", data, ends + 2 * at)[0]
        delta = struct.unpack_from(">H", data, deltas + 2 * at)[0]
        jump = struct.unpack_from(">H", data, ranges + 2 * at)[0]
        for letter in range(first, min(last, 0xFFFE) + 1):
            glyph = letter
            if jump:
                place = ranges + 2 * at + jump + 2 * (letter - first)
                glyph = struct.unpack_from(">H", data, place)[0]
                if not glyph:
                    continue
            found[letter] = (glyph + delta) & 0xFFFF
    return found
