"""``main.py predict``: what a model takes pictures for."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from core.cli.asking import ask
from core.cli.output import CliError, as_dict, percent, print_json
from core.engine.protocol import Predict, Predicted


def run(arguments: Namespace) -> int:
    """Print an answer for each picture; 1 if one could not be read."""
    images = tuple(str(Path(image).absolute()) for image in arguments.images)
    event = ask(Predict(id=0, model=str(Path(arguments.model).absolute()), images=images))
    assert isinstance(event, Predicted)
    for asked, answer in zip(arguments.images, event.predictions, strict=True):
        if arguments.json:
            shares = dict(zip(event.class_names, answer.probabilities, strict=False))
            line = as_dict(answer) | {"image": asked, "probabilities": shares}
            print_json({"event": "prediction"} | line)
        elif not answer.problem:
            print(f"{asked}: {answer.label} ({percent(answer.probability)})")
    failed = [answer.problem for answer in event.predictions if answer.problem]
    if failed:
        more = f" ({len(failed) - 1} more could not be read)" if len(failed) > 1 else ""
        raise CliError(failed[0] + more)
    return 0
