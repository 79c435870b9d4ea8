"""``main.py export``: a run's best model in a format, proved."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

import msgspec

from core.cli.asking import absolute, ask
from core.cli.checks import require_run
from core.cli.output import DONE, CommandError, Output, duration, size
from core.engine.commands import Export
from core.engine.events import Exported, ExportProgress


def run(options: Namespace, output: Output) -> int:
    """Export and print; the exit code.

    Raises:
        CommandError: The format is not available, or the export failed.
    """
    _require_format(options.format)
    folder = require_run(Path(absolute(options.run)))
    command = Export(id=0, run=str(folder), format=options.format, output=absolute(options.output))
    for event, _asked in ask(command, output):
        if isinstance(event, ExportProgress):
            output.tell(event="progress", doing=event.doing)
            output.say(f"{event.doing}…")
        elif isinstance(event, Exported):
            _show(event, output)
    return DONE


def _require_format(key: str) -> None:
    from core.export.run import ExportError, find_format

    try:
        find_format(key)
    except ExportError as error:
        raise CommandError(str(error)) from error


def _show(event: Exported, output: Output) -> None:
    fields = msgspec.to_builtins(event)
    output.tell(**{"event": "finished"} | {k: v for k, v in fields.items() if k not in _OURS})
    output.say(
        f"Wrote {event.output} ({size(event.bytes)}, {duration(event.seconds)}). {event.message}"
    )


_OURS = ("id", "event")
