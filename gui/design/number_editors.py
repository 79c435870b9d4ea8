"""Editors for whole numbers, alone and in pairs."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QValidator, QWheelEvent
from PySide6.QtWidgets import QLabel, QSpinBox, QVBoxLayout, QWidget

from gui.design.editor import MIXED, Editor, whole
from gui.design.fields import bounds, complaint, parts, sides
from gui.design.icon_button import IconButton
from gui.design.steppers import Steppers
from gui.theme import theme
from gui.widgets.labels import styled

_MOVES_TEXT = (
    QEvent.Type.Resize,
    QEvent.Type.Show,
    QEvent.Type.StyleChange,
    QEvent.Type.FontChange,
    QEvent.Type.LayoutRequest,
    QEvent.Type.Polish,
)
"""Events after which Qt has placed the text of a spin box anew."""


class NumberBox(QSpinBox):
    """A spin box that lets anything be typed, so that what is wrong can be explained."""

    typed = Signal(str)

    def __init__(self, hint: Any) -> None:
        self._blank = False  # Qt asks for the text while it is being made
        super().__init__()
        limit = bounds(hint)
        low = limit.ge if limit.ge is not None else -(2**31)
        high = limit.le if limit.le is not None else 2**31 - 1
        self.setRange(int(max(low, -(2**31))), int(min(high, 2**31 - 1)))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
        self.setMinimumWidth(42)
        # The application's style sheet dresses the line edit inside a second time, and leaves it
        # one pixel between buttons that are not there: it is undressed and placed here.
        self.setStyleSheet("QLineEdit { border: none; padding: 0; min-height: 0; }")
        self.lineEdit().textEdited.connect(self._unblank)
        self.lineEdit().textEdited.connect(self.typed)
        self.valueChanged.connect(self._unblank)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() == Qt.FocusReason.MouseFocusReason:
            # After the press that brought the focus, which would put the cursor somewhere: whoever
            # clicks a number and types means another number.
            QTimer.singleShot(0, self, self.selectAll)

    def show_blank(self) -> None:
        """Show no number, until one is typed or set."""
        blocked = self.blockSignals(True)
        self.setValue(1)  # where the steppers begin; what was shown before may have left more
        self._blank = True
        self.lineEdit().clear()
        self.blockSignals(blocked)

    def _unblank(self) -> None:
        self._blank = False

    def show_number(self, value: int) -> None:
        """Show a number."""
        self._blank = False
        self.setValue(value)
        if self.lineEdit().text() != str(value):
            self.lineEdit().setText(str(value))

    def textFromValue(self, value: int) -> str:
        # Qt writes the text anew when it pleases: with the first paint, or when the focus goes.
        return "" if self._blank else super().textFromValue(value)

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() in _MOVES_TEXT:
            self.lineEdit().setGeometry(self.rect().adjusted(8, 2, -4, -2))
        return done

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        number = whole(text)
        fits = number is not None and self.minimum() <= number <= self.maximum()
        state = QValidator.State.Acceptable if fits else QValidator.State.Intermediate
        return state, text, position

    def stepBy(self, steps: int) -> None:
        if not self._blank:
            super().stepBy(steps)
        elif not self.lineEdit().placeholderText():  # of mixed numbers none is the one to go from
            self._blank = False
            self.lineEdit().setText(str(self.value()))
            self.valueChanged.emit(self.value())

    def valueFromText(self, text: str) -> int:
        number = whole(text)
        return self.value() if number is None else number

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scrolling the inspector must not change numbers that happen to pass by."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class IntEditor(Editor):
    """A whole number, with buttons to make it smaller and larger: beside it, or within."""

    def __init__(self, hint: Any, compact: bool = False) -> None:
        super().__init__(hint)
        self.box = NumberBox(hint)
        self.box.valueChanged.connect(self._offer_if_new)
        self.box.typed.connect(self._typed)
        self.box.editingFinished.connect(self._left)
        self._value: Any = None
        self._before: Any = None
        self.row.addWidget(self.box, 1)
        if compact:
            self.steppers = Steppers(self.box)
        else:
            for icon, step, text in (("minus", -1, "One less"), ("plus", 1, "One more")):
                self.row.addWidget(self._stepper(icon, step, text))

    def show_value(self, value: Any) -> None:
        self._value = value
        if self.box.hasFocus() and self._what_is_wrong():
            return  # the user is in the middle of typing something else
        if not self.box.hasFocus():
            self._before = value
        if value is MIXED or value is None:
            self.box.lineEdit().setPlaceholderText("mixed" if value is MIXED else "")
            if not self.box.hasFocus() or not self.box.lineEdit().isModified():
                self.box.show_blank()
        elif whole(self.box.lineEdit().text()) != value or self.box.value() != value:
            self._write(value)

    def first(self) -> QWidget:
        return self.box

    def _write(self, value: int) -> None:
        blocked = self.box.blockSignals(True)
        self.box.show_number(value)
        self.box.blockSignals(blocked)

    def _stepper(self, icon: str, step: int, text: str) -> IconButton:
        button = IconButton(icon, text)
        button.setAutoRepeat(True)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.clicked.connect(lambda: self.box.stepBy(step))
        return button

    def _what_is_wrong(self) -> str:
        text = self.box.lineEdit().text()
        number = whole(text)
        if number is None:
            return "A whole number is needed." if text.strip() else "Enter a number."
        return complaint(self.hint, number)

    def _typed(self) -> None:
        why = self._what_is_wrong()
        self.complained.emit(why)
        if why and self._before not in (None, MIXED, self._value):
            # “1.5” began as a valid 1, which nobody meant.
            line = self.box.lineEdit()
            text, cursor = line.text(), line.cursorPosition()
            self._write(self._before)
            line.setText(text)
            line.setCursorPosition(cursor)
            self.edited.emit(self._before)

    def _offer_if_new(self, value: int) -> None:
        if value != self._value:
            self._value = value
            self.offer(value)

    def _left(self) -> None:
        """What cannot be used is put back, so that the field never shows what is not so."""
        if not self._what_is_wrong():
            self._offer_if_new(self.box.value())
        elif self._value in (None, MIXED):
            self.box.show_blank()
        else:
            self._write(self._value)
        self.complained.emit("")
        self._before = self._value
        self.finished.emit()


class PairEditor(Editor):
    """Two whole numbers with × between; linked, they change together."""

    def __init__(self, hint: Any) -> None:
        super().__init__(hint)
        self._value: Any = None
        self.sides = [IntEditor(part, compact=True) for part in parts(hint)]
        cross = QLabel("×")
        cross.setProperty("look", "muted")
        self.link = self._link_button()
        self.row.addWidget(self.sides[0], 1)
        self.row.addWidget(cross)
        self.row.addWidget(self.sides[1], 1)
        self.row.addWidget(self.link)
        for place, side in enumerate(self.sides):
            side.edited.connect(lambda value, place=place: self._side(place, value))
            side.complained.connect(self.complained)
            side.finished.connect(self.finished)

    def show_value(self, value: Any) -> None:
        known = value is not MIXED and value is not None
        # What was set here leaves the link as the user has it; what comes from elsewhere sets it.
        if value != self._value and not self._busy():
            self.link.setChecked(not known or value[0] == value[1])
        self._value = value
        for place, side in enumerate(self.sides):
            side.show_value(value[place] if known else value)

    def first(self) -> QWidget:
        return self.sides[0].first()

    def name(self, text: str) -> None:
        self.sides[0].name(f"{text}, first of two")
        self.sides[1].name(f"{text}, second of two")

    def _busy(self) -> bool:
        return any(side.first().hasFocus() for side in self.sides)

    def _link_button(self) -> IconButton:
        button = IconButton("", "Keep both equal")
        button.setCheckable(True)
        button.setChecked(True)
        button.toggled.connect(lambda on: self._show_link(button, on))
        self._show_link(button, True)
        return button

    def _show_link(self, button: IconButton, on: bool) -> None:
        button.setText("=" if on else "≠")
        button.setToolTip(
            "Both change together. Press to set them apart." if on else "Press to keep both equal."
        )

    def _side(self, place: int, value: int) -> None:
        known = self._value is not MIXED and self._value is not None
        both = list(self._value) if known else [value, value]
        both[place] = value
        if self.link.isChecked():
            both = [value, value]
        self._value = tuple(both)
        self.sides[1 - place].show_value(both[1 - place])
        self.offer(tuple(both))


class PairsEditor(Editor):
    """Pairs of numbers, a line each: ``((top, bottom), (left, right))``."""

    def __init__(self, hint: Any) -> None:
        super().__init__(hint)
        self._value: Any = None
        self.pairs = [PairEditor(part) for part in parts(hint)]
        self._sides = sides(hint)
        column = QVBoxLayout()
        column.setSpacing(4)
        self.row.addLayout(column)
        for place, pair in enumerate(self.pairs):
            column.addWidget(pair)
            if self._sides:
                words = styled(" × ".join(self._sides[place]), "faint")
                words.setFont(theme().font("small"))
                column.addWidget(words)
            pair.edited.connect(lambda value, place=place: self._pair(place, value))
            pair.complained.connect(self.complained)
            pair.finished.connect(self.finished)

    def show_value(self, value: Any) -> None:
        self._value = value
        known = value is not MIXED and value is not None
        for place, pair in enumerate(self.pairs):
            pair.show_value(value[place] if known else value)

    def first(self) -> QWidget:
        return self.pairs[0].first()

    def name(self, text: str) -> None:
        for place, pair in enumerate(self.pairs):
            if not self._sides:
                pair.name(f"{text}, row {place + 1}")
                continue
            for side, word in zip(pair.sides, self._sides[place], strict=True):
                side.name(f"{text}, {word}")

    def _pair(self, place: int, value: Any) -> None:
        known = self._value is not MIXED and self._value is not None
        values = list(self._value) if known else [value] * len(self.pairs)
        values[place] = value
        self._value = tuple(values)
        self.offer(self._value)
