"""What a long history costs: 1,000 edits of 300 blocks on the real page, undone and redone.

``python -m tests.benchmarks.bench_undo [--edits N] [--blocks N]``

Every edit makes a project never seen before.  Prints the memory that the history holds, counted in
what the projects do not share, the growth of the whole process (remembered shapes included), and
times of edits, undoes and redoes with the page following on each.  Asserts nothing.
"""

from __future__ import annotations

import argparse
import os
import random
from collections.abc import Callable
from statistics import median, quantiles
from time import process_time

import psutil

from core import edits
from core.blocks import CATALOGUE, Block, Input
from core.project import Project

WANTED_EDIT_MS = 16
WANTED_MEMORY_MB = 100


def main() -> None:
    """Measure and print."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--edits", type=int, default=1_000)
    parser.add_argument("--blocks", type=int, default=300)
    options = parser.parse_args()
    from PySide6.QtWidgets import QApplication

    from gui.design.page import DesignPage
    from gui.document import Document
    from gui.theme import theme

    app = QApplication([])
    theme().install(app, "light")
    document = Document(_project(options.blocks))
    page = DesignPage(document)
    page.resize(1280, 800)
    page.show()
    app.processEvents()
    before = _rss()
    dice = random.Random(1)
    stack = document.undo_stack
    projects = [document.project]

    def edit() -> None:
        document.edit("edit", _another(document.project, dice))
        projects.append(document.project)

    _print("edit", _timed(edit, options.edits))
    grown = _rss() - before
    _print("undo", _timed(stack.undo, options.edits))
    assert document.project == projects[0]
    _print("redo", _timed(stack.redo, options.edits))
    assert document.project == projects[-1]
    print(f"the process grew by {grown / 2**20:.0f} MB (wanted at most {WANTED_MEMORY_MB} MB)")
    print(f"of that the history's own projects: {_unshared(projects) / 2**20:.1f} MB")


def _project(blocks: int) -> Project:
    """Residual pairs of convolutions, as deep nets have them."""
    conv, norm = CATALOGUE["Conv2D"], CATALOGUE["BatchNormalization"]
    body: tuple[Block, ...] = (conv(filters=8, padding="same", activation="relu"), norm())
    residuals = (CATALOGUE["Residual"](body=body, activation="relu"),) * ((blocks - 2) // 3)
    end = (CATALOGUE["GlobalAveragePooling2D"](), CATALOGUE["Dense"](activation="softmax"))
    return Project(input=Input(height=32, width=32), stack=(*residuals, *end))


def _another(project: Project, dice: random.Random) -> Project:
    """One of the edits people make most: a field, a move, a block more and one less."""
    at = dice.randrange(len(project.stack) - 2)
    turn = dice.randrange(3)
    if turn == 0:
        block = project.block((at, 0, 0))
        wider = block.changed(dilation_rate=(dice.randint(1, 1_000),) * 2)
        return edits.replace(project, (at, 0, 0), (wider,))
    if turn == 1:
        return edits.move(project, ((at,),), (dice.randrange(len(project.stack) - 2),))[0]
    name = f"noise_{dice.randrange(10**9)}"
    noise = CATALOGUE["GaussianNoise"](stddev=0.1, name=name)
    return edits.replace(project, (at, 0, 1), (noise,))


def _timed(act: Callable[[], None], times: int) -> list[float]:
    """Work of each with the page following (ms of one processor, whatever else runs)."""
    taken = []
    for _ in range(times):
        began = process_time()
        act()
        taken.append(1_000 * (process_time() - began))
    return taken


def _print(what: str, taken: list[float]) -> None:
    print(
        f"{what}: median {median(taken):.1f} ms, 99th percentile "
        f"{quantiles(taken, n=100)[-1]:.1f} ms (wanted at most {WANTED_EDIT_MS} ms)",
        flush=True,
    )


def _unshared(projects: list[Project]) -> int:
    """Bytes of the projects' own stacks and blocks, each counted once."""
    seen: dict[int, int] = {}

    def count(value: object) -> None:
        if id(value) in seen or not isinstance(value, Block | tuple):
            return
        seen[id(value)] = value.__sizeof__()
        for part in value if isinstance(value, tuple) else _fields(value):
            count(part)

    for project in projects:
        count(project.stack)
    return sum(seen.values())


def _fields(block: Block) -> list[object]:
    return [getattr(block, name) for name in block.__struct_fields__]


def _rss() -> int:
    """Memory of this process (bytes)."""
    return psutil.Process().memory_info().rss


if __name__ == "__main__":
    main()
