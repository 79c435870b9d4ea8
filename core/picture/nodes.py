"""From a project to what its picture shows: boxes in a row, frames around them, forks."""

from __future__ import annotations

import re
from itertools import pairwise

import msgspec

from core import nesting
from core.analysis import analyse
from core.block_report import BlockReport
from core.blocks import Block, Container, Cost, Join, Role, Shape, Stack, show_shape
from core.compare.fields import unseen
from core.picture.options import Options
from core.project import Project

MAX_BLOCKS = 400
"""Most blocks drawn; a Repeat stays folded where it would come to more."""

_ABSORBING = (Role.CONVOLUTION, Role.DENSE)
_ABSORBED = (Role.NORMALIZATION, Role.ACTIVATION, Role.REGULARIZATION)


class Leaf(msgspec.Struct, frozen=True):
    """A block as a box.

    Attributes:
        title: Its kind.
        words: Arguments and figures, each to stay on one line.
        role: Whose colour it has.
    """

    title: str
    words: tuple[tuple[str, ...], ...]
    role: Role


class Frame(msgspec.Struct, frozen=True):
    """A container as a frame.

    Attributes:
        title: What it is and how often: ``Residual × 3``.
        note: What else there is to say of it.
        parameters: How many it has, with all it holds; 0 where they are not to be written.
        branches: What it holds, side by side.
        merge: How the ends of the branches become one; empty where there is only one branch.
        shortcut: Whether the last branch is a way round the first.
    """

    title: str
    note: str
    branches: tuple[Sequence, ...]
    merge: str = ""
    shortcut: bool = False
    parameters: int = 0


class Step(msgspec.Struct, frozen=True):
    """A node and the shape that leaves it, in words; empty where it is not to be written."""

    node: Leaf | Frame
    leaving: str


Sequence = tuple[Step, ...]


def nodes_of(project: Project, options: Options) -> tuple[Sequence, str]:
    """What to draw from the Input to the output, and what is left out, in a sentence."""
    whole, left_out = _shown(project, options)
    analysis = analyse(whole)
    builder = _Builder(options)
    first = Leaf("Input", (), Role.INPUT)
    steps = builder.sequence(whole.stack, analysis.blocks, outermost=True)
    start = Step(first, builder.shape(analysis.input) if options.shapes else "")
    if not options.shapes:
        start = Step(msgspec.structs.replace(first, words=((show_shape(analysis.input),),)), "")
    return (start, *steps), left_out


def _shown(project: Project, options: Options) -> tuple[Project, str]:
    """The project as drawn: resolved, without what is disabled, copies written out if asked for."""
    stack = _enabled(unseen(project.resolved_stack()))
    left_out = ""
    if not options.fold:
        unrolled = _unrolled(stack)
        if nesting.count(unrolled) <= MAX_BLOCKS:
            stack = unrolled
        else:
            left_out = f"Repeats stay folded: written out they come to over {MAX_BLOCKS} blocks."
    if (count := nesting.count(stack)) > MAX_BLOCKS:
        left_out = f"Only the first {MAX_BLOCKS} of {count:,} blocks are drawn."
        stack = _cut(stack)
    return project.changed(stack=stack), left_out


def _cut(stack: Stack) -> Stack:
    """As many blocks of the stack as may be drawn."""
    kept: list[Block] = []
    room = MAX_BLOCKS
    for block in stack:
        room -= nesting.count((block,))
        if room < 0:
            break
        kept.append(block)
    return tuple(kept)


def _enabled(stack: Stack) -> Stack:
    """A stack without the blocks that take no part."""
    return tuple(
        block.with_stacks(tuple(_enabled(inner) for inner in block.stacks))
        if isinstance(block, Container)
        else block
        for block in stack
        if not block.disabled
    )


def _unrolled(stack: Stack) -> Stack:
    """A stack with every Repeat written out, copy after copy."""
    found: list[Block] = []
    for block in stack:
        if not isinstance(block, Container):
            found.append(block)
            continue
        rounds = block.rounds()
        if len(rounds) == 1:
            found.append(block.with_stacks(tuple(_unrolled(inner) for inner in block.stacks)))
        elif len(rounds) * nesting.count(rounds[-1][0]) + len(found) <= 2 * MAX_BLOCKS:
            for stacks in rounds:
                found += _unrolled(stacks[0])
        else:
            found += [block] * (MAX_BLOCKS + 1)  # too many, whatever else there is
    return tuple(found)


class _Builder:
    """Reads reports and makes nodes of them."""

    def __init__(self, options: Options) -> None:
        self._options = options

    def shape(self, shape: Shape | None) -> str:
        """A shape to write at an arrow."""
        return "?" if shape is None else show_shape(shape)

    def sequence(
        self,
        stack: Stack,
        reports: tuple[BlockReport, ...],
        outermost: bool = False,
        entry: Shape | None = None,
    ) -> Sequence:
        """The nodes of one stack."""
        steps: list[Step] = []
        before = entry
        for count, period in self._runs(reports):
            here = reports[: len(period)]
            found = self._plain(period, here, outermost, before)
            if count > 1:
                frame = Frame(f"× {count}", "", (found,))
                steps.append(Step(frame, self._leaving(here[-1], outermost, before)))
            else:
                steps += found
            before = here[-1].output
            reports = reports[count * len(period) :]
        return tuple(steps)

    def _plain(
        self,
        stack: Stack,
        reports: tuple[BlockReport, ...],
        outermost: bool,
        before: Shape | None,
    ) -> Sequence:
        """Nodes one after the other, small blocks written into the box before them."""
        steps: list[Step] = []
        at = 0
        while at < len(reports):
            held = [reports[at]]
            while self._goes_along(held[0], reports[at + len(held) : at + len(held) + 1]):
                held.append(reports[at + len(held)])
            steps.append(Step(self._node(held), self._leaving(held[-1], outermost, before)))
            before = held[-1].output
            at += len(held)
        return tuple(steps)

    def _goes_along(self, first: BlockReport, following: tuple[BlockReport, ...]) -> bool:
        if not following or not self._options.compact or first.block.role not in _ABSORBING:
            return False
        block = following[0].block
        return block.role in _ABSORBED and not isinstance(block, Container)

    def _leaving(self, report: BlockReport, outermost: bool, before: Shape | None) -> str:
        """The shape at an arrow: within a container only where it is another than before."""
        if not self._options.shapes or (not outermost and report.output == before):
            return ""
        return self.shape(report.output)

    def _node(self, held: list[BlockReport]) -> Leaf | Frame:
        block = held[0].block
        if isinstance(block, Container):
            return self._frame(block, held[0])
        words = [_arguments(block)]
        words += [_along(report.block) for report in held[1:]]
        if count := self._counted(sum((report.cost for report in held), Cost())):
            words.append((f"{count:,} parameters",))
        return Leaf(block.kind(), tuple(line for line in words if line), block.role)

    # Containers

    def _frame(self, block: Container, report: BlockReport) -> Frame:
        """A frame; where it holds nothing but another container, the two are one."""
        join = _join_of(block, report)
        branches = tuple(
            self.sequence(tuple(one.block for one in inner), inner, entry=report.input)
            for inner in report.stacks
        )
        times = len(block.rounds())
        title = f"× {times}" if times > 1 else "" if block.kind() == "Repeat" else block.kind()
        note, parameters = self._note(block), self._counted(report.cost)
        if join.merge is not None:
            if join.shortcut is not None:
                branches = (*branches, self._shortcut(join.shortcut, report))
            merge = " · ".join((join.merge.lower(), *_words_of(join.after)))
            shortcut = join.shortcut is not None
            return Frame(title, note, branches, merge, shortcut, parameters)
        inner = branches[0]
        if len(inner) == 1 and isinstance(only := inner[0].node, Frame):
            # One frame for both: “Residual × 3”.
            count = title if times > 1 else ""
            return msgspec.structs.replace(
                only,
                title=f"{only.title} {count}".strip(),
                note=" · ".join(filter(None, (note, only.note))),
                parameters=parameters,
            )
        return Frame(title, note, branches, parameters=parameters)

    def _counted(self, cost: Cost) -> int:
        """Parameters to write; 0 for none."""
        return cost.parameters if self._options.parameters else 0

    @staticmethod
    def _note(block: Container) -> str:
        """Its name, and what is special about the first copy."""
        words = [block.name] if block.name else []
        if len(block.rounds()) > 1:
            # What is drawn is the first copy.
            first = [word for word in block.telling() if word.startswith("first ")]
            words += [word.replace("first", "first with", 1) for word in first]
        return " · ".join(words)

    def _shortcut(self, stack: Stack, report: BlockReport) -> Sequence:
        """What stands on the way round: nothing, or the blocks that bring it to the shape."""
        if not stack or report.input is None:
            return ()
        first = stack[0]
        words = [_arguments(first), *(_along(block) for block in stack[1:])]
        shape, cost = report.input, Cost()
        for block in stack:
            cost += block.cost(shape)
            shape = block.output_shape(shape)
        if count := self._counted(cost):
            words.append((f"{count:,} parameters",))
        return (Step(Leaf(first.kind(), tuple(line for line in words if line), first.role), ""),)

    def _runs(self, reports: tuple[BlockReport, ...]) -> list[tuple[int, Stack]]:
        """The stack as (how often, blocks), equal runs in a row found where they are folded."""
        blocks = tuple(report.block for report in reports)
        runs: list[tuple[int, Stack]] = []
        at = 0
        while at < len(blocks):
            count, period = self._best_run(reports[at:]) if self._options.fold else (1, 1)
            if count == 1 and runs and runs[-1][0] == 1:
                runs[-1] = 1, (*runs[-1][1], blocks[at])
            else:
                runs.append((count, blocks[at : at + period]))
            at += count * period
        return runs

    def _best_run(self, reports: tuple[BlockReport, ...]) -> tuple[int, int]:
        """(how often, length) of the run at the start that saves the most boxes; (1, 1) if none."""
        best, saved = (1, 1), 1
        keys = [_key(report) for report in reports]
        for period in range(1, len(keys) // 2 + 1):
            count = 1
            while keys[count * period : (count + 1) * period] == keys[:period]:
                count += 1
            if (count - 1) * period > saved:
                best, saved = (count, period), (count - 1) * period
        return best


def _key(report: BlockReport) -> tuple[object, ...]:
    """What two blocks must share to be drawn as one: all but their names, shapes included."""
    return report.block.changed(name=""), report.input, report.output


def _join_of(block: Container, report: BlockReport) -> Join:
    """How its ends become one; by its shapes where they are known."""
    outputs = [stack[-1].output if stack else report.input for stack in report.stacks]
    if report.output is None or report.input is None or None in outputs:
        return block.loose_join()
    return block.join(report.input, tuple(one for one in outputs if one is not None))


def _arguments(block: Block) -> tuple[str, ...]:
    """The telling arguments that say something on paper: figures, and functions by name.

    Padding is told by the shapes; explanations of what a kind does are left to the text.
    """
    if block.role is Role.NORMALIZATION:
        return ()
    names = {
        value
        for info in block.argument_fields()
        if isinstance(value := getattr(block, info.name), str) and info.name != "padding"
    }
    return tuple(
        word for word in block.telling() if word in names or any(sign.isdigit() for sign in word)
    )


def _along(block: Block) -> tuple[str, ...]:
    """A small block in the box before it: ``BatchNormalization``, ``relu``."""
    words = _arguments(block)
    if block.role is Role.ACTIVATION and words and block.kind() == "Activation":
        return words
    short = " ".join(words).replace(" while training", "")
    return (f"{block.kind()} {short}".strip(),)


def _words_of(stack: Stack) -> tuple[str, ...]:
    return tuple(word for block in stack for word in _along(block))


def split_title(title: str) -> list[str]:
    """A kind's name at its capital letters: ``Global``, ``Average``, ``Pooling2D``."""
    edges = [0, *(found.start() for found in re.finditer(r"(?<=[a-z])[A-Z]", title)), len(title)]
    return [title[start:end] for start, end in pairwise(edges)]
