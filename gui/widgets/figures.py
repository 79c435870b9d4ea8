"""Figures as people read them: separators, units, at most four significant digits."""

from __future__ import annotations

from math import floor, isfinite, log10

from core.words import count as count
from core.words import data_size as data_size
from core.words import short as short


def percent(share: float, digits: int = 1) -> str:
    """A share (0 to 1) in percent: ``98.9 %``.  Only a whole is called 100, only nothing 0."""
    if not isfinite(share):
        return "–"
    if share in (0.0, 1.0):
        return f"{share * 100:.0f} %"
    step = 10.0**-digits
    value = min(max(share * 100, step), 100 - step)
    return f"{value:.{digits}f} %"


def figure(value: float) -> str:
    """A number with at most four significant digits: ``0.0312``, ``6,480``, ``2.1e-07``."""
    if not isfinite(value):
        return "–"
    if value == 0:
        return "0"
    magnitude = floor(log10(abs(value)))
    if magnitude < -4:
        mantissa, exponent = f"{value:.2e}".split("e")
        return f"{float(mantissa):g}e-{abs(int(exponent))}"
    if magnitude >= 3:
        return f"{value:,.0f}"
    return f"{value:.{3 - magnitude}f}".rstrip("0").rstrip(".")


def loss_text(value: float) -> str:
    """A loss: three decimals while that says something, so that digits line up."""
    if not isfinite(value):
        return "–"
    return f"{value:.3f}" if value >= 0.01 else f"{value:.5f}"


def duration(seconds: float) -> str:
    """A time: ``0.8 s``, ``42 s``, ``1 min 20 s``, ``2 h 5 min``."""
    if not isfinite(seconds) or seconds < 0:
        return "–"
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours:,} h {minutes} min" if minutes else f"{hours:,} h"


def time_left(seconds: float) -> str:
    """A time to come, no more exact than it can be known: ``about 1 min 20 s left``."""
    if not isfinite(seconds) or seconds < 0:
        return ""
    if seconds < 1.5:
        return "almost done"
    step = 1 if seconds < 20 else 5 if seconds < 120 else 10 if seconds < 600 else 60
    rounded = max(1, round(seconds / step)) * step
    shown = f"{rounded} s" if rounded < 60 else duration(rounded)
    return f"about {shown} left"
