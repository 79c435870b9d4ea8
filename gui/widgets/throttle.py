"""A signal handler that runs at most so often: the first call at once, later ones merged."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer


class Throttle(QObject):
    """Calls a function at most once in a while; no call is lost, the last one always comes."""

    def __init__(self, milliseconds: int, then: Callable[[], None], parent: QObject) -> None:
        super().__init__(parent)
        self._then = then
        self._wanted = False
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(milliseconds)
        self._pause.timeout.connect(self._over)

    def ask(self) -> None:
        """Ask for a call.  Connect signals to this: a bound method goes with its object."""
        if self._pause.isActive():
            self._wanted = True
        else:
            self.now()

    def now(self) -> None:
        """Call without waiting."""
        self._wanted = False
        self._pause.start()
        self._then()

    def _over(self) -> None:
        if self._wanted:
            self.now()
