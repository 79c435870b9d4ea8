"""``main.py train``: the same training as in the window, with its progress as text or JSON."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import Any

from core.analysis import analyse
from core.cli.output import CliError, Interrupted, as_dict, print_json
from core.cli.progress import Reporter, make_reporter
from core.data.load import folder_source
from core.data.mnist import DataError
from core.data.source import MNIST
from core.engine.client import EngineClient, EngineError
from core.engine.protocol import EpochDone, Failed, Finished, Progress, Started, Train
from core.project import Project, label
from core.project_file import STARTER, ProjectError, open_project
from core.training.run import RunError, new_run_folder, read_run


def run(arguments: Namespace) -> int:
    """Train; 0 when complete, 130 when interrupted."""
    command = _resume(arguments) if arguments.resume else _new(arguments)
    reporter = _JsonReporter() if arguments.json else make_reporter()
    try:
        with EngineClient() as engine:
            finished = _follow(engine, command, reporter)
    except EngineError as error:
        words = f"{error} {_how_to_resume(command.run)}".strip()
        reporter.failed(words)
        raise CliError(words) from error
    if finished.outcome == "stopped":
        raise Interrupted(f"Interrupted. {_how_to_resume(command.run)}")
    return 0


def _follow(engine: EngineClient, command: Train, reporter: Reporter) -> Finished:
    """Report the events of a training until it ends; Ctrl+C stops it properly.

    Raises:
        CliError: It failed.
    """
    events = engine.run(command)
    stopping = False
    while True:
        try:
            event = next(events)
        except KeyboardInterrupt:
            if stopping:
                raise Interrupted(
                    f"Interrupted twice, not waited for. {_how_to_resume(command.run)}"
                ) from None
            stopping = True
            engine.stop()
            # The generator is spent by the exception; what is still to come is read anew.
            events = engine.rest()
            continue
        match event:
            case Started():
                reporter.started(event)
            case Progress():
                reporter.progress(event)
            case EpochDone():
                reporter.epoch(event)
            case Finished():
                reporter.finished(event)
                return event
            case Failed():
                words = event.message
                if event.resumable:
                    words += f" {_how_to_resume(command.run)}"
                reporter.failed(words)
                raise CliError(words)


def _new(arguments: Namespace) -> Train:
    """A new run of the project named.

    Raises:
        CliError: The project cannot be read or trained.
    """
    try:
        project = _changed(open_project(arguments.project or STARTER), arguments)
        folder = Path(arguments.output).absolute() if arguments.output else new_run_folder(project)
    except (ProjectError, DataError, RunError) as error:
        raise CliError(str(error)) from error
    for problem in analyse(project).problems:
        if problem.severity == "error":
            where = f"{label(project, problem.path)}: " if problem.path is not None else ""
            raise CliError(f"{where}{problem.message} {problem.reason}".strip())
    return Train(id=0, project=project, run=str(folder), device=arguments.device)


def _changed(project: Project, arguments: Namespace) -> Project:
    """The project with what the command line says put in."""
    plan: dict[str, Any] = {
        name: getattr(arguments, name)
        for name in ("epochs", "batch_size", "seed")
        if getattr(arguments, name) is not None
    }
    if plan:
        project = project.changed(plan=type(project.plan)(**(as_dict(project.plan) | plan)))
    if arguments.data == "mnist":
        return project.changed(data=MNIST())
    if arguments.data is not None:
        return project.changed(data=folder_source(Path(arguments.data)))
    return project


def _resume(arguments: Namespace) -> Train:
    """The rest of a run.

    Raises:
        CliError: There is none, or it is complete.
    """
    given = [
        f"--{name.replace('_', '-')}"
        for name in ("data", "epochs", "batch_size", "seed", "output")
        if getattr(arguments, name) is not None
    ]
    if arguments.project or given:
        what = given[0] if given else arguments.project
        raise CliError(
            f"A resumed run goes on exactly as it was begun, so {what} cannot be given with "
            "--resume."
        )
    folder = Path(arguments.resume).absolute()
    try:
        info = read_run(folder)
    except RunError as error:
        raise CliError(str(error)) from error
    if info.state.outcome == "completed":
        raise CliError(f"The run in {folder} is complete; there is nothing to resume.")
    if info.state.outcome == "running" and not info.interrupted:
        raise CliError(f"The run in {folder} is still under way (process {info.state.pid}).")
    return Train(id=0, run=str(folder), device=arguments.device, resume=True)


def _how_to_resume(run: str) -> str:
    try:
        resumable = read_run(Path(run)).resumable
    except RunError:
        return ""
    return f"Go on with: main.py train --resume {run}" if resumable else ""


class _JsonReporter(Reporter):
    """Every event as a JSON line."""

    def started(self, event: Started) -> None:
        self._print("started", event)

    def progress(self, event: Progress) -> None:
        self._print("progress", event)

    def epoch(self, event: EpochDone) -> None:
        self._print("epoch", event)

    def finished(self, event: Finished) -> None:
        self._print("finished", event)

    def failed(self, message: str) -> None:
        print_json({"event": "failed", "message": message})

    def _print(self, name: str, event: Any) -> None:
        line = as_dict(event)
        del line["id"]
        print_json(line | {"event": name})
