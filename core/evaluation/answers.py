"""What a model answers to pictures."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from core.data.rows import Pictures
from core.evaluation.metrics import Probabilities
from core.memory import answers_at_once
from core.project import Project

if TYPE_CHECKING:
    import keras


def answers(
    model: keras.Model, pictures: Pictures, project: Project, pause: Callable[[int], None]
) -> Probabilities:
    """Probabilities ``(n, classes)`` for pictures, asked for as many at a time as memory allows.

    Args:
        model: Built from the project.
        pictures: uint8 ``(n, height, width, channels)``.
        project: Whose model.
        pause: Told between batches how many are done; may raise to stop.
    """

    def answer(batch: npt.NDArray[np.uint8]) -> Probabilities:
        return np.asarray(model.predict_on_batch(batch), np.float32)

    return in_batches(answer, pictures, answers_at_once(project), pause)


def in_batches(
    answer: Callable[[npt.NDArray[np.uint8]], Probabilities],
    pictures: Pictures,
    batch: int,
    between: Callable[[int], None] = lambda done: None,
) -> Probabilities:
    """Probabilities of many pictures.

    Args:
        answer: Gives the probabilities of one batch.
        pictures: uint8 of shape ``(n, height, width, channels)``, n at least 1.
        batch: How many at a time.
        between: Told after each batch how many are done; may raise to stop.
    """
    parts = []
    for at in range(0, len(pictures), batch):
        parts.append(answer(pictures[at : at + batch]))
        between(min(at + batch, len(pictures)))
    return np.concatenate(parts)
