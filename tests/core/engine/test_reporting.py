"""Progress is told not too often, with the speed of the last seconds, and stops when asked to."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from core.engine import reporting
from core.engine.events import DataProgress
from core.engine.reporting import PROGRESS_SECONDS, SPEED_SECONDS, Reporter, Speed, StoppedError


@pytest.fixture
def clock(monkeypatch) -> SimpleNamespace:
    """The time as the module reads it (s)."""
    shown = SimpleNamespace(now=100.0)
    monkeypatch.setattr(reporting, "time", SimpleNamespace(monotonic=lambda: shown.now))
    return shown


def test_a_speed_is_that_of_the_last_seconds(clock):
    speed = Speed()
    assert speed.per_second == 0
    speed.mark(0)
    assert speed.per_second == 0
    for done in (10, 20, 30, 40, 50):
        clock.now += 1
        speed.mark(done)
    assert speed.per_second == pytest.approx(10)
    for done in (150, 250, 350, 450):
        clock.now += 1
        speed.mark(done)
    assert speed.per_second == pytest.approx(100), f"only {SPEED_SECONDS:g} s count"
    speed.forget()
    assert speed.per_second == 0


def test_a_speed_measured_for_too_short_is_unknown(clock):
    speed = Speed(shortest=0.1)
    speed.mark(0)
    clock.now += 0.05
    speed.mark(50)
    assert speed.per_second == 0
    clock.now += 0.1
    speed.mark(150)
    assert speed.per_second == pytest.approx(1000)


def test_progress_is_told_at_first_at_last_and_not_too_often(clock):
    told: list[DataProgress] = []
    reporter = Reporter(7, told.append, lambda: False, "files")
    for done in range(5):
        reporter("Reading", done, 4)
        clock.now += PROGRESS_SECONDS / 4
    assert [(event.id, event.done, event.unit) for event in told] == [
        (7, 0, "files"),
        (7, 4, "files"),
    ]
    reporter("Hashing", 0, 4)
    assert told[-1].doing == "Hashing"


def test_a_wish_to_stop_is_obeyed_before_anything_is_told():
    told: list[DataProgress] = []
    with pytest.raises(StoppedError):
        Reporter(1, told.append, lambda: True)("Reading", 0, 4)
    assert told == []
