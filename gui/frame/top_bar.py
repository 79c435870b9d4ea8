"""The top bar: what is open, undo and redo, and the next sensible step."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QAction, QFocusEvent, QFontMetrics, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QToolButton, QWidget

from gui.document import Document
from gui.theme import theme
from gui.widgets.labels import ElidedLabel

HEIGHT = 52
MAX_NAME = 200
MIN_NAME = 40
"""Narrowest the name's field gets (px)."""


class Step(NamedTuple):
    """The next sensible step.

    Attributes:
        key: Which: ``train``, ``stop``, ``export``, ``fix``.
        label: On the button.
        icon: Its icon's name.
        tip: What it does, or why it is next.
        enabled: Whether it can be done now.
    """

    key: str
    label: str
    icon: str
    tip: str
    enabled: bool = True


class NameField(QLineEdit):
    """The project's name: reads as a title, edits as a field.  Enter keeps, Esc takes back."""

    renamed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("project-name")
        self.setAccessibleName("Project name")
        self.setProperty("look", "title")
        self.setToolTip("Rename the project (F2)")
        self.setMaxLength(MAX_NAME)
        self.setFont(theme().font("heading"))
        self._name = ""
        self.textChanged.connect(lambda _text: self.updateGeometry())
        self.editingFinished.connect(self._keep)

    def show_name(self, name: str) -> None:
        """Show the project's name, unless it is being typed just now."""
        self._name = name
        if not (self.hasFocus() and self.isModified()):
            self.setText(name)
            self.setCursorPosition(0)

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(theme().font("heading"))
        width = metrics.horizontalAdvance(self.text() or "Untitled") + 24
        return QSize(max(MIN_NAME, min(width, 420)), super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(MIN_NAME, super().minimumSizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.setText(self._name)
            self.clearFocus()
            return
        super().keyPressEvent(event)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.clearFocus()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() != Qt.FocusReason.MouseFocusReason:
            self.selectAll()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.setCursorPosition(0)

    def _keep(self) -> None:
        name = " ".join(self.text().split())
        self.setModified(False)
        if name and name != self._name:
            self.renamed.emit(name)
        else:
            self.setText(self._name)


class TopBar(QWidget):
    """Name, file state, undo, redo, primary button.

    Signals:
        step_chosen: The primary button was pressed; the step's key.
    """

    step_chosen = Signal(str)

    def __init__(self, document: Document, undo: QAction, redo: QAction) -> None:
        super().__init__()
        self._document = document
        self._step: Step | None = None
        self.setObjectName("top-bar")
        self.setProperty("look", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(HEIGHT)
        self.name = NameField()
        self.name.renamed.connect(self._rename)
        self.file_state = ElidedLabel(look="muted")
        self.file_state.setObjectName("file-state")
        self.primary = QPushButton()
        self.primary.setObjectName("primary")
        self.primary.setProperty("look", "primary")
        self.primary.setIconSize(QSize(16, 16))
        self.primary.clicked.connect(self._press)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 16, 0)
        row.setSpacing(8)
        row.addWidget(self.name)
        row.addWidget(self.file_state, 1)
        row.addWidget(_action_button("undo", undo))
        row.addWidget(_action_button("redo", redo))
        row.addSpacing(8)
        row.addWidget(self.primary)
        document.changed.connect(self._show_name)
        document.file_changed.connect(self._show_file)
        theme().changed.connect(self._dress_primary)
        self._show_name()
        self._show_file()

    def show_step(self, step: Step) -> None:
        """Offer another next step."""
        if step == self._step:
            return
        self._step = step
        self.primary.setText(step.label)
        self.primary.setToolTip(step.tip)
        self.primary.setAccessibleDescription(step.tip)
        self.primary.setEnabled(step.enabled)
        self._dress_primary()

    @property
    def step(self) -> Step | None:
        """The step offered."""
        return self._step

    def _dress_primary(self) -> None:
        if self._step is not None:
            self.primary.setIcon(theme().icon(self._step.icon, "on_accent"))

    def _press(self) -> None:
        if self._step is not None:
            self.step_chosen.emit(self._step.key)

    def _rename(self, name: str) -> None:
        self._document.edit("rename project", self._document.project.changed(name=name))

    def _show_name(self) -> None:
        self.name.show_name(self._document.project.name)

    def _show_file(self) -> None:
        path, clean = self._document.path, self._document.clean
        state = "saved" if clean else "unsaved changes"
        self.file_state.setText("not saved yet" if path is None else state)
        self.file_state.set_tip(str(path) if path else "Save keeps it in a file (Ctrl+S)")

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.name.setFont(theme().font("heading"))


def _action_button(name: str, action: QAction) -> QToolButton:
    """A quiet icon button that follows an action."""
    button = QToolButton()
    button.setObjectName(name)
    button.setProperty("look", "quiet")
    button.setDefaultAction(action)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
    button.setIconSize(QSize(20, 20))
    # Qt leaves tool buttons out of the Tab order; everything here can be reached by keyboard.
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return button
