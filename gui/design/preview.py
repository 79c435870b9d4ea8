"""What a drop would do to shapes and parameters, in a few words, before the button is let go."""

from __future__ import annotations

from typing import Literal, NamedTuple

from core.analysis import Analysis, analyse
from core.blocks import Shape, show_shape
from core.project import Project
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
    """

    title: str
    line: str
    effect: str
    tone: Tone


def preview(before: Project, outcome: Outcome) -> Preview:
    """Words for what ``outcome`` makes of ``before``."""
    after = outcome.project
    blocks = [after.block(path) for path in outcome.selection]
    title = what(blocks)
    if after == before:
        return Preview(title, "stays where it is" if len(blocks) == 1 else "stay here", "", "plain")
    old, new = analyse(before), analyse(after)
    effect, tone = _effect(before, after, outcome, old, new)
    return Preview(title, _shape_line(old, new, outcome), effect, tone)


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
    before: Project, after: Project, outcome: Outcome, old: Analysis, new: Analysis
) -> tuple[str, Tone]:
    """The one consequence most worth knowing: a new error, one less, or dearer and cheaper."""
    old_errors = {(p.code, p.message) for p in old.problems if p.severity == "error"}
    for problem in new.problems:
        known = (problem.code, problem.message) in old_errors
        if problem.severity == "error" and not known and problem.code != "empty":
            own = problem.path is not None and problem.path in outcome.selection
            if own and problem.code == "shape":
                return "", "bad"  # the first line says it already
            return problem.message, "bad"
    new_errors = {(p.code, p.message) for p in new.problems if p.severity == "error"}
    if old_errors - new_errors:
        return f"solves: {min(old_errors - new_errors)[1]}", "good"
    changed = _first_change_below(before, after, outcome, old, new)
    if changed:
        return changed
    difference = new.parameters - old.parameters
    if not difference:
        return "", "plain"
    sign = "+" if difference > 0 else "−"
    return f"{sign}{count(abs(difference), 'parameter')}", "plain"


def _first_change_below(
    before: Project, after: Project, outcome: Outcome, old: Analysis, new: Analysis
) -> tuple[str, Tone] | None:
    """The first block of the outermost stack under the drop whose parameters change."""
    last = outcome.selection[-1][0]
    below = len(after.stack) - 1 - last
    for step in range(min(below, len(before.stack))):
        now = len(after.stack) - below + step
        then = len(before.stack) - below + step
        if after.stack[now] is not before.stack[then]:
            return None
        is_now, was = new.blocks[now].cost.parameters, old.blocks[then].cost.parameters
        if is_now != was and old.blocks[then].output is not None:
            tone: Tone = "good" if is_now < was else "plain"
            kind = after.stack[now].kind()
            return f"{kind} below: {was:,} → {count(is_now, 'parameter')}", tone
    return None


def _brief(shape: Shape | None) -> str:
    return NOTHING if shape is None else show_shape(shape)
