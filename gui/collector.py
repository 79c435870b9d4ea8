"""Python's collector of garbage, on the window's thread alone.

Python runs it in whatever thread happens to allocate.  A window or a timer that it finds there dies
in the wrong thread: its timers stay with the window's thread, and the next one that fires ends the
process.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

LOOK_MS = 250


class Collector(QObject):
    """Takes over from Python, until it is closed."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(collect_due)
        self._timer.start()

    def spare(self) -> None:
        """Pass over what is there by now, since all of it lives as long as the window.

        Looking through it takes 30 ms, in the middle of a drag.
        """
        gc.freeze()

    def close(self) -> None:
        """Give the work back to Python."""
        self._timer.stop()
        gc.enable()


def collect_due() -> None:
    """Collect the generations that Python itself would by now."""
    due = -1
    for count, threshold in zip(gc.get_count(), gc.get_threshold(), strict=True):
        if count <= threshold:
            break
        due += 1
    if due >= 0:
        gc.collect(due)
