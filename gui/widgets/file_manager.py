"""Showing a folder in the system's file manager, and saying so where that does not work."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from threading import Thread

from PySide6.QtCore import QObject, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QWidget

from gui.widgets.dialog import Choice, ask

OPENER = "xdg-open" if os.name == "posix" and sys.platform != "darwin" else ""
"""Asked where Qt cannot know whether a file manager came; empty where the system tells Qt."""
SOON = 10.0
"""An opener that fails later (s) is the file manager itself, which had come."""


def show_folder(folder: Path, parent: QWidget) -> None:
    """Show a folder in the system's file manager.

    Args:
        folder: Which.
        parent: In whose window to say why it cannot be shown.
    """
    if not folder.is_dir():
        _say(
            parent,
            folder,
            "This folder is not there any more",
            "It was moved, renamed or deleted, or its drive is not connected.",
        )
    elif not OPENER:
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))):
            _say_missing(parent, folder)
    elif (opener := shutil.which(OPENER)) is None:
        _say_missing(parent, folder)
    else:
        _Opening(opener, folder, parent)


class _Opening(QObject):
    """An opener that was started; what it opens outlives the window.

    Signals:
        ended: Its exit code and how long it ran (s).
    """

    ended = Signal(int, float)

    def __init__(self, opener: str, folder: Path, parent: QWidget) -> None:
        super().__init__(parent)
        self._parent, self._folder = parent, folder
        self.ended.connect(self._look, Qt.ConnectionType.QueuedConnection)
        Thread(target=self._run, args=([opener, str(folder)],), daemon=True).start()

    def _run(self, command: list[str]) -> None:
        """Not a QProcess: that would end the file manager together with the window."""
        began, nothing = time.monotonic(), subprocess.DEVNULL
        try:
            code = subprocess.run(
                command,
                check=False,
                stdin=nothing,
                stdout=nothing,
                stderr=nothing,
                start_new_session=True,
            ).returncode
        except OSError:
            code = -1
        with contextlib.suppress(RuntimeError):  # the window closed meanwhile
            self.ended.emit(code, time.monotonic() - began)

    def _look(self, code: int, seconds: float) -> None:
        if code and seconds < SOON:
            _say_missing(self._parent, self._folder)
        self.deleteLater()


def _say_missing(parent: QWidget, folder: Path) -> None:
    _say(
        parent,
        folder,
        "The folder could not be shown",
        "No file manager answered on this system. The folder is here:",
    )


def _say(parent: QWidget, folder: Path, title: str, text: str) -> None:
    choices = [Choice("copy", "Copy the path", True), Choice("close", "Close")]
    ask(parent, title, text, choices, lambda key: _copy(key, folder), path=str(folder))


def _copy(key: str, folder: Path) -> None:
    if key == "copy":
        QGuiApplication.clipboard().setText(str(folder))
