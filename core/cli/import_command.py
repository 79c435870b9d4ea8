"""``main.py import``: comes with a later version."""

from __future__ import annotations

from argparse import Namespace

from core.cli.output import CliError


def run(arguments: Namespace) -> int:
    """Say that it is not there yet."""
    raise CliError(
        "Importing Keras models is not available yet; nothing was read or written. Build the "
        "stack in the window, or write a .layerloom file."
    )
