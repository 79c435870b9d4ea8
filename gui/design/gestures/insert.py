"""Putting blocks into the stack."""

from __future__ import annotations

from collections.abc import Sequence

from core import edits
from core.analysis import analyse
from core.blocks import Block, Container
from core.nesting import outermost
from core.project import Path, Project
from gui.design.faces import is_open
from gui.design.gestures.outcome import Outcome
from gui.design.wording import what
from gui.document import Selection


class InsertGesture:
    """New blocks, from the palette, the clipboard or another window."""

    lifted: Selection = ()

    def __init__(self, blocks: Sequence[Block], verb: str = "insert") -> None:
        self.blocks = tuple(blocks)
        self._verb = verb

    def outcome(self, project: Project, place: Path) -> Outcome:
        """The project with the blocks put before what stands at ``place``.

        Raises:
            EditError: They cannot stand there.
        """
        places = tuple((*place[:-1], place[-1] + offset) for offset in range(len(self.blocks)))
        text = f"{self._verb} {what(self.blocks)}"
        return Outcome(edits.insert(project, place, self.blocks), places, text)


def resting_place(project: Project, selection: Selection, blocks: Sequence[Block]) -> Path:
    """Where blocks go that were not dropped anywhere.

    After the last selected block, in the same stack; into it, if it is an open container of which
    a stack holds nothing yet: so branch after branch is filled.  With the Input selected, right
    after it.  With nothing selected, as far down as they fit but above the Dense that ends the
    stack: what a person means who double-clicks Conv2D in a finished classifier is another
    convolution, not an error under Flatten.  Where they fit nowhere, just above that Dense.
    """
    if selection:
        path = outermost(selection)[-1]
        block = project.block(path) if path[-1] >= 0 else project.input
        if isinstance(block, Container) and is_open(block) and not all(block.stacks):
            return (*path, block.stacks.index(()), 0)
        return (*path[:-1], path[-1] + 1)
    stack = project.stack
    if not stack or stack[-1].kind() != "Dense":
        return (len(stack),)
    end = len(stack) - 1
    before = _shape_errors(project)
    for index in range(end, -1, -1):
        if _shape_errors(edits.insert(project, (index,), blocks)) <= before:
            return (index,)
    return (end,)


def _shape_errors(project: Project) -> int:
    """How many blocks get nothing they can use."""
    return sum(
        report.output is None or len(report.output) == 0 for _, report in analyse(project).walk()
    ) + sum(problem.code == "dense-on-picture" for problem in analyse(project).problems)
