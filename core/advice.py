"""What neighbours in a stack should know of each other: designs that train, but waste or lose.

One function a rule, as in `core.problems`.  All are warnings, and each can be muted per project.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from core.blocks import Block, Role, Shape, show_shape
from core.linear_runs import linear_runs
from core.places import Place
from core.problems import Fix, Problem, Swap, block_of

HUGE_DENSE = 1_000_000
"""Weights of a Dense behind Flatten that are worth a word."""
FAR = 8
"""How many blocks behind one a rule looks at."""
LITTLE_SEEN = 0.25
"""Share of the picture's side that a value should see before global pooling."""

Rule = Callable[[Place, Sequence[Place], Shape], Iterator[Problem]]
"""Problems of a place, given what stands behind it and the picture's shape."""

_DROPOUTS = ("Dropout", "SpatialDropout2D")


def neighbour_advice(places: Sequence[Place], picture: Shape) -> list[Problem]:
    """All advice about the blocks of one stack, disabled ones left out.

    Args:
        places: The blocks in order.
        picture: (height, width, channels) of the input.
    """
    found: list[Problem] = []
    for at, place in enumerate(places):
        for rule in _rules(place.block):
            found += rule(place, places[at + 1 : at + 1 + FAR], picture)
    return found + linear_runs(places)


@lru_cache(maxsize=16_384)
def _rules(block: Block) -> tuple[Rule, ...]:
    """The rules that begin at such a block; most blocks of a long stack are passed by."""
    kind = block.kind()
    found: list[Rule] = []
    if kind in _DROPOUTS:
        found.append(_dropout_before_norm)
    if getattr(block, "use_bias", False) and getattr(block, "activation", "") == "linear":
        found.append(_bias_before_norm)
    if kind == "Flatten":
        found.append(_huge_dense)
    if kind.startswith("Global"):
        found.append(_little_seen)
    return tuple(found)


def _normalized(rest: Sequence[Place]) -> bool:
    return bool(rest) and rest[0].block.kind() == "BatchNormalization"


def _bias_before_norm(place: Place, rest: Sequence[Place], _picture: Shape) -> Iterator[Problem]:
    """BatchNormalization undoes a bias."""
    block = place.block
    if not _normalized(rest) or not getattr(rest[0].block, "center", False):
        return
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


def _dropout_before_norm(place: Place, rest: Sequence[Place], _picture: Shape) -> Iterator[Problem]:
    """Dropout misleads the averages that BatchNormalization keeps."""
    if not _normalized(rest):
        return
    block, norm = place.block, rest[0]
    swapped = (Swap(norm.path, (block,)),)
    behind = Fix(f"Move {block.kind()} behind it", place.path, (norm.block,), swapped)
    remove = Fix(f"Remove this {block.kind()}", place.path, ())
    yield Problem(
        path=place.path,
        code="dropout-before-norm",
        severity="warning",
        message=f"{block.kind()} stands right before BatchNormalization.",
        reason="Dropout changes the variance of its values in training only. The averages "
        "that BatchNormalization keeps for predicting are then wrong. Put Dropout behind the "
        "last BatchNormalization.",
        fixes=(remove,) if _normalized(rest[1:]) else (behind, remove),
    )


def _huge_dense(place: Place, rest: Sequence[Place], _picture: Shape) -> Iterator[Problem]:
    """Most weights of small nets sit in the Dense behind Flatten."""
    if len(place.arrives) != 3:
        return
    between = (Role.ACTIVATION, Role.REGULARIZATION, Role.NORMALIZATION)
    following = next((other for other in rest if other.block.role not in between), None)
    if following is None or following.block.kind() != "Dense":
        return
    if following.parameters < HUGE_DENSE or place.arrives[:2] == (1, 1):
        return
    rows, columns, channels = place.arrives
    bias = int(getattr(following.block, "use_bias", False))
    units = following.parameters // (rows * columns * channels + bias)
    pooling = block_of("GlobalAveragePooling2D")
    yield Problem(
        path=following.path,
        code="huge-dense",
        severity="warning",
        message=f"Dense behind Flatten has {following.parameters:,} weights; behind "
        f"GlobalAveragePooling2D it would have {units * (channels + bias):,}.",
        reason=f"Flatten hands on every value of {show_shape(place.arrives)}, and each unit weighs "
        f"them all. GlobalAveragePooling2D hands on {channels:,} averages instead, which is often "
        "as good and overfits less.",
        fixes=(Fix("Use GlobalAveragePooling2D instead of Flatten", place.path, (pooling,)),),
    )


def _little_seen(place: Place, _rest: Sequence[Place], picture: Shape) -> Iterator[Problem]:
    """Global pooling of glimpses: no value has seen enough of the picture to know what it shows."""
    if len(place.arrives) != 3:
        return
    rows, columns = place.seen
    if max(rows / picture[0], columns / picture[1]) >= LITTLE_SEEN:
        return
    yield Problem(
        path=place.path,
        code="little-seen",
        severity="warning",
        message=f"Each value that is pooled here sees only {rows} × {columns} of the "
        f"{picture[0]} × {picture[1]} picture.",
        reason="What is larger than that is never looked at as a whole. Poolings, strides or more "
        "convolutions before this block let each value see more.",
        fixes=_seeing_more(place, picture),
    )


def _seeing_more(place: Place, picture: Shape) -> tuple[Fix, ...]:
    """As many poolings and convolutions as it takes to see enough, where there is room for them."""
    seen, side = place.seen[0], place.arrives[0]
    step = max(1, picture[0] // side)
    smallest = min(place.arrives[:2])
    pairs = 0
    while seen < LITTLE_SEEN * picture[0]:
        pairs, smallest = pairs + 1, smallest // 2
        if not smallest:
            return ()
        # Pooling 2×2 looks at one neighbour and doubles the step; a 3×3 window looks at two.
        seen, step = seen + 5 * step, 2 * step
    pool = block_of("MaxPooling2D")
    conv = block_of("Conv2D", filters=place.arrives[2], padding="same", activation="relu")
    label = "Insert MaxPooling2D and Conv2D" + (f", {pairs} times" if pairs > 1 else "")
    return (Fix(label, place.path, (*(pool, conv) * pairs, place.block)),)
