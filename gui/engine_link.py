"""The engine process as the window sees it: started, spoken to, watched, worded and ended here.

Nothing else in the window touches the process.  Whatever happens to the engine becomes a state, a
sentence for people, and a `Failed` event for every command that was under way, so that pages need
no second path for a dead engine.  The picture process, which speaks the same protocol, has a link
of its own.
"""

from __future__ import annotations

import os
import sys
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from time import monotonic
from typing import Literal

import msgspec
from PySide6.QtCore import QCoreApplication, QObject, QProcess, QProcessEnvironment, QTimer, Signal

from core.engine.commands import Command, Shutdown, Stop
from core.engine.events import ENDINGS, AnyEvent, Failed, Heartbeat, Ready
from core.engine.protocol import decode_event, encode
from gui.engine_words import backend_words, how_it_ended, what_is_missing

ROOT = Path(__file__).resolve().parent.parent
"""The folder that holds ``core``; the engine starts there wherever the app was started from."""

FROZEN_AFTER = 8.0
"""Silence of a running engine that counts as frozen (s); heartbeats come every 2 s."""
SLOW_START = 60.0
"""Silence forgiven before the first line (s): a cold disk reads TensorFlow slowly."""
PUMP_SECONDS = 0.006
"""Most time spent on lines before the window gets its turn (s)."""
CHUNK = 1 << 16
MAX_LINE = 32 << 20
LOG_LINES = 300
RESTART_MS = (200, 1_000, 2_000, 5_000, 15_000)
"""Pauses before fresh engines that die at start; after the last one it waits to be asked."""
STEADY_AFTER = 10.0
"""An engine that lived this long after Ready (s) has not died at start."""

State = Literal["starting", "ready", "busy", "died", "frozen", "missing", "closed"]


class Runs(msgspec.Struct, frozen=True):
    """What a link runs.

    Attributes:
        module: Its Python module.
        name: For people, as in “The engine is closed”.
        install: What to do where it cannot run for want of a package.
    """

    module: str
    name: str
    install: str


_INSTALL = (
    "install them with “uv sync” in Layerloom's folder or “pip install --upgrade layerloom”. "
    "Designing and saving work without them."
)
ENGINE = Runs(
    "core.engine.worker", "engine", f"Training and export need TensorFlow and Keras; {_INSTALL}"
)
PICTURES = Runs(
    "core.engine.pictures",
    "picture process",
    f"Looking at pictures needs numpy and Pillow; {_INSTALL}",
)


class EngineGone(Failed, frozen=True, kw_only=True):
    """A command ended because the engine did, said by the link in the engine's place."""


class EngineLink(QObject):
    """Owner of the engine process.

    Signals:
        state_changed: `state` or `words` changed.
        event: An event of the protocol arrived (heartbeats are kept here).
    """

    state_changed = Signal()
    event = Signal(object)

    def __init__(
        self,
        program: str = sys.executable,
        arguments: Sequence[str] | None = None,
        environment: Mapping[str, str] | None = None,
        parent: QObject | None = None,
        runs: Runs = ENGINE,
    ) -> None:
        """Prepare; nothing runs until `start` or the first `send`.

        Args:
            program: Interpreter that runs the engine.
            arguments: Its arguments, if not those that run ``runs``.
            environment: Variables to set besides the window's own.
            parent: Qt's owner.
            runs: Engine or picture process.
        """
        super().__init__(parent)
        self._runs = runs
        self._starting = f"Starting the {runs.name}…"
        self._program = program
        self._arguments = list(arguments or ("-m", runs.module, "--give-way"))
        self._environment = dict(environment or {})
        self._process: QProcess | None = None
        self._health: State = "died"
        self._words = f"The {runs.name} has not been started."
        self._ready: Ready | None = None
        self._waiting: dict[int, Command] = {}
        self._last_id = 0
        self._deaths = 0
        self._log: deque[str] = deque(maxlen=LOG_LINES)
        self._last_words: Failed | None = None
        self._closing = False
        self._fresh_after_end = False
        self._reset_streams()
        self._heard = self._watched = self._ready_at = monotonic()
        self._watch = self._timer(1_000, self._look, repeat=True)
        self._again = self._timer(0, self._launch)
        self._next_pump = self._timer(0, self._pump)
        self._polite_end = self._timer(1_000, self._terminate)
        self._hard_end = self._timer(2_000, self._kill)
        app = QCoreApplication.instance()
        if app is not None:
            app.aboutToQuit.connect(self._end_now)

    # What it is

    @property
    def state(self) -> State:
        """``starting``, ``ready``, ``busy``, ``died``, ``frozen``, ``missing`` or ``closed``."""
        return "busy" if self._health == "ready" and self._waiting else self._health

    @property
    def words(self) -> str:
        """One sentence for the status bar."""
        if self._health == "ready" and self._ready is not None:
            doing = f"{self._runs.name} {'busy' if self._waiting else 'ready'}"
            return " · ".join(filter(None, (self._ready.device, backend_words(self._ready), doing)))
        return self._words

    @property
    def details(self) -> str:
        """The engine's last log lines, for a Details view with a copy button."""
        return "\n".join(self._log)

    @property
    def ready_event(self) -> Ready | None:
        """What the engine said of itself when it was ready; None while there is no ready engine."""
        return self._ready

    @property
    def pid(self) -> int:
        """Process id; 0 while no process runs."""
        return self._process.processId() if self._process is not None else 0

    @property
    def will_restart(self) -> bool:
        """Whether a fresh engine comes up by itself."""
        return self._again.isActive() or self._fresh_after_end

    # What it is asked

    def start(self) -> None:
        """Start the engine, if none runs."""
        if self._process is None and not self._closing:
            self._launch()

    def send(self, command: Command) -> int:
        """Send a command; while the engine starts, it waits in the pipe.

        Args:
            command: What to do; its id is chosen here.

        Returns:
            The id that every answering event carries.  Exactly one event ends each command:
            its result, or `Failed`, also when the engine dies or cannot be started.
        """
        self._last_id += 1
        command = msgspec.structs.replace(command, id=self._last_id)
        if not isinstance(command, Stop | Shutdown):
            self._waiting[command.id] = command
        if self._process is None and self._health == "died" and not self._closing:
            self._launch()
        if self._process is None:
            # Later, so that the caller knows the id before it hears the answer.
            QTimer.singleShot(0, self, self._refuse_waiting)
        else:
            self._process.write(encode(command))
        self.state_changed.emit()
        return command.id

    def restart(self) -> None:
        """End the engine at once, whatever it does, and start a fresh one."""
        self._deaths = 0
        self._again.stop()
        if self._process is None:
            self._launch()
            return
        self._fresh_after_end = True
        self._kill()

    def wait_longer(self) -> None:
        """Give a frozen engine another while before it is called frozen again."""
        self._heard = monotonic()
        if self._health == "frozen":
            self._show("ready" if self._ready is not None else "starting", self._starting)

    def close(self) -> None:
        """End the engine: it is asked, then told, then killed.  Returns at once."""
        if self._closing:
            return
        self._closing = True
        self._again.stop()
        if self._process is None:
            self._show("closed", f"The {self._runs.name} is closed.")
            return
        self._process.write(encode(Shutdown(id=0)))
        self._process.closeWriteChannel()
        self._polite_end.start()
        self._hard_end.start()

    # Starting and ending

    def _launch(self) -> None:
        self._again.stop()
        if self._process is not None or self._closing:
            return
        self._reset_streams()
        process = QProcess(self)
        process.setProgram(self._program)
        process.setArguments(self._arguments)
        # The engine's folder, not the user's: a "keras.py" beside a project must not be imported.
        process.setWorkingDirectory(str(ROOT))
        process.setProcessEnvironment(self._variables())
        process.readyReadStandardOutput.connect(self._pump)
        process.readyReadStandardError.connect(self._pump)
        process.finished.connect(self._finished)
        process.errorOccurred.connect(self._process_error)
        self._process = process
        self._heard = self._watched = monotonic()
        self._show("starting", self._starting)
        self._watch.start()
        process.start()

    def _variables(self) -> QProcessEnvironment:
        """The window's own variables, with the engine's modules findable and its output UTF-8."""
        variables = QProcessEnvironment.systemEnvironment()
        path = [str(ROOT), variables.value("PYTHONPATH", "")]
        variables.insert("PYTHONPATH", os.pathsep.join(filter(None, path)))
        variables.insert("PYTHONUTF8", "1")
        variables.insert("PYTHONFAULTHANDLER", "1")  # a crash in native code leaves a traceback
        for name, value in self._environment.items():
            variables.insert(name, value)
        return variables

    def _process_error(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart and self._process is not None:
            why = self._process.errorString()
            self._log.append(why)
            self._drop_process()
            self._be_missing(
                f"The {self._runs.name} could not be started: {why}. {self._runs.install}"
            )

    def _finished(self, code: int, status: QProcess.ExitStatus) -> None:
        # What the engine said before it ended comes first; see _pump.
        crashed = status == QProcess.ExitStatus.CrashExit
        self._end = how_it_ended(self._runs.name, code, crashed)
        self._pump()

    def _ended(self, how: str) -> None:
        """The process is gone and everything it said has been heard."""
        lived = self._ready is not None
        steady = lived and monotonic() - self._ready_at > STEADY_AFTER
        self._deaths = 0 if steady else self._deaths + 1
        self._drop_process()
        if self._closing:
            self._waiting.clear()
            self._show("closed", f"The {self._runs.name} is closed.")
        elif self._fresh_after_end:
            self._fail_waiting(
                f"The {self._runs.name} was restarted, which ended what it was doing."
            )
            self._launch()
        elif not lived and (
            why := what_is_missing(self._runs.name, self._runs.install, self._last_words, self._log)
        ):
            self._be_missing(why)
        else:
            self._die(how)

    def _die(self, how: str) -> None:
        pauses = len(RESTART_MS)
        if self._deaths <= pauses:
            self._again.start(RESTART_MS[max(0, self._deaths - 1)])
            after = "A fresh one is starting."
        else:
            after = f"It ended {self._deaths} times in a row; restart it when the cause is gone."
        self._show("died", f"{how} {after}")
        self._fail_waiting(how)

    def _be_missing(self, why: str) -> None:
        self._show("missing", why)
        self._fail_waiting(why)

    def _drop_process(self) -> None:
        self._watch.stop()
        self._polite_end.stop()
        self._hard_end.stop()
        self._next_pump.stop()
        self._ready = None
        self._end = None
        if self._process is not None:
            self._process.deleteLater()
            self._process = None

    def _fail_waiting(self, why: str) -> None:
        """Answer every command under way: it will not be carried out."""
        self._fresh_after_end = False
        waiting, self._waiting = self._waiting, {}
        for number in waiting:
            self.event.emit(EngineGone(id=number, message=why, details=self.details))

    def _refuse_waiting(self) -> None:
        if self._process is None:
            self._fail_waiting(self._words)

    def _terminate(self) -> None:
        if self._process is not None:
            self._process.terminate()

    def _kill(self) -> None:
        if self._process is not None:
            self._process.kill()

    def _end_now(self) -> None:
        """The application quits: end the engine within two seconds, so that none is left behind."""
        if not self._closing:
            self.close()
        process = self._process
        if process is not None and not process.waitForFinished(1_500):
            process.kill()
            process.waitForFinished(500)

    # Listening

    def _reset_streams(self) -> None:
        self._buffer = bytearray()
        self._searched = 0
        self._skipping = False
        self._error_rest = b""
        self._garbled = 0
        self._end: str | None = None
        self._last_words = None

    def _pump(self) -> None:
        """Take lines for a few milliseconds; whatever is left waits for the next turn."""
        deadline = monotonic() + PUMP_SECONDS
        more = True
        while more and monotonic() < deadline:
            more = self._take_line() or self._take_log() or self._read()
        if more:
            self._next_pump.start()
        elif self._end is not None:
            how, self._end = self._end, None
            self._ended(how)

    def _read(self) -> bool:
        """Fetch what the process wrote; whether there was anything."""
        if self._process is None:
            return False
        data = self._process.read(CHUNK << 4).data()
        if data:
            self._heard = monotonic()
            self._buffer += data
            if self._health == "frozen":
                self.wait_longer()
        return bool(data)

    def _take_line(self) -> bool:
        """Handle one line of the protocol; whether there was one."""
        end = self._buffer.find(b"\n", self._searched)
        if end < 0:
            self._searched = len(self._buffer)
            if len(self._buffer) > MAX_LINE:
                self._skipping = True
                self._garble(f"a line of more than {MAX_LINE >> 20} MB")
                self._buffer.clear()
                self._searched = 0
            return False
        self._searched = 0
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        if self._skipping:
            self._skipping = False
        else:
            self._hear(line)
        return True

    def _take_log(self) -> bool:
        """Keep what the process wrote to its standard error; whether there was anything."""
        if self._process is None:
            return False
        data = self._process.readAllStandardError().data()
        if not data:
            return False
        # Only the tail can be kept, so a flood need not be split line by line.
        lines = (self._error_rest + data)[-CHUNK:].split(b"\n")
        self._error_rest = lines.pop() if not data.endswith(b"\n") else b""
        for line in lines[-LOG_LINES:]:
            if line.strip():
                self._log.append(line.decode("utf-8", "replace").rstrip())
        return True

    def _hear(self, line: bytes) -> None:
        if not line.strip():
            return
        try:
            event = decode_event(line)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            self._garble(line[:2_000].decode("utf-8", "replace"))
            return
        self._answer(event)

    def _answer(self, event: AnyEvent) -> None:
        if isinstance(event, Heartbeat):
            return
        if isinstance(event, Ready):
            self._ready = event
            self._ready_at = monotonic()
            self._show("ready", "")
        if isinstance(event, Failed) and event.id == 0:
            self._last_words = event
        over = isinstance(event, ENDINGS) and self._waiting.pop(event.id, None) is not None
        self.event.emit(event)
        if over:
            self.state_changed.emit()

    def _garble(self, text: str) -> None:
        """Something that is no event: into the log always, told once for each engine."""
        self._garbled += 1
        self._log.append(f"not understood: {text}")
        if self._garbled == 1:
            self.event.emit(
                Failed(
                    message=f"The {self._runs.name} sent something that this version of Layerloom "
                    "does not understand. It goes on; if figures look odd, restart it.",
                    details=text,
                )
            )

    # Watching

    def _look(self) -> None:
        """Once a second: is the engine still saying something?"""
        now = monotonic()
        if now - self._watched > 3:
            self._heard = now  # this process stood still itself (suspended); count anew
        self._watched = now
        limit = FROZEN_AFTER if self._ready is not None else SLOW_START
        if self._health in ("ready", "starting") and now - self._heard > limit:
            self._show(
                "frozen",
                f"The {self._runs.name} has said nothing for {now - self._heard:.0f} s. It may "
                "be waiting for the system (memory, disk), or it was paused. Wait, or restart it.",
            )

    def _show(self, health: State, words: str) -> None:
        self._health = health
        self._words = words
        self.state_changed.emit()

    def _timer(self, milliseconds: int, then: Callable[[], None], repeat: bool = False) -> QTimer:
        timer = QTimer(self)
        timer.setInterval(milliseconds)
        timer.setSingleShot(not repeat)
        timer.timeout.connect(then)
        return timer
