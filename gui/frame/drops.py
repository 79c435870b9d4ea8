"""Files dropped anywhere on the window: what a drop would do, told before it is done.

What hangs over the window is asked of Qt's window itself, before any widget is: else a text field
under the mouse would take a folder's address as text.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

import msgspec
from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication, QFrame, QLabel, QVBoxLayout, QWidget

from core.data.names import brief
from core.project_file import SUFFIX
from gui.frame.notices import Action, Notice
from gui.theme import theme
from gui.widgets.figures import count
from gui.widgets.labels import styled

if TYPE_CHECKING:
    from gui.main_window import MainWindow

ARCHIVES = (".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst", ".7z", ".rar")
LONGEST_NAME = 60
"""Characters of a name that are shown."""


class Dropped(msgspec.Struct, frozen=True):
    """What was dragged here, as far as names and folders tell.

    Attributes:
        kind: A project to open, pictures to look at, or neither.
        path: The project or the pictures; else the folder to look at instead, if there is one.
        title: What a drop does, or what is wrong.
        words: More about it.
    """

    kind: Literal["project", "pictures", "neither"]
    path: Path | None
    title: str
    words: str


def dropped(paths: Sequence[Path]) -> Dropped:
    """What these files are to Layerloom."""
    if len(paths) != 1:
        return _several(paths)
    path = paths[0]
    name = brief(path.name, LONGEST_NAME)
    if path.name.endswith(SUFFIX):
        return Dropped("project", path, f"Open “{name}”", "It takes this project's place.")
    if path.is_dir() or path.suffix.lower() == ".zip":
        words = "You see what was understood before anything changes. Your files are only read."
        return Dropped("pictures", path, f"Look at the pictures in “{name}”", words)
    if path.suffix.lower() in ARCHIVES:
        title = f"“{name}” is an archive, but no zip"
        return Dropped("neither", None, title, "Unpack it, then drop the folder that comes out.")
    title = f"“{name}” is a single file"
    return Dropped("neither", path.parent, title, "Drop a folder or a zip of pictures.")


def _several(paths: Sequence[Path]) -> Dropped:
    """Several at once are no data set, but the folder that all of them lie in may be one."""
    folders = all(path.is_dir() for path in paths)
    title = f"{count(len(paths), 'folder' if folders else 'file')} at once"
    words = "Drop the one folder that they all lie in."
    parents = {path.parent for path in paths}
    if len(parents) > 1:
        return Dropped("neither", None, title, "Put them into one folder and drop that.")
    return Dropped("neither", parents.pop(), title, words)


class Drops(QObject):
    """Takes what is dropped on a window, and says meanwhile what will come of it."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._hanging: Dropped | None = None
        self._refused = False
        self._notice: Notice | None = None
        self.sign = DropSign(window)

    def watch(self) -> None:
        """Come before the widgets; the window must have been shown."""
        self._window.windowHandle().installEventFilter(self)

    def eventFilter(self, _: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.DragEnter:
            return self.enter(cast(QDropEvent, event))
        if self._refused and kind == QEvent.Type.DragMove:
            event.ignore()  # widgets that did not see it come must not see it move
            return True
        if self._hanging is None:
            return False
        if kind == QEvent.Type.DragMove:
            _take(cast(QDropEvent, event))
        elif kind == QEvent.Type.Drop:
            self.drop(cast(QDropEvent, event))
        elif kind == QEvent.Type.DragLeave:
            self.leave()
        else:
            return False
        return True

    def enter(self, event: QDropEvent) -> bool:
        """Look at what comes; returns whether it is for the window."""
        self._hanging, self._refused = None, False
        urls = event.mimeData().urls()
        if not urls or not all(url.isLocalFile() for url in urls):
            return False
        if QApplication.activeModalWidget() is not None:
            event.ignore()  # a question is open, and comes first
            self._refused = True
            return True
        what = dropped([Path(url.toLocalFile()) for url in urls])
        if what.kind != "project" and "data" not in [spec.key for spec in self._window.specs]:
            return False
        self._hanging = what
        _take(event)
        self.sign.say(what)
        return True

    def leave(self) -> None:
        """Forget what went away again."""
        self._hanging = None
        self.sign.hide()

    def drop(self, event: QDropEvent) -> None:
        """Take what hangs over the window."""
        what = self._hanging
        self.leave()
        if what is not None:
            _take(event)
            # After the drop is over: the program dragged from waits for it.
            QTimer.singleShot(0, self, lambda: self._use(what))

    def _use(self, what: Dropped) -> None:
        self._dismiss()
        self._window.activateWindow()  # the program dragged from still has the keyboard
        if what.kind == "neither":
            self._say(what)
        elif what.kind == "project" and what.path is not None:
            self._window.files.open_path(what.path)
        elif what.path is not None:
            self._window.look_at(what.path)

    def _say(self, what: Dropped) -> None:
        """Why nothing comes of it, and what would."""
        actions: list[Action] = [("Close", self._dismiss)]
        if (folder := what.path) is not None:

            def look() -> None:
                self._dismiss()
                self._window.look_at(folder)

            actions.insert(0, (f"Look at “{brief(folder.name) or folder}”", look))
        words = f"{what.title}. {what.words}"
        self._notice = self._window.notices.add(words, actions, "warning")

    def _dismiss(self) -> None:
        if self._notice is not None:
            self._notice.dismiss()
            self._notice = None


class DropSign(QFrame):
    """Lies over the window while files hang over it, and says what a drop would do."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("drop-sign")
        self.setProperty("look", "drop")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.title = QLabel()
        self.title.setFont(theme().font("heading"))
        self.words = styled("", "muted")
        card = QFrame()
        card.setProperty("look", "bubble")
        column = QVBoxLayout(card)
        column.setContentsMargins(32, 24, 32, 24)
        column.setSpacing(8)
        for label in (self.title, self.words):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(label)
        QVBoxLayout(self).addWidget(card, 0, Qt.AlignmentFlag.AlignCenter)
        self.hide()

    def say(self, what: Dropped) -> None:
        """Show what a drop would do."""
        self.title.setText(what.title)
        self.words.setText(what.words)
        self.setAccessibleName(f"{what.title}. {what.words}")
        self.setGeometry(self.parentWidget().rect())
        self.raise_()
        self.show()


def _take(event: QDropEvent) -> None:
    """Take it as a copy, whatever is proposed: nothing of the user's is ever moved."""
    event.setDropAction(Qt.DropAction.CopyAction)
    event.accept()
