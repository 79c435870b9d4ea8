"""The formats a trained model can leave in, found by importing the modules of this package."""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path

from core.export.formats import Format

LATER = ("litert", "litert-int8", "onnx")
"""Formats of the command line that this version does not write yet."""


def _found() -> dict[str, Format]:
    """The ``FORMAT`` of every ``format_*`` module, by key."""
    modules = [
        importlib.import_module(f"core.export.{info.name}")
        for info in pkgutil.iter_modules([str(Path(__file__).parent)])
        if info.name.startswith("format_")
    ]
    formats: list[Format] = [module.FORMAT for module in modules]
    return {entry.key: entry for entry in sorted(formats, key=lambda entry: entry.title)}


FORMATS = _found()
"""Every format by its key on the command line."""
