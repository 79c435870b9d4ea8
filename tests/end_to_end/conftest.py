"""The real application on a screen of its own."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest

from tests.end_to_end.desktop import App, Desktop, missing_tools


@pytest.fixture(scope="session")
def desktop() -> Iterator[Desktop]:
    """A screen with a window manager."""
    missing = missing_tools()
    if missing:
        words = f"a real window needs {', '.join(missing)} (see .ci/run)"
        if os.environ.get("CI"):
            pytest.fail(words)
        pytest.skip(words)
    made = Desktop()
    made.start()
    yield made
    made.stop()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A picture of the screen for each test that fails."""
    report = yield
    desktop = item.funcargs.get("desktop") if isinstance(item, pytest.Function) else None
    if report.when == "call" and report.failed and isinstance(desktop, Desktop):
        picture = item.funcargs["tmp_path"] / "failed.png"
        desktop.screenshot(picture)
        report.sections.append(("screen", str(picture)))
    return report


@pytest.fixture
def launch(desktop: Desktop, tmp_path: Path) -> Iterator[Callable[..., App]]:
    """Start the application, maximised; a second call is a second start in the same home."""
    started: list[App] = []
    home = tmp_path / "home"

    def start(*arguments: str) -> App:
        home.mkdir(exist_ok=True)
        settings = home / "settings.json"
        if not settings.exists():
            settings.write_text(
                json.dumps({"theme": "light", "maximized": True, "switches": {"tour-seen": True}})
            )
        app = App(desktop, home, arguments)
        started.append(app)
        app.start()
        return app

    yield start
    for app in started:
        app.end()
