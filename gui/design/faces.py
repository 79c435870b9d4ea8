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
        stopped_by: Which block keeps the output shape from being known; empty if none.
    """

    block: Block
    path: Path
    total: int
    output: Shape | None
    share: float
    severity: str = ""
    stopped_by: str = ""

    @property
    def chip(self) -> str:
        """The output shape, or a dash."""
        return NOTHING if self.output is None else show_shape(self.output)

    @property
    def why(self) -> str:
        """What the output shape means, or why there is none: the chip's tooltip."""
        if self.output is not None:
            return tensor_words(self.output)
        return f"Not known until {self.stopped_by} can take what arrives there."

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
    shown = [Face(project.input, INPUT_PATH, total, analysis.input, 0.0)]
    stopped_by = ""
    for index, (block, report) in enumerate(zip(project.stack, analysis.blocks, strict=True)):
        if report.error is not None:
            stopped_by = f"block {index + 1} ({block.kind()})"
        shown.append(
            Face(
                block=block,
                path=(index,),
                total=total,
                output=report.output,
                share=report.cost.parameters / parameters,
                severity=worst.get((index,), ""),
                stopped_by=stopped_by,
            )
        )
    return shown


def _severities(problems: tuple[Problem, ...]) -> dict[Path, str]:
    """The worst that is wrong with each block."""
    worst: dict[Path, str] = {}
    for problem in problems:
        if problem.path is not None and worst.get(problem.path) != "error":
            worst[problem.path] = problem.severity
    return worst
