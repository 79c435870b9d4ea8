"""Arithmetic shared by the blocks that move a window over a picture, or change its rim.

Formulas as in Keras's ``compute_conv_output_shape`` and ``compute_pooling_output_shape``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from msgspec import Meta

from core.blocks.base import Block, Remedy, Role, Shape, ShapeProblem, show_pair, show_shape

_Side = Annotated[int, Meta(ge=0, le=1024)]
Rim = tuple[tuple[_Side, _Side], tuple[_Side, _Side]]
"""((top, bottom), (left, right)), in pixels."""


def reached(window: int, dilation: int) -> int:
    """Pixels that a dilated window spans along one axis."""
    return dilation * (window - 1) + 1


def positions(size: int, window: int, stride: int, padding: str) -> int:
    """How many places a window takes along one axis; 0 or less when it does not fit."""
    if padding == "same":
        return -(-size // stride)
    return (size - window) // stride + 1


def formula(size: int, window: int, stride: int, padding: str) -> str:
    """The arithmetic of `positions` with its numbers filled in."""
    places = positions(size, window, stride, padding)
    if padding == "same":
        return f"⌈{size} / {stride}⌉ = {places}"
    return f"⌊({size} − {window}) / {stride}⌋ + 1 = {places}"


def windowed(
    block: Block,
    size: tuple[int, int],
    window: tuple[int, int],
    strides: tuple[int, int],
    padding: str,
    smaller: Callable[[tuple[int, int]], Block],
) -> tuple[int, int]:
    """(height, width) after moving a window over a picture of ``size``.

    Args:
        block: Who moves it; named in the problem.
        size: (height, width) that arrives.
        window: (height, width) spanned by the window, dilation counted in.
        strides: Steps down and to the right.
        padding: ``valid`` or ``same``.
        smaller: Makes the block with a window of at most the given span.

    Raises:
        ShapeProblem: The window is larger than the picture.
    """
    height = positions(size[0], window[0], strides[0], padding)
    width = positions(size[1], window[1], strides[1], padding)
    if height > 0 and width > 0:
        return height, width
    fitting = smaller((min(size[0], window[0]), min(size[1], window[1])))
    remedies = [Remedy("Use padding “same”", (block.changed(padding="same"),))]
    # A pooling of single pixels would be left, which does nothing but look as if it did.
    pools_pixels = block.role is Role.POOLING and size == (1, 1)
    if fitting != block and not pools_pixels:
        remedies.append(Remedy("Shrink the window to fit", (fitting,)))
    remedies.append(Remedy(f"Remove this {block.kind()}", ()))
    raise ShapeProblem(
        f"The {show_pair(window)} window of {block.kind()} is larger than the "
        f"{size[0]} × {size[1]} picture that arrives, so nothing would be left.",
        "Without padding a window must fit inside the picture. Earlier pooling, strides or "
        "unpadded convolutions have made the picture this small.",
        tuple(remedies),
    )


def picture_formula(
    shape: Shape,
    window: tuple[int, int],
    strides: tuple[int, int],
    padding: str,
    output: Shape,
) -> str:
    """Both sides' arithmetic and the resulting shape, one line each."""
    return "\n".join(
        (
            f"height {formula(shape[0], window[0], strides[0], padding)}",
            f"width {formula(shape[1], window[1], strides[1], padding)}",
            f"{show_shape(shape)} → {show_shape(output)}",
        )
    )


def rim_words(rim: Rim, each: str, some: str = "") -> str:
    """A rim in a few words.

    Args:
        rim: Pixels for each side.
        each: What follows the number where all sides are alike, such as ``on each side``.
        some: What follows the four numbers otherwise.
    """
    (top, bottom), (left, right) = rim
    if top == bottom == left == right:
        return f"{top} {each}"
    return f"top {top}, bottom {bottom}, left {left}, right {right}{some}"


def rim_formula(shape: Shape, rim: Rim, sign: str, output: Shape) -> str:
    """Both sides' arithmetic, one line each; ``sign`` is + for a rim put on, − for one cut off."""
    (top, bottom), (left, right) = rim
    return (
        f"height {shape[0]} {sign} {top} {sign} {bottom} = {output[0]}\n"
        f"width {shape[1]} {sign} {left} {sign} {right} = {output[1]}"
    )
