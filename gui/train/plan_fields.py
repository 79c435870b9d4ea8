"""Editors for the training plan, made from its annotations; nothing about a field is told twice."""

from __future__ import annotations

import re
from typing import Any

import msgspec
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QLineEdit, QWidget

from core.training.plan import TrainingPlan
from gui.design.fields import bare, choices, limits_in_words, without_none
from gui.theme import theme
from gui.widgets.choices import ComboBox

UNSET = {"early_stopping": "never"}
"""What an empty field means, for fields that may be empty."""
SHARES = ("validation_split", "warmup")
"""Fields shown in percent."""
ROW = 34
"""Height of a row (px)."""
STEPS = {"batch_size": 2.0, "learning_rate": 2.0, "weight_decay": 2.0}
"""Fields that the arrow keys multiply instead of counting up."""


def applies(name: str, plan: TrainingPlan) -> bool:
    """Whether a field has any effect with the rest of the plan as it is."""
    if name == "weight_decay":
        return plan.optimizer == "adamw"
    if name == "momentum":
        return plan.optimizer == "sgd"
    if name == "warmup":
        return plan.schedule == "cosine"
    return True


def needed(name: str, hint: Any, optional: bool) -> str:
    """What a field takes: ``a whole number, 1 to 65,536``."""
    kind = "a whole number" if bare(hint) is int else "a number"
    limits = limits_in_words(hint)
    if name in SHARES:
        kind, limits = "a share", f"{limits} (as 0.1 or 10 %)"
    return f"{kind}, {limits}" + (", or nothing" if optional else "")


def parse(name: str, text: str, hint: Any, optional: bool) -> Any:
    """The value of what was typed.

    Takes ``1,000``, a decimal comma and ``10 %`` as people write them; where shares are shown in
    percent, ``10`` is 10 %.

    Raises:
        ValueError: It is no number, or outside the limits.
    """
    text = text.strip()
    if optional and text.lower() in ("", "never", "none"):
        return None
    plain = text.replace("\u202f", "").replace(" ", "")
    number = _number(plain.rstrip("%"), whole=bare(hint) is int)
    if plain.endswith("%") or (name in SHARES and number >= 1):
        number = round(number / 100, 12)
    value: float | int = int(number) if number.is_integer() else number
    return msgspec.convert(value, hint)


def _number(text: str, whole: bool) -> float:
    """A number with its commas understood: thousands in whole numbers, else the decimal point.

    Raises:
        ValueError: It is none.
    """
    if "," in text and (whole or "." in text or text.count(",") > 1):
        if not re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d*)?", text):
            raise ValueError(text)
        text = text.replace(",", "")
    return float(text.replace(",", "."))


def shown(name: str, value: Any) -> str:
    """A value as the field shows it."""
    if value is None:
        return ""
    if name in SHARES:
        return f"{value * 100:.6g} %"
    return f"{value:g}" if isinstance(value, float) else str(value)


class PlanField(QObject):
    """One field of the plan: label, editor, and a line for what is wrong with the input.

    Signals:
        edited: The user gave another valid value: name and value.
    """

    edited = Signal(str, object)

    def __init__(self, info: msgspec.structs.FieldInfo, parent: QObject) -> None:
        super().__init__(parent)
        self.name = info.name
        self._hint, self._optional = without_none(info.type)
        self._choices = choices(self._hint)
        meta = next(one for one in info.type.__metadata__ if one.title)
        self.title = meta.title
        self.description = meta.description
        self.label = QLabel(self.title)
        self.label.setProperty("look", "muted")
        self.problem = QLabel()
        self.problem.setProperty("look", "error")
        self.problem.setFont(theme().font("small"))
        self.problem.setWordWrap(True)
        self.problem.hide()
        self._shown_value: Any = None
        self._before: Any = None
        self.editor = self._make_editor()
        self.editor.setAccessibleName(self.title)
        self.editor.setAccessibleDescription(self.description)
        help_text = f"<b>{self.title}</b> <code>{self.name}</code><br>{self.description}"
        self.label.setToolTip(help_text)
        self.editor.setToolTip(help_text)
        self.label.setBuddy(self.editor)

    def _make_editor(self) -> QWidget:
        if self._choices:
            choice = Choice()
            choice.addItems([str(value) for value in self._choices])
            choice.textActivated.connect(lambda text: self.edited.emit(self.name, text))
            return choice
        line = NumberEdit(STEPS.get(self.name, 0.0))
        line.setPlaceholderText(UNSET.get(self.name, ""))
        line.textEdited.connect(self._typed)
        line.editingFinished.connect(self._left)
        return line

    def begin_visit(self) -> None:
        """The user enters the field; what it holds now comes back if the input is not valid."""
        self._before = self._shown_value

    def show_value(self, value: Any) -> None:
        """Show the plan's value, unless the user is typing another way to write it."""
        self._shown_value = value
        if isinstance(self.editor, ComboBox):
            self.editor.setCurrentText(str(value))
            return
        assert isinstance(self.editor, QLineEdit)
        if self.editor.hasFocus() and self._parsed() == (True, value):
            return
        if self.editor.hasFocus() and not self._parsed()[0] and value == self._before:
            return
        if self.editor.text() != shown(self.name, value):
            self.editor.setText(shown(self.name, value))
        self._complain("")

    def set_visible(self, visible: bool) -> None:
        """Show or hide the whole row."""
        self.label.setVisible(visible)
        self.editor.setVisible(visible)
        self.problem.setVisible(visible and bool(self.problem.text()))

    def _parsed(self) -> tuple[bool, Any]:
        assert isinstance(self.editor, QLineEdit)
        try:
            return True, parse(self.name, self.editor.text(), self._hint, self._optional)
        except (ValueError, OverflowError):  # msgspec's error is a ValueError
            return False, None

    def _typed(self) -> None:
        valid, value = self._parsed()
        if valid:
            self._complain("")
            if value != self._shown_value:
                self.edited.emit(self.name, value)
            return
        # “1.5” began as a valid 1, which nobody meant.
        if self._before is not None and self._before != self._shown_value:
            self.edited.emit(self.name, self._before)
        self._complain(f"Needs {needed(self.name, self._hint, self._optional)}.")

    def _left(self) -> None:
        """Leaving the field puts the plan's value back where the input was not valid."""
        assert isinstance(self.editor, QLineEdit)
        self.editor.setText(shown(self.name, self._shown_value))
        self._complain("")

    def _complain(self, text: str) -> None:
        self.problem.setText(text)
        self.problem.setVisible(bool(text))
        if self.editor.property("invalid") != bool(text):
            self.editor.setProperty("invalid", bool(text))
            self.editor.style().unpolish(self.editor)
            self.editor.style().polish(self.editor)
        self.editor.setAccessibleDescription(text or self.description)


class Choice(ComboBox):
    """A combo box that the wheel scrolls past instead of changing."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the page."""
        event.ignore()


class NumberEdit(QLineEdit):
    """A line for a number; the arrow keys step it."""

    def __init__(self, factor: float, parent: QWidget | None = None) -> None:
        """Make a line.

        Args:
            factor: What the arrow keys multiply by; 0 to count by one in the last place.
            parent: Qt's owner.
        """
        super().__init__(parent)
        self._factor = factor

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+C copies the selected rows, or all."""
        step = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()))
        if step is None or not self._step(step):
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Take the focus."""
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self.selectAll()

    def _step(self, direction: int) -> bool:
        text, unit = self.text().strip(), ""
        if text.endswith("%"):
            text, unit = text[:-1].strip(), " %"
        try:
            number = float(text.replace(",", ""))
        except ValueError:
            return False
        if self._factor:
            number *= self._factor**direction
            whole = "." not in text and "e" not in text and number >= 1
        else:
            places = len(text.partition(".")[2])
            number = round(number + direction * 10.0**-places, places)
            whole = places == 0
        self.setText(f"{number:.0f}{unit}" if whole else f"{number:.6g}{unit}")
        self.textEdited.emit(self.text())
        return True


class PlanFields(QWidget):
    """All fields of the plan, one row each.

    Signals:
        edited: A valid value was given: name, title, value.
    """

    edited = Signal(str, str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        grid.setColumnMinimumWidth(0, 112)
        grid.setColumnStretch(1, 1)
        self.fields: dict[str, PlanField] = {}
        self._grid = grid
        row = 0
        for info in msgspec.structs.fields(TrainingPlan):
            field = PlanField(info, self)
            self.fields[info.name] = field
            grid.addWidget(field.label, row, 0, Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(field.editor, row, 1)
            grid.addWidget(field.problem, row + 1, 1)
            field.edited.connect(self._edited)
            row += 3  # one row each is left for what a page puts under a field
        grid.setVerticalSpacing(0)
        for used in range(0, row, 3):
            grid.setRowMinimumHeight(used, ROW)

    def put_under(self, name: str, widget: QWidget) -> None:
        """Place a widget under a field's editor."""
        row = list(self.fields).index(name) * 3 + 2
        self._grid.addWidget(widget, row, 1)

    def show_plan(self, plan: TrainingPlan) -> None:
        """Show a plan's values, and only the fields that apply."""
        row = 0
        for name, field in self.fields.items():
            visible = applies(name, plan)
            field.set_visible(visible)
            field.show_value(getattr(plan, name))
            self._grid.setRowMinimumHeight(row, ROW if visible else 0)
            row += 3

    def _edited(self, name: str, value: object) -> None:
        self.edited.emit(name, self.fields[name].title, value)
