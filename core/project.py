"""A project: one frozen value that holds everything the user made.

An edit makes a new project (see `core.edits`); undo, autosave and comparing follow from that.
"""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from core.blocks import AnyBlock, Block, Input, snake
from core.data.augment import MAX_STEPS, AnyStep
from core.data.source import MNIST, DataSource
from core.training.plan import TrainingPlan

Path = tuple[int, ...]
"""Where a block stands: its index in the stack, then in nested stacks.  Written ``3.0.1``."""

MAX_BLOCKS = 10_000


class Project(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, cache_hash=True
):
    """Input, stack of blocks, data source, augmentation and training plan."""

    name: Annotated[str, Meta(min_length=1, max_length=200)] = "Untitled"
    input: Input = Input()
    stack: Annotated[tuple[AnyBlock, ...], Meta(max_length=MAX_BLOCKS)] = ()
    data: DataSource = MNIST()
    augmentation: Annotated[tuple[AnyStep, ...], Meta(max_length=MAX_STEPS)] = ()
    plan: TrainingPlan = TrainingPlan()

    @property
    def classes(self) -> int:
        """How many classes the data has."""
        return len(self.data.class_names)

    def block(self, path: Path) -> Block:
        """The block at ``path``.

        Raises:
            IndexError: No block stands there.
        """
        (index,) = path
        return self.stack[index]

    def resolved_stack(self) -> tuple[Block, ...]:
        """The stack with everything that follows from the data filled in."""
        classes = self.classes
        return tuple(block.resolved(classes) for block in self.stack)

    def changed(self, **fields: object) -> Project:
        """A copy with some fields changed (values are taken as valid)."""
        return msgspec.structs.replace(self, **fields)


def show_path(path: Path) -> str:
    """A path as the command line writes it: ``3.0.1``."""
    return ".".join(map(str, path))


def label(project: Project, path: Path) -> str:
    """What to call a block in a sentence: its name, or its kind and place."""
    block = project.block(path)
    place = f"block {path[0] + 1}"
    return (
        f"“{block.name}” ({block.kind()}, {place})" if block.name else f"{block.kind()} ({place})"
    )


def layer_names(stack: tuple[Block, ...]) -> tuple[str, ...]:
    """A unique Keras layer name for each block: the user's, or ``conv2d``, ``conv2d_1`` and so on.

    User names come first; a second use of one gets a number, as do the names made from kinds.
    """
    taken = {block.name for block in stack if block.name}
    used = {"input", "rescaling"}
    counts: dict[str, int] = {}
    names = []
    for block in stack:
        base = block.name or snake(block.kind())
        name = base
        while name in used or (name in taken and name != block.name):
            counts[base] = counts.get(base, 0) + 1
            name = f"{base}_{counts[base]}"
        used.add(name)
        names.append(name)
    return tuple(names)
