"""The engine process: ``python -m core.engine.worker [--give-way]``.

Takes commands, one JSON object a line, from standard input and answers with events.  The stream of
events is set apart before anything is imported, since TensorFlow writes to standard output; what it
and others print goes to standard error, which whoever started the engine keeps as a log.

Commands are carried out one after the other on the main thread.  Those about pictures, which need
no Keras, have a thread of their own, and thumbnails another, so that they are answered while Keras
loads or trains.  One more thread reads commands, so that `Stop` works at once and the end of the
input, which means that the window died, ends the engine; a last one sends a heartbeat.

With ``--give-way`` the window's process comes first wherever both want a processor: training takes
all of them, and the window would wait its turn for every picture it paints.
"""

from __future__ import annotations

import os
import queue
import sys
import threading
import time
import traceback
from collections.abc import Callable
from typing import BinaryIO

import msgspec

from core.engine.protocol import (
    AnyCommand,
    DataCommand,
    Event,
    Failed,
    Heartbeat,
    MakeThumbnails,
    Shutdown,
    Stop,
    Train,
    command_id,
    decode_command,
    encode,
)

HEARTBEAT_SECONDS = 1.5
NICENESS = 10
"""How far the engine stands back; on an idle machine training is as fast as without."""
ORPHAN_SECONDS = 3.0
"""How long a running command may take to stop when whoever asked for it is gone (s)."""


class Channel:
    """The stream of events; written by several threads, a whole line at a time."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._lock = threading.Lock()
        self.broken = False

    def tell(self, event: Event) -> None:
        """Send an event; once nobody listens, say nothing more."""
        with self._lock:
            if self.broken:
                return
            try:
                self._stream.write(encode(event))
                self._stream.flush()
            except (BrokenPipeError, OSError):
                self.broken = True


class Lane:
    """Commands carried out one after the other, each with its own wish to stop."""

    def __init__(self) -> None:
        self.current: AnyCommand | None = None
        self._queue: queue.SimpleQueue[AnyCommand | None] = queue.SimpleQueue()
        # Commands begun or waiting: a Stop that overtakes the start of the command before it must
        # not be lost.
        self._stops: dict[int, threading.Event] = {}

    def put(self, command: AnyCommand) -> None:
        """Add a command."""
        self._stops[command.id] = threading.Event()
        self._queue.put(command)

    def end(self) -> None:
        """Take no command after those that wait."""
        self._queue.put(None)

    def stop(self, only: int | None = None) -> None:
        """Ask one command to stop, or all."""
        for number, stop in list(self._stops.items()):
            if only is None or number == only:
                stop.set()

    def stop_asked(self) -> bool:
        """Whether the command under way is to stop."""
        current = self.current
        return current is not None and self._stops[current.id].is_set()

    def serve(self, do: Callable[[AnyCommand], None]) -> None:
        """Carry out commands until the end."""
        while (command := self._queue.get()) is not None:
            self.current = command
            try:
                do(command)
            finally:
                self.current = None
                self._stops.pop(command.id, None)


class Worker:
    """The command loop."""

    def __init__(self, commands: BinaryIO, channel: Channel) -> None:
        self._commands = commands
        self._channel = channel
        self._main = Lane()
        self._pictures = Lane()
        self._thumbnails = Lane()
        self._parent = os.getppid()

    def run(self) -> int:
        """Answer commands until `Shutdown` or the end of the input; the exit code."""
        for name, target in (
            ("commands", self._listen),
            ("heartbeat", self._beat),
            ("pictures", lambda: self._serve_pictures(self._pictures)),
            ("thumbnails", lambda: self._serve_pictures(self._thumbnails)),
        ):
            threading.Thread(target=target, name=name, daemon=True).start()
        try:
            # Seven seconds of imports; commands that arrive meanwhile wait in the queue.
            from core.engine.work import Work

            work = Work(self._channel.tell, self._main.stop_asked)
            self._channel.tell(work.ready())
        except Exception as error:
            self._channel.tell(_cannot_start(error))
            return 3
        self._main.serve(work.do)
        return 0

    def _serve_pictures(self, lane: Lane) -> None:
        """Carry out a lane's commands about pictures."""
        lane.serve(lambda command: self._about_pictures(command, lane))

    def _about_pictures(self, command: AnyCommand, lane: Lane) -> None:
        # Imported with the first such command: numpy and Pillow cost the start of the engine time.
        from core.engine.data_work import DataWork

        DataWork(self._channel.tell, lane.stop_asked).do(command)

    def _lanes(self) -> tuple[Lane, ...]:
        return (self._main, self._pictures, self._thumbnails)

    def _lane_of(self, command: AnyCommand) -> Lane:
        if isinstance(command, MakeThumbnails):
            return self._thumbnails
        return self._pictures if isinstance(command, DataCommand) else self._main

    def _stop(self, only: int | None = None) -> None:
        for lane in self._lanes():
            lane.stop(only)

    def _listen(self) -> None:
        """Read commands until the input ends."""
        for line in self._commands:
            if not line.strip():
                continue
            try:
                command = decode_command(line)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
                self._channel.tell(
                    Failed(
                        id=command_id(line),
                        message="The engine was sent a command that it does not understand. The "
                        "window and the engine may be of different versions; start again.",
                        details=f"{error}\n{line[:500]!r}",
                    )
                )
                continue
            if isinstance(command, Stop):
                self._stop(command.only)
            elif isinstance(command, Shutdown):
                self._end()
                return
            else:
                self._lane_of(command).put(command)
        self._orphaned()

    def _orphaned(self) -> None:
        """Nobody is there any more: finish what was asked to be finished, else end."""
        current = self._main.current
        if isinstance(current, Train) and current.finish_if_orphaned:
            self._main.end()
        else:
            self._end()

    def _end(self) -> None:
        """End within seconds, whatever the main thread is doing."""
        self._stop()
        self._main.end()
        threading.Timer(ORPHAN_SECONDS, os._exit, (1,)).start()

    def _beat(self) -> None:
        """Say regularly that the engine lives, and notice when its parent is gone."""
        while True:
            time.sleep(HEARTBEAT_SECONDS)
            self._channel.tell(Heartbeat())
            # The input's end says it first, unless another process holds the pipe open.
            if os.name == "posix" and os.getppid() != self._parent:
                self._orphaned()
                return


def _cannot_start(error: Exception) -> Failed:
    """Why the engine cannot work here, in words."""
    from core.training.devices import DeviceError

    details = "".join(traceback.format_exception(error))
    if isinstance(error, DeviceError):
        return Failed(message=str(error), details=details)
    return Failed(
        message="The engine cannot start: TensorFlow or Keras is missing, broken or of another "
        f"version ({error}). Install them anew with “uv sync --reinstall” in Layerloom's folder "
        "or “pip install --upgrade --force-reinstall layerloom”. Designing and saving work "
        "without them.",
        details=details,
    )


def _own_streams() -> tuple[BinaryIO, BinaryIO]:
    """Commands and events for us alone; everybody else's input is empty, their output the log."""
    commands = os.fdopen(os.dup(0), "rb")
    events = os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    return commands, events


def main() -> int:
    """Run the engine; its exit code."""
    import signal

    # Ctrl+C in a terminal reaches the whole process group; stopping is our owner's to decide.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if "--give-way" in sys.argv[1:] and hasattr(os, "nice"):
        os.nice(NICENESS)
    commands, events = _own_streams()
    code = Worker(commands, Channel(events)).run()
    sys.stderr.flush()
    # Interpreter shutdown with TensorFlow's threads alive can hang or crash; all files are closed.
    os._exit(code)


if __name__ == "__main__":
    main()
