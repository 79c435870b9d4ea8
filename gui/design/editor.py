"""What all editors of values have in common.

An editor holds text or controls; it tells `edited` with a value that is allowed, or `complained`
with the reason why what stands there is not.  It never changes what the user is typing.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from gui.design.fields import complaint

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
