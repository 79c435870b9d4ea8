"""The augmentation: a stack of steps of its own, with real pictures before and after."""

from __future__ import annotations

from functools import partial
from typing import Any

import msgspec
from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from core.data.augment import KINDS, MAX_STEPS, Step
from core.data.augment import Augmentation as Steps
from gui.data.desk import DataDesk
from gui.data.preview import Preview
from gui.design.field_form import clear
from gui.design.field_row import FieldRow
from gui.design.fields import struct_specs
from gui.design.icon_button import IconButton
from gui.design.wording import value_text
from gui.theme import theme
from gui.widgets.labels import styled

ABOUT = (
    "Varies training pictures each time they are seen, so that the network learns what stays the "
    "same. Used in training only, never by the exported model."
)


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
        self.setToolTip(f"{kind.purpose} {kind.when_to_use}")
        title = styled(name)
        title.setFont(theme().font("strong"))
        self.up = IconButton("arrow_up", f"Move {name} up")
        self.down = IconButton("arrow_down", f"Move {name} down")
        self.remove = IconButton("close", f"Remove {name}")
        self.up.setEnabled(not first)
        self.down.setEnabled(not last)
        self.up.clicked.connect(lambda: self.moved.emit(-1))
        self.down.clicked.connect(lambda: self.moved.emit(1))
        self.remove.clicked.connect(lambda: self.removed.emit())
        top = QHBoxLayout()
        top.setSpacing(2)
        top.addWidget(title, 1)
        for button in (self.up, self.down, self.remove):
            top.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 6, 8, 8)
        column.setSpacing(4)
        column.addLayout(top)
        self.rows = self._fields(kind, column)

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


class Augmentation(QWidget):
    """The stack of steps and the preview below it."""

    def __init__(self, desk: DataDesk) -> None:
        super().__init__()
        self._desk = desk
        self._round = 0
        self._kinds: tuple[type[Step], ...] = ()
        self.cards: list[StepCard] = []
        about = styled(ABOUT, "muted")
        about.setWordWrap(True)
        self.add = QPushButton("Add step")
        self.add.setMenu(self._menu())
        self.preview = Preview(desk)
        self._lines = QVBoxLayout()
        self._lines.setSpacing(8)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(about)
        column.addLayout(self._lines)
        row = QHBoxLayout()
        row.addWidget(self.add)
        row.addStretch(1)
        column.addLayout(row)
        column.addWidget(self.preview)

    @property
    def steps(self) -> Steps:
        """The project's steps."""
        return self._desk.document.project.augmentation

    def refresh(self) -> None:
        """Show the project's steps as they are now."""
        kinds = tuple(type(step) for step in self.steps)
        if kinds != self._kinds:
            self._kinds = kinds
            self._build()
        project = self._desk.document.project
        for card, step in zip(self.cards, self.steps, strict=True):
            for row in card.rows:
                row.show_blocks((step,), project)
        self.add.setEnabled(len(kinds) < MAX_STEPS)
        self.preview.refresh()

    def _menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setAccessibleName("Steps of the augmentation")
        for kind in KINDS:
            menu.addAction(f"{kind.kind()}: {kind.purpose}", partial(self.insert, kind))
        return menu

    def _build(self) -> None:
        clear(self._lines)
        last = len(self._kinds) - 1
        self.cards = [StepCard(kind, at == 0, at == last) for at, kind in enumerate(self._kinds)]
        for at, card in enumerate(self.cards):
            card.edited.connect(partial(self._apply, at))
            card.finished.connect(self._next_round)
            card.moved.connect(partial(self._move, at))
            card.removed.connect(partial(self._remove, at))
            self._lines.addWidget(card)

    # Edits

    def insert(self, kind: type[Step]) -> None:
        """Add a step at the end."""
        self._edit(f"add {kind.kind()}", [*self.steps, kind()])

    def _remove(self, at: int) -> None:
        steps = list(self.steps)
        gone = steps.pop(at)
        self._edit(f"remove {gone.kind()}", steps)
        self.add.setFocus()  # the button pressed is gone

    def _move(self, at: int, by: int) -> None:
        steps = list(self.steps)
        steps.insert(at + by, steps.pop(at))
        self._edit(f"move {steps[at + by].kind()}", steps)
        self.refresh()
        card = self.cards[at + by]
        (card.up if card.up.isEnabled() and by < 0 else card.down).setFocus()

    def _apply(self, at: int, name: str, value: Any) -> None:
        steps = list(self.steps)
        steps[at] = msgspec.structs.replace(steps[at], **{name: value})
        text = f"set {name} of {steps[at].kind()} to {value_text(value)}"
        self._edit(text, steps, f"augment:{at}:{name}:{self._round}")

    def _edit(self, text: str, steps: list[Any], merge: str = "") -> None:
        document = self._desk.document
        after = document.project.changed(augmentation=tuple(steps))
        document.edit(text, after, merge=merge)

    def _next_round(self) -> None:
        """What is typed from now on is a step of its own."""
        self._round += 1
