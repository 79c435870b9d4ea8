"""The gap that opens where something may be dropped."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEasingCurve, QObject, QVariantAnimation

from core.project import Path
from gui.theme import theme


class GapMotion(QObject):
    """Opens one gap and closes the one before, in a short motion.

    Attributes:
        heights: Height of every gap that is not closed (px), by the place that a drop would take.
    """

    def __init__(self, moved: Callable[[], None], parent: QObject) -> None:
        """Prepare.

        Args:
            moved: Called whenever `heights` changed.
            parent: Qt's owner.
        """
        super().__init__(parent)
        self.heights: dict[Path, float] = {}
        self._moved = moved
        self._from: dict[Path, float] = {}
        self._to: dict[Path, float] = {}
        self._motion = QVariantAnimation(self)
        self._motion.setStartValue(0.0)
        self._motion.setEndValue(1.0)
        self._motion.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._motion.valueChanged.connect(self._step)

    def open(self, place: Path | None, height: float = 0) -> None:
        """Open the gap before what stands at ``place``; None closes them all."""
        target = {} if place is None else {place: height}
        if target == self._to:
            return
        self._from, self._to = dict(self.heights), target
        self._motion.stop()
        duration = theme().motion_ms()
        if duration:
            self._motion.setDuration(duration)
            self._motion.start()
        else:
            self._step(1.0)

    def close_now(self) -> None:
        """Close everything without motion: what was dropped stands there now."""
        self._motion.stop()
        self._from, self._to, self.heights = {}, {}, {}

    def _step(self, share: float) -> None:
        keys = self._from.keys() | self._to.keys()
        heights = {
            key: self._from.get(key, 0) * (1 - share) + self._to.get(key, 0) * share for key in keys
        }
        self.heights = {key: height for key, height in heights.items() if height >= 0.5}
        self._moved()
