"""Run folders as the window needs them: where they are, a new one, those that were left."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

from core.project import Project
from gui.home import data_home


def runs_home() -> Path:
    """The folder that holds the runs."""
    return data_home() / "runs"


def new_run(project: Project) -> Path:
    """A new, empty run folder.

    Raises:
        OSError: It cannot be made.
    """
    name = re.sub(r"[^\w-]+", "-", project.name).strip("-")[:40] or "run"
    folder = runs_home() / f"{datetime.now():%Y%m%d-%H%M%S-%f}-{name}"
    folder.mkdir(parents=True)
    return folder
