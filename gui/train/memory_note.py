"""What training takes of the device's memory, under the batch size; the way out where too much."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from core.fixes import apply_fix
from core.memory import fits, memory_words
from core.problems import Fix
from core.words import uncapitalised
from gui.document import Document
from gui.theme import theme
from gui.widgets.labels import styled


class MemoryNote(QWidget):
    """A line of words, and a button with the batch size that fits where this one does not."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._fix: Fix | None = None
        self.words = styled("", "muted")
        self.words.setFont(theme().font("small"))
        self.words.setWordWrap(True)
        self.words.setToolTip(
            "Weights, gradients, what the optimiser remembers, and what all blocks make of the "
            "pictures of a step. An estimate, within about a third."
        )
        self.fix = QPushButton()
        self.fix.clicked.connect(self._carry_out)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 0, 0, 8)
        lines.setSpacing(4)
        lines.addWidget(self.words)
        lines.addWidget(self.fix, 0, Qt.AlignmentFlag.AlignLeft)
        document.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show what the plan takes now."""
        document = self._document
        analysis = document.analysis
        self.words.setVisible(analysis.trainable_as_is)
        self._fix = None
        if analysis.trainable_as_is:
            fitting = fits(document.project, document.device)
            self._say(memory_words(document.project, document.device), fitting)
            found = (*analysis.problems, *analysis.muted)
            problem = next((p for p in found if p.code == "memory"), None)
            if problem is not None and problem.fixes:
                self._fix = problem.fixes[0]
                self.fix.setText(self._fix.label)
                self.fix.setToolTip(problem.reason)
        self.fix.setVisible(self._fix is not None)

    def _say(self, words: str, fitting: bool) -> None:
        self.words.setText(words if fitting else f"Does not fit: {words}")
        look = "muted" if fitting else "error"
        if self.words.property("look") != look:
            self.words.setProperty("look", look)
            self.words.style().unpolish(self.words)
            self.words.style().polish(self.words)

    def _carry_out(self) -> None:
        if self._fix is None:
            return
        project = self._document.project
        text = uncapitalised(self._fix.label)
        self._document.edit(text, apply_fix(project, self._fix))
