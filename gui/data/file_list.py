"""The files of a finding as lines; however many they are, only those on screen cost anything."""

from __future__ import annotations

from PySide6.QtCore import QStringListModel
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QListView

from core.data.names import shown
from core.data.report import Finding
from gui.theme import theme

HEIGHT = 140
"""Of a list that scrolls (px)."""
BATCH = 2_000
"""Lines that Qt lays out at a time."""


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
        self.setFixedHeight(HEIGHT)
        self._lines = QStringListModel(self)
        self.setModel(self._lines)
        self.hide()

    def show_finding(self, finding: Finding) -> None:
        """List a finding's files, each with its reason where there is one."""
        names = lines(finding)
        if finding.count > len(names):
            names.append(f"and {finding.count - len(names):,} more")
        self._lines.setStringList(names)
        self.setFixedHeight(min(HEIGHT, len(names) * self.sizeHintForRow(0) + 4))

    def lines(self) -> list[str]:
        """What is listed."""
        return self._lines.stringList()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            rows = sorted(index.row() for index in self.selectionModel().selectedIndexes())
            all_lines = self.lines()
            QGuiApplication.clipboard().setText("\n".join(all_lines[row] for row in rows))
        else:
            super().keyPressEvent(event)


def lines(finding: Finding) -> list[str]:
    """The files that a finding names, each with its reason where there is one."""
    pairs = zip(finding.files, finding.reasons or ("",) * len(finding.files), strict=False)
    return [f"{shown(name)}: {why}" if why else shown(name) for name, why in pairs]
