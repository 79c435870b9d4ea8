"""The files of a finding as lines; however many they are, only those on screen cost anything."""

from __future__ import annotations

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QListView

from core.data.names import shown
from core.data.report import Finding
from gui.theme import theme
from gui.widgets.select_rows import select_all_rows

HEIGHT = 140
"""Of a list that scrolls (px)."""
BATCH = 2_000
"""Lines that Qt lays out at a time."""


class FileModel(QAbstractListModel):
    """A line for each file that a finding names, made when it is looked at."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._finding: Finding | None = None

    def show_finding(self, finding: Finding) -> None:
        """Have another finding's files."""
        self.beginResetModel()
        self._finding = finding
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        if self._finding is None or (parent is not None and parent.isValid()):
            return 0
        return len(self._finding.files)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if self._finding is None or not index.isValid() or role != Qt.ItemDataRole.DisplayRole:
            return None
        return line(self._finding, index.row())


class FileList(QListView):
    """Names to read, choose and copy."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.setAccessibleName(f"Files: {title}")
        self.setFont(theme().font("mono_small"))
        self.setUniformItemSizes(True)
        self.setLayoutMode(QListView.LayoutMode.Batched)
        self.setBatchSize(BATCH)
        self.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.files = FileModel(self)
        self.setModel(self.files)
        self.hide()

    def show_finding(self, finding: Finding) -> None:
        """List a finding's files, each with its reason where there is one."""
        self.files.show_finding(finding)
        self.setFixedHeight(min(HEIGHT, len(finding.files) * self.sizeHintForRow(0) + 4))

    def selectAll(self) -> None:
        select_all_rows(self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            chosen = sorted(self.selectionModel().selectedIndexes())
            QGuiApplication.clipboard().setText("\n".join(str(one.data()) for one in chosen))
        else:
            super().keyPressEvent(event)


def line(finding: Finding, row: int) -> str:
    """A file of a finding, with its reason where there is one."""
    name = shown(finding.files[row])
    why = finding.reasons[row] if finding.reasons else ""
    return f"{name}: {why}" if why else name
