"""Pictures that shrink to nothing: where the size went, and changes further up that cure it.

A block knows only what it could do itself: pad, take a smaller window, go.  Often what is wrong
stands before it: a pooling too many.  Every change offered here was tried: with it all shapes fit
that can be reached.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import msgspec

from core.block_report import BlockReport
from core.blocks import Block, Container, Role, Shape, ShapeProblem
from core.data.source import Folder
from core.edits import replace
from core.fixes import Trial
from core.nesting import stack_at, walk
from core.passing import stops
from core.problems import Fix, Problem, Swap
from core.project import Path, Project, place_words

AMPLE = 4096
"""Height and width of a picture that is not too small for any window people use (pixels)."""
TRIED = 4
"""How many blocks further up are tried, from the nearest."""
SIZES = (16, 28, 32, 48, 64, 96, 128, 160, 192, 224, 256, 320, 384, 512)
"""Heights and widths of pictures that are tried, the smallest first."""
MOST_REMOVED = 12
TOLD = 4
"""How many steps of a picture's way are told."""


def is_too_small(block: Block, arrives: Shape | None) -> bool:
    """Whether what stops a block is that the picture that arrives is too small."""
    if isinstance(block, Container) or arrives is None or len(arrives) != 3:
        return False
    try:
        block.output_shape((AMPLE, AMPLE, arrives[2]))
    except ShapeProblem:
        return False
    return True


def explained(project: Project, problem: Problem, reports: Sequence[BlockReport]) -> Problem:
    """The problem with the picture's way in its reason, and the cures further up among its fixes.

    Args:
        project: Whose problem.
        problem: A block's complaint that the picture is too small.
        reports: Of the outermost stack.
    """
    assert problem.path is not None
    way = _way(project, problem.path, reports)
    fits = Trial(project).fits
    own = [fix for fix in problem.fixes if fits(fix)]
    fixes = (*own, *_cures(project, problem.path, fits), *_larger_picture(project))
    return msgspec.structs.replace(
        problem,
        reason=" ".join(filter(None, (problem.reason, way))),
        fixes=fixes or problem.fixes,
    )


def _way(project: Project, path: Path, reports: Sequence[BlockReport]) -> str:
    """Where the picture's size went, such as ``28 × 28 → 14 × 14 (block 2) → 7 × 7 (block 4)``."""
    steps = [
        f"{report.output[0]} × {report.output[1]} ({place_words(project, at)})"
        for at, report in _before(path, reports)
        if report.output is not None and (report.input or ())[:2] != report.output[:2]
    ]
    if not steps:
        return ""
    size = project.input.shape
    start = f"{size[0]} × {size[1]}" if len(steps) <= TOLD else "…"
    return f"On its way: {' → '.join((start, *steps[-TOLD:]))}."


def _before(path: Path, reports: Sequence[BlockReport]) -> Iterator[tuple[Path, BlockReport]]:
    """Reports that a picture passes before it reaches ``path``, containers as a whole."""
    for depth in range(0, len(path), 2):
        for index in range(path[depth]):
            report = reports[index]
            if not report.block.disabled and len(report.output or ()) == 3:
                yield (*path[:depth], index), report
        if depth + 1 < len(path):
            reports = reports[path[depth]].stacks[path[depth + 1]]


def _cures(project: Project, path: Path, fits: Callable[[Fix], bool]) -> Iterator[Fix]:
    """Changes with which every shape fits that can be reached."""
    shrinkers = tuple(_shrinkers(project, path))
    nearest = shrinkers[-TRIED:][::-1]
    less = (_less(project, at, block) for at, block in nearest if at != path)
    yield from _first(fits, (fix for fix in less if fix is not None))
    everywhere = [(at, block) for at, block in project.walk() if _has_window(block)]
    own = (path, project.block(path))
    here = dict((*shrinkers, own) if _has_window(own[1]) else shrinkers)
    padded = (
        _padded(list(here.items()), "up to here"),
        _padded(everywhere, "of this design"),
    )
    yield from _first(fits, (fix for fix in padded if fix is not None))
    yield from _fewer_copies(project, path, fits)
    if own[1].role is Role.POOLING:
        yield from _removal_of_all(project, path)


def _padded(blocks: list[tuple[Path, Block]], where: str) -> Fix | None:
    """Padding in several blocks at once; None where fewer than two lack it."""
    swaps = [
        Swap(at, (block.changed(padding="same"),))
        for at, block in blocks
        if getattr(block, "padding", "") == "valid"
    ]
    if len(swaps) < 2:
        return None
    first, *others = swaps
    label = f"Use padding “same” in all {len(swaps)} blocks {where}"
    return Fix(label, first.path, first.replacement, tuple(others))


def _larger_picture(project: Project) -> Iterator[Fix]:
    """The smallest usual picture size that is large enough, where the size is free to choose."""
    old = project.input
    if not isinstance(project.data, Folder):
        return
    for size in SIZES:
        height, width = max(size, old.height), max(size, old.width)
        picture = old.changed(height=height, width=width)
        if picture != old and not stops(project.changed(input=picture)):
            yield Fix(f"Make pictures {height} × {width}", picture=picture)
            return


def _fewer_copies(project: Project, path: Path, fits: Callable[[Fix], bool]) -> Iterator[Fix]:
    """The most copies of a Repeat around the block that all fit, where that is fewer than now."""
    for depth in range(len(path) - 2, 0, -2):
        container = project.block(path[:depth])
        times = getattr(container, "times", 1)
        low, high = 0, times  # low fits, high does not
        found: Fix | None = None
        while high - low > 1:
            middle = (low + high) // 2
            less = container.changed(times=middle)
            fix = Fix(f"Repeat only {middle} times", path[:depth], (less,))
            if fits(fix):
                low, found = middle, fix
            else:
                high = middle
        if found is not None:
            yield found
            return


def _first(fits: Callable[[Fix], bool], fixes: Iterator[Fix]) -> Iterator[Fix]:
    """The first that fits, if any."""
    found = next((fix for fix in fixes if fits(fix)), None)
    if found is not None:
        yield found


def _has_window(block: Block) -> bool:
    """Whether a block moves a window and takes part."""
    window = hasattr(block, "padding") and hasattr(block, "strides")
    return window and not block.disabled and block.kind() != "Conv2DTranspose"


def _shrinkers(project: Project, path: Path) -> Iterator[tuple[Path, Block]]:
    """Blocks on a picture's way to ``path`` that may make it smaller, in order.

    In a Repeat that is the whole body, since it comes there again.
    """
    for depth in range(0, len(path), 2):
        place = path[:depth]
        again = depth > 0 and getattr(project.block(path[: depth - 1]), "times", 1) > 1
        stack = stack_at(project.stack, place)
        for at, block in walk(stack if again else stack[: path[depth]], place):
            if _has_window(block):
                yield at, block


def _less(project: Project, at: Path, block: Block) -> Fix | None:
    """What makes a block shrink pictures less: no pooling, or no strides."""
    where = f"{block.kind()} ({place_words(project, at)})"
    if block.role is Role.POOLING:
        return Fix(f"Remove {where}", at, ())
    if getattr(block, "strides", (1, 1)) != (1, 1):
        return Fix(f"Set strides of {where} to 1×1", at, (block.changed(strides=(1, 1)),))
    return None


def _removal_of_all(project: Project, path: Path) -> Iterator[Fix]:
    """Removing every pooling that does not fit any more, where that is more than one."""
    gone: list[Path] = []
    after, at = project, path
    for _ in range(MOST_REMOVED):
        block = after.block(at)
        if at[:-1] != path[:-1] or block.role is not Role.POOLING:
            return
        gone.append((*at[:-1], at[-1] + len(gone)))
        after = replace(after, at, ())
        stopped = next(iter(stops(after)), None)
        if stopped is None:
            break
        if stopped.path is None:
            return
        at = stopped.path
    else:
        return
    if len(gone) > 1:
        first, *others = gone
        label = f"Remove the {len(gone)} poolings that do not fit"
        yield Fix(label, first, (), tuple(Swap(one, ()) for one in others))
