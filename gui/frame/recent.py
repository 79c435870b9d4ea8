"""Recent projects: in the File menu, and where a stack is empty; missing files are said."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from gui.design.icon_button import IconButton
from gui.design.look import section_font
from gui.settings import SettingsStore
from gui.widgets.buttons import link
from gui.widgets.clearing import clear
from gui.widgets.labels import ElidedLabel, styled

if TYPE_CHECKING:
    from gui.frame.files import FileActions

SHOWN = 5
"""How many an empty stack offers."""


class RecentFiles(QObject):
    """The recent projects, and which of them cannot be found.

    Signals:
        looked: `missing` is up to date.
    """

    looked = Signal()
    _answer = Signal(object)

    def __init__(self, settings: SettingsStore, parent: QObject) -> None:
        super().__init__(parent)
        self._settings = settings
        self.missing: frozenset[str] = frozenset()
        self._answer.connect(self._take)

    @property
    def names(self) -> list[str]:
        """The files, the newest first."""
        return self._settings.values.recent

    def look(self) -> None:
        """Ask which files are there, in a thread: a drive that sleeps must not hold the window."""
        names = tuple(self.names)
        Thread(target=self._look, args=(names,), name="recent-files", daemon=True).start()

    def remove(self, name: str) -> None:
        """Forget one."""
        self._settings.remove_recent(name)
        self.looked.emit()

    def clear(self) -> None:
        """Forget all."""
        self._settings.clear_recent()
        self.looked.emit()

    def _look(self, names: tuple[str, ...]) -> None:
        missing = frozenset(name for name in names if not _is_there(name))
        try:
            self._answer.emit(missing)
        except RuntimeError:  # the window closed meanwhile
            return

    def _take(self, missing: frozenset[str]) -> None:
        self.missing = missing
        self.looked.emit()


def _is_there(name: str) -> bool:
    try:
        return Path(name).is_file()
    except OSError:
        return False


class RecentMenu(QObject):
    """Fills the submenu when it opens, and marks what is missing once that is known."""

    def __init__(self, menu: QMenu, recent: RecentFiles, files: FileActions) -> None:
        super().__init__(menu)
        self._menu = menu
        self._recent = recent
        self._files = files
        menu.setToolTipsVisible(True)
        menu.aboutToShow.connect(self._open)
        recent.looked.connect(self.fill)
        self.fill()

    def _open(self) -> None:
        self.fill()
        self._recent.look()

    def fill(self) -> None:
        """List the files as they are known now."""
        self._menu.clear()
        for number, name in enumerate(self._recent.names, 1):
            missing = name in self._recent.missing
            # An ampersand in a file's name would become a mnemonic.
            shown = Path(name).name.replace("&", "&&")
            action = self._menu.addAction(
                f"&{number % 10}  {shown}{' (not found)' if missing else ''}"
            )
            action.setToolTip(f"{name}\nNot found; choose it to remove it" if missing else name)
            action.triggered.connect(partial(self._choose, name))
        if not self._recent.names:
            self._menu.addAction("No project was opened or saved yet").setEnabled(False)
            return
        self._menu.addSeparator()
        self._menu.addAction("Clear this list").triggered.connect(
            lambda _on=False: self._recent.clear()
        )

    def _choose(self, name: str, _on: bool = False) -> None:
        self._files.open_path(Path(name))


class RecentList(QWidget):
    """The newest few, to open from an empty stack; takes no room while there are none."""

    def __init__(self, recent: RecentFiles, open_path: Callable[[Path], None]) -> None:
        super().__init__()
        self.setObjectName("recent-list")
        self._recent = recent
        self._open_path = open_path
        self._lines = QVBoxLayout(self)
        self._lines.setContentsMargins(0, 4, 0, 0)
        self._lines.setSpacing(2)
        recent.looked.connect(self.fill)
        self.fill()

    def fill(self) -> None:
        """List the files as they are known now."""
        clear(self._lines)
        names = self._recent.names[:SHOWN]
        if names:
            heading = styled("RECENT PROJECTS", "muted")
            heading.setFont(section_font())
            self._lines.addWidget(heading)
        for name in names:
            self._lines.addWidget(self._row(name))
        self.setVisible(bool(names))

    def _row(self, name: str) -> QWidget:
        path, missing = Path(name), name in self._recent.missing
        box = QWidget()
        row = QHBoxLayout(box)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        button = link(path.stem, name)
        button.setObjectName(f"recent-{path.name}")
        button.setAccessibleName(f"Open {path.name}{', not found' if missing else ''}")
        button.clicked.connect(lambda: self._open_path(path))
        where = ElidedLabel(
            "not found" if missing else str(path.parent),
            "warning" if missing else "faint",
            Qt.TextElideMode.ElideMiddle,
        )
        where.set_tip(name)
        remove = IconButton("close", f"Remove {path.name} from this list", 24, 24)
        remove.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        remove.clicked.connect(lambda: self._recent.remove(name))
        row.addWidget(button)
        row.addWidget(where, 1)
        row.addWidget(remove)
        return box
