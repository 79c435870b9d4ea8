"""One format's row: what it is, what the proof found, and its button."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from core.engine.events import Exported
from gui.export.jobs import Job
from gui.theme import theme
from gui.widgets.figures import data_size, figure, percent
from gui.widgets.labels import styled

if TYPE_CHECKING:
    from core.export.formats import Format

TITLES = ("Format", "Largest difference", "Same answer", "Accuracy", "Size", "Proof", "")
TIPS = {
    "Largest difference": "Of any probability, against the trained model on the same pictures",
    "Same answer": "Share of the pictures that both give the same class",
    "Accuracy": "Of the exported file, on held-out pictures",
    "Proof": "What a clean process found when it opened the exported file",
}
FIGURES = range(1, 5)
"""Columns with figures."""


class ExportRow:
    """The widgets of one row, placed in the table's grid."""

    def __init__(self, entry: Format, grid: QGridLayout, row: int) -> None:
        self.entry = entry
        self.figures = [_figure() for _ in FIGURES]
        self.proof = styled("")
        self.proof.setWordWrap(True)
        self.proof.setMinimumWidth(150)
        self.button = QPushButton("Export…")
        self.button.setAccessibleName(f"Export {entry.title}")
        # As wide whatever it says, else the whole table moves when an export begins.
        self.button.setMinimumWidth(84)
        grid.addWidget(self._name(), row, 0)
        for column, label in zip(FIGURES, self.figures, strict=True):
            grid.addWidget(label, row, column)
        grid.addWidget(self.proof, row, 5)
        grid.addWidget(self.button, row, 6)

    def _name(self) -> QWidget:
        title = styled(f"{self.entry.title}  ")
        title.setFont(theme().font("strong"))
        about = styled(self.entry.description, "muted")
        about.setFont(theme().font("small"))
        about.setWordWrap(True)
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 8, 0, 8)
        column.setSpacing(0)
        column.addWidget(title)
        column.addWidget(about)
        return box

    def show_job(self, job: Job | None) -> None:
        """Show where its export stands."""
        result = job.result if job is not None and job.state == "done" else None
        for label, text in zip(self.figures, figures_of(result), strict=True):
            label.setText(text)
        text, look = proof_words(job)
        self.proof.setText(text)
        if self.proof.property("look") != look:
            self.proof.setProperty("look", look)
            self.proof.style().unpolish(self.proof)
            self.proof.style().polish(self.proof)
        busy = job is not None and job.state in ("waiting", "running", "cancelling")
        self.button.setText("Cancel" if busy else "Export…")
        name = "Cancel the export" if busy else f"Export {self.entry.title}"
        self.button.setAccessibleName(name)


def figures_of(result: Exported | None) -> tuple[str, str, str, str]:
    """Largest difference, same answer, accuracy, size; empty where there is nothing to tell."""
    if result is None:
        return "", "", "", ""
    size = data_size(result.bytes)
    if result.pictures == 0:
        return "", "", "", size
    accuracy = percent(result.test_accuracy, 2) if result.test_accuracy is not None else ""
    return figure(result.largest_difference), percent(result.agreement), accuracy, size


def proof_words(job: Job | None) -> tuple[str, str]:
    """What the proof column says, and its look."""
    if job is None:
        return "not exported yet", "faint"
    if job.state == "failed" and job.failure is not None:
        return f"✕ {job.failure.message}", "error"
    if job.state == "done" and job.result is not None:
        same = job.result.pictures == 0 or job.result.agreement == 1.0
        return f"{'✓' if same else '▲'} {job.result.message}", "success" if same else "warning"
    return f"{job.doing}", "muted"


def _figure() -> QLabel:
    label = styled("")
    label.setFont(theme().font("mono_small"))
    label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    return label
