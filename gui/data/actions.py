"""What can be done with chosen pictures: leave out, take in, move to a class, show in folder."""

from __future__ import annotations

from collections.abc import Callable

import shiboken6
from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from core.data.names import brief, path_of
from core.data.report import (
    Exclude,
    LeaveOutClasses,
    MoveToClass,
    OpenFolder,
    Remedy,
    UseFit,
    remedied,
)
from core.data.source import Folder, exclude, include, left_out, move_to_class
from core.words import uncapitalised
from gui.data.class_chooser import ClassChooser
from gui.data.desk import DataDesk
from gui.data.grid import Grid
from gui.data.words import source_count
from gui.widgets.file_manager import show_folder

SHORTCUTS: tuple[tuple[str, str], ...] = (
    ("Del", "Leave the chosen pictures out, or take them in again"),
    ("M", "Move the chosen pictures to a class"),
    ("Shift+Del", "Leave the whole class out, or take it in again"),
    ("O", "Show the picture in its folder"),
    ("Ctrl+A", "Choose all pictures"),
    ("Shift+Right", "Choose one picture more"),
    ("Alt+Up", "Move the step of the augmentation up"),
    ("Alt+Down", "Move the step of the augmentation down"),
)
"""Keys that the Data page takes itself, for the sheet of shortcuts."""


class PictureActions(QObject):
    """The actions on the pictures chosen in the grid; every one can be undone.

    Signals:
        changed: What can be done is another.
    """

    changed = Signal()

    def __init__(self, desk: DataDesk, grid: Grid, page: QWidget) -> None:
        super().__init__(page)
        self._desk = desk
        self._grid = grid
        self._page = page
        self.chooser: ClassChooser | None = None
        self.menu: QMenu | None = None
        self.anchor: QWidget = grid
        self.leave_out = self._action("Leave out", "Del", self._with_all(self._leave_out))
        self.move = self._action("Move to class…", "M", self._with_all(self._ask_move))
        self.show_folder = self._action("Show in folder", "O", self._show_folder)
        grid.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        grid.customContextMenuRequested.connect(self._open_menu)
        self.refresh()

    def _action(self, text: str, key: str, then: Callable[[], None]) -> QAction:
        action = QAction(text, self._grid)
        action.setShortcut(QKeySequence(key))
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.triggered.connect(lambda: then())
        self._grid.addAction(action)
        return action

    def refresh(self) -> None:
        """Name and enable the actions for what is chosen."""
        rows = self._grid.chosen_ranges()
        out = bool(rows) and self._grid.thumbs.all_out(rows)
        self.leave_out.setText("Take in again" if out else "Leave out")
        for action in (self.leave_out, self.move, self.show_folder):
            action.setEnabled(bool(rows))
        self.changed.emit()

    def _open_menu(self, at: QPoint) -> None:
        able = [action for action in self._grid.actions() if action.isEnabled()]
        if not able:
            return
        menu = QMenu(self._grid)
        menu.setAccessibleName("Pictures and their class")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions(able)
        self.menu = menu
        menu.popup(self._grid.viewport().mapToGlobal(at))

    # Doing

    def remedy(self, remedy: Remedy, button: QWidget) -> None:
        """Do what a finding's button says, at once or as soon as all its files are read."""
        if isinstance(remedy, Exclude | MoveToClass) and remedy.kept:
            self._desk.with_files(remedy, lambda whole: self._put_right(whole, button))
        else:
            self._put_right(remedy, button)

    def _put_right(self, remedy: Remedy, button: QWidget) -> None:
        source = self._desk.source
        if not isinstance(source, Folder):
            return
        if isinstance(remedy, OpenFolder):
            show_folder(path_of(source.path, remedy.folder), self._page)
        elif isinstance(remedy, UseFit):
            self._desk.use_fit(remedy.fit)
        elif isinstance(remedy, LeaveOutClasses):
            self._desk.leave_out_classes(remedy.classes)
        elif isinstance(remedy, MoveToClass):
            at = button if shiboken6.isValid(button) else self._grid
            known = tuple(name for name in remedy.classes if name in source.class_names)
            self._ask_class(known or source.class_names, remedy.files, at)
        else:
            files = len(remedy.files) if isinstance(remedy, Exclude) else 0
            text = uncapitalised(remedy.label).rstrip("…")
            self._desk.change_folder(lambda folder: (text, remedied(folder, remedy)), files)

    def _with_all(self, then: Callable[[list[str]], None]) -> Callable[[], None]:
        """An action on every chosen picture, those that nobody has scrolled to included."""
        return lambda: self._grid.thumbs.with_names(self._grid.chosen_ranges(), then)

    def _ask_move(self, names: list[str]) -> None:
        """Ask, at the `anchor`, for the class that the chosen pictures count as."""
        source = self._desk.source
        if isinstance(source, Folder) and names:
            self._ask_class(source.class_names, tuple(names), self.anchor)

    def _leave_out(self, names: list[str]) -> None:
        """Leave the chosen pictures out, or take them in again if all of them are out."""

        def change(source: Folder) -> tuple[str, Folder]:
            if left_out(source).issuperset(names):
                return f"take in {source_count(len(names))}", include(source, names)
            return f"leave out {source_count(len(names))}", exclude(source, names)

        if names:
            self._desk.change_folder(change, len(names))

    def _ask_class(self, classes: tuple[str, ...], files: tuple[str, ...], at: QWidget) -> None:
        chooser = ClassChooser(classes, len(files), self._page)
        chooser.chosen.connect(lambda name: self._move(files, name))
        self.chooser = chooser
        chooser.open_below(at)

    def _move(self, files: tuple[str, ...], name: str) -> None:
        text = f"move {source_count(len(files))} to {brief(name)}"
        self._desk.change_folder(
            lambda source: (text, move_to_class(source, files, name)), len(files)
        )

    def _show_folder(self) -> None:
        """Show the first of the chosen pictures in its folder."""
        rows = self._grid.chosen_ranges()
        self._grid.thumbs.with_names([one[:1] for one in rows[:1]], self._show_in_folder)

    def _show_in_folder(self, names: list[str]) -> None:
        source = self._desk.source
        if isinstance(source, Folder) and names:
            show_folder(path_of(source.path, names[0]).parent, self._page)
