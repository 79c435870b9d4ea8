"""The notes under cards where something is wrong, and the one below the last card."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from core.problems import Problem
from core.project import Path
from gui.design.faces import visible_path
from gui.design.problem_note import ProblemNote
from gui.document import Document


class Notes:
    """Notes by the card they stand under; a collapsed container has those of what it holds.

    Attributes:
        end: What is wrong with the whole design.
    """

    def __init__(self, document: Document, parent: QWidget) -> None:
        self._document = document
        self._parent = parent
        self._notes: dict[Path, ProblemNote] = {}
        self._folded = False
        self.end = ProblemNote(document, parent=parent)
        self.end.hide()

    def get(self, path: Path) -> ProblemNote | None:
        """The note under a card, if it is shown there."""
        return None if self._folded else self._notes.get(path)

    def fold(self, folded: bool) -> None:
        """Leave the notes out, or show them again; the signs on the cards stay."""
        self._folded = folded
        for note in self._notes.values():
            note.setVisible(not folded)

    def show(self) -> None:
        """Show what is wrong with the document's project now."""
        by_path: dict[Path, list[Problem]] = {}
        whole = []
        for problem in self._document.analysis.problems:
            if problem.path is not None:
                path = visible_path(self._document.project, problem.path)
                by_path.setdefault(path, []).append(problem)
            elif problem.code != "empty":  # the empty loom teaches that better
                whole.append(problem)
        for path in self._notes.keys() - by_path.keys():
            note = self._notes.pop(path)
            note.hide()
            note.setParent(None)
            note.deleteLater()
        for path, problems in by_path.items():
            if path not in self._notes:
                self._notes[path] = ProblemNote(self._document, parent=self._parent)
            self._notes[path].show_problems(problems)
            self._notes[path].setVisible(not self._folded)
        self.end.show_problems(whole)
        self.end.setVisible(bool(whole))
