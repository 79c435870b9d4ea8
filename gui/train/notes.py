"""What the panel's note says: a pure function of session and engine, with the buttons' deeds.

In order of urgency: an engine that is gone or silent, a run that failed, a design that cannot be
trained, a run under way, a run that ended.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from core.engine.events import EpochDone
from gui.train.data_words import left_out_words
from gui.train.history import History
from gui.train.session import TrainingSession
from gui.widgets.figures import count, percent
from gui.widgets.note import Action, NoteText

if TYPE_CHECKING:
    from core.training.run import RunInfo

WIDE_GAP = 0.1
"""Accuracy on training pictures above that on validation from which they are told apart."""
CLEARLY_WORSE = 1.1
"""Validation loss, as a multiple of the best, that is no wavering any more."""
Said = tuple[NoteText | None, tuple[Action, ...]]


class Deeds(msgspec.Struct, frozen=True, eq=False):
    """What the note's buttons can do.

    Attributes:
        train: Train in a new run.
        resume: Go on with the run.
        use_batch_size: Change the plan's batch size, then train.
        go_to_design: Show the design page.
        go_to_data: Show the data page.
        restart_engine: End the engine and start a fresh one.
        wait_longer: Give a silent engine another while.
        adopt: Show a run of an earlier session.
        forget_interrupted: Offer no interrupted runs any more.
    """

    train: Callable[[], None]
    resume: Callable[[], None]
    use_batch_size: Callable[[int], None]
    go_to_design: Callable[[], None]
    go_to_data: Callable[[], None]
    restart_engine: Callable[[], None]
    wait_longer: Callable[[], None]
    adopt: Callable[[RunInfo], None]
    forget_interrupted: Callable[[], None]


def note_for(session: TrainingSession, deeds: Deeds) -> Said:
    """What there is to say."""
    for rule in (_engine, _failure, _running, _interrupted, _blocked, _ended):
        said = rule(session, deeds)
        if said is not None:
            return said
    return None, ()


def _engine(session: TrainingSession, deeds: Deeds) -> Said | None:
    engine = session.engine
    if engine.state == "frozen":
        actions = (
            Action("Keep waiting", deeds.wait_longer),
            Action("Restart the engine", deeds.restart_engine),
        )
        keeps = (
            f" A restart keeps the {count(session.epochs_done, 'complete epoch')} of this run."
            if session.running and session.epochs_done
            else ""
        )
        return NoteText("note-warning", "The engine is silent", engine.words + keeps), actions
    if engine.state == "missing":
        return (
            NoteText("note-error", "The engine cannot run", engine.words, engine.details),
            (Action("Try again", deeds.restart_engine),),
        )
    if engine.state == "died" and not engine.will_restart and session.failure is None:
        return (
            NoteText("note-error", "The engine ended", engine.words, engine.details),
            (Action("Restart the engine", deeds.restart_engine),),
        )
    return None


def _failure(session: TrainingSession, deeds: Deeds) -> Said | None:
    failure = session.failure
    if failure is None:
        return None
    actions = []
    if failure.batch_size is not None:
        size = failure.batch_size
        actions.append(
            Action(f"Use batch size {size:,}", lambda: deeds.use_batch_size(size), primary=True)
        )
    if failure.resumable:
        resume = f"Resume from epoch {failure.epochs + 1:,}"
        actions.append(Action(resume, deeds.resume, primary=not actions))
    actions.append(Action("Train again", deeds.train))
    if failure.of_pictures:
        actions.append(Action("Go to Data", deeds.go_to_data))
    title = "Training was interrupted" if failure.engine_gone else "Training stopped"
    body = failure.message
    if failure.resumable and session.left_out:
        body += f" {session.left_out}"
    if failure.engine_gone and failure.epochs:
        body += f" {count(failure.epochs, 'epoch is', 'epochs are')} safe in the run's folder."
    return NoteText("note-error", title, body, failure.details), tuple(actions)


def _blocked(session: TrainingSession, deeds: Deeds) -> Said | None:
    blockers = session.blockers
    if not blockers or session.running:
        return None
    lines = [f"• {problem.message}" for problem in blockers[:4]]
    if len(blockers) > 4:
        lines.append(f"… and {len(blockers) - 4:,} more.")
    title = "The design cannot be trained yet"
    return (
        NoteText("note-warning", title, "\n".join(lines)),
        (Action("Go to Design", deeds.go_to_design, primary=True),),
    )


def _interrupted(session: TrainingSession, deeds: Deeds) -> Said | None:
    """A run that the last session left unfinished; only the newest is worth a question."""
    found = session.interrupted_runs()
    if not found or session.state != "idle":
        return None
    info = found[0]
    done, planned = info.state.epochs_done, info.project.plan.epochs
    body = (
        f"“{info.project.name}” was interrupted after {done:,} of {count(planned, 'epoch')}. "
        "It can go on from there."
    )
    if out := left_out_words(info.project, session.document.project):
        body += f" {out}"

    def resume() -> None:
        deeds.adopt(info)
        deeds.resume()

    actions = (
        Action(f"Resume from epoch {done + 1:,}", resume, primary=True),
        Action("Show it", lambda: deeds.adopt(info)),
        Action("Not now", deeds.forget_interrupted),
    )
    return NoteText("note-warning", "A run was interrupted", body), actions


def _running(session: TrainingSession, deeds: Deeds) -> Said | None:
    if not session.running:
        return None
    if session.project_changed:
        body = (
            "This run keeps the design, data and plan it began with. Train again afterwards "
            "to train what is on screen now."
        )
        if session.left_out:
            body = session.left_out
        if session.started is not None and session.started.note:
            body += f"\n\n{session.started.note}"
        return NoteText("note-warning", "The project has changed since", body), ()
    learning = learning_words(session.history, session.document.project.classes)
    return _with_changes(learning, session), ()


def _with_changes(learning: NoteText, session: TrainingSession) -> NoteText:
    """How it is going, after what has changed among the pictures of a resumed run."""
    if session.started is None or not session.started.note:
        return learning
    body = f"{session.started.note}\n\n{learning.title}: {learning.body}"
    return NoteText("note-warning", "The pictures have changed", body)


def learning_words(history: History, classes: int) -> NoteText:
    """How it is going, in words, from the complete epochs."""
    if history.last is None:
        return NoteText(
            "card",
            "Training goes on while you look around",
            "The first figures on pictures kept aside (validation) come after the first epoch.",
        )
    last = history.last
    if last.val_accuracy < 1.5 / classes and last.accuracy < 1.5 / classes:
        return NoteText(
            "note-warning",
            "Not learning yet",
            f"{percent(last.val_accuracy)} is about what guessing one of {classes:,} classes "
            "gives. A learning rate that is too high or too low is the usual cause.",
        )
    if _overfitting(history.epochs):
        return NoteText(
            "note-warning",
            "Starting to learn by heart",
            "Validation loss has risen while training loss still falls. The weights of the best "
            "epoch are kept; Dropout, fewer weights or “Stop early” help.",
        )
    if last.accuracy - last.val_accuracy > WIDE_GAP:
        return NoteText(
            "card",
            "Better on the pictures it trains on",
            f"{percent(last.accuracy)} of those are named right, {percent(last.val_accuracy)} of "
            "those kept aside. More pictures, augmentation or Dropout narrow the gap.",
        )
    return NoteText(
        "note-success", "Learning well", "Validation follows training closely: no overfitting."
    )


def _overfitting(epochs: list[EpochDone]) -> bool:
    """Validation worse, and not for a moment, while training gets better."""
    if len(epochs) < 3:
        return False
    first, second, third = epochs[-3:]
    worse = first.val_loss < second.val_loss < third.val_loss
    best = min(epochs, key=lambda epoch: epoch.val_loss)
    long_ago = third.epoch - best.epoch >= 3 and third.val_loss > CLEARLY_WORSE * best.val_loss
    return (worse and first.loss > second.loss > third.loss) or (
        long_ago and third.loss < best.loss
    )


def _ended(session: TrainingSession, deeds: Deeds) -> Said | None:
    outcome = session.outcome
    if outcome is None and session.state != "stopped":
        return None
    changed = session.project_changed
    after = " The project has changed since; train again to train it as it is." if changed else ""
    if session.left_out and session.resumable:
        after = f" {session.left_out}"
    if session.state == "stopped":
        said = f" {outcome.message}" if outcome is not None and outcome.message else ""
        body = session.words + said + after
        actions = []
        if session.resumable:
            following = f"Resume from epoch {session.epochs_done + 1:,}"
            actions.append(Action(following, deeds.resume, primary=True))
        return NoteText("card", "Stopped", body), tuple(actions)
    assert outcome is not None
    best = (
        f" The weights of epoch {outcome.best_epoch:,} were kept, the best of "
        f"{count(outcome.epochs, 'epoch')}."
        if outcome.epochs > 1
        else ""
    )
    early = (
        " It stopped early: validation did not improve any more."
        if outcome.outcome == "stopped early"
        else ""
    )
    extra = f" {outcome.message}" if outcome.message else ""
    look = "note-warning" if changed else "note-success"
    return NoteText(look, "Trained", session.words + best + early + extra + after), ()
