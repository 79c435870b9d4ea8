"""The figures that can be drawn: how each is read from a run, worded, coloured and scaled."""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite, log

import msgspec

from core.engine.events import EpochDone
from gui.train.axes import Axis, axis
from gui.train.history import History, Point
from gui.widgets.figures import figure, loss_text, percent


class Metric(msgspec.Struct, frozen=True):
    """One figure.

    Attributes:
        key: Name that stays the same.
        title: What people call it.
        unit: Label of its axis.
        color: Token of its hue.
        recent: Its value at a moment inside an epoch.
        training: Its value of a whole epoch, on the training pictures.
        validation: Its value on the validation pictures; None where it has none.
        text: A value for people.
        tick: A value on the axis.
    """

    key: str
    title: str
    unit: str
    color: str
    recent: Callable[[Point], float]
    training: Callable[[EpochDone], float]
    validation: Callable[[EpochDone], float] | None
    text: Callable[[float], str]
    tick: Callable[[float], str]


def _percent_tick(value: float) -> str:
    return f"{value * 100:g} %"


LOSS = Metric(
    "loss",
    "Loss",
    "cross-entropy per picture",
    "loss",
    lambda point: point.loss,
    lambda epoch: epoch.loss,
    lambda epoch: epoch.val_loss,
    loss_text,
    figure,
)
ACCURACY = Metric(
    "accuracy",
    "Accuracy",
    "pictures named right",
    "accuracy",
    lambda point: point.accuracy,
    lambda epoch: epoch.accuracy,
    lambda epoch: epoch.val_accuracy,
    lambda value: percent(value, 2),
    _percent_tick,
)
RATE = Metric(
    "learning_rate",
    "Learning rate",
    "size of a step",
    "rate",
    lambda point: point.learning_rate,
    lambda epoch: epoch.learning_rate,
    None,
    figure,
    figure,
)
METRICS = (LOSS, ACCURACY, RATE)


def value_axis(metric: Metric, history: History, classes: int, peak: float, close: bool) -> Axis:
    """The vertical axis of a metric.

    It follows from what is known before the first step (chance level, peak learning rate), so that
    nothing rescales while points come in; only an epoch outside it widens it.

    Args:
        metric: What is drawn.
        history: The run.
        classes: Number of classes; guessing costs ``ln(classes)``.
        peak: Peak learning rate of the plan.
        close: Look closely at the epochs instead of showing the whole range.
    """
    epochs = _epoch_values(metric, history)
    if metric.key == "learning_rate":
        return axis(0.0, max([peak, *epochs]), 4)
    if metric.key == "accuracy":
        if close and epochs:
            return axis(max(0.0, min(epochs) - 0.25 * (1 - min(epochs))), 1.0, 4)
        return axis(0.0, 1.0, 5)
    if close and epochs:
        return axis(0.0, 1.1 * max(epochs), 4)
    return axis(0.0, max([1.1 * log(max(2, classes)), *epochs]), 5)


def _epoch_values(metric: Metric, history: History) -> list[float]:
    values = [metric.training(epoch) for epoch in history.epochs]
    if metric.validation is not None:
        values += [metric.validation(epoch) for epoch in history.epochs]
    return [value for value in values if isfinite(value)]
