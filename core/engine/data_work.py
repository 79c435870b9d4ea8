"""What the engine does for commands about pictures.  Needs no Keras."""

from __future__ import annotations

import traceback
from collections.abc import Callable

from core.data.mnist import DataError
from core.data.picture import PictureError
from core.engine.protocol import AnyCommand, Event, Failed


class StoppedError(Exception):
    """The user asked to stop."""


class DataWork:
    """Carries out commands about pictures; each ends in exactly one closing event."""

    def __init__(self, tell: Callable[[Event], None], stop_asked: Callable[[], bool]) -> None:
        """Prepare.

        Args:
            tell: Sends an event.
            stop_asked: Whether the running command is to stop.
        """
        self._tell = tell
        self._stop_asked = stop_asked

    def do(self, command: AnyCommand) -> None:
        """Carry out a command and tell how it ended."""
        try:
            raise DataError(f"{type(command).__name__} is not built yet.")
        except StoppedError:
            self._tell(Failed(id=command.id, message="Stopped, as you asked."))
        except (DataError, PictureError) as error:
            details = "".join(traceback.format_exception(error))
            self._tell(Failed(id=command.id, message=str(error), details=details))
