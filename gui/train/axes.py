"""Axes that hold still: round ticks, and ranges that only ever grow while a run goes on."""

from __future__ import annotations

from math import ceil, floor, isfinite, log10

import msgspec


class Axis(msgspec.Struct, frozen=True):
    """A range of values with its ticks.

    Attributes:
        low, high: The ends.
        ticks: Where lines and labels go, ascending.
    """

    low: float
    high: float
    ticks: tuple[float, ...]

    def share(self, value: float) -> float:
        """Where a value lies, 0 at ``low`` to 1 at ``high``; clipped a little outside."""
        span = self.high - self.low or 1.0
        return min(1.5, max(-0.5, (value - self.low) / span))


def axis(low: float, high: float, lines: int = 5) -> Axis:
    """An axis from ``low`` to the first round step at or above ``high``."""
    step = round_step((high - low) / max(1, lines))
    first = floor(low / step + 1e-9)
    last = max(first + 1, ceil(high / step - 1e-9))
    ticks = tuple(round(index * step, 12) for index in range(first, last + 1))
    return Axis(ticks[0], ticks[-1], ticks)


def epoch_axis(epochs: int, lines: int = 10) -> Axis:
    """An axis of whole epochs, 0 to ``epochs``, whatever number that is."""
    step = max(1, round(round_step(epochs / lines))) if epochs > lines else 1
    ticks = [float(tick) for tick in range(0, epochs + 1, step)]
    if ticks[-1] != epochs:
        # The end is always labelled; a round tick too close to it makes way.
        if epochs - ticks[-1] < 0.6 * step and len(ticks) > 1:
            ticks.pop()
        ticks.append(float(epochs))
    return Axis(0.0, float(epochs), tuple(ticks))


def round_step(rough: float) -> float:
    """The smallest of 1, 2, 2.5, 5 times a power of ten that is at least ``rough``."""
    if not isfinite(rough) or rough <= 0:
        return 1.0
    power = 10.0 ** floor(log10(rough))
    for factor in (1, 2, 2.5, 5, 10):
        if factor * power >= rough * (1 - 1e-9):
            return factor * power
    return 10 * power
