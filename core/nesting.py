"""Stacks within stacks: paths, walking, and changing one stack of the tree.

A path names a block: its index in the stack, then for each container the number of one of its
stacks and an index in that: ``(3, 0, 1)`` is the second block in the first stack of the fourth
block, written ``3.0.1``.  All but a path's last number name the stack that the block stands in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from core.blocks import Block, Container, Stack

Path = tuple[int, ...]
"""Where a block stands.  Written ``3.0.1``."""

MAX_NESTING = 16
"""How many containers may stand within one another."""


def show_path(path: Path) -> str:
    """A path as the command line writes it: ``3.0.1``."""
    return ".".join(map(str, path))


def stack_at(stack: Stack, place: Path) -> Stack:
    """The stack that all but the last number of a path name; the outermost for ``()``.

    Raises:
        IndexError: There is none.
    """
    while place:
        container = stack[place[0]]
        if place[0] < 0 or not isinstance(container, Container):
            raise IndexError(f"no stack at {place}")
        stack, place = container.stacks[place[1]], place[2:]
    return stack


def block_at(stack: Stack, path: Path) -> Block:
    """The block at ``path``.

    Raises:
        IndexError: None stands there.
    """
    if path[-1] < 0:
        raise IndexError(f"no block at {path}")
    return stack_at(stack, path[:-1])[path[-1]]


def exists(stack: Stack, path: Path) -> bool:
    """Whether a block stands at ``path``."""
    try:
        block_at(stack, path)
    except IndexError:
        return False
    return True


def with_stack(stack: Stack, place: Path, new: Iterable[Block]) -> Stack:
    """The tree with the stack at ``place`` replaced by ``new``."""
    if not place:
        return tuple(new)
    container = stack[place[0]]
    if not isinstance(container, Container):
        raise IndexError(f"no stack at {place}")
    stacks = list(container.stacks)
    stacks[place[1]] = with_stack(stacks[place[1]], place[2:], new)
    changed = container.with_stacks(tuple(stacks))
    return (*stack[: place[0]], changed, *stack[place[0] + 1 :])


def walk(stack: Stack, place: Path = ()) -> Iterator[tuple[Path, Block]]:
    """Every block with its path, each container before what it holds, in the order of reading."""
    for index, block in enumerate(stack):
        path = (*place, index)
        yield path, block
        if isinstance(block, Container):
            for number, inner in enumerate(block.stacks):
                yield from walk(inner, (*path, number))


def count(stack: Stack) -> int:
    """How many blocks there are, containers and what they hold."""
    return sum(1 for _ in walk(stack))


def depth(stack: Iterable[Block]) -> int:
    """How many containers stand within one another, at the deepest place."""
    return max(
        (
            1 + max((depth(inner) for inner in block.stacks), default=0)
            for block in stack
            if isinstance(block, Container)
        ),
        default=0,
    )


def within(path: Path, container: Path) -> bool:
    """Whether ``path`` is ``container`` itself or leads into it."""
    return path[: len(container)] == container


def outermost(paths: Iterable[Path]) -> tuple[Path, ...]:
    """The paths in the order of reading, without those inside another of them."""
    kept: list[Path] = []
    for path in sorted(set(paths)):
        if not any(within(path, other) for other in kept):
            kept.append(path)
    return tuple(kept)
