"""A folder shown in the system's file manager, and what is said where that does not work."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QLineEdit, QPushButton, QWidget

from gui.widgets import file_manager
from gui.widgets.dialog import Question
from gui.widgets.file_manager import show_folder


@pytest.fixture
def asker(qtbot) -> QWidget:
    """A widget that shows folders."""
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.show()
    return widget


@pytest.fixture
def opener(tmp_path, monkeypatch):
    """Makes the system's opener a script that notes what it was given and ends so."""

    def make(code: int) -> None:
        path = tmp_path / "opener"
        path.write_text(f'#!/bin/sh\nprintf %s "$1" > {tmp_path}/asked\nexit {code}\n')
        path.chmod(0o700)
        monkeypatch.setattr(file_manager, "OPENER", str(path))

    return make


def said(asker: QWidget) -> Question | None:
    return next((one for one in asker.findChildren(Question) if one.isVisible()), None)


def test_an_opener_is_given_the_folder_and_nothing_is_said(asker, opener, tmp_path, qtbot):
    opener(0)
    folder = tmp_path / "صور 🐈 two words"
    folder.mkdir()
    show_folder(folder, asker)
    (opening,) = asker.findChildren(file_manager._Opening)
    with qtbot.waitSignal(opening.destroyed):
        pass
    assert (tmp_path / "asked").read_text() == str(folder)
    assert said(asker) is None


def test_without_a_file_manager_the_path_is_told_and_copied(asker, opener, tmp_path, qtbot):
    opener(3)
    show_folder(tmp_path, asker)
    qtbot.waitUntil(lambda: said(asker) is not None)
    dialog = said(asker)
    assert dialog.windowTitle() == "The folder could not be shown"
    assert dialog.findChild(QLineEdit).text() == str(tmp_path)
    qtbot.mouseClick(dialog.findChild(QPushButton, "choice-copy"), Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == str(tmp_path)


def test_without_an_opener_the_path_is_told(asker, tmp_path, monkeypatch):
    monkeypatch.setattr(file_manager, "OPENER", "no-such-opener")
    show_folder(tmp_path, asker)
    assert said(asker).findChild(QLineEdit).text() == str(tmp_path)


def test_an_opener_that_cannot_be_started_is_told(asker, tmp_path, monkeypatch, qtbot):
    broken = tmp_path / "broken"
    broken.write_text("#!/no/such/shell\n")
    broken.chmod(0o700)
    monkeypatch.setattr(file_manager, "OPENER", str(broken))
    show_folder(tmp_path, asker)
    qtbot.waitUntil(lambda: said(asker) is not None)


@pytest.mark.parametrize("opened", [True, False])
def test_where_the_system_says_whether_it_opened_qt_is_asked(
    asker, tmp_path, monkeypatch, opened, qtbot
):
    asked = []
    monkeypatch.setattr(file_manager, "OPENER", "")
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: asked.append(url) or opened)
    show_folder(tmp_path, asker)
    assert [url.toLocalFile() for url in asked] == [str(tmp_path)]
    assert (said(asker) is None) == opened


def test_a_folder_that_is_gone_is_told(asker, opener, tmp_path):
    opener(0)
    show_folder(tmp_path / "gone", asker)
    assert said(asker).windowTitle() == "This folder is not there any more"
    assert not (tmp_path / "asked").exists()
