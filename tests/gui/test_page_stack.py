"""Pages are built in several turns of the event loop, or at once when they are asked for."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from core.project_file import starter
from gui.document import Document
from gui.engine_link import EngineLink
from gui.frame.page_stack import PageStack
from gui.frame.pages import PAGES, PageSpec, Parts
from gui.train.session import TrainingSession
from gui.widgets.by_parts import ByParts

PIECES = 4


class Slow(QWidget, ByParts):
    """A page of four parts, and two things to do ahead."""

    state_changed = Signal()
    state = "ready"

    def __init__(self, whole: bool = True) -> None:
        super().__init__()
        self.lines = QVBoxLayout(self)
        self.foreseen = 0
        self.build_by(self._build(), whole)

    def _build(self):
        for number in range(PIECES):
            self.lines.addWidget(QLabel(str(number)))
            yield

    def ahead(self):
        for _ in range(2):
            self.foreseen += 1
            yield


@pytest.fixture
def stack(qtbot):
    specs = [
        PageSpec(key, key.title(), "design", lambda _parts: Slow(whole=False))
        for key in ("first", "second", "third")
    ]
    stack = PageStack(specs, None)
    qtbot.addWidget(stack)
    return stack


def labels(stack) -> int:
    return len(stack.findChildren(QLabel))


def test_what_is_made_alone_is_whole(qtbot):
    page = Slow()
    qtbot.addWidget(page)
    assert page.lines.count() == PIECES


def test_pages_behind_the_first_come_in_many_turns(stack, qtbot):
    stack.show_page("first")
    assert labels(stack) == PIECES
    seen = []
    stack._next.timeout.connect(lambda: seen.append(labels(stack)))
    with qtbot.waitSignal(stack.completed):
        stack.build_all()
    assert set(seen) >= set(range(PIECES, 3 * PIECES + 1))  # never two parts in a turn
    assert stack.built_page("third") is not None


def test_a_page_that_is_asked_for_is_finished_at_once(stack, qtbot):
    stack.show_page("first")
    built = []
    stack.built.connect(built.append)
    for _ in range(3):
        stack._build("second")
    assert stack.built_page("second") is None
    assert stack.currentIndex() == 0
    page = stack.show_page("second")
    assert page.lines.count() == PIECES
    assert stack.currentWidget().isAncestorOf(page)
    assert built == ["second"]
    with qtbot.waitSignal(stack.completed):
        stack.build_all()
    assert built == ["second", "third"]


def test_what_may_be_done_ahead_comes_last(stack, qtbot):
    pages = [stack.show_page(key) for key in ("first", "second", "third")]
    with qtbot.waitSignal(stack.completed):
        stack.build_all()
    qtbot.waitUntil(lambda: [page.foreseen for page in pages] == [2, 2, 2])


@pytest.mark.parametrize("spec", PAGES, ids=lambda spec: spec.key)
def test_every_page_has_several_parts(spec, qtbot, engine):
    document = Document(starter())
    session = TrainingSession(document, engine)
    pictures = EngineLink(program="/bin/sh", arguments=("-c", "cat >/dev/null"))
    page = spec.make(Parts(document, engine, pictures, lambda: session))
    qtbot.addWidget(page)
    parts = 0
    while page.build_part():
        parts += 1
    assert parts >= 3
    pictures.close()
    qtbot.waitUntil(lambda: pictures.state == "closed")
