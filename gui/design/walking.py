"""Ways of the keyboard from block to block: down a branch and out of it, across to the next one."""

from __future__ import annotations

from core.blocks import Block, Container
from core.nesting import stack_at
from core.project import Path, Project
from gui.design.faces import INPUT_PATH, is_open


def down(project: Project, path: Path) -> Path:
    """The block below: in an open container, then what follows in its stack or around it.

    From the end of a branch that is what follows the whole container.  Below the last block there
    is nothing further: the path itself.
    """
    if path == INPUT_PATH:
        return (0,) if project.stack else path
    first = _first_inside(project, path)
    if first is not None:
        return first
    for end in range(len(path), 0, -2):
        place, index = path[: end - 1], path[end - 1]
        if index + 1 < len(stack_at(project.stack, place)):
            return (*place, index + 1)
    return path


def up(project: Project, path: Path) -> Path:
    """The block above: the end of an open container's first branch, or the container around it."""
    place, index = path[:-1], path[-1]
    if index < 0:
        return path
    if index == 0:
        return place[:-1] if place else INPUT_PATH
    above = (*place, index - 1)
    while (first := _first_inside(project, above)) is not None:
        above = (*first[:-1], len(stack_at(project.stack, first[:-1])) - 1)
    return above


def across(project: Project, path: Path, step: int) -> Path | None:
    """The block beside: about as far down in the next branch (1) or the one before (−1).

    Empty branches are passed by.  None where there is no other, as in the outermost stack.
    """
    for end in range(len(path) - 1, 0, -2):
        container = path[: end - 1]
        stacks = _stacks(project.block(container))
        number = path[end - 1] + step
        while 0 <= number < len(stacks):
            if stacks[number]:
                return (*container, number, min(path[end], len(stacks[number]) - 1))
            number += step
    return None


def place_across(project: Project, path: Path, step: int) -> Path | None:
    """The place for a block about as far down in the next branch (1) or the one before (−1)."""
    for end in range(len(path) - 1, 0, -2):
        container = path[: end - 1]
        stacks = _stacks(project.block(container))
        number = path[end - 1] + step
        if 0 <= number < len(stacks):
            return (*container, number, min(path[end], len(stacks[number])))
    return None


def _stacks(block: Block) -> tuple[tuple[Block, ...], ...]:
    assert isinstance(block, Container)
    return block.stacks


def _first_inside(project: Project, path: Path) -> Path | None:
    """The first block that an open container shows; None where there is none."""
    block = project.block(path)
    if not is_open(block):
        return None
    numbers = (number for number, stack in enumerate(_stacks(block)) if stack)
    first = next(numbers, None)
    return None if first is None else (*path, first, 0)
