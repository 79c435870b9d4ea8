"""What can be refused before an engine is started for it."""

from __future__ import annotations

from pathlib import Path

from core.cli.output import CommandError
from core.training.run import RunError, read_run


def require_run(folder: Path) -> Path:
    """A run folder with a trained model.

    Raises:
        CommandError: It is none, or no epoch of it was complete.
    """
    try:
        info = read_run(folder)
    except RunError as error:
        raise CommandError(str(error)) from error
    if not info.model.is_file():
        raise CommandError(f"The run in {folder} has no trained model: no epoch was complete.")
    return folder
