"""Every problem of the design, with its ways out."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QScrollArea, QVBoxLayout, QWidget

from core.problems import Problem
from core.project import label
from gui.design.field_form import clear
from gui.design.problem_note import ProblemNote
from gui.document import Document
from gui.widgets.labels import styled


class ProblemList(QScrollArea):
    """A note for each problem, with a way to the block it is about."""

    def __init__(self, document: Document) -> None:
        super().__init__()
        self._document = document
        self._shown: tuple[Problem, ...] | None = None
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName("Problems of the design")
        inner = QWidget()
        inner.setProperty("look", "panel")
        self._lines = QVBoxLayout(inner)
        self._lines.setContentsMargins(12, 8, 12, 12)
        self._lines.setSpacing(8)
        self._lines.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.setWidget(inner)
        document.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the problems there are now."""
        problems = self._document.analysis.problems
        if problems == self._shown:
            for note in self.findChildren(ProblemNote):
                note.show_problems(note.problems)
            return
        self._shown = problems
        clear(self._lines)
        if not problems:
            calm = styled("No problems: this design can be trained.", "muted")
            self._lines.addWidget(calm)
        for problem in problems:
            self._lines.addWidget(self._entry(problem))

    def _entry(self, problem: Problem) -> QWidget:
        entry = QWidget()
        lines = QVBoxLayout(entry)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(0)
        if problem.path is not None:
            path = problem.path
            place = QPushButton(label(self._document.project, path))
            place.setProperty("look", "link")
            place.setToolTip("Select this block")
            place.clicked.connect(lambda: self._document.select((path,)))
            lines.addWidget(place, 0, Qt.AlignmentFlag.AlignLeft)
        note = ProblemNote(self._document, with_reason=True)
        note.show_problems((problem,))
        lines.addWidget(note)
        return entry
