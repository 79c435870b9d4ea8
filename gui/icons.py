"""Icons: small SVG drawings in one colour, kept in resources/icons and coloured when asked for."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

ICONS = Path(__file__).parent.parent / "resources" / "icons"
_SIZES = (16, 20, 24, 32, 40, 48, 64)


def make_icon(name: str, color: QColor, disabled: QColor) -> QIcon:
    """The icon ``resources/icons/<name>.svg`` with ``currentColor`` replaced.

    Raises:
        FileNotFoundError: There is no such icon.
    """
    return QIcon(_icon(name, color.name(), disabled.name()))


@lru_cache(maxsize=512)
def _icon(name: str, color: str, disabled: str) -> QIcon:
    drawing = (ICONS / f"{name}.svg").read_text(encoding="utf-8")
    icon = QIcon()
    for mode, shade in ((QIcon.Mode.Normal, color), (QIcon.Mode.Disabled, disabled)):
        data = QByteArray(drawing.replace("currentColor", shade).encode())
        renderer = QSvgRenderer(data)
        for size in _SIZES:
            pixmap = QPixmap(size, size)
            pixmap.fill(Qt.GlobalColor.transparent)
            painter = QPainter(pixmap)
            renderer.render(painter, QRectF(0, 0, size, size))
            painter.end()
            icon.addPixmap(pixmap, mode)
    return icon
