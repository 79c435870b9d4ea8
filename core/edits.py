"""The vocabulary of edits: pure functions from project to project."""

from __future__ import annotations

from collections.abc import Iterable

from core.blocks import Block
from core.project import Path, Project


def insert(project: Project, path: Path, blocks: Iterable[Block]) -> Project:
    """Put ``blocks`` before what stands at ``path``; a path one past the end appends."""
    (index,) = path
    return project.changed(stack=(*project.stack[:index], *blocks, *project.stack[index:]))


def remove(project: Project, paths: Iterable[Path]) -> Project:
    """Take the blocks at ``paths`` out."""
    gone = {index for (index,) in paths}
    kept = tuple(block for index, block in enumerate(project.stack) if index not in gone)
    return project.changed(stack=kept)


def replace(project: Project, path: Path, blocks: Iterable[Block]) -> Project:
    """Put ``blocks`` in place of the one at ``path``."""
    (index,) = path
    return project.changed(stack=(*project.stack[:index], *blocks, *project.stack[index + 1 :]))


def move(project: Project, paths: Iterable[Path], to: Path) -> tuple[Project, tuple[Path, ...]]:
    """Move blocks, in their order, before what stands at ``to`` (counted before the move).

    Returns:
        The new project, and where the moved blocks stand in it.
    """
    indices = sorted(index for (index,) in paths)
    (target,) = to
    moved = tuple(project.stack[index] for index in indices)
    target -= sum(index < target for index in indices)
    rest = remove(project, [(index,) for index in indices])
    places = tuple((target + offset,) for offset in range(len(moved)))
    return insert(rest, (target,), moved), places


def duplicate(project: Project, paths: Iterable[Path]) -> tuple[Project, tuple[Path, ...]]:
    """Put a copy of the blocks after the last of them; copies lose their names.

    Returns:
        The new project, and where the copies stand in it.
    """
    indices = sorted(index for (index,) in paths)
    copies = tuple(project.stack[index].changed(name="") for index in indices)
    after = indices[-1] + 1
    places = tuple((after + offset,) for offset in range(len(copies)))
    return insert(project, (after,), copies), places
