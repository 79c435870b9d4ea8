"""The library as the window knows it: read in a thread, watched, written at the user's word."""

from __future__ import annotations

from pathlib import Path
from threading import Thread

from PySide6.QtCore import QFileSystemWatcher, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication

from core.library import (
    Library,
    LibraryBlock,
    read_library,
    remove_block,
    write_block,
)
from gui.home import data_home

SETTLED_MS = 60
"""How long after a change of the folder it is read: a file is written beside and then renamed."""


class Shelf(QObject):
    """One library, also while other windows write to it.

    Signals:
        changed: `library` is another, or what can be restored.
    """

    changed = Signal()
    _read = Signal(int, object)

    def __init__(self, parent: QObject | None = None, folder: Path | None = None) -> None:
        """Begin with nothing; `look` reads.

        Args:
            parent: Qt's owner.
            folder: Where the blocks are; in Layerloom's home if not given.
        """
        super().__init__(parent)
        self._folder = folder or data_home() / "library"
        self.library = Library()
        self.deleted: LibraryBlock | None = None
        self._round = 0
        self._watcher = QFileSystemWatcher(self)
        self._settling = QTimer(self)
        self._settling.setSingleShot(True)
        self._settling.setInterval(SETTLED_MS)
        self._settling.timeout.connect(self.look)
        self._watcher.directoryChanged.connect(self._settling.start)
        self._read.connect(self._take)
        # Folders of other machines do not tell of changes: whoever comes back sees them.
        app = QGuiApplication.instance()
        assert isinstance(app, QGuiApplication)
        app.applicationStateChanged.connect(self._came_back)

    def look(self) -> None:
        """Read the folder, in a thread: a disk that sleeps must not hold the window."""
        self._round += 1
        arguments = (self._round, self._folder)
        Thread(target=self._look, args=arguments, name="library", daemon=True).start()

    def save(self, block: LibraryBlock, over: LibraryBlock | None = None) -> None:
        """Write a block and know it at once.

        Raises:
            core.library.LibraryError: It cannot be written; nothing was changed.
        """
        write_block(self._folder, block, over)
        self._know(self.library.with_block(block))

    def delete(self, block: LibraryBlock) -> None:
        """Take a block away; `restore` brings the last one back.

        Raises:
            core.library.LibraryError: It cannot be deleted.
        """
        remove_block(self._folder, block)
        self.deleted = block
        self._know(self.library.without(block.id))

    def restore(self) -> None:
        """Bring back the block that was deleted last.

        Raises:
            core.library.LibraryError: It cannot be written.
        """
        if self.deleted is not None:
            block, self.deleted = self.deleted, None
            self.save(block)

    def _know(self, library: Library) -> None:
        self._round += 1  # what a thread is still reading is older
        self._watch()
        self.library = library
        self.changed.emit()

    def _look(self, number: int, folder: Path) -> None:
        library = read_library(folder)
        try:
            self._read.emit(number, library)
        except RuntimeError:  # the window closed meanwhile
            return

    def _take(self, number: int, library: Library) -> None:
        self._watch()
        if number == self._round and library != self.library:
            self.library = library
            self.changed.emit()

    def _watch(self) -> None:
        """Watch the folder, or the one it will be made in."""
        wanted = self._folder if self._folder.is_dir() else self._folder.parent
        if str(wanted) not in self._watcher.directories():
            if watched := self._watcher.directories():
                self._watcher.removePaths(watched)
            self._watcher.addPath(str(wanted))

    def _came_back(self, state: Qt.ApplicationState) -> None:
        if state == Qt.ApplicationState.ApplicationActive:
            self.look()
