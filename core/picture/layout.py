"""Where everything goes: rows of boxes, frames around them, forks with their branches."""

from __future__ import annotations

from typing import NamedTuple

from core.blocks import Role
from core.picture.drawing import Box, Look, Text
from core.picture.font import LINE, text_width
from core.picture.nodes import Frame, Leaf, Sequence
from core.picture.options import Options
from core.picture.pieces import (
    PAD_Y,
    TITLE,
    WORDS,
    Axes,
    Lines,
    Parts,
    Piece,
    boxed,
    lines_of,
)


class Spacing(NamedTuple):
    """Distances (points) of a layout.

    Attributes:
        gap: Length of an arrow without words.
        label: From an arrow to its words.
        pad: Between a frame and what it holds.
        gutter: Between columns.
        between: Between branches.
        around: From a box to the way round it.
        wide, narrow: Widths that words are broken to, in a row and in branches.
    """

    gap: float
    label: float
    pad: float
    gutter: float
    between: float
    around: float
    wide: float
    narrow: float


AMPLE = Spacing(13.0, 4.0, 7.0, 16.0, 12.0, 9.0, 96.0, 62.0)
TIGHT = Spacing(10.0, 2.5, 5.0, 12.0, 6.0, 7.0, 78.0, 44.0)
"""For where the paper is narrow: the type stays as large, the rest moves together."""


class Layout:
    """Lays out nodes by the options."""

    def __init__(self, options: Options, space: Spacing = AMPLE) -> None:
        self._space = space
        self._axes = Axes(options.orientation == "vertical")

    # Rows

    def row(
        self, steps: Sequence, limit: float, narrow: bool = False, through: bool = False
    ) -> Piece:
        """Steps one after the other, wrapped into columns of at most ``limit`` along the flow.

        Args:
            steps: At least one.
            limit: Longest column; what cannot be divided may be longer.
            narrow: Whether words are broken early.
            through: Whether the flow goes on behind it.
        """
        pieces = self._pieces(steps, limit, narrow)
        gaps = [self._gap(step.leaving) for step in steps]
        columns = _columns([piece.main for piece in pieces], gaps, limit)
        parts = Parts()
        cross, main, leave, entry = 0.0, 0.0, 0.0, 0.0
        tail: tuple[float, float] | None = None
        for number, (first, last) in enumerate(columns):
            label = steps[first - 1].leaving if first else ""
            lead = self._gap(label) if first else 0.0
            column = self._column(
                steps[first:last], pieces[first:last], gaps[first:last], label if first else None
            )
            shift = cross + (self._space.gutter if number else 0.0)
            at = shift + column.entry
            if tail is not None:
                parts.line(
                    tail,
                    (tail[0], tail[1] + self._space.gap / 2),
                    (shift - self._space.gutter / 2, tail[1] + self._space.gap / 2),
                    (shift - self._space.gutter / 2, 0.0),
                    (at, 0.0),
                    (at, lead),
                )
                parts.texts += self._label(label, at, 0.0, lead)
                main = max(main, tail[1] + self._space.gap / 2)
            else:
                entry = at
            parts.add(column, shift, 0.0)
            cross = shift + column.cross
            leave = shift + column.leave
            tail = (leave, column.main)
            main = max(main, column.main)
        assert tail is not None
        if through and tail[1] < main:
            parts.line(tail, (tail[0], main), arrow=False)
        return parts.done(cross, main, entry, leave)

    def _column(
        self, steps: Sequence, pieces: list[Piece], gaps: list[float], lead: str | None
    ) -> Piece:
        """One column: pieces on one line, arrows between them.

        Args:
            steps: What stands in it.
            pieces: The same, laid out.
            gaps: Lengths of the arrows behind each.
            lead: Words at the arrow that leads in; None for the first column.
        """
        parts = Parts()
        before = max(piece.entry for piece in pieces)
        after = max(piece.cross - piece.entry for piece in pieces)
        for label in (lead or "", *(step.leaving for step in steps[:-1])):
            room = self._label_room(label)
            before, after = max(before, room[0]), max(after, room[1])
        main = 0.0 if lead is None else self._gap(lead)
        leave = before
        for at, piece in enumerate(pieces):
            if at:
                start, length = main, gaps[at - 1]
                middle = start + length / 2
                parts.line(
                    (leave, start), (leave, middle), (before, middle), (before, start + length)
                )
                parts.texts += self._label(steps[at - 1].leaving, before, start, length)
                main += length
            shift = before - piece.entry
            parts.add(piece, shift, main)
            leave = shift + piece.leave
            main += piece.main
        return parts.done(before + after, main, before, leave)

    def _pieces(self, steps: Sequence, limit: float, narrow: bool) -> list[Piece]:
        """What stands in a row; boxes are all of one size across the flow."""
        widest = self._space.narrow if narrow else self._space.wide
        texts = {
            at: lines_of(s.node, widest) for at, s in enumerate(steps) if isinstance(s.node, Leaf)
        }
        vertical = self._axes.vertical
        across = max((t.width if vertical else t.height for t in texts.values()), default=0.0)
        pieces = []
        for at, step in enumerate(steps):
            if isinstance(step.node, Frame):
                pieces.append(self._frame(step.node, limit, narrow))
                continue
            lines = texts[at]
            width, height = (across, lines.height) if vertical else (lines.width, across)
            look: Look = "input" if step.node.role is Role.INPUT else "block"
            pieces.append(boxed(self._axes, lines, step.node.role, width, height, look))
        return pieces

    # Arrows

    def _gap(self, label: str) -> float:
        """Length of an arrow with a label."""
        if not label:
            return self._space.gap
        if self._axes.vertical:
            return self._space.gap + 5
        return text_width(label, WORDS) + 2 * self._space.label + 4

    def _label_room(self, label: str) -> tuple[float, float]:
        """Room across the flow that a label takes before and after the line."""
        if not label:
            return 0.0, 0.0
        if self._axes.vertical:
            return 0.0, text_width(label, WORDS) + self._space.label
        return LINE * WORDS + 1, 0.0

    def _label(self, label: str, cross: float, main: float, length: float) -> list[Text]:
        """A label at an arrow: beside it where it points down, above where it points right."""
        if not label:
            return []
        height = LINE * WORDS
        if self._axes.vertical:
            place = cross + self._space.label, main + (length - height) / 2 - 1
        else:
            width = text_width(label, WORDS)
            place = main + (length - 3 - width) / 2, cross - height - 1
        return [self._axes.text(*place, label, tone="muted", align="left")]

    # Frames

    def _frame(self, frame: Frame, limit: float, narrow: bool) -> Piece:
        head = self._head(frame)
        room = limit - 2 * self._space.pad - 2 * self._space.gap - head[1]
        if len(frame.branches) == 1:
            inner = self._open_row(frame.branches[0], room, narrow)
        elif frame.shortcut:
            inner = self._around(frame, narrow)
        else:
            inner = self._fork(frame)
        return self._framed(frame, inner)

    def _head(self, frame: Frame) -> tuple[float, float]:
        """Width and height of a frame's title and note on paper."""
        width = text_width(frame.title, TITLE, bold=True) if frame.title else 0.0
        height = LINE * TITLE if frame.title else 0.0
        for line in self._notes(frame):
            width = max(width, text_width(line, WORDS))
            height += LINE * WORDS
        return width, height

    @staticmethod
    def _notes(frame: Frame) -> list[str]:
        lines = frame.note.split(" · ") if frame.note else []
        return [*lines, f"{frame.parameters:,} parameters"] if frame.parameters else lines

    def _framed(self, frame: Frame, inner: Piece) -> Piece:
        """A frame around something, its title in the corner where no line passes."""
        width, height = self._head(frame)
        parts = Parts()
        if self._axes.vertical:
            # Beside the line that enters: so the title's room is left of it.
            left = max(self._space.pad, width + 2 * PAD_Y + self._space.label - inner.entry)
            top = max(0.0, height + PAD_Y - self._space.gap)
            cross, main = inner.cross + left + self._space.pad, inner.main + top
            parts.boxes.append(self._frame_box(cross, main))
            parts.line((left + inner.entry, 0.0), (left + inner.entry, top), arrow=False)
            shift = left, top
        else:
            above = height + PAD_Y + 2
            start = 0.0
            cross = inner.cross + above + self._space.pad
            main = max(inner.main, width + 2 * self._space.pad)
            parts.boxes.append(self._frame_box(cross, main))
            at = above + inner.leave
            parts.line((at, inner.main), (at, main), arrow=False)
            shift = above, start
        parts.texts += self._title(frame)
        parts.add(inner, *shift)
        return parts.done(cross, main, shift[0] + inner.entry, shift[0] + inner.leave)

    def _frame_box(self, cross: float, main: float) -> Box:
        return self._axes.box(0, 0, *self._axes.turned(cross, main), "frame", Role.CONTAINER)

    def _title(self, frame: Frame) -> list[Text]:
        texts, y = [], PAD_Y / 2 + 1
        if frame.title:
            texts.append(
                self._axes.text(PAD_Y + 1, y, frame.title, size=TITLE, bold=True, align="left")
            )
            y += LINE * TITLE
        for line in self._notes(frame):
            texts.append(self._axes.text(PAD_Y + 1, y, line, tone="muted", align="left"))
            y += LINE * WORDS
        return texts

    def _open_row(self, steps: Sequence, limit: float, narrow: bool) -> Piece:
        """A row with an arrow in and a line out; an empty one is a line."""
        parts = Parts()
        if not steps:
            parts.line((0.0, 0.0), (0.0, 2 * self._space.gap), arrow=False)
            return parts.done(0.0, 2 * self._space.gap, 0.0, 0.0)
        row = self.row(steps, limit, narrow, through=True)
        parts.line((row.entry, 0.0), (row.entry, self._space.gap))
        parts.add(row, 0.0, self._space.gap)
        end = self._space.gap + row.main
        parts.line((row.leave, end), (row.leave, end + self._space.gap), arrow=False)
        return parts.done(row.cross, end + self._space.gap, row.entry, row.leave)

    # Forks

    def _around(self, frame: Frame, narrow: bool) -> Piece:
        """A Residual: what it holds on the line, the way round beside it, a sum at the end."""
        body, way = frame.branches
        lines = lines_of(Leaf(frame.merge, (), Role.CONTAINER), self._space.wide)
        pill = self._pill(lines)
        inner = self._open_row(body, float("inf"), narrow)
        last = body[-1].leaving if body else ""
        side = self._pieces(way, float("inf"), narrow=True)[0] if way else None
        spine = max(inner.entry, pill.cross / 2)
        right = spine + max(
            inner.cross - inner.entry, pill.cross / 2 + 4, self._label_room(last)[1]
        )
        lead = self._space.gap
        turn = spine + 0.0, lead
        parts = Parts()
        parts.line((spine, 0.0), turn, arrow=False)
        parts.add(inner, spine - inner.entry, lead)
        end = lead + inner.main
        leave = spine - inner.entry + inner.leave
        tail = self._gap(last) - 4
        parts.line((leave, end), (leave, end + 2), (spine, end + 2), (spine, end + tail))
        parts.texts += self._label(
            last, spine, end - self._space.gap / 2, tail + self._space.gap / 2
        )
        path = right + self._space.around + (side.entry if side is not None else 0.0)
        middle = end + tail + pill.main / 2
        self._way_round(parts, spine, path, side, (lead, middle), spine + pill.cross / 2)
        parts.add(pill, spine - pill.cross / 2, end + tail)
        bottom = end + tail + pill.main
        parts.line((spine, bottom), (spine, bottom + self._space.pad), arrow=False)
        cross = path + (side.cross - side.entry if side is not None else 0.0) + 2
        return parts.done(cross, bottom + self._space.pad, spine, spine)

    def _way_round(
        self,
        parts: Parts,
        spine: float,
        path: float,
        side: Piece | None,
        span: tuple[float, float],
        end: float,
    ) -> None:
        """The shortcut: from the line, past what the Residual holds, into the sum from the side."""
        top, bottom = span
        if side is None:
            parts.line((spine, top), (path, top), (path, bottom), (end, bottom), shortcut=True)
            return
        start = top + max(self._space.gap, (bottom - top - side.main) / 2)
        parts.line((spine, top), (path, top), (path, start), shortcut=True)
        parts.add(side, path - side.entry, start)
        parts.line((path, start + side.main), (path, bottom), (end, bottom), shortcut=True)

    def _pill(self, lines: Lines, across: float = 0.0) -> Piece:
        """A merge: a box with its name, at least so wide across the flow."""
        width, height = lines.width, LINE * TITLE + PAD_Y
        if self._axes.vertical:
            width = max(width, across)
        else:
            height = max(height, across)
        slim = lines._replace(height=LINE * TITLE + 2 * PAD_Y)
        return boxed(self._axes, slim, Role.CONTAINER, width, height, "merge")

    def _fork(self, frame: Frame) -> Piece:
        """A Parallel: branches side by side between a line that divides and a bar that merges."""
        rows = [self._open_row(branch, float("inf"), narrow=True) for branch in frame.branches]
        ends = [branch[-1].leaving if branch else "" for branch in frame.branches]
        parts = Parts()
        places, cross = [], 0.0
        for row, label in zip(rows, ends, strict=True):
            before, after = self._label_room(label)
            shift = cross + max(0.0, before - row.leave)
            places.append(shift)
            cross = (
                shift
                + max(
                    row.cross,
                    row.leave + after,
                )
                + self._space.between
            )
        cross -= self._space.between
        longest = max(row.main for row in rows)
        tail = max(self._gap(label) for label in ends) - self._space.gap / 2
        spine = (places[0] + rows[0].entry + places[-1] + rows[-1].entry) / 2
        top = self._space.gap * 0.8
        parts.line((spine, 0.0), (spine, top), arrow=False)
        bar_at = top + longest + tail
        for row, shift, label in zip(rows, places, ends, strict=True):
            parts.line((spine, top), (shift + row.entry, top), arrow=False)
            parts.add(row, shift, top)
            leave = shift + row.leave
            parts.line((leave, top + row.main), (leave, bar_at))
            parts.texts += self._label(
                label, leave, bar_at - tail - self._space.gap / 2, tail + self._space.gap / 2
            )
        first, last = places[0] + rows[0].leave, places[-1] + rows[-1].leave
        bar = self._pill(
            lines_of(Leaf(frame.merge, (), Role.CONTAINER), self._space.wide),
            2 * max(spine - first, last - spine) + 16,
        )
        left = min(0.0, spine - bar.cross / 2)
        parts.add(bar, spine - bar.cross / 2, bar_at)
        bottom = bar_at + bar.main
        parts.line((spine, bottom), (spine, bottom + self._space.pad), arrow=False)
        right = max(cross, spine + bar.cross / 2)
        whole = Parts()
        piece = parts.done(right - left, bottom + self._space.pad, spine - left, spine - left)
        whole.add(piece, -left, 0.0)
        return whole.done(right - left, bottom + self._space.pad, spine - left, spine - left)


def _columns(sizes: list[float], gaps: list[float], limit: float) -> list[tuple[int, int]]:
    """Where a row is wrapped: (first, behind the last) of each column."""
    columns, first, length = [], 0, sizes[0]
    for at in range(1, len(sizes)):
        longer = length + gaps[at - 1] + sizes[at]
        if longer > limit:
            columns.append((first, at))
            first, length = at, gaps[at - 1] + sizes[at]
        else:
            length = longer
    return [*columns, (first, len(sizes))]
