"""What can be compared: the design on screen, its earlier states, runs, templates, files."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QMenu, QPushButton, QWidget

from core.compare import Subject, open_subject
from core.project_file import SUFFIX, load_template, template_names
from core.words import capitalised
from gui.document import Document
from gui.widgets.figures import percent
from gui.widgets.window import folders_of

if TYPE_CHECKING:
    from core.training.run import RunInfo

MOST_STATES = 40
MOST_RUNS = 40
ON_SCREEN = "The design on screen"


class Source(NamedTuple):
    """Something to compare, not yet read.

    Attributes:
        title: What to call it.
        load: Reads it; raises `core.project_file.ProjectError`.  Called off the window's thread.
        live: Whether it is the design on screen, which may change at any time.
    """

    title: str
    load: Callable[[], Subject]
    live: bool = False


def on_screen(document: Document) -> Source:
    """The design on screen, whatever it is when it is asked for."""
    return Source(ON_SCREEN, lambda: Subject(ON_SCREEN, document.project), live=True)


def states(document: Document) -> list[Source]:
    """Earlier and later states of the undo history, the newest first."""
    found = []
    for number, (words, project) in enumerate(document.states()):
        title = f"{capitalised(words)} (step {number})" if number else words
        found.append(Source(title, lambda title=title, project=project: Subject(title, project)))
    return found[::-1][:MOST_STATES]


def of_file(path: Path) -> Source:
    """A project file or a run folder."""
    return Source(path.name, lambda: open_subject(str(path)))


def of_template(name: str) -> Source:
    """A project that comes with Layerloom."""
    return Source(f"Template {name}", lambda: Subject(f"Template {name}", load_template(name)))


def of_run_info(info: RunInfo) -> Source:
    """A run that has been read."""
    title = run_words(info)
    return Source(title, lambda: Subject(title, info.project, info))


def run_words(info: RunInfo) -> str:
    """A run in a line: ``MNIST starter · 24 Nov, 04:12 · 98.93 %``."""
    outcome = "interrupted" if info.interrupted else info.state.outcome
    how = percent(info.report.test_accuracy, 2) if info.report is not None else outcome
    return " · ".join(filter(None, (info.project.name, _when(info.path.name), how)))


def _when(folder: str) -> str:
    """When a run was begun, from its folder's name; empty where that is no time."""
    if not re.match(r"\d{8}-\d{6}", folder):
        return ""
    begun = datetime.strptime(folder[:15], "%Y%m%d-%H%M%S")
    return f"{begun.day} {begun:%b, %H:%M}"


class SourceButton(QPushButton):
    """Shows what is compared; pressed, it offers everything that could be.

    Signals:
        chosen: Another source.
    """

    chosen = Signal(object)

    def __init__(self, side: str, document: Document, recent: Callable[[], list[str]]) -> None:
        """Make a button.

        Args:
            side: Which of the two: ``Before`` or ``After``.
            document: The document on screen.
            recent: Paths of the recent projects.
        """
        super().__init__()
        self._side = side
        self._document = document
        self._recent = recent
        self.runs: list[RunInfo] = []
        self.source: Source | None = None
        self.dialog: QFileDialog | None = None
        self.choices = QMenu(self)
        self.choices.aboutToShow.connect(self._fill)
        self.setMenu(self.choices)
        self.setMinimumWidth(200)
        self.show_source(None)

    def show_source(self, source: Source | None) -> None:
        """Show what is compared."""
        self.source = source
        words = source.title if source is not None else "Choose…"
        shown = self.fontMetrics().elidedText(words, Qt.TextElideMode.ElideMiddle, 300)
        self.setText(shown.replace("&", "&&"))
        self.setToolTip(words)
        self.setAccessibleName(f"{self._side}: {words}")

    def _fill(self) -> None:
        menu = self.choices
        menu.clear()
        self._offer(menu, on_screen(self._document))
        groups = (
            ("Undo &history", states(self._document), "Nothing was changed yet"),
            ("&Runs", [of_run_info(info) for info in self.runs[:MOST_RUNS]], "No run yet"),
            ("&Templates", [of_template(name) for name in template_names()], ""),
            ("R&ecent projects", [of_file(Path(one)) for one in self._recent()], "None yet"),
        )
        for title, sources, none in groups:
            inner = menu.addMenu(title)
            for source in sources:
                self._offer(inner, source)
            if not sources:
                inner.addAction(none).setEnabled(False)
        menu.addSeparator()
        menu.addAction("Project &file…").triggered.connect(lambda: self._ask(folder=False))
        menu.addAction("Run f&older…").triggered.connect(lambda: self._ask(folder=True))

    def _offer(self, menu: QMenu, source: Source) -> QAction:
        action = menu.addAction(source.title.replace("&", "&&"))
        action.triggered.connect(lambda _on=False: self.chosen.emit(source))
        return action

    def _ask(self, folder: bool) -> None:
        self.dialog = ask_file(self, folder, lambda path: self.chosen.emit(of_file(path)))


def ask_file(parent: QWidget, folder: bool, then: Callable[[Path], None]) -> QFileDialog:
    """Ask for a project file or a run folder."""
    folders = folders_of(parent)
    start = folders.get("open") or str(Path.home())
    title = "Compare with a run" if folder else "Compare with a project"
    dialog = QFileDialog(parent.window(), title, start, f"Layerloom projects (*{SUFFIX})")
    mode = QFileDialog.FileMode.Directory if folder else QFileDialog.FileMode.ExistingFile
    dialog.setFileMode(mode)
    dialog.fileSelected.connect(lambda name: then(Path(name)))
    dialog.open()
    return dialog
