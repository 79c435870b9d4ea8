"""A project: one frozen value that holds everything the user made.

An edit makes a new project (see `core.edits`); undo, autosave and comparing follow from that.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import msgspec
from msgspec import Meta

from core import nesting
from core.blocks import AnyBlock, Block, Container, Input, snake
from core.blocks._nesting import reached
from core.data.augment import MAX_STEPS, AnyStep
from core.data.source import MNIST, DataSource
from core.nesting import Path, show_path
from core.training.plan import TrainingPlan

__all__ = [
    "MAX_BLOCKS",
    "Path",
    "Project",
    "block_names",
    "label",
    "number_words",
    "place_words",
    "show_path",
]

MAX_BLOCKS = 10_000


class Project(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, cache_hash=True
):
    """Input, stack of blocks, data source, augmentation and training plan.

    Attributes:
        muted: Codes of warnings that the user does not want to see.
    """

    name: Annotated[str, Meta(min_length=1, max_length=200)] = "Untitled"
    input: Input = Input()
    stack: Annotated[tuple[AnyBlock, ...], Meta(max_length=MAX_BLOCKS)] = ()
    data: DataSource = MNIST()
    augmentation: Annotated[tuple[AnyStep, ...], Meta(max_length=MAX_STEPS)] = ()
    plan: TrainingPlan = TrainingPlan()
    muted: Annotated[
        tuple[Annotated[str, Meta(min_length=1, max_length=60)], ...], Meta(max_length=100)
    ] = ()

    @property
    def classes(self) -> int:
        """How many classes the data has."""
        return len(self.data.class_names)

    def block(self, path: Path) -> Block:
        """The block at ``path``.

        Raises:
            IndexError: No block stands there.
        """
        return nesting.block_at(self.stack, path)

    def walk(self) -> Iterator[tuple[Path, Block]]:
        """Every block with its path, containers before what they hold."""
        return nesting.walk(self.stack)

    def resolved_stack(self) -> tuple[Block, ...]:
        """The stack with everything that follows from the data filled in."""
        classes = self.classes
        stack = tuple(block.resolved(classes) for block in self.stack)
        return reached(stack, self.input.scale_and_offset or (1.0, 0.0))

    def changed(self, **fields: object) -> Project:
        """A copy with some fields changed (values are taken as valid)."""
        return msgspec.structs.replace(self, **fields)


def number_words(path: Path) -> str:
    """A path as people count: ``4.1.2`` for ``(3, 0, 1)``."""
    return ".".join(str(number + 1) for number in path)


def place_words(project: Project, path: Path) -> str:
    """Where a block stands, for a sentence: ``block 4``, ``block 4, branch 2, block 1``."""
    words = [f"block {path[0] + 1}"]
    for end in range(2, len(path), 2):
        container = project.block(path[: end - 1])
        assert isinstance(container, Container)
        if len(container.stacks) > 1:
            words.append(container.stack_title(path[end - 1]))
        words.append(f"block {path[end] + 1}")
    return ", ".join(words)


def label(project: Project, path: Path) -> str:
    """What to call a block in a sentence: its name, or its kind and place."""
    block = project.block(path)
    place = place_words(project, path)
    return (
        f"“{block.name}” ({block.kind()}, {place})" if block.name else f"{block.kind()} ({place})"
    )


def block_names(project: Project) -> dict[Path, str]:
    """A unique Keras layer name for each block: the user's, or ``conv2d``, ``conv2d_1`` and so on.

    User names come first; a second use of one gets a number, as do the names made from kinds.
    """
    blocks = list(project.walk())
    taken = {block.name for _, block in blocks if block.name}
    used = {"input", "rescaling"}
    counts: dict[str, int] = {}
    names = {}
    for path, block in blocks:
        base = block.name or snake(block.kind())
        name = base
        while name in used or (name in taken and name != block.name):
            counts[base] = counts.get(base, 0) + 1
            name = f"{base}_{counts[base]}"
        used.add(name)
        names[path] = name
    return names
