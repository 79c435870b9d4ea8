"""Dialogs that ask before something is lost, or say why something could not be done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gui.theme import theme
from gui.widgets.labels import styled

Tone = Literal["error", "warning", "info"]
_ACCENTS: dict[Tone, str] = {"error": "error", "warning": "warning", "info": "accent"}


class Choice(NamedTuple):
    """A button of a dialog.

    Attributes:
        key: What the caller gets.
        label: A verb.
        primary: Whether Enter chooses it.
    """

    key: str
    label: str
    primary: bool = False


class Question(QDialog):
    """A sentence with verbs to choose from; Esc chooses the last one, which changes nothing."""

    def __init__(
        self,
        parent: QWidget,
        title: str,
        text: str,
        choices: list[Choice],
        tone: Tone = "warning",
        path: str = "",
    ) -> None:
        super().__init__(parent)
        self.setObjectName("question")
        self.setWindowTitle(title)
        self.setAccessibleDescription(text)
        self.chosen = choices[-1].key
        self._first: QPushButton | None = None
        columns = QHBoxLayout(self)
        columns.setContentsMargins(24, 24, 24, 16)
        columns.setSpacing(16)
        columns.addWidget(_mark(tone), 0, Qt.AlignmentFlag.AlignTop)
        body = QVBoxLayout()
        body.setSpacing(8)
        columns.addLayout(body, 1)
        heading = styled(title)
        heading.setFont(theme().font("heading"))
        words = styled(text, "muted")
        for label in (heading, words):
            label.setWordWrap(True)
            body.addWidget(label)
        words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        words.setMinimumWidth(380)
        words.setMaximumWidth(460)
        if path:
            body.addWidget(_path_field(path))
        body.addSpacing(12)
        body.addLayout(self._buttons(choices))
        # Texts wrap, so the height follows from the width only once both are known.
        self.setFixedSize(self.sizeHint().expandedTo(self.minimumSizeHint()))

    def _buttons(self, choices: list[Choice]) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        for choice in reversed(choices):
            button = QPushButton(choice.label)
            button.setObjectName(f"choice-{choice.key}")
            button.setProperty("look", "primary" if choice.primary else "")
            button.setDefault(choice.primary)
            button.setAutoDefault(choice.primary)
            button.clicked.connect(lambda _checked=False, key=choice.key: self._choose(key))
            row.addWidget(button)
            if choice.primary:
                self._first = button
        return row

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._first is not None:
            self._first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _choose(self, key: str) -> None:
        self.chosen = key
        self.accept()


def _path_field(path: str) -> QLineEdit:
    """A path to read and copy; one without end scrolls."""
    field = QLineEdit(path)
    field.setReadOnly(True)
    field.setFont(theme().font("mono_small"))
    field.setAccessibleName("Path")
    field.setToolTip(path)
    field.setCursorPosition(0)
    return field


def _mark(tone: Tone) -> QLabel:
    """The icon that says how serious it is."""
    mark = QLabel()
    mark.setPixmap(theme().icon(tone, _ACCENTS[tone]).pixmap(24, 24))
    mark.setAccessibleName(tone)
    return mark


def ask(
    parent: QWidget,
    title: str,
    text: str,
    choices: list[Choice],
    then: Callable[[str], None],
    tone: Tone = "warning",
    path: str = "",
) -> Question:
    """Ask, without holding the caller up.

    Args:
        parent: The window asked for.
        title: What it is about, a question or a statement.
        text: What happened, why, and what each choice leads to.
        choices: In order of likelihood; the last one changes nothing and is what Esc means.
        then: Called with the key of the choice.
        tone: How serious it is.
        path: A file or folder that it is about, to be copied.
    """
    dialog = Question(parent, title, text, choices, tone, path)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.finished.connect(lambda _result: then(dialog.chosen))
    dialog.open()
    return dialog


def tell(parent: QWidget, title: str, text: str, tone: Tone = "error") -> Question:
    """Say why something could not be done."""
    return ask(parent, title, text, [Choice("close", "Close", True)], lambda _key: None, tone)
