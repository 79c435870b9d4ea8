"""The loom's zoom: its steps, the point that stays in place, what fits, and its small control."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QNativeGestureEvent, QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from gui.design.icon_button import IconButton
from gui.design.look import ZOOMS
from gui.theme import theme

if TYPE_CHECKING:
    from gui.design.loom import Loom

NOTCH = 120
"""What one notch of a wheel turns; touchpads send smaller parts of it."""
TRIES = 7
"""Halvings until the zoom that fits is known to about one per cent."""


def stepped(zoom: float, steps: int) -> float:
    """The zoom some steps above (or below) one that may lie between two steps."""
    if steps > 0:
        above = [step for step in ZOOMS if step > zoom + 0.005]
        return above[min(steps, len(above)) - 1] if above else ZOOMS[-1]
    below = [step for step in reversed(ZOOMS) if step < zoom - 0.005]
    return below[min(-steps, len(below)) - 1] if below else ZOOMS[0]


class Zoom(QObject):
    """Changes the size of everything on the loom.

    Signals:
        changed: It is another one now (1 is normal).
        too_long: The stack does not fit at any zoom at which it could be read.
    """

    changed = Signal(float)
    too_long = Signal()

    def __init__(self, loom: Loom) -> None:
        super().__init__(loom)
        self._loom = loom
        self._turned = 0

    @property
    def value(self) -> float:
        """Scale of the sizes; 1 is normal."""
        return self._loom.surface.metrics.zoom

    def set(self, zoom: float, at: QPoint | None = None) -> None:
        """Show everything at a zoom.

        Args:
            zoom: As near to it as is allowed.
            at: Point of the view that stays over the same block; the middle if not given.
        """
        zoom = min(ZOOMS[-1], max(ZOOMS[0], zoom))
        if zoom == self.value:
            return
        view, surface = self._loom.viewport(), self._loom.surface
        at = at if at is not None else view.rect().center()
        held = self._loom.nearest_card(surface.mapFrom(view, at))
        offset = surface.mapFrom(view, at) - held.pos()
        grown = zoom / self.value
        surface.set_zoom(zoom)
        surface.adjustSize()
        corner = held.pos() + offset * grown - at
        self._loom.horizontalScrollBar().setValue(corner.x())
        self._loom.verticalScrollBar().setValue(corner.y())
        self.changed.emit(zoom)

    def by(self, steps: int, at: QPoint | None = None) -> None:
        """Go to a larger or smaller step; 0 goes back to normal."""
        self.set(1.0 if steps == 0 else stepped(self.value, steps), at)

    def fit(self) -> None:
        """Show the whole stack; where it is too long for that, all of its width."""
        before, room = self.value, self._loom.viewport().size()
        fitting = self._largest_fitting(room)
        if fitting is None:
            endless = QSize(room.width(), 1 << 24)
            fitting = self._largest_fitting(endless) or ZOOMS[0]
            self.too_long.emit()
        self._loom.surface.set_zoom(before)
        self.set(fitting)

    def _largest_fitting(self, room: QSize) -> float | None:
        """The largest zoom up to 1 at which the stack is no larger than ``room`` (px), if any."""
        if self._fits(1.0, room):
            return 1.0
        low, high = ZOOMS[0], 1.0
        if not self._fits(low, room):
            return None
        for _ in range(TRIES):
            middle = (low + high) / 2
            low, high = (middle, high) if self._fits(middle, room) else (low, middle)
        return low

    def _fits(self, zoom: float, room: QSize) -> bool:
        self._loom.surface.set_zoom(zoom)
        wanted = self._loom.surface.minimumSize()
        return wanted.width() <= room.width() and wanted.height() <= room.height()

    # By hand

    def wheel(self, event: QWheelEvent) -> None:
        """Ctrl and the wheel: a step a notch, around the mouse."""
        self._turned += event.angleDelta().y()
        steps = int(self._turned / NOTCH)
        self._turned -= steps * NOTCH
        if steps:
            self.by(steps, event.position().toPoint())
        event.accept()

    def pinch(self, event: QNativeGestureEvent) -> bool:
        """Two fingers on a touchpad; returns whether that was what the event told."""
        if event.gestureType() != Qt.NativeGestureType.ZoomNativeGesture:
            return False
        at = self._loom.viewport().mapFromGlobal(event.globalPosition().toPoint())
        self.set(self.value * (1 + event.value()), at)
        return True


class ZoomControl(QWidget):
    """Smaller, how large, larger, and fit; it stands below the loom, where it covers nothing."""

    def __init__(self, zoom: Zoom) -> None:
        super().__init__()
        self._zoom = zoom
        self._smaller = IconButton("minus", "Zoom out (Ctrl+−)", 24, 24, self)
        self._larger = IconButton("plus", "Zoom in (Ctrl++)", 24, 24, self)
        self._fit = IconButton("fit", "Fit the stack into the view (Ctrl+9)", 24, 24, self)
        self.share = self._share_button()
        self._smaller.clicked.connect(lambda: zoom.by(-1))
        self._larger.clicked.connect(lambda: zoom.by(1))
        self.share.clicked.connect(lambda: zoom.by(0))
        self._fit.clicked.connect(zoom.fit)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for button in (self._smaller, self.share, self._larger, self._fit):
            # The View menu has the same for the keyboard; here they would lengthen Tab's round.
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            row.addWidget(button)
        zoom.changed.connect(self._show_share)
        self._show_share()

    def _share_button(self) -> QToolButton:
        button = QToolButton(self)
        button.setProperty("look", "quiet")
        button.setStyleSheet("QToolButton { padding: 0; min-height: 22px; min-width: 42px; }")
        button.setFont(theme().font("small"))
        return button

    def _show_share(self) -> None:
        words = f"{self._zoom.value:.0%}".replace("%", " %")
        self.share.setText(words)
        self.share.setToolTip("Actual size (Ctrl+0)")
        self.share.setAccessibleName(f"Zoom {words}; actual size")
        self._smaller.setEnabled(self._zoom.value > ZOOMS[0])
        self._larger.setEnabled(self._zoom.value < ZOOMS[-1])
