"""``main.py train``: a project, or the rest of a run, through the engine."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path

import msgspec

from core.analysis import analyse
from core.cli.asking import absolute, ask
from core.cli.output import DONE, INTERRUPTED, USAGE, CommandError, Output
from core.cli.train_output import JsonView, PlainView, TerminalView, View
from core.data.source import MNIST
from core.engine.protocol import EpochDone, Finished, Progress, Started, Train
from core.project import Project, label
from core.project_file import STARTER, ProjectError, open_project
from core.training.plan import TrainingPlan
from core.training.run import RunError, new_run_folder, read_run


def run(options: Namespace, output: Output) -> int:
    """Train; the exit code.

    Raises:
        CommandError: It cannot begin, or failed.
    """
    command = _resumed(options) if options.resume is not None else _fresh(options)
    folder = Path(command.run)
    with _view(output) as view:
        for event, _asked in ask(command, output, folder):
            match event:
                case Started():
                    view.started(event)
                case Progress():
                    view.progress(event)
                case EpochDone():
                    view.epoch(event)
                case Finished(outcome="stopped"):
                    view.finished(event)
                    raise CommandError(_interrupted(event), INTERRUPTED)
                case Finished():
                    view.finished(event)
    return DONE


def _view(output: Output) -> View:
    if output.as_json:
        return JsonView(output)
    return TerminalView(output) if sys.stdout.isatty() else PlainView(output)


def _interrupted(event: Finished) -> str:
    if not event.epochs:
        return f"Interrupted before the first epoch was complete; {event.run} holds no weights yet."
    epochs = f"{event.epochs} epoch{'' if event.epochs == 1 else 's'}"
    return f"Interrupted after {epochs}. Resume with: main.py train --resume {event.run}"


# What to train


def _resumed(options: Namespace) -> Train:
    """Go on with a run as it was begun."""
    changes = ("project", "data", "epochs", "batch_size", "seed", "output", "limit")
    for name in changes:
        if getattr(options, name) is not None:
            shown = "PROJECT" if name == "project" else f"--{name.replace('_', '-')}"
            raise CommandError(
                f"--resume goes on with a run as it was begun, so {shown} cannot be given with it.",
                USAGE,
            )
    folder = absolute(options.resume)
    try:
        info = read_run(Path(folder))
    except RunError as error:
        raise CommandError(str(error)) from error
    if info.state.outcome == "completed":
        raise CommandError(f"The run in {folder} is complete; there is nothing to resume.")
    return Train(id=0, run=folder, resume=True, device=options.device)


def _fresh(options: Namespace) -> Train:
    """A new run of a project, with what the options change."""
    if options.limit is not None and options.limit < 1:
        raise CommandError(f"--limit must be at least 1, not {options.limit}.", USAGE)
    project = _project(options)
    problem = next((p for p in analyse(project).problems if p.severity == "error"), None)
    if problem is not None:
        where = f"{label(project, problem.path)}: " if problem.path is not None else ""
        raise CommandError(f"{project.name} cannot be trained. {where}{problem.message}")
    try:
        folder = absolute(options.output) if options.output else str(new_run_folder(project))
    except RunError as error:
        raise CommandError(str(error)) from error
    return Train(id=0, project=project, run=folder, device=options.device, limit=options.limit)


def _project(options: Namespace) -> Project:
    try:
        project = open_project(options.project or STARTER)
    except ProjectError as error:
        raise CommandError(str(error)) from error
    project = project.changed(plan=_plan(project.plan, options))
    if options.data is None:
        return project
    if options.data == "mnist":
        return project.changed(data=MNIST())
    return _with_folder(project, options.data)


def _plan(plan: TrainingPlan, options: Namespace) -> TrainingPlan:
    """The plan with the options' changes, within its limits."""
    for name in ("epochs", "batch_size", "seed"):
        value = getattr(options, name)
        if value is None:
            continue
        try:
            changed = msgspec.to_builtins(plan) | {name: value}
            plan = msgspec.convert(changed, TrainingPlan)
        except msgspec.ValidationError as error:
            words = (
                str(error).partition(" - at")[0].replace("`", "").replace("Expected", "expected")
            )
            option = f"--{name.replace('_', '-')}"
            raise CommandError(f"{option} {value} is out of range: {words}.", USAGE) from error
    return plan


def _with_folder(project: Project, folder: str) -> Project:
    """The project on pictures of a folder; classes and the last Dense follow it."""
    from core.data.load import folder_source
    from core.data.mnist import DataError

    try:
        source = folder_source(Path(absolute(folder)))
    except DataError as error:
        raise CommandError(str(error)) from error
    return project.changed(data=source)
