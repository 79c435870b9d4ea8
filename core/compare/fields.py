"""Fields that two values of a class may differ in, and the difference in words."""

from __future__ import annotations

from functools import cache

import msgspec
from msgspec import Meta

from core.blocks import Block, Container, Stack
from core.words import uncapitalised, value_text

_OF_THE_VIEW = ("collapsed", "library")
"""What says how a block is shown and not what it does."""


class Difference(msgspec.Struct, frozen=True):
    """Something that is not the same.

    Attributes:
        what: Its title: ``Filters``.
        before, after: Its values in words.
        field: The field's name; empty for what is no field.
    """

    what: str
    before: str
    after: str
    field: str = ""

    @property
    def words(self) -> str:
        """``filters 32 → 64``."""
        return f"{uncapitalised(self.what)} {self.before} → {self.after}"


@cache
def compared_fields(cls: type[Block]) -> tuple[str, ...]:
    """The fields in which two blocks of a kind may differ, what they hold apart."""
    names = [info.name for info in cls.ordered_fields()]
    return tuple(name for name in names if name not in ("body", "branches", *_OF_THE_VIEW))


@cache
def title_of(cls: type[msgspec.Struct], field: str) -> str:
    """A field's title for people."""
    for info in msgspec.structs.fields(cls):
        if info.name == field:
            for meta in getattr(info.type, "__metadata__", ()):
                if isinstance(meta, Meta) and meta.title:
                    return meta.title
    return field.replace("_", " ").capitalize()


def block_differences(before: Block, after: Block) -> tuple[Difference, ...]:
    """What differs between two blocks, what they hold apart."""
    if type(before) is not type(after):
        return (Difference("Kind", before.kind(), after.kind()),)
    return differences(before, after, compared_fields(type(before)))


def differences(
    before: msgspec.Struct, after: msgspec.Struct, fields: tuple[str, ...]
) -> tuple[Difference, ...]:
    """What differs between two values of a class."""
    return tuple(
        Difference(title_of(type(before), name), value_text(old), value_text(new), name)
        for name in fields
        if (old := getattr(before, name)) != (new := getattr(after, name))
    )


def unseen(stack: Stack) -> Stack:
    """A stack without what only says how it is shown."""
    return tuple(_unseen(block) for block in stack)


def _unseen(block: Block) -> Block:
    if not isinstance(block, Container):
        return block
    block = block.with_stacks(tuple(unseen(stack) for stack in block.stacks))
    plain: dict[str, object] = {
        name: default
        for name, default in (("collapsed", False), ("library", ""))
        if hasattr(block, name)
    }
    return block.changed(**plain)
