"""Hypothesis strategies for blocks and stacks, made from the block classes' own annotations.

Sizes are drawn small, so that Keras can run what is drawn; that a rule holds for large sizes
follows from it being arithmetic.  Nothing here knows a kind of block by name.
"""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import msgspec
from hypothesis import strategies as st
from msgspec import inspect as types

from core.blocks import CATALOGUE, Block, Container, Input, Shape, ShapeProblem

LARGEST = 8
"""Largest number drawn for a field that has no smaller limit of its own."""


def values(kind: types.Type) -> st.SearchStrategy[Any]:
    """Valid values of a field's type."""
    match kind:
        case types.Metadata(type=inner):
            return values(inner)
        case types.IntType(ge=low, le=high):
            bottom = low if low is not None else -LARGEST
            top = min(high if high is not None else LARGEST, max(bottom, 0) + LARGEST)
            # Small numbers are where blocks work; larger ones where they refuse.
            return st.integers(bottom, min(top, bottom + 3)) | st.integers(bottom, top)
        case types.FloatType(ge=ge, gt=gt, le=le, lt=lt):
            # Few digits, as people write them: float32 rounds 0.9999999999 to 1.
            bottom = ge if ge is not None else (gt or 0.0) + 0.001
            top = le if le is not None else (lt or 1.0) - 0.001
            return st.sampled_from([bottom, (bottom + top) / 2, top])
        case types.BoolType():
            return st.booleans()
        case types.LiteralType(values=choices):
            return st.sampled_from(choices)
        case types.NoneType():
            return st.none()
        case types.UnionType(types=alternatives):
            return st.one_of(*(values(alternative) for alternative in alternatives))
        case types.TupleType(item_types=items):
            return st.tuples(*(values(item) for item in items))
        case types.VarTupleType(item_type=item, min_length=low, max_length=high):
            return st.lists(values(item), min_size=low or 0, max_size=min(high or 4, 4)).map(tuple)
        case types.StrType():
            return st.just("")
        case types.StructType():
            raise NotImplementedError("stacks of blocks are drawn by `block_of`")
        case _:
            raise NotImplementedError(f"no strategy for {kind}")


@cache
def fields_of(cls: type[Block]) -> tuple[types.Field, ...]:
    """A block class's fields with their types and limits."""
    info = types.type_info(cls)
    assert isinstance(info, types.StructType)
    return info.fields


@cache
def block_of(cls: type[Block], classes: int = 10) -> st.SearchStrategy[Block]:
    """A valid block of one kind; about half of its fields keep their defaults."""
    required, optional = {}, {}
    for field in fields_of(cls):
        if field.name in ("body", "branches"):
            required[field.name] = _held(field, classes)
        elif field.name == "times":
            optional[field.name] = st.integers(1, 2)
        elif field.name in cls.keras_required:
            required[field.name] = values(field.type)
        elif field.name == "application":
            # A network of few layers; the others are asked once each, in `test_backbone`.
            required[field.name] = st.just("VGG16")
        elif field.name == "frozen":
            optional[field.name] = st.sampled_from(["all", "nothing", "block2_pool", "no such"])
        elif field.name not in ("name", "library", "disabled", "collapsed", "pixels"):
            optional[field.name] = values(field.type)

    def made(fields: dict[str, Any]) -> Block:
        # Through the decoder, as a file would come: only what people could have made is drawn.
        return msgspec.convert({"kind": cls.__name__, **fields}, type=cls).resolved(classes)

    return st.fixed_dictionaries(required, optional=optional).map(made)


def _held(field: types.Field, classes: int) -> st.SearchStrategy[Any]:
    """What a container holds: few blocks, mostly such that keep the picture's size."""
    # Depth is drawn sparingly: every layer costs Keras milliseconds.
    inner = st.one_of(_keeping(), _plain(classes), _within(classes))
    stack = st.lists(inner, max_size=2).map(
        lambda drawn: [msgspec.to_builtins(block) for block in drawn]
    )
    return stack if field.name == "body" else st.lists(stack, min_size=2, max_size=3)


@cache
def _plain(classes: int) -> st.SearchStrategy[Block]:
    """A valid block that holds no others."""
    kinds = [cls for cls in CATALOGUE.values() if not issubclass(cls, Container)]
    return st.sampled_from(kinds).flatmap(lambda cls: block_of(cls, classes))


def _within(classes: int) -> st.SearchStrategy[Block]:
    """A container of one block, of any kind that holds others."""
    kinds = [cls for cls in CATALOGUE.values() if issubclass(cls, Container)]

    def filled(cls: type[Container], block: Block) -> Block:
        empty = cls()
        return empty.with_stacks(((block,), *empty.stacks[1:]))

    return st.builds(filled, st.sampled_from(kinds), _keeping() | _plain(classes))


def _keeping() -> st.SearchStrategy[Block]:
    """Blocks after which branches still fit together."""
    conv = CATALOGUE["Conv2D"]
    return st.builds(
        lambda filters, kernel: conv(filters=filters, kernel_size=(kernel, kernel), padding="same"),
        st.integers(1, 4),
        st.sampled_from([1, 3]),
    )


@cache
def blocks(classes: int = 10) -> st.SearchStrategy[Block]:
    """A valid block of any kind."""
    return st.sampled_from(list(CATALOGUE.values())).flatmap(lambda cls: block_of(cls, classes))


def pictures(largest: int = 20, channels: int = 6) -> st.SearchStrategy[Shape]:
    """Shapes of pictures."""
    side = st.integers(1, largest)
    return st.tuples(side, side, st.integers(1, channels))


def shapes() -> st.SearchStrategy[Shape]:
    """Shapes that may reach a block: mostly pictures, some vectors, few others."""
    size = st.integers(1, 9)
    return st.one_of(
        pictures(),
        pictures(),
        pictures(),
        st.tuples(st.integers(1, 40)),
        st.lists(size, min_size=1, max_size=4).map(tuple),
    )


@st.composite
def arrivals(draw: st.DrawFn, cls: type[Block]) -> tuple[Shape, Block]:
    """A shape and a block of one kind that it reaches; they may or may not fit."""
    shape = draw(shapes())
    return shape, draw(regrouping(shape, draw(block_of(cls))))


@st.composite
def regrouping(draw: st.DrawFn, shape: Shape, block: Block) -> Block:
    """The block, with a ``target_shape`` that holds as many values as arrive, if it has one.

    Sizes drawn by themselves would next to never fit; nor would the axes of ``dims``.
    """
    if hasattr(block, "dims") and draw(st.booleans()):
        axes = range(1, len(shape) + 1)
        return block.changed(dims=tuple(draw(st.permutations(axes))))
    if not hasattr(block, "target_shape") or not draw(st.booleans()):
        return block
    rest, target = math.prod(shape), []
    for _ in range(draw(st.integers(0, 3))):
        divisor = draw(st.sampled_from([d for d in range(1, min(rest, 12) + 1) if rest % d == 0]))
        target.append(divisor)
        rest //= divisor
    target.append(draw(st.sampled_from([rest, -1])))
    return block.changed(target_shape=tuple(draw(st.permutations(target))))


MANY = 20_000
"""Stacks end when a block hands on more values than this, so that Keras can run them."""


@st.composite
def stacks(draw: st.DrawFn, longest: int = 8) -> tuple[Input, tuple[Block, ...]]:
    """An input and a stack.  Each block had a few chances to fit, so that stacks get deep."""
    height, width = draw(st.integers(1, 20)), draw(st.integers(1, 20))
    picture = Input(height=height, width=width, channels=draw(st.sampled_from([1, 3])))
    shape: Shape | None = picture.shape
    stack: list[Block] = []
    for _ in range(draw(st.integers(1, longest))):
        for _ in range(draw(st.integers(1, 4))):
            block = draw(regrouping(shape or picture.shape, draw(blocks())))
            output = _output(block, shape)
            if output is not None:
                break
        if draw(st.integers(0, 9)) == 9:
            stack.append(block.changed(disabled=True))
            continue
        stack.append(block)
        shape = output
        if shape is not None and math.prod(shape) > MANY:
            break
    return picture, tuple(stack)


def _output(block: Block, shape: Shape | None) -> Shape | None:
    if shape is None:
        return None
    try:
        return block.output_shape(shape)
    except ShapeProblem:
        return None
