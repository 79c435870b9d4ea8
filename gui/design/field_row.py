"""One field in the inspector: its name, its editor, the way back, and a line for what is wrong."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication, QGridLayout, QLabel, QSizePolicy, QWidget

from core.blocks import Block
from core.project import Project
from gui.design.editor import MIXED, Editor
from gui.design.editors import OpenChoiceEditor, editor_for
from gui.design.fields import FieldSpec
from gui.design.icon_button import IconButton
from gui.design.wording import value_text
from gui.theme import theme
from gui.widgets.labels import styled

BUTTON = 20


class FieldRow(QObject):
    """A field of one or several blocks.

    Signals:
        edited: The user gave a value that is allowed: field name and value.
        finished: The user left the editor.
    """

    edited = Signal(str, object)
    finished = Signal()

    def __init__(self, spec: FieldSpec, parent: QWidget) -> None:
        super().__init__(parent)
        self.spec = spec
        self.label = QLabel(f"{spec.name} <small>{spec.unit}</small>" if spec.unit else spec.name)
        self.label.setFont(theme().font("mono_small"))
        self.label.setToolTip(spec.tip)
        self.label.setProperty("look", "muted")
        self.label.setMinimumHeight(30)
        self.editor: Editor = editor_for(spec.annotation)
        self.editor.name(f"{spec.title} ({spec.name})")
        self.editor.setToolTip(spec.tip)
        self._help = f"{spec.description} {spec.limits}".strip()
        self._marked: QWidget | None = None
        self.editor.first().setAccessibleDescription(self._help)
        self.reset = self._reset_button()
        self.note = styled("", "faint")
        self.note.setFont(theme().font("small"))
        self.note.setWordWrap(True)
        self.note.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self.note.hide()
        self.complaint = ""
        self._hint = ""
        self.editor.edited.connect(lambda value: self.edited.emit(self.spec.name, value))
        self.editor.complained.connect(self._complain)
        self.editor.finished.connect(self.finished)

    def place(self, grid: QGridLayout, row: int) -> None:
        """Take two lines of a grid."""
        top = Qt.AlignmentFlag.AlignTop
        grid.addWidget(self.label, 2 * row, 0, top)
        grid.addWidget(self.editor, 2 * row, 1)
        grid.addWidget(self.reset, 2 * row, 2, top)
        grid.addWidget(self.note, 2 * row + 1, 0, 1, 3)

    def show_blocks(self, blocks: tuple[Any, ...], project: Project) -> None:
        """Show the field's value in these blocks, or other structs with that field."""
        values = [getattr(block, self.spec.name) for block in blocks]
        same = all(value == values[0] for value in values)
        value = values[0] if same else MIXED
        hint = ""
        if value is None:
            value, hint = self._followed(blocks[0], project)
        if not hint and same and isinstance(blocks[0], Block):
            hint = blocks[0].field_note(self.spec.name)
        self._hint = hint
        if isinstance(self.editor, OpenChoiceEditor):
            offered = [block.choices(self.spec.name) for block in blocks]
            self.editor.set_choices(
                tuple(one for one in offered[0] if all(one in other for other in offered))
            )
        self.editor.show_value(value)
        changed = any(one != self.spec.default for one in values)
        self.reset.setEnabled(changed)
        self.reset.set_icon("undo" if changed else "")
        self._show_note()

    def set_visible(self, visible: bool) -> None:
        """Show or hide the whole row."""
        for widget in (self.label, self.editor, self.reset):
            widget.setVisible(visible)

    def stops(self) -> list[QWidget]:
        """Everything in the row that takes the keyboard, in order."""
        inner = self.editor.findChildren(QWidget)
        takers = [
            one
            for one in inner
            # A combo box's list is a window of its own.
            if one.focusPolicy() & Qt.FocusPolicy.TabFocus and one.window() is self.label.window()
        ]
        return [*takers, self.reset]

    def forget(self) -> None:
        """Another block is shown: what was wrong with the last one's input is past."""
        self._complain("")

    def _followed(self, block: Any, project: Project) -> tuple[Any, str]:
        """What an unset field comes to, and whom it follows, in words."""
        if self.spec.follows == "classes":
            return project.classes, f"follows the {project.classes} classes of {project.data.title}"
        if self.spec.follows:
            return getattr(block, self.spec.follows), f"follows {self.spec.follows}"
        return None, "not set"

    def _reset_button(self) -> IconButton:
        if self.spec.default is None and self.spec.follows:
            words = f"let it follow {self.spec.follows} again"
        else:
            words = f"back to {value_text(self.spec.default)}"
        button = IconButton("", f"{self.spec.title}: {words}", BUTTON, 30)
        button.clicked.connect(self._reset)
        return button

    def _reset(self) -> None:
        self._complain("")
        self.finished.emit()  # what was typed before is a step of its own
        self.edited.emit(self.spec.name, self.spec.default)
        self.finished.emit()

    def _complain(self, why: str) -> None:
        if why == self.complaint:
            return
        self.complaint = why
        if self._marked is not None:
            self._mark(self._marked, "")
        self._marked = self._typed_in() if why else None
        if self._marked is not None:
            self._mark(self._marked, why)
        self._show_note()

    def _typed_in(self) -> QWidget:
        """The control that is being typed in: of a pair it may be the second."""
        focused = QApplication.focusWidget()
        inside = focused is not None and self.editor.isAncestorOf(focused)
        return focused if inside and focused is not None else self.editor.first()

    def _mark(self, field: QWidget, why: str) -> None:
        """Paint a control as wrong and tell screen readers why; or, without a reason, as right."""
        field.setProperty("invalid", "true" if why else "false")
        field.setAccessibleDescription(why or self._help)
        field.style().unpolish(field)
        field.style().polish(field)

    def _show_note(self) -> None:
        look = "error" if self.complaint else "faint"
        if self.note.property("look") != look:
            self.note.setProperty("look", look)
            self.note.style().unpolish(self.note)
            self.note.style().polish(self.note)
        self.note.setText(self.complaint or self._hint)
        self.note.setVisible(bool(self.note.text()))
