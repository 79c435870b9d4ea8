"""Sizes at a zoom, icons of kinds, and the few pictures that several parts of the page paint."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QIcon, QPainter, QPainterPath, QPen, QPixmap

from core.blocks import Block, Role, snake
from gui.icons import ICONS
from gui.theme import CARD_RADIUS, FontName, mix, theme

EDGE = 4
_SIGNS: dict[str, tuple[str, str]] = {
    "error": ("error", "error"),
    "warning": ("warning", "warning"),
    "unfinished": ("more", "accent"),
}
"""Drawing and colour of each tone of a problem."""
ZOOMS = (0.5, 0.6, 0.75, 0.85, 1.0, 1.15, 1.3, 1.5, 1.75, 2.0)
"""Steps of the zoom; the first is the smallest at which a card can still be read."""


class Metrics:
    """Sizes of everything on the loom at one zoom (px)."""

    def __init__(self, zoom: float = 1.0) -> None:
        self.zoom = zoom
        self.card_height = self(48)
        self.card_width = self(600)
        self.margin = self(24)
        self.pad = self(12)
        self.icon = self(28)
        self.solid = self(48)
        self.gap = self(40)
        self.least = self(128)  # width of a card in a branch, at least
        self.branch = self(200)  # and where there is room
        self.compact = self(300)  # narrower cards have their shape on a line of its own
        self.compact_height = self(68)

    def __call__(self, pixels: float) -> int:
        """A length of the 4 px grid at this zoom."""
        return max(1, round(pixels * self.zoom))

    def font(self, name: FontName) -> QFont:
        """A font of the theme at this zoom."""
        font = theme().font(name)
        font.setPixelSize(self(font.pixelSize()))
        return font


def kind_icon_name(kind: type[Block]) -> str:
    """The drawing of a kind; a kind without one gets the plain block's."""
    name = snake(kind.__name__)
    return name if _has_drawing(name) else "block"


@lru_cache(maxsize=256)
def _has_drawing(name: str) -> bool:
    return (ICONS / f"{name}.svg").exists()


def kind_icon(kind: type[Block]) -> QIcon:
    """The icon of a kind of block in its role's colour."""
    return theme().role_icon(kind_icon_name(kind), kind.role)


def severity_color(severity: str) -> QColor:
    """Red of errors, amber of warnings, and the accent of what only is not finished."""
    return theme().color(_SIGNS[severity][1])


def paint_sign(painter: QPainter, rect: QRectF, severity: str) -> None:
    """The sign of a problem: a shape of its own for each tone, besides the colour."""
    device = painter.device()
    ratio = device.devicePixelRatioF() if device is not None else 1.0
    picture = theme().icon(*_SIGNS[severity]).pixmap(rect.size().toSize(), ratio)
    painter.drawPixmap(rect, picture, QRectF(picture.rect()))


def tile(painter: QPainter, rect: QRectF, kind: type[Block], pixels: int) -> None:
    """A kind's icon on its soft square."""
    role = theme().role(kind.role)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(mix(theme().color("card"), role, 0.26 if theme().dark else 0.14))
    painter.drawRoundedRect(rect, 6, 6)
    picture = icon_pixmap(kind, pixels, painter)
    corner = rect.center() - QPointF(pixels / 2, pixels / 2)
    painter.drawPixmap(QRectF(corner, QSize(pixels, pixels)), picture, QRectF(picture.rect()))


def icon_pixmap(kind: type[Block], pixels: int, painter: QPainter) -> QPixmap:
    """A kind's icon, sharp on the device painted on."""
    device = painter.device()
    ratio = device.devicePixelRatioF() if device is not None else 1.0
    return kind_icon(kind).pixmap(QSize(pixels, pixels), ratio)


def card_shape(rect: QRectF, radius: float = CARD_RADIUS) -> QPainterPath:
    """Outline of a card."""
    path = QPainterPath()
    path.addRoundedRect(rect, radius, radius)
    return path


def card_body(
    painter: QPainter, rect: QRectF, fill: QColor, edge: QColor, line: QColor, width: float = 1
) -> None:
    """A card: soft fill, hairline, and its edge on the left."""
    inner = rect.adjusted(width / 2, width / 2, -width / 2, -width / 2)
    shape = card_shape(inner)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.fillPath(shape, fill)
    painter.save()
    painter.setClipPath(shape)
    painter.fillRect(QRectF(rect.left(), rect.top(), EDGE, rect.height()), edge)
    painter.restore()
    painter.setPen(QPen(line, width))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(shape)


def pill(painter: QPainter, rect: QRectF, text: str, font: QFont, faint: bool = False) -> None:
    """A shape in its chip."""
    palette = theme()
    painter.setPen(QPen(palette.color("line"), 1))
    painter.setBrush(palette.color("field" if palette.dark else "background"))
    radius = rect.height() / 2
    painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
    painter.setPen(palette.color("faint" if faint else "text"))
    painter.setFont(font)
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)


def elided(text: str, font: QFont, width: float) -> str:
    """The text, cut with … where it does not fit."""
    return QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, max(0, int(width)))


def solid_colors(role: Role) -> tuple[QColor, QColor, QColor, QColor]:
    """Front, top, side and outline of a role's solid."""
    palette = theme()
    base, color = palette.color("background"), palette.role(role)
    shares = (0.62, 0.40, 0.30) if palette.dark else (0.30, 0.17, 0.44)
    front, top, side = (mix(base, color, share) for share in shares)
    return front, top, side, mix(base, color, 0.9 if palette.dark else 0.75)


def section_font() -> QFont:
    """The font of small headings."""
    font = theme().font("small")
    font.setPixelSize(11)
    font.setWeight(font.Weight.DemiBold)
    font.setLetterSpacing(font.SpacingType.AbsoluteSpacing, 0.6)
    return font
