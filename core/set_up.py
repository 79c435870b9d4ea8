"""Makes the environment that Layerloom runs in: ``.venv`` beside the project, packages as locked.

Only the standard library, since nothing else is there yet.  The work is uv's; where the machine has
no uv, pip brings one into the environment itself.  What goes wrong ends in one sentence that says
what to do, and the next start goes on from there.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NoReturn

from core.bootstrap import (
    ENVIRONMENT,
    LOCK,
    ROOT,
    STAMP,
    finished,
    lock_checksum,
    python_of,
    wrong_python,
)

UV = "uv>=0.9,<1"
OLDEST_UV = (0, 9)
"""The uv that pip is asked for, and the oldest one on the machine that is taken instead."""

INSTALLED_MB = {"app": 2600, "tests": 2700}
DOWNLOAD_MB = 850
"""Measured on Linux x86-64, most of it TensorFlow and Qt; other systems need less."""

_COMMAND = {"app": "python3 main.py", "tests": "python3 -m tests"}

_CAUSES = (
    (
        r"no space left|os error 28|errno 28|disk quota|not enough space",
        "The disk is full. Free about {space} GB and run the same command again; it goes on from "
        "where it stopped.",
    ),
    (
        r"dns error|failed to lookup|name resolution|connection refused|network is unreachable|"
        r"error sending request|timed out|newconnectionerror|could not connect|failed to fetch|"
        r"proxyerror|sslerror|certificate|no matching distribution found for uv|"
        r"network connectivity is disabled|error decoding response body|connection reset",
        "The packages could not be downloaded: there is no way to the Python package index from "
        "here. Connect to the network (behind a proxy, set HTTPS_PROXY) and run the same command "
        "again; it goes on from where it stopped.",
    ),
    (
        r"permission denied|os error 13|errno 13|read-only file system|os error 30|errno 30",
        "A folder could not be written. Make {folder} yours, or copy it to where you may write, "
        "and run the same command again.",
    ),
    (
        r"for the current platform|no matching distribution|unsupported platform",
        "A package has no build for this computer. TensorFlow needs Linux, Windows or an Apple "
        "silicon Mac, 64 bit, with glibc on Linux.",
    ),
)


class SetUpError(Exception):
    """The environment could not be made; the text is a sentence or two for people."""


def set_up(purpose: str) -> None:
    """Make or bring up to date the environment for a purpose; ends the process where it cannot.

    Args:
        purpose: ``app`` or ``tests``.
    """
    try:
        with _alone():
            _set_up(purpose)
    except SetUpError as error:
        _leave(str(error), 1)
    except KeyboardInterrupt:
        _leave(f"Interrupted. Run “{_COMMAND[purpose]}” again to go on from here.", 130)
    except OSError as error:
        _leave(_in_words(str(error)) or f"The set-up failed: {error}.", 1)


def _set_up(purpose: str) -> None:
    if finished().get(purpose) == lock_checksum() and not _half_done() and _works(ENVIRONMENT):
        return  # Another start, waited for, has done it meanwhile.
    problem = wrong_python()
    if problem and not _works(ENVIRONMENT):
        raise SetUpError(problem)
    began = time.monotonic()
    fresh = not _works(ENVIRONMENT)
    half_done = _half_done()
    if fresh:
        _say(
            f"Setting up Layerloom in {ENVIRONMENT} (once): about {DOWNLOAD_MB} MB to download, "
            f"{INSTALLED_MB[purpose] / 1000:.1f} GB on disk, usually 1 to 5 minutes."
        )
        _check_space(purpose)
        _make_environment()
    elif half_done:
        _say("The last set-up was interrupted; repairing it.")
    else:
        _say("Bringing the packages in .venv up to date.")
    before = {} if half_done else finished()
    _stamp({"unfinished": purpose})
    _sync(purpose, reinstall=half_done)
    checksum = lock_checksum()
    kept = {done: known for done, known in before.items() if known == checksum}
    _stamp({**kept, "app": checksum, purpose: checksum})
    _say(f"Done in {time.monotonic() - began:.0f} seconds.")


def _half_done() -> bool:
    """Whether an earlier set-up began and did not end."""
    return "unfinished" in finished()


def _stamp(purposes: dict[str, str]) -> None:
    STAMP.write_text("".join(f"{name} {value}\n" for name, value in purposes.items()), "utf-8")


def _works(environment: Path) -> bool:
    """Whether an environment's own Python starts and is one that Layerloom can use."""
    python = python_of(environment)
    if not python.exists():
        return False
    check = "import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))"
    try:
        return subprocess.run([str(python), "-c", check], check=False, timeout=60).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _make_environment() -> None:
    """An empty virtual environment with this interpreter; a broken one makes room for it.

    Raises:
        SetUpError: Something else stands there, or this Python cannot make environments.
    """
    if ENVIRONMENT.is_dir() and any(ENVIRONMENT.iterdir()):
        if not (ENVIRONMENT / "pyvenv.cfg").exists() and not _half_done():
            raise SetUpError(
                f"{ENVIRONMENT} is in the way: it is not a Python environment. Move it away and "
                "run the same command again."
            )
        shutil.rmtree(ENVIRONMENT)
    if importlib.util.find_spec("venv") is None:
        raise SetUpError(_needs("python3-venv"))
    code, output = _run([sys.executable, "-m", "venv", "--without-pip", str(ENVIRONMENT)])
    if code:
        raise SetUpError(_in_words(output) or f"The environment could not be made: {_last(output)}")


def _sync(purpose: str, reinstall: bool) -> None:
    """Install what the lock file says; packages that are there besides (extras) stay.

    Raises:
        SetUpError: It failed.
    """
    command = [*_uv(), "sync", "--frozen", "--inexact"]
    if purpose == "app":
        command.append("--no-default-groups")
    if reinstall:
        command.append("--reinstall")
    with _cache_folder() as cache:
        environment = {
            **os.environ,
            **cache,
            "UV_PROJECT_ENVIRONMENT": str(ENVIRONMENT),
            "UV_PYTHON": str(python_of(ENVIRONMENT)),
            "UV_PYTHON_DOWNLOADS": "never",
        }
        environment.setdefault("UV_HTTP_TIMEOUT", "120")
        # An activated environment is not the one meant, and uv would warn about it.
        environment.pop("VIRTUAL_ENV", None)
        code, output = _run(command, environment)
        if code and "invalid peer certificate" in output:
            # A proxy that signs with a certificate of its own, which only the system knows.
            _say("Trying again with the certificates that this system trusts.")
            code, output = _run(command, {**environment, "UV_SYSTEM_CERTS": "true"})
    if code:
        raise SetUpError(
            _in_words(output)
            or f"Installing the packages failed: {_last(output)} Run the same command again; if "
            f"that does not help, delete {ENVIRONMENT} first."
        )


def _uv() -> list[str]:
    """The command that starts uv: the machine's own where it is new enough, else one of ours.

    Raises:
        SetUpError: There is none and pip cannot bring one.
    """
    own = [str(python_of(ENVIRONMENT)), "-m", "uv"]
    on_path = shutil.which("uv")
    for candidate in ([on_path] if on_path else [], own):
        if candidate and _uv_version(candidate) >= OLDEST_UV:
            return candidate
    _say("Fetching uv, which installs the packages (25 MB).")
    python = str(python_of(ENVIRONMENT))
    output = ""
    install = ["install", "--quiet", "--disable-pip-version-check", UV]
    if importlib.util.find_spec("pip"):
        # This Python's pip, put to work on the environment: allowed where the system's packages
        # are managed by somebody else (PEP 668).
        code, output = _run([sys.executable, "-m", "pip", "--python", python, *install])
        if code == 0:
            return own
    elif subprocess.run(
        [python, "-m", "ensurepip", "--version"], capture_output=True, check=False
    ).returncode:
        raise SetUpError(_needs("python3-pip"))
    else:
        code, output = _run([python, "-m", "ensurepip"])
        if code == 0:
            code, output = _run([python, "-m", "pip", *install])
        if code == 0:
            return own
    raise SetUpError(_in_words(output) or f"pip could not install uv: {_last(output)}")


def _uv_version(command: Sequence[str]) -> tuple[int, int]:
    """A uv's version; (0, 0) where it does not start."""
    try:
        answer = subprocess.run(
            [*command, "--version"], capture_output=True, text=True, check=False, timeout=60
        )
    except (OSError, subprocess.TimeoutExpired):
        return (0, 0)
    match = re.match(r"uv (\d+)\.(\d+)", answer.stdout)
    return (int(match[1]), int(match[2])) if match and answer.returncode == 0 else (0, 0)


@contextlib.contextmanager
def _cache_folder() -> Iterator[dict[str, str]]:
    """Variables for uv's cache: none, or one in the environment where the home is not writable."""
    home = Path(os.path.expanduser("~"))  # noqa: PTH111 - Path.home() raises where there is none
    chosen = {"UV_CACHE_DIR", "UV_NO_CACHE", "XDG_CACHE_HOME"} & set(os.environ)
    nearest = next((p for p in (home / ".cache" / "uv", home / ".cache", home) if p.exists()), home)
    if os.name == "nt" or chosen or os.access(nearest, os.W_OK):
        yield {}
        return
    folder = ENVIRONMENT / "uv-cache"
    try:
        yield {"UV_CACHE_DIR": str(folder)}
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _check_space(purpose: str) -> None:
    """Say before the download, not after it, that the disk is too small."""
    free = shutil.disk_usage(ROOT).free / 1e6
    if free < INSTALLED_MB[purpose]:
        raise SetUpError(
            f"The disk of {ROOT} has {free / 1000:.1f} GB free and Layerloom needs "
            f"{INSTALLED_MB[purpose] / 1000:.1f} GB there. Free some space, or move the folder to "
            "another disk, and run the same command again."
        )


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Two starts at once take turns, where the system has file locks (not on Windows)."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    with LOCK.open("rb") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _say("Another start is setting up Layerloom; waiting for it.")
            fcntl.flock(handle, fcntl.LOCK_EX)
        except OSError:
            pass  # Some network file systems lock nothing.
        yield


def _run(command: Sequence[str], environment: dict[str, str] | None = None) -> tuple[int, str]:
    """Run a command, its output passed on as it comes and kept; on a terminal, with a clock.

    Standard output stays free for what the command line prints (``--json``).
    """
    process = subprocess.Popen(
        command,
        env=environment,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    assert process.stdout is not None
    stop = threading.Event()
    clock = threading.Thread(target=_clock, args=(stop,), daemon=True)
    if sys.stderr.isatty():
        clock.start()
    lines = []
    try:
        for line in process.stdout:
            lines.append(line)
            if re.match(r"\s*\+ ", line):
                continue  # uv's list of everything installed
            sys.stderr.write(f"{_CLEAR if clock.is_alive() else ''}  {line.rstrip()}\n")
            sys.stderr.flush()
        code = process.wait()
    except BaseException:
        process.terminate()
        process.wait()
        raise
    finally:
        stop.set()
        if clock.is_alive():
            clock.join()
            sys.stderr.write(_CLEAR)
    return code, "".join(lines)


_CLEAR = "\r\x1b[K"


def _clock(stop: threading.Event) -> None:
    """Show that work goes on, until told to stop."""
    began = time.monotonic()
    while not stop.wait(1):
        seconds = int(time.monotonic() - began)
        sys.stderr.write(f"{_CLEAR}  … {seconds // 60}:{seconds % 60:02}")
        sys.stderr.flush()


def _in_words(output: str) -> str:
    """The cause of a failure in words, from a tool's output; empty if it is none we know."""
    for pattern, words in _CAUSES:
        if re.search(pattern, output, re.IGNORECASE):
            return words.format(space=INSTALLED_MB["app"] // 1000 + 1, folder=ROOT)
    return ""


def _last(output: str) -> str:
    """The last line of an output that says anything."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return lines[-1] if lines else "it said nothing."


def _needs(package: str) -> str:
    return (
        f"This Python ({sys.executable}) comes without a part that the set-up needs. On Debian or "
        f"Ubuntu: sudo apt install {package}; elsewhere install uv or a Python from python.org. "
        "Then run the same command again."
    )


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def _leave(words: str, code: int) -> NoReturn:
    _say(words)
    sys.exit(code)
