"""A project as a Python script in plain Keras, as a person would write it.

Writing it needs no Keras.
"""

from __future__ import annotations

import json

import msgspec

from core.blocks import L2, Block
from core.data.source import MNIST
from core.project import Path, Project, layer_names, show_path
from core.training.plan import TrainingPlan


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
    layers = _layers(project, indent=12)
    text = "\n".join((*head, *layers, *_tail(project).splitlines())) + "\n"
    first = len(head) + 1 + _LAYERS_BEFORE_BLOCKS
    lines: dict[Path, tuple[int, ...]] = {
        (index,): (first + index,) for index in range(len(project.stack))
    }
    return Script(text, lines)


def write_layers(project: Project) -> Script:
    """Only the model, for reading beside the canvas."""
    layers = ["model = keras.Sequential([", *_layers(project, indent=4), "])"]
    first = 2 + _LAYERS_BEFORE_BLOCKS
    lines: dict[Path, tuple[int, ...]] = {
        (index,): (first + index,) for index in range(len(project.stack))
    }
    return Script("\n".join(layers) + "\n", lines)


def layer_lines(project: Project) -> dict[str, tuple[int, ...]]:
    """Line numbers of each block in `write_script`'s text, by written path such as ``3``."""
    return {show_path(path): lines for path, lines in write_script(project).lines.items()}


def layer_call(block: Block, name: str = "") -> str:
    """One block as the expression that makes its Keras layer."""
    arguments = [f"{key}={_value(value)}" for key, value in block.keras_arguments().items()]
    if name:
        arguments.append(f'name="{name}"')
    return f"layers.{block.kind()}({', '.join(arguments)})"


_LAYERS_BEFORE_BLOCKS = 2


def _layers(project: Project, indent: int) -> list[str]:
    """The lines inside ``keras.Sequential([…])``."""
    scale, offset = project.input.scale_and_offset or (1.0, 0.0)
    factor = {1 / 255: "1 / 255", 1 / 127.5: "1 / 127.5"}.get(scale, repr(scale))
    shift = f", offset={offset:.17g}" if offset else ""
    names = layer_names(project.stack)
    lines = [
        f'keras.Input({project.input.shape}, dtype="uint8"),',
        f"layers.Rescaling({factor}{shift}),",
    ]
    for block, name in zip(project.resolved_stack(), names, strict=True):
        lines.append(f"{layer_call(block, name if block.name else '')},")
    return [" " * indent + line for line in lines]


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
    return f'''"""{title}: a picture classifier in plain Keras, written by Layerloom."""

import argparse{_extra_import(project)}

import keras
import numpy as np
from keras import layers

SEED = {plan.seed}
BATCH_SIZE = {plan.batch_size}
EPOCHS = {plan.epochs}
LEARNING_RATE = {plan.learning_rate!r}
VALIDATION_SPLIT = {plan.validation_split!r}{_class_names(project)}


def build_model():
    """Raw pixels (0 to 255) in, one probability per class out."""
    return keras.Sequential(
        ['''


def _extra_import(project: Project) -> str:
    return "" if isinstance(project.data, MNIST) else "\nimport pathlib"


def _class_names(project: Project) -> str:
    """The constant that names a folder's classes; MNIST's digits name themselves."""
    if isinstance(project.data, MNIST):
        return ""
    names = [json.dumps(name, ensure_ascii=False) for name in project.data.class_names]
    inline = f"\nCLASS_NAMES = [{', '.join(names)}]"
    if len(inline) <= 88:
        return inline
    return "\nCLASS_NAMES = [\n" + "".join(f"    {name},\n" for name in names) + "]"


def _tail(project: Project) -> str:
    """The rest of the script: data, optimiser, training."""
    load = _MNIST if isinstance(project.data, MNIST) else _folder(project)
    return f'''        ]
    )


{load}

def learning_rate(steps):
    """{_schedule_words(project.plan)}"""
    return {_schedule(project.plan)}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    {_data_argument(project)}
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--limit", type=int, help="use only the first this many pictures")
    parser.add_argument("--summary", action="store_true", help="print the model and stop")
    arguments = parser.parse_args()

    keras.utils.set_random_seed(SEED)
    model = build_model()
    model.summary()
    if arguments.summary:
        return

    (x_train, y_train), (x_test, y_test) = load_data(arguments.data)
    x_train, y_train = x_train[: arguments.limit], y_train[: arguments.limit]
    order = np.random.default_rng(SEED).permutation(len(x_train))
    count = round(len(x_train) * VALIDATION_SPLIT)
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


_MNIST = '''def load_data(path):
    """MNIST as uint8 pictures (n, 28, 28, 1) and digits, from a file or Keras's download."""
    if path:
        with np.load(path) as data:
            train = data["x_train"], data["y_train"]
            test = data["x_test"], data["y_test"]
    else:
        train, test = keras.datasets.mnist.load_data()
    return (train[0][..., None], train[1]), (test[0][..., None], test[1])
'''


def _folder(project: Project) -> str:
    mode = "grayscale" if project.input.channels == 1 else "rgb"
    size = (project.input.height, project.input.width)
    return f'''def load_data(folder):
    """Pictures of a folder as uint8, and their classes; 15 % of them are for the test.

    Expects FOLDER/class/picture, or FOLDER/train/class/picture and FOLDER/test/class/picture.
    """
    root = pathlib.Path(folder)
    if (root / "train").is_dir() and (root / "test").is_dir():
        return read(root / "train"), read(root / "test")
    pictures, labels = read(root)
    order = np.random.default_rng(SEED).permutation(len(pictures))
    count = round(len(pictures) * 0.15)
    test, train = order[:count], order[count:]
    return (pictures[train], labels[train]), (pictures[test], labels[test])


def read(folder):
    """All pictures below FOLDER/class/, stretched to the model's size."""
    data = keras.utils.image_dataset_from_directory(
        folder,
        class_names=CLASS_NAMES,
        color_mode="{mode}",
        image_size={size},
        batch_size=None,
        shuffle=False,
    )
    pictures, labels = zip(*data.as_numpy_iterator(), strict=True)
    return np.round(pictures).astype("uint8"), np.array(labels)
'''


def _data_argument(project: Project) -> str:
    if isinstance(project.data, MNIST):
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
