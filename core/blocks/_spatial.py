"""Window arithmetic shared by the blocks that move a window over a picture.

Formulas as in Keras's ``compute_conv_output_shape`` and ``compute_pooling_output_shape``.
"""

from __future__ import annotations

from collections.abc import Callable

from core.blocks.base import Block, Remedy, Role, Shape, ShapeProblem, show_pair, show_shape


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
