"""Where Layerloom keeps what is its own: runs, settings, autosaves."""

from __future__ import annotations

import os
from pathlib import Path


def data_home() -> Path:
    """The application's data folder; ``LAYERLOOM_HOME`` moves it."""
    moved = os.environ.get("LAYERLOOM_HOME")
    if moved:
        return Path(moved)
    # The window's pages import this module before the first picture, and need it only after.
    import platformdirs

    return Path(platformdirs.user_data_dir("Layerloom", appauthor=False))


def runs_home() -> Path:
    """The folder that holds the runs, one folder each."""
    return data_home() / "runs"
