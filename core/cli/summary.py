"""``main.py summary``: what a project comes to, worked out without Keras."""

from __future__ import annotations

import json
from argparse import Namespace

from core.analysis import Analysis, analyse
from core.block_report import BlockReport
from core.blocks import show_shape
from core.cli.output import DONE, CommandError, Output, table
from core.fixes import describe_fix
from core.memory import memory_words, need
from core.problems import Problem
from core.project import Project, block_names, place_words, show_path
from core.project_file import ProjectError, open_project


def run(options: Namespace, output: Output) -> int:
    """Print the summary; the exit code.

    Raises:
        CommandError: The project cannot be read.
    """
    try:
        project = open_project(options.project)
    except ProjectError as error:
        raise CommandError(str(error)) from error
    analysis = analyse(project)
    if output.as_json:
        print(json.dumps(as_object(project, analysis), ensure_ascii=False))
    else:
        output.say(as_text(project, analysis))
    return DONE


def as_object(project: Project, analysis: Analysis) -> dict[str, object]:
    """The summary as ``--json`` prints it."""
    blocks = [
        {
            "path": show_path(path),
            "kind": report.block.kind(),
            "output": report.output,
            "parameters": report.cost.parameters,
            "multiply_adds": report.cost.multiply_adds,
            "problems": [_problem(project, entry) for entry in analysis.problems_at(path)],
        }
        for path, report in analysis.walk()
    ]
    return {
        "input": analysis.input,
        "blocks": blocks,
        "parameters": analysis.parameters,
        "trainable": analysis.cost.trainable,
        "training_memory": need(project).training(project.plan.batch_size),
        "problems": [_problem(project, entry) for entry in analysis.problems],
    }


def as_text(project: Project, analysis: Analysis) -> str:
    """The summary for people."""
    rows = [("Name", "Block", "Output", "Parameters", "Multiply-adds")]
    rows.append(("input", "Input", show_shape(analysis.input), "0", "0"))
    names = block_names(project)
    for path, report in analysis.walk():
        indent = "  " * (len(path) // 2)
        kind = report.block.kind() + (" (disabled)" if report.block.disabled else "")
        rows.append((indent + names[path], kind, *_figures(report)))
    still = analysis.cost.non_trainable
    fixed = f" ({still:,} not trained)" if still else ""
    lines = [
        project.name,
        "",
        table(rows, left=2),
        "",
        f"{analysis.parameters:,} parameters{fixed}, {analysis.cost.multiply_adds:,} multiply-adds "
        "for one picture.",
        f"Training takes {memory_words(project, None)} of memory at batch size "
        f"{project.plan.batch_size:,}.",
    ]
    for problem in analysis.problems:
        lines += ["", *_problem_lines(project, problem)]
    return "\n".join(lines)


def _figures(report: BlockReport) -> tuple[str, str, str]:
    if report.output is None:
        return ("?", "?", "?")
    cost = report.cost
    return (show_shape(report.output), f"{cost.parameters:,}", f"{cost.multiply_adds:,}")


def _problem(project: Project, problem: Problem) -> dict[str, object]:
    return {
        "path": None if problem.path is None else show_path(problem.path),
        "message": problem.message,
        "fixes": [describe_fix(project, fix) for fix in problem.fixes],
    }


def _problem_lines(project: Project, problem: Problem) -> list[str]:
    where = "" if problem.path is None else f" at {place_words(project, problem.path)}"
    lines = [f"{problem.tone.capitalize()}{where}: {problem.message}"]
    if problem.reason:
        lines.append(f"  {problem.reason}")
    lines += [f"  Fix: {describe_fix(project, fix)}" for fix in problem.fixes]
    return lines
