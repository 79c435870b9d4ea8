"""What each card shows, worked out from project and analysis without any widget."""

from __future__ import annotations

from typing import NamedTuple

from core.analysis import Analysis
from core.blocks import Block, Shape, show_shape
from core.problems import Problem
from core.project import Path, Project
from gui.design.wording import NOTHING, spoken, tensor_words

INPUT_PATH: Path = (-1,)
"""Stands for the Input card where a block's path is expected."""


class Face(NamedTuple):
    """Everything one card shows.

    Attributes:
        block: As the user wrote it.
        path: Where it stands; ``(-1,)`` is the Input.
        total: Blocks in the stack.
        output: Shape that leaves; None where it cannot be told.
        share: Of the stack's parameters, 0 to 1.
        severity: ``error``, ``warning`` or empty.
        why: Why there is no output shape, or what the shape means: the chip's tooltip.
    """

    block: Block
    path: Path
    total: int
    output: Shape | None
    share: float
    severity: str
    why: str

    @property
    def chip(self) -> str:
        """The output shape, or a dash."""
        return NOTHING if self.output is None else show_shape(self.output)

    @property
    def line(self) -> str:
        """The telling arguments in one line."""
        return " · ".join(self.block.telling())

    @property
    def spoken(self) -> str:
        """What a screen reader says."""
        parts = [self.block.kind()]
        if self.block.name:
            parts.append(f"named {self.block.name}")
        parts += self.block.telling()
        parts.append(f"output {spoken(self.output)}")
        if self.path != INPUT_PATH:
            parts.append(f"block {self.path[0] + 1} of {self.total}")
        if self.severity:
            parts.append(f"has {'an error' if self.severity == 'error' else 'a warning'}")
        return ", ".join(parts)


def faces(project: Project, analysis: Analysis) -> list[Face]:
    """The faces of the Input card and of every block, in order."""
    total = len(project.stack)
    parameters = max(1, analysis.parameters)
    worst = _severities(analysis.problems)
    shown = [
        Face(
            block=project.input,
            path=INPUT_PATH,
            total=total,
            output=analysis.input,
            share=0.0,
            severity="",
            why=tensor_words(analysis.input),
        )
    ]
    stopped_at: int | None = None
    for index, (block, report) in enumerate(zip(project.stack, analysis.blocks, strict=True)):
        if report.error is not None:
            stopped_at = index
        shown.append(
            Face(
                block=block,
                path=(index,),
                total=total,
                output=report.output,
                share=report.cost.parameters / parameters,
                severity=worst.get((index,), ""),
                why=_why(report.output, project, stopped_at),
            )
        )
    return shown


def _why(output: Shape | None, project: Project, stopped_at: int | None) -> str:
    if output is not None:
        return tensor_words(output)
    if stopped_at is None:
        return ""
    culprit = f"block {stopped_at + 1} ({project.stack[stopped_at].kind()})"
    return f"Not known until {culprit} can take what arrives there."


def _severities(problems: tuple[Problem, ...]) -> dict[Path, str]:
    """The worst that is wrong with each block."""
    worst: dict[Path, str] = {}
    for problem in problems:
        if problem.path is not None and worst.get(problem.path) != "error":
            worst[problem.path] = problem.severity
    return worst
