"""The learnt weights that a selected block needs from the network: there, missing, on their way."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout

from core.blocks.base import NetworkFile
from core.data.weights import is_there
from core.engine.commands import Download, Stop
from core.engine.events import DataProgress, Downloaded, Event, Failed
from gui.theme import theme
from gui.widgets.figures import data_size
from gui.widgets.labels import styled


class WeightsNote(QFrame):
    """Says whether a file has been downloaded, and fetches it.

    Signals:
        changed: A download began or ended.
    """

    changed = Signal()

    def __init__(self, engine: Any) -> None:
        """Build it, hidden.

        Args:
            engine: Link to the engine process, which downloads; None where there is none.
        """
        super().__init__()
        self._engine = engine
        self._wanted: NetworkFile | None = None
        self._job: tuple[int, NetworkFile] | None = None
        self._failed: dict[str, str] = {}
        self.setProperty("look", "card")
        self.words = styled("", "muted")
        self.words.setWordWrap(True)
        self.words.setFont(theme().font("small"))
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(6)
        self.bar.setAccessibleName("How much of the weights is downloaded")
        self.button = QPushButton()
        self.button.clicked.connect(self._pressed)
        self._lay_out()
        self.hide()
        if engine is not None:
            engine.event.connect(self._receive)

    def _lay_out(self) -> None:
        lines = QVBoxLayout(self)
        lines.setContentsMargins(12, 10, 12, 10)
        lines.setSpacing(8)
        lines.addWidget(self.words)
        lines.addWidget(self.bar)
        row = QHBoxLayout()
        row.addWidget(self.button)
        row.addStretch(1)
        lines.addLayout(row)

    def show_file(self, wanted: NetworkFile | None) -> None:
        """Show how it stands with a file; None hides the note."""
        self._wanted = wanted
        self.setVisible(wanted is not None)
        if wanted is not None:
            self._show(wanted)

    def _show(self, wanted: NetworkFile) -> None:
        coming = self._job is not None and self._job[1] == wanted
        there = is_there(wanted)
        self.bar.setVisible(coming)
        self.button.setVisible(coming or not there)
        self.button.setText("Cancel" if coming else f"Download {data_size(wanted.bytes)}")
        self.button.setAccessibleName(f"{self.button.text()}: {wanted.title}")
        self.button.setEnabled(self._engine is not None and (coming or self._job is None))
        if coming:
            self.words.setText(f"Downloading {wanted.title}…")
        elif there:
            self.words.setText(f"{wanted.title} are downloaded.")
        elif wanted.name in self._failed:
            self.words.setText(self._failed[wanted.name])
        else:
            self.words.setText(
                f"{wanted.title} are not on this machine yet (about {data_size(wanted.bytes)}). "
                "Training downloads them first; all figures are exact without."
            )

    def _pressed(self) -> None:
        if self._wanted is None:
            return
        if self._job is not None:
            self._engine.send(Stop(id=0, only=self._job[0]))
            return
        self._failed.pop(self._wanted.name, None)
        number = self._engine.send(Download(id=0, name=self._wanted.name, weights=self._wanted))
        self._job = (number, self._wanted)
        self.bar.setRange(0, 0)
        self._tell()

    def _receive(self, event: Event) -> None:
        if self._job is None or event.id != self._job[0]:
            return
        match event:
            case DataProgress():
                total = event.total or self._job[1].bytes
                self.bar.setRange(0, 1_000)
                self.bar.setValue(min(1_000, 1_000 * event.done // max(1, total)))
            case Downloaded():
                self._job = None
                self._tell()
            case Failed():
                self._failed[self._job[1].name] = event.message
                self._job = None
                self._tell()

    def _tell(self) -> None:
        self.show_file(self._wanted)
        self.changed.emit()
