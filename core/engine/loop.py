"""The command loop that the engine and the picture process share.

Each takes commands, one JSON object a line, from standard input and answers with events.  The
stream of events is set apart before anything is imported, since libraries write to standard output;
what they and others print goes to standard error, which whoever started the process keeps as a log.

Commands are carried out in lanes, one after the other in each.  A thread reads commands, so that
`Stop` works at once and the end of the input, which means that the owner died, ends the process;
another one sends a heartbeat.
"""

from __future__ import annotations

import os
import queue
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from typing import BinaryIO

import msgspec

from core.engine.commands import AnyCommand, Shutdown, Stop, Train
from core.engine.events import Event, Failed, Heartbeat
from core.engine.protocol import command_id, decode_command, encode

HEARTBEAT_SECONDS = 1.5
NICENESS = 10
"""How far a process that gives way stands back; an idle machine is as fast as without."""
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


class Loop:
    """Hears commands, gives them to lanes, says that the process lives, and ends it."""

    def __init__(
        self,
        commands: BinaryIO,
        channel: Channel,
        lanes: Sequence[Lane],
        lane_of: Callable[[AnyCommand], Lane | None],
    ) -> None:
        """Prepare.

        Args:
            commands: Lines of commands.
            channel: Where events go.
            lanes: All lanes; the first is the main thread's.
            lane_of: The lane for a command; None for one that this process does not know.
        """
        self._commands = commands
        self._channel = channel
        self._lanes = tuple(lanes)
        self._lane_of = lane_of
        self._parent = os.getppid()

    def start(self) -> None:
        """Listen and beat, in threads."""
        for name, target in (("commands", self._listen), ("heartbeat", self._beat)):
            threading.Thread(target=target, name=name, daemon=True).start()

    def _stop(self, only: int | None = None) -> None:
        for lane in self._lanes:
            lane.stop(only)

    def _listen(self) -> None:
        """Read commands until the input ends."""
        for line in self._commands:
            if not line.strip():
                continue
            try:
                command = decode_command(line)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
                self._not_understood(command_id(line), f"{error}\n{line[:500]!r}")
                continue
            if isinstance(command, Stop):
                self._stop(command.only)
            elif isinstance(command, Shutdown):
                self._end()
                return
            elif (lane := self._lane_of(command)) is not None:
                lane.put(command)
            else:
                self._not_understood(command.id, f"{type(command).__name__} is not for me.")
        self._orphaned()

    def _not_understood(self, number: int, details: str) -> None:
        self._channel.tell(
            Failed(
                id=number,
                message="The engine was sent a command that it does not understand. The window "
                "and the engine may be of different versions; start again.",
                details=details,
            )
        )

    def _orphaned(self) -> None:
        """Nobody is there any more: finish what was asked to be finished, else end."""
        current = self._lanes[0].current
        if isinstance(current, Train) and current.finish_if_orphaned:
            self._lanes[0].end()
        else:
            self._end()

    def _end(self) -> None:
        """End within seconds, whatever the main thread is doing."""
        self._stop()
        self._lanes[0].end()
        threading.Timer(ORPHAN_SECONDS, os._exit, (1,)).start()

    def _beat(self) -> None:
        """Say regularly that the process lives, and notice when its parent is gone."""
        while True:
            time.sleep(HEARTBEAT_SECONDS)
            self._channel.tell(Heartbeat())
            # The input's end says it first, unless another process holds the pipe open.
            if os.name == "posix" and os.getppid() != self._parent:
                self._orphaned()
                return


def run_process(run: Callable[[BinaryIO, Channel], int]) -> None:
    """Be a process of this kind, to its end.

    Args:
        run: Answers commands with events; gives the exit code.
    """
    # Ctrl+C in a terminal reaches the whole process group; stopping is our owner's to decide.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if "--give-way" in sys.argv[1:] and hasattr(os, "nice"):
        os.nice(NICENESS)
    commands, events = _own_streams()
    code = run(commands, Channel(events))
    sys.stderr.flush()
    # Interpreter shutdown with libraries' threads alive can hang or crash; all files are closed.
    os._exit(code)


def _own_streams() -> tuple[BinaryIO, BinaryIO]:
    """Commands and events for us alone; everybody else's input is empty, their output the log."""
    commands = os.fdopen(os.dup(0), "rb")
    events = os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    return commands, events
