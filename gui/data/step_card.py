"""One step of the augmentation as a card: what it does, its fields, and ways to move it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout

from core.data.augment import Step
from core.project import Project
from core.words import uncapitalised
from gui.data.grip import Grip
from gui.design.field_row import FieldRow
from gui.design.fields import struct_specs
from gui.design.icon_button import IconButton
from gui.theme import theme
from gui.widgets.labels import ElidedLabel, styled


class StepCard(QFrame):
    """One step: its kind, its fields, and buttons to move or remove it.

    Signals:
        edited: A field was given an allowed value: name and value.
        finished: The user left a field.
        moved: By one place: -1 up, 1 down.
        removed: It is not wanted.
    """

    edited = Signal(str, object)
    finished = Signal()
    moved = Signal(int)
    removed = Signal()

    def __init__(self, kind: type[Step], first: bool, last: bool) -> None:
        super().__init__()
        name = kind.kind()
        self.setProperty("look", "card")
        self.setAccessibleName(name)
        self.setAccessibleDescription(f"{kind.purpose} {kind.when_to_use}")
        self.grip = Grip(f"Drag {name} to another place (Alt+Up, Alt+Down)")
        title = styled(name)
        title.setFont(theme().font("strong"))
        self.telling = ElidedLabel(look="muted")
        self.up = IconButton("arrow_up", f"Move {name} up (Alt+Up)")
        self.down = IconButton("arrow_down", f"Move {name} down (Alt+Down)")
        self.remove = IconButton("close", f"Remove {name}")
        self.up.setEnabled(not first)
        self.down.setEnabled(not last)
        self._connect()
        top = QHBoxLayout()
        top.setSpacing(4)
        top.addWidget(self.grip)
        top.addWidget(title)
        top.addSpacing(4)
        top.addWidget(self.telling, 1)
        for button in (self.up, self.down, self.remove):
            top.addWidget(button)
        about = styled(f"{kind.purpose} For: {uncapitalised(kind.when_to_use)}", "faint")
        about.setFont(theme().font("small"))
        about.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 6, 8, 8)
        column.setSpacing(4)
        column.addLayout(top)
        inside = QVBoxLayout()
        inside.setContentsMargins(22, 0, 0, 0)
        inside.addWidget(about)
        column.addLayout(inside)
        self.rows = self._fields(kind, inside)

    def _connect(self) -> None:
        self.up.clicked.connect(lambda: self.moved.emit(-1))
        self.down.clicked.connect(lambda: self.moved.emit(1))
        self.remove.clicked.connect(lambda: self.removed.emit())
        for key, button in (("Alt+Up", self.up), ("Alt+Down", self.down)):
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(button.click)

    def _fields(self, kind: type[Step], column: QVBoxLayout) -> list[FieldRow]:
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(3)
        grid.setColumnStretch(1, 1)
        column.addLayout(grid)
        rows = [FieldRow(spec, self) for spec in struct_specs(kind)]
        for place, row in enumerate(rows):
            row.place(grid, place)
            row.edited.connect(self.edited)
            row.finished.connect(self.finished)
        return rows

    def show_step(self, step: Step, project: Project) -> None:
        """Show the step's values, and in a few words with units what they come to."""
        self.telling.setText(step.telling())
        for row in self.rows:
            row.show_blocks((step,), project)
