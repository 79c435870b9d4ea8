"""A desktop of our own: Xvfb, a window manager, real mouse and keyboard events by xdotool.

The application runs as a user's would; where its widgets are comes from the application itself
(``LAYERLOOM_TEST_RECTANGLES``), never from pixels counted by hand.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

Answer = TypeVar("Answer")
Widget = dict[str, Any]

ROOT = Path(__file__).parent.parent.parent
TOOLS = ("Xvfb", "openbox", "xdotool", "import")


def missing_tools() -> list[str]:
    """Programs of the desktop that this machine lacks."""
    return [tool for tool in TOOLS if shutil.which(tool) is None]


def wait_until(probe: Callable[[], Answer], what: str, seconds: float = 30) -> Answer:
    """Ask ``probe`` until it answers something true, and return that.

    Raises:
        AssertionError: It did not within ``seconds``.
    """
    end = time.monotonic() + seconds
    while True:
        answer = probe()
        if answer:
            return answer
        if time.monotonic() > end:
            raise AssertionError(f"waited {seconds:g} s in vain until {what}")
        time.sleep(0.05)


def alive(pid: int) -> bool:
    """Whether a process runs (a zombie does not)."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"


def children(pid: int) -> list[int]:
    """Processes started by a process."""
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except OSError:
        return []
    return [int(word) for word in text.split()]


@dataclass
class Desktop:
    """A virtual screen with a window manager."""

    size: str = "1920x1080"
    display: str = ""
    _processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self) -> None:
        read, write = os.pipe()
        self._processes.append(
            subprocess.Popen(
                [
                    "Xvfb",
                    "-displayfd",
                    str(write),
                    "-screen",
                    "0",
                    f"{self.size}x24",
                    "-nolisten",
                    "tcp",
                ],
                pass_fds=[write],
                stderr=subprocess.DEVNULL,
            )
        )
        os.close(write)
        with os.fdopen(read) as stream:
            self.display = f":{stream.readline().strip()}"
        self._processes.append(
            subprocess.Popen(["openbox"], env=self.environment, stderr=subprocess.DEVNULL)
        )

    def stop(self) -> None:
        for process in reversed(self._processes):
            process.terminate()
            process.wait()

    @property
    def environment(self) -> dict[str, str]:
        kept = {
            k: v
            for k, v in os.environ.items()
            if not k.startswith(("QT_", "WAYLAND", "XDG_SESSION"))
        }
        return kept | {"DISPLAY": self.display, "QT_QPA_PLATFORM": "xcb"}

    def xdotool(self, *arguments: object) -> str:
        result = subprocess.run(
            ["xdotool", *map(str, arguments)],
            env=self.environment,
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        return result.stdout.strip()

    def click(self, x: int, y: int, repeat: int = 1) -> None:
        self.xdotool("mousemove", x, y, "click", "--repeat", repeat, "--delay", 60, 1)

    def drag(self, start: tuple[int, int], end: tuple[int, int], steps: int = 12) -> None:
        """Drag as a hand does: press, small moves, a pause, release."""
        self.xdotool("mousemove", *start, "sleep", 0.1, "mousedown", 1)
        moves: list[object] = []
        for step in range(1, steps + 1):
            x = round(start[0] + (end[0] - start[0]) * step / steps)
            y = round(start[1] + (end[1] - start[1]) * step / steps)
            moves += ["mousemove", x, y, "sleep", 0.03]
        self.xdotool(*moves, "mousemove", end[0] + 1, end[1], "sleep", 0.3)
        self.xdotool("mouseup", 1)

    def key(self, *keys: str) -> None:
        self.xdotool("key", "--delay", 40, *keys)

    def type(self, text: str) -> None:
        self.xdotool("type", "--delay", 8, text)

    def screenshot(self, path: Path) -> None:
        subprocess.run(
            ["import", "-window", "root", str(path)], env=self.environment, check=True, timeout=60
        )


@dataclass
class App:
    """The running application and what it says of itself."""

    desktop: Desktop
    home: Path
    arguments: tuple[str, ...] = ()
    process: subprocess.Popen[bytes] | None = None

    @property
    def _rectangles(self) -> Path:
        return self.home / "rectangles.json"

    def start(self) -> None:
        self._rectangles.unlink(missing_ok=True)
        environment = self.desktop.environment | {
            "LAYERLOOM_HOME": str(self.home),
            "LAYERLOOM_TEST_RECTANGLES": str(self._rectangles),
            "LAYERLOOM_TEST_STALLS": str(self.home / "stalls.json"),
        }
        with (self.home / "output.txt").open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, str(ROOT / "main.py"), *self.arguments],
                env=environment,
                cwd=self.home,
                stdout=output,
                stderr=output,
                stdin=subprocess.DEVNULL,
            )
        wide = int(self.desktop.size.split("x")[0])
        # The window manager maximises it after it is shown; before that, everything still moves.
        wait_until(
            lambda: (
                (self.find("main-window") or {}).get("width") == wide
                and (self.find("status-bar") or {}).get("width") == wide
            ),
            "the window is there, maximised",
        )

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    def kill(self, sign: signal.Signals = signal.SIGKILL) -> None:
        assert self.process is not None
        self.process.send_signal(sign)
        self.process.wait(timeout=30)

    def end(self) -> None:
        """End it if it still runs, and its engine with it."""
        if self.process is not None and self.process.poll() is None:
            self.kill(signal.SIGTERM)

    def engine(self) -> int:
        """Process id of its engine; 0 while there is none."""
        for child in children(self.pid):
            try:
                command = Path(f"/proc/{child}/cmdline").read_bytes()
            except OSError:
                continue
            if b"core.engine.worker" in command and alive(child):
                return child
        return 0

    def widgets(self) -> dict[str, Widget]:
        """Visible widgets by name: rectangle on screen, text, state."""
        try:
            found: dict[str, Widget] = json.loads(self._rectangles.read_text())
        except (FileNotFoundError, json.JSONDecodeError):
            return {}
        return {k: v for k, v in found.items() if v["width"] > 0 and v["height"] > 0}

    def find(self, name: str) -> Widget | None:
        """The first visible widget whose name begins so."""
        return next((v for k, v in self.widgets().items() if k.startswith(name)), None)

    def wait_for(self, name: str, seconds: float = 30) -> Widget:
        """The same, once it is there."""
        try:
            return wait_until(lambda: self.find(name), f"“{name}” can be seen", seconds)
        except AssertionError as error:
            seen = ", ".join(self.widgets())
            raise AssertionError(f"{error}; there is: {seen}") from None

    def middle(self, name: str) -> tuple[int, int]:
        """Where to click on a widget."""
        widget = self.wait_for(name)
        return widget["x"] + widget["width"] // 2, widget["y"] + widget["height"] // 2

    def click(self, name: str) -> None:
        """Click on a widget with the mouse."""
        self.desktop.click(*self.middle(name))

    def everything(self) -> str:
        """All that can be read in the window."""
        entries = self.widgets().items()
        return "\n".join(f"{name} {v['text']} {v.get('tooltip', '')}" for name, v in entries)

    def cards(self) -> list[str]:
        """What a screen reader reads of the blocks, in stack order, also those scrolled away."""
        try:
            found = json.loads(self._rectangles.read_text())
        except (FileNotFoundError, json.JSONDecodeError):
            return []
        cards = [name for name in found if re.search(r", block \d+ of \d+", name)]
        return sorted(cards, key=lambda name: int(re.search(r"block (\d+) of", name)[1]))  # type: ignore[index]
