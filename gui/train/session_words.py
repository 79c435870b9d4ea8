"""What a session does or how it ended, in one sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gui.data.words import progress_words
from gui.widgets.figures import count, percent

if TYPE_CHECKING:
    from gui.train.session import TrainingSession


def session_words(session: TrainingSession) -> str:
    """The sentence for the status bar and the page."""
    match session.state:
        case "idle":
            return "Not trained yet."
        case "building":
            return _building(session)
        case "running" | "stopping":
            return _running(session)
        case "failed" if session.failure is not None:
            return session.failure.message
    return _outcome(session)


def _building(session: TrainingSession) -> str:
    if session.preparing is not None and session.preparing.done < session.preparing.total:
        return f"{progress_words(session.preparing)}."
    if session.engine.state == "starting":
        return "Waiting for the engine: it is starting."
    return "Building the model…"


def _running(session: TrainingSession) -> str:
    progress = session.progress
    if session.state == "stopping":
        return "Stopping at the next step…"
    if progress is None:
        return "Preparing the first step…"
    if progress.phase == "testing":
        return "Measuring the best weights on the test pictures…"
    if progress.phase == "validating":
        return f"Checking epoch {progress.epoch} on the validation pictures…"
    return f"step {progress.step:,} of {progress.steps:,} in this epoch"


def _outcome(session: TrainingSession) -> str:
    outcome = session.outcome
    if outcome is None or outcome.test_accuracy is None:
        return "Stopped before the first epoch was complete."
    test = session.started.test if session.started is not None else 0
    pictures = count(test, "test picture") if test else "the test pictures"
    result = f"{percent(outcome.test_accuracy)} of {pictures} right"
    if session.state == "stopped":
        return f"Stopped after {count(outcome.epochs, 'epoch')}: {result} so far."
    return f"{result}."
