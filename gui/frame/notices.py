"""Notices: bars above the page that say something and offer what to do about it, inline."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gui.theme import theme
from gui.widgets.labels import styled

Tone = Literal["info", "warning", "error"]
Action = tuple[str, Callable[[], None]]


class Notice(QFrame):
    """One bar: an icon, a sentence, buttons.  Whoever shows it takes it away."""

    def __init__(self, words: str, actions: list[Action], tone: Tone = "info") -> None:
        super().__init__()
        self.setObjectName("notice")
        self.setProperty("look", f"bar-{tone}")
        self.setAccessibleName(words)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 12, 8)
        row.setSpacing(12)
        self._tone: Tone = tone
        self._mark = QLabel()
        row.addWidget(self._mark)
        self.words = styled(words)
        self.words.setWordWrap(True)
        row.addWidget(self.words, 1)
        for label, work in actions:
            row.addWidget(_button(label, work))
        if not actions:
            row.addWidget(self._closer())
        theme().changed.connect(self._dress)
        self._dress()

    def _dress(self) -> None:
        token = "accent_text" if self._tone == "info" else self._tone
        self._mark.setPixmap(theme().icon(self._tone, token).pixmap(20, 20))

    def _closer(self) -> QToolButton:
        button = QToolButton()
        button.setObjectName("notice-close")
        button.setAccessibleName("Close this notice")
        button.setToolTip("Close this notice")
        button.setProperty("look", "quiet")
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.setIcon(theme().icon("close", "muted"))
        button.setIconSize(QSize(16, 16))
        button.clicked.connect(self.dismiss)
        return button

    def dismiss(self) -> None:
        """Take the bar away."""
        self.hide()
        self.deleteLater()


def _button(label: str, work: Callable[[], None]) -> QPushButton:
    # Never in the primary look: that is the top bar's next step alone.
    button = QPushButton(label)
    button.setObjectName(f"notice-{label.lower().replace(' ', '-')}")
    button.clicked.connect(lambda: work())
    return button


class Notices(QWidget):
    """The column of notices; takes no room while there are none."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("notices")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(1)

    def add(self, words: str, actions: list[Action] | None = None, tone: Tone = "info") -> Notice:
        """Show a notice below the others."""
        notice = Notice(words, actions or [], tone)
        self._column.addWidget(notice)
        return notice
