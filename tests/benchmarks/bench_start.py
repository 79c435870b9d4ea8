"""How soon ``python main.py`` shows a window that answers, against a bare PySide6 window.

``python -m tests.benchmarks.bench_start [--rounds N]``; needs Xvfb and openbox.

From the start of the process to the turn of the event loop after the first picture, both in turns
on one virtual screen.  Also the longest stall, and the window's longest own work, while the other
pages are built behind that picture.
Prints medians; asserts nothing.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from statistics import median
from time import monotonic

from tests.benchmarks.real_window import real_window, screen
from tests.end_to_end.desktop import Desktop

WANTED_SECONDS = 0.8
WANTED_RATIO = 6

BARE = """
import sys
from time import monotonic
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QWidget

class Window(QWidget):
    def paintEvent(self, event):
        QTimer.singleShot(0, self.answer)

    def answer(self):
        print(monotonic(), flush=True)
        QApplication.exit()

app = QApplication(sys.argv)
window = Window()
window.resize(1200, 700)
window.show()
app.exec()
"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with screen() as desktop:
        _bare(desktop), _layerloom(desktop)  # warm
        turns = [(_bare(desktop), *_layerloom(desktop)) for _ in range(options.rounds)]
    bare, answers, complete, stall, worked = (
        median(figures) for figures in zip(*turns, strict=True)
    )
    print(
        f"Window that answers: Layerloom {answers:.2f} s (wanted at most {WANTED_SECONDS}), bare "
        f"PySide6 {bare:.2f} s: {answers / bare:.1f} times (wanted at most {WANTED_RATIO}); each "
        f"turn: {', '.join(f'{ours:.2f} / {plain:.2f}' for plain, ours, *_ in turns)}\n"
        f"Every page built after {complete:.2f} s; longest stall until then {stall:.0f} ms, of "
        f"that the window's own work at most {worked:.0f} ms in one turn"
    )


def _bare(desktop: Desktop) -> float:
    """Seconds until a bare window answers."""
    began = monotonic()
    done = subprocess.run(
        [sys.executable, "-c", BARE],
        env=desktop.environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return float(done.stdout) - began


def _layerloom(desktop: Desktop) -> tuple[float, float, float, float]:
    """Seconds until ours answers and until every page is built; longest stall and work (ms)."""
    with real_window(desktop) as window:
        noted = {what: when - window.began for what, when in window.noted.items()}
        stalls = window.stalls()
        return noted["answers"], noted["complete"], stalls["max_ms"], stalls["worked_ms"]


if __name__ == "__main__":
    main()
