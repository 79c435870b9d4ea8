"""Eyes for tests with a real mouse: where widgets are, when the window answers, how long it stalls.

``LAYERLOOM_TEST_RECTANGLES=FILE``: the file always holds the visible widgets as JSON.
``LAYERLOOM_TEST_STALLS=FILE``: written at the end, and on SIGUSR1.
``LAYERLOOM_TEST_START=FILE``: written once the first picture is painted and the event loop turns,
and again when every page is built.
"""

from __future__ import annotations

import os
import signal
from pathlib import Path
from time import monotonic, perf_counter, thread_time
from typing import Any

import msgspec
from PySide6.QtCore import QObject, QPoint, QRect, Qt, QTimer
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QMenu,
    QMenuBar,
    QPlainTextEdit,
    QSplitter,
    QWidget,
)

from core.files import write_whole

LOOK_MS = 100
TICK_MS = 5


class RectangleProbe(QObject):
    """Writes every visible named widget and menu entry: screen rectangle, text, state."""

    def __init__(self, file: Path, window: QWidget) -> None:
        super().__init__(window)
        self._file = file
        self._last = b""
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def look(self) -> None:
        """Write where things are, if anything changed."""
        seen: dict[str, dict[str, Any]] = {}
        for top in QApplication.topLevelWidgets():
            if top.isVisible():
                self._collect(top, seen)
        text = msgspec.json.encode(seen)
        if text != self._last:
            self._last = text
            write_whole(self._file, text)

    def close(self) -> None:
        """Stop looking."""
        self._timer.stop()

    def _collect(self, top: QWidget, seen: dict[str, dict[str, Any]]) -> None:
        for widget in (top, *top.findChildren(QWidget)):
            if not widget.isVisible() or widget.window() is not top:
                continue
            if isinstance(widget, QMenu | QMenuBar):
                _add_entries(widget, seen)
            if isinstance(widget, QAbstractItemView) and top.windowType() == Qt.WindowType.Popup:
                _add_choices(widget, seen)
            name = widget.objectName() or widget.accessibleName() or _caption(widget)
            if name and not name.startswith("qt_"):
                _put(seen, name, _entry(widget, _visible_part(widget)))


def _visible_part(widget: QWidget) -> QRect:
    """What can be seen of a widget; of a splitter, all that it divides, which covers it."""
    if not isinstance(widget, QSplitter):
        return widget.visibleRegion().boundingRect()
    top = widget.window()
    return widget.rect() & top.rect().translated(-widget.mapTo(top, QPoint()))


def _entry(widget: QWidget, rectangle: QRect) -> dict[str, Any]:
    """One widget; the rectangle is the part that can be seen, in pixels of the screen."""
    focused = QApplication.focusWidget()
    entry: dict[str, Any] = _on_screen(widget, rectangle) | {
        "class": type(widget).__name__,
        "accessible": widget.accessibleName(),
        "text": _text(widget),
        "tooltip": widget.toolTip(),
        "enabled": widget.isEnabled(),
        "focused": widget is focused,
    }
    if isinstance(widget, QAbstractButton) and widget.isCheckable():
        entry["checked"] = widget.isChecked()
    return entry


def _caption(widget: QWidget) -> str:
    """What a screen reader calls a button that has no other name."""
    return widget.text() if isinstance(widget, QAbstractButton) else ""


def _text(widget: QWidget) -> str:
    if isinstance(widget, QPlainTextEdit):
        return widget.toPlainText()
    if isinstance(widget, QComboBox):
        return widget.currentText()
    if isinstance(widget, QAbstractButton | QLabel | QLineEdit | QAbstractSpinBox):
        return widget.text()
    return ""


def _add_choices(view: QAbstractItemView, seen: dict[str, dict[str, Any]]) -> None:
    """The lines of an open list of choices."""
    model = view.model()
    for row in range(model.rowCount()):
        index = model.index(row, 0)
        rectangle = view.visualRect(index)
        if not rectangle.isEmpty():
            text = str(index.data() or "")
            _put(seen, f"choice-{text}", _on_screen(view.viewport(), rectangle) | {"text": text})


def _add_entries(menu: QMenu | QMenuBar, seen: dict[str, dict[str, Any]]) -> None:
    for action in menu.actions():
        rectangle = menu.actionGeometry(action)
        text = action.text().replace("&", "")
        if text and not rectangle.isEmpty():
            name = action.objectName() or f"menu-{text.lower().replace(' ', '-')}"
            extra = {
                "text": text,
                "enabled": action.isEnabled(),
                "checked": action.isChecked(),
                "active": action is menu.activeAction(),
            }
            _put(seen, name, _on_screen(menu, rectangle) | extra)


def _on_screen(widget: QWidget, rectangle: QRect) -> dict[str, Any]:
    """A rectangle of a widget in the screen's own pixels, whatever the scale."""
    corner = widget.mapToGlobal(rectangle.topLeft())
    scale = widget.devicePixelRatio()
    return {
        "x": round(corner.x() * scale),
        "y": round(corner.y() * scale),
        "width": round(rectangle.width() * scale),
        "height": round(rectangle.height() * scale),
    }


def _put(seen: dict[str, dict[str, Any]], name: str, entry: dict[str, Any]) -> None:
    """Note a widget; a second one of the same name gets a number."""
    key, number = name, 1
    while key in seen:
        number += 1
        key = f"{name}#{number}"
    seen[key] = entry


class StallProbe(QObject):
    """Notes gaps between turns of the event loop, and what the loop itself worked in them.

    Also what is left of a gap without the time in which others had all processors (Linux tells).
    """

    def __init__(self, file: Path, window: QWidget) -> None:
        super().__init__(window)
        self._file = file
        self._gaps: list[float] = []
        self._worked = self._held = 0.0
        self._queue = _queue_file()
        self._last, self._last_worked, self._last_queued = self._times()
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        if hasattr(signal, "SIGUSR1"):
            signal.signal(signal.SIGUSR1, lambda _number, _frame: self.write())

    def start(self) -> None:
        """Begin; not before the first picture, since starting is measured elsewhere."""
        self._last, self._last_worked, self._last_queued = self._times()
        self._timer.start()

    def _times(self) -> tuple[float, float, float]:
        """Now; what this thread has worked; how long it was ready but had no processor (s)."""
        queued = 0.0
        if self._queue is not None:
            queued = int(os.pread(self._queue, 100, 0).split()[1]) / 1e9
        return perf_counter(), thread_time(), queued

    def _tick(self) -> None:
        now, worked, queued = self._times()
        gap = now - self._last
        self._gaps.append(1000 * gap)
        self._worked = max(self._worked, 1000 * (worked - self._last_worked))
        self._held = max(self._held, 1000 * (gap - (queued - self._last_queued)))
        self._last, self._last_worked, self._last_queued = now, worked, queued

    def write(self) -> None:
        """Write what was noted so far, and begin anew."""
        gaps = sorted(self._gaps) or [0.0]
        figures = {
            "max_ms": round(gaps[-1], 2),
            "p99_ms": round(gaps[min(len(gaps) - 1, int(len(gaps) * 0.99))], 2),
            "worked_ms": round(self._worked, 2),
            "held_ms": round(self._held, 2),
            "turns": len(self._gaps),
        }
        self._gaps, self._worked, self._held = [], 0.0, 0.0
        write_whole(self._file, msgspec.json.encode(figures))
        # Forcing the figures to disk takes its time, which is not the window's.
        self._last, self._last_worked, self._last_queued = self._times()

    def close(self) -> None:
        """Stop, and write."""
        self._timer.stop()
        self.write()
        if self._queue is not None:
            os.close(self._queue)
            self._queue = None


def _queue_file() -> int | None:
    """Where Linux tells how long this thread waited for a processor; None elsewhere."""
    try:
        return os.open("/proc/thread-self/schedstat", os.O_RDONLY)
    except OSError:
        return None


class StartProbe(QObject):
    """Notes when the window answers: seconds on the system's clock, which processes share."""

    def __init__(self, file: Path, window: Any) -> None:
        super().__init__(window)
        self._file = file
        self._noted: dict[str, float] = {}
        # A turn of the event loop later: all that was waiting for the first picture is done.
        window.painted.connect(lambda: QTimer.singleShot(0, lambda: self._note("answers")))
        window.completed.connect(lambda: self._note("complete"))

    def _note(self, what: str) -> None:
        self._noted[what] = monotonic()
        write_whole(self._file, msgspec.json.encode(self._noted))

    def close(self) -> None:
        """Nothing to stop."""


def make_probes(window: Any) -> list[Any]:
    """The probes that the environment asks for."""
    probes: list[Any] = []
    if file := os.environ.get("LAYERLOOM_TEST_RECTANGLES"):
        probes.append(RectangleProbe(Path(file), window))
    if file := os.environ.get("LAYERLOOM_TEST_STALLS"):
        stalls = StallProbe(Path(file), window)
        window.painted.connect(stalls.start)
        probes.append(stalls)
    if file := os.environ.get("LAYERLOOM_TEST_START"):
        probes.append(StartProbe(Path(file), window))
    return probes
