"""Taking blocks of the stack somewhere else in it."""

from __future__ import annotations

from core import edits
from core.blocks import Block
from core.project import Project
from gui.design.gestures.outcome import Outcome
from gui.design.wording import what
from gui.document import Selection


class MoveGesture:
    """Blocks of this stack, under way to another place in it."""

    def __init__(self, project: Project, paths: Selection) -> None:
        self.lifted = tuple(sorted(paths))
        self.blocks: tuple[Block, ...] = tuple(project.block(path) for path in self.lifted)

    def outcome(self, project: Project, index: int) -> Outcome:
        """The project with the blocks moved before what stands at ``index`` now."""
        after, places = edits.move(project, self.lifted, (index,))
        return Outcome(after, places, f"move {what(self.blocks)}")

    def removal(self, project: Project) -> Outcome:
        """The project without the blocks: what dropping them on the palette does."""
        after = edits.remove(project, self.lifted)
        return Outcome(after, (), f"delete {what(self.blocks)}")
