"""Preparation that suits a folder's pictures, and the project that takes it.  Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

from core.data.report import Suggestion
from core.data.source import DataSource
from core.project import Project

SIDES = (16, 24, 28, 32, 48, 64, 96, 128)
"""Picture sides that are suggested; above 128 a CPU takes long."""
SAME_SHAPE = 1.15
"""Aspect ratios that differ by no more than this factor may be stretched unnoticed."""

FIXED_SIZES: dict[str, tuple[int, int, Literal[1, 3]]] = {
    "MNIST": (28, 28, 1),
    "FashionMNIST": (28, 28, 1),
    "CIFAR10": (32, 32, 3),
    "CIFAR100": (32, 32, 3),
}
"""Height, width and channels of the ready-made sets, by the source's kind."""


def suggest(sizes: Sequence[tuple[int, int, int]], grey: int, total: int) -> Suggestion | None:
    """Preparation for pictures of these sizes.

    Args:
        sizes: (width, height, how many).
        grey: How many of all are grey.
        total: How many in all.

    Returns:
        Size, channels and fit with a reason; None without pictures.
    """
    if not sizes or not total:
        return None
    channels: Literal[1, 3] = 1 if grey == total else 3
    colour = "all are grey" if channels == 1 else "they are in colour"
    width, height, most = max(sizes, key=lambda size: size[2])
    if most == sum(count for _, _, count in sizes) and max(width, height) <= SIDES[-1]:
        why = f"All pictures are {width} × {height}, and {colour}."
        return Suggestion(height, width, channels, "stretch", why)
    side = _median([(min(w, h), count) for w, h, count in sizes])
    chosen = max((one for one in SIDES if one <= side), default=SIDES[0])
    shapes = [(w / h, count) for w, h, count in sizes if h]
    alike = _alike(shapes)
    fit: Literal["stretch", "crop"] = "stretch" if alike else "crop"
    reason = (
        "shapes are nearly square, so stretching hardly shows"
        if alike
        else "shapes differ from square, so the middle is taken instead of stretching"
    )
    why = (
        f"Half of the pictures are at least {side:,} pixels on their shorter side; {colour}; "
        f"{reason}."
    )
    return Suggestion(chosen, chosen, channels, fit, why)


def with_source(
    project: Project, source: DataSource, suggestion: Suggestion | None = None
) -> Project:
    """The project on other pictures.

    Args:
        project: Whose design and plan stay.
        source: The pictures.  Ready-made sets set the Input block to their own size.
        suggestion: Preparation to take over; None keeps the Input block as it is.
    """
    fixed = FIXED_SIZES.get(type(source).__name__)
    size = project.input
    if fixed is not None:
        size = msgspec.structs.replace(size, height=fixed[0], width=fixed[1], channels=fixed[2])
    elif suggestion is not None:
        size = with_suggestion(project, suggestion).input
    return project.changed(data=source, input=size)


def with_suggestion(project: Project, suggestion: Suggestion) -> Project:
    """The project with its Input block as suggested; the rescaling stays."""
    size = msgspec.structs.replace(
        project.input,
        height=suggestion.height,
        width=suggestion.width,
        channels=suggestion.channels,
        fit=suggestion.fit,
    )
    return project.changed(input=size)


def _median(values: list[tuple[int, int]]) -> int:
    """The middle value of (value, count) pairs."""
    half = sum(count for _, count in values) / 2
    seen = 0
    for value, count in sorted(values):
        seen += count
        if seen >= half:
            return value
    return values[-1][0]


def _alike(shapes: list[tuple[float, int]]) -> bool:
    """Whether nine of ten are nearly square, the shape that is suggested."""
    total = sum(count for _, count in shapes)
    near = sum(count for ratio, count in shapes if 1 / SAME_SHAPE <= ratio <= SAME_SHAPE)
    return near >= 0.9 * total
