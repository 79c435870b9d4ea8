"""Small windows of the library: a name to save under, another name, differences."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from core.library import LONGEST_NAME, Library, LibraryBlock
from core.library_differences import Line, differences
from core.library_uses import Use
from gui.frame.sheets import Sheet
from gui.theme import theme
from gui.widgets.labels import styled


class _NameSheet(QDialog):
    """Asks for a name; a line below it says what that name means."""

    def __init__(self, parent: QWidget, title: str, words: str, name: str) -> None:
        super().__init__(parent.window())
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(24, 20, 24, 16)
        lines.setSpacing(8)
        heading = styled(title)
        heading.setFont(theme().font("heading"))
        explained = styled(words, "muted")
        explained.setWordWrap(True)
        self.field = QLineEdit(name)
        self.field.setMaxLength(LONGEST_NAME)
        self.field.setAccessibleName("Name in your library")
        self.field.setMinimumWidth(380)
        self.field.selectAll()
        self.meaning = styled("", "muted")
        self.meaning.setWordWrap(True)
        self.meaning.setMinimumHeight(2 * self.meaning.fontMetrics().lineSpacing() + 4)
        self.meaning.setAlignment(Qt.AlignmentFlag.AlignTop)
        for widget in (heading, explained, self.field, self.meaning):
            lines.addWidget(widget)
        self._row = QHBoxLayout()
        self._row.setSpacing(8)
        self._row.addStretch(1)
        lines.addLayout(self._row)
        self.button("Cancel").clicked.connect(self.reject)
        self.field.textChanged.connect(self.show_meaning)

    @property
    def name(self) -> str:
        """What is written there, without spaces around it."""
        return " ".join(self.field.text().split())

    def button(self, text: str) -> QPushButton:
        """Add a button."""
        button = QPushButton(text)
        button.setObjectName(f"library-{text.split()[0].lower()}")
        button.setAutoDefault(False)
        self._row.addWidget(button)
        return button

    def show_meaning(self) -> None:
        """Say what the name would mean."""
        raise NotImplementedError

    def make_default(self, button: QPushButton) -> None:
        """Let Enter press a button, and look like it."""
        for other in self.findChildren(QPushButton):
            other.setDefault(other is button)
            other.setProperty("look", "primary" if other is button else "")
            other.style().unpolish(other)
            other.style().polish(other)


class SaveSheet(_NameSheet):
    """Asks under which name to save; a name that is taken offers to replace or keep both.

    Signals:
        chosen: The name, and the block to save over, or None.
    """

    chosen = Signal(str, object)

    def __init__(
        self,
        parent: QWidget,
        name: str,
        library: Library,
        taken_words: Callable[[LibraryBlock], str],
    ) -> None:
        """Build it.

        Args:
            parent: The window asked for.
            name: What is proposed.
            library: Whose names are taken.
            taken_words: What it means to save over a block.
        """
        words = (
            "It appears under My blocks in the palette, for all your projects. This project keeps "
            "a copy of its own."
        )
        super().__init__(parent, "Save to library", words, name)
        self.setObjectName("library-save-sheet")
        self._library = library
        self._taken_words = taken_words
        self.both = self.button("Keep both")
        self.save = self.button("Save")
        self.both.clicked.connect(lambda: self._choose(library.free_name(self.name), None))
        self.save.clicked.connect(lambda: self._choose(self.name, library.named(self.name)))
        self.show_meaning()

    def show_meaning(self) -> None:
        taken = self._library.named(self.name)
        self.both.setVisible(taken is not None)
        self.save.setText("Save" if taken is None else "Replace")
        self.save.setEnabled(bool(self.name))
        self.make_default(self.save)
        if not self.name:
            self.meaning.setText("Write a name for it.")
        elif taken is not None:
            both = self._library.free_name(self.name)
            self.meaning.setText(f"{self._taken_words(taken)} Keep both saves it as “{both}”.")
        else:
            self.meaning.setText("")

    def _choose(self, name: str, over: LibraryBlock | None) -> None:
        self.chosen.emit(name, over)
        self.accept()


class RenameSheet(_NameSheet):
    """Asks for another name of a library block.

    Signals:
        chosen: The name.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget, block: LibraryBlock, library: Library) -> None:
        words = "Its uses stay connected with it, whatever it is called."
        super().__init__(parent, f"Rename “{block.name}”", words, block.name)
        self.setObjectName("library-rename-sheet")
        self._block = block
        self._library = library
        self.save = self.button("Rename")
        self.save.clicked.connect(self._choose)
        self.show_meaning()

    def show_meaning(self) -> None:
        taken = self._library.named(self.name)
        other = taken is not None and taken.id != self._block.id
        self.save.setEnabled(bool(self.name) and not other)
        self.make_default(self.save)
        words = f"Your library has a “{self.name}” already." if other else ""
        self.meaning.setText(words if self.name else "Write a name for it.")

    def _choose(self) -> None:
        self.chosen.emit(self.name)
        self.accept()


_MARKS = {"same": " ", "first": "−", "second": "+"}


def differences_sheet(parent: QWidget, use: Use) -> Sheet:
    """A use and its library block, line by line."""
    sheet = Sheet(parent, f"“{use.block.name}” here and in your library")
    sheet.setObjectName("library-differences")
    lines = differences(use.group.body, use.block.stack)
    sheet.body.addWidget(styled("−  only here        +  only in your library", "muted"))
    text = QTextEdit()
    text.setReadOnly(True)
    text.setAccessibleName("Differences")
    text.setFont(theme().font("mono_small"))
    text.setLineWrapMode(QTextEdit.LineWrapMode.NoWrap)
    text.setHtml(differences_html(lines))
    text.setMinimumSize(620, min(420, 60 + 22 * len(lines)))
    sheet.body.addWidget(text)
    sheet.add_close()
    return sheet


def differences_html(lines: tuple[Line, ...]) -> str:
    """Lines with their marks; what is on one side only is coloured as well."""
    looks = {
        "same": f"color: {theme().color('muted').name()}",
        "first": f"background-color: {theme().color('error_tint').name()}",
        "second": f"background-color: {theme().color('success_tint').name()}",
    }
    rows = (
        f'<pre style="margin: 0; {looks[line.side]}">'
        f"{_MARKS[line.side]} {'  ' * line.depth}{escape(line.words)}</pre>"
        for line in lines
    )
    return "".join(rows)
