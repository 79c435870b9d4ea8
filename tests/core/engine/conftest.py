"""Real engine processes; one is shared by the tests that leave it as they found it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core.engine.client import EngineClient
from core.project import Project
from core.project_file import load_template
from core.training.plan import TrainingPlan


@pytest.fixture(scope="session")
def engine() -> Iterator[EngineClient]:
    """A warm engine that nobody kills."""
    with EngineClient() as client:
        assert client.ready
        yield client


@pytest.fixture
def own_engine() -> Iterator[EngineClient]:
    """An engine for tests that do it harm."""
    with EngineClient() as client:
        assert client.ready
        yield client


@pytest.fixture(scope="session")
def small() -> Project:
    """A quick project with everything that has a memory: BatchNormalization, Dropout, AdamW."""
    from core.blocks import CATALOGUE

    lenet = load_template("lenet-5")
    dropout = CATALOGUE["Dropout"](rate=0.3)
    norm = CATALOGUE["BatchNormalization"](momentum=0.9)
    return lenet.changed(
        name="small",
        stack=(lenet.stack[0], norm, *lenet.stack[1:-1], dropout, lenet.stack[-1]),
        plan=TrainingPlan(epochs=3, batch_size=32, learning_rate=0.002),
    )
