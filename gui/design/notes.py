"""The notes under cards where something is wrong, and the one below the last card."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from core.library_uses import Use
from core.problems import Problem
from core.project import Path
from gui.design.faces import visible_path
from gui.design.library.offers import Offers
from gui.design.problem_note import ProblemNote
from gui.document import Document

MOST_OFFERS = 12
"""Uses of library blocks that get a note under their cards; more would only repeat it.  The list of
problems counts all of them, and the inspector speaks of any that is selected."""


class Notes:
    """Notes by the card they stand under; a collapsed container has those of what it holds.

    Attributes:
        end: What is wrong with the whole design.
        offers: What the library offers to its uses; None without a library.
    """

    def __init__(self, document: Document, parent: QWidget) -> None:
        self._document = document
        self._parent = parent
        self._notes: dict[Path, ProblemNote] = {}
        self._folded = False
        self.end = ProblemNote(document, parent=parent)
        self.end.hide()
        self.offers: Offers | None = None

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
        offered = self._offered()
        wanted = by_path.keys() | offered.keys()
        for path in self._notes.keys() - wanted:
            note = self._notes.pop(path)
            note.hide()
            note.setParent(None)
            note.deleteLater()
        for path in wanted:
            if path not in self._notes:
                self._notes[path] = ProblemNote(self._document, parent=self._parent)
            self._notes[path].show_problems(by_path.get(path, []))
            self._notes[path].show_offer(offered.get(path), self.offers)
            self._notes[path].setVisible(not self._folded)
        self.end.show_problems(whole)
        self.end.setVisible(bool(whole))

    def _offered(self) -> dict[Path, Use]:
        """The uses to speak of, by the card that stands for them; the outermost first."""
        found: dict[Path, Use] = {}
        for use in self.offers.open[:MOST_OFFERS] if self.offers is not None else ():
            found.setdefault(visible_path(self._document.project, use.path), use)
        return found
