"""Whole networks, layer by layer: what shapes they make and what they cost, without Keras.

A file of ``resources/backbones`` names each layer of a network, its kind, its arguments and where
its values come from.  What a kind does to a shape and costs, our own blocks know.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar, cast

import msgspec

from core.blocks import activation, convolution, dense, normalization, pooling, regularization
from core.blocks import reshaping as reshaping_blocks
from core.blocks import resizing as resizing_blocks
from core.blocks._nesting import Merge, merged
from core.blocks.base import Block, Cost, Reach, Role, Shape, values_in

TABLES = Path(__file__).parents[2] / "resources" / "backbones"
"""One file a network."""

_MODULES = (
    activation,
    convolution,
    dense,
    normalization,
    pooling,
    regularization,
    reshaping_blocks,
    resizing_blocks,
)
_MERGES = ("Add", "Multiply", "Concatenate")
_PICTURE = -1
"""Stands for what enters the network."""


class Record(msgspec.Struct, frozen=True, array_like=True):
    """One layer of a network.

    Attributes:
        name: Its name, the same in every model; empty where Keras counts it up.
        kind: A kind of block, a merge, or one of the few kinds below.
        fields: Arguments that differ from the block's defaults.
        inputs: Numbers of the layers it takes; −1 for what enters.
    """

    name: str
    kind: str
    fields: dict[str, Any]
    inputs: tuple[int, ...]


class _Table(msgspec.Struct, frozen=True):
    stages: tuple[str, ...]
    layers: tuple[Record, ...]


class LayerScale(Block, frozen=True, kw_only=True):
    """One factor for each channel: ConvNeXt ends its branches so.  Any shape → the same shape."""

    role: ClassVar[Role] = Role.NORMALIZATION

    def cost(self, shape: Shape) -> Cost:
        """A multiplication for each value."""
        return Cost(trainable=shape[-1], multiply_adds=values_in(shape))


class PadToStride(Block, frozen=True, kw_only=True):
    """Zeros so that a window of stride 2 falls as with padding same, as the MobileNets do.

    (height, width, channels) → an odd height and width, a little larger.
    """

    role: ClassVar[Role] = Role.RESHAPE
    kernel: int = 3

    def output_shape(self, shape: Shape) -> Shape:
        around = 2 * (self.kernel // 2)
        return (*(size + around - (1 - size % 2) for size in shape[:2]), shape[2])


class Network(msgspec.Struct, frozen=True, gc=False):
    """What a network does to pictures of one size.

    Attributes:
        outputs: Shape behind each layer, without the batch axis.
        costs: Of each layer, nothing frozen.
        reach: How far an output sees; None for the whole picture.
    """

    outputs: tuple[Shape, ...]
    costs: tuple[Cost, ...]
    reach: Reach | None

    @property
    def values(self) -> int:
        """Output values of all layers, for one picture."""
        return sum(values_in(shape) for shape in self.outputs)


@lru_cache(maxsize=32)
def stages(file: str) -> tuple[str, ...]:
    """Names of the layers at which a network's stages end, but for the last stage."""
    return _table(file).stages


@lru_cache(maxsize=512)
def last_frozen(file: str, name: str) -> int | None:
    """Number of the last layer up to a name; None where there is no such layer."""
    found = [at for at, record in enumerate(_table(file).layers) if record.name == name]
    return found[-1] if found else None


@lru_cache(maxsize=512)
def network(file: str, height: int, width: int) -> Network:
    """Send a colour picture through a network.

    Args:
        file: Name of the table, without its suffix.
        height: Of the picture, at least what Keras wants (pixels).
        width: The same.
    """
    layers = _table(file).layers
    blocks = _blocks(file)
    outputs: list[Shape] = []
    costs: list[Cost] = []
    sights: list[Reach | None] = []
    for record, block in zip(layers, blocks, strict=True):
        arriving = [(height, width, 3) if at == _PICTURE else outputs[at] for at in record.inputs]
        seen = [Reach() if at == _PICTURE else sights[at] for at in record.inputs]
        if block is None:
            outputs.append(merged(cast("Merge", record.kind), tuple(arriving)))
            costs.append(Cost())
            sights.append(_widest(seen))
        else:
            outputs.append(block.output_shape(arriving[0]))
            costs.append(block.cost(arriving[0]))
            sights.append(_further(seen[0], block.reach(arriving[0])))
    return Network(tuple(outputs), tuple(costs), sights[-1])


@lru_cache(maxsize=32)
def _table(file: str) -> _Table:
    return msgspec.json.decode((TABLES / f"{file}.json").read_bytes(), type=_Table)


@lru_cache(maxsize=32)
def _blocks(file: str) -> tuple[Block | None, ...]:
    """The block of each layer; None for a merge."""
    return tuple(
        None if record.kind in _MERGES else _made(record.kind, record.fields)
        for record in _table(file).layers
    )


def _made(kind: str, fields: dict[str, Any]) -> Block:
    own: dict[str, type[Block]] = {"LayerScale": LayerScale, "PadToStride": PadToStride}
    cls = own.get(kind) or next(
        getattr(module, kind) for module in _MODULES if hasattr(module, kind)
    )
    return msgspec.convert({"kind": kind, **fields}, type=cls)


def _widest(seen: list[Reach | None]) -> Reach | None:
    """What a value sees that is made of values seeing these."""
    known = [one for one in seen if one is not None]
    if len(known) < len(seen):
        return None
    return Reach(
        (max(one.window[0] for one in known), max(one.window[1] for one in known)),
        (max(one.step[0] for one in known), max(one.step[1] for one in known)),
    )


def _further(seen: Reach | None, reach: Reach | None) -> Reach | None:
    """What a value sees one layer on."""
    if seen is None or reach is None:
        return None
    rows, columns = (
        seen.window[side] + (reach.window[side] - 1) * seen.step[side] for side in (0, 1)
    )
    return Reach((rows, columns), (seen.step[0] * reach.step[0], seen.step[1] * reach.step[1]))
