"""The test suite: what pytest is asked to run, and what runs beside each other.

Where arguments choose no tests, the whole suite is run, as several runs of pytest: tests in a real
window mostly wait, and one process cannot use two processors.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

BESIDE = (("tests/gui",), ("tests/end_to_end", "tests/properties"))
"""What is run beside all the rest."""


def run_suite(arguments: list[str]) -> int:
    """Run pytest; its exit code, or the first that is not 0.

    Args:
        arguments: Of pytest.
    """
    if any(map(_chooses, arguments)):
        import pytest

        return int(pytest.main(arguments))
    with tempfile.TemporaryDirectory() as folder:
        outputs = [Path(folder, str(number)) for number in range(len(BESIDE))]
        beside = [_start(arguments, *pair) for pair in zip(BESIDE, outputs, strict=True)]
        try:
            codes = [_start(arguments, _rest()).wait()]
            for process, output in zip(beside, outputs, strict=True):
                codes.append(process.wait())
                sys.stdout.write(output.read_text("utf-8", "replace"))
                sys.stdout.flush()
        finally:
            for process in beside:
                process.terminate()
    return next(filter(None, codes), 0)


def _chooses(argument: str) -> bool:
    """Whether an argument of pytest chooses tests."""
    return argument.startswith(("-k", "-m")) or Path(argument.partition("::")[0]).exists()


def _rest() -> tuple[str, ...]:
    """Every folder and file of tests that is in no other share."""
    elsewhere = {name for share in BESIDE for name in share}
    found = (*sorted(Path("tests").glob("[a-z]*/")), *sorted(Path("tests").glob("test_*.py")))
    return tuple(path.as_posix() for path in found if path.as_posix() not in elsewhere)


def _start(
    arguments: list[str], share: tuple[str, ...], output: Path | None = None
) -> subprocess.Popen[bytes]:
    """Begin a run; what it says goes to a file, if one is given."""
    command = (sys.executable, "-m", "pytest", *arguments, *share)
    if output is None:
        return subprocess.Popen(command)
    with output.open("wb") as file:
        return subprocess.Popen(command, stdout=file, stderr=subprocess.STDOUT)
