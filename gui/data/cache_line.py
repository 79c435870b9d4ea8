"""How much room decoded pictures take, whether the next ones fit, and a way to clear them."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from core.data.source import Folder
from core.engine.commands import ClearCache, MeasureCache
from core.engine.events import CacheMeasured, Event, Failed
from gui.data.desk import DataDesk
from gui.widgets.buttons import link
from gui.widgets.figures import data_size
from gui.widgets.labels import ElidedLabel

SPARE = 200 * 10**6
"""Bytes that decoding leaves free on the disk."""
WHY = (
    "Pictures are decoded once and kept at the model's size, so that training need not wait for "
    "them. They come back by themselves when they are needed. Settings has the limit."
)


class CacheLine(QWidget):
    """A quiet line; a warning when the disk would run full."""

    def __init__(self, desk: DataDesk) -> None:
        super().__init__()
        self._desk = desk
        self._command = 0
        self._busy = False
        self.measured: CacheMeasured | None = None
        self.words = ElidedLabel(look="muted")
        self.clear = link("Clear", "Delete decoded pictures and thumbnails; your own files stay")
        self.clear.setAccessibleName("Clear decoded pictures")
        self.clear.clicked.connect(self._clear)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.words)
        row.addWidget(self.clear)
        row.addStretch(1)
        self.hide()
        desk.pictures.event.connect(self.receive)
        desk.changed.connect(self._follow)

    def look_again(self) -> None:
        """Measure anew: something may have been decoded meanwhile."""
        if not self._command:
            self._command = self._desk.pictures.send(MeasureCache(id=0))

    def _clear(self) -> None:
        self.clear.setEnabled(False)
        self._command = self._desk.pictures.send(ClearCache(id=0))

    def _follow(self) -> None:
        """A job that ended may have made thumbnails."""
        busy, self._busy = self._busy, self._desk.job is not None
        if busy and not self._busy and self.isVisibleTo(self.parentWidget()):
            self.look_again()

    def receive(self, event: Event) -> None:
        """Take the picture process's answer."""
        if not self._command or event.id != self._command:
            return
        self._command = 0
        self.clear.setEnabled(True)
        match event:
            case CacheMeasured():
                self.measured = event
                self.refresh()
            case Failed():
                self.measured = None
                self.refresh()

    def refresh(self) -> None:
        """Show what was measured."""
        measured = self.measured
        self.setVisible(measured is not None)
        if measured is None:
            return
        short = self._short(measured)
        used = data_size(measured.used) if measured.used else "none"
        kept = f"Decoded pictures kept: {used} of {data_size(measured.limit)}"
        self.words.setText(short or kept)
        self.words.set_tip(f"{WHY}\n{measured.folder}")
        look = "warning" if short else "muted"
        if self.words.property("look") != look:
            self.words.setProperty("look", look)
            self.words.style().polish(self.words)
        self.clear.setVisible(measured.used > 0)

    def _short(self, measured: CacheMeasured) -> str:
        """What to say before the disk or the limit would be too small; empty if they are not."""
        needed = self._needed()
        if needed > measured.limit:
            return (
                f"Decoded, these pictures take {data_size(needed)}; {data_size(measured.limit)} "
                "are allowed. Choose a smaller picture size, or raise the limit in Settings."
            )
        if needed > measured.used and needed - measured.used + SPARE > measured.free:
            return (
                f"Decoded, these pictures take {data_size(needed)}, and {data_size(measured.free)} "
                "are free on the disk. Free some space, or choose a smaller picture size."
            )
        return ""

    def _needed(self) -> int:
        """Bytes that the project's folder takes once decoded."""
        report, size = self._desk.report, self._desk.document.project.input
        if report is None or not isinstance(self._desk.source, Folder):
            return 0
        return sum(report.parts) * size.height * size.width * size.channels
