"""Small work on files beside the window's own thread."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from PySide6.QtCore import QObject, Signal


class Background(QObject):
    """One thread that reads files; answers come back on the window's thread, in order."""

    _done = Signal(object, object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(1, "data-files")
        self._done.connect(self._answer)

    def run(self, work: Callable[[], Any], then: Callable[[Any], None]) -> None:
        """Do some work in the thread.

        Args:
            work: What to do there; it must not raise and not touch widgets.
            then: Called with its result, on the window's thread.
        """
        self._pool.submit(self._work, work, then)

    def _work(self, work: Callable[[], Any], then: Callable[[Any], None]) -> None:
        result = work()
        with contextlib.suppress(RuntimeError):  # the window closed meanwhile
            self._done.emit(then, result)

    def _answer(self, then: Callable[[Any], None], result: Any) -> None:
        then(result)
