"""A note: what happened, why, what to do; buttons that do it, and details to copy."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gui.theme import theme
from gui.widgets.buttons import link
from gui.widgets.clearing import clear
from gui.widgets.flow_layout import FlowLayout
from gui.widgets.labels import breakable, styled


class Action(msgspec.Struct, frozen=True, eq=False):
    """A button of a note."""

    text: str
    then: Callable[[], None]
    primary: bool = False


class NoteText(msgspec.Struct, frozen=True):
    """What a note says.

    Attributes:
        look: ``note-error``, ``note-warning``, ``note-success`` or ``card`` (neutral).
        title: A few words.
        body: One or two plain sentences.
        details: For those who want to know.
    """

    look: str
    title: str
    body: str = ""
    details: str = ""


class Note(QFrame):
    """A note that shows `NoteText`; hidden while it has nothing to say."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: tuple[NoteText | None, tuple[str, ...]] = (None, ())
        self._title = styled("")
        self._title.setFont(theme().font("strong"))
        self._title.setWordWrap(True)
        self._body = styled("")
        self._body.setObjectName("note-body")
        self._body.setWordWrap(True)
        self._body.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._buttons = FlowLayout()
        self._details = Details()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(6)
        for widget in (self._title, self._body):
            layout.addWidget(widget)
        layout.addLayout(self._buttons)
        layout.addWidget(self._details)
        self.hide()

    def show_text(self, text: NoteText | None, actions: Sequence[Action] = ()) -> None:
        """Say something else, or nothing."""
        if self.says(text, actions):
            return  # the same again: a focused button must not vanish under the user's finger
        self._shown = (text, tuple(action.text for action in actions))
        self.setVisible(text is not None)
        if text is None:
            return
        self.setProperty("look", text.look)
        self.style().unpolish(self)
        self.style().polish(self)
        self._title.setText(breakable(text.title))
        self._body.setText(breakable(text.body))
        self._body.setVisible(bool(text.body))
        self._details.set_text(text.details)
        self.setAccessibleName(text.title)
        self.setAccessibleDescription(text.body)
        self._set_actions(actions)

    def says(self, text: NoteText | None, actions: Sequence[Action] = ()) -> bool:
        """Whether it says this already."""
        return self._shown == (text, tuple(action.text for action in actions))

    @property
    def text(self) -> NoteText | None:
        """What it says."""
        return self._shown[0]

    def button(self, text: str) -> QPushButton | None:
        """The button with a text."""
        return next((b for b in self.findChildren(QPushButton) if b.text() == text), None)

    def _set_actions(self, actions: Sequence[Action]) -> None:
        clear(self._buttons)
        for action in actions:
            button = QPushButton(action.text)
            if action.primary:
                button.setProperty("look", "primary")
            button.clicked.connect(lambda _checked=False, then=action.then: then())
            self._buttons.addWidget(button)
        self._order_keys()

    def _order_keys(self) -> None:
        """Tab comes to the buttons where they are read, though they were made just now."""
        before: QWidget = self._body
        for at in range(self._buttons.count()):
            button = self._buttons.itemAt(at).widget()
            QWidget.setTabOrder(before, button)
            before = button

    def focus_primary(self) -> None:
        """Give the keyboard to the button that is likely wanted, if there is one."""
        for at in range(self._buttons.count()):
            button = self._buttons.itemAt(at).widget()
            if button.property("look") == "primary":
                button.setFocus(Qt.FocusReason.OtherFocusReason)


class Details(QWidget):
    """Technical words, folded away, with a copy button; hidden when there are none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._toggle = link("Details")
        self._toggle.setCheckable(True)
        self._toggle.toggled.connect(self._unfold)
        self._copy = link("Copy")
        self._copy.setAccessibleName("Copy details")
        self._copy.clicked.connect(self._to_clipboard)
        self._view = QPlainTextEdit()
        self._view.setReadOnly(True)
        self._view.setFont(theme().font("mono_small"))
        self._view.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._view.setAccessibleName("Details")
        self._view.setTabChangesFocus(True)
        self._view.setFixedHeight(160)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self._toggle)
        row.addWidget(self._copy)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(row)
        layout.addWidget(self._view)
        self._unfold(False)
        self.hide()

    def set_text(self, text: str) -> None:
        """Hold other details; folded until asked for."""
        self._view.setPlainText(text)
        self._toggle.setChecked(False)
        self.setVisible(bool(text))

    def _unfold(self, shown: bool) -> None:
        self._view.setVisible(shown)
        self._toggle.setText("Hide details" if shown else "Details")

    def _to_clipboard(self) -> None:
        QGuiApplication.clipboard().setText(self._view.toPlainText())
