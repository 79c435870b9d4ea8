"""``main.py doctor``: what is installed, which device is used and why, where files are kept."""

from __future__ import annotations

import platform
import sys
from argparse import Namespace
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from core.cli.output import print_json
from core.engine.client import EngineClient, EngineError
from core.home import data_home, runs_home
from core.training.devices import advice_for, cpu_name, installed_backends, system_gpus

PACKAGES = ("layerloom", "keras", "tensorflow", "torch", "jax", "PySide6", "numpy", "pillow")


def run(arguments: Namespace) -> int:
    """Print the findings; 1 if training cannot work here."""
    findings = _findings()
    if arguments.json:
        print_json(findings)
    else:
        print(_in_words(findings))
    return 0 if findings["engine"]["works"] else 1


def _findings() -> dict[str, Any]:
    gpus = system_gpus()
    return {
        "python": platform.python_version(),
        "system": platform.platform(),
        "versions": {name: _version(name) for name in PACKAGES},
        "cpu": cpu_name(),
        "gpus": list(gpus),
        "engine": _engine(gpus),
        "folders": {"data": str(data_home()), "runs": str(runs_home())},
    }


def _engine(gpus: tuple[str, ...]) -> dict[str, Any]:
    """Start a real engine and ask it; nothing else tells the truth about devices."""
    try:
        with EngineClient() as engine:
            ready = engine.ready
    except EngineError as error:
        advice = advice_for(gpus, installed_backends())
        return {"works": False, "message": str(error), "details": error.details, "advice": advice}
    return {
        "works": True,
        "backend": ready.backend,
        "device": ready.device,
        "reason": ready.reason,
        "advice": ready.advice,
    }


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _in_words(findings: dict[str, Any]) -> str:
    engine = findings["engine"]
    lines = [f"Python {findings['python']} ({sys.executable}) on {findings['system']}"]
    for name, number in findings["versions"].items():
        lines.append(f"  {name:<11} {number or 'not installed'}")
    lines += ["", f"CPU   {findings['cpu']}"]
    lines.append(f"GPUs  {', '.join(findings['gpus']) or 'none found'}")
    if engine["works"]:
        lines.append(f"Training runs on: {engine['device']} with {engine['backend']}")
        lines.append(f"Why: {engine['reason']}")
        if engine["advice"] and engine["advice"] != engine["reason"]:
            lines.append(engine["advice"])
    else:
        lines.append(f"Training does not work here: {engine['message']}")
    lines += ["", f"Settings and autosaves: {findings['folders']['data']}"]
    lines.append(f"Runs: {findings['folders']['runs']}")
    return "\n".join(lines)
