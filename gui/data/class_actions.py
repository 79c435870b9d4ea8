"""What can be done with the class that is shown: leave it out of the project, take it in again."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from core.data.names import brief
from core.data.source import Folder
from gui.data.balance import Balance
from gui.data.desk import DataDesk

KEY = "Shift+Del"


class ClassActions(QObject):
    """The action on the class chosen in the list; by menu, key and button.

    Signals:
        changed: What can be done is another.
    """

    changed = Signal()

    def __init__(
        self, desk: DataDesk, balance: Balance, grid: QWidget, seen: Callable[[], bool]
    ) -> None:
        """Prepare.

        Args:
            desk: Whose project is changed.
            balance: Where a class is chosen.
            grid: Shows its pictures.
            seen: Whether the grid shows the chosen class, and no finding's pictures.
        """
        super().__init__(balance)
        self._desk = desk
        self._balance = balance
        self._seen = seen
        self.menu: QMenu | None = None
        self.leave_out = self._action(balance)
        self.in_grid = self._action(grid)
        balance.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        balance.customContextMenuRequested.connect(self._open_menu)
        self.refresh()

    def _action(self, widget: QWidget) -> QAction:
        action = QAction(widget)
        action.setShortcut(QKeySequence(KEY))
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.triggered.connect(lambda: self._do())
        widget.addAction(action)
        return action

    @property
    def is_out(self) -> bool:
        """Whether the chosen class is left out now."""
        source = self._desk.source
        return isinstance(source, Folder) and self._balance.name in source.classes_left_out

    def refresh(self) -> None:
        """Name and enable the actions for the class that is chosen."""
        source, name = self._desk.source, self._balance.name
        own = isinstance(source, Folder) and name in (*source.class_names, *source.classes_left_out)
        for action in (self.leave_out, self.in_grid):
            action.setText("Take class in again" if self.is_out else "Leave out class")
            action.setToolTip(f"{action.text()} ({KEY})")
        self.leave_out.setEnabled(own)
        self.in_grid.setEnabled(own and self._seen())
        self.changed.emit()

    def _do(self) -> None:
        names = [self._balance.name]
        if self.is_out:
            self._desk.take_in_classes(names)
        else:
            self._desk.leave_out_classes(names)
        self.refresh()

    def _open_menu(self, at: QPoint) -> None:
        if not isinstance(self._desk.source, Folder) or not self._balance.indexAt(at).isValid():
            return
        menu = QMenu(self._balance)
        menu.setAccessibleName(f"Class {brief(self._balance.name)}")
        menu.setToolTipsVisible(True)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self.leave_out)
        self.menu = menu
        menu.popup(self._balance.viewport().mapToGlobal(at))
