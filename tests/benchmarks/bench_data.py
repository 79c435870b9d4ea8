"""How fast pictures are scanned, decoded and handed to training, against Keras's own way.

``python -m tests.benchmarks.bench_data [--pictures N] [--small N] [--rounds N] [--cifar FOLDER]``

Pictures are made once: photograph-like JPEGs of 640×480 (cut from large ones, so that none is
another's double), and small ones.  Each measurement runs in a process of its own, ours and Keras's
in turns, since other work on the machine moves both alike; each way has gone through a few other
pictures before.  Processor time, which other work moves less, is printed beside.  Prints figures
and ratios; asserts nothing.  ``--cifar`` compares the accuracy of both ways on a folder of
small photographs.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from core.data.cache import FEW

ROOT = Path(__file__).resolve().parents[2]
SIDE, SMALL_SIDE, BATCH = 128, 32, 32
CLASSES = 4
EPOCHS = 3


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=int, default=1_500, help="of 640×480")
    parser.add_argument("--small", type=int, default=20_000, help="of 32×32, to be scanned")
    parser.add_argument("--rounds", type=int, default=3, help="times each way is measured")
    parser.add_argument("--cifar", metavar="FOLDER", help="compare accuracy on this folder too")
    parser.add_argument("--one", nargs=2, metavar=("WAY", "FOLDER"), help=argparse.SUPPRESS)
    parser.add_argument("--seed", type=int, default=1, help=argparse.SUPPRESS)
    parser.add_argument("--side", type=int, default=SIDE, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        way, folder = options.one
        measure = partial(_ONE[way], Path(folder), options.seed)
        sized = way in ("keras", "ours")
        print(json.dumps(measure(side=options.side) if sized else measure()))
        return
    with tempfile.TemporaryDirectory(prefix="layerloom-bench-") as name:
        place = Path(name)
        if options.small:
            make_small(place / "small", options.small)
            make_small(place / "warm", FEW + 100)
            _scan(place / "small", options.small, options.rounds)
            _input(place / "small", SMALL_SIDE, options.rounds)
            shutil.rmtree(place / "warm")
        if options.pictures:
            make_photographs(place / "large", options.pictures)
            make_photographs(place / "warm", 200)
            _input(place / "large", SIDE, options.rounds)
    if options.cifar:
        _parity(Path(options.cifar))


# Pictures


def make_photographs(root: Path, count: int) -> None:
    """JPEGs of 640×480 of about 75 kB, with smooth areas, edges and grain as photographs have."""
    random = np.random.default_rng(1)
    scenes = [_scene(random) for _ in range(24)]
    for number in range(count):
        folder = root / f"class {number % CLASSES}"
        folder.mkdir(parents=True, exist_ok=True)
        top, left = random.integers(0, 160, 2)
        cut = scenes[number % len(scenes)][top : top + 480, left : left + 640]
        Image.fromarray(cut).save(folder / f"{number:06}.jpg", quality=80)


def _scene(random: np.random.Generator) -> np.ndarray:
    height, width = 640, 800
    colours = random.integers(0, 256, (5, 6, 3), np.uint8)
    smooth = Image.fromarray(colours).resize((width, height), Image.Resampling.BICUBIC)
    values = np.asarray(smooth, np.float32)
    edges = random.integers(-40, 40, (height // 16, width // 16, 3))
    values = values + np.repeat(np.repeat(edges, 16, 0), 16, 1)
    fine = Image.fromarray(random.integers(0, 256, (height // 3, width // 3), np.uint8))
    grain = np.asarray(fine.resize((width, height), Image.Resampling.BILINEAR), np.float32) - 128
    return np.clip(values + 0.3 * grain[..., None], 0, 255).astype(np.uint8)


def make_small(root: Path, count: int) -> None:
    """JPEGs of 32×32, about 1 kB."""
    random = np.random.default_rng(2)
    for number in range(count):
        folder = root / f"class {number % 10}"
        folder.mkdir(parents=True, exist_ok=True)
        fields = Image.fromarray(random.integers(0, 256, (6, 6, 3), np.uint8))
        fields.resize((32, 32)).save(folder / f"{number:06}.jpg", quality=85)


# Measuring


def _measured(way: str, folder: Path, home: Path, seed: int = 1, side: int = SIDE) -> Any:
    command = [sys.executable, "-m", "tests.benchmarks.bench_data", "--one", way, str(folder)]
    done = subprocess.run(
        [*command, "--seed", str(seed), "--side", str(side)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"LAYERLOOM_HOME": str(home), "TF_CPP_MIN_LOG_LEVEL": "3"},
    )
    return json.loads(done.stdout.strip().splitlines()[-1])


def _scan(folder: Path, count: int, rounds: int) -> None:
    for way, what in (("scan", "headers and exact duplicates"), ("look", "all, looked at")):
        speeds = []
        for _ in range(rounds):
            home = folder.parent / "home"
            speeds.append(_measured(way, folder, home))
            shutil.rmtree(home)
        best = max(speeds, key=lambda one: float(one["per_second"]))
        print(
            f"scan of {count:,} small JPEGs ({what}): {best['per_second']:,.0f} files/s, "
            f"{best['megabytes']:,.0f} MB (wanted for headers: 3,000 files/s, 600 MB)",
            flush=True,
        )


def _input(folder: Path, side: int, rounds: int) -> None:
    """First and later epochs of the input alone, both ways."""
    firsts, laters, works = [], [], []
    for _ in range(rounds):
        home = folder.parent / "home"
        theirs = _measured("keras", folder, home, side=side)
        ours = _measured("ours", folder, home, side=side)
        shutil.rmtree(home)
        firsts.append(ours["first"] / theirs["first"])
        laters.append(ours["later"] / theirs["later"])
        works.append(theirs["worked_us"] / ours["worked_us"])
        print(
            f"  Keras {theirs['first']:,.0f} then {theirs['later']:,.0f} pictures/s, in the first "
            f"epoch {theirs['worked_us']:,.0f} µs of a processor each; Layerloom "
            f"{ours['first']:,.0f} then {ours['later']:,.0f}, {ours['worked_us']:,.0f} µs",
            flush=True,
        )
    print(
        f"input of {folder.name} JPEGs at {side}×{side}: first epoch "
        f"{statistics.median(firsts):.2f} times Keras's (wanted 1.3; by processor time "
        f"{statistics.median(works):.2f}), later ones {statistics.median(laters):.1f} times "
        "(wanted 8)",
        flush=True,
    )


def _parity(folder: Path) -> None:
    """Test accuracy of the same model, our pipeline and Keras's, three seeds each."""
    for way in ("parity ours", "parity keras"):
        with tempfile.TemporaryDirectory() as home:
            found = [_measured(way, folder, Path(home), seed) for seed in (1, 2, 3)]
        spread = statistics.pstdev(found)
        print(f"{way}: {statistics.mean(found):.2%} ± {spread:.2%} over seeds 1, 2, 3", flush=True)


# One measurement each, in a process of its own


def _scan_one(folder: Path, seed: int, near: bool = False) -> dict[str, float]:
    from core.data.load import folder_source
    from core.data.scan import Scanner

    source = folder_source(folder)
    began = time.perf_counter()
    report = Scanner(source, seed, 0.1).run(near)
    seconds = time.perf_counter() - began
    count = sum(one.files for one in report.classes)
    return {"per_second": count / seconds, "megabytes": _peak()}


def _look_one(folder: Path, seed: int) -> dict[str, float]:
    return _scan_one(folder, seed, near=True)


def _peak() -> float:
    """Largest memory of this process so far (MB)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


def _keras_one(folder: Path, seed: int, side: int = SIDE) -> dict[str, float]:
    import keras

    def epochs(root: Path) -> Iterator[int]:
        data = keras.utils.image_dataset_from_directory(
            root, image_size=(side, side), batch_size=BATCH, shuffle=True, seed=seed, verbose=False
        )
        while True:
            yield sum(len(pictures) for pictures, _labels in data)

    next(epochs(folder.parent / "warm"))
    return _timed(epochs(folder))


def _ours_one(folder: Path, seed: int, side: int = SIDE) -> dict[str, float]:
    """Everything from the folder to batches in TensorFlow, as training does it, but the model."""
    import tensorflow as tf

    from core.blocks import Input
    from core.data.cache import decode
    from core.data.folder import listing_of
    from core.data.load import folder_source

    size = Input(height=side, width=side, channels=3)

    def epochs(root: Path) -> Iterator[int]:
        source = folder_source(root)
        names = [name for name, _ in listing_of(source).files["all"]]
        rows = decode(source.path, names, size).pictures(np.arange(len(names)))
        for epoch in itertools.count():
            order = np.random.default_rng([seed, epoch]).permutation(len(rows))
            for at in range(0, len(order), BATCH):
                tf.constant(rows[order[at : at + BATCH]])
            yield len(rows)

    next(epochs(folder.parent / "warm"))
    return _timed(epochs(folder))


def _timed(epochs: Iterator[int]) -> dict[str, float]:
    """Pictures a second of the first epoch and the best later one, and the first one's work."""
    speeds, works = [], []
    for _ in range(EPOCHS):
        began, worked = time.perf_counter(), _worked()
        pictures = next(epochs)
        speeds.append(pictures / (time.perf_counter() - began))
        works.append(1e6 * (_worked() - worked) / pictures)
    return {"first": speeds[0], "later": max(speeds[1:]), "worked_us": works[0]}


def _worked() -> float:
    """Processor time of this process and all below it, those that have ended too (s).

    Helpers are children of the server that forks them, not ours, so the system is asked (Linux).
    """
    ticks = os.sysconf("SC_CLK_TCK")
    parents, times = {}, {}
    for place in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # it has just ended
            fields = place.read_text().rpartition(")")[2].split()
            number = int(place.parent.name)
            parents[number], times[number] = int(fields[1]), sum(map(int, fields[11:15])) / ticks
    ours, new = set(), {os.getpid()}
    while new:
        ours |= new
        new = {number for number, parent in parents.items() if parent in new}
    return sum(times[number] for number in ours)


def _project(folder: Path, seed: int) -> Any:
    from core.blocks import CATALOGUE, Input
    from core.data.load import folder_source
    from core.project import Project
    from core.training.plan import TrainingPlan

    def convolution(filters: int) -> Any:
        return CATALOGUE["Conv2D"](filters=filters, padding="same", activation="relu")

    pool, norm = CATALOGUE["MaxPooling2D"], CATALOGUE["BatchNormalization"]
    stack = (
        *(convolution(32), norm(), pool(), convolution(64), norm(), pool(), convolution(128)),
        *(CATALOGUE["GlobalAveragePooling2D"](), CATALOGUE["Dense"](activation="softmax")),
    )
    return Project(
        input=Input(height=32, width=32, channels=3),
        stack=stack,
        data=folder_source(folder),
        plan=TrainingPlan(epochs=12, batch_size=64, seed=seed),
    )


def _parity_ours(folder: Path, seed: int) -> float:
    """Test accuracy after the plan, through the trainer's own steps."""
    from core.training.devices import choose_backend, prepare_backend

    prepare_backend(choose_backend())
    import keras

    from core.data.load import load_data
    from core.keras_model import build_model
    from core.training.steps import Diet, make_optimizer, make_stepper

    project = _project(folder, seed)
    keras.utils.set_random_seed(seed)
    data, plan, model = load_data(project), project.plan, build_model(project)
    steps = -(-len(data.train_x) // plan.batch_size) * plan.epochs
    diet = Diet(data.train_x, data.train_y, plan.batch_size)
    stepper = make_stepper(model, make_optimizer(plan, steps), diet)
    for epoch in range(plan.epochs):
        order = np.random.default_rng([seed, epoch]).permutation(len(data.train_x))
        for _ in stepper.epoch(order.astype(np.int32), epoch):
            pass
    answers = model.predict(data.test_x, verbose=0)
    return float((answers.argmax(-1) == data.test_y).mean())


def _parity_keras(folder: Path, seed: int) -> float:
    """The same model and plan on Keras's own input."""
    import keras

    from core.keras_model import build_model
    from core.training.steps import make_optimizer

    project = _project(folder, seed)
    root, plan = Path(project.data.path), project.plan
    keras.utils.set_random_seed(seed)
    options = {"image_size": (32, 32), "batch_size": plan.batch_size, "verbose": False}
    train = keras.utils.image_dataset_from_directory(
        root / "train", seed=seed, validation_split=0.1, subset="training", **options
    )
    test = keras.utils.image_dataset_from_directory(root / "test", shuffle=False, **options)
    model = build_model(project)
    steps = len(train) * plan.epochs
    model.compile(
        make_optimizer(plan, steps), "sparse_categorical_crossentropy", metrics=["accuracy"]
    )
    model.fit(train, epochs=plan.epochs, verbose=0)
    return float(model.evaluate(test, verbose=0)[1])


_ONE = {
    "scan": _scan_one,
    "look": _look_one,
    "keras": _keras_one,
    "ours": _ours_one,
    "parity ours": _parity_ours,
    "parity keras": _parity_keras,
}


if __name__ == "__main__":
    main()
