"""How fast training is against a plain Keras script, and what the starter reaches.

``python -m tests.benchmarks.bench_training [--rounds N] [--seeds 1,2,3]``

Each measurement runs in a process of its own, ours and plain ``fit`` in turns, since other work on
the machine moves both alike.  Prints figures and ratios; asserts nothing.  The training part of
epochs after the first is compared (validation off, the first traces the graph).
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NETS = {"mnist-cnn": (2, 1.0), "mlp": (5, 1.4)}
"""Template: epochs to measure, and the ratio to reach."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="times each way is measured")
    parser.add_argument("--seeds", default="1,2,3", help="of the starter, with commas")
    parser.add_argument("--one", nargs=2, metavar=("WAY", "NET"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(_ONE[options.one[0]](options.one[1])))
        return
    for net, (_, target) in NETS.items():
        _compare(net, target, options.rounds)
    for seed in filter(None, options.seeds.split(",")):
        _starter(seed)


def _compare(net: str, target: float, rounds: int) -> None:
    """Pictures per second of both ways, best of the rounds."""
    speeds: dict[str, list[float]] = {way: [] for way in _ONE}
    for _ in range(rounds):
        for way, found in speeds.items():
            found.append(_measured(way, net))
    fit, ours = max(speeds["fit"]), max(speeds["ours"])
    turns = ", ".join(f"{o / f:.2f}" for o, f in zip(speeds["ours"], speeds["fit"], strict=True))
    print(
        f"{net}: Layerloom {ours:,.0f} pictures/s, plain fit {fit:,.0f}: {ours / fit:.2f} times "
        f"(wanted {target}; each turn: {turns})",
        flush=True,
    )


def _measured(way: str, net: str) -> float:
    command = [sys.executable, "-m", "tests.benchmarks.bench_training", "--one", way, net]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return float(done.stdout.strip().splitlines()[-1])


def _fit(net: str) -> float:
    """Plain ``model.fit`` on the same model, pictures and batches; the best epoch's pictures/s."""
    import keras

    from core.data.load import load_data
    from core.keras_model import build_model
    from core.project_file import load_template

    project = load_template(net)
    data = load_data(project)
    model = build_model(project)
    model.compile("adamw", "sparse_categorical_crossentropy", metrics=["accuracy"])
    seconds: list[float] = []

    class Clock(keras.callbacks.Callback):  # type: ignore[misc]
        def on_epoch_begin(self, epoch: int, logs: object = None) -> None:
            self.began = time.perf_counter()

        def on_epoch_end(self, epoch: int, logs: object = None) -> None:
            seconds.append(time.perf_counter() - self.began)

    batch = project.plan.batch_size
    epochs = NETS[net][0] + 1
    model.fit(data.train_x, data.train_y, batch, epochs, verbose=0, callbacks=[Clock()])
    return len(data.train_x) / min(seconds[1:])


def _ours(net: str) -> float:
    """The engine's own inner loop; the best epoch's pictures/s."""
    from core.training.devices import choose_backend, prepare_backend

    prepare_backend(choose_backend())
    import numpy as np

    from core.data.load import load_data
    from core.keras_model import build_model
    from core.project_file import load_template
    from core.training.steps import Diet, make_optimizer, make_stepper

    project = load_template(net)
    plan, data = project.plan, load_data(project)
    model = build_model(project)
    optimizer = make_optimizer(plan, 10_000)
    stepper = make_stepper(model, optimizer, Diet(data.train_x, data.train_y, plan.batch_size))
    seconds = []
    for epoch in range(NETS[net][0] + 1):
        began = time.perf_counter()
        order = np.random.default_rng([1, epoch]).permutation(len(data.train_x)).astype(np.int32)
        for _ in stepper.epoch(order):
            pass
        seconds.append(time.perf_counter() - began)
    return len(data.train_x) / min(seconds[1:])


_ONE = {"fit": _fit, "ours": _ours}


def _starter(seed: str) -> None:
    """Train the starter as a user does."""
    with tempfile.TemporaryDirectory() as folder:
        run = str(Path(folder) / "run")
        command = [sys.executable, "main.py", "train", "--json", "--seed", seed, "--output", run]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    finished = json.loads(done.stdout.strip().splitlines()[-1])
    accuracy = finished["metrics"]["test_accuracy"]
    print(f"starter, seed {seed}: {accuracy:.2%} in {finished['seconds']:.1f} s", flush=True)


if __name__ == "__main__":
    main()
