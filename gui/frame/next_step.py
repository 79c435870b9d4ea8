"""Which step makes sense next; the primary button offers it."""

from __future__ import annotations

from typing import Protocol

from core.analysis import Analysis
from gui.frame.top_bar import Step


class Session(Protocol):
    """What is asked of the training session."""

    @property
    def running(self) -> bool:
        """Whether a run is under way."""

    @property
    def finished(self) -> bool:
        """Whether a completed run exists for the present design."""


def next_step(analysis: Analysis, session: Session | None) -> Step:
    """The step to offer.

    Args:
        analysis: What the project on screen comes to.
        session: The training session; None while the window is still starting.
    """
    if session is not None and session.running:
        return Step("stop", "Stop", "stop", "Stop training at the next step; it can be resumed")
    if session is not None and session.finished:
        return Step("export", "Export", "export", "Write the trained model as files, each proved")
    errors = [problem for problem in analysis.problems if problem.severity == "error"]
    if errors and errors[0].code == "empty":
        return Step("fix", "Add a block", "plus", f"{errors[0].message} {errors[0].reason}")
    if errors and errors[0].unfinished:
        return Step("fix", "Finish the stack", "design", errors[0].message)
    if errors:
        label = "Fix problem" if len(errors) == 1 else f"Fix {len(errors)} problems"
        return Step("fix", label, "warning", f"Before training: {errors[0].message}")
    return Step("train", "Train", "play", "Train this design (Ctrl+Return)")
