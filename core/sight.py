"""How much of the picture a value sees: receptive fields, walked forward block by block."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

import msgspec

from core.blocks import Block, Shape


class Sight(msgspec.Struct, frozen=True, gc=False):
    """The part of the picture that one value sees.

    Attributes:
        size: (height, width) in pixels of the input, not cut at the picture's rim.
        step: (height, width) distance between neighbours, in pixels of the input.
    """

    size: tuple[float, float] = (1, 1)
    step: tuple[float, float] = (1, 1)


def widened(block: Block, shape: Shape, sight: Sight | None) -> Sight | None:
    """What the block's outputs see; None when it is the whole picture.

    Source: Araujo, Norris and Sim, "Computing Receptive Fields of Convolutional Neural Networks",
    Distill, 2019, equation 1 walked forward.
    """
    reach = block.reach(shape)
    if sight is None or reach is None:
        return None
    return Sight(
        (
            sight.size[0] + (reach.window[0] - 1) * sight.step[0],
            sight.size[1] + (reach.window[1] - 1) * sight.step[1],
        ),
        (sight.step[0] * reach.step[0], sight.step[1] * reach.step[1]),
    )


def widest(sights: Sequence[Sight | None]) -> Sight | None:
    """What a value sees that was made of values seeing these; None for the whole picture."""
    known = [sight for sight in sights if sight is not None]
    if len(known) < len(sights):
        return None
    return Sight(
        (max(sight.size[0] for sight in known), max(sight.size[1] for sight in known)),
        (max(sight.step[0] for sight in known), max(sight.step[1] for sight in known)),
    )


def pixels_seen(sight: Sight | None, picture: Shape) -> tuple[int, int]:
    """What is seen, cut at the picture's rim (pixels)."""
    if sight is None:
        return (picture[0], picture[1])
    return (
        min(picture[0], _pixels(sight.size[0])),
        min(picture[1], _pixels(sight.size[1])),
    )


def _pixels(size: float) -> int:
    """Pixels that a field touches; after upsampling it may begin and end within one."""
    return ceil(size - 1e-6)
