"""The window's side with the real engine: trained, killed, frozen, resumed, orphaned."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QTimer

from core.data.source import Folder
from core.engine.commands import Evaluate
from core.engine.events import Evaluated, Ready
from core.training.plan import TrainingPlan
from gui import engine_link
from gui.engine_link import EngineLink
from gui.train.session import TrainingSession

ROOT = Path(__file__).resolve().parents[3]
READY_MS = 60_000


@pytest.fixture(scope="module")
def real(qapp):
    """One engine for all tests here; its start takes seconds."""
    link = EngineLink()
    link.start()
    yield link
    link.close()
    wait_for(qapp, lambda: link.state == "closed")


@pytest.fixture
def live(real, document, qtbot, monkeypatch):
    """A session with the warm engine; MNIST's first 600 pictures."""
    qtbot.waitUntil(lambda: real.state == "ready", timeout=READY_MS)
    session = TrainingSession(document, real, limit=600)
    yield session
    session.stop()
    qtbot.waitUntil(lambda: not session.running, timeout=20_000)


def wait_for(app, done, seconds=10.0):
    """Let events run until something is so, where no qtbot is at hand."""
    end = time.monotonic() + seconds
    while not done() and time.monotonic() < end:
        app.processEvents()
    assert done()


def until_epoch(qtbot, session, epochs):
    qtbot.waitUntil(lambda: session.epochs_done >= epochs or not session.running, timeout=60_000)
    assert session.epochs_done >= epochs, session.failure


def test_engine_says_what_it_is(real, qtbot):
    qtbot.waitUntil(lambda: real.state == "ready", timeout=READY_MS)
    assert isinstance(real.ready_event, Ready)
    assert real.ready_event.pid == real.pid
    assert real.words.endswith(" · engine ready")


def test_a_run_is_trained_measured_and_remembered(live, real, qtbot, edit_plan):
    edit_plan(epochs=2)
    seen = []
    live.changed.connect(lambda: seen.append(live.progress_fraction))
    live.start()
    assert real.state == "busy"
    qtbot.waitUntil(lambda: not live.running, timeout=60_000)
    assert live.state == "finished", live.failure
    assert live.finished_run == live.run_folder
    assert len(live.history.epochs) == 2
    assert live.history.best is not None
    assert seen == sorted(seen)
    assert real.state == "ready"
    again = TrainingSession(live.document, real)
    qtbot.waitUntil(lambda: again.state == "finished")
    assert again.finished_run == live.run_folder
    assert again.outcome.test_accuracy == pytest.approx(live.outcome.test_accuracy, abs=1e-6)


def test_stop_ends_the_run_early_and_it_goes_on_later(live, qtbot, edit_plan):
    edit_plan(epochs=500)
    live.start()
    until_epoch(qtbot, live, 1)
    live.stop()
    # Stopping measures what was learnt on the test pictures; the limit keeps that short.
    qtbot.waitUntil(lambda: not live.running, timeout=10_000)
    assert live.state == "stopped"
    assert live.epochs_done < 500
    assert live.resumable
    done = live.epochs_done
    live.resume()
    until_epoch(qtbot, live, done + 1)
    assert live.started.first_epoch == done + 1


def test_a_run_whose_folder_changes_says_so_or_waits_for_it(live, qtbot, document, tmp_path):
    pets = tmp_path / "pets"
    for at, kind in enumerate(("cat", "dog")):
        (pets / kind).mkdir(parents=True)
        for number in range(20):
            grey = Image.new("L", (28, 28), 120 * at + number)
            grey.save(pets / kind / f"{number}.png")
    source = Folder(path=str(pets), class_names=("cat", "dog"))
    plan = TrainingPlan(epochs=5_000, batch_size=8)
    document.edit("pets", document.project.changed(data=source, plan=plan))
    live.start()
    until_epoch(qtbot, live, 1)
    live.stop()
    qtbot.waitUntil(lambda: not live.running, timeout=10_000)
    done = live.epochs_done

    (pets / "dog").rename(tmp_path / "dog")
    live.resume()
    qtbot.waitUntil(lambda: live.failure is not None, timeout=10_000)
    assert "“dog” is gone" in live.failure.message
    assert live.resumable

    (tmp_path / "dog").rename(pets / "dog")
    (pets / "dog" / "3.png").unlink()
    live.resume()
    until_epoch(qtbot, live, done + 1)
    assert live.started.note.startswith("1 picture is gone since this run last trained.")


def test_killed_engine_is_noticed_replaced_and_the_run_resumed(live, real, qtbot, edit_plan):
    edit_plan(epochs=500)
    live.start()
    until_epoch(qtbot, live, 2)
    os.kill(real.pid, signal.SIGKILL)
    qtbot.waitUntil(lambda: live.failure is not None)
    assert "signal 9" in live.failure.message
    assert live.resumable
    done = live.epochs_done
    qtbot.waitUntil(lambda: real.state == "ready", timeout=READY_MS)
    live.resume()
    until_epoch(qtbot, live, done + 1)
    assert [epoch.epoch for epoch in live.history.epochs] == list(range(1, live.epochs_done + 1))


def test_frozen_engine_is_noticed_and_goes_on_when_thawed(
    live, real, qtbot, edit_plan, monkeypatch
):
    monkeypatch.setattr(engine_link, "FROZEN_AFTER", 3.0)
    edit_plan(epochs=500)
    live.start()
    until_epoch(qtbot, live, 1)
    os.kill(real.pid, signal.SIGSTOP)
    qtbot.waitUntil(lambda: real.state == "frozen", timeout=8_000)
    assert live.running
    os.kill(real.pid, signal.SIGCONT)
    qtbot.waitUntil(lambda: real.state == "busy", timeout=5_000)


def test_failed_command_is_worded(real, qtbot, tmp_path):
    qtbot.waitUntil(lambda: real.state == "ready", timeout=READY_MS)
    with qtbot.waitSignal(real.event, timeout=20_000) as heard:
        number = real.send(Evaluate(id=0, run=str(tmp_path / "nothing")))
    (event,) = heard.args
    assert not isinstance(event, Evaluated)
    assert event.id == number
    assert str(tmp_path / "nothing") in event.message


def test_engine_without_its_packages_says_what_to_install(qtbot):
    link = EngineLink(arguments=("-S", "-m", "core.engine.worker"))
    link.start()
    qtbot.waitUntil(lambda: link.state == "missing", timeout=20_000)
    assert "uv sync" in link.words
    link.close()


def test_window_killed_leaves_no_engine_behind(tmp_path):
    window = """
import sys
from PySide6.QtCore import QCoreApplication
from gui.engine_link import EngineLink
app = QCoreApplication([])
link = EngineLink()
link.state_changed.connect(lambda: link.state == "ready" and print(link.pid, flush=True))
link.start()
app.exec()
"""
    with subprocess.Popen(
        [sys.executable, "-c", window], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        engine = os.pidfd_open(int(process.stdout.readline()))
        process.kill()
    ended, _, _ = select.select([engine], [], [], 20)
    os.close(engine)
    assert ended


def test_event_loop_stays_free_while_training(live, qtbot, edit_plan, themed):
    from gui.train.page import TrainPage

    page = TrainPage(live.document, live)
    qtbot.addWidget(page)
    page.resize(1216, 728)
    page.show()
    edit_plan(epochs=20)
    gaps = []
    # Processor time of this thread: both cores are busy training, which is not what is measured.
    last = time.thread_time()

    def tick() -> None:
        nonlocal last
        now = time.thread_time()
        if live.state == "running":
            gaps.append(1000 * (now - last))
        last = now

    probe = QTimer()
    probe.setInterval(5)
    probe.timeout.connect(tick)
    probe.start()
    live.start()
    qtbot.waitUntil(lambda: not live.running, timeout=60_000)
    assert live.state == "finished", live.failure
    gaps.sort()
    assert gaps[int(0.99 * len(gaps))] < 16
    assert gaps[-1] < 50


def test_stop_at_once_after_start_is_no_failure(live, qtbot):
    live.start()
    live.stop()
    qtbot.waitUntil(lambda: not live.running, timeout=20_000)
    assert live.state == "stopped"
    assert live.failure is None


def test_run_of_a_killed_window_can_be_resumed(live, real, qtbot, edit_plan):
    edit_plan(epochs=500)
    live.start()
    until_epoch(qtbot, live, 1)
    os.kill(real.pid, signal.SIGKILL)
    qtbot.waitUntil(lambda: live.failure is not None, timeout=2_000)
    # A new window, which knows nothing of this one.
    later = TrainingSession(live.document, real, limit=600)
    qtbot.waitUntil(lambda: bool(later.interrupted_runs()), timeout=5_000)
    (info,) = later.interrupted_runs()
    later.adopt(info)
    assert later.epochs_done >= 1
    assert later.resumable
    later.resume()
    until_epoch(qtbot, later, later.epochs_done + 1)
    later.stop()
    qtbot.waitUntil(lambda: not later.running, timeout=20_000)


def test_a_stopped_run_can_be_resumed_after_the_window_was_closed(live, real, qtbot, edit_plan):
    edit_plan(epochs=500)
    live.start()
    until_epoch(qtbot, live, 1)
    live.stop()
    qtbot.waitUntil(lambda: not live.running, timeout=20_000)
    words, done = live.words, live.epochs_done
    # A new window, which knows nothing of this one.
    later = TrainingSession(live.document, real, limit=600)
    qtbot.waitUntil(lambda: later.state == "stopped", timeout=5_000)
    assert (later.words, later.epochs_done, later.resumable) == (words, done, True)
    later.resume()
    until_epoch(qtbot, later, done + 1)
    later.stop()
    qtbot.waitUntil(lambda: not later.running, timeout=20_000)
