"""“Use it”: code that loads an export and classifies a picture, to copy."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize
from PySide6.QtGui import QFontMetrics, QGuiApplication
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from core.project import Project
from gui.export.formats import snippet
from gui.theme import theme
from gui.widgets.labels import styled

if TYPE_CHECKING:
    from core.export.formats import Format


MOST_LINES = 14
"""Longer code is scrolled; what is called first stands first in it."""
EXPORT_FIRST = "Export first, then the code has the file's real place."


class CodeView(QPlainTextEdit):
    """Code to read and copy, as high as its lines.

    The height goes by the size hint: the style sheet's min-height would override a fixed one.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines = 1
        self.setReadOnly(True)
        self.setFont(theme().font("mono"))
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setTabChangesFocus(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_lines(self, lines: int) -> None:
        """Be as high as a number of lines."""
        self._lines = lines
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        line = QFontMetrics(theme().font("mono")).lineSpacing()
        return QSize(super().sizeHint().width(), line * self._lines + 36)


class UseCard(QFrame):
    """A snippet for each format."""

    def __init__(self, formats: list[Format], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "card")
        self._formats = formats
        self._project: Project | None = None
        self._outputs: dict[str, Path] = {}
        title = styled("Use it")
        title.setFont(theme().font("heading"))
        self.chips = QButtonGroup(self)
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(title)
        top.addSpacing(8)
        for number, entry in enumerate(formats):
            chip = QPushButton(entry.title)
            chip.setCheckable(True)
            chip.setProperty("look", "chip")
            chip.setAccessibleName(f"Code that uses {entry.title}")
            self.chips.addButton(chip, number)
            top.addWidget(chip)
        top.addStretch(1)
        self.copy = QPushButton("Copy")
        self.copy.setAccessibleName("Copy the code")
        self.copy.clicked.connect(self._to_clipboard)
        top.addWidget(self.copy)
        self.code = CodeView()
        self.code.setAccessibleName("Python code that uses the export")
        self.hint = styled("", "muted")
        self.hint.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        column.addLayout(top)
        column.addWidget(self.code)
        column.addWidget(self.hint)
        self.chips.idToggled.connect(lambda _number, _on: self._show())
        if formats:
            self.chips.button(0).setChecked(True)

    def show_exports(self, project: Project, outputs: dict[str, Path]) -> None:
        """Show code for a project's exports.

        Args:
            project: What was trained.
            outputs: What was written, by key of the format.
        """
        if (project, outputs) == (self._project, self._outputs):
            return
        self._project, self._outputs = project, outputs
        self._show()

    def show_format(self, key: str) -> None:
        """Show the code of a format."""
        for number, entry in enumerate(self._formats):
            if entry.key == key:
                self.chips.button(number).setChecked(True)

    def _show(self) -> None:
        number = self.chips.checkedId()
        if self._project is None or number < 0:
            return
        entry = self._formats[number]
        output = self._outputs.get(entry.key)
        self.code.setPlainText(snippet(entry, self._project, output))
        # As high as the longest code, so that choosing another format moves nothing.
        longest = max(snippet(each, self._project, None).count("\n") for each in self._formats)
        self.code.set_lines(min(longest + 1, MOST_LINES))
        unwritten = bool(entry.use) and output is None
        self.hint.setText(f"{EXPORT_FIRST} {entry.reads}" if unwritten else entry.reads)

    def _to_clipboard(self) -> None:
        QGuiApplication.clipboard().setText(self.code.toPlainText())
