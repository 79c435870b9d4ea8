"""The longest stall of the window's event loop while training runs.

``python -m tests.benchmarks.bench_stalls [--rounds N]``; needs Xvfb, openbox and xdotool.

The starter is trained in a real window, from the press on Train to the written report, with pages
changed and the mouse moved over the curves meanwhile.  Stalls are gaps between turns of a 5 ms
timer, so they hold what the machine gave to others as well; the window's own work in one turn
(processor time of its thread) is printed beside them.  Prints figures; asserts nothing.
"""

from __future__ import annotations

import argparse
from statistics import median

from tests.benchmarks.real_window import Figures, RealWindow, real_window, screen
from tests.end_to_end.desktop import Desktop

WANTED_MS = 50


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="trainings")
    options = parser.parse_args()
    with screen() as desktop:
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


def _finished(window: RealWindow) -> bool:
    """Whether the run has written its report, and it is on screen soon."""
    return any(window.home.glob("runs/*/report.json"))


if __name__ == "__main__":
    main()
