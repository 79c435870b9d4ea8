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
SHORTEST_MEASURED = 0.1
"""The speed of files and bytes is unknown before so long was measured (s)."""


class StoppedError(Exception):
    """The user asked to stop."""


class Speed:
    """How fast something goes, over the last seconds."""

    def __init__(self, shortest: float = 0.0) -> None:
        """Begin.

        Args:
            shortest: Nothing is told before so long was measured (s).
        """
        self._shortest = shortest
        self._marks: deque[tuple[float, int]] = deque()

    def forget(self) -> None:
        """Begin anew."""
        self._marks.clear()

    def mark(self, done: int) -> None:
        """Note how much is done by now."""
        now = time.monotonic()
        self._marks.append((now, done))
        while now - self._marks[0][0] > SPEED_SECONDS and len(self._marks) > 2:
            self._marks.popleft()

    @property
    def per_second(self) -> float:
        """How much is done in a second; 0 while unknown."""
        if len(self._marks) < 2:
            return 0.0
        (first, before), (last, after) = self._marks[0], self._marks[-1]
        return (after - before) / (last - first) if last - first > self._shortest else 0.0


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
        self._speed = Speed(SHORTEST_MEASURED)

    def __call__(self, doing: str, done: int, total: int) -> None:
        """Tell how far something is.

        Raises:
            StoppedError: The user asked to stop.
        """
        self.pause()
        now = time.monotonic()
        if doing != self._doing:
            self._doing, self._last = doing, 0.0
            self._speed.forget()
        self._speed.mark(done)
        if now - self._last < PROGRESS_SECONDS and done != total:
            return
        self._last = now
        self._tell(
            DataProgress(
                id=self._number,
                doing=doing,
                done=done,
                total=total,
                unit=self._unit,
                per_second=self._speed.per_second,
            )
        )

    def pause(self) -> None:
        """A place where the command may be stopped.

        Raises:
            StoppedError: The user asked to.
        """
        if self._stop_asked():
            raise StoppedError
