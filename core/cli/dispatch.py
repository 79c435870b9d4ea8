"""From arguments to a command and its exit code."""

from __future__ import annotations

import argparse
import importlib
import io
import os
import sys
from collections.abc import Sequence

from core.cli.output import DONE, FAILED, INTERRUPTED, USAGE, CommandError, Output

EXPORT_FORMATS = ("keras", "savedmodel", "litert", "litert-int8", "onnx", "python")


def dispatch(arguments: Sequence[str]) -> int:
    """Carry out a command line; see `core.cli.main`."""
    try:
        options = _parser().parse_args(arguments)
    except SystemExit as ending:  # argparse has printed its help or its complaint
        return ending.code if isinstance(ending.code, int) else USAGE
    _say_anything()
    output = Output(getattr(options, "json", False))
    try:
        command = importlib.import_module(options.module)
        code: int = command.run(options, output)
        sys.stdout.flush()
        return code
    except CommandError as error:
        output.fail(str(error))
        return error.code
    except KeyboardInterrupt:
        output.fail("Interrupted.")
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has had enough (such as “| head”).  Python would complain again
        # when it flushes at exit, so what is left goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except Exception as error:
        return _unforeseen(error, output)


def _say_anything() -> None:
    """Names that the terminal or file cannot write are written in signs: they end no command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _unforeseen(error: Exception, output: Output) -> int:
    """An error nobody worded: a line, and the traceback only for those who ask for it."""
    if os.environ.get("LAYERLOOM_DEBUG"):
        raise error
    output.fail(
        f"Something unforeseen went wrong: {error}. This is likely a bug of Layerloom; run the "
        "command again with LAYERLOOM_DEBUG=1 in the environment to see where."
    )
    return FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="main.py",
        description="Layerloom: design, train and export picture classifiers. Without a command "
        "the window opens: main.py [PROJECT].",
        allow_abbrev=False,
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    _summary(commands)
    _compare(commands)
    _picture(commands)
    _train(commands)
    _evaluate(commands)
    _predict(commands)
    _export(commands)
    _import(commands)
    _doctor(commands)
    return parser


Commands = argparse._SubParsersAction  # argparse has no public name for what it returns


def _command(
    commands: Commands[argparse.ArgumentParser], name: str, words: str, module: str = ""
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=words, description=words, allow_abbrev=False)
    parser.set_defaults(module=module or f"core.cli.{name}")
    return parser


def _json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print JSON lines and nothing else")


def _summary(commands: Commands[argparse.ArgumentParser]) -> None:
    parser = _command(commands, "summary", "Shapes, costs and problems of a project.")
    parser.add_argument("project", metavar="PROJECT", help="a file or the name of a template")
    _json(parser)


def _compare(commands: Commands[argparse.ArgumentParser]) -> None:
    parser = _command(commands, "compare", "In what two projects or two runs differ.")
    for name, words in (("before", "BEFORE"), ("after", "AFTER")):
        parser.add_argument(
            name, metavar=words, help="a project file, a run folder or the name of a template"
        )
    parser.add_argument("--all", action="store_true", help="list blocks that are the same too")
    parser.add_argument("--markdown", action="store_true", help="print Markdown")
    _json(parser)


def _picture(commands: Commands[argparse.ArgumentParser]) -> None:
    # Named, not imported: Qt draws it, and no other command takes Qt.
    words = "Draw the architecture as .svg, .pdf or .png, for a paper."
    parser = _command(commands, "picture", words, "gui.picture.command")
    parser.add_argument("project", metavar="PROJECT", help="a file or the name of a template")
    parser.add_argument("output", metavar="PICTURE", help="file to write: .svg, .pdf or .png")
    parser.add_argument(
        "--width",
        choices=("column", "page", "free"),
        default="page",
        help="fit a column (85 mm), the text of a page (170 mm), or as wide as it comes",
    )
    for flag, words in (
        ("--horizontal", "from left to right, not from top to bottom"),
        ("--parameters", "write numbers of parameters"),
        ("--no-shapes", "leave the shapes at the arrows out"),
        ("--every-block", "normalisation, activation and dropout as boxes of their own"),
        ("--unfold", "draw repeated blocks as often as they are there"),
        ("--grey", "no colours"),
        ("--transparent", "no background"),
    ):
        parser.add_argument(flag, action="store_true", help=words)
    _json(parser)


def _train(commands: Commands[argparse.ArgumentParser]) -> None:
    parser = _command(commands, "train", "Train a project; without one, the MNIST starter.")
    parser.add_argument(
        "project", metavar="PROJECT", nargs="?", help="a file or the name of a template"
    )
    parser.add_argument(
        "--data",
        metavar="mnist|FOLDER",
        help="pictures: a folder, a zip, mnist, fashion-mnist, cifar-10 or cifar-100; default: the "
        "project's",
    )
    parser.add_argument(
        "--layout",
        choices=("look", "classes", "splits", "labels", "prefixes"),
        help="how the folder tells classes; default: by looking",
    )
    parser.add_argument(
        "--leave-out",
        metavar="CLASS",
        action="append",
        help="train without this class of the folder; more than once for more",
    )
    parser.add_argument("--epochs", type=int, metavar="N")
    parser.add_argument("--batch-size", type=int, metavar="N")
    parser.add_argument("--seed", type=int, metavar="N")
    parser.add_argument("--device", default="auto", metavar="auto|cpu|gpu|gpu:N")
    parser.add_argument("--output", metavar="RUN_DIR", help="run folder, new or empty")
    parser.add_argument("--resume", metavar="RUN_DIR", help="go on with a run")
    parser.add_argument(
        "--limit", type=int, metavar="N", help="use only the first N pictures, for a quick trial"
    )
    _json(parser)


def _evaluate(commands: Commands[argparse.ArgumentParser]) -> None:
    parser = _command(commands, "evaluate", "Measure a run's best model on its test pictures.")
    parser.add_argument("run", metavar="RUN_DIR")
    parser.add_argument("--data", metavar="FOLDER", help="measure on these pictures instead")
    _json(parser)


def _predict(commands: Commands[argparse.ArgumentParser]) -> None:
    parser = _command(commands, "predict", "Classify picture files.")
    parser.add_argument("model", metavar="MODEL_OR_RUN")
    parser.add_argument("images", metavar="IMAGE", nargs="+")
    _json(parser)


def _export(commands: Commands[argparse.ArgumentParser]) -> None:
    parser = _command(commands, "export", "Write a run's best model, proved to predict the same.")
    parser.add_argument("run", metavar="RUN_DIR")
    parser.add_argument("--format", required=True, choices=EXPORT_FORMATS)
    parser.add_argument("--output", required=True, metavar="PATH")
    _json(parser)


def _import(commands: Commands[argparse.ArgumentParser]) -> None:
    parser = _command(
        commands, "import", "Turn a Keras model into a project.", "core.cli.import_model"
    )
    parser.add_argument("model", metavar="MODEL.keras")
    parser.add_argument("--output", required=True, metavar="PROJECT")


def _doctor(commands: Commands[argparse.ArgumentParser]) -> None:
    parser = _command(commands, "doctor", "Versions, devices, and where files are kept.")
    _json(parser)
