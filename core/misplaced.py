"""Blocks that work on pictures, but stand behind what made a vector of the picture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from core.block_report import BlockReport
from core.fixes import Trial
from core.problems import Fix, Problem, Swap
from core.project import Path, Project, place_words


def moved_up(project: Project, problem: Problem, reports: Sequence[BlockReport]) -> Problem:
    """The problem, with the way before what made the vector as its first fix where that cures.

    Args:
        project: Whose problem.
        problem: A block's complaint that no picture arrives.
        reports: Of the outermost stack.
    """
    assert problem.path is not None
    for fix in _moves(project, problem.path, reports):
        if Trial(project).fits(fix):
            return msgspec.structs.replace(problem, fixes=(fix, *problem.fixes))
    return problem


def _moves(project: Project, path: Path, reports: Sequence[BlockReport]) -> Iterator[Fix]:
    """The block put before the last one of its stack that a picture reaches."""
    for depth in range(0, len(path) - 1, 2):
        reports = reports[path[depth]].stacks[path[depth + 1]]
    for index in range(path[-1] - 1, -1, -1):
        report = reports[index]
        if report.block.disabled or len(report.input or ()) != 3:
            continue
        at = (*path[:-1], index)
        first = project.block(at)
        label = f"Move it before {first.kind()} ({place_words(project, at)})"
        yield Fix(label, at, (project.block(path), first), (Swap(path, ()),))
        return
