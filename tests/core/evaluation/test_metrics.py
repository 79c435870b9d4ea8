"""Figures from probabilities, against counting by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.evaluation.answers import in_batches
from core.evaluation.metrics import figures, loss_and_accuracy

SHARES = np.array([[0.7, 0.2, 0.1], [0.1, 0.8, 0.1], [0.6, 0.3, 0.1], [0.2, 0.7, 0.1]], np.float32)
LABELS = np.array([0, 1, 1, 1], np.int32)


def test_figures_are_those_counted_by_hand():
    found = figures(SHARES, LABELS)
    assert found.pictures == 4
    assert found.accuracy == 0.75
    assert found.confusion == ((1, 0, 0), (1, 2, 0), (0, 0, 0))
    assert found.precision == (0.5, 1.0, 0.0)
    assert found.recall == (1.0, pytest.approx(2 / 3), 0.0)
    wanted = -sum(math.log(share) for share in (0.7, 0.8, 0.3, 0.7)) / 4
    assert found.loss == pytest.approx(wanted, rel=1e-6)


def test_certain_and_wrong_is_a_large_loss_but_a_number():
    loss, accuracy = loss_and_accuracy(np.array([[1.0, 0.0]], np.float32), np.array([1], np.int32))
    assert math.isfinite(loss)
    assert loss > 15
    assert accuracy == 0


@given(st.integers(1, 50), st.integers(2, 6), st.integers(0, 999))
def test_confusion_adds_up(count, classes, seed):
    generator = np.random.default_rng(seed)
    shares = generator.random((count, classes)).astype(np.float32)
    labels = generator.integers(0, classes, count).astype(np.int32)
    found = figures(shares, labels)
    table = np.array(found.confusion)
    assert table.sum() == count
    assert np.array_equal(table.sum(axis=1), np.bincount(labels, minlength=classes))
    assert table.trace() / count == pytest.approx(found.accuracy)


@pytest.mark.parametrize("batch", [1, 3, 10, 11])
def test_batches_change_nothing(batch):
    pictures = np.arange(10, dtype=np.uint8).reshape(10, 1, 1, 1)
    done: list[int] = []
    answers = in_batches(
        lambda part: part.reshape(-1, 1).astype(np.float32), pictures, batch, done.append
    )
    assert answers[:, 0].tolist() == list(range(10))
    assert done[-1] == 10
