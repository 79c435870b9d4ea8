"""``main.py train``: a project, or the rest of a run, through the engine."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path

import msgspec

from core.analysis import analyse
from core.cli.asking import absolute, ask, resume_words, way_on
from core.cli.output import DONE, INTERRUPTED, USAGE, CommandError, Output
from core.cli.train_output import JsonView, PlainView, TerminalView, View
from core.data.classes import leave_out_classes, named
from core.data.names import shown
from core.data.preparation import with_source
from core.data.source import KERAS_SETS, MNIST, Folder, Layout
from core.engine.commands import Train
from core.engine.events import DataProgress, EpochDone, Finished, Progress, Started
from core.naming import name_on
from core.project import Project, label
from core.project_file import STARTER, ProjectError, open_project
from core.training.plan import TrainingPlan
from core.training.run import RunError, new_run_folder, read_run
from core.words import count

_CHANGES = (
    "project",
    "data",
    "layout",
    "leave_out",
    "epochs",
    "batch_size",
    "seed",
    "output",
    "limit",
)
"""Options that make another run, so that none can be given with ``--resume``."""


def run(options: Namespace, output: Output) -> int:
    """Train; the exit code.

    Raises:
        CommandError: It cannot begin, or failed.
    """
    command = _resumed(options) if options.resume is not None else _fresh(options, output)
    folder = Path(command.run)
    try:
        return _train(command, folder, output)
    except KeyboardInterrupt as error:  # a second Ctrl+C, or one before the engine listens
        raise CommandError(f"Interrupted.{way_on(folder)}", INTERRUPTED) from error


def _train(command: Train, folder: Path, output: Output) -> int:
    """Train and show it; the exit code."""
    with _view(output) as view:
        for event, _asked in ask(command, output, folder):
            match event:
                case DataProgress():
                    view.data(event)
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
        when = "before the first epoch was complete, so there are no weights yet"
    else:
        when = f"after {count(event.epochs, 'epoch')}"
    return f"Interrupted {when}. {resume_words(event.run)}"


# What to train


def _resumed(options: Namespace) -> Train:
    """Go on with a run as it was begun."""
    for name in _CHANGES:
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


def _fresh(options: Namespace, output: Output) -> Train:
    """A new run of a project, with what the options change."""
    if options.limit is not None and options.limit < 1:
        raise CommandError(f"--limit must be at least 1, not {options.limit}.", USAGE)
    project = _project(options, output)
    problem = next((p for p in analyse(project).problems if p.severity == "error"), None)
    if problem is not None:
        where = f"{label(project, problem.path)}: " if problem.path is not None else ""
        ways = " or ".join(f"“{fix.label}”" for fix in problem.fixes[:3])
        way = f" What would help: {ways}." if ways else ""
        raise CommandError(f"{project.name} cannot be trained. {where}{problem.message}{way}")
    try:
        folder = absolute(options.output) if options.output else str(new_run_folder(project))
    except RunError as error:
        raise CommandError(str(error)) from error
    return Train(id=0, project=project, run=folder, device=options.device, limit=options.limit)


def _project(options: Namespace, output: Output) -> Project:
    for name in ("project", "data"):
        if getattr(options, name) == "":
            shown = "PROJECT" if name == "project" else "--data"
            raise CommandError(
                f"{shown} is empty. Was a name left out, or a variable unset?", USAGE
            )
    try:
        project = open_project(STARTER if options.project is None else options.project)
    except ProjectError as error:
        raise CommandError(str(error)) from error
    project = project.changed(plan=_plan(project.plan, options))
    if options.layout is not None and (options.data is None or _is_set(options.data)):
        raise CommandError("--layout says how to read a folder; give one with --data.", USAGE)
    if options.data is None:
        return _without(project, options, output)
    after = _without(_on_pictures(project, options, output), options, output)
    is_file = options.project is not None and Path(options.project).exists()
    return after if is_file else after.changed(name=name_on(project, after.data))


def _on_pictures(project: Project, options: Namespace, output: Output) -> Project:
    """The project on the pictures that ``--data`` names."""
    if options.data == "mnist":
        return with_source(project, MNIST())
    if _is_set(options.data):
        return _with_set(project, options.data, output)
    return _with_folder(project, options.data, options.layout, output)


def _without(project: Project, options: Namespace, output: Output) -> Project:
    """The project without the classes that ``--leave-out`` names."""
    source, names = project.data, options.leave_out
    if not names:
        return project
    if not isinstance(source, Folder):
        raise CommandError("--leave-out is for the classes of a folder.", USAGE)
    known = (*source.class_names, *source.classes_left_out)
    for name in names:
        if name not in known:
            there = f"{', '.join(map(shown, known[:10]))}{'…' if len(known) > 10 else ''}"
            raise CommandError(f"There is no class “{shown(name)}” to leave out, but {there}.")
    try:
        after = leave_out_classes(source, names)
    except ValueError as error:
        raise CommandError(f"That leaves too much out. {error}") from error
    output.say(f"Left out: {named(after.classes_left_out)}.")
    return project.changed(data=after)


def _is_set(data: str) -> bool:
    """Whether pictures are those of a ready-made set; a folder of its name comes first."""
    return data == "mnist" or (data in KERAS_SETS and not Path(data).exists())


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


def _with_set(project: Project, name: str, output: Output) -> Project:
    """The project on a ready-made set, downloaded if it is not there yet."""
    from core.data.errors import DataError
    from core.data.keras_sets import download
    from core.data.set_files import is_there

    if not is_there(name):
        output.say(f"Downloading {KERAS_SETS[name].title}…")
    try:
        download(name)
    except DataError as error:
        raise CommandError(str(error)) from error
    return with_source(project, KERAS_SETS[name])


def _with_folder(project: Project, folder: str, layout: Layout | None, output: Output) -> Project:
    """The project on pictures of a folder or zip; classes and the last Dense follow it.

    What the project makes of its own folder stays.
    """
    from core.data.archive import is_zip, unpack
    from core.data.errors import DataError
    from core.data.layout import innermost, is_at, look_again, understand

    path = Path(absolute(folder))
    plan = project.plan
    try:
        if is_zip(path):
            output.say(f"Unpacking {path.name}…")
            path = unpack(path)
        source = project.data
        same = isinstance(source, Folder) and is_at(source, innermost(path))
        if isinstance(source, Folder) and same and layout in (None, source.layout):
            found = look_again(source, plan.seed, plan.validation_split)
        else:
            found = understand(path, layout or "look", plan.seed, plan.validation_split)
    except DataError as error:
        raise CommandError(str(error)) from error
    if found.source is None:
        ways = "".join(f" With --layout {name}: {words}." for name, words in found.offers)
        raise CommandError(f"{found.words}{ways}")
    size = project.input
    colour = "grey" if size.channels == 1 else "in colour"
    output.say(f"{found.words}. Brought to {size.width} × {size.height} pixels, {colour}.")
    for note in found.notes:
        output.say(note)
    return project.changed(data=found.source)
