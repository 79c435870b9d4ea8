"""Which editor fits a type; and those that only choose."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.design.editor import MIXED, Editor
from gui.design.fields import bare, choices, element, extra, parts
from gui.design.number_editors import IntEditor, PairEditor, PairsEditor
from gui.design.text_editors import FileEditor, FloatEditor, IntsEditor, JsonEditor, WordEditor
from gui.widgets.choices import CheckBox, ComboBox


class BoolEditor(Editor):
    """On or off."""

    def __init__(self, hint: Any) -> None:
        super().__init__(hint)
        self.box = CheckBox()
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
        self.box = ComboBox()
        self.box.addItems([str(value) for value in self.values])
        self.box.setMaxVisibleItems(20)
        self.box.setMinimumContentsLength(4)
        self.box.setMinimumWidth(72)
        self.box.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.box.setSizeAdjustPolicy(
            ComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
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


class OpenChoiceEditor(ChoiceEditor):
    """One of the words that the block allows as its other fields are."""

    def set_choices(self, values: tuple[str, ...]) -> None:
        """Offer these, in this order."""
        if values == self.values:
            return
        self.values = values
        self.box.clear()
        self.box.addItems(values)

    def show_value(self, value: Any) -> None:
        super().show_value(value)
        if value is not MIXED and value not in self.values:
            self.box.setPlaceholderText(str(value))


def editor_for(hint: Any) -> Editor:
    """The editor that fits a type."""
    kind = bare(hint)
    if extra(hint, "choices"):
        return OpenChoiceEditor(hint)
    if extra(hint, "file"):
        return FileEditor(hint)
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
