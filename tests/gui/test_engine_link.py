"""The engine's owner, against real processes: the worker itself, and scripts that misbehave."""

from __future__ import annotations

import os
import signal

import pytest
from PySide6.QtCore import QTimer

from core.engine.commands import Predict
from core.engine.events import Failed, Predicted, Ready
from gui import engine_link
from gui.engine_link import EngineLink

READY = (
    'print(\'{"event":"Ready","backend":"tensorflow","versions":{"tensorflow":"2.21.0"},'
    '"device":"CPU, 2 cores","reason":"","pid":1}\', flush=True)\n'
)
OBEY = "import sys\n" + READY
LISTEN = "for line in sys.stdin:\n    if 'Shutdown' in line: break\n"


@pytest.fixture
def link(qtbot, request):
    """An EngineLink running the script given by the test, ended afterwards."""
    made = []

    def make(script: str | None = None, **arguments) -> EngineLink:
        if script is not None:
            arguments["arguments"] = ("-c", script)
        made.append(EngineLink(**arguments))
        return made[-1]

    yield make
    for one in made:
        one.close()
        qtbot.waitUntil(lambda one=one: one.state == "closed", timeout=5_000)


def started(qtbot, link, state="ready"):
    link.start()
    qtbot.waitUntil(lambda: link.state == state, timeout=10_000)


def test_ready_is_worded_for_the_status_bar(qtbot, link):
    engine = link(OBEY + LISTEN)
    engine.start()
    assert engine.state == "starting"
    qtbot.waitUntil(lambda: engine.state == "ready")
    assert engine.words == "CPU, 2 cores · TensorFlow 2.21.0 · engine ready"
    assert isinstance(engine.ready_event, Ready)


def test_command_makes_busy_until_answered(qtbot, link):
    answer = (
        '    if \'Predict\' in line: print(\'{"event":"Predicted","id":1,"class_names":[],'
        '"predictions":[]}\', flush=True)\n'
    )
    engine = link(OBEY + LISTEN + answer)
    started(qtbot, engine)
    with qtbot.waitSignal(engine.event, check_params_cb=lambda e: isinstance(e, Predicted)):
        number = engine.send(Predict(id=0, model="m", images=()))
        assert number == 1
        assert engine.state == "busy"
    assert engine.state == "ready"


def test_command_sent_while_starting_waits_in_the_pipe(qtbot, link):
    engine = link("import sys\nline = sys.stdin.readline()\n" + READY + LISTEN)
    engine.start()
    engine.send(Predict(id=0, model="m", images=()))
    qtbot.waitUntil(lambda: engine.state == "busy")


def test_killed_engine_is_worded_answers_its_commands_and_comes_back(qtbot, link):
    engine = link(OBEY + LISTEN)
    started(qtbot, engine)
    number = engine.send(Predict(id=0, model="m", images=()))
    first = engine.pid
    with qtbot.waitSignal(engine.event, timeout=1_000) as heard:
        os.kill(first, signal.SIGKILL)
    (event,) = heard.args
    assert isinstance(event, Failed)
    assert event.id == number
    assert event.message == (
        "The engine was killed by signal 9: by the system because memory ran out, or by someone."
    )
    assert engine.state == "died"
    qtbot.waitUntil(lambda: engine.state == "ready", timeout=5_000)
    assert engine.pid != first


def test_exit_code_and_log_are_kept(qtbot, link, monkeypatch):
    monkeypatch.setattr(engine_link, "RESTART_MS", ())
    engine = link("import sys; print('why it ended', file=sys.stderr); sys.exit(3)")
    started(qtbot, engine, "died")
    assert "exit code 3" in engine.words
    assert "why it ended" in engine.details


def test_repeated_death_at_start_backs_off_and_then_waits(qtbot, link, monkeypatch):
    monkeypatch.setattr(engine_link, "RESTART_MS", (1, 1))
    engine = link("raise SystemExit(1)")
    engine.start()
    qtbot.waitUntil(lambda: "3 times in a row" in engine.words, timeout=10_000)
    assert not engine.will_restart
    engine.restart()
    assert engine.state == "starting"


def test_frozen_engine_is_noticed_and_thaws(qtbot, link, monkeypatch):
    monkeypatch.setattr(engine_link, "FROZEN_AFTER", 1.0)
    beat = (
        "import time\nwhile True:\n"
        '    print(\'{"event":"Heartbeat"}\', flush=True)\n    time.sleep(0.1)\n'
    )
    engine = link(OBEY + beat)
    started(qtbot, engine)
    os.kill(engine.pid, signal.SIGSTOP)
    qtbot.waitUntil(lambda: engine.state == "frozen", timeout=5_000)
    assert "has said nothing" in engine.words
    os.kill(engine.pid, signal.SIGCONT)
    qtbot.waitUntil(lambda: engine.state == "ready", timeout=5_000)


def test_frozen_engine_can_be_restarted(qtbot, link, monkeypatch):
    monkeypatch.setattr(engine_link, "FROZEN_AFTER", 1.0)
    engine = link(OBEY + LISTEN)
    started(qtbot, engine)
    first = engine.pid
    os.kill(first, signal.SIGSTOP)
    number = engine.send(Predict(id=0, model="m", images=()))
    qtbot.waitUntil(lambda: engine.state == "frozen", timeout=5_000)
    with qtbot.waitSignal(engine.event) as heard:
        engine.restart()
    assert heard.args[0].id == number
    assert "restarted" in heard.args[0].message
    qtbot.waitUntil(lambda: engine.state == "ready", timeout=5_000)
    assert engine.pid != first


def test_missing_packages_say_what_to_install(qtbot, link):
    # No site-packages: an interpreter without Keras, and without anything else.
    engine = link(arguments=("-S", "-E", "-m", "core.engine.worker"))
    started(qtbot, engine, "missing")
    assert "No module named" in engine.words
    assert "uv sync" in engine.words
    assert not engine.will_restart


def test_missing_interpreter_refuses_commands_in_words(qtbot, link):
    engine = link(program="/nowhere/python")
    started(qtbot, engine, "missing")
    with qtbot.waitSignal(engine.event) as heard:
        number = engine.send(Predict(id=0, model="m", images=()))
    assert heard.args[0].id == number
    assert "could not be started" in heard.args[0].message


def test_garbage_is_reported_once_kept_in_details_and_survived(qtbot, link):
    engine = link("print('not json')\nprint('{\"event\":\"Nonsense\"}')\n" + OBEY + LISTEN)
    told = []
    engine.event.connect(told.append)
    started(qtbot, engine)
    troubles = [event for event in told if isinstance(event, Failed)]
    assert len(troubles) == 1
    assert troubles[0].id == 0
    assert troubles[0].details == "not json"
    assert "not understood: not json" in engine.details
    assert "Nonsense" in engine.details


def test_burst_of_lines_leaves_the_event_loop_free(qtbot, link):
    line = (
        '{"event":"Progress","id":1,"epoch":1,"step":1,"steps":2,"loss":1,"accuracy":1,'
        '"recent_loss":1,"recent_accuracy":1,"learning_rate":1,"images_per_second":1,'
        '"eta_seconds":1}\\n'
    )
    engine = link(f"import sys\nsys.stdout.write('{line}' * 50_000)\n" + OBEY + LISTEN)
    gaps = Gaps()
    started(qtbot, engine)
    assert gaps.largest_ms() < 50


def test_endless_line_is_dropped(qtbot, link, monkeypatch):
    monkeypatch.setattr(engine_link, "MAX_LINE", 1 << 20)
    engine = link("import sys\nsys.stdout.write('x' * (3 << 20) + '\\n')\n" + OBEY + LISTEN)
    started(qtbot, engine)
    assert "a line of more than 1 MB" in engine.details


def test_close_ends_an_engine_that_does_not_listen(qtbot, link):
    engine = link(
        "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        + OBEY
        + "import time\nwhile True: time.sleep(1)\n"
    )
    started(qtbot, engine)
    pid = engine.pid
    engine.close()
    qtbot.waitUntil(lambda: engine.state == "closed", timeout=5_000)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


class Gaps:
    """The longest that the event loop was kept busy between two turns.

    In processor time of this thread: what else the machine does is none of our doing.
    """

    def __init__(self) -> None:
        from time import thread_time

        self._clock = thread_time
        self._last = thread_time()
        self._largest = 0.0
        self._timer = QTimer()
        self._timer.setInterval(5)
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    def _tick(self) -> None:
        now = self._clock()
        self._largest = max(self._largest, now - self._last)
        self._last = now

    def largest_ms(self) -> float:
        return 1000 * self._largest
