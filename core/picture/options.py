"""How a picture is to be: every choice the user has."""

from __future__ import annotations

from typing import Literal

import msgspec

MM = 72 / 25.4
"""Points in a millimetre."""

Width = Literal["column", "page", "free"]
PAGE_WIDTHS: dict[Width, float] = {"column": 85 * MM, "page": 170 * MM, "free": float("inf")}
"""Widest the picture may be on paper (points): a column of two, the whole text, or as it comes."""
PAGE_HEIGHT = 230 * MM
"""Highest it may be (points), so that a caption still fits below."""


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """The look of a picture.

    Attributes:
        orientation: Whether a picture passes from top to bottom or from left to right.
        width: How wide it may be on paper.
        shapes: Whether the tensors' shapes are written at the arrows.
        parameters: Whether each box says how many parameters it has.
        compact: Whether normalisation, activation and dropout are written in the box before them.
        fold: Whether what is repeated is drawn once, with how often.
        colours: Whether boxes have the colours of their roles, or are grey.
        transparent: Whether the background is left out; otherwise it is white.
    """

    orientation: Literal["vertical", "horizontal"] = "vertical"
    width: Width = "page"
    shapes: bool = True
    parameters: bool = False
    compact: bool = True
    fold: bool = True
    colours: bool = True
    transparent: bool = False
