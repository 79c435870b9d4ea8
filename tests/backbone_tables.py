"""Writes down the networks of Keras Applications, layer by layer, for ``resources/backbones``.

``python -m tests.backbone_tables`` writes the files anew; `tests.core.blocks.test_backbone` holds
them equal to Keras.  What a layer does to a shape and costs is not written down: our own blocks
know that.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import keras
import msgspec

from core.blocks import CATALOGUE, snake
from core.blocks._applications import APPLICATIONS
from core.blocks._network import TABLES, Record

SIDE = 224
MERGES = ("Add", "Multiply", "Concatenate")
NOT_WRITTEN = re.compile(r".*_(initializer|regularizer)$|momentum|epsilon")


def keras_network(key: str, side: int = SIDE) -> keras.Model:
    """A network as Keras builds it, without memory for its weights."""
    application = APPLICATIONS[key]
    with keras.StatelessScope(initialize_variables=False):
        return getattr(keras.applications, application.function)(
            include_top=False,
            weights=None,
            input_shape=(side, side, 3),
            **dict(application.arguments),
        )


def table(key: str) -> tuple[tuple[Record, ...], tuple[str, ...]]:
    """The layers of a network, and the layers at which its stages end."""
    model = keras_network(key)
    records: list[Record] = []
    shapes: list[tuple[int, ...]] = []
    made: dict[int, int] = {}  # an operation's id → the number of its record
    for operation in model.operations:
        if isinstance(operation, keras.layers.InputLayer):
            made[id(operation)] = -1
            continue
        tensors = operation._inbound_nodes[0].arguments.keras_tensors
        inputs = tuple(made[id(tensor._keras_history.operation)] for tensor in tensors)
        for inner in getattr(operation, "layers", [operation]):
            records.append(_record(inner, inputs, _lasting(operation)))
            shapes.append(tuple(inner.output.shape[1:]))
            inputs = (len(records) - 1,)
        made[id(operation)] = len(records) - 1
    weighty = [isinstance(op, keras.layers.Layer) and op.count_params() > 0 for op in _flat(model)]
    return tuple(records), _stages(records, shapes, weighty)


def _flat(model: keras.Model) -> list[Any]:
    operations = [op for op in model.operations if not isinstance(op, keras.layers.InputLayer)]
    return [inner for op in operations for inner in getattr(op, "layers", [op])]


def _lasting(operation: Any) -> str:
    """The name, unless Keras counted it up, so that it would be another in the next model."""
    counted = re.fullmatch(rf"{snake(type(operation).__name__)}(_\d+)?", operation.name)
    return "" if counted or not isinstance(operation, keras.layers.Layer) else operation.name


def _record(layer: Any, inputs: tuple[int, ...], name: str) -> Record:
    kind = type(layer).__name__
    if kind in MERGES and len(inputs) > 1:
        return Record(name, kind, {}, inputs)
    if kind in (*MERGES, "Normalization"):  # with a constant: neither weights nor another shape
        return Record(name, "Activation", {"activation": "linear"}, inputs)
    if kind == "LayerScale":
        return Record(name, kind, {}, inputs)
    config = layer.get_config()
    if kind == "ZeroPadding2D" and kind_after(layer) == "depthwiseconv2d":
        kernel = {1: 3, 3: 5}[sum(config["padding"][0])]
        return Record(name, "PadToStride", {"kernel": kernel}, inputs)
    cls = CATALOGUE[kind]
    fields = {}
    for info in cls.argument_fields():
        value = config.get(info.name)
        if NOT_WRITTEN.match(info.name) or info.name not in config:
            continue
        fitting = msgspec.convert(_plain(info.name, value, config), info.type)
        if fitting != info.default or info.name in cls.keras_required:
            fields[info.name] = msgspec.to_builtins(fitting)
    return Record(name, kind, fields, inputs)


def kind_after(layer: Any) -> str:
    """What the layer's values go to."""
    nodes = layer._outbound_nodes
    return type(nodes[0].operation).__name__.lower() if nodes else ""


def _plain(name: str, value: Any, config: dict[str, Any]) -> Any:
    if name == "axis" and isinstance(value, list | tuple):
        return (-1,)
    if name == "axis":
        return -1
    if isinstance(value, dict):
        return value["config"]["name"] if "config" in value else value
    return value


def _stages(
    records: list[Record], shapes: list[tuple[int, ...]], weighty: list[bool]
) -> tuple[str, ...]:
    """A layer at the end of each size but the last, by a name that lasts.

    All values pass through it, so that what is before it is whole; a merge, where there is one.
    """
    levels: dict[int, list[int]] = {}
    for at in range(len(records) - 1):
        crossed = any(
            source < at < later
            for later in range(at + 1, len(records))
            for source in records[later].inputs
        )
        if not crossed and len(shapes[at]) == 3 and records[at].kind not in PADS:
            levels.setdefault(shapes[at][0], []).append(at)
    names = []
    for places in list(levels.values())[:-1]:
        merges = [at for at in places if records[at].kind in ("Add", "Concatenate")]
        own = [at for at in places if "Pooling" not in records[at].kind] or places
        fewest = min(shapes[at][2] for at in own)
        end = (merges or [at for at in own if shapes[at][2] == fewest])[-1]
        if any(weighty[: end + 1]):
            names.append(_nearest(records, weighty, end))
    return tuple(dict.fromkeys(filter(None, names)))


PADS = ("PadToStride", "ZeroPadding2D")


def _nearest(records: list[Record], weighty: list[bool], at: int) -> str:
    """The name of a layer with nothing that has weights between it and ``at``."""
    while records[at + 1].kind in FOLLOWING and records[at + 1].name:
        at += 1
    back = at
    while not records[back].name and not weighty[back]:
        back -= 1
    if records[back].name:
        return records[back].name
    while not records[at].name:
        at += 1
        if weighty[at]:
            return ""
    return records[at].name


FOLLOWING = ("Activation", "ReLU", "MaxPooling2D", "AveragePooling2D")


def text(key: str) -> str:
    """A network's file: a layer a line."""
    records, stages = table(key)
    lines = ",\n".join(msgspec.json.encode(record).decode() for record in records)
    return f'{{"stages": {msgspec.json.encode(stages).decode()},\n"layers": [\n{lines}\n]}}\n'


def path_of(key: str) -> Path:
    """Where a network is written down."""
    return TABLES / f"{key.lower().replace(' ', '')}.json"


if __name__ == "__main__":
    for each in APPLICATIONS:
        print(each, table(each)[1])
        path_of(each).parent.mkdir(exist_ok=True)
        path_of(each).write_text(text(each), "utf-8")
