"""The command line.  Importing it costs next to nothing: the window asks it for its commands."""

from __future__ import annotations

from collections.abc import Sequence

COMMANDS = (
    "summary",
    "compare",
    "picture",
    "train",
    "evaluate",
    "predict",
    "export",
    "import",
    "doctor",
)
"""First words that mean a subcommand; anything else is a project for the window."""


def main(arguments: Sequence[str]) -> int:
    """Carry out a command line.

    Args:
        arguments: Without the program's name.

    Returns:
        The exit code: 0 done, 1 failed, 2 bad usage, 130 interrupted (a run is resumable).
    """
    from core.cli.dispatch import dispatch

    return dispatch(arguments)
