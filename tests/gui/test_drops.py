"""Files dropped on the window: what is said of them, and what comes of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton

from gui.frame.drops import dropped
from gui.frame.notices import Notice
from gui.frame.pages import PAGES
from gui.widgets.dialog import Choice, ask


@pytest.fixture
def shown(open_window, qtbot):
    """A window on screen, with every page."""
    window = open_window(specs=PAGES)
    window.show_page("design")
    qtbot.waitUntil(lambda: window.windowHandle() is not None)
    window._drops.watch()
    return window


class Hand:
    """Files held over a place of the window, as the desktop tells Qt's window of them."""

    def __init__(self, window, *paths: Path, at: QPoint | None = None) -> None:
        self.handle = window.windowHandle()
        self.at = at or QPoint(50, 50)
        self.data = QMimeData()
        self.data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
        self.rest = (self.data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)

    def hold(self) -> bool:
        """Come to the place; returns whether a drop would be taken there."""
        entered = self.enter()
        both = Qt.DropAction.CopyAction | Qt.DropAction.MoveAction
        move = QDragMoveEvent(self.at, both, *self.rest)
        QApplication.sendEvent(self.handle, move)
        return entered and move.isAccepted()

    def enter(self) -> bool:
        """Come over the window, and no further."""
        both = Qt.DropAction.CopyAction | Qt.DropAction.MoveAction
        event = QDragEnterEvent(self.at, both, *self.rest)
        QApplication.sendEvent(self.handle, event)
        return event.isAccepted()

    def leave(self) -> None:
        QApplication.sendEvent(self.handle, QDragLeaveEvent())

    def let_go(self) -> QDropEvent:
        both = Qt.DropAction.CopyAction | Qt.DropAction.MoveAction
        event = QDropEvent(QPointF(self.at), both, *self.rest)
        QApplication.sendEvent(self.handle, event)
        return event


def notices(window) -> list[Notice]:
    return [notice for notice in window.findChildren(Notice) if notice.isVisible()]


def press(notice: Notice, words: str) -> None:
    (button,) = (one for one in notice.findChildren(QPushButton) if one.text() == words)
    button.click()


def test_a_folder_is_looked_at(shown, tmp_path, qtbot):
    hand = Hand(shown, tmp_path)
    assert hand.hold()
    event = hand.let_go()
    assert event.isAccepted()
    assert event.dropAction() == Qt.DropAction.CopyAction, "a folder is never moved"
    qtbot.waitUntil(lambda: shown.page_key == "data")
    qtbot.waitUntil(lambda: shown.page.desk.job is not None)
    assert shown.page.desk.job.command.path == str(tmp_path)


def test_a_folder_dropped_on_a_text_field_is_looked_at_too(shown, tmp_path, qtbot):
    field = next(one for one in shown.page.findChildren(QLineEdit) if one.isVisible())
    hand = Hand(shown, tmp_path, at=field.mapTo(shown, field.rect().center()))
    assert hand.hold()
    hand.let_go()
    qtbot.waitUntil(lambda: shown.page_key == "data")
    assert field.text() == ""


def test_what_a_drop_would_do_is_said_while_files_hang_over_the_window(shown, tmp_path):
    hand = Hand(shown, tmp_path)
    hand.hold()
    sign = shown._drops.sign
    assert sign.isVisible()
    assert tmp_path.name in sign.title.text()
    assert tmp_path.name in sign.accessibleName()
    hand.leave()
    assert not sign.isVisible()


def test_a_single_file_is_refused_in_words_and_its_folder_offered(shown, tmp_path, qtbot):
    path = tmp_path / "pets" / "cat.png"
    path.parent.mkdir()
    path.write_bytes(b"")
    for _ in range(2):  # the second time in place of the first
        hand = Hand(shown, path)
        assert hand.hold()
        hand.let_go()
        qtbot.waitUntil(lambda: len(notices(shown)) == 1)
    (notice,) = notices(shown)
    assert "“cat.png” is a single file" in notice.words.text()
    press(notice, "Look at “pets”")
    qtbot.waitUntil(lambda: shown.page_key == "data")
    assert shown.page.desk.job.command.path == str(path.parent)
    assert notices(shown) == []


def test_a_refusal_can_be_closed(shown, tmp_path, qtbot):
    hand = Hand(shown, tmp_path / "pets.tar.gz")
    hand.hold()
    hand.let_go()
    qtbot.waitUntil(lambda: len(notices(shown)) == 1)
    (notice,) = notices(shown)
    assert "Unpack it" in notice.words.text()
    press(notice, "Close")
    assert notices(shown) == []


def test_nothing_is_taken_while_a_question_is_open(shown, tmp_path):
    ask(shown, "Sure?", "Think.", [Choice("yes", "Yes", True)], lambda key: None)
    assert not Hand(shown, tmp_path).hold()
    assert not shown._drops.sign.isVisible()


def test_what_is_no_file_is_left_to_the_widgets(shown):
    hand = Hand(shown)
    hand.data.setUrls([QUrl("https://example.org/cat.png")])
    # No move: Qt gives it to whatever took the last one, which went with another test's window.
    hand.enter()
    assert not shown._drops.sign.isVisible()


def test_class_folders_dropped_together_are_offered_as_the_folder_around_them(tmp_path):
    for name in ("cats", "dogs"):
        (tmp_path / name).mkdir()
    what = dropped([tmp_path / "cats", tmp_path / "dogs"])
    assert (what.kind, what.path, what.title) == ("neither", tmp_path, "2 folders at once")


def test_folders_from_different_places_have_none_around_them(tmp_path):
    what = dropped([tmp_path / "a" / "cats", tmp_path / "b" / "dogs"])
    assert (what.kind, what.path) == ("neither", None)
    assert "one folder" in what.words


@pytest.mark.parametrize("name", ["digits.zip", "DIGITS.ZIP"])
def test_zips_are_pictures(tmp_path, name):
    assert dropped([tmp_path / name]).kind == "pictures"


def test_projects_are_opened(tmp_path):
    assert dropped([tmp_path / "mine.layerloom"]).kind == "project"
