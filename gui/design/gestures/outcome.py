"""What a gesture would lead to, before it is carried out."""

from __future__ import annotations

from typing import NamedTuple

from core.project import Project
from gui.document import Selection


class Outcome(NamedTuple):
    """A project that a gesture would make.

    Attributes:
        project: The project after it.
        selection: What is selected after it.
        text: What was done, for “Undo …”.
    """

    project: Project
    selection: Selection
    text: str
