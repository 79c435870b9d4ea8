"""Shades of values in the theme's colours."""

from __future__ import annotations

from PySide6.QtGui import QColor

from core.blocks import Role
from gui.design.lens.content import Content
from gui.theme import mix, theme

HUES = (Role.ACTIVATION, Role.NORMALIZATION, Role.CONVOLUTION)
"""Rose, green and blue: the colours of a picture, as far as the theme has them."""
LEVELS = 64
"""Shades of one hue where every channel has its own."""


class Ink:
    """The colour of every value: one byte a value, and what each byte means.

    Attributes:
        codes: A byte a value that arrives.
        output_codes: A byte a value that leaves.
        table: The colour of each byte.
        rgba: The same as numbers, for pictures.
    """

    def __init__(self, content: Content, role: Role) -> None:
        self.table = self._colours(content, role)
        self.rgba = [color.rgba() for color in self.table]
        self.codes, self.output_codes = content.shades, content.output_shades
        if content.hued:
            channels = content.mapping.channels
            self.codes = _hued(content.shades, channels)
            self.output_codes = _hued(content.output_shades, channels)

    @staticmethod
    def _colours(content: Content, role: Role) -> list[QColor]:
        if content.hued:
            hues = HUES[: content.mapping.channels]
            shares = [level / (LEVELS - 1) for level in range(LEVELS)]
            return [_between(share, hue) for hue in hues for share in shares]
        if content.signed:
            return [_signed(code, role) for code in range(256)]
        return [_between(code / 255, role) for code in range(256)]


def _hued(shades: bytes, channels: int) -> bytes:
    """The channel in the upper bits of each byte, its shade in the lower ones."""
    codes = bytearray(shades)
    for channel in range(channels):
        turned = bytes(channel * LEVELS + level * LEVELS // 256 for level in range(256))
        codes[channel::channels] = shades[channel::channels].translate(turned)
    return bytes(codes)


def _between(share: float, role: Role) -> QColor:
    """From nearly the ground to a role's full colour."""
    ground = mix(theme().color("card"), theme().color("text"), 0.07)
    return mix(ground, theme().role(role), share)


def _signed(code: int, role: Role) -> QColor:
    """Below 0 towards slate blue, above towards the role's colour."""
    share = (code - 128) / 127
    return _between(share, role) if share >= 0 else _between(-share, Role.CONVOLUTION)
