"""Fixtures for the window: a home of its own, the theme, a whole window."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from core.project_file import starter
from gui.document import Document
from gui.engine_link import PICTURES, EngineLink
from gui.frame.pages import PAGES, PageSpec
from gui.main_window import MainWindow
from gui.recovery import Autosave
from gui.settings import SettingsStore
from gui.theme import theme
from tests.collecting import collected, own_collector

__all__ = ["collected", "own_collector"]

ENGINE = """
import sys
print('{"event":"Ready","backend":"tensorflow","versions":{"tensorflow":"2.21.0"},'
      '"device":"CPU, 2 cores","reason":"","pid":1,"memory":16000000000}', flush=True)
for line in sys.stdin:
    if "Shutdown" in line:
        break
"""
"""An engine that is ready at once and does nothing; the real one takes seconds to import Keras."""


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    """Every test keeps its settings, autosaves and runs to itself."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("LAYERLOOM_HOME", str(home))
    return home


@pytest.fixture(scope="session")
def qapp(qapp):
    """The application with Layerloom's fonts and colours."""
    theme().install(qapp, "light")
    return qapp


@pytest.fixture
def engine(qtbot):
    """An engine that never answers (cat would echo), so that only the test's events arrive."""
    link = EngineLink(program="/bin/sh", arguments=("-c", "cat >/dev/null"))
    link.start()
    yield link
    link.close()
    qtbot.waitUntil(lambda: link.state == "closed")


class BlankPage(QWidget):
    """The least that a page is, for tests of the window around it."""

    state_changed = Signal()
    state = "ready"

    def __init__(self) -> None:
        super().__init__()
        self.done: list[str] = []

    def _note(self, name: str) -> None:
        self.done.append(name)

    def __getattr__(self, name: str):
        if name in ("cut", "copy", "paste", "duplicate", "delete", "select_all"):
            return lambda: self._note(name)
        raise AttributeError(name)


BLANK = PageSpec("design", "Design", "design", lambda parts: BlankPage())
BLANK_EXPORT = PageSpec("export", "Export", "export", lambda parts: BlankPage())
TRAIN = next(spec for spec in PAGES if spec.key == "train")
FRAME_SPECS = (BLANK, TRAIN, BLANK_EXPORT)
"""Pages of a window whose Design page is blank: for tests of the frame alone."""


class Opener:
    """Opens windows and closes them when the test is over."""

    def __init__(self, qtbot, home: Path) -> None:
        self._qtbot = qtbot
        self._home = home
        self.tour_seen = True  # a first start shows the tour; most tests are about something else
        self.opened: list[tuple[MainWindow, Autosave, EngineLink]] = []

    def __call__(self, document: Document | None = None, specs=FRAME_SPECS) -> MainWindow:
        document = document or Document(starter())
        autosave = Autosave(document, self._home / "recovery")
        engine = EngineLink(arguments=("-c", ENGINE))
        pictures = EngineLink(arguments=("-c", ENGINE), runs=PICTURES)
        settings = SettingsStore(self._home)
        settings.values.switches.setdefault("tour-seen", self.tour_seen)
        window = MainWindow(document, engine, pictures, settings, autosave, specs)
        self.opened.append((window, autosave, engine))
        with self._qtbot.waitSignal(window.completed):
            window.show()
        window.activateWindow()
        self._qtbot.waitUntil(window.isActiveWindow)
        return window

    def close(self) -> None:
        for window, autosave, engine in self.opened:
            autosave.close(keep=False)
            for link in (engine, window.pictures):
                link.close()
                self._qtbot.waitUntil(lambda link=link: link.state == "closed")
            window.hide()
            window.deleteLater()
        self._qtbot.wait(0)


@pytest.fixture
def open_window(qtbot, own_home):
    """Opens a real window on a document (the starter if not given)."""
    opener = Opener(qtbot, own_home)
    yield opener
    opener.close()


@pytest.fixture
def window(open_window) -> MainWindow:
    """A window on the starter."""
    return open_window()
