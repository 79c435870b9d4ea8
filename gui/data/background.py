"""Small work on files beside the window's own thread."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from PySide6.QtCore import QObject, Signal


class _Bell(QObject):
    """Rings on the window's thread.

    It belongs to nobody, so that the thread may ring it while the window closes and destroys
    whoever would hear.
    """

    rung = Signal(object, object)


class Background(QObject):
    """One thread that reads files; answers come back on the window's thread, in order."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(1, "data-files")
        self._bell = _Bell()
        self._bell.rung.connect(self._answer)

    def run(self, work: Callable[[], Any], then: Callable[[Any], None]) -> None:
        """Do some work in the thread.

        Args:
            work: What to do there; it must not raise and not touch widgets.
            then: Called with its result, on the window's thread.
        """
        self._pool.submit(_work, self._bell, work, then)

    def _answer(self, then: Callable[[Any], None], result: Any) -> None:
        then(result)


def _work(bell: _Bell, work: Callable[[], Any], then: Callable[[Any], None]) -> None:
    bell.rung.emit(then, work())
