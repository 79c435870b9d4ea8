"""How the Design page copes with 300 blocks: opening, dragging over it, scrolling, memory.

``python -m tests.benchmarks.bench_canvas [--blocks N] [--rounds N] [--problems]``; needs Xvfb,
openbox and xdotool.

Each round is a process of its own with the whole window on a virtual screen of 1920 × 1080; the
engine is a stub, so that Keras takes no processor time.  Opening is the time from the project read
to everything painted.  A frame is what the window does for one step of the mouse or the scroll bar,
painting included; steps come every 1/60 s, so that motions run as they do by hand.  The window's
own work (processor time of its thread) is printed beside each, since what the machine gives to
others is in the rest.  Prints figures; asserts nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from core.blocks import CATALOGUE
from core.project import Project
from core.project_file import load_project, save_project, starter
from tests.benchmarks.real_window import screen

ROOT = Path(__file__).resolve().parents[2]
FRAME_MS = 1000 / 60
OPENED_MS, MEMORY_MB = 150, 250
STEPS = 400
ENGINE = "import sys; sys.stdin.read()"
"""An engine that never gets ready and does nothing."""

Figures = dict[str, Any]
Frame = tuple[float, float]
"""Time that passed and the window's own work (ms)."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--blocks", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--problems", action="store_true", help="a warning at every fourth block")
    parser.add_argument("--one", metavar="FILE", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(_measure(Path(options.one))))
        return
    with screen() as desktop, tempfile.TemporaryDirectory() as name:
        file = Path(name) / "long.layerloom"
        save_project(long_project(options.blocks, options.problems), file)
        rounds = [_in_a_process(file, desktop.environment) for _ in range(options.rounds)]
    _print(options.blocks, rounds)


def long_project(blocks: int, problems: bool = False) -> Project:
    """Convolutions, each with its normalization, activation and dropout, and a classifier's end."""
    kinds = ("Conv2D", "BatchNormalization", "ReLU", "SpatialDropout2D")
    fields: dict[str, dict[str, Any]] = {
        "Conv2D": {"padding": "same", "use_bias": problems},
        "SpatialDropout2D": {"rate": 0.1},
    }
    body = [
        CATALOGUE[kind](**fields.get(kind, {}), **_filters(kind, number))
        for number in range(blocks - 2)
        for kind in (kinds[number % 4],)
    ]
    end = (
        CATALOGUE["GlobalAveragePooling2D"](),
        CATALOGUE["Dense"](units=10, activation="softmax"),
    )
    return Project(name="Long", stack=(*body, *end))


def _filters(kind: str, number: int) -> dict[str, int]:
    """Other filters for each convolution, so that no two blocks are the same value."""
    return {"filters": 8 + number % 40} if kind == "Conv2D" else {}


def _in_a_process(file: Path, environment: dict[str, str]) -> Figures:
    command = [sys.executable, "-m", "tests.benchmarks.bench_canvas", "--one", str(file)]
    with tempfile.TemporaryDirectory() as home:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=environment | {"LAYERLOOM_HOME": home},
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    found: Figures = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def _print(blocks: int, rounds: list[Figures]) -> None:
    def all_of(key: str) -> str:
        return ", ".join(f"{one[key]:.0f}" for one in rounds)

    def middle(key: str) -> float:
        return median(one[key] for one in rounds)

    print(
        f"{blocks} blocks, {len(rounds)} rounds\n"
        f"opening, read to painted: {middle('opened'):.0f} ms (wanted {OPENED_MS}); each: "
        f"{all_of('opened')}; own work {all_of('opened_work')}"
    )
    for what in ("drag", "scroll"):
        print(
            f"{what}: median frame {middle(f'{what}_median'):.1f} ms, 99 % "
            f"{middle(f'{what}_p99'):.1f} ms, worst {all_of(f'{what}_worst')} ms "
            f"(60 a second: {FRAME_MS:.1f}); {all_of(f'{what}_late')} of {STEPS} frames late\n"
            f"  own work: median {middle(f'{what}_work_median'):.1f} ms, 99 % "
            f"{middle(f'{what}_work_p99'):.1f} ms, worst {all_of(f'{what}_work_worst')} ms"
        )
    print(
        f"memory of the window: {middle('memory'):.0f} MB (wanted {MEMORY_MB}); before the "
        f"project was opened {middle('memory_before'):.0f} MB"
    )


# One round, in a process of its own


def _measure(file: Path) -> Figures:
    from PySide6.QtWidgets import QApplication

    from gui.collector import Collector
    from gui.document import Document
    from gui.engine_link import PICTURES, EngineLink
    from gui.main_window import MainWindow
    from gui.recovery import Autosave
    from gui.settings import SettingsStore
    from gui.theme import theme

    app = QApplication(sys.argv[:1])
    theme().install(app, "light")
    home = Path(os.environ["LAYERLOOM_HOME"])
    document = Document(starter())
    settings = SettingsStore(home)
    settings.values.maximized = True
    settings.values.switches["tour-seen"] = True
    autosave, engine = Autosave(document, home / "recovery"), EngineLink(arguments=("-c", ENGINE))
    pictures = EngineLink(arguments=("-c", ENGINE), runs=PICTURES)
    window = MainWindow(document, engine, pictures, settings, autosave)
    complete: list[bool] = []
    window.completed.connect(lambda: complete.append(True))
    collector = Collector(app)
    window.completed.connect(collector.spare)
    window.show()
    _turn_until(app, lambda: bool(complete))
    window.show_page("design")
    _rest(app)
    figures: Figures = {"memory_before": _resident()}
    figures["opened"], figures["opened_work"] = _opening(app, document, file)
    _rest(app)
    page: Any = window.page
    figures |= _summed("scroll", _scroll(app, page.loom))
    figures |= _summed("drag", _drag(app, page.loom))
    figures["memory"] = _resident()
    autosave.close(keep=False)
    engine.close()
    pictures.close()
    return figures


def _opening(app: Any, document: Any, file: Path) -> Frame:
    """From the project read to everything painted."""
    project = load_project(file)
    clock = _Clock()
    document.replace(project, file)
    app.processEvents()
    return clock.read()


class _Clock:
    """Measures from when it is made."""

    def __init__(self) -> None:
        self._began = time.perf_counter(), time.thread_time()

    def read(self) -> Frame:
        """Time passed, and processor time of this thread (ms)."""
        passed, worked = self._began
        return 1000 * (time.perf_counter() - passed), 1000 * (time.thread_time() - worked)


def _scroll(app: Any, loom: Any) -> list[Frame]:
    bar = loom.verticalScrollBar()
    step = max(1, bar.maximum() // STEPS)
    return _frames(app, lambda number: bar.setValue(number * step))


def _drag(app: Any, loom: Any) -> list[Frame]:
    """A block held over the middle of the stack, up and down over several gaps."""
    from PySide6.QtCore import QPoint, Qt
    from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent
    from PySide6.QtWidgets import QApplication

    from gui.design.transfer import to_mime

    surface, bar = loom.surface, loom.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    mime = to_mime((CATALOGUE["Conv2D"](filters=20, padding="same"),))
    both = Qt.DropAction.CopyAction | Qt.DropAction.MoveAction
    rest = (both, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    x, room = surface.width() // 2, loom.viewport().height() - 200

    def point(number: int) -> QPoint:
        there, back = divmod(5 * number, room)
        return QPoint(x, bar.value() + 100 + (back if there % 2 == 0 else room - back))

    QApplication.sendEvent(surface, QDragEnterEvent(point(0), *rest))
    frames = _frames(
        app, lambda number: QApplication.sendEvent(surface, QDragMoveEvent(point(number), *rest))
    )
    QApplication.sendEvent(surface, QDragLeaveEvent())
    return frames


def _frames(app: Any, step: Callable[[int], object]) -> list[Frame]:
    """What each step takes, with all that follows from it."""
    frames = []
    for number in range(STEPS):
        clock = _Clock()
        step(number)
        app.processEvents()
        frames.append(clock.read())
        time.sleep(max(0.0, FRAME_MS - frames[-1][0]) / 1000)
    return frames


def _summed(what: str, frames: list[Frame]) -> Figures:
    passed, worked = ([frame[kind] for frame in frames] for kind in (0, 1))
    late = sum(one > FRAME_MS for one in passed)
    return _spread(what, passed) | _spread(f"{what}_work", worked) | {f"{what}_late": late}


def _spread(what: str, values: list[float]) -> Figures:
    ordered = sorted(values)
    return {
        f"{what}_median": median(ordered),
        f"{what}_p99": ordered[int(0.99 * len(ordered))],
        f"{what}_worst": ordered[-1],
    }


def _turn_until(app: Any, done: Callable[[], bool]) -> None:
    while not done():
        app.processEvents()


def _rest(app: Any, seconds: float = 1.0) -> None:
    """Let everything that was put off happen."""
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        app.processEvents()
        time.sleep(0.01)


def _resident() -> float:
    """Memory of this process that is in the machine's (MB)."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    main()
