"""Putting blocks into the stack."""

from __future__ import annotations

from collections.abc import Sequence

from core import edits
from core.analysis import analyse
from core.blocks import Block
from core.project import Project
from gui.design.gestures.outcome import Outcome
from gui.design.wording import what
from gui.document import Selection


class InsertGesture:
    """New blocks, from the palette, the clipboard or another window."""

    lifted: Selection = ()

    def __init__(self, blocks: Sequence[Block], verb: str = "insert") -> None:
        self.blocks = tuple(blocks)
        self._verb = verb

    def outcome(self, project: Project, index: int) -> Outcome:
        """The project with the blocks put before what stands at ``index``."""
        places = tuple((index + offset,) for offset in range(len(self.blocks)))
        text = f"{self._verb} {what(self.blocks)}"
        return Outcome(edits.insert(project, (index,), self.blocks), places, text)


def resting_place(project: Project, selection: Selection, blocks: Sequence[Block]) -> int:
    """Where blocks go that were not dropped anywhere.

    After the last selected block; with the Input selected, right after it.  With nothing selected,
    as far down as they fit but above the Dense that ends the stack: what a person means who
    double-clicks Conv2D in a finished classifier is another convolution, not an error under
    Flatten.  Where they fit nowhere, just above that Dense.
    """
    if selection:
        return int(selection[-1][0]) + 1
    stack = project.stack
    if not stack or stack[-1].kind() != "Dense":
        return len(stack)
    end = len(stack) - 1
    before = _shape_errors(project)
    for index in range(end, -1, -1):
        if _shape_errors(edits.insert(project, (index,), blocks)) <= before:
            return index
    return end


def _shape_errors(project: Project) -> int:
    """How many blocks get nothing they can use."""
    return sum(
        report.output is None or len(report.output) == 0 for report in analyse(project).blocks
    ) + sum(problem.code == "dense-on-picture" for problem in analyse(project).problems)
