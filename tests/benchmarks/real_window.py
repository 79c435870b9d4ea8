"""The application as a user starts it, watched only by probes that cost it next to nothing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

from tests.end_to_end.desktop import ROOT, Desktop, missing_tools, wait_until

Figures = dict[str, float]


@contextmanager
def screen() -> Iterator[Desktop]:
    """A virtual screen with a window manager."""
    if missing := missing_tools():
        sys.exit(f"A real screen needs {', '.join(missing)} (see .ci/run).")
    desktop = Desktop()
    desktop.start()
    try:
        yield desktop
    finally:
        desktop.stop()


class RealWindow:
    """One running window in a home of its own.

    Attributes:
        home: Its home folder.
        began: When its process was started (s, the system's clock).
        noted: When it answered and when every page was built (s, the same clock).
    """

    def __init__(self, desktop: Desktop, home: Path, project: Path | None = None) -> None:
        self.home = home
        self._start = home / "start.json"
        self._stalls = home / "stalls.json"
        environment = desktop.environment | {
            "LAYERLOOM_HOME": str(home),
            "LAYERLOOM_TEST_START": str(self._start),
            "LAYERLOOM_TEST_STALLS": str(self._stalls),
        }
        self.began = monotonic()
        command = [sys.executable, str(ROOT / "main.py"), *([str(project)] if project else [])]
        self._process = subprocess.Popen(command, env=environment)
        self.noted: Figures = {}

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def wait_complete(self) -> None:
        """Until every page is built."""
        self.noted = wait_until(self._complete, "every page is built")

    def stalls(self) -> Figures:
        """Stalls since the last time this was asked (ms)."""
        self._stalls.unlink(missing_ok=True)
        os.kill(self._process.pid, signal.SIGUSR1)
        return wait_until(lambda: _read(self._stalls), "stalls are written")

    def end(self) -> None:
        """End it, and its engine with it."""
        self._process.terminate()
        self._process.wait(timeout=30)

    def _complete(self) -> Figures:
        noted = _read(self._start)
        return noted if "complete" in noted else {}


@contextmanager
def real_window(desktop: Desktop, project: Path | None = None) -> Iterator[RealWindow]:
    """Start the application, on a project file if one is given, and end it."""
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        (home / "settings.json").write_text(json.dumps({"maximized": True}))
        window = RealWindow(desktop, home, project)
        try:
            window.wait_complete()
            yield window
        finally:
            window.end()


def _read(file: Path) -> Figures:
    """What a probe wrote; nothing if it did not yet."""
    return json.loads(file.read_text()) if file.exists() else {}
