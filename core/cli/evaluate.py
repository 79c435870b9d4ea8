"""``main.py evaluate``: figures of a run's best model."""

from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path

import msgspec

from core.cli.asking import absolute, ask
from core.cli.checks import require_run
from core.cli.output import DONE, USAGE, CommandError, Output, table
from core.data.names import shown, to_name
from core.engine.commands import Evaluate
from core.engine.events import Evaluated

MOST_NOTES = 10
"""Sentences about pictures left out that are printed."""


def run(options: Namespace, output: Output) -> int:
    """Measure and print; the exit code.

    Raises:
        CommandError: There is no such run, or it could not be measured.
    """
    if options.data == "":
        raise CommandError("--data is empty. Was a name left out, or a variable unset?", USAGE)
    folder = require_run(Path(absolute(options.run)))
    data = to_name(absolute(options.data)) if options.data is not None else None
    for event, _asked in ask(Evaluate(id=0, run=str(folder), data=data), output):
        if isinstance(event, Evaluated):
            _show(event, output)
    return DONE


def _show(event: Evaluated, output: Output) -> None:
    if output.as_json:
        fields = msgspec.to_builtins(event)
        print(json.dumps({key: fields[key] for key in fields if key not in ("id", "event")}))
        return
    for note in event.notes[:MOST_NOTES]:
        output.say(note)
    if len(event.notes) > MOST_NOTES:
        output.say(f"… and {len(event.notes) - MOST_NOTES:,} more; --json lists them all.")
    output.say(
        f"Accuracy {event.accuracy:.2%}, loss {event.loss:.4f} on {event.pictures:,} pictures.\n"
    )
    rows = [("Class", "Pictures", "Precision", "Recall")]
    for index, name in enumerate(event.class_names):
        precision, recall = event.precision[index], event.recall[index]
        rows.append(
            (shown(name), f"{sum(event.confusion[index]):,}", f"{precision:.1%}", f"{recall:.1%}")
        )
    output.say(table(rows))
