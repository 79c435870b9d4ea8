"""How long new shapes take after an edit, against rebuilding the Keras model.

``python -m tests.benchmarks.bench_shapes [--rounds N]``

Every edit makes a design never seen before, so that nothing is remembered of it.  Two kinds: one
block changes and the others' shapes stay; or the first block changes and every later shape with
it.  Keras rebuilds the same 100 blocks in the same run.  Prints medians; asserts nothing.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter

from core.analysis import analyse
from core.blocks import CATALOGUE, Block, Input
from core.edits import replace
from core.project import Project

ROOT = Path(__file__).resolve().parents[2]
WANTED_MS = {100: 1.0, 1_000: 10.0}
WANTED_RATIO = 200


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=50, help="edits of each kind")
    parser.add_argument("--keras", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.keras:
        print(_keras_ms())
        return
    slowest = {}
    for blocks, wanted in WANTED_MS.items():
        for words, edit in _EDITS.items():
            times = _edit_ms(blocks, edit, options.rounds)
            slowest[blocks] = max(slowest.get(blocks, 0.0), median(times))
            print(
                f"{blocks:,} blocks, {words}: median {median(times):.2f} ms, "
                f"slowest {max(times):.2f} ms (wanted at most {wanted:g} ms)",
                flush=True,
            )
    command = [sys.executable, "-m", "tests.benchmarks.bench_shapes", "--keras"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    keras = float(done.stdout.strip().splitlines()[-1])
    print(
        f"Keras rebuilds 100 blocks in {keras:.0f} ms: {keras / slowest[100]:,.0f} times the "
        f"slower kind of edit (wanted at least {WANTED_RATIO})"
    )


def _stack(blocks: int) -> Project:
    """Convolutions with relu and batch normalisation, as people stack them, and a classifier."""
    conv, norm = CATALOGUE["Conv2D"], CATALOGUE["BatchNormalization"]
    body: list[Block] = [
        conv(filters=8, padding="same", activation="relu") if index % 2 == 0 else norm()  # type: ignore[call-arg]
        for index in range(blocks - 2)
    ]
    end = [CATALOGUE["GlobalAveragePooling2D"](), CATALOGUE["Dense"](activation="softmax")]  # type: ignore[call-arg]
    return Project(input=Input(height=64, width=64), stack=(*body, *end))


def _one_block(project: Project, turn: int) -> Project:
    """Another number of filters in the middle; only the next block sees it."""
    middle = len(project.stack) // 4 * 2
    return replace(project, (middle,), [project.stack[middle].changed(filters=9 + turn)])


def _every_shape(project: Project, turn: int) -> Project:
    """Another size of picture, as a field of Input or a first block gives it."""
    return project.changed(input=project.input.changed(height=65 + turn))


_EDITS: dict[str, Callable[[Project, int], Project]] = {
    "one block changes": _one_block,
    "every shape changes": _every_shape,
}


def _edit_ms(blocks: int, edit: Callable[[Project, int], Project], rounds: int) -> list[float]:
    """Time from the value before to the shapes after, for each edit."""
    project = _stack(blocks)
    analyse(project)
    times = []
    for turn in range(rounds):
        began = perf_counter()
        analysis = analyse(edit(project, turn))
        times.append(1_000 * (perf_counter() - began))
        assert analysis.output == (project.classes,)
    return times


def _keras_ms() -> float:
    """Building the same 100 blocks with Keras, in a process of its own."""
    from core.training.devices import choose_backend, prepare_backend

    prepare_backend(choose_backend())
    from core.keras_model import build_model

    project = _stack(100)
    build_model(project)  # the first pays for what Keras loads lazily
    times = []
    for _ in range(5):
        began = perf_counter()
        build_model(project)
        times.append(1_000 * (perf_counter() - began))
    return median(times)


if __name__ == "__main__":
    main()
