"""``main.py export``: a trained model as a file, proved to predict the same."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path

from core.cli.asking import ask
from core.cli.output import CliError, as_dict, percent, print_json, size
from core.engine.protocol import AnyEvent, Export, Exported, ExportProgress
from core.export.registry import FORMATS, LATER


def run(arguments: Namespace) -> int:
    """Export and print the proof."""
    if arguments.format not in FORMATS:  # before an engine is started in vain
        have = ", ".join(FORMATS)
        if arguments.format in LATER:
            raise CliError(f"Export to {arguments.format} is not available yet. There is: {have}.")
        raise CliError(f"There is no format “{arguments.format}”. There is: {have}.")

    def tell(event: AnyEvent) -> None:
        if isinstance(event, ExportProgress):
            if arguments.json:
                print_json({"event": "progress", "doing": event.doing})
            else:
                print(f"{event.doing} …", file=sys.stderr)

    output = str(Path(arguments.output).absolute())
    event = ask(Export(id=0, run=arguments.run, format=arguments.format, output=output), tell)
    assert isinstance(event, Exported)
    if arguments.json:
        result = as_dict(event)
        del result["id"]
        print_json(result | {"event": "exported"})
        return 0
    print(f"{event.output} ({size(event.bytes)})")
    print(event.message)
    if event.test_accuracy is not None:
        print(f"accuracy of the file on these pictures: {percent(event.test_accuracy)}")
    return 0
