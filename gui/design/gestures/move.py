"""Taking blocks of the stack somewhere else in it."""

from __future__ import annotations

from core import edits
from core.blocks import Block, Container
from core.nesting import outermost, stack_at
from core.project import Path, Project
from gui.design.faces import is_open
from gui.design.gestures.outcome import Outcome
from gui.design.wording import what
from gui.document import Selection


class MoveGesture:
    """Blocks of this stack, under way to another place in it."""

    def __init__(self, project: Project, paths: Selection) -> None:
        self.lifted = outermost(paths)
        self.blocks: tuple[Block, ...] = tuple(project.block(path) for path in self.lifted)

    def outcome(self, project: Project, place: Path) -> Outcome:
        """The project with the blocks moved before what stands at ``place`` now.

        Raises:
            EditError: They cannot stand there.
        """
        after, places = edits.move(project, self.lifted, place)
        return Outcome(after, places, f"move {what(self.blocks)}")

    def removal(self, project: Project) -> Outcome:
        """The project without the blocks: what dropping them on the palette does."""
        after = edits.remove(project, self.lifted)
        return Outcome(after, (), f"delete {what(self.blocks)}")


def step_up(project: Project, path: Path) -> Path | None:
    """The place one step above a block: into an open container there, or out of its own.

    From below, as from above, the way into branches is by the first one.
    """
    place, index = path[:-1], path[-1]
    if index > 0:
        above = project.block((*place, index - 1))
        if isinstance(above, Container) and is_open(above):
            return (*place, index - 1, 0, len(above.stacks[0]))
        return (*place, index - 1)
    return place[:-1] if place else None


def step_down(project: Project, path: Path) -> Path | None:
    """The place one step below a block: into an open container there, or out of its own."""
    place, index = path[:-1], path[-1]
    if index + 1 < len(stack_at(project.stack, place)):
        below = project.block((*place, index + 1))
        return (*place, index + 1, 0, 0) if is_open(below) else (*place, index + 2)
    return (*place[:-2], place[-2] + 1) if place else None
