"""Blocks of a stack as their neighbours see them."""

from __future__ import annotations

import msgspec

from core.blocks import Block, Shape
from core.project import Path


class Place(msgspec.Struct, frozen=True):
    """A block that takes part, as its neighbours see it.

    Attributes:
        path: Where it stands.
        block: As the user wrote it.
        arrives: The shape that reaches it.
        parameters: Its weights.
        seen: (height, width) of the picture that each arriving value sees (pixels).
    """

    path: Path
    block: Block
    arrives: Shape
    parameters: int
    seen: tuple[int, int]
