"""Flatten against global pooling: what the Dense that follows costs, and one click to change."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QWidget

from core.blocks import Block, show_shape
from core.flatten_choice import Choice
from gui.design.wording import NOTHING
from gui.theme import theme
from gui.widgets.clearing import clear
from gui.widgets.figures import count
from gui.widgets.labels import styled


class Comparison(QWidget):
    """A row a choice.

    Signals:
        chosen: This block is wanted instead.
    """

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[Choice, ...] = ()
        self.buttons: list[QPushButton] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(0, 1)

    def show_choices(self, choices: tuple[Choice, ...]) -> None:
        """Show these; nothing at all for none."""
        self.setVisible(bool(choices))
        if choices == self._shown:
            return
        self._shown = choices
        self._clear()
        if choices:
            self._fill(choices)

    @property
    def text(self) -> str:
        """Everything shown, a line a choice."""
        return "\n".join(_words(choice) for choice in self._shown)

    def _clear(self) -> None:
        self.buttons.clear()
        clear(self._grid)

    def _fill(self, choices: tuple[Choice, ...]) -> None:
        after = choices[0].dense
        heads = (
            "What stands here",
            f"{_dense_name(after)} has" if after is not None else "No Dense follows",
            "Whole design",
        )
        for column, head in enumerate(heads):
            self._put(0, column, head, "small", "muted", right=column > 0)
        for row, choice in enumerate(choices, 1):
            self._put(row, 0, _result(choice), "strong" if choice.in_use else "body")
            dense = choice.dense_parameters
            self._put(row, 1, NOTHING if dense is None else f"{dense:,}", "mono", right=True)
            self._put(row, 2, f"{choice.parameters:,}", "mono_small", "muted", right=True)
            if choice.in_use:
                self._put(row, 3, "in use", "small", "muted")
            else:
                self._grid.addWidget(self._button(choice), row, 3)
        self.setAccessibleName(self.text)

    def _put(
        self, row: int, column: int, text: str, font: str, look: str = "", right: bool = False
    ) -> None:
        label: QLabel = styled(text, look)
        label.setFont(theme().font(font))  # type: ignore[arg-type]
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        self._grid.addWidget(label, row, column, side | Qt.AlignmentFlag.AlignVCenter)

    def _button(self, choice: Choice) -> QPushButton:
        button = QPushButton("Use this instead")
        button.setAccessibleName(f"Use {choice.block.kind()} instead: {_words(choice)}")
        button.setToolTip("Puts it in place of the block. Undo brings that back.")
        block: Block = choice.block
        button.clicked.connect(lambda _on=False: self.chosen.emit(block))
        self.buttons.append(button)
        return button


def _dense_name(dense: Block) -> str:
    """The Dense with its units: ``Dense(10)``."""
    return f"{dense.kind()}({getattr(dense, 'units', None) or '?'})"


def _result(choice: Choice) -> str:
    output = NOTHING if choice.output is None else show_shape(choice.output)
    return f"{choice.block.kind()} → {output}"


def _words(choice: Choice) -> str:
    words = _result(choice)
    if choice.dense is not None and choice.dense_parameters is not None:
        words += (
            f", then {_dense_name(choice.dense)} has {count(choice.dense_parameters, 'parameter')}"
        )
    return f"{words}; whole design {choice.parameters:,}"
