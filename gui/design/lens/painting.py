"""The strokes of the lens: fields of values, values in flight, what is lit."""

from __future__ import annotations

from math import ceil

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from core.blocks import Shape, show_shape
from gui.design.lens.colours import Ink
from gui.design.lens.content import Content
from gui.design.lens.fields import Beads, Field, Planes
from gui.theme import theme

ROUND_BEADS = 9
"""From this pitch on beads are round (px); smaller ones are squares, which paint faster."""
MOST_FLYING = 400
"""Most values drawn in flight at once; of more, every so many."""


def paint_caption(painter: QPainter, line: QRectF, text: str, aside: str) -> None:
    """What a field is, and on the right what else there is to say of it."""
    painter.setFont(theme().font("small"))
    painter.setPen(theme().color("muted"))
    painter.drawText(line, Qt.AlignmentFlag.AlignLeft, text)
    painter.setPen(theme().color("faint"))
    painter.drawText(line, Qt.AlignmentFlag.AlignRight, aside)


def paint_field(painter: QPainter, at: Field, codes: bytes, ink: Ink, done: int | None) -> None:
    """Values in their places; those from ``done`` on are not there yet."""
    if isinstance(at, Planes):
        _paint_planes(painter, at, codes, ink)
        if done is not None:
            _wipe_planes(painter, at, done)
        if at.cell >= 5:
            for channel in at.shown:
                _paint_seams(painter, at.plane(channel), at.cell)
    elif at.pitch >= ROUND_BEADS:
        _paint_round(painter, at, codes, ink, done)
    else:
        _paint_squares(painter, at, codes, ink, done)


def paint_flights(
    painter: QPainter,
    arriving: Field,
    leaving: Field,
    ink: Ink,
    content: Content,
    under_way: tuple[int, int, float],
) -> None:
    """Elements on their way from where they arrive to where they leave."""
    first, after, share = under_way
    share = share * share * (3 - 2 * share)
    painter.setPen(Qt.PenStyle.NoPen)
    for element in range(first, after, max(1, ceil((after - first) / MOST_FLYING))):
        target = leaving.rect(element)
        if target is None:
            continue
        place = _flying(content, element)
        if place is None:
            if isinstance(arriving, Planes) and element in arriving.shown:
                image = _plane_image(arriving, element, ink.codes, ink)
                painter.drawImage(_between(arriving.plane(element), target, share), image)
            continue
        start = arriving.rect(place)
        if start is not None:
            painter.setBrush(ink.table[ink.codes[place]])
            painter.drawRoundedRect(_between(start, target, share).adjusted(1, 1, -1, -1), 2, 2)


def paint_lit(
    painter: QPainter,
    arriving: Field,
    leaving: Field,
    place: int | None,
    channel: int | None,
    element: int,
) -> None:
    """Outlines around the lit value, its channel where channels are gathered, and its element."""
    accent = theme().color("accent")
    target = leaving.rect(element)
    start = arriving.rect(place) if place is not None else None
    plane = None
    if channel is not None and isinstance(arriving, Planes) and channel in arriving.shown:
        plane = arriving.plane(channel)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    origin = start or plane
    if origin is not None and target is not None:
        painter.setPen(QPen(accent, 1.5))
        painter.drawLine(_rim(origin, target.center()), _rim(target, origin.center()))
    if plane is not None:
        painter.setPen(QPen(accent, 1.5))
        painter.drawRect(plane.adjusted(-1.5, -1.5, 1.5, 1.5))
    for rect, corner in ((start, 2.0), (target, _corner(leaving))):
        if rect is not None:
            _outline(painter, rect, corner)


def _flying(content: Content, element: int) -> int | None:
    """The value that becomes an element; None where its whole channel does."""
    if content.mapping.gathers == "order":
        return element
    return content.largest_place(element) if content.mapping.gathers == "max" else None


def _outline(painter: QPainter, rect: QRectF, corner: float) -> None:
    """A dark and a light line, so that it shows on every colour."""
    grown = rect.adjusted(-1, -1, 1, 1)
    small = 8 - min(8.0, rect.width())
    grown = grown.adjusted(-small / 2, -small / 2, small / 2, small / 2)
    painter.setPen(QPen(theme().color("card"), 4))
    painter.drawRoundedRect(grown, corner, corner)
    painter.setPen(QPen(theme().color("text"), 2))
    painter.drawRoundedRect(grown, corner, corner)


def _corner(at: Field) -> float:
    return at.pitch / 2 if isinstance(at, Beads) and at.pitch >= ROUND_BEADS else 2.0


def _rim(rect: QRectF, towards: QPointF) -> QPointF:
    """Where a line from the middle of a rectangle leaves it."""
    way = towards - rect.center()
    reach = max(abs(way.x()) / rect.width(), abs(way.y()) / rect.height())
    return rect.center() + way * min(1.0, 0.5 / reach) if reach else rect.center()


def _between(start: QRectF, end: QRectF, share: float) -> QRectF:
    corner = start.topLeft() * (1 - share) + end.topLeft() * share
    width = start.width() * (1 - share) + end.width() * share
    height = start.height() * (1 - share) + end.height() * share
    return QRectF(corner, QSizeF(width, height))


def _image(codes: bytes, columns: int, rows: int, ink: Ink) -> QImage:
    """A picture of one pixel a value."""
    image = QImage(codes, columns, rows, columns, QImage.Format.Format_Indexed8).copy()
    image.setColorTable(ink.rgba)
    return image


def _plane_image(at: Planes, channel: int, codes: bytes, ink: Ink) -> QImage:
    return _image(bytes(codes[channel :: at.channels]), at.columns, at.rows, ink)


def _paint_planes(painter: QPainter, at: Planes, codes: bytes, ink: Ink) -> None:
    """All planes from one picture that has them below each other: one picture each costs time."""
    stacked = b"".join(codes[channel :: at.channels] for channel in at.shown)
    image = _image(stacked, at.columns, at.rows * len(at.shown), ink)
    for slot, channel in enumerate(at.shown):
        part = QRectF(0, slot * at.rows, at.columns, at.rows)
        painter.drawImage(at.plane(channel), image, part)


def _wipe_planes(painter: QPainter, at: Planes, done: int) -> None:
    """Paint over the pixels of values that are not there yet."""
    empty = theme().color("hover")
    for channel in at.shown:
        pixels = max(0, ceil((done - channel) / at.channels))
        row, column = divmod(pixels, at.columns)
        plane = at.plane(channel)
        top = plane.top() + row * at.cell
        if row < at.rows:
            left = plane.left() + column * at.cell
            painter.fillRect(QRectF(left, top, plane.right() - left, at.cell), empty)
        if row + 1 < at.rows:
            below = QPointF(plane.left(), top + at.cell)
            painter.fillRect(QRectF(below, plane.bottomRight()), empty)


def _paint_seams(painter: QPainter, rect: QRectF, cell: float) -> None:
    """Lines between pixels, in the ground's colour."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(QPen(theme().color("card"), 1))
    for step in range(1, round(rect.width() / cell)):
        x = round(rect.left() + step * cell)
        painter.drawLine(x, round(rect.top()), x, round(rect.bottom()))
    for step in range(1, round(rect.height() / cell)):
        y = round(rect.top() + step * cell)
        painter.drawLine(round(rect.left()), y, round(rect.right()), y)
    painter.restore()


def _paint_round(painter: QPainter, at: Beads, codes: bytes, ink: Ink, done: int | None) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    empty = theme().color("hover")
    for place in at.shown:
        there = done is None or place < done
        painter.setBrush(ink.table[codes[place]] if there else empty)
        rect = at.rect(place)
        if rect is not None:
            painter.drawEllipse(rect.adjusted(1, 1, -1, -1))


def _paint_squares(painter: QPainter, at: Beads, codes: bytes, ink: Ink, done: int | None) -> None:
    """Beads too small to be round, as one picture with seams."""
    shown = at.shown
    lines = ceil(len(shown) / at.per_line)
    part = codes[shown.start : shown.stop] + bytes(lines * at.per_line - len(shown))
    image = _image(part, at.per_line, lines, ink)
    rect = QRectF(at.bounds.topLeft(), QSizeF(at.per_line * at.pitch, lines * at.pitch))
    painter.drawImage(rect, image)
    _paint_seams(painter, rect, at.pitch)
    if done is not None and done < shown.stop:
        _wipe(painter, at, max(done, shown.start) - shown.start, lines, theme().color("hover"))
    _wipe(painter, at, len(shown), lines, theme().color("card"))


def _wipe(painter: QPainter, at: Beads, start: int, lines: int, color: QColor) -> None:
    """Paint over everything from a slot to the end."""
    line, slot = divmod(start, at.per_line)
    corner, pitch = at.bounds.topLeft(), at.pitch
    if slot:
        rest = QSizeF((at.per_line - slot) * pitch, pitch)
        painter.fillRect(QRectF(corner + QPointF(slot * pitch, line * pitch), rest), color)
        line += 1
    if line < lines:
        below = QSizeF(at.per_line * pitch, (lines - line) * pitch)
        painter.fillRect(QRectF(corner + QPointF(0, line * pitch), below), color)


def shape_words(shape: Shape) -> str:
    """A shape in a caption."""
    if len(shape) == 3:
        pixels = f"{shape[0]:,} × {shape[1]:,} pixels"
        return f"{pixels} in {shape[2]:,} channel{'' if shape[2] == 1 else 's'}"
    if len(shape) == 1:
        return f"a vector of {shape[0]:,}"
    return show_shape(shape)


def part_words(at: Field) -> str:
    """Which part of a field can be seen; empty when all of it can."""
    if isinstance(at, Planes):
        if len(at.shown) == at.channels:
            return ""
        return f"channels {at.shown[0]:,}–{at.shown[-1]:,}"
    if len(at.shown) == at.count:
        return ""
    return f"elements {at.shown[0]:,}–{at.shown[-1]:,}"
