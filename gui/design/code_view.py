"""The design as the Keras script that a person would write, the selected blocks' lines lit."""

from __future__ import annotations

import re

from PySide6.QtGui import (
    QGuiApplication,
    QSyntaxHighlighter,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
)
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from core.blocks import Role
from core.keras_code import Script, write_layers, write_script
from gui.design.foot import Foot
from gui.document import Document
from gui.theme import theme
from gui.widgets.choices import ComboBox
from gui.widgets.labels import ElidedLabel
from gui.widgets.saving import save_as, text_writer

_WORDS = (
    r"\b(?:import|from|def|return|if|else|for|in|not|is|None|True|False|with|as|and|or|"
    r"raise|class|while|lambda)\b"
)


class Colours(QSyntaxHighlighter):
    """Words, numbers, texts and comments of Python in the theme's colours."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self.restyle()

    def restyle(self) -> None:
        """Take the colours of the theme in force."""
        palette = theme()
        self._rules = [
            (re.compile(_WORDS), palette.role(Role.DENSE)),
            (re.compile(r"\b\d[\d_.e+-]*\b"), palette.role(Role.RESHAPE)),
            (re.compile(r"\blayers\.(\w+)"), palette.role(Role.CONVOLUTION)),
            (re.compile(r'"[^"]*"'), palette.role(Role.NORMALIZATION)),
            (re.compile(r"#.*$"), palette.color("faint")),
        ]
        self.rehighlight()

    def highlightBlock(self, text: str) -> None:
        for pattern, color in self._rules:
            shape = QTextCharFormat()
            shape.setForeground(color)
            for match in pattern.finditer(text):
                group = 1 if match.re.groups else 0
                self.setFormat(match.start(group), match.end(group) - match.start(group), shape)


class CodeView(QWidget):
    """Read-only code with a copy button."""

    def __init__(self, document: Document) -> None:
        super().__init__()
        self._document = document
        self._script = Script("", {})
        self.file_dialog: QFileDialog | None = None
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setFont(theme().font("mono_small"))
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setAccessibleName("Keras code of the design")
        self.text.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self.text.setStyleSheet("QPlainTextEdit { border: none; border-radius: 0; }")
        self._colours = Colours(self.text.document())
        self._extent = ComboBox()
        self._extent.addItems(["The model", "The whole script"])
        self._extent.setAccessibleName("How much code to show")
        self._extent.activated.connect(lambda _index: self.refresh())
        copy = QPushButton("Copy code")
        copy.setProperty("look", "quiet")
        copy.clicked.connect(self.copy)
        left, right = QHBoxLayout(), QHBoxLayout()
        left.setSpacing(12)
        left.addWidget(self._extent)
        left.addWidget(ElidedLabel("Follows the design; read-only.", "faint"), 1)
        right.setSpacing(6)
        right.addWidget(copy)
        save = QPushButton("Save as .py…")
        save.setProperty("look", "quiet")
        save.clicked.connect(self.save)
        right.addWidget(save)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(0)
        lines.addWidget(self.text)
        lines.addWidget(Foot(left, right))
        document.changed.connect(self.refresh)
        document.selection_changed.connect(self._light)
        theme().changed.connect(self._restyle)
        self.refresh()

    def refresh(self) -> None:
        """Write the code of the design as it is now."""
        write = write_layers if self._extent.currentIndex() == 0 else write_script
        script = write(self._document.project)
        if script.text != self._script.text:
            place = self.text.verticalScrollBar().value()
            self.text.setPlainText(script.text)
            self.text.verticalScrollBar().setValue(place)
        self._script = script
        self._light()

    def copy(self) -> None:
        """Put the code on the clipboard."""
        QGuiApplication.clipboard().setText(self._script.text)

    def save(self) -> None:
        """Ask for a file and write the whole script, which runs by itself."""
        project = self._document.project
        write = text_writer(write_script(project).text)
        self.file_dialog = save_as(self, "Save code", project.name, {"py": "Python script"}, write)

    @property
    def lit(self) -> list[int]:
        """Numbers of the lit lines, from 1."""
        return [one.cursor.blockNumber() + 1 for one in self.text.extraSelections()]

    def _light(self) -> None:
        lines = {
            line for path in self._document.selection for line in self._script.lines.get(path, ())
        }
        marks = []
        for line in sorted(lines):
            mark = QTextEdit.ExtraSelection()
            mark.format.setBackground(theme().color("selection"))
            mark.format.setProperty(QTextFormat.Property.FullWidthSelection, True)
            mark.cursor = QTextCursor(self.text.document().findBlockByNumber(line - 1))
            marks.append(mark)
        self.text.setExtraSelections(marks)
        # First to the end, then to the beginning: where there is room, both can be seen.
        for mark in (*marks[-1:], *marks[:1]):
            self.text.setTextCursor(QTextCursor(mark.cursor))
            self.text.ensureCursorVisible()

    def _restyle(self) -> None:
        self._colours.restyle()
        self._light()
