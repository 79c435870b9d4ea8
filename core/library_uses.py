"""Where a project uses blocks of the library, which of them have changed, and how they follow."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import zip_longest
from typing import Literal, NamedTuple

from msgspec.structs import replace

from core import edits
from core.blocks import Block, Container, Stack
from core.blocks.containers import Group
from core.edits import without_names
from core.library import Library, LibraryBlock, fingerprint, now
from core.nesting import Path, walk
from core.project import Project

State = Literal["changed", "differs", "both"]
"""``changed``: the library block was saved again.  ``differs``: the use was edited.  ``both``."""


class Use(NamedTuple):
    """A Group that holds something else than its library block does now.

    Attributes:
        path: Where it stands.
        group: The Group.
        block: Its library block.
        state: Which of the two was changed.
        kept: Whether the user decided to leave it as it is.
    """

    path: Path
    group: Group
    block: LibraryBlock
    state: State
    kept: bool


def differing_uses(project: Project, library: Library) -> tuple[Use, ...]:
    """Every use that differs from the library, in the order of reading.

    A use whose library block is missing is an ordinary Group: the project has all of it.
    """
    known = {block.id: block for block in library.blocks}
    if not known:
        return ()
    found = []
    for path, group in project.walk():
        if not isinstance(group, Group) or group.library is None:
            continue
        block = known.get(group.library.id)
        if block is not None and (state := _state(group, block)):
            found.append(Use(path, group, block, state, group.library.kept == block.content))
    return tuple(found)


def uses_of(project: Project, block_id: str) -> tuple[Path, ...]:
    """Where a library block is used."""
    return tuple(path for path, block in project.walk() if _is_use(block, block_id))


def _is_use(block: Block, block_id: str) -> bool:
    return isinstance(block, Group) and block.library is not None and block.library.id == block_id


def _state(group: Group, block: LibraryBlock) -> State | None:
    """How a use differs from its block; None if it does not."""
    assert group.library is not None
    here = fingerprint(group.body)
    if here == block.content:
        return None
    if group.library.content == block.content:
        return "differs"
    return "changed" if here == group.library.content else "both"


# Project → project


def update(project: Project, paths: Iterable[Path], block: LibraryBlock) -> Project:
    """Let uses hold what the library block holds now; names inside stay where they can.

    Uses that a library block holds of something around it would make a circle; they become
    ordinary Groups.

    Raises:
        EditError: The project would become too large, or nested too deeply.
    """
    # Inner ones first: what is around them is replaced, or keeps them, afterwards.
    for path in sorted(paths, key=len, reverse=True):
        group = project.block(path)
        assert isinstance(group, Group)
        body = without_uses(block.stack, frozenset((*_ids_around(project, path), block.id)))
        body = _dressed_as(body, group.body)
        project = edits.replace(project, path, (group.changed(body=body, library=block.use),))
    edits.check_size(project)
    return project


def keep(project: Project, paths: Iterable[Path], block: LibraryBlock) -> Project:
    """Leave uses as they are, and do not ask again until the library block changes again."""
    for path in paths:
        group = project.block(path)
        assert isinstance(group, Group)
        assert group.library is not None
        use = replace(group.library, kept=block.content)
        project = edits.replace(project, path, (group.changed(library=use),))
    return project


def linked(project: Project, path: Path, block: LibraryBlock) -> Project:
    """The project with the Group at ``path`` as a use of a block that was just saved from it."""
    return edits.replace(project, path, (project.block(path).changed(library=block.use),))


def renamed(project: Project, block: LibraryBlock) -> Project:
    """The project with the uses of a block under the block's name."""
    for path in uses_of(project, block.id):
        group = project.block(path)
        assert isinstance(group, Group)
        assert group.library is not None
        if group.library.name != block.name:
            use = replace(group.library, name=block.name)
            project = edits.replace(project, path, (group.changed(library=use),))
    return project


def saved_from(group: Group, block: LibraryBlock, library: Library) -> LibraryBlock:
    """The library block as it is after it was saved again from a Group."""
    return block.changed(stack=storable(group.body, block.id, library), saved=now())


def storable(stack: Stack, block_id: str, library: Library) -> Stack:
    """A stack as the library keeps it under an id: nameless, and without uses that lead back to it.

    A library block may hold uses of others, but never, by whatever way round, of itself.
    """
    back = frozenset(
        other.id for other in library.blocks if block_id in _reached(other.stack, library)
    )
    nameless = tuple(without_names(block) for block in stack)
    return without_uses(nameless, back | {block_id})


def _reached(stack: Stack, library: Library) -> set[str]:
    """Ids of everything a stack uses, and what that uses in the library as it is now."""
    reached: set[str] = set()
    ahead = [stack]
    while ahead:
        for _, block in walk(ahead.pop()):
            use = block.library if isinstance(block, Group) else None
            if use is not None and use.id not in reached:
                reached.add(use.id)
                if (held := library.get(use.id)) is not None:
                    ahead.append(held.stack)
    return reached


def without_uses(stack: Stack, ids: frozenset[str]) -> Stack:
    """A stack whose Groups do not remember that they came from these library blocks."""
    return tuple(_without_use(block, ids) for block in stack)


def _without_use(block: Block, ids: frozenset[str]) -> Block:
    if isinstance(block, Container):
        block = block.with_stacks(tuple(without_uses(stack, ids) for stack in block.stacks))
    if isinstance(block, Group) and block.library is not None and block.library.id in ids:
        return block.changed(library=None)
    return block


def _ids_around(project: Project, path: Path) -> list[str]:
    """Ids of the library blocks whose uses hold what stands at ``path``."""
    around = (project.block(path[:end]) for end in range(1, len(path), 2))
    return [b.library.id for b in around if isinstance(b, Group) and b.library is not None]


def _dressed_as(new: Stack, old: Stack) -> Stack:
    """The new stack, its blocks named and folded as the old ones of their kind and place were."""
    return tuple(
        _dressed(block, before) if before is not None and type(before) is type(block) else block
        for block, before in zip_longest(new, old[: len(new)])
    )


def _dressed(block: Block, before: Block) -> Block:
    if isinstance(block, Container) and isinstance(before, Container):
        pairs = zip_longest(block.stacks, before.stacks[: len(block.stacks)], fillvalue=())
        block = block.with_stacks(tuple(_dressed_as(new, old) for new, old in pairs))
        block = block.changed(collapsed=getattr(before, "collapsed", False))
    return block.changed(name=before.name) if before.name else block
