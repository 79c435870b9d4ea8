"""The top of the page: what the project uses now, other pictures to choose, the job under way."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMenu,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from core.data.set_files import download_bytes
from core.data.source import KERAS_SETS, Folder
from gui.data.desk import DataDesk
from gui.data.words import READY_MADE, about, job_words, title_of
from gui.theme import theme
from gui.train.data_words import data_counts
from gui.widgets.figures import data_size
from gui.widgets.labels import ElidedLabel, styled

NARROW = 620
"""Below this width (px) the buttons say less."""


class Header(QWidget):
    """Title, parts, sentence and the buttons that choose other pictures.

    Signals:
        folder_wanted: A folder is to be chosen.
        zip_wanted: A zip is to be chosen.
        set_wanted: A ready-made set is wanted: ``mnist`` or a key of `KERAS_SETS`.
    """

    folder_wanted = Signal()
    zip_wanted = Signal()
    set_wanted = Signal(str)

    def __init__(self, desk: DataDesk) -> None:
        super().__init__()
        self._desk = desk
        self.title = ElidedLabel()
        self.title.setFont(theme().font("title"))
        self.about = ElidedLabel(look="muted")
        self.title.setObjectName("data.title")
        self.about.setObjectName("data.about")
        self.parts = styled("", "muted")
        self.parts.setFont(theme().font("mono_small"))
        self.folder = QPushButton("Choose folder…")
        self.zip = QPushButton("Choose zip…")
        self.sets = QPushButton("Ready-made sets")
        self.sets.setMenu(self._sets_menu())
        self._words = {
            self.folder: ("Choose folder…", "Folder…"),
            self.zip: ("Choose zip…", "Zip…"),
            self.sets: ("Ready-made sets", "Sets"),
        }
        for button, (long, _) in self._words.items():
            button.setAccessibleName(long)
        self.folder.clicked.connect(lambda: self.folder_wanted.emit())
        self.zip.clicked.connect(lambda: self.zip_wanted.emit())
        self._lay_out()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.title, 1)
        for button in (self.folder, self.zip, self.sets):
            top.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(top)
        column.addWidget(self.parts)
        column.addWidget(self.about)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where it is narrow, as beside an open panel, the title needs the buttons' room."""
        super().resizeEvent(event)
        narrow = self.width() < NARROW
        self.title.setFont(theme().font("heading" if narrow else "title"))
        for button, (long, short) in self._words.items():
            button.setText(short if narrow else long)

    def _sets_menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setAccessibleName("Ready-made sets")
        menu.addAction("MNIST: comes with Layerloom", lambda: self.set_wanted.emit("mnist"))
        for key, source in KERAS_SETS.items():
            words = f"{READY_MADE[type(source)][0]}, {data_size(download_bytes(key))} once"
            menu.addAction(
                f"{source.title}: {words}",
                lambda name=key: self.set_wanted.emit(name),
            )
        return menu

    def refresh(self) -> None:
        """Show the present pictures."""
        source, report = self._desk.source, self._desk.report
        self.title.setText(title_of(source, report))
        self.about.setText(about(source, report))
        self.about.set_tip(source.path if isinstance(source, Folder) else "")
        counts = report.parts if report is not None else None
        if not isinstance(source, Folder):
            counts = data_counts(self._desk.document.project)
        self.parts.setVisible(counts is not None)
        if counts is not None:
            train, validation, test = counts
            self.parts.setText(f"train {train:,}   validation {validation:,}   test {test:,}")


class JobBar(QWidget):
    """What is under way, how far it is, and a way to stop it; hidden when nothing is."""

    def __init__(self, desk: DataDesk) -> None:
        super().__init__()
        self._desk = desk
        self.words = ElidedLabel(look="muted")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(180)
        self.bar.setAccessibleName("Progress")
        self.cancel = QPushButton("Cancel")
        self.cancel.clicked.connect(desk.cancel)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self.bar)
        row.addWidget(self.words, 1)
        row.addWidget(self.cancel)
        self.hide()

    def refresh(self) -> None:
        """Show the job as it is now."""
        job = self._desk.job
        self.setVisible(job is not None)
        if job is None:
            return
        self.words.setText(job_words(job, self._desk.pictures.ready_event is not None))
        self.bar.setAccessibleDescription(self.words.text())
        progress = job.progress
        total = progress.total if progress is not None else 0
        # In thousandths: bytes of a large download do not fit Qt's int.
        self.bar.setRange(0, 1_000 if total else 0)
        if total and progress is not None:
            self.bar.setValue(min(1_000, progress.done * 1_000 // total))
        self.cancel.setEnabled(not job.stopping)
