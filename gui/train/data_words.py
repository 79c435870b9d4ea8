"""The pictures a project trains on, counted."""

from __future__ import annotations

from core.data.source import MNIST
from core.project import Project
from gui.widgets.figures import count

MNIST_TRAIN, MNIST_TEST = 60_000, 10_000


def counts_words(train: int, validation: int, test: int) -> str:
    """``54,000 training, 6,000 validation, 10,000 test pictures``."""
    return f"{train:,} training, {validation:,} validation, {count(test, 'test picture')}"


def data_counts(project: Project) -> tuple[int, int, int] | None:
    """(training, validation, test) pictures; None where only the engine can count them."""
    if not isinstance(project.data, MNIST):
        return None
    validation = round(MNIST_TRAIN * project.plan.validation_split)
    return MNIST_TRAIN - validation, validation, MNIST_TEST
