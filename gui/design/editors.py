"""Editors for the values of fields, one for each shape a value can have.

An editor holds text or controls; it tells `edited` with a value that is allowed, or `complained`
with the reason why what stands there is not.  It never changes what the user is typing.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QValidator, QWheelEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSizePolicy,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gui.design.fields import bare, bounds, choices, complaint, element, parts
from gui.design.look import small_button
from gui.theme import theme

MIXED = object()
"""Stands for the values of several blocks that differ."""


class Editor(QWidget):
    """What all editors have in common.

    Signals:
        edited: The user entered an allowed value.
        complained: What stands there is not allowed, with the reason; empty: it is again.
        finished: The user left the editor or pressed Enter.
    """

    edited = Signal(object)
    complained = Signal(str)
    finished = Signal()

    def __init__(self, hint: Any) -> None:
        super().__init__()
        self.hint = hint
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.setSpacing(4)

    def show_value(self, value: Any) -> None:
        """Show a value without telling anyone."""
        raise NotImplementedError

    def first(self) -> QWidget:
        """The control that takes the keyboard."""
        raise NotImplementedError

    def name(self, text: str) -> None:
        """Tell screen readers what is edited."""
        self.first().setAccessibleName(text)

    def offer(self, value: Any) -> None:
        """Pass a value on if it is allowed, else say why not."""
        why = complaint(self.hint, value)
        self.complained.emit(why)
        if not why:
            self.edited.emit(value)


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
        self.lineEdit().textEdited.connect(self.typed)

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

    def valueFromText(self, text: str) -> int:
        number = whole(text)
        return self.value() if number is None else number

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scrolling the inspector must not change numbers that happen to pass by."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


def whole(text: str) -> int | None:
    """A whole number as people write it: spaces, thousands separators and − allowed."""
    clean = text.replace(",", "").replace(" ", "").replace("−", "-").replace("\u202f", "")
    try:
        return int(clean)
    except ValueError:
        return None


def decimal(text: str) -> float | None:
    """A number as people write it: ``0.25``, ``1e-4``, ``,5`` with a decimal comma."""
    clean = text.strip().replace("−", "-").replace(" ", "")
    if clean.count(",") == 1 and "." not in clean:
        clean = clean.replace(",", ".")
    try:
        value = float(clean)
    except ValueError:
        return None
    return value if abs(value) != float("inf") and value == value else None


class IntEditor(Editor):
    """A whole number, with buttons to make it smaller and larger."""

    def __init__(self, hint: Any, compact: bool = False) -> None:
        super().__init__(hint)
        self.box = NumberBox(hint)
        self.box.valueChanged.connect(self._offer_if_new)
        self.box.typed.connect(self._typed)
        self.box.editingFinished.connect(self._left)
        self._value: Any = None
        self._before: Any = None
        self.row.addWidget(self.box, 1)
        if not compact:
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
            if not self.box.hasFocus():
                self.box.lineEdit().clear()
        elif whole(self.box.lineEdit().text()) != value or self.box.value() != value:
            self._write(value)

    def first(self) -> QWidget:
        return self.box

    def _write(self, value: int) -> None:
        blocked = self.box.blockSignals(True)
        self.box.setValue(value)
        if self.box.lineEdit().text() != str(value):
            self.box.lineEdit().setText(str(value))
        self.box.blockSignals(blocked)

    def _stepper(self, icon: str, step: int, text: str) -> QToolButton:
        button = QToolButton()
        button.setIcon(theme().icon(icon, "muted"))
        small_button(button)
        button.setAutoRepeat(True)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setToolTip(text)
        button.setAccessibleName(text)
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
            self.box.lineEdit().clear()
        else:
            self._write(self._value)
        self.complained.emit("")
        self._before = self._value
        self.finished.emit()


class TextEditor(Editor):
    """A line of text that stands for a value; subclasses say how."""

    def __init__(self, hint: Any) -> None:
        super().__init__(hint)
        self.field = QLineEdit()
        self.field.textEdited.connect(self._typed)
        self.field.editingFinished.connect(self._left)
        self._value: Any = None
        self._before: Any = None
        self.row.addWidget(self.field)

    def parse(self, text: str) -> Any:
        """The value of a text.

        Raises:
            ValueError: It is none, with the reason.
        """
        return text

    def write(self, value: Any) -> str:
        """A value as text."""
        return str(value)

    def show_value(self, value: Any) -> None:
        self._value = value
        wrong = bool(self._what_is_wrong())
        if self.field.hasFocus() and wrong:
            return  # the user is in the middle of typing something else
        if not self.field.hasFocus():
            self._before = value
        if value is MIXED or value is None:
            self.field.setPlaceholderText("mixed" if value is MIXED else "")
            if not self.field.hasFocus():
                self.field.clear()
        elif wrong or not self.field.hasFocus() or self.parse(self.field.text()) != value:
            text = self.write(value)
            if text != self.field.text():
                self.field.setText(text)

    def first(self) -> QWidget:
        return self.field

    def _what_is_wrong(self) -> str:
        try:
            return complaint(self.hint, self.parse(self.field.text()))
        except ValueError as error:
            return str(error)

    def _typed(self, text: str) -> None:
        why = self._what_is_wrong()
        self.complained.emit(why)
        if not why:
            self.edited.emit(self.parse(text))
        elif self._before not in (None, MIXED, self._value):
            self.edited.emit(self._before)  # “1e-4x” began as a valid 1, which nobody meant

    def _left(self) -> None:
        """What cannot be used is put back, so that the field never shows what is not so."""
        if self._what_is_wrong():
            empty = self._value in (None, MIXED)
            self.field.setText("" if empty else self.write(self._value))
        self.complained.emit("")
        self._before = self._value
        self.finished.emit()


class FloatEditor(TextEditor):
    """A number with a fraction; scientific notation is welcome."""

    def parse(self, text: str) -> float:
        value = decimal(text)
        if value is None:
            raise ValueError("A number is needed, such as 0.25 or 1e-4.")
        return value

    def write(self, value: Any) -> str:
        return f"{value:g}" if float(f"{value:g}") == value else repr(value)


class IntsEditor(TextEditor):
    """Several whole numbers in a line: ``7, 7, -1``."""

    def parse(self, text: str) -> tuple[int, ...]:
        pieces = text.replace("×", ",").replace("x", ",").split(",")
        numbers = [whole(piece) for piece in pieces]
        if not text.strip() or any(number is None for number in numbers):
            raise ValueError("Whole numbers with commas between, such as 7, 7, -1.")
        return tuple(number for number in numbers if number is not None)

    def write(self, value: Any) -> str:
        return ", ".join(map(str, value))


class WordEditor(TextEditor):
    """Plain text."""


class JsonEditor(TextEditor):
    """Any other value, as JSON: a kind with an unusual field can still be edited."""

    def parse(self, text: str) -> Any:
        import msgspec

        try:
            return msgspec.json.decode(text.encode(), type=self.hint)
        except (msgspec.DecodeError, RecursionError) as error:
            raise ValueError(f"{error}.") from error

    def write(self, value: Any) -> str:
        import msgspec

        return msgspec.json.encode(value).decode()


class BoolEditor(Editor):
    """On or off."""

    def __init__(self, hint: Any) -> None:
        super().__init__(hint)
        self.box = QCheckBox()
        self.box.clicked.connect(self._clicked)
        self.row.addWidget(self.box)
        self.row.addStretch(1)
        self.box.setMinimumHeight(28)

    def show_value(self, value: Any) -> None:
        self.box.setTristate(value is MIXED)
        if value is MIXED:
            self.box.setCheckState(Qt.CheckState.PartiallyChecked)
        else:
            self.box.setChecked(bool(value))
        self._word(value)

    def first(self) -> QWidget:
        return self.box

    def _clicked(self, checked: bool) -> None:
        self.box.setTristate(False)
        self._word(checked)
        self.offer(self.box.isChecked())
        self.finished.emit()

    def _word(self, value: Any) -> None:
        self.box.setText("mixed" if value is MIXED else "on" if value else "off")


class ChoiceEditor(Editor):
    """One of a few words."""

    def __init__(self, hint: Any) -> None:
        super().__init__(hint)
        self.values = choices(hint)
        self.box = _CalmCombo()
        self.box.addItems([str(value) for value in self.values])
        self.box.setMaxVisibleItems(20)
        self.box.setMinimumContentsLength(4)
        self.box.setMinimumWidth(72)
        self.box.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.box.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.box.activated.connect(self._chosen)
        self.row.addWidget(self.box, 1)

    def show_value(self, value: Any) -> None:
        self.box.setPlaceholderText("mixed")
        index = self.values.index(value) if value in self.values else -1
        if index != self.box.currentIndex():
            self.box.setCurrentIndex(index)

    def first(self) -> QWidget:
        return self.box

    def _chosen(self, index: int) -> None:
        self.offer(self.values[index])
        self.finished.emit()


class _CalmCombo(QComboBox):
    """A combo box that the wheel changes only while it has the keyboard."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw, with the arrow that the style sheet takes away."""
        super().paintEvent(event)
        painter = QPainter(self)
        icon = theme().icon("chevron_down", "muted")
        icon.paint(painter, self.width() - 24, (self.height() - 16) // 2, 16, 16)


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
        fresh = self._value is None
        self._value = value
        known = value is not MIXED and value is not None
        if known and (fresh or value[0] != value[1]) and not self._busy():
            self.link.setChecked(value[0] == value[1])
        for place, side in enumerate(self.sides):
            side.show_value(value[place] if known else value)

    def first(self) -> QWidget:
        return self.sides[0].first()

    def name(self, text: str) -> None:
        self.sides[0].name(f"{text}, first of two")
        self.sides[1].name(f"{text}, second of two")

    def _busy(self) -> bool:
        return any(side.first().hasFocus() for side in self.sides)

    def _link_button(self) -> QToolButton:
        button = QToolButton()
        button.setCheckable(True)
        button.setChecked(True)
        small_button(button)
        button.setAccessibleName("Keep both equal")
        button.toggled.connect(lambda on: self._show_link(button, on))
        self._show_link(button, True)
        return button

    def _show_link(self, button: QToolButton, on: bool) -> None:
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
        column = QVBoxLayout()
        column.setSpacing(4)
        self.row.addLayout(column)
        for place, pair in enumerate(self.pairs):
            column.addWidget(pair)
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
            pair.name(f"{text}, row {place + 1}")

    def _pair(self, place: int, value: Any) -> None:
        known = self._value is not MIXED and self._value is not None
        values = list(self._value) if known else [value] * len(self.pairs)
        values[place] = value
        self._value = tuple(values)
        self.offer(self._value)


def editor_for(hint: Any) -> Editor:
    """The editor that fits a type."""
    kind = bare(hint)
    if choices(hint):
        return ChoiceEditor(hint)
    simple = {bool: BoolEditor, int: IntEditor, float: FloatEditor, str: WordEditor}
    if kind in simple:
        return simple[kind](hint)
    fixed = parts(hint)
    if len(fixed) == 2 and all(bare(part) is int for part in fixed):
        return PairEditor(hint)
    if fixed and all(_is_pair(part) for part in fixed):
        return PairsEditor(hint)
    if bare(element(hint)) is int:
        return IntsEditor(hint)
    return JsonEditor(hint)


def _is_pair(hint: Any) -> bool:
    inner = parts(hint)
    return len(inner) == 2 and all(bare(part) is int for part in inner)
