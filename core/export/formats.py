"""What a format of export is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    import keras

    from core.project import Project

Writer = Callable[["keras.Model", "Project", Path], None]
"""Writes a model, with its project for reference, to a path that does not exist yet."""


class FormatError(Exception):
    """A format cannot be written here; the text says why and what would help."""


class Format(msgspec.Struct, frozen=True):
    """One way to export.

    Attributes:
        key: As the command line names it.
        title: As people know it.
        suffix: Of the file; empty for a folder.
        description: One line: what it is for.
        proof: Which check `core/export/clean_check.py` runs on it.
        write: Writes it; runs in the engine.
        use: Python that loads the export at ``PATH`` and classifies ``PICTURE``; empty if the
            format is no model.
        reads: Sentences under that code: which pictures it takes, and what it does otherwise than
            Layerloom.
    """

    key: str
    title: str
    suffix: str
    description: str
    proof: str
    write: Writer
    use: str = ""
    reads: str = ""
