"""Looks that only training and export need, made of theme tokens."""

from __future__ import annotations

from PySide6.QtGui import QColor, QFont

from core.blocks import Role
from gui.theme import theme

_HUES = {"loss": Role.DENSE, "accuracy": Role.CONVOLUTION, "rate": Role.RESHAPE}


def hue(name: str) -> QColor:
    """The colour of a metric, in the theme in force."""
    return theme().role(_HUES[name])


def number_font() -> QFont:
    """The font of the few big figures."""
    font = theme().font("title")
    font.setPixelSize(28)
    return font
