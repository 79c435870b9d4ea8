"""The pictures a project trains on, counted."""

from __future__ import annotations

from core.data.classes import named
from core.data.source import MNIST, Folder
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


def left_out_words(run: Project | None, now: Project) -> str:
    """What of a run's classes the project has left out since it began; empty for none."""
    if run is None or not isinstance(now.data, Folder) or not isinstance(run.data, Folder):
        return ""
    out = [name for name in run.data.class_names if name in now.data.classes_left_out]
    if not out or run.data.title != now.data.title:
        return ""
    them = "it" if len(out) == 1 else "them"
    return (
        f"{named(out)} {'was' if len(out) == 1 else 'were'} left out of the project since. This "
        f"run was begun with {them} and goes on with {them}; train again to train without."
    )
