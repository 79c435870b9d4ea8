"""``main.py doctor``: what is installed, what training would run on, where files are kept."""

from __future__ import annotations

import platform
import shutil
from argparse import Namespace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from core.cli.output import DONE, FAILED, Output, size
from core.engine.client import EngineClient, EngineError
from core.home import data_home, runs_home
from core.training.devices import advice_for, cpu_name, installed_backends, system_gpus

PACKAGES = ("layerloom", "keras", "tensorflow", "torch", "jax", "numpy", "pillow", "pyside6")


def run(options: Namespace, output: Output) -> int:
    """Print what was found; the exit code, 1 if no engine can start here."""
    system = _system()
    output.say(_system_words(system))
    engine, problem = _engine(output)
    output.tell(**system, engine=engine, problem=problem)
    if engine is not None:
        output.say(
            f"Training runs on: {engine['device']} ({engine['backend']})\n{engine['reason']}"
        )
        return DONE
    if output.as_json:
        return FAILED
    output.fail(problem or "The engine cannot start.")
    return FAILED


def _system() -> dict[str, object]:
    """What can be told without loading a backend."""
    home = data_home()
    gpus, backends = system_gpus(), installed_backends()
    return {
        "python": platform.python_version(),
        "system": platform.platform(),
        "versions": {name: found for name in PACKAGES if (found := _version(name))},
        "cpu": cpu_name(),
        "gpus": list(gpus),
        "backends": list(backends),
        "data_folder": str(home),
        "runs_folder": str(runs_home()),
        "free_bytes": _free(home),
    }


def _system_words(found: dict[str, object]) -> str:
    versions, gpus, free = found["versions"], found["gpus"], found["free_bytes"]
    assert isinstance(versions, dict)
    assert isinstance(gpus, list)
    assert isinstance(free, int)
    packages = ", ".join(f"{name} {number}" for name, number in versions.items())
    return (
        f"Python {found['python']} on {found['system']}\n"
        f"Packages: {packages}\n"
        f"Processor: {found['cpu']}\n"
        f"Graphics: {', '.join(gpus) or 'no GPU that training could use'}\n"
        f"Files are kept in {found['data_folder']} ({size(free)} free)\n"
        f"Runs are kept in {found['runs_folder']}"
    )


def _engine(output: Output) -> tuple[dict[str, object] | None, str]:
    """What a started engine says of itself, or why none starts."""
    output.say("Starting the engine…")
    try:
        with EngineClient() as client:
            ready = client.ready
    except EngineError as error:
        gpus = system_gpus()
        return None, f"{error} {advice_for(gpus, installed_backends())}".strip()
    return {
        "backend": ready.backend,
        "versions": ready.versions,
        "device": ready.device,
        "reason": ready.reason,
        "advice": ready.advice,
    }, ""


def _version(name: str) -> str:
    """Version of an installed package; empty if it is not."""
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _free(folder: Path) -> int:
    """Free bytes where a folder is or would be."""
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free
