"""Fixtures for the window: a home of its own, a theme, and no warning that nobody expected."""

from __future__ import annotations

import logging
import os

import pytest

# Tests of widgets need no screen; a real one is used by tests/end_to_end.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from gui.theme import theme


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    """Every test keeps its settings, autosaves and runs to itself."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("LAYERLOOM_HOME", str(home))
    return home


@pytest.fixture(autouse=True)
def no_unexpected_logs(caplog):
    """A warning in the log that the test did not ask for fails it (Qt's: see pyproject.toml)."""
    yield
    records = [*caplog.get_records("setup"), *caplog.get_records("call")]
    unexpected = [record for record in records if record.levelno >= logging.WARNING]
    assert not unexpected, [record.getMessage() for record in unexpected]


@pytest.fixture(scope="session")
def qapp(qapp):
    """The application with Layerloom's fonts and colours."""
    theme().install(qapp, "light")
    return qapp
