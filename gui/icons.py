"""Icons: small SVG drawings in one colour, kept in resources/icons and coloured when asked for."""

from __future__ import annotations

from functools import lru_cache
from math import ceil
from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

ICONS = Path(__file__).parent.parent / "resources" / "icons"
_SIZES = (16, 20, 24, 32)
"""Sizes that widgets show (px at 100 %); each is drawn at the scale of every screen."""


def make_icon(name: str, color: QColor, disabled: QColor) -> QIcon:
    """The icon ``resources/icons/<name>.svg`` with ``currentColor`` replaced.

    Raises:
        FileNotFoundError: There is no such icon.
    """
    return QIcon(_icon(name, color.name(), disabled.name()))


@lru_cache(maxsize=512)
def _icon(name: str, color: str, disabled: str) -> QIcon:
    # A QIconEngine would draw only what is shown, but PySide6 6.11 crashes when Qt clones one
    # written in Python; so a few sizes are drawn ahead, the disabled ones by recolouring.
    drawing = (ICONS / f"{name}.svg").read_text(encoding="utf-8")
    renderer = QSvgRenderer(QByteArray(drawing.replace("currentColor", color).encode()))
    icon = QIcon()
    for size in _pixel_sizes():
        pixmap = QPixmap(size, size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        renderer.render(painter, QRectF(0, 0, size, size))
        painter.end()
        icon.addPixmap(pixmap, QIcon.Mode.Normal)
        icon.addPixmap(_recoloured(pixmap, QColor(disabled)), QIcon.Mode.Disabled)
    return icon


def _recoloured(pixmap: QPixmap, color: QColor) -> QPixmap:
    """The same drawing in another colour."""
    copy = pixmap.copy()
    painter = QPainter(copy)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
    painter.fillRect(copy.rect(), color)
    painter.end()
    return copy


@lru_cache(maxsize=1)
def _pixel_sizes() -> tuple[int, ...]:
    """Pixels to draw icons at, for the scales of the screens that were there at the start."""
    scales = {1.0} | {screen.devicePixelRatio() for screen in QGuiApplication.screens()}
    return tuple(sorted({ceil(size * scale) for size in _SIZES for scale in scales}))
