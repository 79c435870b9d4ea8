"""``main.py predict``: the classes of picture files."""

from __future__ import annotations

import sys
from argparse import Namespace

from core.cli.asking import absolute, ask
from core.cli.output import DONE, FAILED, Output
from core.data.names import to_name
from core.engine.commands import Predict
from core.engine.events import Predicted, Prediction


def run(options: Namespace, output: Output) -> int:
    """Classify and print; the exit code, 1 if a picture could not be read.

    Raises:
        CommandError: The model cannot be used.
    """
    images = tuple(to_name(absolute(image)) for image in options.images)
    shown = dict(zip(images, map(to_name, options.images), strict=True))
    code = DONE
    for event, _asked in ask(Predict(id=0, model=absolute(options.model), images=images), output):
        if isinstance(event, Predicted):
            for prediction in event.predictions:
                _show(prediction, shown[prediction.image], event.class_names, output)
            code = FAILED if any(entry.problem for entry in event.predictions) else DONE
    return code


def _show(prediction: Prediction, name: str, classes: tuple[str, ...], output: Output) -> None:
    if prediction.problem:
        output.tell(image=name, problem=prediction.problem)
        print(prediction.problem, file=sys.stderr)
        return
    output.tell(
        image=name,
        label=prediction.label,
        probability=prediction.probability,
        probabilities=dict(zip(classes, prediction.probabilities, strict=True)),
    )
    output.say(f"{name}: {prediction.label} ({prediction.probability:.1%})")
