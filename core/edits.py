"""The vocabulary of edits: pure functions from project to project."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from core import nesting
from core.blocks import Block, Container
from core.nesting import MAX_NESTING, Path, outermost, within
from core.project import MAX_BLOCKS, Project

_TOO_DEEP = f"At most {MAX_NESTING} containers fit into one another."
_TOO_MANY = f"A project has at most {MAX_BLOCKS:,} blocks, those in containers counted."


class EditError(Exception):
    """An edit cannot be made; the text says why, in a sentence."""


def insert(project: Project, path: Path, blocks: Iterable[Block]) -> Project:
    """Put ``blocks`` before what stands at ``path``; a path one past the end appends.

    Raises:
        EditError: There would be more blocks, or containers nested deeper, than can be saved.
    """
    blocks, place, index = tuple(blocks), path[:-1], path[-1]
    if len(place) // 2 + nesting.depth(blocks) > MAX_NESTING:
        raise EditError(_TOO_DEEP)
    if nesting.count(project.stack) + nesting.count(blocks) > MAX_BLOCKS:
        raise EditError(_TOO_MANY)
    stack = nesting.stack_at(project.stack, place)
    return _with_stack(project, place, (*stack[:index], *blocks, *stack[index:]))


def check_size(project: Project) -> None:
    """Refuse a project that could be saved, but not opened again.

    Raises:
        EditError: It has too many blocks, or containers nested too deeply.
    """
    if nesting.depth(project.stack) > MAX_NESTING:
        raise EditError(_TOO_DEEP)
    if nesting.count(project.stack) > MAX_BLOCKS:
        raise EditError(_TOO_MANY)


def remove(project: Project, paths: Iterable[Path]) -> Project:
    """Take the blocks at ``paths`` out, with all that they hold."""
    gone: dict[Path, set[int]] = defaultdict(set)
    for path in outermost(paths):
        gone[path[:-1]].add(path[-1])
    # From the end, so that what is still to come stays where it is.
    for place in sorted(gone, reverse=True):
        stack = nesting.stack_at(project.stack, place)
        kept = tuple(block for index, block in enumerate(stack) if index not in gone[place])
        project = _with_stack(project, place, kept)
    return project


def replace(project: Project, path: Path, blocks: Iterable[Block]) -> Project:
    """Put ``blocks`` in place of the one at ``path``."""
    place, index = path[:-1], path[-1]
    stack = nesting.stack_at(project.stack, place)
    return _with_stack(project, place, (*stack[:index], *blocks, *stack[index + 1 :]))


def move(project: Project, paths: Iterable[Path], to: Path) -> tuple[Project, tuple[Path, ...]]:
    """Move blocks, in their order, before what stands at ``to`` (counted before the move).

    Returns:
        The new project, and where the moved blocks stand in it.

    Raises:
        EditError: ``to`` is inside one of them, or too deep.
    """
    paths = outermost(paths)
    if inside := next((path for path in paths if len(to) > len(path) and within(to, path)), None):
        raise EditError(f"{project.block(inside).kind()} cannot be moved into itself.")
    moved = tuple(project.block(path) for path in paths)
    target = after_removal(to, paths)
    places = tuple((*target[:-1], target[-1] + offset) for offset in range(len(moved)))
    return insert(remove(project, paths), target, moved), places


def after_removal(path: Path, gone: Iterable[Path]) -> Path:
    """Where what stood at ``path`` stands once other blocks are gone."""
    shifted = list(path)
    for removed in gone:
        last = len(removed) - 1
        if last < len(path) and removed[:last] == path[:last] and removed[last] < path[last]:
            shifted[last] -= 1
    return tuple(shifted)


def duplicate(project: Project, paths: Iterable[Path]) -> tuple[Project, tuple[Path, ...]]:
    """Put a copy of the blocks after the last of them; copies lose their names.

    Returns:
        The new project, and where the copies stand in it.
    """
    paths = outermost(paths)
    copies = tuple(without_names(project.block(path)) for path in paths)
    *place, last = paths[-1]
    places = tuple((*place, last + 1 + offset) for offset in range(len(copies)))
    return insert(project, (*place, last + 1), copies), places


def wrap(project: Project, paths: Iterable[Path], container: Container) -> tuple[Project, Path]:
    """Put blocks that stand in one stack into the first stack of a container, where the first was.

    Returns:
        The new project, and where the container stands in it.

    Raises:
        EditError: They stand in different stacks, or are nested too deeply.
    """
    paths = outermost(paths)
    if len({path[:-1] for path in paths}) != 1:
        raise EditError("Only blocks of one and the same stack can be put into a container.")
    moved = tuple(project.block(path) for path in paths)
    filled = container.with_stacks((moved, *container.stacks[1:]))
    return insert(remove(project, paths), paths[0], (filled,)), paths[0]


def unwrap(project: Project, path: Path) -> tuple[Project, tuple[Path, ...]]:
    """Put what a container holds in its place, one stack after the other.

    Returns:
        The new project, and where its blocks stand in it.
    """
    container = project.block(path)
    if not isinstance(container, Container):
        raise EditError(f"{container.kind()} holds no blocks.")
    inner = tuple(block for stack in container.stacks for block in stack)
    places = tuple((*path[:-1], path[-1] + offset) for offset in range(len(inner)))
    return replace(project, path, inner), places


def without_names(block: Block, only: frozenset[str] | None = None) -> Block:
    """The block, and all that it holds, without names; or without those in ``only``."""
    if isinstance(block, Container):
        block = block.with_stacks(
            tuple(tuple(without_names(inner, only) for inner in stack) for stack in block.stacks)
        )
    drop = bool(block.name) and (only is None or block.name in only)
    return block.changed(name="") if drop else block


def _with_stack(project: Project, place: Path, stack: Iterable[Block]) -> Project:
    return project.changed(stack=nesting.with_stack(project.stack, place, stack))
