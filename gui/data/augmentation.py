"""The augmentation: a stack of steps of its own, with real pictures before and after."""

from __future__ import annotations

from functools import partial
from typing import Any

import msgspec
from PySide6.QtCore import QPoint, QTimer
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QScrollArea,
    QScrollBar,
    QVBoxLayout,
    QWidget,
)

from core.data.augment import KINDS, MAX_STEPS, Step
from core.data.augment import Augmentation as Steps
from gui.data.desk import DataDesk
from gui.data.preview import Preview
from gui.data.step_card import StepCard
from gui.design.wording import value_text
from gui.widgets.clearing import clear
from gui.widgets.labels import styled

ABOUT = (
    "Varies training pictures each time they are seen, so that the network learns what stays the "
    "same. Used in training only, never by the exported model."
)


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
        self._mark = QFrame(self)
        self._mark.setProperty("look", "insertion")
        self._mark.hide()
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
            card.show_step(step, project)
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
            card.grip.dragged.connect(partial(self._show_place, at))
            card.grip.dropped.connect(partial(self._drop, at))
            card.grip.given_up.connect(self._mark.hide)
            self._lines.addWidget(card)

    # Dragging

    def _place_at(self, height: int) -> int:
        """Between which cards a height on the screen is: 0 above the first."""
        y = self.mapFromGlobal(QPoint(0, height)).y()
        return sum(y > card.geometry().center().y() for card in self.cards)

    def _show_place(self, at: int, height: int) -> None:
        """A line where the card would go; none where it would stay."""
        place = self._place_at(height)
        self._mark.setVisible(place not in (at, at + 1))
        card = self.cards[min(place, len(self.cards) - 1)].geometry()
        y = card.bottom() + 3 if place == len(self.cards) else card.top() - 5
        self._mark.setGeometry(card.left(), y, card.width(), 3)
        self._mark.raise_()

    def _drop(self, at: int, height: int) -> None:
        place = self._place_at(height)
        self._mark.hide()
        if place not in (at, at + 1):
            self._move(at, place - at - (place > at))

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
        bar = self._scroll_bar()
        place = bar.value() if bar is not None else 0
        self._edit(f"move {steps[at + by].kind()}", steps)
        self.refresh()
        if bar is not None:  # while the cards were made anew, there was nothing to scroll
            QTimer.singleShot(0, bar, lambda: bar.setValue(place))
        card = self.cards[at + by]
        (card.up if card.up.isEnabled() and by < 0 else card.down).setFocus()

    def _scroll_bar(self) -> QScrollBar | None:
        """Of the panel that holds this, if it is in one."""
        widget = self.parentWidget()
        while widget is not None and not isinstance(widget, QScrollArea):
            widget = widget.parentWidget()
        return widget.verticalScrollBar() if widget is not None else None

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
