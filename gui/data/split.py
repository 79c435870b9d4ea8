"""How the pictures are split into training, validation and test, and the share to change."""

from __future__ import annotations

from typing import Any

import msgspec
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from core.data.source import Folder
from gui.data.desk import DataDesk
from gui.data.preparation import section
from gui.design.field_row import FieldRow
from gui.design.fields import struct_specs
from gui.design.wording import value_text
from gui.widgets.labels import styled

BOTH = "The validation share and the seed are set on the Train page."
SEED = "The seed is set on the Train page."


class Split(QWidget):
    """What was understood, in a sentence, and the test share where the folder gives none."""

    def __init__(self, desk: DataDesk) -> None:
        super().__init__()
        self._desk = desk
        self._round = 0
        self.words = styled("")
        self.elsewhere = styled(BOTH, "muted")
        for label in (self.words, self.elsewhere):
            label.setWordWrap(True)
        spec = next(spec for spec in struct_specs(Folder) if spec.name == "test_share")
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setColumnStretch(1, 1)
        self.row = FieldRow(spec, self)
        self.row.place(grid, 0)
        self.row.edited.connect(self._apply)
        self.row.finished.connect(self._next_round)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(section("Split"))
        column.addWidget(self.words)
        column.addLayout(grid)
        column.addWidget(self.elsewhere)

    def refresh(self) -> None:
        """Show the present split."""
        source, report = self._desk.source, self._desk.report
        if not isinstance(source, Folder) or report is None:
            return
        self.words.setText(report.words)
        self.row.show_blocks((source,), self._desk.document.project)
        self.row.set_visible("test" in report.drawn)
        self.elsewhere.setText(BOTH if "validation" in report.drawn else SEED)
        self.elsewhere.setVisible(bool(report.drawn))

    def _apply(self, name: str, value: Any) -> None:
        source, document = self._desk.source, self._desk.document
        if isinstance(source, Folder):
            after = document.project.changed(data=msgspec.structs.replace(source, **{name: value}))
            text = f"set {name} to {value_text(value)}"
            document.edit(text, after, merge=f"data:{name}:{self._round}")

    def _next_round(self) -> None:
        """What is typed from now on is a step of its own."""
        self._round += 1
