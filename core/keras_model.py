"""A project as a Keras model.  Engine process only: importing this module loads Keras."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import keras

from core.analysis import analyse
from core.blocks import L2, Block
from core.blocks.backbone import FlipColours, PretrainedNetwork
from core.graph import INPUT, Graph, Layer, lower
from core.keras_pointwise import trainable_pointwise
from core.keras_pretrained import pretrained_network
from core.project import Path, Project, label, show_path

FRAMES_PER_LAYER = 12
"""Python frames that Keras nests for each layer of a stack when it walks the graph (measured)."""


class DesignError(Exception):
    """A project is not a model that can be built; the text is for people."""


def build_model(project: Project) -> keras.Model:
    """The Keras model of a project, its weights freshly drawn.

    The model takes raw pixels, ``uint8`` of shape ``(batch, height, width, channels)``; rescaling
    is its first layer, the others are those of `core.graph.lower`.

    Raises:
        DesignError: A block cannot take the shape that reaches it, or the stack is empty.
    """
    for problem in analyse(project).problems:
        if problem.code in ("shape", "empty"):
            where = f"{label(project, problem.path)}: " if problem.path is not None else ""
            raise DesignError(f"{where}{problem.message} {problem.reason}".strip())
    graph = lower(project)
    # Keras walks the graph recursively and fails near 1,000 layers with Python's usual limit.
    limit = 1_000 + FRAMES_PER_LAYER * len(graph.layers)
    sys.setrecursionlimit(max(sys.getrecursionlimit(), limit))
    picture = keras.Input(project.input.shape, dtype="uint8", name="input")
    outputs = connected(graph, _rescaling(project)(picture), partial(label, project))
    return keras.Model(picture, outputs, name=_model_name(project.name))


def connected(graph: Graph, start: Any, called: Callable[[Path], str] = show_path) -> Any:
    """The values that the layers of a graph make of ``start``.

    Args:
        graph: What to build.
        start: A Keras tensor.
        called: Names a block in a sentence.

    Raises:
        DesignError: Keras refuses a layer.
    """
    values = {INPUT: start}
    for number, layer in enumerate(graph.layers):
        inputs = [values[source] for source in layer.inputs]
        try:
            values[number] = _made(layer)(inputs if layer.merge else inputs[0])
        except (ValueError, TypeError) as error:
            raise DesignError(
                f"{called(layer.path)}: Keras refuses it, though our rules allow it; "
                f"please report this. Keras says: {error}"
            ) from error
    return values[len(graph.layers) - 1]


class Built(NamedTuple):
    """What Keras made of one block.

    Attributes:
        output: Shape that leaves it, without the batch axis.
        parameters: Weights of all its layers (values).
    """

    output: tuple[int, ...]
    parameters: int


def built_blocks(model: keras.Model, project: Project) -> dict[Path, Built]:
    """What Keras made of each block that takes part, containers and what they hold."""
    graph = lower(project)
    # Bare operations are no layers of the model: they have no weights, and no block ends in one.
    layers = {layer.name: layer for layer in model.layers}
    found = {}
    for path, end in graph.ends.items():
        last = layers["rescaling" if end == INPUT else graph.layers[end].name]
        names = (graph.layers[number].name for number in graph.of(path))
        own = (layers[name] for name in names if name in layers)
        found[path] = Built(
            tuple(last.output.shape[1:]), sum(layer.count_params() for layer in own)
        )
    return found


def _made(layer: Layer) -> Any:
    """The Keras layer of a layer of the graph."""
    if layer.block is None:
        return getattr(keras.layers, str(layer.merge))(name=layer.name)
    return keras_layer(layer.block, layer.name)


def values_before(model: keras.Model, project: Project, path: Path) -> keras.Model:
    """A model of the same weights that gives what arrives at a block and what leaves it."""
    graph = lower(project)
    layer = model.get_layer(graph.layers[graph.ends[path]].name)
    return keras.Model(model.inputs, [layer.input, layer.output])


def keras_layer(block: Block, name: str | None = None) -> Any:
    """The Keras layer of one block, or what else makes of a tensor what the block does."""
    if isinstance(block, PretrainedNetwork):
        return pretrained_network(block, name)
    if isinstance(block, FlipColours):
        return partial(keras.ops.flip, axis=-1)
    arguments: dict[str, Any] = {
        key: keras.regularizers.L2(value.factor) if isinstance(value, L2) else value
        for key, value in block.keras_arguments().items()
    }
    layer = getattr(keras.layers, block.kind())
    return trainable_pointwise(layer(name=name, **arguments))


def _rescaling(project: Project) -> keras.layers.Layer:
    """The first layer: pixels to the range that the Input block asks for, as float32."""
    scale, offset = project.input.scale_and_offset or (1.0, 0.0)
    return keras.layers.Rescaling(scale, offset, name="rescaling")


def _model_name(name: str) -> str:
    """A Keras model name from a project name."""
    plain = "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in name)
    return plain.strip("_").lower() or "model"
