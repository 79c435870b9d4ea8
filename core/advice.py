"""What neighbours in a stack should know of each other: designs that train, but waste or lose.

One function a rule, as in `core.problems`.  All are warnings, and each can be muted per project.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

import msgspec

from core.blocks import Block, Role, Shape, show_shape
from core.problems import Fix, Problem, block_of
from core.project import Path

HUGE_DENSE = 1_000_000
"""Weights of a Dense behind Flatten that are worth a word."""
LITTLE_SEEN = 0.25
"""Share of the picture's side that a value should see before global pooling."""

_LINEAR_KINDS = ("BatchNormalization", "AveragePooling2D", "GlobalAveragePooling2D")


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


def neighbour_advice(places: Sequence[Place], picture: Shape) -> list[Problem]:
    """All advice about the blocks of one stack, disabled ones left out.

    Args:
        places: The blocks in order.
        picture: (height, width, channels) of the input.
    """
    found: list[Problem] = []
    for at, place in enumerate(places):
        if not _worth_a_look(place.block):
            continue
        following = places[at + 1] if at + 1 < len(places) else None
        if following is not None:
            found += _before_norm(place, following)
            found += _huge_dense(place, following)
            found += _no_bend(place, places[at + 1 :])
        found += _little_seen(place, picture)
    return found


@lru_cache(maxsize=16_384)
def _worth_a_look(block: Block) -> bool:
    """Whether any rule begins at such a block; most blocks of a long stack are passed by."""
    begins = ("Flatten", "Dropout", "SpatialDropout2D")
    return (
        block.kind() in begins
        or block.kind().startswith("Global")
        or (_weighs(block) and getattr(block, "activation", "") == "linear")
    )


def _before_norm(place: Place, following: Place) -> Iterator[Problem]:
    """BatchNormalization undoes a bias, and Dropout misleads its averages."""
    block = place.block
    if following.block.kind() != "BatchNormalization":
        return
    linear = getattr(block, "activation", "") == "linear"
    if getattr(block, "use_bias", False) and linear and getattr(following.block, "center", False):
        yield Problem(
            path=place.path,
            code="bias-before-norm",
            severity="warning",
            message=f"The bias of {block.kind()} is taken out again by the BatchNormalization "
            "behind it.",
            reason="BatchNormalization subtracts each channel's mean, and with it any constant, "
            "then adds an offset of its own. The bias only costs weights.",
            fixes=(Fix("Turn the bias off", place.path, (block.changed(use_bias=False),)),),
        )
    if block.kind() in ("Dropout", "SpatialDropout2D"):
        yield Problem(
            path=place.path,
            code="dropout-before-norm",
            severity="warning",
            message=f"{block.kind()} stands right before BatchNormalization.",
            reason="Dropout changes the variance of its values in training only. The averages "
            "that BatchNormalization keeps for predicting are then wrong. Put Dropout behind the "
            "last BatchNormalization.",
            fixes=(Fix(f"Remove this {block.kind()}", place.path, ()),),
        )


def _huge_dense(place: Place, following: Place) -> Iterator[Problem]:
    """Most weights of small nets sit in the Dense behind Flatten."""
    if place.block.kind() != "Flatten" or following.block.kind() != "Dense":
        return
    if following.parameters < HUGE_DENSE or len(place.arrives) != 3:
        return
    pooling = block_of("GlobalAveragePooling2D")
    yield Problem(
        path=following.path,
        code="huge-dense",
        severity="warning",
        message=f"Dense behind Flatten has {following.parameters:,} weights.",
        reason=f"Flatten hands on every value of {show_shape(place.arrives)}, and each unit weighs "
        f"them all. GlobalAveragePooling2D hands on {place.arrives[2]:,} averages instead, which "
        "is often as good and overfits less.",
        fixes=(Fix("Use GlobalAveragePooling2D instead of Flatten", place.path, (pooling,)),),
    )


def _no_bend(place: Place, rest: Sequence[Place]) -> Iterator[Problem]:
    """Two linear blocks in a row can do no more than one."""
    block = place.block
    if not _weighs(block) or getattr(block, "activation", "") != "linear":
        return
    # A depthwise convolution and the 1×1 that mixes its channels are meant as one.
    if block.kind() == "DepthwiseConv2D":
        return
    after = next((other for other in rest if not _is_linear(other.block)), None)
    if after is None or not _weighs(after.block):
        return
    relu = block_of("Activation", activation="relu")
    if after is rest[0]:
        fix = Fix("Set activation to relu", place.path, (block.changed(activation="relu"),))
    else:
        fix = Fix("Insert relu", after.path, (relu, after.block))
    yield Problem(
        path=place.path,
        code="no-bend",
        severity="warning",
        message=f"No activation stands between this {block.kind()} and the next "
        f"{after.block.kind()}.",
        reason="A weighted sum of weighted sums is one weighted sum: without a bend between them "
        "the two learn little more than one would.",
        fixes=(fix,),
    )


def _weighs(block: Block) -> bool:
    return block.role in (Role.CONVOLUTION, Role.DENSE) and hasattr(block, "activation")


def _is_linear(block: Block) -> bool:
    """Whether a block leaves sums of values sums of values."""
    return block.role in (Role.RESHAPE, Role.REGULARIZATION) or block.kind() in _LINEAR_KINDS


def _little_seen(place: Place, picture: Shape) -> Iterator[Problem]:
    """Global pooling of glimpses: no value has seen enough of the picture to know what it shows."""
    if not place.block.kind().startswith("Global") or len(place.arrives) != 3:
        return
    rows, columns = place.seen
    if max(rows / picture[0], columns / picture[1]) >= LITTLE_SEEN:
        return
    pool = block_of("MaxPooling2D")
    fixes: tuple[Fix, ...] = ()
    if min(place.arrives[:2]) >= 4:
        conv = block_of("Conv2D", filters=place.arrives[2], padding="same", activation="relu")
        new = (pool, conv, place.block)
        fixes = (Fix("Insert MaxPooling2D and Conv2D", place.path, new),)
    yield Problem(
        path=place.path,
        code="little-seen",
        severity="warning",
        message=f"Each value that is pooled here sees only {rows} × {columns} of the "
        f"{picture[0]} × {picture[1]} picture.",
        reason="What is larger than that is never looked at as a whole. Poolings, strides or more "
        "convolutions before this block let each value see more.",
        fixes=fixes,
    )
