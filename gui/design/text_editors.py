"""Editors for values that are written in a line."""

from __future__ import annotations

from typing import Any

import msgspec
from PySide6.QtWidgets import QFileDialog, QLineEdit, QPushButton, QWidget

from gui.design.editor import MIXED, Editor, decimal, whole
from gui.design.fields import complaint


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


class FileEditor(WordEditor):
    """The path of a file, written or chosen."""

    def __init__(self, hint: Any) -> None:
        super().__init__(hint)
        self.choose = QPushButton("Choose…")
        self.choose.clicked.connect(self._choose)
        self.row.addWidget(self.choose)

    def name(self, text: str) -> None:
        super().name(text)
        self.choose.setAccessibleName(f"Choose a file: {text}")

    def _choose(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, "Choose weights", "", "Weights (*.h5)")
        if path:
            self.show_value(path)
            self.offer(path)
            self.finished.emit()


class JsonEditor(TextEditor):
    """Any other value, as JSON: a kind with an unusual field can still be edited."""

    def parse(self, text: str) -> Any:
        try:
            return msgspec.json.decode(text.encode(), type=self.hint)
        except (msgspec.DecodeError, RecursionError) as error:
            raise ValueError(f"{error}.") from error

    def write(self, value: Any) -> str:
        return msgspec.json.encode(value).decode()
