"""Sheets of the Help menu: keyboard shortcuts, about, the engine's details."""

from __future__ import annotations

import platform
from collections.abc import Iterable

from PySide6.QtCore import Qt, qVersion
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from gui.theme import theme
from gui.widgets.labels import styled

Shortcut = tuple[str, str]
"""Keys and what they do."""


class Sheet(QDialog):
    """A dialog that only shows something; Esc or Close leaves it."""

    def __init__(self, parent: QWidget, title: str) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(24, 20, 24, 16)
        self.body.setSpacing(12)
        heading = styled(title)
        heading.setFont(theme().font("title"))
        self.body.addWidget(heading)

    def add_close(self, *others: QPushButton) -> None:
        """End the sheet with a row of buttons."""
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        close = QPushButton("Close")
        close.setProperty("look", "primary")
        close.setDefault(True)
        close.clicked.connect(self.close)
        for button in (*others, close):
            row.addWidget(button)
        self.body.addLayout(row)
        close.setFocus()


def copy_button(text: str) -> QPushButton:
    """A button that puts a text on the clipboard and says so."""
    button = QPushButton("Copy")

    def copy() -> None:
        QGuiApplication.clipboard().setText(text)
        button.setText("Copied")

    button.clicked.connect(copy)
    return button


def shortcuts_sheet(
    parent: QWidget, sections: dict[str, list[QAction]], page: Iterable[Shortcut]
) -> Sheet:
    """Every shortcut of the window and of the page that is open.

    Args:
        parent: The window.
        sections: Actions by menu.
        page: Shortcuts that the page handles itself.
    """
    groups = {
        title: [(_keys(action), _plain(action)) for action in actions if _keys(action)]
        for title, actions in sections.items()
    }
    if listed := list(page):
        groups["On this page"] = listed
    sheet = Sheet(parent, "Keyboard shortcuts")
    sheet.setObjectName("shortcuts-sheet")
    content = QWidget()
    content.setProperty("look", "panel")
    columns = QHBoxLayout(content)
    columns.setContentsMargins(0, 0, 8, 0)
    columns.setSpacing(32)
    filled = [group for group in groups.items() if group[1]]
    for column in _balanced(filled):
        box = QVBoxLayout()
        box.setSpacing(16)
        for title, shortcuts in column:
            box.addLayout(_group(title, shortcuts))
        box.addStretch(1)
        columns.addLayout(box)
    scroll = QScrollArea()
    scroll.setWidget(content)
    scroll.setWidgetResizable(True)
    scroll.setFrameShape(QFrame.Shape.NoFrame)
    scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    content.adjustSize()
    scroll.setMinimumWidth(content.sizeHint().width() + 12)
    height = content.sizeHint().height() + 4
    scroll.setMinimumHeight(min(height, parent.height() - 180))
    sheet.body.addWidget(scroll)
    sheet.add_close()
    return sheet


def _balanced(groups: list[tuple[str, list[Shortcut]]]) -> list[list[tuple[str, list[Shortcut]]]]:
    """Groups in two columns of about the same height, in their order."""
    total = sum(len(rows) + 2 for _title, rows in groups)
    left: list[tuple[str, list[Shortcut]]] = []
    height = 0
    while groups and height + (len(groups[0][1]) + 2) / 2 <= total / 2:
        height += len(groups[0][1]) + 2
        left.append(groups[0])
        groups = groups[1:]
    return [column for column in (left, groups) if column]


def _group(title: str, shortcuts: list[Shortcut]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(24)
    grid.setVerticalSpacing(6)
    grid.setColumnStretch(0, 1)
    heading = styled(title)
    heading.setFont(theme().font("strong"))
    grid.addWidget(heading, 0, 0)
    for row, (keys, what) in enumerate(shortcuts, 1):
        grid.addWidget(styled(what, "muted"), row, 0)
        shown = styled(keys)
        shown.setFont(theme().font("mono_small"))
        grid.addWidget(shown, row, 1, Qt.AlignmentFlag.AlignRight)
    return grid


def _keys(action: QAction) -> str:
    style = QKeySequence.SequenceFormat.NativeText
    keys = "  ".join(key.toString(style) for key in action.shortcuts()[:2])
    return keys or action.property("keys") or ""


def _plain(action: QAction) -> str:
    """An action's text without mnemonics; Undo without what it would undo."""
    text = action.text().replace("&", "").split("\t")[0].rstrip("…")
    return text.split(" ")[0] if action.objectName() in ("action-undo", "action-redo") else text


def about_sheet(parent: QWidget) -> Sheet:
    """Name, version, licence and what it is made of."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        ours = version("layerloom")
    except PackageNotFoundError:
        ours = "from source"
    facts = (
        f"Layerloom {ours}\nPython {platform.python_version()} · Qt {qVersion()}\n"
        f"{platform.platform()}"
    )
    sheet = Sheet(parent, "Layerloom")
    sheet.setObjectName("about-sheet")
    for text, look in (
        ("Design image classifiers by stacking blocks, train them and ship them.", ""),
        (facts, "muted"),
        (
            "MIT licence. Qt by PySide6 (LGPL). Typefaces Inter and JetBrains Mono under the SIL "
            "Open Font License, in resources/fonts.",
            "muted",
        ),
    ):
        label: QLabel = styled(text, look)
        label.setWordWrap(True)
        label.setMinimumWidth(400)
        label.setMaximumWidth(460)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        sheet.body.addWidget(label)
    sheet.add_close(copy_button(facts))
    return sheet


def engine_sheet(parent: QWidget, words: str, details: str, restart: QPushButton) -> Sheet:
    """What the engine runs on and its last log lines."""
    sheet = Sheet(parent, "Engine")
    sheet.setObjectName("engine-sheet")
    label = styled(words)
    label.setWordWrap(True)
    sheet.body.addWidget(label)
    sheet.body.addWidget(
        styled("The engine is the process that runs Keras. The window goes on without it.", "muted")
    )
    log = QPlainTextEdit(details or "The engine has written nothing yet.")
    log.setReadOnly(True)
    log.setAccessibleName("The engine's log")
    log.setFont(theme().font("mono_small"))
    log.setMinimumSize(560, 220)
    sheet.body.addWidget(log)
    restart.clicked.connect(sheet.close)
    sheet.add_close(copy_button(f"{words}\n\n{details}"), restart)
    return sheet
