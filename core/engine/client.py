"""The engine as the command line and scripts use it: start it, ask, read what it answers.

The window has its own owner of the process (`gui.engine_link`), which must never wait.
"""

from __future__ import annotations

import contextlib
import os
import queue
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import msgspec

from core.engine.commands import Command, Shutdown, Stop
from core.engine.events import ENDINGS, AnyEvent, Failed, Heartbeat, Ready
from core.engine.protocol import decode_event, encode

ROOT = Path(__file__).resolve().parent.parent.parent
_SIGNALS = {
    6: "one of its native libraries gave up",
    9: "by the system because memory ran out, or by someone",
    11: "one of its native libraries crashed",
    15: "someone asked it to end",
}


class EngineError(Exception):
    """The engine could not start, or ended; the text is for people.

    Attributes:
        details: The last lines of its log.
    """

    def __init__(self, message: str, details: str = "") -> None:
        super().__init__(message)
        self.details = details


class EngineClient:
    """An engine process of one's own, ended on leaving the ``with`` block."""

    def __init__(
        self, environment: dict[str, str] | None = None, module: str = "core.engine.worker"
    ) -> None:
        """Start the engine; `ready` waits for it.

        Args:
            environment: Variables to set besides the own ones.
            module: What runs: the engine, or ``core.engine.pictures``.
        """
        path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH", ""))))
        self._log: deque[str] = deque(maxlen=300)
        self._events: queue.SimpleQueue[AnyEvent | None] = queue.SimpleQueue()
        self._ready: Ready | None = None
        self._last_id = 0
        self._process = subprocess.Popen(
            [sys.executable, "-m", module],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": path, "PYTHONUTF8": "1"} | (environment or {}),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self._readers = [
            threading.Thread(target=self._read_events, daemon=True),
            threading.Thread(target=self._read_log, daemon=True),
        ]
        for reader in self._readers:
            reader.start()

    @property
    def pid(self) -> int:
        """Process id of the engine."""
        return self._process.pid

    @property
    def ready(self) -> Ready:
        """What the engine said when it was ready; waits until it is.

        Raises:
            EngineError: It cannot start.
        """
        while self._ready is None:
            event = self._next()
            if isinstance(event, Failed):
                raise EngineError(event.message, event.details)
        return self._ready

    def run(self, command: Command) -> Iterator[AnyEvent]:
        """Send a command and yield its events, the closing one last.

        Raises:
            EngineError: The engine cannot start or died.
        """
        _ = self.ready
        self._last_id += 1
        command = msgspec.structs.replace(command, id=self._last_id)
        self._send(command)
        yield from self.rest()

    def rest(self) -> Iterator[AnyEvent]:
        """The events of the last command that were not read yet, the closing one last.

        For those whose reading was interrupted, by Ctrl+C say.

        Raises:
            EngineError: The engine died.
        """
        while True:
            event = self._next()
            # What the engine fails at without knowing whom to answer closes what was asked last.
            if event.id != self._last_id and not (isinstance(event, Failed) and event.id == 0):
                continue
            yield event
            if isinstance(event, ENDINGS):
                return

    def stop(self) -> None:
        """Ask the running command to stop at its next step."""
        self._send(Stop(id=0))

    def close(self) -> None:
        """End the engine; kill it if it does not listen."""
        with contextlib.suppress(EngineError):
            self._send(Shutdown(id=0))
        with contextlib.suppress(OSError):
            assert self._process.stdin is not None
            self._process.stdin.close()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for reader in self._readers:
            reader.join(timeout=5)
        for stream in (self._process.stdout, self._process.stderr):
            if stream is not None:
                stream.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *problem: object) -> None:
        self.close()

    def _send(self, command: Command) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(encode(command))
            self._process.stdin.flush()
        except (OSError, ValueError) as error:
            raise self._gone() from error

    def _next(self) -> AnyEvent:
        event = self._events.get()
        if event is None:
            self._events.put(None)  # whoever asks next hears it too
            raise self._gone()
        return event

    def _gone(self) -> EngineError:
        """Why there is no engine any more."""
        code = self._process.wait()
        if code < 0:
            why = _SIGNALS.get(-code)
            how = f"was killed by signal {-code}" + (f": {why}" if why else "")
        else:
            how = f"ended by itself (exit code {code})"
        return EngineError(f"The engine {how}.", "\n".join(self._log))

    def _read_events(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            try:
                event = decode_event(line)
            except (msgspec.DecodeError, UnicodeDecodeError):
                self._log.append(f"not understood: {line[:500]!r}")
                continue
            if isinstance(event, Ready):
                self._ready = event
            if not isinstance(event, Heartbeat):
                self._events.put(event)
        self._events.put(None)

    def _read_log(self) -> None:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            self._log.append(line.decode("utf-8", "replace").rstrip())
