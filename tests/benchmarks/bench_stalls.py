"""The longest stall of the window's event loop while training runs, or a folder is scanned.

``python -m tests.benchmarks.bench_stalls [--rounds N] [--folder FOLDER | --pictures N]``; needs
Xvfb, openbox and xdotool.

The starter is trained in a real window, from the press on Train to the written report, with pages
changed and the mouse moved over the curves meanwhile.  Stalls are gaps between turns of a 5 ms
timer, so they hold what the machine gave to others as well; the window's own work in one turn
(processor time of its thread) is printed beside them.  With ``--folder``, or ``--pictures`` made
for it, a project with those pictures is opened instead, which scans them, and the grid is scrolled
meanwhile; the largest memory of each process is printed too.  Prints figures; asserts nothing.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import tempfile
from pathlib import Path
from statistics import median

import psutil

from core.data.load import folder_source
from core.project_file import save_project, starter
from tests.benchmarks.bench_data import make_small
from tests.benchmarks.real_window import Figures, RealWindow, real_window, screen
from tests.end_to_end.desktop import Desktop

WANTED_MS = 50


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="trainings")
    parser.add_argument("--folder", type=Path, help="scan this one instead")
    parser.add_argument("--pictures", type=int, help="scan so many small ones instead")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="layerloom-bench-") as name, screen() as desktop:
        folder = options.folder
        if options.pictures:
            folder = Path(name) / "small"
            make_small(folder, options.pictures)
        if folder is not None:
            _scan(desktop, folder, Path(name) / "scan.layerloom")
            return
        found = [_train(desktop) for _ in range(options.rounds)]
    longest = [figures["max_ms"] for figures in found]
    worked = [figures["worked_ms"] for figures in found]
    usual = [figures["p99_ms"] for figures in found]
    print(
        f"Longest stall while training: median {median(longest):.0f} ms (wanted at most "
        f"{WANTED_MS}); each training: {', '.join(f'{one:.0f}' for one in longest)}; "
        f"99th percentile {median(usual):.1f} ms\nOf that the window's own work: at most "
        f"{', '.join(f'{one:.0f}' for one in worked)} ms in one turn"
    )


def _train(desktop: Desktop) -> Figures:
    """Train once, and what the window noted meanwhile."""
    with real_window(desktop) as window:
        desktop.key("ctrl+3")
        window.stalls()  # begin anew
        desktop.key("ctrl+Return")
        while not _finished(window):
            desktop.xdotool("mousemove", 600, 300, "sleep", 0.2, "mousemove", 640, 320)
            desktop.key("ctrl+2")
            desktop.xdotool("sleep", 0.5)
            desktop.key("ctrl+3")
            desktop.xdotool("sleep", 0.5)
        return window.stalls()


def _scan(desktop: Desktop, folder: Path, file: Path) -> None:
    """Open a project with these pictures; what the window noted until they are all looked at."""
    save_project(starter().changed(data=folder_source(folder)), file)
    peaks: dict[str, float] = {}
    with real_window(desktop, file) as window:
        window.stalls()  # begin anew
        desktop.key("ctrl+1")
        while not _scanned(window):
            desktop.xdotool("mousemove", 400, 500, "click", "--repeat", 5, 5, "sleep", 0.3)
            desktop.xdotool("click", "--repeat", 5, 4, "sleep", 0.3)
            _note_memory(window.pid, peaks)
        found = window.stalls()
    memory = ", ".join(f"{name} {peak:,.0f} MB" for name, peak in sorted(peaks.items()))
    print(
        f"Longest stall while scanning: {found['max_ms']:.0f} ms (wanted at most {WANTED_MS}), "
        f"99th percentile {found['p99_ms']:.1f} ms; of that the window's own work: at most "
        f"{found['worked_ms']:.0f} ms in one turn; longest without waiting for a processor: "
        f"{found['held_ms']:.0f} ms\nLargest memory (wanted at most 600 MB): {memory}"
    )


def _scanned(window: RealWindow) -> bool:
    """Whether the scan has written its last report."""
    return any(
        json.loads(p.read_bytes())["complete"] for p in window.home.glob("scans/*/report.json")
    )


def _note_memory(pid: int, peaks: dict[str, float]) -> None:
    """Memory of the window and of everything that it started (MB)."""
    for process in (psutil.Process(pid), *psutil.Process(pid).children(recursive=True)):
        with contextlib.suppress(psutil.Error):
            command = " ".join(process.cmdline())
            name = next((word for part, word in _PROCESSES.items() if part in command), "other")
            used = process.memory_info().rss / 1e6
            peaks[name] = max(used, peaks.get(name, 0))


_PROCESSES = {
    "main.py": "window",
    "core.engine.worker": "engine",
    "core.engine.pictures": "picture process",
    "multiprocessing.forkserver": "helper",
    "spawn_main": "helper",
}
"""Names of processes, by a part of what started them."""


def _finished(window: RealWindow) -> bool:
    """Whether the run has written its report, and it is on screen soon."""
    return any(window.home.glob("runs/*/report.json"))


if __name__ == "__main__":
    main()
