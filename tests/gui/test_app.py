"""The whole process: starts, is interrupted, is killed, starts again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from core.project_file import save_project, starter
from gui import startup

ROOT = Path(__file__).parent.parent.parent

EDIT = """
import sys
from gui import app
class Edited(app.MainWindow):
    "The real window, and a user who renames the project as soon as it is there."
    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.completed.connect(lambda: self.document.edit(
            "rename project", self.document.project.changed(name="Precious")))
        self.autosave.written.connect(lambda _when: print("written", flush=True))
app.MainWindow = Edited
sys.exit(app.run(*sys.argv[1:]))
"""


class Application:
    """A window process of our own on no real screen."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.rectangles = home / "rectangles.json"
        self._environment = os.environ | {
            "QT_QPA_PLATFORM": "offscreen",
            "LAYERLOOM_HOME": str(home),
            "LAYERLOOM_TEST_RECTANGLES": str(self.rectangles),
            "LAYERLOOM_TEST_STALLS": str(home / "stalls.json"),
        }
        self.process: subprocess.Popen[str] | None = None

    def start(self, *arguments: str, script: str = "") -> subprocess.Popen[str]:
        self.close()
        self.rectangles.unlink(missing_ok=True)
        program = ["-c", script] if script else [str(ROOT / "main.py")]
        self.process = subprocess.Popen(
            [sys.executable, *program, *arguments],
            cwd=ROOT,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        return self.process

    def start_and_edit(self) -> subprocess.Popen[str]:
        process = self.start(script=EDIT)
        assert process.stdout is not None
        assert process.stdout.readline() == "written\n", process.communicate()
        return process

    def widgets(self, name: str) -> dict[str, dict[str, object]]:
        """What is on screen, once there is a widget of that name."""
        end = time.monotonic() + 20
        while time.monotonic() < end:
            if self.rectangles.exists():
                seen = json.loads(self.rectangles.read_text())
                if name in seen:
                    return seen
            time.sleep(0.05)
        raise AssertionError(f"no {name} appeared")

    def end(self, number: int = signal.SIGTERM) -> tuple[int, str]:
        """Send a signal; the exit code, and what was said on stderr."""
        assert self.process is not None
        self.process.send_signal(number)
        _output, said = self.process.communicate(timeout=20)
        return self.process.returncode, said

    def close(self) -> None:
        """End what still runs."""
        if self.process is not None:
            self.process.kill()
            self.process.communicate()
            self.process = None


@pytest.fixture
def application(own_home):
    one = Application(own_home)
    yield one
    one.close()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_window_cleanly_and_keeps_unsaved_work(application, number):
    application.start_and_edit()
    code, said = application.end(number)
    assert code == 128 + number
    assert "Traceback" not in said
    assert len(list((application.home / "recovery").glob("*.autosave"))) == 1
    assert (application.home / "settings.json").exists()


def test_work_of_a_killed_window_is_offered_by_the_next(application):
    application.start_and_edit()
    application.end(signal.SIGKILL)
    application.start()
    seen = application.widgets("notice")
    assert "Precious" in seen["notice"]["accessible"]
    assert {"notice-restore", "notice-discard"} <= set(seen)
    assert application.end()[0] == 128 + signal.SIGTERM
    # Neither restored nor discarded: the next window offers it again.
    application.start()
    application.widgets("notice-restore")


def test_a_clean_end_leaves_no_work_behind(application):
    application.start()
    application.widgets("primary")
    assert application.end()[0] == 128 + signal.SIGTERM
    assert not list(application.home.glob("recovery/*"))
    stalls = json.loads((application.home / "stalls.json").read_text())
    assert stalls["turns"] > 0


def test_a_project_is_opened_from_the_command_line(application, tmp_path):
    path = tmp_path / "mine.layerloom"
    save_project(starter().changed(name="From the command line"), path)
    application.start(str(path))
    seen = application.widgets("project-name")
    assert seen["project-name"]["text"] == "From the command line"
    assert seen["file-state"]["text"] == "saved"


def test_a_project_that_cannot_be_opened_is_said_in_the_window(application, tmp_path):
    path = tmp_path / "broken.layerloom"
    path.write_text("{")
    application.start(str(path))
    seen = application.widgets("question")
    assert seen["project-name"]["text"] == starter().name


def test_without_a_display_a_sentence_names_the_command_that_needs_none():
    bare = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    }
    result = subprocess.run(
        [sys.executable, str(ROOT / "main.py")], env=bare, capture_output=True, text=True
    )
    assert result.returncode == 1
    assert len(result.stderr.strip().splitlines()) == 1
    assert "python main.py train" in result.stderr


def test_a_display_that_does_not_answer_is_said(monkeypatch):
    monkeypatch.setenv("DISPLAY", ":4711")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setenv("QT_QPA_PLATFORM", "xcb")
    assert ":4711 does not answer" in (startup.problem() or "")


def test_missing_libraries_are_named_with_their_packages(monkeypatch):
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    monkeypatch.setitem(startup.PACKAGES, "libmissing.so.1", "libmissing1")
    words = startup.problem() or ""
    assert "libmissing.so.1" in words
    assert "sudo apt install libmissing1" in words


def test_a_wayland_socket_that_nobody_listens_at_is_no_display(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)
    assert "no display" in (startup.problem() or "")


def test_startup_is_checked_without_qt():
    script = "import sys, gui.startup; sys.exit('PySide6' in sys.modules)"
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True)
