"""Runs of blocks that only weigh and sum: without a bend between them they do no more than one.

A run is told of once, however long it is, with one fix for all of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from core.blocks import Block, Role
from core.places import Place
from core.problems import Fix, Problem, Swap, block_of

_LINEAR_KINDS = ("BatchNormalization", "AveragePooling2D", "GlobalAveragePooling2D")


class _Gap(NamedTuple):
    """Two blocks that weigh, with nothing but linear blocks between.

    Attributes:
        near: The first.
        far: The second.
        plain: Whether no normalisation stands between, so that the first may bend by itself.
    """

    near: Place
    far: Place
    plain: bool


def linear_runs(places: Sequence[Place]) -> list[Problem]:
    """A problem for each run of a stack.

    Args:
        places: The blocks that take part, in order.
    """
    found = []
    run: list[_Gap] = []
    for gap in _gaps(places):
        if run and run[-1].far is not gap.near:
            found.append(_problem(run))
            run = []
        run.append(gap)
    return [*found, _problem(run)] if run else found


def _gaps(places: Sequence[Place]) -> Iterator[_Gap]:
    """Every pair without a bend between, in order."""
    near, plain = None, True
    for place in places:
        weighs, linear, keeps = _nature(place.block)
        if weighs:
            # A depthwise convolution and the 1×1 that mixes its channels are meant as one.
            if near is not None and near.block.kind() != "DepthwiseConv2D":
                yield _Gap(near, place, plain)
            near, plain = (place if linear else None), True
        elif not keeps:
            near = None
        elif place.block.role is Role.NORMALIZATION:
            plain = False


@lru_cache(maxsize=16_384)
def _nature(block: Block) -> tuple[bool, bool, bool]:
    """Whether a block weighs values, does so without a bend, and leaves sums of values sums."""
    activation = getattr(block, "activation", None)
    weighs = block.role in (Role.CONVOLUTION, Role.DENSE) and activation is not None
    sums = block.role in (Role.RESHAPE, Role.REGULARIZATION) or block.kind() in _LINEAR_KINDS
    return weighs, activation == "linear", sums


@lru_cache(maxsize=16_384)
def _bent(block: Block) -> Block:
    return block.changed(activation="relu")


def _swaps(run: list[_Gap]) -> list[Swap]:
    """What puts a bend into each gap."""
    bent = {gap.near.path for gap in run if gap.plain}
    behind_bend = {gap.far.path for gap in run if not gap.plain}
    relu = block_of("Activation", activation="relu")
    swaps = []
    for place in (run[0].near, *(gap.far for gap in run)):
        block = _bent(place.block) if place.path in bent else place.block
        if place.path in behind_bend:
            swaps.append(Swap(place.path, (relu, block)))
        elif place.path in bent:
            swaps.append(Swap(place.path, (block,)))
    return swaps


def _problem(run: list[_Gap]) -> Problem:
    """What is wrong with a run, said at its first block."""
    first, swaps = run[0], _swaps(run)
    near, far = first.near.block.kind(), first.far.block.kind()
    message = f"No activation stands between this {near} and the next {far}."
    label = "Set activation to relu" if first.plain else "Insert relu"
    if len(run) > 1:
        message = f"No activation stands between this {near} and the next {len(run):,} blocks "
        message += "with weights."
        label = f"Put relu between all {len(run) + 1:,}"
    return Problem(
        path=first.near.path,
        code="no-bend",
        severity="warning",
        message=message,
        reason="A weighted sum of weighted sums is one weighted sum: without a bend between them "
        f"{'the two' if len(run) == 1 else 'all of them'} learn little more than one would.",
        fixes=(Fix(label, swaps[0].path, swaps[0].replacement, tuple(swaps[1:])),),
    )
