"""What the meter tells of a training under way."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from core.training import progress
from core.training.plan import TrainingPlan
from core.training.progress import Meter
from core.training.steps import Sums


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands still until it is moved."""
    clock = SimpleNamespace(now=100.0)
    monkeypatch.setattr(progress, "time", SimpleNamespace(monotonic=lambda: clock.now))
    return clock


def test_epochs_of_one_step_tell_how_long_the_rest_takes(clock):
    told = []
    meter = Meter(TrainingPlan(epochs=50, batch_size=128), (120, 20, 30), told.append)
    for epoch in (1, 2, 3):
        meter.begin_epoch()
        clock.now += 2
        one = Sums(loss=60.0, right=60, pictures=120, steps=1)
        meter.show(epoch, one, one, "training")
    assert [event.eta_seconds for event in told] == [0, 48 * 2, 47 * 2]
