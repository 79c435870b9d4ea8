"""How much memory training and predicting really take, against the estimate shown to people.

``python -m tests.benchmarks.bench_memory [--batches 8 64 256]``

Each figure is the largest resident memory of a fresh process that makes six steps of training, or
three predictions, with pictures of noise, less the pictures.  Linux only: it reads ``/proc``.
Prints; asserts nothing.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

import msgspec

from core.blocks import CATALOGUE, Block, Input
from core.memory import need
from core.project import Project
from core.project_file import load_template

ROOT = Path(__file__).resolve().parents[2]
KIND = CATALOGUE
POOL, NORM, RELU = KIND["MaxPooling2D"](), KIND["BatchNormalization"](), KIND["ReLU"]()
GLOBAL, FLAT, END = (
    KIND["GlobalAveragePooling2D"](),
    KIND["Flatten"](),
    KIND["Dense"](activation="softmax"),
)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--batches", type=int, nargs="+", default=[8, 64, 256])
    parser.add_argument("--one", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        name, batch, doing = options.one
        print(_peak(_nets()[name], int(batch), doing))
        return
    for name, project in _nets().items():
        for doing in ("training", "predicting"):
            for batch in options.batches:
                measured = _measured(name, batch, doing)
                estimate = getattr(need(project), doing)(batch)
                print(
                    f"{name}, {doing} {batch} at a time: measured {measured / 1e6:,.0f} MB, "
                    f"estimated {estimate / 1e6:,.0f} MB ({estimate / measured - 1:+.0%})",
                    flush=True,
                )


def _measured(name: str, batch: int, doing: str) -> int:
    command = [sys.executable, "-m", "tests.benchmarks.bench_memory", "--one"]
    done = subprocess.run(
        [*command, name, str(batch), doing],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"KERAS_BACKEND": "tensorflow"},
    )
    return int(done.stdout.strip().splitlines()[-1])


def _conv(filters: int, size: int = 3, **fields: object) -> Block:
    plain = {"padding": "same", "activation": "relu", **fields}
    return KIND["Conv2D"](filters=filters, kernel_size=(size, size), **plain)


def _normed(filters: int) -> tuple[Block, ...]:
    return (_conv(filters, activation="linear", use_bias=False), NORM, RELU)


def _depthwise(filters: int) -> tuple[Block, ...]:
    first = KIND["DepthwiseConv2D"](padding="same", activation="relu")
    return (first, _conv(filters, 1), KIND["Dropout"]())


def _nets() -> dict[str, Project]:
    """Nets whose memory is spent in different ways."""

    def project(side: int, *stack: Block) -> Project:
        return Project(input=Input(height=side, width=side, channels=3), stack=(*stack, END))

    plain = (_conv(32), _conv(32), POOL, _conv(64), _conv(64), POOL, _conv(128), GLOBAL)
    normed = (*_normed(32), *_normed(32), POOL, *_normed(64), *_normed(64), POOL, *_normed(128))
    units = [KIND["Dense"](units=units, activation="relu") for units in (4_000, 2_000)]
    depth = (_conv(32), *_depthwise(64), *_depthwise(64), POOL, *_depthwise(128), GLOBAL)
    return {
        "small": load_template("mnist-cnn"),
        "plain": project(128, *plain),
        "normed": project(128, *normed, GLOBAL),
        "wide": project(64, _conv(128, 5), _conv(128), _conv(128), GLOBAL),
        "dense": project(64, FLAT, *units),
        "depthwise": project(96, *depth),
        "residual": load_template("resnet-20"),
        "vgg": load_template("vgg-style"),
    }


def _peak(project: Project, batch: int, doing: str) -> int:
    """Largest resident memory while training or predicting, less the pictures (bytes)."""
    from core.training.devices import prepare_backend

    prepare_backend("tensorflow")
    import numpy as np
    import tensorflow as tf

    from core.keras_model import build_model
    from core.training.steps import Diet, make_optimizer, make_stepper

    plan = msgspec.structs.replace(project.plan, batch_size=batch)
    model = build_model(project)
    draws = np.random.default_rng(7)
    pictures = draws.integers(0, 255, (3 * batch, *project.input.shape), dtype=np.uint8)
    labels = draws.integers(0, project.classes, 3 * batch).astype(np.int32)
    if doing == "training":
        stepper = make_stepper(model, make_optimizer(plan, 10), Diet(pictures, labels, batch))
        for epoch in (1, 2):
            for _ in stepper.epoch(np.arange(3 * batch, dtype=np.int32), epoch):
                pass
    else:
        answer = tf.function(lambda seen: model(seen, training=False))
        for _ in range(3):
            answer(tf.constant(pictures[:batch]))
    lines = Path("/proc/self/status").read_text().splitlines()
    peak = next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))
    return peak - 2 * pictures.nbytes


if __name__ == "__main__":
    main()
