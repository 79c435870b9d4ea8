"""Blocks that bring one shape to another, for ends that are to be merged."""

from __future__ import annotations

from core.blocks._nesting import Stack
from core.blocks.base import Block, Shape


def fitting(shape: Shape, wanted: Shape) -> Stack | None:
    """Blocks that make ``wanted`` of ``shape``; None where no plain ones do.

    Pictures are pooled where that comes out even and resized where not, their channels mixed by a
    1×1 convolution; pictures become vectors by their averages, vectors of another size by a Dense.
    """
    from core.blocks.dense import Dense
    from core.blocks.pooling import GlobalAveragePooling2D

    if len(shape) == len(wanted) == 3:
        return (*_sides(shape, wanted), *_channels(shape, wanted))
    if len(wanted) != 1 or len(shape) not in (1, 3):
        return None
    averaged: Stack = (GlobalAveragePooling2D(),) if len(shape) == 3 else ()
    dense: Stack = (Dense(units=wanted[0]),) if shape[-1] != wanted[0] else ()
    return (*averaged, *dense)


def _sides(shape: Shape, wanted: Shape) -> Stack:
    from core.blocks.pooling import MaxPooling2D
    from core.blocks.resizing import Resizing

    if shape[:2] == wanted[:2]:
        return ()
    steps = (stride_between(shape[0], wanted[0]), stride_between(shape[1], wanted[1]))
    if 0 in steps:
        return (Resizing(height=wanted[0], width=wanted[1]),)
    return (MaxPooling2D(pool_size=steps, padding="same"),)


def _channels(shape: Shape, wanted: Shape) -> tuple[Block, ...]:
    from core.blocks.convolution import Conv2D

    return () if shape[2] == wanted[2] else (Conv2D(filters=wanted[2], kernel_size=(1, 1)),)


def stride_between(size: int, wanted: int) -> int:
    """The stride with which padding "same" makes ``wanted`` of ``size``; 0 if there is none."""
    stride = -(-size // wanted)
    return stride if -(-size // stride) == wanted else 0
