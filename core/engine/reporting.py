"""How far a command is with files, bytes or pictures, told not too often; and how it is stopped."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

from core.engine.events import DataProgress, Event

PROGRESS_SECONDS = 0.05
"""Shortest time between two progress events (s)."""
SPEED_SECONDS = 3.0
"""Speeds are averages over the last seconds, this many."""


class StoppedError(Exception):
    """The user asked to stop."""


class Reporter:
    """Tells of progress, not too often, and lets the user stop."""

    def __init__(
        self,
        number: int,
        tell: Callable[[Event], None],
        stop_asked: Callable[[], bool],
        unit: str = "pictures",
    ) -> None:
        """Prepare.

        Args:
            number: Id of the command; 0 where ``tell`` puts it in.
            tell: Sends an event.
            stop_asked: Whether the command is to stop.
            unit: What is counted.
        """
        self._number = number
        self._tell = tell
        self._stop_asked = stop_asked
        self._unit = unit
        self._last = 0.0
        self._doing = ""
        self._marks: deque[tuple[float, int]] = deque()

    def __call__(self, doing: str, done: int, total: int) -> None:
        """Tell how far something is.

        Raises:
            StoppedError: The user asked to stop.
        """
        self.pause()
        now = time.monotonic()
        if doing != self._doing:
            self._doing, self._last = doing, 0.0
            self._marks.clear()
        self._marks.append((now, done))
        while now - self._marks[0][0] > SPEED_SECONDS and len(self._marks) > 2:
            self._marks.popleft()
        if now - self._last < PROGRESS_SECONDS and done != total:
            return
        self._last = now
        (first, before), (last, after) = self._marks[0], self._marks[-1]
        speed = (after - before) / (last - first) if last - first > 0.1 else 0.0
        self._tell(
            DataProgress(
                id=self._number,
                doing=doing,
                done=done,
                total=total,
                unit=self._unit,
                per_second=speed,
            )
        )

    def pause(self) -> None:
        """A place where the command may be stopped.

        Raises:
            StoppedError: The user asked to.
        """
        if self._stop_asked():
            raise StoppedError
