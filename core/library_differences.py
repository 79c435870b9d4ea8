"""What differs between two stacks, line by line: a block is a line."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

from core.blocks import Block, Container, Stack


class Line(NamedTuple):
    """A block, and where it is found.

    Attributes:
        side: ``same`` in both, only in the ``first``, only in the ``second``.
        depth: How many containers it stands in.
        words: The block with everything set in it.
    """

    side: Literal["same", "first", "second"]
    depth: int
    words: str


def differences(first: Stack, second: Stack) -> tuple[Line, ...]:
    """Two stacks as one list, in the order of reading; what was changed stands there twice."""
    before, after = list(_lines(first, 0)), list(_lines(second, 0))
    found: list[Line] = []
    for tag, a0, a1, b0, b1 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            found += [Line("same", *line) for line in before[a0:a1]]
        else:
            found += [Line("first", *line) for line in before[a0:a1]]
            found += [Line("second", *line) for line in after[b0:b1]]
    return tuple(found)


def _lines(stack: Stack, depth: int) -> Iterator[tuple[int, str]]:
    for block in stack:
        yield depth, block_words(block)
        if isinstance(block, Container):
            for number, inner in enumerate(block.stacks):
                if len(block.stacks) > 1:
                    yield depth + 1, block.stack_title(number)
                yield from _lines(inner, depth + 1)


def block_words(block: Block) -> str:
    """A block with everything that is set in it: ``Conv2D: filters 32, padding same``."""
    defaults = {info.name: info.default for info in block.argument_fields()}
    required = block.keras_required
    words = [
        f"{name.replace('_', ' ')} {_value(getattr(block, name))}"
        for name, default in defaults.items()
        if name in required or getattr(block, name) != default
    ]
    if block.disabled:
        words.insert(0, "disabled")
    return f"{block.kind()}: {', '.join(words)}" if words else block.kind()


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, tuple):
        return "×".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value)
