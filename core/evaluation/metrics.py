"""Figures from a model's probabilities: loss, accuracy, confusion, precision, recall."""

from __future__ import annotations

import msgspec
import numpy as np
import numpy.typing as npt

Probabilities = npt.NDArray[np.float32]
Labels = npt.NDArray[np.int32]

SMALLEST = 1e-7
"""Probabilities are kept this far from 0 in the loss, as Keras does."""


class Figures(msgspec.Struct, frozen=True):
    """How good a set of answers is.

    Attributes:
        accuracy: Share of right answers, 0 to 1.
        loss: Mean cross-entropy (natural logarithm).
        pictures: How many.
        confusion: Rows are true classes, columns the model's answers; numbers of pictures.
        precision: Of the pictures given each class, the share that is right; 0 where none was.
        recall: Of the pictures of each class, the share that was found; 0 where there is none.
    """

    accuracy: float
    loss: float
    pictures: int
    confusion: tuple[tuple[int, ...], ...]
    precision: tuple[float, ...]
    recall: tuple[float, ...]


def loss_and_accuracy(probabilities: Probabilities, labels: Labels) -> tuple[float, float]:
    """Mean cross-entropy and share of right answers.

    Args:
        probabilities: float32 of shape ``(n, classes)``.
        labels: int32 of shape ``(n,)``.
    """
    right = probabilities[np.arange(len(labels)), labels].astype(np.float64)
    loss = -np.log(np.clip(right, SMALLEST, 1 - SMALLEST)).mean()
    accuracy = (probabilities.argmax(axis=1) == labels).mean()
    return float(loss), float(accuracy)


def figures(probabilities: Probabilities, labels: Labels) -> Figures:
    """Every figure of a set of answers; at least one picture.

    Args:
        probabilities: float32 of shape ``(n, classes)``.
        labels: int32 of shape ``(n,)``.
    """
    loss, accuracy = loss_and_accuracy(probabilities, labels)
    table = confusion(probabilities.argmax(axis=1), labels, probabilities.shape[1])
    hits = table.diagonal()
    return Figures(
        accuracy=accuracy,
        loss=loss,
        pictures=len(labels),
        confusion=tuple(tuple(int(count) for count in row) for row in table),
        precision=_shares(hits, table.sum(axis=0)),
        recall=_shares(hits, table.sum(axis=1)),
    )


def confusion(
    answers: npt.NDArray[np.int64], labels: Labels, classes: int
) -> npt.NDArray[np.int64]:
    """Counts of shape ``(classes, classes)``: rows true classes, columns answers."""
    pairs = labels.astype(np.int64) * classes + answers
    return np.bincount(pairs, minlength=classes * classes).reshape(classes, classes)


def _shares(hits: npt.NDArray[np.int64], totals: npt.NDArray[np.int64]) -> tuple[float, ...]:
    return tuple(float(h / t) if t else 0.0 for h, t in zip(hits, totals, strict=True))
