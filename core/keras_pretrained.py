"""Networks of Keras Applications as one layer of a model, and their weights from files.

Engine process only: importing this module loads Keras.
"""

from __future__ import annotations

import warnings
from pathlib import Path

import keras

from core.blocks.backbone import ALL, NOTHING, PretrainedNetwork
from core.data.pretrained import WeightsError
from core.data.weights import weights_path
from core.graph import Graph, lower
from core.keras_pointwise import trainable_pointwise
from core.project import Project, label

HDF5 = b"\x89HDF\r\n\x1a\n"
"""How every file of weights begins."""


def pretrained_network(block: PretrainedNetwork, name: str | None) -> keras.Model:
    """The network, its weights freshly drawn, with the layers frozen that training is to leave.

    A frozen BatchNormalization works in inference mode, also while the rest is trained.
    """
    about = block.about
    network = getattr(keras.applications, about.function)(
        include_top=False,
        weights=None,
        input_shape=(*block.size, 3),
        **dict(about.arguments),
        **({"name": name} if name else {}),
    )
    for layer in _every_layer(network):
        trainable_pointwise(layer)
    _freeze(network, block.frozen)
    return network


def _every_layer(network: keras.Model) -> list[keras.layers.Layer]:
    return [inner for layer in network.layers for inner in getattr(layer, "layers", [layer])]


def _freeze(network: keras.Model, frozen: str) -> None:
    if frozen == NOTHING:
        return
    if frozen == ALL:
        network.trainable = False
        return
    for layer in network.layers:
        layer.trainable = False
        if layer.name == frozen:
            return


def load_pretrained(model: keras.Model, project: Project, only_if_there: bool = False) -> None:
    """Give the networks of a freshly built model the weights that their blocks ask for.

    Args:
        model: Of `core.keras_model.build_model`.
        project: What it was built from.
        only_if_there: Leave a network as it is drawn whose weights have not been downloaded.

    Raises:
        WeightsError: A file is missing, or does not fit.
    """
    for block, name, where in _networks(project, lower(project)):
        path = weights_path(block)
        if path is None or (only_if_there and not path.is_file()):
            continue
        try:
            _load(model.get_layer(name), path)
        except WeightsError as error:
            raise WeightsError(f"{where}: {error}") from error


def _networks(project: Project, graph: Graph) -> list[tuple[PretrainedNetwork, str, str]]:
    """The networks of a project, the name of each in the model, and what to call its block."""
    return [
        (layer.block, layer.name, label(project, layer.path))
        for layer in graph.layers
        if isinstance(layer.block, PretrainedNetwork)
    ]


def _load(network: keras.Model, path: Path) -> None:
    """Read a file of weights into a network.

    Raises:
        WeightsError: It cannot be read, or belongs to another network.
    """
    _check_file(path)
    try:
        with warnings.catch_warnings():
            # Keras passes over what it does not find with a warning and leaves random weights.
            warnings.simplefilter("error", UserWarning)
            network.load_weights(path)
    except (ValueError, TypeError, KeyError, OSError, IndexError, UserWarning) as error:
        raise WeightsError(
            f"The weights in {path} do not fit this network: {_first_line(error)}. Take a file "
            "that Keras saved from the same network with include_top=False, or other weights."
        ) from error


def _check_file(path: Path) -> None:
    try:
        with path.open("rb") as stream:
            start = stream.read(len(HDF5))
    except OSError as error:
        raise WeightsError(
            f"The weights file {path} cannot be read: {error.strerror or error}. Name another "
            "file, or take other weights."
        ) from error
    if start != HDF5:
        raise WeightsError(
            f"{path} is no file of weights: it does not begin as an HDF5 file does. Take a file "
            "that Keras saved with save_weights, ending in .weights.h5."
        )


def _first_line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return " ".join(lines[:2])[:300].rstrip(".:") or type(error).__name__
