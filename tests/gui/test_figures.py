from __future__ import annotations

import pytest

from gui.train.axes import axis, epoch_axis, round_step
from gui.widgets.figures import count, duration, figure, loss_text, percent, time_left


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.9893, "98.9 %"),
        (1.0, "100 %"),
        (0.99996, "99.9 %"),
        (0.0, "0 %"),
        (0.00001, "0.1 %"),
        (float("nan"), "–"),
    ],
)
def test_percent_calls_only_a_whole_100(share, text):
    assert percent(share) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.84, "0.8 s"),
        (9.97, "10 s"),
        (42.2, "42 s"),
        (80, "1 min 20 s"),
        (60, "1 min"),
        (59.7, "1 min"),
        (7_500, "2 h 5 min"),
        (float("inf"), "–"),
    ],
)
def test_duration(seconds, text):
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.4, "almost done"),
        (13.2, "about 13 s left"),
        (78, "about 1 min 20 s left"),
        (1_000, "about 17 min left"),
        (float("nan"), ""),
    ],
)
def test_time_left_is_no_more_exact_than_it_can_be(seconds, text):
    assert time_left(seconds) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.002, "0.002"),
        (0.0001234567, "0.0001235"),
        (6480.4, "6,480"),
        (1.5, "1.5"),
        (2.1e-7, "2.1e-7"),
        (0, "0"),
        (12.3456, "12.35"),
    ],
)
def test_figures_have_at_most_four_digits(value, text):
    assert figure(value) == text


def test_losses_line_up():
    assert [loss_text(value) for value in (2.3026, 0.0421, 0.00031)] == [
        "2.303",
        "0.042",
        "0.00031",
    ]


def test_count_knows_one_from_many():
    assert [count(1, "epoch"), count(2, "epoch"), count(2, "class", "classes")] == [
        "1 epoch",
        "2 epochs",
        "2 classes",
    ]


@pytest.mark.parametrize("epochs", [1, 2, 7, 10, 11, 50, 99, 1000, 10_000])
def test_epoch_axis_is_whole_and_ends_at_the_plan(epochs):
    found = epoch_axis(epochs)
    assert found.ticks[0] == 0
    assert found.ticks[-1] == found.high == epochs
    assert all(tick == int(tick) for tick in found.ticks)
    assert len(found.ticks) <= 13


def test_axis_reaches_over_its_values():
    found = axis(0, 2.3, 5)
    assert found.low == 0
    assert found.high >= 2.3
    assert found.share(found.low) == 0
    assert found.share(found.high) == 1


def test_round_step_survives_nonsense():
    assert round_step(float("nan")) == 1
    assert round_step(0) == 1
