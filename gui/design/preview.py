"""What a drop would do to shapes and parameters, in a few words, before the button is let go."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from core.analysis import Analysis, analyse
from core.block_report import BlockReport
from core.blocks import Block, Shape, Stack, show_shape
from core.blocks.containers import Repeat
from core.nesting import stack_at
from core.project import Path, Project
from gui.design.gestures.outcome import Outcome
from gui.design.wording import NOTHING, what
from gui.widgets.figures import count

Tone = Literal["plain", "good", "bad"]


class Preview(NamedTuple):
    """Words for a drop that has not happened yet.

    Attributes:
        title: What would stand there.
        line: The shape it would give.
        effect: What that would do to the rest; may be empty.
        tone: Whether the effect is welcome.
        results: What the containers around it would give, the innermost first.
        shape: What would leave the dropped blocks; empty where that is not known.
    """

    title: str
    line: str
    effect: str
    tone: Tone
    results: tuple[str, ...] = ()
    shape: str = ""


def preview(before: Project, outcome: Outcome, place: Path) -> Preview:
    """Words for what ``outcome`` makes of ``before`` by a drop at ``place``."""
    after = outcome.project
    blocks = [after.block(path) for path in outcome.selection]
    title = what(blocks)
    if after == before:
        return Preview(title, "stays where it is" if len(blocks) == 1 else "stay here", "", "plain")
    old, new = analyse(before), analyse(after)
    effect, tone = _effect(before, after, outcome, place, old, new)
    given = new.report(outcome.selection[-1]).output
    return Preview(
        title,
        _shape_line(old, new, outcome),
        effect,
        tone,
        tuple(_results(outcome, place, old, new)),
        "" if given is None else show_shape(given),
    )


def _results(outcome: Outcome, place: Path, old: Analysis, new: Analysis) -> Iterator[str]:
    """What the containers around the drop would give: the innermost, and others that change."""
    path = outcome.selection[0]
    for depth in range(len(path) // 2, 0, -1):
        end = 2 * depth - 1
        now, was = new.report(path[:end]), old.report(place[:end])
        if now.output is None or now.block.disabled:
            continue
        kind = _with_copies(now.block)
        if now.output != was.output:
            yield f"{kind} would give {show_shape(now.output)} instead of {_brief(was.output)}"
        elif depth == len(path) // 2:
            yield f"{kind} still gives {show_shape(now.output)}"


def _with_copies(block: Block) -> str:
    kind = block.kind()
    return f"{kind} {block.times} ×" if isinstance(block, Repeat) else kind


def _shape_line(old: Analysis, new: Analysis, outcome: Outcome) -> str:
    """The shape that would leave the dropped blocks, against what passes there now."""
    first, last = new.report(outcome.selection[0]), new.report(outcome.selection[-1])
    given, arriving = last.output, first.input
    problem = last.error or first.error
    if given is None:
        return problem.message if problem else "what it would give is not known"
    if given == arriving:
        return f"{show_shape(given)} stays"
    return f"would give {_brief(given)} instead of {_brief(arriving)}"


def _effect(
    before: Project,
    after: Project,
    outcome: Outcome,
    place: Path,
    old: Analysis,
    new: Analysis,
) -> tuple[str, Tone]:
    """The one consequence most worth knowing: a new error, one less, or dearer and cheaper."""
    old_errors = {(p.code, p.message) for p in old.problems if p.tone == "error"}
    for problem in new.problems:
        if problem.unfinished and not old.trainable_as_is:
            continue  # was not finished before either
        known = (problem.code, problem.message) in old_errors
        if problem.severity == "error" and not known and problem.code != "empty":
            own = problem.path is not None and problem.path in outcome.selection
            if own and problem.code == "shape":
                return "", "bad"  # the first line says it already
            return problem.message, "bad"
    new_errors = {(p.code, p.message) for p in new.problems if p.tone == "error"}
    if old_errors - new_errors:
        return f"solves: {min(old_errors - new_errors)[1]}", "good"
    if new.trainable_as_is and not old.trainable_as_is:
        return "finishes the stack: it can be trained", "good"
    if _is_hidden_dense(after, outcome.selection[-1], new):
        return f"a hidden layer; the {after.classes:,} classes come after it", "plain"
    changed = _first_change_below(before, after, outcome.selection[-1], place, old, new)
    if changed:
        return changed
    difference = new.parameters - old.parameters
    if not difference:
        return "", "plain"
    sign = "+" if difference > 0 else "−"
    return f"{sign}{count(abs(difference), 'parameter')}", "plain"


def _is_hidden_dense(project: Project, path: Path, analysis: Analysis) -> bool:
    """Whether a Dense would end the stack that is not the one of the classes."""
    return project.block(path).kind() == "Dense" and any(
        problem.unfinished and problem.path == path for problem in analysis.problems
    )


def _first_change_below(
    before: Project, after: Project, path: Path, place: Path, old: Analysis, new: Analysis
) -> tuple[str, Tone] | None:
    """The first block under the drop whose parameters change, in its own stack or one around it.

    Inside a Repeat nothing is named: each copy has weights of its own, and the sum tells them all.
    """
    for end in range(len(path), 0, -2):
        inside = (after.block(path[:outer]) for outer in range(1, end, 2))
        if any(isinstance(block, Repeat) for block in inside):
            continue
        was_there, is_there = place[: end - 1], path[: end - 1]
        was = (stack_at(before.stack, was_there), _reports(old, was_there))
        now = (stack_at(after.stack, is_there), _reports(new, is_there))
        changed = _first_change(was, now, path[end - 1])
        if changed:
            return changed
    return None


def _reports(analysis: Analysis, place: Path) -> tuple[BlockReport, ...]:
    """The reports of one stack."""
    return analysis.report(place[:-1]).stacks[place[-1]] if place else analysis.blocks


_Reported = tuple[Stack, tuple[BlockReport, ...]]


def _first_change(was: _Reported, now: _Reported, last: int) -> tuple[str, Tone] | None:
    """The first block of one stack after a given one whose parameters change."""
    below = len(now[0]) - 1 - last
    for back in range(below, 0, -1):
        if back > len(was[0]) or now[0][-back] is not was[0][-back]:
            return None
        before, after = was[1][-back], now[1][-back]
        if before.output is not None and before.cost.parameters != after.cost.parameters:
            cheaper = after.cost.parameters < before.cost.parameters
            change = f"{before.cost.parameters:,} → {count(after.cost.parameters, 'parameter')}"
            return f"{now[0][-back].kind()} below: {change}", "good" if cheaper else "plain"
    return None


def _brief(shape: Shape | None) -> str:
    return NOTHING if shape is None else show_shape(shape)
