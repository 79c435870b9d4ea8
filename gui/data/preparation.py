"""How pictures are prepared for the model: the Input block's fields, with what would suit them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QVBoxLayout, QWidget

from core.data.preparation import with_suggestion
from core.data.source import Folder
from gui.data.desk import DataDesk
from gui.design.field_form import FieldForm
from gui.design.look import section_font
from gui.design.wording import value_text
from gui.widgets.labels import styled


class Suggested(QWidget):
    """The preparation that would suit the pictures; hidden while the project has it."""

    def __init__(self, desk: DataDesk, after: QWidget) -> None:
        """Prepare.

        Args:
            desk: Whose report suggests something.
            after: Takes the keyboard once the suggestion is taken and this is gone.
        """
        super().__init__()
        self._desk = desk
        self._after = after
        self.why = styled("", "muted")
        self.why.setWordWrap(True)
        self.take = QPushButton()
        self.take.clicked.connect(self._take)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(section("Suggested preparation"))
        column.addWidget(self.why)
        column.addWidget(self.take, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(line())

    def refresh(self) -> None:
        """Show the scan's suggestion, if the project does otherwise."""
        report, project = self._desk.report, self._desk.document.project
        suggestion = report.suggestion if report is not None else None
        fits = suggestion is None or with_suggestion(project, suggestion) == project
        self.setVisible(not fits)
        if suggestion is None:
            return
        self.why.setText(suggestion.why)
        colour = "grey" if suggestion.channels == 1 else "colour"
        words = f"{suggestion.width} × {suggestion.height}, {colour}, {suggestion.fit}"
        self.take.setText(f"Use {words}")
        self.take.setAccessibleName(f"Use the suggested preparation: {words}")

    def _take(self) -> None:
        report, document = self._desk.report, self._desk.document
        if report is not None and report.suggestion is not None:
            self._after.setFocus(Qt.FocusReason.OtherFocusReason)
            after = with_suggestion(document.project, report.suggestion)
            document.edit("use the suggested preparation", after)


class Preparation(QWidget):
    """Size, colours, rescaling and fit, undoable field by field."""

    def __init__(self, desk: DataDesk) -> None:
        super().__init__()
        self._desk = desk
        self._round = 0
        self.why = styled("", "muted")
        self.why.setWordWrap(True)
        self.form = FieldForm(named=False)  # the Design page names blocks
        self.form.edited.connect(self._apply)
        self.form.finished.connect(self._next_round)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.why)
        column.addWidget(self.form)
        self.measure = QPushButton("Measure mean and deviation")
        self.measure.setToolTip("Over your training pictures, so that standardise fits them")
        self.measure.clicked.connect(desk.measure)
        column.addWidget(self.measure, 0, Qt.AlignmentFlag.AlignLeft)

    def build(self) -> Iterator[None]:
        """Make the fields part by part, before they are first shown."""
        yield from self.form.build((type(self._desk.document.project.input),))

    def refresh(self) -> None:
        """Show the project's preparation as it is now."""
        project = self._desk.document.project
        own = isinstance(project.data, Folder)
        self.form.show_blocks((project.input,), project, other=False)
        for name in ("height", "width", "channels", "fit"):
            if name in self.form.rows:
                self.form.rows[name].set_visible(own)
        self.measure.setVisible(own and project.input.rescale == "standardise")
        self.measure.setEnabled(self._desk.job is None)
        self.why.setVisible(not own)
        if not own:
            height, width, channels = project.input.shape
            size = f"{width} × {height}, {'grey' if channels == 1 else 'colour'}"
            self.why.setText(f"{project.data.title} is used at its own size: {size}.")

    def _apply(self, name: str, value: Any) -> None:
        document = self._desk.document
        changed = document.project.input.changed(**{name: value})
        after = document.project.changed(input=changed)
        text = f"set {name} to {value_text(value)}"
        document.edit(text, after, merge=f"data:{name}:{self._round}")

    def _next_round(self) -> None:
        """What is typed from now on is a step of its own."""
        self._round += 1


def section(text: str) -> QLabel:
    """A small heading."""
    label = styled(text.upper(), "muted")
    label.setFont(section_font())
    return label


def line() -> QFrame:
    """A hairline between sections."""
    between = QFrame()
    between.setProperty("look", "line")
    return between
