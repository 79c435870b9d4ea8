"""``main.py COMMAND …``: what is typed, and which command does it.

Exit codes: 0 done, 1 failed (one clear line on standard error), 2 bad usage, 130 interrupted.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from importlib import import_module

from core.cli.output import CliError, Interrupted

COMMANDS = ("summary", "train", "evaluate", "predict", "export", "import", "doctor")
"""The subcommands; anything else on the command line is a project for the window."""

DONE, FAILED, USAGE, INTERRUPTED = 0, 1, 2, 130


def main(argv: Sequence[str]) -> int:
    """Carry out a command line; the exit code."""
    parser = _parser()
    try:
        arguments = parser.parse_args(argv)
    except SystemExit as end:  # argparse has printed usage or help
        return end.code if isinstance(end.code, int) else USAGE
    # Each command brings what it needs; `summary` and `--help` must not pay for the others.
    run: Callable[[argparse.Namespace], int] = import_module(
        f"core.cli.{arguments.command}_command"
    ).run
    try:
        return run(arguments)
    except CliError as error:
        print(f"layerloom: {error}", file=sys.stderr)
        return FAILED
    except (Interrupted, KeyboardInterrupt) as interruption:
        words = str(interruption) or "Interrupted."
        print(f"layerloom: {words}", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output (head, a closed terminal) has had enough.
        sys.stderr.close()
        return FAILED


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return value


def _seed(text: str) -> int:
    value = int(text)
    if not 0 <= value < 2**31:
        raise argparse.ArgumentTypeError("must be from 0 to 2147483647")
    return value


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="main.py",
        description="Design image classifiers by stacking blocks. Without a command, the window "
        "opens: main.py [PROJECT].",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def add(name: str, words: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=words, description=words)
        command.add_argument(
            "--json", action="store_true", help="JSON lines on standard output, nothing else"
        )
        return command

    summary = add("summary", "Shapes, parameters and problems of a project, without Keras.")
    summary.add_argument("project", metavar="PROJECT", help="a .layerloom file or a template")

    train = add("train", "Train a project; without one, the MNIST starter.")
    train.add_argument("project", metavar="PROJECT", nargs="?", help="a file or a template")
    train.add_argument("--data", metavar="mnist|FOLDER", help="train on these pictures instead")
    train.add_argument("--epochs", type=_positive, metavar="N")
    train.add_argument("--batch-size", type=_positive, metavar="N")
    train.add_argument("--seed", type=_seed, metavar="N")
    train.add_argument("--device", default="auto", metavar="auto|cpu|gpu|gpu:N")
    train.add_argument("--output", metavar="RUN_DIR", help="a new or empty folder for the run")
    train.add_argument("--resume", metavar="RUN_DIR", help="go on with an unfinished run")

    evaluate = add("evaluate", "Measure a run's best model on its test pictures.")
    evaluate.add_argument("run", metavar="RUN_DIR")
    evaluate.add_argument("--data", metavar="FOLDER", help="measure on these pictures instead")

    predict = add("predict", "Classify pictures.")
    predict.add_argument("model", metavar="MODEL_OR_RUN")
    predict.add_argument("images", metavar="IMAGE", nargs="+")

    export = add("export", "Export a run's best model and prove that it predicts the same.")
    export.add_argument("run", metavar="RUN_DIR")
    export.add_argument("--format", required=True, metavar="FORMAT")
    export.add_argument("--output", required=True, metavar="PATH")

    importing = add("import", "Turn a Keras model into a project.")
    importing.add_argument("model", metavar="MODEL.keras")
    importing.add_argument("--output", required=True, metavar="PROJECT")

    add("doctor", "Versions, devices, why a GPU is or is not used, where files are kept.")
    return parser
