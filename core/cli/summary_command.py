"""``main.py summary``: what a project comes to, without Keras."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from core.analysis import Analysis, BlockReport, analyse, describe_fix
from core.blocks import show_shape
from core.cli.output import CliError, print_json
from core.problems import Problem
from core.project import Project, label, show_path
from core.project_file import ProjectError, open_project


def run(arguments: Namespace) -> int:
    """Print shapes, costs and problems; 0 also for a design with problems."""
    try:
        project = open_project(arguments.project)
    except ProjectError as error:
        raise CliError(str(error)) from error
    analysis = analyse(project)
    if arguments.json:
        print_json(_as_json(project, analysis))
    else:
        print(_as_table(project, analysis))
    return 0


def _as_json(project: Project, analysis: Analysis) -> dict[str, Any]:
    return {
        "input": list(analysis.input),
        "blocks": [
            _block(report, (index,), analysis) for index, report in enumerate(analysis.blocks)
        ],
        "parameters": analysis.parameters,
        "trainable": analysis.cost.trainable,
        "multiply_adds": analysis.cost.multiply_adds,
        "problems": [_problem(project, problem) for problem in analysis.problems],
    }


def _block(report: BlockReport, path: tuple[int, ...], analysis: Analysis) -> dict[str, Any]:
    return {
        "path": show_path(path),
        "kind": report.block.kind(),
        "name": report.block.name,
        "output": list(report.output) if report.output is not None else None,
        "parameters": report.cost.parameters,
        "multiply_adds": report.cost.multiply_adds,
        "activation_bytes": report.activation_bytes,
        "receptive_field": list(report.receptive_field) if report.receptive_field else None,
        "problems": [problem.message for problem in analysis.problems_at(path)],
    }


def _problem(project: Project, problem: Problem) -> dict[str, Any]:
    return {
        "path": show_path(problem.path) if problem.path is not None else None,
        "severity": problem.severity,
        "message": problem.message,
        "fixes": [describe_fix(project, fix) for fix in problem.fixes],
    }


def _as_table(project: Project, analysis: Analysis) -> str:
    rows = [("", "Block", "Output", "Parameters", "Multiply-adds")]
    rows.append(("", "Input", show_shape(analysis.input), "", ""))
    for index, report in enumerate(analysis.blocks):
        block = report.block
        words = " · ".join(block.telling())
        name = f" “{block.name}”" if block.name else ""
        rows.append(
            (
                show_path((index,)),
                f"{block.kind()}{name}  {words}".rstrip(),
                show_shape(report.output) if report.output is not None else "—",
                f"{report.cost.parameters:,}",
                f"{report.cost.multiply_adds:,}",
            )
        )
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    lines = [project.name, ""]
    for row in rows:
        left = "  ".join(row[column].ljust(widths[column]) for column in range(3))
        right = "  ".join(row[column].rjust(widths[column]) for column in range(3, 5))
        lines.append(f"{left}  {right}".rstrip())
    fixed = analysis.cost.non_trainable
    lines += [
        "",
        f"{analysis.parameters:,} parameters ({fixed:,} not trained), "
        f"{analysis.cost.multiply_adds:,} multiply-adds per picture",
    ]
    for problem in analysis.problems:
        where = f"{label(project, problem.path)}: " if problem.path is not None else ""
        lines += ["", f"{problem.severity.upper()}  {where}{problem.message}"]
        if problem.reason:
            lines.append(f"  {problem.reason}")
        lines += [f"  → {describe_fix(project, fix)}" for fix in problem.fixes]
    return "\n".join(lines)
