"""Where Layerloom keeps what is its own: settings, autosaves, runs."""

from __future__ import annotations

import os
from pathlib import Path

from PySide6.QtCore import QStandardPaths


def data_home() -> Path:
    """The application's data folder; ``LAYERLOOM_HOME`` moves it.

    The same folder as ``platformdirs.user_data_dir("Layerloom", appauthor=False)``, which the
    command line uses; importing platformdirs costs the window 20 ms before it can show itself.
    """
    moved = os.environ.get("LAYERLOOM_HOME")
    if moved:
        return Path(moved)
    place = QStandardPaths.StandardLocation.GenericDataLocation
    return Path(QStandardPaths.writableLocation(place)) / "Layerloom"
