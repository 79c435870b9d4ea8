"""Runs Layerloom in an environment that holds what it needs; `core.set_up` makes one if none does.

Reached before anything else at every start, with whatever Python was typed, so this module takes
only the standard library, imports little, and reads on every Python 3 (the annotations in quotes).
"""

import os
import sys
import zlib
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "uv.lock"
ENVIRONMENT = ROOT / ".venv"
STAMP = ENVIRONMENT / "layerloom-set-up.txt"
"""What `core.set_up` has finished: lines of a purpose and the lock file's checksum."""

PURPOSES = {
    "app": ("layerloom", "pyside6", "msgspec"),
    "tests": ("layerloom", "pyside6", "msgspec", "pytest", "pytest_qt", "hypothesis"),
}
"""Distributions whose presence says that an installer has seen to a purpose.  TensorFlow is not
among them: without it the window still designs, and says what to install to train."""

OLDEST, NEWEST = (3, 11), (3, 13)
"""Pythons that TensorFlow and Keras have wheels for."""

_SENT = "LAYERLOOM_SENT_BY_BOOTSTRAP"
"""Set for the process that is started in the environment just checked, against endless starts."""


def ensure_environment(purpose: str = "app") -> None:
    """Return in a Python that has what ``purpose`` needs: this one, or a new process in its place.

    Args:
        purpose: ``app`` or ``tests``.
    """
    if not LOCK.exists():
        return  # An installed wheel: the installer saw to everything.
    sent = os.environ.pop(_SENT, "")
    if _ready_here(purpose):
        return
    if sent:
        sys.exit(
            f"Layerloom was set up in {ENVIRONMENT}, but something is still missing there. "
            "Delete that folder and run the same command again."
        )
    if not hasattr(sys, "orig_argv"):
        sys.exit(wrong_python())
    if not _ready(ENVIRONMENT, purpose):
        # Only where something is to be installed: it brings modules that start-up can do without.
        from core.set_up import set_up

        set_up(purpose)
    _run_there()


def python_of(environment: Path) -> Path:
    """The interpreter of a virtual environment."""
    return environment.joinpath(
        *(("Scripts", "python.exe") if os.name == "nt" else ("bin", "python"))
    )


def lock_checksum() -> str:
    """Changes whenever the locked dependencies do."""
    data = LOCK.read_bytes()
    return f"{zlib.crc32(data):08x}-{len(data)}"


def finished() -> "dict[str, str]":
    """Purposes that `core.set_up` has finished in the environment, with the lock's checksum."""
    try:
        lines = STAMP.read_text("utf-8").splitlines()
    except (OSError, ValueError):
        return {}
    return dict(line.split(" ", 1) for line in lines if " " in line)


def wrong_python() -> str:
    """A sentence for a Python that Layerloom cannot use; empty for one that it can."""
    if OLDEST <= sys.version_info[:2] <= NEWEST:
        return ""
    names = [f"python{OLDEST[0]}.{minor}" for minor in range(NEWEST[1], OLDEST[1] - 1, -1)]
    found = [name for name in names if _starts(name)]
    version = ".".join(map(str, sys.version_info[:3]))
    remedy = (
        f"{found[0]} is installed here: run the same command with {found[0]}."
        if found
        else f"Install Python {NEWEST[0]}.{NEWEST[1]} from python.org or your system's packages, "
        f"then run the same command with {names[0]}."
    )
    return f"Layerloom needs Python 3.11, 3.12 or 3.13, and this is Python {version}. {remedy}"


def _starts(python: str) -> bool:
    """Whether there is a Python of a name; version managers put names on PATH that lead nowhere."""
    import subprocess

    quiet = subprocess.DEVNULL
    try:
        return subprocess.call([python, "-c", ""], stdout=quiet, stderr=quiet) == 0
    except OSError:
        return False


def _ready_here(purpose: str) -> bool:
    """Whether this very process has what a purpose needs."""
    prefix = Path(sys.prefix)
    if prefix == ENVIRONMENT or (STAMP.exists() and prefix.resolve() == ENVIRONMENT.resolve()):
        return _ready(ENVIRONMENT, purpose)
    if wrong_python():
        return False
    return _holds([folder for folder in sys.path if folder.endswith("-packages")], purpose)


def _ready(environment: Path, purpose: str) -> bool:
    """Whether an environment beside the project has what a purpose needs, its lock unchanged."""
    places = [
        *environment.glob("lib/python3.1[123]/site-packages"),
        *environment.glob("Lib/site-packages"),
    ]
    if not python_of(environment).exists() or not _holds(map(str, places), purpose):
        return False
    # Without a stamp the environment is somebody's own, made by "uv sync" or pip.
    return not STAMP.exists() or finished().get(purpose) == lock_checksum()


def _holds(folders: "Iterable[str]", purpose: str) -> bool:
    """Whether distributions for a purpose are installed in the folders of packages."""
    names: set[str] = set()
    for folder in folders:
        try:
            entries = os.listdir(folder)  # noqa: PTH208 - an entry's name is all that is needed
        except OSError:
            continue
        names.update(
            entry.split("-", 1)[0].lower() for entry in entries if entry.endswith(".dist-info")
        )
    return names.issuperset(PURPOSES[purpose])


def _run_there() -> None:
    """Run the same command line in the environment, in place of this process."""
    os.environ[_SENT] = "1"
    command = [str(python_of(ENVIRONMENT)), *sys.orig_argv[1:]]
    sys.stdout.flush()
    sys.stderr.flush()
    if os.name != "nt":
        os.execv(command[0], command)
    # Windows has no exec that a console waits for.
    import subprocess

    sys.exit(subprocess.call(command))
