"""Every problem of the design, with its ways out."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from core.library_uses import Use
from core.problems import WARNINGS, Problem
from core.project import label
from core.words import capitalised
from gui.design.library.offers import Offers
from gui.design.problem_note import ProblemNote
from gui.document import Document
from gui.widgets.buttons import link
from gui.widgets.clearing import clear
from gui.widgets.labels import styled


class ProblemList(QScrollArea):
    """A note for each problem, with a way to the block it is about."""

    def __init__(self, document: Document, offers: Offers | None = None) -> None:
        super().__init__()
        self._document = document
        self._offers = offers
        self._shown: tuple[object, ...] | None = None
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
        analysis = self._document.analysis
        problems, muted = analysis.problems, analysis.muted
        updates = self._offers.updates if self._offers is not None else ()
        news = tuple((use, len(self._offers.like(use))) for use in updates if self._offers)
        shown = (problems, muted, self._document.project.muted, news)
        if shown == self._shown:
            for note in self.findChildren(ProblemNote):
                note.show_problems(note.problems)
            return
        self._shown = shown
        clear(self._lines)
        if not problems:
            calm = styled("No problems: this design can be trained.", "muted")
            self._lines.addWidget(calm)
        for problem in problems:
            self._lines.addWidget(self._entry(problem))
        for use in updates:
            self._lines.addWidget(self._offer(use))
        if self._document.project.muted:
            self._lines.addWidget(self._muted(muted))

    def _entry(self, problem: Problem) -> QWidget:
        entry = QWidget()
        lines = QVBoxLayout(entry)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(0)
        if problem.path is not None:
            path = problem.path
            place = link(label(self._document.project, path), "Select this block")
            place.clicked.connect(lambda: self._document.select((path,)))
            lines.addWidget(place, 0, Qt.AlignmentFlag.AlignLeft)
        note = ProblemNote(self._document, with_reason=True)
        note.show_problems((problem,))
        lines.addWidget(note)
        return entry

    def _offer(self, use: Use) -> QWidget:
        """What the library offers to all uses of one of its blocks."""
        assert self._offers is not None
        box = QFrame()
        box.setProperty("look", "note-info")
        lines = QVBoxLayout(box)
        lines.setContentsMargins(16, 8, 12, 10)
        lines.addWidget(self._offers.row(use, listed=True))
        return box

    def _muted(self, muted: tuple[Problem, ...]) -> QWidget:
        """Every kind that the project mutes, with the way back."""
        codes = self._document.project.muted
        box = QWidget()
        lines = QVBoxLayout(box)
        lines.setContentsMargins(0, 8, 0, 0)
        lines.setSpacing(0)
        lines.addWidget(styled("Muted in this project", "muted"))
        for code in codes:
            now = sum(problem.code == code for problem in muted)
            words = f"{WARNINGS.get(code, code)} ({now:,} now): show again"
            back = link(capitalised(words), "Warnings of this kind are shown again")
            back.clicked.connect(lambda _=False, code=code: self._unmute({code}))
            lines.addWidget(back, 0, Qt.AlignmentFlag.AlignLeft)
        if len(codes) > 1:
            every = link("Show all again", "All kinds muted in this project are shown again")
            every.clicked.connect(lambda: self._unmute(set(codes)))
            lines.addWidget(every, 0, Qt.AlignmentFlag.AlignLeft)
        return box

    def _unmute(self, codes: set[str]) -> None:
        project = self._document.project
        muted = tuple(code for code in project.muted if code not in codes)
        self._document.edit("show muted warnings", project.changed(muted=muted))
