"""How commands talk to the engine: one process, one question, stopped by Ctrl+C."""

from __future__ import annotations

import os
import shlex
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from core.cli.output import INTERRUPTED, CommandError, Output
from core.engine.client import EngineClient, EngineError
from core.engine.commands import Command
from core.engine.events import AnyEvent, Failed

_ASK_AGAIN = 0.5
"""Pause between two requests to stop (s); the first may come before the engine has begun."""


class Interruption:
    """Ctrl+C or a polite end: asks the engine to stop, and remembers that it was asked."""

    def __init__(self, client: EngineClient) -> None:
        """Watch for ``client``."""
        self.asked = False
        self._client = client
        self._over = threading.Event()

    def __call__(self, number: int, frame: FrameType | None) -> None:
        """Handle the signal; a second one does not wait for the engine."""
        if self._over.is_set():
            return  # the engine is being ended, which takes seconds at most
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True
        # Not here: the handler may have interrupted the very write that it would repeat.
        threading.Thread(target=self._ask, daemon=True).start()

    def _ask(self) -> None:
        while not self._over.is_set():
            try:
                self._client.stop()
            except EngineError:
                return  # it is gone, and the reader of its events says so
            self._over.wait(_ASK_AGAIN)

    def over(self) -> None:
        """The command has ended."""
        self._over.set()


_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def _handlers_kept() -> Iterator[None]:
    """Put the handlers of Ctrl+C and SIGTERM back as they were; only the main thread has any."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old)


@contextmanager
def _on_interrupt(handler: Interruption) -> Iterator[None]:
    """Use a handler for Ctrl+C and SIGTERM from now on, and tell it when the command is over."""
    if threading.current_thread() is threading.main_thread():
        for number in _SIGNALS:
            signal.signal(number, handler)
    try:
        yield
    finally:
        handler.over()


def ask(
    command: Command, output: Output, details_of: Path | None = None
) -> Iterator[tuple[AnyEvent, bool]]:
    """Start an engine, send a command, yield its events; each with whether we were interrupted.

    Args:
        command: What to do.
        output: Told that the engine starts.
        details_of: Run folder whose ``log.txt`` has more to say about a failure.

    Raises:
        CommandError: The command failed, the engine died, or it was stopped by the user.
    """
    output.say("Starting the engine…")
    try:
        with _handlers_kept(), EngineClient() as client:
            _ = client.ready
            interruption = Interruption(client)
            with _on_interrupt(interruption):
                for event in client.run(command):
                    if isinstance(event, Failed):
                        raise _failure(event, interruption.asked, details_of)
                    yield event, interruption.asked
    except EngineError as error:
        if os.environ.get("LAYERLOOM_DEBUG") and error.details:
            output.say(error.details)
        raise CommandError(f"{error}{way_on(details_of)}") from error


def way_on(folder: Path | None) -> str:
    """How a training goes on that did not come to say so itself; empty where it had not begun."""
    if folder is None or not (folder / "project.json").is_file():
        return ""
    return f" Complete epochs and decoded pictures are kept. {resume_words(str(folder))}"


def resume_words(folder: str) -> str:
    """The command that goes on with a run, to be copied."""
    return f"Resume with: main.py train --resume {shlex.quote(folder)}"


def _failure(event: Failed, asked: bool, folder: Path | None) -> CommandError:
    if asked:
        return CommandError("Interrupted.", INTERRUPTED)
    log = folder / "log.txt" if folder is not None else None
    more = f" More in {log}." if log is not None and log.is_file() else ""
    resume = f" {resume_words(str(folder))}" if event.resumable else ""
    return CommandError(f"{event.message}{more}{resume}")


def absolute(path: str) -> str:
    """A path that means the same in the engine, which works in another folder."""
    return str(Path(path).expanduser().absolute())
