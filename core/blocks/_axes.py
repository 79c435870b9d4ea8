"""Axes as Keras counts them: 0 is the batch, 1 the first of a picture, −1 the last."""

from __future__ import annotations

from core.blocks.base import Block, Remedy, Shape, ShapeProblem, show_shape


def axis_place(block: Block, axis: int, shape: Shape) -> int:
    """Place of an axis in ``shape``, from 0.

    Raises:
        ShapeProblem: There is no such axis, or it is the batch axis.
    """
    place = axis - 1 if axis > 0 else len(shape) + axis
    if axis != 0 and 0 <= place < len(shape):
        return place
    raise ShapeProblem(
        f"{block.kind()} has no axis {axis} to work on: {show_shape(shape)} arrives.",
        f"Axes are counted from 1 to {len(shape)}, or from −1 backwards; 0 is the batch.",
        (_last_axis(block),),
    )


def axis_places(block: Block, axes: tuple[int, ...], shape: Shape) -> tuple[int, ...]:
    """Places of several axes in ``shape``, from 0.

    Raises:
        ShapeProblem: One is not there, is the batch axis, or is named twice.
    """
    places = tuple(axis_place(block, axis, shape) for axis in axes)
    if len(set(places)) < len(places):
        raise ShapeProblem(
            f"{block.kind()} names the same axis twice.",
            "Each axis can be named once.",
            (_last_axis(block),),
        )
    return places


def _last_axis(block: Block) -> Remedy:
    """The block with its field ``axis`` set to the last axis."""
    last = -1 if isinstance(getattr(block, "axis", -1), int) else (-1,)
    return Remedy("Use the last axis (−1)", (block.changed(axis=last),))
