"""A project as a Keras model.  Engine process only: importing this module loads Keras."""

from __future__ import annotations

import sys
from typing import Any

import keras

from core.analysis import analyse
from core.blocks import L2, Block
from core.keras_pointwise import trainable_pointwise
from core.project import Project, label, layer_names

FRAMES_PER_LAYER = 12
"""Python frames that Keras nests for each layer of a stack when it walks the graph (measured)."""


class DesignError(Exception):
    """A project is not a model that can be built; the text is for people."""


def build_model(project: Project) -> keras.Model:
    """The Keras model of a project, its weights freshly drawn.

    The model takes raw pixels, ``uint8`` of shape ``(batch, height, width, channels)``; rescaling
    is its first layer.  Each block is one layer, named as in `core.project.layer_names`.

    Raises:
        DesignError: A block cannot take the shape that reaches it, or the stack is empty.
    """
    for problem in analyse(project).problems:
        if problem.code in ("shape", "empty"):
            where = f"{label(project, problem.path)}: " if problem.path is not None else ""
            raise DesignError(f"{where}{problem.message} {problem.reason}".strip())
    stack = project.resolved_stack()
    # Keras walks the stack recursively and fails near 1,000 layers with Python's usual limit.
    sys.setrecursionlimit(max(sys.getrecursionlimit(), 1_000 + FRAMES_PER_LAYER * len(stack)))
    picture = keras.Input(project.input.shape, dtype="uint8", name="input")
    values = _rescaling(project)(picture)
    for block, name in zip(stack, layer_names(project.stack), strict=True):
        try:
            values = keras_layer(block, name)(values)
        except (ValueError, TypeError) as error:
            place = next(i for i, other in enumerate(stack) if other is block)
            raise DesignError(
                f"{label(project, (place,))}: Keras refuses it, though our rules allow it; please "
                f"report this. Keras says: {error}"
            ) from error
    return keras.Model(picture, values, name=_model_name(project.name))


def block_layers(model: keras.Model, project: Project) -> list[keras.layers.Layer]:
    """The layer of each block, in stack order."""
    return [model.get_layer(name) for name in layer_names(project.stack)]


def keras_layer(block: Block, name: str | None = None) -> keras.layers.Layer:
    """The Keras layer of one block."""
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
