"""The whole stack as a slim strip at the loom's edge: where one is, and a way to go elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QHelpEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QScrollBar, QToolTip, QWidget

from core.blocks import Role
from gui.design.layout import Layout, Spot
from gui.design.look import severity_color
from gui.design.wording import rich
from gui.document import Document
from gui.theme import mix, theme

if TYPE_CHECKING:
    from gui.design.loom import Loom

WIDTH = 20
PAD = 4
DOT = 4
"""Of a problem's mark (px)."""
LEAST = 1.5
"""Height of the thinnest mark (px)."""
LEAST_VIEW = 16
"""Height of the smallest rectangle of the view (px): it must be possible to take hold of."""


class MiniMap(QWidget):
    """One mark a block; seen only while the stack is longer than the view.

    Everything here has its keys on the cards (arrows, Page, Home, End, find), so Tab passes it.
    """

    def __init__(self, loom: Loom, document: Document) -> None:
        super().__init__(loom)
        self._loom = loom
        self._document = document
        self._layout: Layout = loom.surface.resting
        self._across = 0, 1
        self._down = 1
        self._picture: QPixmap | None = None
        self._held: float | None = None
        self.setAccessibleName("Map of the stack")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.hide()
        loom.surface.laid_out.connect(self.show_stack)
        document.selection_changed.connect(self._forget)
        theme().changed.connect(self._forget)
        self._bar.valueChanged.connect(self.update)
        self._bar.rangeChanged.connect(self.place)
        loom.viewport().installEventFilter(self)

    @property
    def view(self) -> QRectF:
        """The part of the strip that stands for what can be seen (px)."""
        whole = self._bar.maximum() + self._bar.pageStep()
        top = self.height() * self._bar.value() / max(1, whole)
        height = max(LEAST_VIEW, self.height() * self._bar.pageStep() / max(1, whole))
        return QRectF(0, min(top, self.height() - height), self.width(), height)

    def mark(self, box: QRect) -> QRectF:
        """Where a place of the surface stands on the strip (px)."""
        left, width = self._across
        across = (self.width() - 2 * PAD) / max(1, width)
        down = self._scale
        return QRectF(
            PAD + (box.left() - left) * across,
            box.top() * down,
            max(2.0, box.width() * across),
            max(LEAST, box.height() * down),
        )

    def show_stack(self) -> None:
        """Mark the stack as it stands now."""
        self._layout = self._loom.surface.resting
        cards = self._cards
        left = min((spot.x for spot in cards), default=0)
        self._across = left, max((spot.x + spot.width for spot in cards), default=1) - left
        # At rest: a gap that opens is no reason to draw everything anew on every frame.
        self._down = max(1, self._loom.surface.minimumHeight())
        self._forget()

    def place(self) -> None:
        """Stand at the right edge of the view, if there is more than can be seen."""
        # The empty loom's templates may be long too, but they are no stack.
        wanted = self._bar.maximum() > 0 and bool(self._document.project.stack)
        # Beside the view, not over it: what lies over it would be in the way of fast scrolling.
        self._loom.set_strip(WIDTH if wanted else 0)
        view = self._loom.viewport().geometry()
        self.setGeometry(view.right() + 1, view.top(), WIDTH, view.height())
        self.setVisible(wanted)

    @property
    def _cards(self) -> list[Spot]:
        return [spot for spot in self._layout.spots if spot.row.sort == "card"]

    @property
    def _bar(self) -> QScrollBar:
        return self._loom.verticalScrollBar()

    @property
    def _scale(self) -> float:
        """Pixels of the strip for one of the surface."""
        return self.height() / self._down

    def _forget(self) -> None:
        self._picture = None
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.place()
        return False

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._forget()

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, 0)

    # The mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the view's rectangle, or bring it under the mouse and hold it there."""
        y, view = event.position().y(), self.view
        self._held = y - view.top() if view.top() <= y <= view.bottom() else view.height() / 2
        self._drag_to(y)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held is not None:
            self._drag_to(event.position().y())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._held = None

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._loom.wheelEvent(event)

    def _drag_to(self, y: float) -> None:
        assert self._held is not None
        room = max(1.0, self.height() - self.view.height())
        self._bar.setValue(round((y - self._held) / room * self._bar.maximum()))

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            text = self.tip(event.pos().y())
            QToolTip.showText(event.globalPos(), f"<p>{rich(text)}</p>" if text else "", self)
            return True
        return super().event(event)

    def tip(self, y: int) -> str:
        """Which block stands at a height of the strip (px)."""
        at = y / self._scale
        cards = self._cards
        if not cards:
            return ""
        face = min(cards, key=lambda spot: abs(spot.rect.center().y() - at)).row.face
        name = f" “{face.block.name}”" if face.block.name else ""
        place = f", {face.where}" if face.path[-1] >= 0 else ""
        return f"{face.block.kind()}{name}{place}"

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._picture is None:
            self._picture = self._drawn()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.drawPixmap(0, 0, self._picture)
        accent = theme().color("accent")
        fill = mix(theme().color("background"), accent, 0.5)
        fill.setAlphaF(0.22)
        painter.setBrush(fill)
        painter.setPen(QPen(accent, 1))
        painter.drawRoundedRect(self.view.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
        painter.end()

    def _drawn(self) -> QPixmap:
        """Everything but the view's rectangle, which moves while the rest stays."""
        ratio = self.devicePixelRatioF()
        picture = QPixmap(self.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        ground = mix(theme().color("background"), theme().color("panel"), 0.5)
        ground.setAlphaF(0.92)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.fillRect(self.rect(), ground)
        painter.setPen(Qt.PenStyle.NoPen)
        spots = self._layout.spots
        for bracket in self._layout.brackets:
            self._draw_bracket(painter, spots[bracket.card].rect.united(spots[bracket.foot].rect))
        for spot in self._cards:
            self._draw_block(painter, spot)
        painter.end()
        return picture

    def _draw_bracket(self, painter: QPainter, box: QRect) -> None:
        """A container's side, from its card to its foot."""
        side = self.mark(box)
        color = mix(theme().color("background"), theme().role(Role.CONTAINER), 0.8)
        painter.fillRect(QRectF(side.left() - 2, side.top(), 1.5, side.height()), color)
        painter.fillRect(QRectF(side.left() - 2, side.bottom() - 1.5, 5, 1.5), color)

    def _draw_block(self, painter: QPainter, spot: Spot) -> None:
        face, mark = spot.row.face, self.mark(spot.rect)
        ground, role = theme().color("background"), theme().role(face.block.role)
        chosen = face.path in self._document.selection
        color = mix(ground, role, 0.35 if face.disabled else 0.75)
        painter.fillRect(mark, theme().color("accent") if chosen else color)
        if chosen:  # thin marks of long stacks need more than a colour
            sign = QRectF(0, mark.top() - 1, 3, mark.height() + 2)
            painter.fillRect(sign, theme().color("accent"))
        if face.severity:
            spot = QRectF(self.width() - DOT - 1, mark.center().y() - DOT / 2, DOT, DOT)
            painter.setBrush(severity_color(face.severity))
            painter.drawEllipse(spot)
