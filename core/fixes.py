"""Fixes of problems: carried out, tried, and what they lead to."""

from __future__ import annotations

import msgspec

from core.block_report import walk_reports
from core.edits import replace
from core.passing import reports_of, stops
from core.problems import Fix
from core.project import Project
from core.words import count


def apply_fix(project: Project, fix: Fix) -> Project:
    """The project with a fix carried out."""
    for swap in fix.swaps:
        project = replace(project, swap.path, swap.replacement)
    if fix.batch_size is not None:
        plan = msgspec.structs.replace(project.plan, batch_size=fix.batch_size)
        project = project.changed(plan=plan)
    return project if fix.picture is None else project.changed(input=fix.picture)


def describe_fix(project: Project, fix: Fix) -> str:
    """The fix's label and the parameters it leads to: ``Insert Flatten → 9,290 parameters``."""
    if fix.batch_size is not None:
        return fix.label
    after = apply_fix(project, fix)
    # Advice is the dear part of an analysis, and a long stack may have a hundred fixes to describe.
    blocks = reports_of(after)
    if any(report.stops for _, report in walk_reports(blocks, ())):
        return fix.label
    parameters = sum(report.cost.parameters for report in blocks)
    return f"{fix.label} → {count(parameters, 'parameter')}"


class Trial:
    """Tries fixes on a project."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._known = len(stops(project))

    def fits(self, fix: Fix) -> bool:
        """Whether a fix leaves less that stops a picture, and nothing new."""
        return len(stops(apply_fix(self._project, fix))) < self._known

    def harms(self, fix: Fix) -> bool:
        """Whether a fix leaves more that stops a picture."""
        return len(stops(apply_fix(self._project, fix))) > self._known
