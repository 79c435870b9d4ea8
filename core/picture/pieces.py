"""Parts of a picture that can be put beside one another.

A piece is laid out along the flow: *main* is the way a picture passes, *cross* is across it.
Vertically main is y and cross is x, horizontally the other way round; only `Axes` knows which.
"""

from __future__ import annotations

from typing import NamedTuple

from core.blocks import Role
from core.picture.drawing import Box, Line, Look, Text
from core.picture.font import LINE, text_width
from core.picture.nodes import Leaf, split_title

TITLE, WORDS = 8.0, 6.8
"""Sizes of the type (points)."""
PAD_X, PAD_Y = 6.0, 4.0
NARROWEST = 44.0


class Piece(NamedTuple):
    """Something laid out.

    Attributes:
        cross, main: Its size.
        entry, leave: Where along cross the flow enters and leaves.
        boxes, texts, lines: What it consists of; x is cross and y is main.
    """

    cross: float
    main: float
    entry: float
    leave: float
    boxes: tuple[Box, ...] = ()
    texts: tuple[Text, ...] = ()
    lines: tuple[Line, ...] = ()


class Parts:
    """What a piece is being put together from."""

    def __init__(self) -> None:
        self.boxes: list[Box] = []
        self.texts: list[Text] = []
        self.lines: list[Line] = []

    def add(self, piece: Piece, cross: float, main: float) -> None:
        """Put a piece at a place."""
        self.boxes += [_moved_box(box, cross, main) for box in piece.boxes]
        self.texts += [_moved_text(text, cross, main) for text in piece.texts]
        self.lines += [_moved_line(line, cross, main) for line in piece.lines]

    def line(
        self, *points: tuple[float, float], arrow: bool = True, shortcut: bool = False
    ) -> None:
        """Draw a line, points that say nothing left out."""
        kept = [points[0]]
        for point in points[1:]:
            if abs(point[0] - kept[-1][0]) > 1e-6 or abs(point[1] - kept[-1][1]) > 1e-6:
                kept.append(point)
        if len(kept) > 1:
            self.lines.append(Line(tuple(kept), arrow, shortcut))

    def done(self, cross: float, main: float, entry: float, leave: float) -> Piece:
        """The piece."""
        return Piece(
            cross, main, entry, leave, tuple(self.boxes), tuple(self.texts), tuple(self.lines)
        )


def _moved_box(box: Box, dx: float, dy: float) -> Box:
    return Box(box.x + dx, box.y + dy, box.width, box.height, box.look, box.role)


def _moved_text(one: Text, dx: float, dy: float) -> Text:
    return Text(
        one.x + dx,
        one.y + dy,
        one.width,
        one.height,
        one.text,
        one.size,
        one.bold,
        one.tone,
        one.align,
    )


def _moved_line(line: Line, dx: float, dy: float) -> Line:
    points = tuple((x + dx, y + dy) for x, y in line.points)
    return Line(points, line.arrow, line.shortcut)


class Axes:
    """Which way the flow goes."""

    def __init__(self, vertical: bool) -> None:
        self.vertical = vertical

    def turned(self, x: float, y: float) -> tuple[float, float]:
        """From paper (x, y) to (cross, main), and back."""
        return (x, y) if self.vertical else (y, x)

    def text(self, x: float, y: float, text: str, **look: object) -> Text:
        """A line of text with its left top at a place on paper; as wide as it needs."""
        size = float(look.get("size", WORDS))  # type: ignore[arg-type]
        width = text_width(text, size, bool(look.get("bold")))
        return self.text_in(x, y, width, text, **look)

    def text_in(self, x: float, y: float, width: float, text: str, **look: object) -> Text:
        """A line of text in a rectangle on paper."""
        look.setdefault("size", WORDS)
        height = LINE * float(look["size"])  # type: ignore[arg-type]
        cross, main = self.turned(x, y)
        across, along = self.turned(width, height)
        return Text(cross, main, across, along, text, **look)  # type: ignore[arg-type]

    def box(self, x: float, y: float, width: float, height: float, look: Look, role: Role) -> Box:
        """A box at a rectangle on paper."""
        return Box(*self.turned(x, y), *self.turned(width, height), look, role)


# Boxes with text


class Lines(NamedTuple):
    """The lines of a box, and the size on paper they need."""

    title: list[str]
    words: list[str]
    width: float
    height: float


def lines_of(leaf: Leaf, widest: float) -> Lines:
    """A box's text broken into lines.

    Args:
        leaf: The block.
        widest: Width that lines are broken to (points); a single long word may be wider.
    """
    title = _broken(split_title(leaf.title), "", widest, TITLE, bold=True)
    words = [line for group in leaf.words for line in _broken(group, " · ", widest, WORDS)]
    width = max(
        [
            NARROWEST - 2 * PAD_X,
            *(text_width(line, TITLE, bold=True) for line in title),
            *(text_width(line, WORDS) for line in words),
        ]
    )
    height = LINE * (TITLE * len(title) + WORDS * len(words))
    return Lines(title, words, width + 2 * PAD_X, height + 2 * PAD_Y)


def _broken(
    parts: list[str] | tuple[str, ...], between: str, widest: float, size: float, bold: bool = False
) -> list[str]:
    """Parts in as few lines as fit."""
    lines: list[str] = []
    for part in parts:
        longer = f"{lines[-1]}{between}{part}" if lines else part
        if lines and text_width(longer, size, bold) <= widest:
            lines[-1] = longer
        else:
            lines.append(part)
    return lines


def boxed(axes: Axes, lines: Lines, role: Role, width: float, height: float, look: Look) -> Piece:
    """A box of a size with its lines in the middle."""
    parts = Parts()
    parts.boxes.append(axes.box(0, 0, width, height, look, role))
    y = (height - (lines.height - 2 * PAD_Y)) / 2
    inner = width - 2 * PAD_X
    for text in lines.title:
        parts.texts.append(axes.text_in(PAD_X, y, inner, text, size=TITLE, bold=True))
        y += LINE * TITLE
    for text in lines.words:
        parts.texts.append(axes.text_in(PAD_X, y, inner, text, size=WORDS, tone="muted"))
        y += LINE * WORDS
    cross, main = axes.turned(width, height)
    return parts.done(cross, main, cross / 2, cross / 2)
