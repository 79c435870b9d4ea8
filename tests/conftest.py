"""What holds for every test: a home of its own, no real screen, and no warning unheard.

A log record of level WARNING or above fails the test that did not say it expects one (the fixture
`expect_log`); Python warnings are errors and Qt's messages failures by the settings of pytest.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

# Before Qt or TensorFlow is imported by any test.
os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

_COMMON = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("default", max_examples=100, **_COMMON)
# The same examples every time, so that a change fails by its own doing only.
settings.register_profile("ci", max_examples=100, derandomize=True, print_blob=True, **_COMMON)
settings.register_profile("thorough", max_examples=5_000, print_blob=True, **_COMMON)
settings.load_profile("ci" if os.environ.get("CI") else "default")


@pytest.fixture(autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings, runs and recovery files of a test lie in a folder of its own."""
    monkeypatch.setenv("LAYERLOOM_HOME", str(tmp_path_factory.mktemp("home")))


class ExpectedLogs:
    """Patterns of log records that a test provokes on purpose."""

    def __init__(self) -> None:
        self.patterns: list[str] = []

    def __call__(self, pattern: str) -> None:
        """Expect records whose message contains a match of ``pattern``."""
        self.patterns.append(pattern)

    def cover(self, record: logging.LogRecord) -> bool:
        """Whether a record was expected."""
        return any(re.search(pattern, record.getMessage()) for pattern in self.patterns)


class _Recorder(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@pytest.fixture(autouse=True)
def expect_log() -> Iterator[ExpectedLogs]:
    """Call it with a pattern for each warning that the test is about to provoke."""
    expected, recorder = ExpectedLogs(), _Recorder()
    root = logging.getLogger()
    root.addHandler(recorder)
    try:
        yield expected
    finally:
        root.removeHandler(recorder)
    surprising = [record for record in recorder.records if not expected.cover(record)]
    if surprising:
        lines = [f"{r.levelname} {r.name}: {r.getMessage()}" for r in surprising]
        pytest.fail("logged, though no test expected it:\n" + "\n".join(lines))
