"""The life of the window process: what is made at its start and let go at its end."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
from pathlib import Path

from PySide6.QtCore import QObject, QSocketNotifier, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from core.project_file import ProjectError, open_project, starter, template_names
from gui.collector import Collector
from gui.document import Document
from gui.engine_link import PICTURES, EngineLink
from gui.home import data_home
from gui.main_window import MainWindow
from gui.recovery import Autosave
from gui.settings import SettingsStore
from gui.theme import theme
from gui.widgets.dialog import tell

ROOT = Path(__file__).parent.parent
ENDING_SIGNALS = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)


class SignalWatcher(QObject):
    """Turns signals of the system into one of Qt's, inside the event loop.

    Signals:
        ended: Someone asked the process to end; the signal's number.
    """

    ended = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        # Python handles signals between bytecodes, and none run while Qt waits; a byte in a
        # socket wakes Qt up.
        self._reader, self._writer = socket.socketpair()
        for end in (self._reader, self._writer):
            end.setblocking(False)
        signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
        for number in ENDING_SIGNALS:
            signal.signal(number, lambda _number, _frame: None)
        self._notifier = QSocketNotifier(self._reader.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._wake)

    def _wake(self) -> None:
        with contextlib.suppress(BlockingIOError):
            for number in self._reader.recv(64):
                if number in ENDING_SIGNALS:
                    self.ended.emit(number)

    def close(self) -> None:
        """Leave signals to Python again."""
        signal.set_wakeup_fd(-1)
        self._notifier.setEnabled(False)
        self._reader.close()
        self._writer.close()


def run(project: str | None = None) -> int:
    """Open the window and stay until it is closed.

    Args:
        project: A project file or the name of a template; the MNIST starter if not given.

    Returns:
        The exit code: 0, or 128 + N after signal N.
    """
    app = QApplication(sys.argv[:1])
    collector = Collector(app)
    app.setApplicationName("Layerloom")
    app.setApplicationDisplayName("Layerloom")
    app.setDesktopFileName("layerloom")
    home = data_home()
    settings = SettingsStore(home)
    theme().install(app, settings.values.theme, settings.values.font)
    theme().reduced_motion = settings.switch("reduced-motion")
    app.setWindowIcon(QIcon(str(ROOT / "resources" / "layerloom.svg")))
    document, trouble = _first_document(project)
    autosave = Autosave(document, home / "recovery")
    autosave.set_enabled(settings.switch("autosave"))
    engine, pictures = EngineLink(), EngineLink(runs=PICTURES)
    window = MainWindow(document, engine, pictures, settings, autosave)
    if trouble:
        window.painted.connect(lambda: tell(window, "The project was not opened", trouble))
    window.completed.connect(collector.spare)
    probes = _probes(window)
    watcher = SignalWatcher()
    watcher.ended.connect(lambda number: app.exit(128 + number))
    window.show()
    code = app.exec()
    window.remember()
    window.hide()  # ending the engines may take a second; nobody need watch
    # After a signal nobody was asked, so unsaved work stays to be offered at the next start.
    autosave.close(keep=code != 0)
    engine.close()
    pictures.close()
    watcher.close()
    for probe in probes:
        probe.close()
    collector.close()
    return code


def _first_document(project: str | None) -> tuple[Document, str]:
    """The document to begin with, and why it is not the one asked for, if it is not."""
    if project is None:
        return Document(starter()), ""
    path = Path(project).absolute()
    try:
        opened = open_project(project)
    except ProjectError as error:
        return Document(starter()), str(error)
    is_template = project in template_names() and not path.exists()
    document = Document(opened, None if is_template else path)
    return document, ""


def _probes(window: MainWindow) -> list[QObject]:
    """Eyes for tests, where the environment asks for them."""
    if not any(name.startswith("LAYERLOOM_TEST_") for name in os.environ):
        return []
    from gui.frame.probes import make_probes

    return make_probes(window)
