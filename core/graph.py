"""A project as a list of Keras layers: what the model is built from and the script is written from.

Pure Python; no Keras here.
"""

from __future__ import annotations

from typing import NamedTuple

from core.blocks import Block, Composite, Container, Join, Shape, ShapeProblem, Stack
from core.blocks._nesting import Merge, enabled, merged
from core.nesting import Path
from core.project import Project, block_names

INPUT = -1
"""Stands for the rescaled picture where the number of a layer is expected."""


class Layer(NamedTuple):
    """One Keras layer.

    Attributes:
        name: Unique in the model.
        block: Its kind and arguments; None for a merge.
        merge: The merge layer's kind; None for the others.
        inputs: Numbers of the layers it takes; `INPUT` for the picture.
        path: The block it belongs to, the innermost that stands on the canvas.
        copies: Paths of the Repeats of which this is in a later copy.
        named: Whether the user chose the name.
    """

    name: str
    block: Block | None
    merge: Merge | None
    inputs: tuple[int, ...]
    path: Path
    copies: frozenset[Path] = frozenset()
    named: bool = False


class Graph(NamedTuple):
    """The layers of a project in an order in which they can be built.

    Attributes:
        layers: All of them.
        ends: For each block that takes part, the number of the layer whose values it hands on; of
            a Repeat's body, in the first copy.
        keep: What to call the values of a layer that are needed later on, where there is a word.
    """

    layers: tuple[Layer, ...]
    ends: dict[Path, int]
    keep: dict[int, str]

    @property
    def is_chain(self) -> bool:
        """Whether each layer takes the one before, so that a Sequential model will do."""
        return all(
            layer.inputs == (at - 1,) and _is_layer(layer) for at, layer in enumerate(self.layers)
        )

    def of(self, path: Path) -> tuple[int, ...]:
        """Numbers of the layers that a block comes to; a block in a Repeat, in the first copy."""
        return tuple(
            at
            for at, layer in enumerate(self.layers)
            if layer.path[: len(path)] == path
            and not any(path[: len(c)] == c and path != c for c in layer.copies)
        )


def _is_layer(layer: Layer) -> bool:
    """Whether it can stand in a list of layers; a bare operation cannot."""
    source = layer.block.source(layer.name) if layer.block is not None else None
    return source is None or bool(source.layer)


class _Value(NamedTuple):
    """What comes out of a layer: its number, and its shape where that is known."""

    layer: int
    shape: Shape | None


def lower(project: Project) -> Graph:
    """The layers of a project.

    Blocks with problems are written as they stand, so that the code of an unfinished design can be
    read; only a design without shape problems can be built.
    """
    return lower_stack(project.resolved_stack(), project.input.shape, block_names(project))


def lower_stack(stack: Stack, shape: Shape, names: dict[Path, str]) -> Graph:
    """The layers of a stack.

    Args:
        stack: With everything filled in that follows from the data.
        shape: What reaches it.
        names: For each of its blocks, what its layer is called.
    """
    return _Lowering(names).graph(stack, shape)


class _Lowering:
    def __init__(self, names: dict[Path, str]) -> None:
        self._names = names
        self._used = set(self._names.values())
        self._taken: set[str] = set()
        self._layers: list[Layer] = []
        self._ends: dict[Path, int] = {}
        self._keep: dict[int, str] = {}
        self._copies: frozenset[Path] = frozenset()

    def graph(self, stack: Stack, shape: Shape) -> Graph:
        self._stack(stack, _Value(INPUT, shape), ())
        return Graph(tuple(self._layers), self._ends, self._keep)

    def _stack(self, stack: Stack, value: _Value, place: Path) -> _Value:
        for index, block in enumerate(stack):
            path = (*place, index)
            if not block.disabled:
                value = self._block(block, value, path)
            if not self._copies:
                self._ends[path] = value.layer
        return value

    def _block(self, block: Block, value: _Value, path: Path) -> _Value:
        if isinstance(block, Container):
            return self._container(block, value, path)
        if isinstance(block, Composite):
            return self._composite(block, value, path)
        return self._layer(block, value, path, self._names[path], bool(block.name))

    def _layer(
        self, block: Block, value: _Value, path: Path, name: str, named: bool = False
    ) -> _Value:
        return self._add(block, None, (value.layer,), _after(block, value.shape), path, name, named)

    def _add(
        self,
        block: Block | None,
        merge: Merge | None,
        inputs: tuple[int, ...],
        shape: Shape | None,
        path: Path,
        name: str,
        named: bool = False,
    ) -> _Value:
        self._layers.append(
            Layer(self._unique(name), block, merge, inputs, path, self._copies, named)
        )
        return _Value(len(self._layers) - 1, shape)

    def _unique(self, name: str) -> str:
        """The name of a block for its first layer; for further ones a number is added."""
        number, wanted = 1, name
        while wanted in self._taken or (number > 1 and wanted in self._used):
            number += 1
            wanted = f"{name}_copy_{number}" if self._copies else f"{name}_{number}"
        self._taken.add(wanted)
        return wanted

    # Several layers

    def _container(self, block: Container, value: _Value, path: Path) -> _Value:
        outside = self._copies
        for turn, stacks in enumerate(block.rounds()):
            if turn > 0:
                self._copies = outside | {path}
            value = self._round(block, stacks, value, path)
        self._copies = outside
        return value

    def _round(
        self, block: Container, stacks: tuple[Stack, ...], entry: _Value, path: Path
    ) -> _Value:
        ends = [self._stack(stack, entry, (*path, number)) for number, stack in enumerate(stacks)]
        return self._joined(_join(block, entry, ends), entry, ends, path, self._names[path])

    def _joined(
        self, join: Join, entry: _Value, ends: list[_Value], path: Path, name: str
    ) -> _Value:
        if join.merge is None:
            return ends[0]
        if join.shortcut is not None:
            self._keep.setdefault(entry.layer, "shortcut")
            ends = [*ends, self._run(join.shortcut, entry, path, f"{name}_shortcut")]
        elif len(ends) > 1:
            self._keep.setdefault(entry.layer, "entry")
        for end in ends:
            self._keep.setdefault(end.layer, "branch")
        inputs = tuple(end.layer for end in ends)
        value = self._add(None, join.merge, inputs, _merged(join, ends), path, name)
        return self._run(join.after, value, path, f"{name}_after")

    def _run(self, stack: Stack, value: _Value, path: Path, name: str) -> _Value:
        """Layers that belong to a block without standing on the canvas."""
        for block in enabled(stack):
            own = f"{name}_{block.name}" if block.name else name
            if isinstance(block, Container):
                for stacks in block.rounds():
                    ends = [self._run(inner, value, path, own) for inner in stacks]
                    value = self._joined(_join(block, value, ends), value, ends, path, own)
            else:
                value = self._layer(block, value, path, own)
        return value

    def _composite(self, block: Composite, value: _Value, path: Path) -> _Value:
        if value.shape is None:
            return self._layer(block, value, path, self._names[path])
        try:
            stack = block.expanded(value.shape)
        except ShapeProblem:
            return self._layer(block, value, path, self._names[path])
        return self._run(stack, value, path, self._names[path])


def _after(block: Block, shape: Shape | None) -> Shape | None:
    """The shape behind a block; None where it cannot be told."""
    if shape is None:
        return None
    try:
        return block.output_shape(shape)
    except ShapeProblem:
        return None


def _merged(join: Join, ends: list[_Value]) -> Shape | None:
    """The shape behind a merge; None where one is unknown or they do not fit together."""
    shapes = tuple(end.shape for end in ends if end.shape is not None)
    if len(shapes) < len(ends) or len({len(shape) for shape in shapes}) > 1:
        return None
    return merged(join.merge, shapes)


def _join(block: Container, entry: _Value, ends: list[_Value]) -> Join:
    """The container's join, as far as the shapes are known."""
    shapes = tuple(end.shape for end in ends if end.shape is not None)
    if entry.shape is None or len(shapes) < len(ends):
        return block.loose_join()
    try:
        return block.join(entry.shape, shapes)
    except ShapeProblem:
        return block.loose_join()
