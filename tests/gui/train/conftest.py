"""A session without a running engine: tests feed it the engine's events as values."""

from __future__ import annotations

import msgspec
import pytest

from core.blocks import CATALOGUE
from core.engine.events import EpochDone, Finished, Progress, Started
from core.project import Project
from core.training.plan import TrainingPlan
from gui.document import Document
from gui.theme import theme
from gui.train.session import TrainingSession

STEPS = 10


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    """Runs go to a folder of the test's own."""
    monkeypatch.setenv("LAYERLOOM_HOME", str(tmp_path))


@pytest.fixture
def themed(qapp):
    """The application with Layerloom's fonts and colours."""
    theme().install(qapp, "light")
    return qapp


@pytest.fixture
def project() -> Project:
    stack = (CATALOGUE["Flatten"](), CATALOGUE["Dense"](activation="softmax"))
    return Project(name="Digits", stack=stack, plan=TrainingPlan(epochs=4))


@pytest.fixture
def document(qapp, project) -> Document:
    return Document(project)


@pytest.fixture
def session(document, engine) -> TrainingSession:
    return TrainingSession(document, engine)


class Teller:
    """Says what the engine would say of the session's run."""

    def __init__(self, session: TrainingSession) -> None:
        self.session = session

    def _tell(self, kind: type, **fields) -> None:
        self.session.receive(kind(id=self.session.command_id, **fields))

    def started(self, first_epoch: int = 1, epochs: int = 4, note: str = "") -> None:
        self._tell(
            Started,
            run=str(self.session.run_folder),
            device="CPU, 2 cores",
            backend="tensorflow",
            reason="",
            epochs=epochs,
            steps=STEPS,
            first_epoch=first_epoch,
            train=54_000,
            validation=6_000,
            test=10_000,
            parameters=7_850,
            note=note,
        )

    def progress(self, epoch: int, step: int, phase: str = "training", **changes) -> None:
        fields = {
            "loss": 1 / epoch,
            "accuracy": 0.5,
            "recent_loss": 1 / epoch,
            "recent_accuracy": 0.5,
            "learning_rate": 0.001,
            "images_per_second": 6_480.0,
            "eta_seconds": 80.0,
        }
        self._tell(Progress, epoch=epoch, step=step, steps=STEPS, phase=phase, **(fields | changes))

    def epoch(self, number: int, best: bool = True, **changes) -> None:
        fields = {
            "loss": 1 / number,
            "accuracy": 1 - 0.2 / number,
            "val_loss": 0.9 / number,
            "val_accuracy": 1 - 0.1 / number,
            "learning_rate": 0.001,
            "seconds": 8.9,
            "images_per_second": 6_480.0,
        }
        self._tell(EpochDone, epoch=number, best=best, **(fields | changes))

    def finished(self, outcome: str = "completed", epochs: int = 4, **changes) -> None:
        fields = {"test_loss": 0.04, "test_accuracy": 0.989, "seconds": 36.0, "best_epoch": epochs}
        self._tell(
            Finished,
            run=str(self.session.run_folder),
            outcome=outcome,
            epochs=epochs,
            **(fields | changes),
        )

    def whole_run(self, epochs: int = 4) -> None:
        self.started(epochs=epochs)
        for number in range(1, epochs + 1):
            for step in range(1, STEPS + 1):
                self.progress(number, step)
            self.epoch(number)
        self.finished(epochs=epochs)


@pytest.fixture
def tell(session) -> Teller:
    return Teller(session)


@pytest.fixture
def edit_plan(document):
    """Change fields of the document's plan."""

    def change(**fields) -> None:
        plan = msgspec.structs.replace(document.project.plan, **fields)
        document.edit("change plan", document.project.changed(plan=plan))

    return change
