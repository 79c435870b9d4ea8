"""All fields of the selected blocks, the rarely used ones folded away."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QToolButton, QVBoxLayout, QWidget

from core.blocks import Block
from core.project import Project
from gui.design.field_row import FieldRow
from gui.design.fields import FieldSpec, field_specs
from gui.widgets.clearing import clear
from gui.widgets.figures import count

AT_ONCE = 3
"""Rows made in one part; each takes a millisecond."""


def shared_specs(kinds: tuple[type[Block], ...]) -> tuple[FieldSpec, ...]:
    """The fields that all these kinds have, with the same type; names are no common matter."""
    first, *others = kinds
    if not others:
        return field_specs(first)
    known = [{spec.name: str(spec.annotation) for spec in field_specs(kind)} for kind in others]
    return tuple(
        spec
        for spec in field_specs(first)
        if spec.name != "name" and all(m.get(spec.name) == str(spec.annotation) for m in known)
    )


class FieldForm(QWidget):
    """Rows for fields; built anew only when other kinds are shown.

    Signals:
        edited: A field was given an allowed value: name and value.
        finished: The user left a field.
        rebuilt: There are other rows now.
    """

    edited = Signal(str, object)
    finished = Signal()
    rebuilt = Signal()

    def __init__(self, named: bool = True) -> None:
        """Prepare.

        Args:
            named: Whether the block's name is a field too.
        """
        super().__init__()
        self._named = named
        self.rows: dict[str, FieldRow] = {}
        self._kinds: tuple[type[Block], ...] = ()
        self._unfolded = False
        self._lines = QVBoxLayout(self)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(4)
        self._more: QWidget | None = None
        self.fold: QToolButton | None = None

    def show_blocks(self, blocks: tuple[Block, ...], project: Project, other: bool) -> None:
        """Show these blocks' fields.

        Args:
            blocks: The blocks edited together.
            project: Where they stand.
            other: Whether these are other blocks than before.
        """
        kinds = tuple(dict.fromkeys(type(block) for block in blocks))
        if kinds != self._kinds:
            for _part in self.build(kinds):
                pass  # at once
            self.rebuilt.emit()
        multiple = len(blocks) > 1
        for name, row in self.rows.items():
            if name == "name":
                row.set_visible(self._named and not multiple)
            if other:
                row.forget()
            row.show_blocks(blocks, project)

    def stops(self) -> list[QWidget]:
        """Everything that takes the keyboard, in the order shown."""
        plain = [row for row in self.rows.values() if not row.spec.advanced]
        advanced = [row for row in self.rows.values() if row.spec.advanced]
        fold = [self.fold] if self.fold is not None else []
        return [
            *(stop for row in plain for stop in row.stops()),
            *fold,
            *(stop for row in advanced for stop in row.stops()),
        ]

    def focus_first(self) -> bool:
        """Give the keyboard to the first field; returns whether there is one."""
        for row in self.rows.values():
            if not row.spec.advanced:
                row.editor.first().setFocus()
                return True
        return False

    def focus_field(self, name: str) -> None:
        """Give the keyboard to a field, unfolding it if need be."""
        row = self.rows.get(name)
        if row is None:
            return
        if row.spec.advanced and self.fold is not None:
            self.fold.setChecked(True)
        row.editor.first().setFocus()

    def build(self, kinds: tuple[type[Block], ...]) -> Iterator[None]:
        """Make the rows for these kinds, pausing where a turn of the event loop may end."""
        self._kinds = kinds
        clear(self._lines)
        self.rows, self._more, self.fold = {}, None, None
        specs = shared_specs(kinds)
        plain = [spec for spec in specs if not spec.advanced]
        advanced = [spec for spec in specs if spec.advanced]
        holder = self._add_holder()
        yield from self._add_rows(holder, plain)
        if advanced:
            more = self._add_fold(len(advanced))
            yield from self._add_rows(more, advanced)

    def _add_holder(self) -> QWidget:
        holder = QWidget()
        self._lines.addWidget(holder)  # before it is filled: Qt styles all that it holds anew
        grid = QGridLayout(holder)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(3)
        grid.setColumnStretch(1, 1)
        return holder

    def _add_rows(self, holder: QWidget, specs: list[FieldSpec]) -> Iterator[None]:
        grid = holder.layout()
        assert isinstance(grid, QGridLayout)
        for place, spec in enumerate(specs):
            row = FieldRow(spec, holder)
            row.place(grid, place)
            row.edited.connect(self.edited)
            row.finished.connect(self.finished)
            self.rows[spec.name] = row
            if place % AT_ONCE == AT_ONCE - 1:
                yield

    def _add_fold(self, fields: int) -> QWidget:
        """The button that unfolds the rarely used fields, and the holder for them."""
        fold = QToolButton()
        fold.setCheckable(True)
        fold.setProperty("look", "quiet")
        fold.setStyleSheet("QToolButton { padding: 4px 8px 4px 0; }")
        fold.setAccessibleName(count(fields, "more field"))
        self._lines.addWidget(fold)
        more = self._add_holder()
        fold.toggled.connect(lambda on: self._unfold(fold, more, on))
        self.fold, self._more = fold, more
        fold.setChecked(self._unfolded)
        self._unfold(fold, more, self._unfolded)
        return more

    def _unfold(self, fold: QToolButton, more: QWidget, on: bool) -> None:
        self._unfolded = on
        more.setVisible(on)
        fold.setText(f"{'▾' if on else '▸'}  {fold.accessibleName().capitalize()}")
