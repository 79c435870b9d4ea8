"""Layerloom: the window, or a subcommand; nothing else."""

import sys

from core.bootstrap import ensure_environment


def run() -> int:
    """Do what the command line asks for; the exit code."""
    ensure_environment()
    # Only now are the packages sure to be there.  A subcommand takes no Qt, the window no Keras.
    arguments = sys.argv[1:]
    if arguments and not _is_project(arguments):
        from core.cli import main

        return main(arguments)
    from gui import startup

    if problem := startup.problem():
        print(problem, file=sys.stderr)
        return 1
    from gui.app import run as open_window

    return open_window(*arguments)


def _is_project(arguments: "list[str]") -> bool:
    """Whether the command line names a project to open in the window."""
    from core.cli import COMMANDS

    return len(arguments) == 1 and arguments[0] not in COMMANDS and not arguments[0].startswith("-")


if __name__ == "__main__":
    sys.exit(run())
