"""``main.py import``: announced, so that scripts get a sentence and not a surprise."""

from __future__ import annotations

from argparse import Namespace
from typing import NoReturn

from core.cli.output import CommandError, Output


def run(options: Namespace, output: Output) -> NoReturn:
    """Say that it cannot be done yet.

    Raises:
        CommandError: Always.
    """
    raise CommandError(
        "Importing Keras models is not available yet. Nothing was read or written; build the "
        "design in the window (main.py) instead."
    )
