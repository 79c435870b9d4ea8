"""The probe of stalls: what it tells is the window's, not its own."""

from __future__ import annotations

import json

import pytest
from PySide6.QtWidgets import QWidget

from gui.frame import probes
from gui.frame.probes import StallProbe


@pytest.fixture
def clock(monkeypatch) -> list[float]:
    """Time as the probe reads it (s)."""
    now = [100.0]
    monkeypatch.setattr(probes, "perf_counter", lambda: now[0])
    return now


@pytest.fixture
def probe(clock, qtbot, tmp_path, monkeypatch) -> StallProbe:
    # The system would hold the probe, and its widget, for longer than there is an application.
    monkeypatch.setattr(probes.signal, "signal", lambda number, handler: None)
    widget = QWidget()
    qtbot.addWidget(widget)
    return StallProbe(tmp_path / "stalls.json", widget)


def figures(probe: StallProbe, tmp_path) -> dict[str, float]:
    probe.write()
    return json.loads((tmp_path / "stalls.json").read_text())


def test_the_longest_gap_is_told(probe, clock, tmp_path):
    for gap in (0.005, 0.2, 0.005):
        clock[0] += gap
        probe._tick()
    found = figures(probe, tmp_path)
    assert found["max_ms"] == pytest.approx(200)
    assert found["held_ms"] <= found["max_ms"]
    assert found["turns"] == 3


def test_a_wait_for_a_processor_is_told_apart(probe, clock, tmp_path, monkeypatch):
    queued = iter((0.15,))
    monkeypatch.setattr(probe, "_times", lambda: (100.2, 0.0, next(queued)))
    probe._last, probe._last_worked, probe._last_queued = 100.0, 0.0, 0.0
    probe._tick()
    monkeypatch.undo()
    found = figures(probe, tmp_path)
    assert found["max_ms"] == pytest.approx(200)
    assert found["held_ms"] == pytest.approx(50)


def test_the_time_of_its_own_writing_is_no_stall(probe, clock, tmp_path, monkeypatch):
    def slow(path, data) -> None:
        clock[0] += 10
        path.write_bytes(data)

    monkeypatch.setattr(probes, "write_whole", slow)
    figures(probe, tmp_path)
    clock[0] += 0.005
    probe._tick()
    assert figures(probe, tmp_path)["max_ms"] == pytest.approx(5)
