"""What a picture consists of; all measures in points (1/72 inch), from the top left."""

from __future__ import annotations

from typing import Literal

import msgspec

from core.blocks import Role

Align = Literal["left", "center"]
Tone = Literal["text", "muted"]
Look = Literal["block", "frame", "merge", "input"]


class Box(msgspec.Struct, frozen=True):
    """A rounded rectangle.

    Attributes:
        look: What it stands for: a block, a frame around what a container holds, a merge.
        role: Whose colour it has.
    """

    x: float
    y: float
    width: float
    height: float
    look: Look
    role: Role


class Text(msgspec.Struct, frozen=True):
    """A line of text in a rectangle of its own, wide enough for it.

    Attributes:
        size: Height of the type.
        bold: Whether semi-bold.
    """

    x: float
    y: float
    width: float
    height: float
    text: str
    size: float
    bold: bool = False
    tone: Tone = "text"
    align: Align = "center"


class Line(msgspec.Struct, frozen=True):
    """A line from point to point.

    Attributes:
        arrow: Whether it ends in an arrow.
        shortcut: Whether it goes round what a Residual holds.
    """

    points: tuple[tuple[float, float], ...]
    arrow: bool = True
    shortcut: bool = False


class Drawing(msgspec.Struct, frozen=True):
    """A whole picture at its size on paper.

    Attributes:
        width, height: Of the picture.
        boxes: Frames before what stands in them.
        scale: By how much it was made smaller to fit the paper; 1 where it fits as it is.
        smallest: Size of its smallest type.
        left_out: What the picture does not show, in a sentence; empty where it shows everything.
    """

    width: float
    height: float
    boxes: tuple[Box, ...]
    texts: tuple[Text, ...]
    lines: tuple[Line, ...]
    scale: float
    smallest: float
    left_out: str = ""
