"""``main.py evaluate``: a run's figures on its test pictures, or on others."""

from __future__ import annotations

from argparse import Namespace

from core.cli.asking import ask
from core.cli.output import as_dict, percent, print_json
from core.engine.protocol import Evaluate, Evaluated


def run(arguments: Namespace) -> int:
    """Print the figures."""
    event = ask(Evaluate(id=0, run=arguments.run, data=arguments.data))
    assert isinstance(event, Evaluated)
    if arguments.json:
        figures = as_dict(event)
        del figures["id"]
        print_json(figures | {"event": "evaluated"})
        return 0
    print(
        f"accuracy {percent(event.accuracy)} of {event.pictures:,} pictures, loss {event.loss:.4f}"
    )
    width = max(len(name) for name in (*event.class_names, "class"))
    print(f"\n{'class':{width}}  {'pictures':>8}  {'found':>8}  {'right when said':>15}")
    for index, name in enumerate(event.class_names):
        count = sum(event.confusion[index])
        found, said = percent(event.recall[index]), percent(event.precision[index])
        print(f"{name:{width}}  {count:8,}  {found:>8}  {said:>15}")
    return 0
