"""Unrolling in time: step by step, by a slider or by itself."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QVariantAnimation, Signal

from gui.theme import theme

Show = Callable[[int | None, tuple[int, int, float] | None], None]


class Player(QObject):
    """Where an unrolling stands.

    Signals:
        changed: `step` or `playing` changed.

    Attributes:
        step: Steps done.
    """

    changed = Signal()

    def __init__(self, show: Show, parent: QObject) -> None:
        """Prepare.

        Args:
            show: Shows elements done and those under way; see `LensCanvas.show_progress`.
            parent: Qt's owner.
        """
        super().__init__(parent)
        self._show = show
        self._steps: tuple[int, ...] = ()
        self.step = 0
        self._playing = False
        self._motion = QVariantAnimation(self)
        self._motion.setStartValue(0.0)
        self._motion.setEndValue(1.0)
        self._motion.valueChanged.connect(self._move)
        self._motion.finished.connect(self._arrived)

    @property
    def steps(self) -> int:
        """How many steps there are."""
        return len(self._steps)

    @property
    def playing(self) -> bool:
        """Whether it goes on by itself."""
        return self._playing

    def set_steps(self, steps: tuple[int, ...]) -> None:
        """Take another unrolling, done to its end; the same one goes on where it is."""
        if steps != self._steps:
            self._halt()
            self._steps = steps
            self.go_to(len(steps))

    def go_to(self, step: int) -> None:
        """Stand still after so many steps."""
        self._halt()
        self.step = max(0, min(step, len(self._steps)))
        whole = self.step == len(self._steps)
        self._show(None if whole else self._done(), None)
        self.changed.emit()

    def toggle(self) -> None:
        """Play from the beginning or from where it stands, or stand still."""
        if self._playing:
            self.go_to(self.step)
        elif self._steps:
            if self.step == len(self._steps):
                self.step = 0
            self._play()

    def _play(self) -> None:
        duration = theme().motion_ms()
        if not duration:
            # Without motion each press shows the next step at once.
            self.go_to(self.step + 1)
            return
        self._playing = True
        self._motion.setDuration(duration)
        self._motion.start()
        self.changed.emit()

    def _done(self) -> int:
        return self._steps[self.step - 1] if self.step else 0

    def _move(self, share: float) -> None:
        if self._playing:
            done = self._done()
            self._show(done, (done, self._steps[self.step], share))

    def _arrived(self) -> None:
        if not self._playing:
            return
        self.step += 1
        if self.step == len(self._steps):
            self.go_to(self.step)
        else:
            self._motion.start()
            self.changed.emit()

    def _halt(self) -> None:
        self._playing = False
        self._motion.stop()
