"""Sequences of edits, drawn at random, through the real document and the real page.

Whatever was done: undo to the start gives the project that was there, redo the one that was left,
the page shows what a new page would, the file reads back equal, blocks pasted elsewhere are equal,
and what we say of the design is what Keras says.  ``python -m tests.properties`` draws thousands.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import Phase, event, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QCoreApplication, QEvent, Qt

from core.project import Project
from core.project_file import load_project
from gui.design.actions import Actions
from gui.design.page import DesignPage
from gui.document import Document
from tests import strategies
from tests.properties.hand import Hand
from tests.properties.keras_word import Verdict, ask_keras
from tests.properties.view import described, difference

SEQUENCES = int(os.environ.get("LAYERLOOM_SEQUENCES", "0"))
"""How many sequences to draw; 0: the few that the suite has time for."""
PHASES = (Phase.explicit, Phase.generate) if "LAYERLOOM_UNSHRUNK" in os.environ else tuple(Phase)
"""Shrinking a failing sequence to its least can take minutes."""
LONGEST = 14
"""Acts in a sequence."""

History = dict[int, Project]
"""The project at each step of the undo stack."""


class Opened(NamedTuple):
    """A page on a document of its own."""

    document: Document
    page: DesignPage

    def close(self) -> None:
        self.page.hide()
        self.page.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def opened(project: Project, drawer: int) -> Opened:
    """Show a project, a tab of the drawer open (none for −1)."""
    document = Document(project)
    page = DesignPage(document)
    page.resize(1280, 800)
    page.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
    page.setUpdatesEnabled(False)  # painting takes most of the time, and nobody looks
    page.show()
    if drawer >= 0:
        page.drawer.show_tab(drawer)
    settle()
    return Opened(document, page)


def settle() -> None:
    """Let Qt do what it has put off."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QCoreApplication.processEvents()


def edited(data: st.DataObject, shown: Opened, file: Path) -> History:
    """Edit at random; returns the project at each step of the undo stack."""
    document = shown.document
    hand = Hand(data, document, shown.page.inspector, file)
    history = {0: document.project}
    for _ in range(data.draw(st.integers(1, LONGEST))):
        before = document.undo_stack.index()
        hand.act()
        settle()
        at = document.undo_stack.index()
        if at > before or document.undo_stack.count() == at:
            history[at] = document.project
        assert history[at] == document.project
        if document.clean and hand.saved is not None:
            assert document.project == hand.saved == load_project(file)
    return history


def go(document: Document, step: Callable[[], None], may: Callable[[], bool], history: History):
    """Undo, or redo, as far as it goes; each step gives what was there then."""
    while may():
        step()
        assert document.project == history[document.undo_stack.index()]


def fresh_view(shown: Opened, drawer: int) -> dict[str, list[Any]]:
    """What a new page shows of the same project and selection."""
    fresh = opened(shown.document.project, drawer)
    fresh.document.select(shown.document.selection)
    settle()
    try:
        return described(fresh.page)
    finally:
        fresh.close()


def check_view(shown: Opened, expected: dict[str, list[Any]]) -> None:
    """The page that followed every edit shows what a new one shows, and can paint it."""
    settle()
    assert difference(described(shown.page), expected) == ""
    shown.page.loom.surface.grab()


def check_file(project: Project, file: Path) -> None:
    """What is saved reads back equal."""
    Document(project).save(file)
    assert load_project(file) == project


def check_copy(project: Project) -> None:
    """All blocks, copied as text and pasted into an empty design, are equal."""
    source, target = Document(project), Document(Project())
    Actions(source).select_all()
    if Actions(source).copy():
        Actions(target).paste()
    assert target.project.stack == project.stack


@pytest.mark.keras
@pytest.mark.timeout(0)
@pytest.mark.filterwarnings("ignore:You are using a softmax over axis")
@settings(max_examples=SEQUENCES or 120, phases=PHASES)
@given(data=st.data(), drawn=strategies.stacks(longest=4), drawer=st.integers(-1, 2))
def test_after_any_edits(qapp, data, drawn, drawer) -> None:
    picture, stack = drawn
    qapp.clipboard().clear()
    shown = opened(Project(input=picture, stack=stack), drawer)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "drawn.layerloom"
        try:
            before = described(shown.page)
            history = edited(data, shown, file)
            project, selection = shown.document.project, shown.document.selection
            after = fresh_view(shown, drawer)
            check_view(shown, after)
            stack = shown.document.undo_stack
            reached = stack.index()
            go(shown.document, stack.undo, stack.canUndo, history)
            assert (stack.index(), shown.document.project) == (0, history[0])
            shown.document.select(())
            check_view(shown, before)
            go(shown.document, stack.redo, stack.canRedo, history)
            stack.setIndex(reached)
            assert shown.document.project == project
            shown.document.select(selection)
            check_view(shown, after)
        finally:
            shown.close()
        check_file(project, file)
    check_copy(project)
    verdict = ask_keras(project)
    event(f"Keras: {verdict.value}")
    COUNTS[verdict] += 1
    drawn_so_far = sum(COUNTS.values())
    if SEQUENCES and drawn_so_far % 100 == 0:
        words = ", ".join(f"{count} Keras {which.value}" for which, count in COUNTS.items())
        print(f"{drawn_so_far} sequences: {words}", file=sys.__stderr__, flush=True)


COUNTS = dict.fromkeys(Verdict, 0)
"""How often Keras was asked, and what it said."""
