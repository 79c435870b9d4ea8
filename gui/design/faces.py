"""What each card shows, worked out from project and analysis without any widget."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from core.analysis import Analysis
from core.block_report import BlockReport
from core.blocks import Block, Container, Shape, Stack, show_shape
from core.blocks.containers import Group
from core.nesting import stack_at
from core.problems import Problem
from core.project import Path, Project, label, place_words
from gui.design.wording import NOTHING, spoken, tensor_words

INPUT_PATH: Path = (-1,)
"""Stands for the Input card where a block's path is expected."""


class Face(NamedTuple):
    """Everything one card shows.

    Attributes:
        block: As the user wrote it.
        path: Where it stands; ``(-1,)`` is the Input.
        total: Blocks in the stack it stands in.
        output: Shape that leaves; None where it cannot be told.
        share: Of the project's parameters, 0 to 1.
        severity: ``error``, ``warning``, ``unfinished`` or empty; of a collapsed container also
            what is inside.
        stopped_by: Which block keeps the output shape from being known; empty if none.
        inside: What holds it, for a sentence: ``Residual (block 4)``; empty outermost.
        off: Which disabled container holds it; empty if none.
    """

    block: Block
    path: Path
    total: int
    output: Shape | None
    share: float
    severity: str = ""
    stopped_by: str = ""
    inside: str = ""
    off: str = ""

    @property
    def depth(self) -> int:
        """How many containers it stands in."""
        return len(self.path) // 2

    @property
    def disabled(self) -> bool:
        """Whether the model does without it."""
        return self.block.disabled or bool(self.off)

    @property
    def collapsed(self) -> bool:
        """Whether it holds blocks that are not shown."""
        return is_collapsed(self.block)

    @property
    def chip(self) -> str:
        """The output shape, or a dash."""
        return NOTHING if self.output is None else show_shape(self.output)

    @property
    def why(self) -> str:
        """What the output shape means, or why there is none: the chip's tooltip."""
        if self.output is not None:
            return tensor_words(self.output)
        if self.off:
            return f"Nothing passes here: {self.off} is disabled."
        return f"Not known until {self.stopped_by} can take what arrives there."

    @property
    def title(self) -> str:
        """What it is called: its kind, or the library block that it is a use of."""
        return title(self.block)

    @property
    def line(self) -> str:
        """The telling arguments in one line."""
        words = self.block.telling()
        if from_library(self.block):
            words = (*words, "library block")
        if self.collapsed:
            words = (*words, _held_kinds(self.block))
        return " · ".join(("disabled", *words) if self.disabled else words)

    @property
    def where(self) -> str:
        """Its place among its neighbours: ``block 2 of 3 in Residual (block 4)``."""
        return _where(self.path, self.total, self.inside)

    @property
    def spoken(self) -> str:
        """What a screen reader says."""
        parts = [self.block.kind()]
        if from_library(self.block):
            parts.append(f"library block {self.title}")
        if self.block.name:
            parts.append(f"named {self.block.name}")
        if self.disabled:
            parts.append("disabled")
        parts += self.block.telling()
        parts.append(f"output {spoken(self.output)}")
        if self.severity == "unfinished":
            parts.append("an ending is missing")
        if self.path != INPUT_PATH:
            parts.append(self.where)
        if self.collapsed:
            parts.append("collapsed")
        if self.severity in ("error", "warning"):
            parts.append(f"has {'an error' if self.severity == 'error' else 'a warning'}")
        return ", ".join(parts)


def title(block: Block) -> str:
    """What to call a block on its card."""
    library = block.library if isinstance(block, Group) else None
    return library.name if library is not None else block.kind()


def from_library(block: Block) -> bool:
    """Whether a block is a use of a library block."""
    return isinstance(block, Group) and block.library is not None


def origin(block: Block) -> str:
    """Where a block comes from, before its place: ``Group from a library block, ``; or nothing."""
    return f"{block.kind()} from a library block, " if from_library(block) else ""


def _held_kinds(block: Block) -> str:
    """What a folded container holds, for its card: ``Conv2D, MaxPooling2D | Conv2D``."""
    assert isinstance(block, Container)
    return " | ".join(", ".join(one.kind() for one in stack) or "—" for stack in block.stacks)


def is_collapsed(block: Block) -> bool:
    """Whether a block is a container shown as one card."""
    return bool(getattr(block, "collapsed", False))


def is_open(block: Block) -> bool:
    """Whether a block is a container that shows what it holds."""
    return isinstance(block, Container) and not is_collapsed(block)


def faces(project: Project, analysis: Analysis) -> list[Face]:
    """The faces of the Input card and of every block that is shown, in the order of reading."""
    first = Face(project.input, INPUT_PATH, len(project.stack), analysis.input, 0.0)
    walk = _Walk(project, max(1, analysis.parameters), _severities(project, analysis.problems))
    return [first, *walk.stack(project.stack, analysis.blocks, (), "")]


def worse(one: str, other: str) -> str:
    """The more serious of two tones."""
    return max(one, other, key=("", "unfinished", "warning", "error").index)


def visible_path(project: Project, path: Path) -> Path:
    """The path itself, or that of the outermost collapsed container around it."""
    for end in range(1, len(path), 2):
        if is_collapsed(project.block(path[:end])):
            return path[:end]
    return path


class _Walk:
    """One reading of a project, top to bottom."""

    def __init__(self, project: Project, parameters: int, worst: dict[Path, str]) -> None:
        self._project = project
        self._parameters = parameters
        self._worst = worst
        self._stopped_by = ""

    def stack(
        self, blocks: Stack, reports: tuple[BlockReport, ...], place: Path, off: str
    ) -> Iterator[Face]:
        """The faces of one stack's blocks and of what they hold."""
        inside = holder(self._project, place)
        total = len(blocks)
        for index, (block, report) in enumerate(zip(blocks, reports, strict=True)):
            path = (*place, index)
            before = self._stopped_by
            if report.error is not None:
                self._stopped_by = self._name(path)
            elif report.input is not None and report.output is None:
                self._stopped_by = self._name(self._first_error(report) or path)
            yield Face(
                block=block,
                path=path,
                total=total,
                output=report.output,
                share=report.cost.parameters / self._parameters,
                severity=self._worst.get(path, ""),
                stopped_by=self._stopped_by,
                inside=inside,
                off=off,
            )
            if is_open(block):
                yield from self._held(block, report, path, off, before)

    def _held(
        self, block: Block, report: BlockReport, path: Path, off: str, before: str
    ) -> Iterator[Face]:
        """What a container holds; each of its stacks begins with what entered it."""
        after = self._stopped_by
        off = off or (label(self._project, path) if block.disabled else "")
        assert isinstance(block, Container)
        for number, inner in enumerate(block.stacks):
            self._stopped_by = before
            yield from self.stack(inner, report.stacks[number], (*path, number), off)
        self._stopped_by = after

    def _first_error(self, report: BlockReport) -> Path | None:
        """The first block inside that stops what passes through."""
        if report.later:
            return report.later[0].path
        for stack in report.stacks:
            for inner in stack:
                if inner.error is not None:
                    return inner.error.path
                if inner.output is None:
                    return self._first_error(inner)
        return None

    def _name(self, path: Path) -> str:
        return f"{place_words(self._project, path)} ({self._project.block(path).kind()})"


def holder(project: Project, place: Path) -> str:
    """What a stack belongs to: ``Residual (block 4)``, ``branch 2 of 4 in Parallel (block 5)``."""
    if not place:
        return ""
    container = project.block(place[:-1])
    assert isinstance(container, Container)
    words = f"{container.kind()} ({place_words(project, place[:-1])})"
    many = len(container.stacks)
    return f"{container.stack_title(place[-1])} of {many} in {words}" if many > 1 else words


def where(project: Project, path: Path) -> str:
    """A block's place among its neighbours: ``block 2 of 3 in Residual (block 4)``."""
    total = len(stack_at(project.stack, path[:-1]))
    return _where(path, total, holder(project, path[:-1]))


def _where(path: Path, total: int, inside: str) -> str:
    place = f"block {path[-1] + 1} of {total}"
    return f"{place} in {inside}" if inside else place


def _severities(project: Project, problems: tuple[Problem, ...]) -> dict[Path, str]:
    """The worst that is wrong with each block that is shown."""
    worst: dict[Path, str] = {}
    for problem in problems:
        if problem.path is not None:
            path = visible_path(project, problem.path)
            worst[path] = worse(worst.get(path, ""), problem.tone)
    return worst
