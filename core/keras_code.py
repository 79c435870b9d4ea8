"""A project as a Python script in plain Keras, as a person would write it.

Writing it needs no Keras.
"""

from __future__ import annotations

import json
import re
from typing import NamedTuple

import msgspec

from core.blocks import L2, Block, snake
from core.blocks.base import Source
from core.data.source import Folder
from core.graph import INPUT, Graph, Layer, lower
from core.keras_data_code import left_out, load_data_code
from core.picture_code import IMPORTS
from core.project import Path, Project
from core.training.plan import TrainingPlan

_COUNTED = re.compile(r"_\d+\Z")


class Script(msgspec.Struct, frozen=True):
    """A script and where each block stands in it.

    Attributes:
        text: The whole script.
        lines: For each block's path, its line numbers, from 1.
    """

    text: str
    lines: dict[Path, tuple[int, ...]]


def write_script(project: Project) -> Script:
    """A script that builds the project's model and trains it by the project's plan.

    Run with ``--summary`` it only prints the model.  MNIST comes from ``--data mnist.npz`` or, if
    not given, from Keras's own download; a folder of pictures from ``--data FOLDER``.
    """
    head = _head(project).splitlines()
    model = _model(project)
    text = "\n".join((*head, *_indented(model), "", "", *_tail(project).splitlines())) + "\n"
    return Script(text, _places(project, model, len(head)))


def write_layers(project: Project) -> Script:
    """Only the model, for reading beside the canvas."""
    model = _model(project)
    # Here the model is made, not returned.
    lines = [line.text for line in model]
    opening = next(at for at, line in enumerate(lines) if line.startswith("return "))
    lines[opening] = lines[opening].replace("return ", "model = ", 1)
    return Script("\n".join(lines) + "\n", _places(project, model, 0))


class _Line(NamedTuple):
    """A line of ``build_model``, and the block that it is written for."""

    text: str
    path: Path | None = None


def _indented(lines: list[_Line]) -> list[str]:
    return ["    " + line.text if line.text else "" for line in lines]


def _places(project: Project, lines: list[_Line], before: int) -> dict[Path, tuple[int, ...]]:
    """The lines of each block, those of what it holds among them."""
    places: dict[Path, list[int]] = {path: [] for path, _ in project.walk()}
    for number, line in enumerate(lines, before + 1):
        for end in range(1, len(line.path or ()) + 1, 2):
            places[(line.path or ())[:end]].append(number)
    return {path: tuple(numbers) for path, numbers in places.items()}


def _model(project: Project) -> list[_Line]:
    """The body of ``build_model``: a Sequential model where that will do, else a functional one."""
    graph = _named_apart(lower(project))
    return _sequential(project, graph) if graph.is_chain else _functional(project, graph)


def _named_apart(graph: Graph) -> Graph:
    """The graph with names also for layers that Keras might call as the user called another.

    Keras counts: ``conv2d``, ``conv2d_1``.  A block of the user's that is called so, whatever its
    kind, would then be the second of its name.
    """
    counted = {_counted(layer.name) for layer in graph.layers if layer.named or _source(layer)}
    layers = tuple(
        layer._replace(named=layer.named or _base(layer) in counted) for layer in graph.layers
    )
    return graph._replace(layers=layers)


def _counted(name: str) -> str:
    """A name without the number that Keras, or we, put behind it."""
    return _COUNTED.sub("", name)


def _base(layer: Layer) -> str:
    """What Keras calls a layer of this kind, before it counts."""
    return snake(layer.block.kind() if layer.block is not None else str(layer.merge))


def _sequential(project: Project, graph: Graph) -> list[_Line]:
    before: list[_Line] = []
    lines = [_Line("return keras.Sequential("), _Line("    [")]
    lines += [_Line(f"        {_input(project)},"), _Line(f"        {_rescaling(project)},")]
    for layer in graph.layers:
        assert layer.block is not None
        source = _source(layer)
        before += [_Line(line, layer.path) for line in (source.before if source else ())]
        call = source.layer if source else _call(layer)
        lines.append(_Line(f"        {call},", layer.path))
    return [*before, *lines, _Line("    ]"), _Line(")")]


def _functional(project: Project, graph: Graph) -> list[_Line]:
    """One line a layer, ``x`` being handed on; what is needed later gets a name of its own."""
    last_use = dict.fromkeys(range(INPUT, len(graph.layers)), 0)
    last_use |= {source: at for at, layer in enumerate(graph.layers) for source in layer.inputs}
    lines = [
        _Line(f"inputs = {_input(project)}"),
        _Line(f"x = {_rescaling(project)}(inputs)"),
    ]
    names: dict[int, str] = {}
    held = INPUT
    for at, layer in enumerate(graph.layers):
        if last_use[held] > at:
            names[held] = _free(graph.keep.get(held, "y"), names, last_use, at)
            lines.append(_Line(f"{names[held]} = x", layer.path))
        source = _source(layer)
        lines += [_Line(line, layer.path) for line in (source.before if source else ())]
        lines.append(_Line(f"x = {_called(layer, names, held)}", layer.path))
        held = at
    return [*lines, _Line("return keras.Model(inputs, x)")]


def _called(layer: Layer, names: dict[int, str], held: int) -> str:
    """The expression that makes a layer and applies it."""
    arguments = ["x" if source == held else names[source] for source in layer.inputs]
    if layer.merge is not None:
        name = f'name="{layer.name}"' if layer.named else ""
        return f"layers.{layer.merge}({name})([{', '.join(arguments)}])"
    if source := _source(layer):
        return source.call.format(x=arguments[0])
    return f"{_call(layer)}({arguments[0]})"


def _source(layer: Layer) -> Source | None:
    """How a layer is written that is none of ``keras.layers``; None for the others."""
    return layer.block.source(layer.name) if layer.block is not None else None


def _call(layer: Layer) -> str:
    """The expression that makes a layer."""
    assert layer.block is not None
    return layer_call(layer.block, layer.name if layer.named else "")


def _free(word: str, names: dict[int, str], last_use: dict[int, int], at: int) -> str:
    """A variable that holds nothing that is still needed."""
    busy = {name for source, name in names.items() if last_use[source] >= at}
    number, name = 1, word
    while name in busy:
        number += 1
        name = f"{word}_{number}"
    return name


def layer_call(block: Block, name: str = "") -> str:
    """One block as the expression that makes its Keras layer."""
    arguments = [f"{key}={_value(value)}" for key, value in block.keras_arguments().items()]
    if name:
        arguments.append(f'name="{name}"')
    return f"layers.{block.kind()}({', '.join(arguments)})"


def _input(project: Project) -> str:
    names = {_counted(block.name) for _, block in project.walk()}
    name = ', name="input"' if "input_layer" in names else ""  # which is what Keras would call it
    return f'keras.Input({project.input.shape}, dtype="uint8"{name})'


def _rescaling(project: Project) -> str:
    scale, offset = project.input.scale_and_offset or (1.0, 0.0)
    factor = {1 / 255: "1 / 255", 1 / 127.5: "1 / 127.5"}.get(scale, repr(scale))
    shift = f", offset={offset:.17g}" if offset else ""
    return f"layers.Rescaling({factor}{shift})"


def _value(value: object) -> str:
    """A Keras argument as Python source."""
    if isinstance(value, L2):
        return f"keras.regularizers.L2({value.factor!r})"
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, tuple) and len(set(value)) == 1 and len(value) == 2:
        # A square window reads better as one number, and Keras takes it.
        return repr(value[0]) if isinstance(value[0], int) else repr(value)
    return repr(value)


def _head(project: Project) -> str:
    """Imports, constants and the start of ``build_model``."""
    plan = project.plan
    title = " ".join(project.name.replace("\\", "").replace('"', "").split())
    reads_files = isinstance(project.data, Folder)
    paths = "\nimport pathlib" if reads_files else ""
    picture_imports = IMPORTS if reads_files else "import numpy as np"
    notes = "".join(f"\n{line}" for line in left_out(project))
    return f'''"""{title}: a picture classifier in plain Keras, written by Layerloom."""

import argparse{paths}

import keras
{picture_imports}
from keras import layers

SEED = {plan.seed}
BATCH_SIZE = {plan.batch_size}
EPOCHS = {plan.epochs}
LEARNING_RATE = {plan.learning_rate!r}
VALIDATION_SPLIT = {plan.validation_split!r}{_class_names(project)}{notes}


def build_model():
    """Raw pixels (0 to 255) in, one probability per class out."""'''


def _class_names(project: Project) -> str:
    """The constant that names a folder's classes; ready-made sets need none."""
    if not isinstance(project.data, Folder):
        return ""
    names = [json.dumps(name, ensure_ascii=False) for name in project.data.class_names]
    inline = f"\nCLASS_NAMES = [{', '.join(names)}]"
    if len(inline) <= 88:
        return inline
    return "\nCLASS_NAMES = [\n" + "".join(f"    {name},\n" for name in names) + "]"


def _tail(project: Project) -> str:
    """The rest of the script: data, optimiser, training."""
    return f'''{load_data_code(project)}

def learning_rate(steps):
    """{_schedule_words(project.plan)}"""
    return {_schedule(project.plan)}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    {_data_argument(project)}
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--limit", type=int, help="use only this many pictures")
    parser.add_argument("--summary", action="store_true", help="print the model and stop")
    arguments = parser.parse_args()

    keras.utils.set_random_seed(SEED)
    model = build_model()
    model.summary()
    if arguments.summary:
        return

    (x_train, y_train), (x_test, y_test) = load_data(arguments.data)
    order = np.random.default_rng(SEED).permutation(len(x_train))[: arguments.limit]
    count = round(len(order) * VALIDATION_SPLIT)
    validation, training = order[:count], order[count:]

    steps = -(-len(training) // BATCH_SIZE) * arguments.epochs
    model.compile(
        optimizer={_optimizer(project.plan)},
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    model.fit(
        x_train[training],
        y_train[training],
        batch_size=BATCH_SIZE,
        epochs=arguments.epochs,
        validation_data=(x_train[validation], y_train[validation]),{_callbacks(project.plan)}
    )
    loss, accuracy = model.evaluate(x_test, y_test, batch_size=256)
    print(f"test accuracy {{accuracy:.2%}}")
    model.save("{_file_name(project.name)}.keras")


if __name__ == "__main__":
    main()'''


def _data_argument(project: Project) -> str:
    if not isinstance(project.data, Folder):
        return 'parser.add_argument("--data", metavar="MNIST.NPZ", help="default: download")'
    return 'parser.add_argument("--data", metavar="FOLDER", required=True)'


def _schedule_words(plan: TrainingPlan) -> str:
    if plan.schedule == "constant":
        return "The same for every step."
    return "Climb for the first steps, then fall to 0 along half a cosine."


def _schedule(plan: TrainingPlan) -> str:
    if plan.schedule == "constant":
        return "LEARNING_RATE"
    return (
        f"""keras.optimizers.schedules.CosineDecay(
        initial_learning_rate=0.0,
        decay_steps=steps - round({plan.warmup!r} * steps),
        warmup_target=LEARNING_RATE,
        warmup_steps=round({plan.warmup!r} * steps),
    )"""
        if plan.warmup
        else ("keras.optimizers.schedules.CosineDecay(LEARNING_RATE, decay_steps=steps)")
    )


def _optimizer(plan: TrainingPlan) -> str:
    rate = "learning_rate(steps)"
    return {
        "adam": f"keras.optimizers.Adam({rate})",
        "adamw": f"keras.optimizers.AdamW({rate}, weight_decay={plan.weight_decay!r})",
        "sgd": f"keras.optimizers.SGD({rate}, momentum={plan.momentum!r})",
        "rmsprop": f"keras.optimizers.RMSprop({rate})",
    }[plan.optimizer]


def _callbacks(plan: TrainingPlan) -> str:
    if plan.early_stopping is None:
        return ""
    return f"""
        callbacks=[
            keras.callbacks.EarlyStopping(
                patience={plan.early_stopping}, restore_best_weights=True
            ),
        ],"""


def _file_name(name: str) -> str:
    """A file name without surprises from a project name."""
    kept = "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "-" for c in name)
    return "-".join(filter(None, kept.split("-"))).lower() or "model"
