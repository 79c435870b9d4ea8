"""Where each value stands on the lens: planes of pixels, or beads on a string.

Geometry only.  Both kinds show what fits at a size that can be seen, and turn to the part around a
value when asked.
"""

from __future__ import annotations

from math import ceil, prod

from PySide6.QtCore import QPointF, QRectF

from core.blocks import Shape

LARGEST_CELL, SMALLEST_CELL = 28, 3
LARGEST_BEAD, SMALLEST_BEAD = 18, 4
"""Sides of a pixel's cell and of a bead with its gap (px)."""


def as_planes(shape: Shape) -> tuple[int, int, int]:
    """A shape as (rows, columns, planes), its values in the same order."""
    if len(shape) == 2:
        return shape[0], shape[1], 1
    return prod(shape[:-2]), shape[-2], shape[-1]


class Planes:
    """One grid of pixels for each channel, side by side.

    Attributes:
        cell: Side of a pixel (px).
        gap: Room between planes (px).
        first: The first channel shown.
        page: How many are shown at once.
    """

    def __init__(self, shape: Shape, area: QRectF) -> None:
        self.rows, self.columns, self.channels = as_planes(shape)
        self.count = prod(shape)
        self._area = area
        self.first = 0
        self.page = self.channels
        self.cell, self.gap, self._per_line = self._fit(self.page)
        while self.cell < SMALLEST_CELL and self.page > 1:
            self.page = max(1, self.page * 3 // 4)
            self.cell, self.gap, self._per_line = self._fit(self.page)
        if self.cell < 1:
            # A picture larger than the lens: shrunk, so that at least all of it is there.
            self.cell = min(area.width() / self.columns, area.height() / self.rows)
        lines = ceil(self.page / self._per_line)
        used = QPointF(
            self._per_line * (self.columns * self.cell + self.gap) - self.gap,
            lines * (self.rows * self.cell + self.gap) - self.gap,
        )
        left = area.left() + max(0.0, (area.width() - used.x()) // 2)
        self._corner = QPointF(left, area.top())
        self.bounds = QRectF(self._corner, self._corner + used)

    @property
    def shown(self) -> range:
        """The channels that can be seen."""
        return range(self.first, min(self.channels, self.first + self.page))

    def show(self, place: int) -> bool:
        """Turn to the channels around a value; whether that changed anything."""
        first = place % self.channels // self.page * self.page
        changed, self.first = first != self.first, first
        return changed

    def plane(self, channel: int) -> QRectF:
        """Where a channel's grid stands."""
        line, slot = divmod(channel - self.first, self._per_line)
        width, height = self.columns * self.cell, self.rows * self.cell
        x = self._corner.x() + slot * (width + self.gap)
        return QRectF(x, self._corner.y() + line * (height + self.gap), width, height)

    def rect(self, place: int) -> QRectF | None:
        """Where a value stands; None while its channel is not shown."""
        pixel, channel = divmod(place, self.channels)
        if channel not in self.shown:
            return None
        row, column = divmod(pixel, self.columns)
        corner = self.plane(channel).topLeft() + QPointF(column * self.cell, row * self.cell)
        return QRectF(corner.x(), corner.y(), self.cell, self.cell)

    def at(self, point: QPointF) -> int | None:
        """The value under a point."""
        inside = point - self._corner
        slot, x = divmod(inside.x(), self.columns * self.cell + self.gap)
        line, y = divmod(inside.y(), self.rows * self.cell + self.gap)
        row, column = int(y // self.cell), int(x // self.cell)
        channel = self.first + int(line) * self._per_line + int(slot)
        in_grid = 0 <= slot < self._per_line and line >= 0
        if not in_grid or row >= self.rows or column >= self.columns or channel not in self.shown:
            return None
        return (row * self.columns + column) * self.channels + channel

    def _fit(self, planes: int) -> tuple[float, int, int]:
        """The largest cell at which this many planes fit, the gap, and the planes in a line."""
        best = (0, 4, 1)
        width, height = self._area.width(), self._area.height()
        for per_line in range(1, planes + 1):
            lines = ceil(planes / per_line)
            for gap, least in ((8, 8), (4, 0)):
                across = (width + gap) / per_line - gap
                down = (height + gap) / lines - gap
                cell = min(LARGEST_CELL, int(across / self.columns), int(down / self.rows))
                if cell >= least and cell > best[0]:
                    best = (cell, gap, per_line)
                    break
        return best


class Beads:
    """Values in a row, wrapped where the room ends, whole pixels in a line where they fit.

    Attributes:
        pitch: From one bead to the next (px).
        per_line: Beads in a line.
        first: The first value shown.
        page: How many are shown at once.
    """

    def __init__(self, count: int, group: int, area: QRectF) -> None:
        self.count = count
        self.first = 0
        for pitch in range(LARGEST_BEAD, SMALLEST_BEAD - 1, -1):
            per_line = max(1, int(area.width() // pitch))
            if group <= per_line:
                per_line = per_line // group * group
            lines = max(1, int(area.height() // pitch))
            if per_line * lines >= count:
                break
        self.pitch, self.per_line, self.page = pitch, min(per_line, count), per_line * lines
        used = ceil(min(count, self.page) / self.per_line)
        left = area.left() + (area.width() - self.per_line * pitch) // 2
        self._corner = QPointF(left, area.top())
        self.bounds = QRectF(left, area.top(), self.per_line * pitch, used * pitch)

    @property
    def shown(self) -> range:
        """The values that can be seen."""
        return range(self.first, min(self.count, self.first + self.page))

    def show(self, place: int) -> bool:
        """Turn to the values around one; whether that changed anything."""
        first = place // self.page * self.page
        changed, self.first = first != self.first, first
        return changed

    def rect(self, place: int) -> QRectF | None:
        """Where a value stands; None while it is not shown."""
        if place not in self.shown:
            return None
        line, slot = divmod(place - self.first, self.per_line)
        corner = self._corner + QPointF(slot * self.pitch, line * self.pitch)
        return QRectF(corner.x(), corner.y(), self.pitch, self.pitch)

    def at(self, point: QPointF) -> int | None:
        """The value under a point."""
        inside = (point - self._corner) / self.pitch
        slot, line = int(inside.x() // 1), int(inside.y() // 1)
        place = self.first + line * self.per_line + slot
        return place if 0 <= slot < self.per_line and line >= 0 and place in self.shown else None


Field = Planes | Beads


def field(shape: Shape, group: int, area: QRectF) -> Field:
    """Beads for a vector, planes for anything else."""
    return Beads(shape[0], group, area) if len(shape) == 1 else Planes(shape, area)
