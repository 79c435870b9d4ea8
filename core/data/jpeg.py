"""Headers of plain JPEG files: those that nothing but their pixels needs to be known of.

It needs neither numpy nor Pillow.
"""

from __future__ import annotations

import msgspec

NEARLY = 15 / 16
"""A JPEG may be decoded so much smaller than it is wanted: then it is enlarged by a pixel in 15,
which shows less than what averaging takes away, and costs a third less than twice the size."""
_SIZES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Markers of segments that tell the size (SOF); those left out tell of tables."""
_SIZES_READ = frozenset((0xC0, 0xC1, 0xC2))
"""Baseline, extended and progressive; the others no decoder here reads."""
_EXIF, _ADOBE = 0xE1, 0xEE
"""Segments that may turn a picture, or tell of other colours than usual."""
_PIXELS = 0xDA
"""The segment after which pixels come (SOS)."""


class Plain(msgspec.Struct, frozen=True):
    """A JPEG that is upright and grey or of the usual colours.

    Attributes:
        size: Width and height in pixels.
        mode: ``L`` or ``RGB``.
    """

    size: tuple[int, int]
    mode: str

    @property
    def pixels(self) -> int:
        """How many."""
        return self.size[0] * self.size[1]


def plain_jpeg(data: bytes) -> Plain | None:
    """What a JPEG's header says, where the picture is plain; None for everything else.

    Args:
        data: The file, or more of it than its header.
    """
    if data[:3] != b"\xff\xd8\xff":
        return None
    at, plain = 2, None
    end = len(data) - 10
    while at <= end and data[at] == 0xFF:
        kind = data[at + 1]
        if kind == _PIXELS:
            return plain
        if kind in (_EXIF, _ADOBE):
            return None
        if kind in _SIZES:
            plain = _plain(data, at) if kind in _SIZES_READ else None
            if plain is None:
                return None
        at += 2 + (data[at + 2] << 8 | data[at + 3])
    return None


def _plain(data: bytes, at: int) -> Plain | None:
    """A segment that tells the size: length, bits, height, width, colours."""
    height = int.from_bytes(data[at + 5 : at + 7], "big")
    width = int.from_bytes(data[at + 7 : at + 9], "big")
    mode = {1: "L", 3: "RGB"}.get(data[at + 9])
    if data[at + 4] != 8 or mode is None or not width or not height:
        return None
    return Plain((width, height), mode)
