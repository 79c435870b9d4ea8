"""The first seconds on a machine: what is missing is said in a sentence, what is there is used.

Whole set-ups download hundreds of megabytes; ``-m network`` chooses the test that does one.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from core import bootstrap, set_up

ROOT = Path(__file__).parent.parent.parent
ARGUMENTS = ("-c", "print('never')")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of what a set-up needs, without an environment; main.py only says where it runs."""
    folder = tmp_path / "with spaces and ü"
    (folder / "core").mkdir(parents=True)
    for name in ("uv.lock", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, folder)
    for name in ("__init__", "bootstrap", "set_up"):
        shutil.copy(ROOT / "core" / f"{name}.py", folder / "core")
    (folder / "main.py").write_text(
        "import sys\nfrom core.bootstrap import ensure_environment\nensure_environment()\n"
        "print(sys.prefix)\nprint(sys.argv[1:])\n"
    )
    return folder


def bare(**variables: str) -> dict[str, str]:
    """An environment without uv, an activated environment or a project's settings."""
    kept = {k: v for k, v in os.environ.items() if k not in ("VIRTUAL_ENV", "PYTHONPATH")}
    return {**kept, "PATH": "/usr/bin:/bin", **variables}


def base_python() -> str:
    """The interpreter that the tests' environment was made with."""
    return getattr(sys, "_base_executable", sys.executable)


def start(
    checkout: Path, python: str | None = None, **variables: str
) -> subprocess.CompletedProcess:
    return subprocess.run(
        [python or base_python(), "-B", "main.py", "a b", "--json"],
        cwd=checkout,
        env=bare(**variables),
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        timeout=240,
    )


def pretend_environment(checkout: Path, *distributions: str, stamp: bool) -> Path:
    """An environment that looks set up: a real one, with empty distributions."""
    environment = checkout / ".venv"
    subprocess.run([base_python(), "-m", "venv", "--without-pip", environment], check=True)
    (packages,) = [
        *environment.glob("lib/python*/site-packages"),
        *environment.glob("Lib/site-packages"),
    ]
    for name in distributions:
        (packages / f"{name}-1.0.dist-info").mkdir()
    if stamp:
        script = "from core.bootstrap import lock_checksum; print(lock_checksum())"
        checksum = subprocess.run(
            [sys.executable, "-B", "-c", script],
            cwd=checkout, capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip
        (environment / "layerloom-set-up.txt").write_text(f"app {checksum}")
    return environment


class TestReady:
    @pytest.mark.parametrize("stamp", [True, False])
    def test_an_environment_that_is_there_is_used(self, checkout: Path, stamp: bool) -> None:
        environment = pretend_environment(checkout, *bootstrap.PURPOSES["app"], stamp=stamp)
        answer = start(checkout)
        assert answer.stdout.splitlines() == [str(environment), "['a b', '--json']"]
        assert not answer.stderr

    def test_from_a_python_that_could_not_run_it(self, checkout: Path) -> None:
        old = [name for name in ("python3.10", "python3.14") if bootstrap._starts(name)]
        if not old:
            pytest.skip("no other Python here")
        pretend_environment(checkout, *bootstrap.PURPOSES["app"], stamp=True)
        answer = start(checkout, old[0])
        assert "['a b', '--json']" in answer.stdout

    def test_a_changed_lock_file_means_another_set_up(self, checkout: Path) -> None:
        pretend_environment(checkout, *bootstrap.PURPOSES["app"], stamp=True)
        with (checkout / "uv.lock").open("a") as lock:
            lock.write("\n# changed\n")
        answer = start(checkout, **offline(checkout))
        assert "Bringing the packages in .venv up to date." in answer.stderr
        assert answer.returncode == 1

    def test_an_interrupted_set_up_is_gone_on_with(self, checkout: Path) -> None:
        environment = pretend_environment(checkout, *bootstrap.PURPOSES["app"], stamp=True)
        (environment / "layerloom-set-up.txt").write_text("unfinished app\n")
        assert "repairing" in start(checkout, **offline(checkout)).stderr

    def test_an_installed_wheel_is_left_alone(self, checkout: Path) -> None:
        (checkout / "uv.lock").unlink()
        answer = start(checkout)
        assert answer.stdout.splitlines()[0] == sys.base_prefix

    def test_a_second_start_never_loops(self, checkout: Path) -> None:
        answer = start(checkout, LAYERLOOM_SENT_BY_BOOTSTRAP="1")
        assert "something is still missing" in answer.stderr
        assert answer.returncode == 1

    def test_the_check_takes_no_time(self) -> None:
        """Measured in the best of five, so that a busy machine does not matter."""
        best = 1.0
        for _ in range(5):
            began = time.perf_counter()
            bootstrap.ensure_environment("tests")
            best = min(best, time.perf_counter() - began)
        assert best < 0.01

    def test_it_reads_on_old_pythons(self) -> None:
        import ast

        for path in (ROOT / "main.py", ROOT / "core" / "bootstrap.py", ROOT / "tests/__main__.py"):
            tree = ast.parse(path.read_text("utf-8"), feature_version=(3, 8))
            names = {n.module for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
            assert "__future__" not in names, f"{path.name}: Python 3.6 knows no annotations there"


def offline(checkout: Path) -> dict[str, str]:
    """Variables that keep pip and uv off the network."""
    return {
        "PIP_NO_INDEX": "1",
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_FIND_LINKS": "",
        "UV_OFFLINE": "1",
        "UV_CACHE_DIR": str(checkout.parent / "cache"),
    }


class TestSentences:
    def test_no_network(self, checkout: Path) -> None:
        answer = start(checkout, **offline(checkout))
        assert "Setting up Layerloom in " in answer.stderr
        assert "850 MB to download" in answer.stderr
        assert "could not be downloaded" in answer.stderr.splitlines()[-1]
        assert "Traceback" not in answer.stderr
        assert not answer.stdout, "standard output is for --json"
        assert answer.returncode == 1

    def test_something_else_in_the_way(self, checkout: Path) -> None:
        (checkout / ".venv").mkdir()
        (checkout / ".venv" / "thesis.txt").write_text("years of work")
        answer = start(checkout)
        assert "is in the way" in answer.stderr
        assert (checkout / ".venv" / "thesis.txt").exists()

    @pytest.mark.parametrize("version", [(3, 10, 13), (3, 14, 0), (3, 6, 15)])
    def test_wrong_python(self, version: tuple, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "version_info", version)
        monkeypatch.setenv("PATH", "")
        words = bootstrap.wrong_python()
        assert f"this is Python {'.'.join(map(str, version))}" in words
        assert "Install Python 3.13" in words

    @pytest.mark.skipif(os.name == "nt", reason="writes shell scripts")
    def test_wrong_python_beside_a_right_one(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        (tmp_path / "python3.13").write_text("#!/bin/sh\nexit 127\n")
        (tmp_path / "python3.12").write_text("#!/bin/sh\n")
        for name in ("python3.12", "python3.13"):
            (tmp_path / name).chmod(0o755)
        monkeypatch.setattr(sys, "version_info", (3, 9, 2))
        monkeypatch.setenv("PATH", str(tmp_path))
        assert "run the same command with python3.12" in bootstrap.wrong_python()

    @pytest.mark.parametrize(
        ("output", "words"),
        [
            ("failed to copy file: No space left on device (os error 28)", "The disk is full"),
            ("cause: dns error\ncause: failed to lookup address", "could not be downloaded"),
            ("ERROR: No matching distribution found for uv<1,>=0.9", "could not be downloaded"),
            ("Permission denied (os error 13)", "could not be written"),
            ("doesn't have a wheel for the current platform", "no build for this computer"),
            ("something new", ""),
        ],
    )
    def test_causes(self, output: str, words: str) -> None:
        said = set_up._in_words(output)
        assert words in said
        assert bool(said) == bool(words)

    def test_too_small_a_disk_is_said_before_the_download(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        usage = shutil.disk_usage(ROOT)._replace(free=10**9)
        monkeypatch.setattr(shutil, "disk_usage", lambda _place: usage)
        with pytest.raises(set_up.SetUpError, match=r"1\.0 GB free and Layerloom needs 2\.6 GB"):
            set_up._check_space("app")


@pytest.mark.network
def test_a_whole_set_up(checkout: Path) -> None:
    """Twice, as on a new machine: made, then found."""
    home = checkout.parent / "home"
    home.mkdir()
    for folder in ("gui", "resources"):
        (checkout / folder).mkdir()
    first = start(checkout, HOME=str(home))
    assert first.stdout.splitlines()[0] == str(checkout / ".venv"), first.stderr
    second = start(checkout, HOME=str(home))
    assert second.stdout == first.stdout
    assert not second.stderr
