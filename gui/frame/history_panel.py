"""The undo history: every step by name; choosing one brings the project to that point."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPalette, QUndoStack
from PySide6.QtWidgets import (
    QMainWindow,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QUndoView,
)

from core.words import capitalised
from gui.frame.side_panel import SidePanel
from gui.theme import theme
from gui.widgets.labels import styled

START = "Start"
ROW = 28
"""Height of a step (px)."""


class _Steps(QStyledItemDelegate):
    """Steps begin with a capital; the current one is bold, those undone are faint."""

    def __init__(self, stack: QUndoStack) -> None:
        super().__init__()
        self._stack = stack

    def initStyleOption(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().initStyleOption(option, index)
        current = self._stack.index()
        option.text = capitalised(option.text)
        option.font = theme().font("strong" if index.row() == current else "body")
        option.fontMetrics = QFontMetrics(option.font)
        if index.row() > current:
            color = theme().color("faint")
            for role in (QPalette.ColorRole.Text, QPalette.ColorRole.HighlightedText):
                option.palette.setColor(role, color)

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(super().sizeHint(option, index).width(), ROW)


class HistoryPanel(SidePanel):
    """A list that is the undo stack: what is selected in it is where the project stands."""

    def __init__(self, window: QMainWindow, stack: QUndoStack) -> None:
        super().__init__(window, "history", "Undo history")
        words = styled(
            "Choose a step to go there. Nothing is lost until you edit from it.", "muted"
        )
        words.setFont(theme().font("small"))
        words.setWordWrap(True)
        self.view = QUndoView(stack)
        self.view.setObjectName("history")
        self.view.setAccessibleName("Steps of the undo history, the oldest first")
        self.view.setEmptyLabel(START)
        self.view.setItemDelegate(_Steps(stack))
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.body.addWidget(words)
        self.body.addWidget(self.view, 1)
        # Rows look different by where they stand relative to the current one.
        stack.indexChanged.connect(self._mark)

    def _mark(self, _index: int) -> None:
        self.view.viewport().update()

    def take_keyboard(self) -> None:
        self.view.setFocus(Qt.FocusReason.ShortcutFocusReason)
