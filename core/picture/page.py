"""A picture that fits the paper: as many columns as leave its type the largest."""

from __future__ import annotations

from core.analysis import analyse
from core.blocks import Role
from core.picture.drawing import Box, Drawing, Line, Text
from core.picture.layout import TIGHT, Layout
from core.picture.nodes import Leaf, Sequence, Step, nodes_of
from core.picture.options import PAGE_HEIGHT, PAGE_WIDTHS, Options
from core.picture.pieces import Piece
from core.project import Project

MARGIN = 3.0
"""Around the whole (points)."""
MOST_COLUMNS = 12
COMFORTABLE = PAGE_HEIGHT / 2
"""A picture that is no higher leaves room for text on its page."""


def draw(project: Project, options: Options) -> Drawing:
    """The picture of a project's architecture, laid out for the width it is to have on paper."""
    steps, left_out = nodes_of(project, options)
    steps = (*steps, _end(project))
    vertical = options.orientation == "vertical"
    best, scale = _laid_out(Layout(options), steps, options, vertical)
    if scale < 1:
        tight = _laid_out(Layout(options, TIGHT), steps, options, vertical)
        best, scale = max((best, scale), tight, key=lambda found: min(1.0, found[1]))
    return _finished(best, min(1.0, scale), vertical, left_out)


def _laid_out(
    layout: Layout, steps: Sequence, options: Options, vertical: bool
) -> tuple[Piece, float]:
    """The layout that needs to be made smaller the least, the smallest of such; and by how much."""
    whole = layout.row(steps, float("inf"))
    best, scale = whole, _scale(whole, options, vertical)
    if scale >= 1 and _high(whole, vertical) <= COMFORTABLE:
        return best, scale
    since = 0
    for columns in range(2, MOST_COLUMNS + 1):
        since += 1
        for slack in (1.0, 1.08, 1.18, 1.3, 1.5):
            piece = layout.row(steps, slack * whole.main / columns)
            fits = _scale(piece, options, vertical)
            if _merit(piece, fits, vertical) > _merit(best, scale, vertical):
                best, scale, since = piece, fits, 0
        if since > 1:
            break
    return best, scale


def _merit(piece: Piece, scale: float, vertical: bool) -> tuple[float, float, float]:
    """Large type first, then no more than half a page high, then little paper."""
    high = max(COMFORTABLE, _high(piece, vertical))
    return round(min(1.0, scale), 2), -high, -piece.cross * piece.main


def _high(piece: Piece, vertical: bool) -> float:
    return piece.main if vertical else piece.cross


def _end(project: Project) -> Step:
    """What stands at the end: the classes."""
    output = analyse(project).output
    classes = project.classes
    if output == (classes,):
        return Step(Leaf(f"{classes:,} classes", (), Role.INPUT), "")
    return Step(Leaf("Output" if output else "?", (), Role.INPUT), "")


def _scale(piece: Piece, options: Options, vertical: bool) -> float:
    """By how much a piece must be made smaller to fit the paper; above 1 where there is room."""
    width, height = (piece.cross, piece.main) if vertical else (piece.main, piece.cross)
    room = PAGE_WIDTHS[options.width]
    return min((room - 2 * MARGIN) / width, (PAGE_HEIGHT - 2 * MARGIN) / height)


def _finished(piece: Piece, scale: float, vertical: bool, left_out: str) -> Drawing:
    """A piece on paper: turned, moved in from the margin, made smaller."""

    def place(cross: float, main: float) -> tuple[float, float]:
        x, y = (cross, main) if vertical else (main, cross)
        return MARGIN + scale * x, MARGIN + scale * y

    def size(cross: float, main: float) -> tuple[float, float]:
        x, y = (cross, main) if vertical else (main, cross)
        return scale * x, scale * y

    width, height = size(piece.cross, piece.main)
    texts = tuple(
        Text(
            *place(one.x, one.y),
            *size(one.width, one.height),
            one.text,
            scale * one.size,
            one.bold,
            one.tone,
            one.align,
        )
        for one in piece.texts
    )
    return Drawing(
        width=width + 2 * MARGIN,
        height=height + 2 * MARGIN,
        boxes=tuple(
            Box(*place(one.x, one.y), *size(one.width, one.height), one.look, one.role)
            for one in piece.boxes
        ),
        texts=texts,
        lines=tuple(
            Line(tuple(place(*point) for point in one.points), one.arrow, one.shortcut)
            for one in piece.lines
        ),
        scale=scale,
        smallest=min(text.size for text in texts),
        left_out=left_out,
    )
