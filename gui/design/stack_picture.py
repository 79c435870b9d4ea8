"""A whole stack as one small picture: the tensors it makes of the input, side by side, to scale."""

from __future__ import annotations

from math import log2
from typing import NamedTuple

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from core.analysis import analyse
from core.blocks import Role, Shape, values_in
from core.project import Project
from gui.design.look import Metrics
from gui.design.tensor import SLANT, paint_solid, solid
from gui.theme import mix, theme

MOST_BEADS = 10
BEAD = 4.0
BEAD_STEP = 6.0
SPACE = 7.0


class Step(NamedTuple):
    """A tensor on its way through the stack, and the role of the block that made it."""

    shape: Shape
    role: Role


def steps(project: Project) -> tuple[Step, ...]:
    """The input, then every shape that differs from the one before it."""
    found = [Step(project.input.shape, Role.INPUT)]
    for report in analyse(project).blocks:
        if report.output is not None and report.output != found[-1].shape:
            found.append(Step(report.output, report.block.role))
    return tuple(found)


def paint_steps(painter: QPainter, box: QRectF, tensors: tuple[Step, ...]) -> None:
    """Draw tensors from left to right in the middle of a box, as large as fits."""
    largest = max((max(step.shape[:2]) for step in tensors if len(step.shape) == 3), default=1)
    zoom = min(1.3, *(_zoom_to_fit(box, tensors, largest, zoom) for zoom in (1.3, 1.0)))
    metrics = Metrics(zoom)
    widths = [_width(step, largest, metrics) for step in tensors]
    left = box.center().x() - (sum(widths) + SPACE * zoom * (len(widths) - 1)) / 2
    for step, width in zip(tensors, widths, strict=True):
        paint_step(painter, QRectF(left, box.top(), width, box.height()), step, largest, metrics)
        left += width + SPACE * zoom


def paint_step(painter: QPainter, box: QRectF, step: Step, largest: int, metrics: Metrics) -> None:
    """Draw one tensor in the middle of a box: a solid, or beads standing upright.

    Args:
        painter: Where to draw.
        box: Room for it.
        step: The tensor.
        largest: Longest side of any picture drawn beside it.
        metrics: Sizes at the zoom.
    """
    if len(step.shape) == 3:
        paint_solid(painter, box, step.shape, step.role, largest, metrics)
    else:
        _paint_column(painter, box, values_in(step.shape), step.role, metrics.zoom)


def _zoom_to_fit(box: QRectF, tensors: tuple[Step, ...], largest: int, zoom: float) -> float:
    """The zoom at which everything fits, judged by how large it is at another one."""
    metrics = Metrics(zoom)
    width = sum(_width(step, largest, metrics) for step in tensors)
    width += SPACE * zoom * (len(tensors) - 1)
    height = max(_height(step, largest, metrics) for step in tensors)
    # A little less than that: sizes are rounded to whole pixels, each on its own.
    return zoom * min(1.0, 0.95 * box.width() / width, 0.95 * box.height() / height)


def _width(step: Step, largest: int, metrics: Metrics) -> float:
    if len(step.shape) != 3:
        return BEAD * metrics.zoom
    drawn = solid(step.shape, largest, metrics)
    return drawn.width + drawn.depth * (1 - SLANT * 0.25)


def _height(step: Step, largest: int, metrics: Metrics) -> float:
    if len(step.shape) != 3:
        return MOST_BEADS * BEAD_STEP * metrics.zoom
    drawn = solid(step.shape, largest, metrics)
    return drawn.height + drawn.depth * SLANT


def _paint_column(painter: QPainter, box: QRectF, values: int, role: Role, zoom: float) -> None:
    """A vector standing upright; its ends fade where there are more values than beads."""
    shown = max(1, min(MOST_BEADS, values if values <= MOST_BEADS else round(log2(values))))
    step, diameter = BEAD_STEP * zoom, BEAD * zoom
    left, top = box.center().x() - diameter / 2, box.center().y() - shown * step / 2
    painter.setPen(Qt.PenStyle.NoPen)
    for place in range(shown):
        fading = values > shown and min(place, shown - 1 - place) == 0
        share = 0.35 if fading else 0.9
        painter.setBrush(mix(theme().color("background"), theme().role(role), share))
        painter.drawEllipse(QRectF(left, top + place * step, diameter, diameter))
