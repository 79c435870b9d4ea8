"""The Export page: the trained model as files, each proved to predict the same."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from core.project import Project
from gui.document import Document
from gui.engine_link import EngineLink
from gui.export.formats import available, file_name, free_name
from gui.export.jobs import ExportJobs
from gui.export.row import FIGURES, TIPS, TITLES, ExportRow
from gui.export.use_card import UseCard
from gui.theme import theme
from gui.train.plan_fields import Choice
from gui.train.session import TrainingSession
from gui.widgets.by_parts import ByParts
from gui.widgets.file_manager import show_folder
from gui.widgets.labels import ElidedLabel, styled
from gui.widgets.note import Details
from gui.widgets.throttle import Throttle
from gui.widgets.window import folders_of, show_page

if TYPE_CHECKING:
    from core.export.formats import Format

REFRESH_MS = 50


class ExportPage(QWidget, ByParts):
    """Exports of finished runs.

    Signals:
        state_changed: `state` is another.
    """

    state_changed = Signal()

    def __init__(
        self,
        document: Document,
        engine: EngineLink,
        session: TrainingSession,
        parent: QWidget | None = None,
        whole: bool = True,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._engine = engine
        self._session = session
        self._state = ""
        self._chosen: Path | None = None
        self._last_output: Path | None = None
        self.dialog: QFileDialog | None = None
        self.jobs = ExportJobs(engine, self)
        self.formats = available()
        self.rows: list[ExportRow] = []
        self.build_by(self._build(), whole)

    @property
    def state(self) -> str:
        """``idle``, ``ready``, ``attention`` or ``running``."""
        if self.jobs.running:
            return "running"
        if any(job.state == "failed" for job in self.jobs.of_run(self.run)):
            return "attention"
        return "ready" if self._session.finished else "idle"

    @property
    def run(self) -> Path | None:
        """Folder of the run that is exported."""
        folders = [run.folder for run in self._session.finished_runs]
        if self._chosen in folders:
            return self._chosen
        current = self._session.finished_run
        return current or (folders[0] if folders else None)

    # Building

    def _build(self) -> Iterator[None]:
        """The page, from the outside in: what is put elsewhere later is styled anew."""
        column = self._frames()
        column.addLayout(self._top())
        yield
        column.addWidget(self._table())
        yield
        self.use = UseCard(self.formats)
        column.addWidget(self.use)
        column.addStretch(1)
        yield
        self._refresh_soon = Throttle(REFRESH_MS, self.refresh, self)
        self._connect()
        self.refresh()

    def _frames(self) -> QVBoxLayout:
        """What the page says as long as there is no run, and the column for what it says then."""
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        self.stack = QStackedWidget()
        row.addWidget(self.stack)
        self.empty = EmptyState()
        self.stack.addWidget(self.empty)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.stack.addWidget(scroll)
        inside = QWidget()
        scroll.setWidget(inside)
        column = QVBoxLayout(inside)
        column.setContentsMargins(20, 16, 20, 20)
        column.setSpacing(16)
        return column

    def _top(self) -> QHBoxLayout:
        title = styled("Export")
        title.setFont(theme().font("title"))
        self.runs = Choice()
        self.runs.setAccessibleName("Run to export")
        self.runs.setMinimumWidth(300)
        self.about = ElidedLabel(look="muted")
        self.open_folder = QPushButton("Open folder")
        self.export_all = QPushButton("Export all…")
        self.export_all.setProperty("look", "primary")
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(title)
        row.addWidget(self.runs)
        row.addWidget(self.about, 1)
        row.addWidget(self.open_folder)
        row.addWidget(self.export_all)
        return row

    def _table(self) -> QFrame:
        card = QFrame()
        card.setProperty("look", "card")
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(0)
        grid.setColumnStretch(0, 4)
        grid.setColumnStretch(5, 5)
        for column, width in zip(FIGURES, (110, 80, 68, 64), strict=True):
            grid.setColumnMinimumWidth(column, width)  # so that results move nothing
        for column, text in enumerate(TITLES):
            grid.addWidget(_heading(text, column), 0, column)
        for number, entry in enumerate(self.formats):
            line = QFrame()
            line.setProperty("look", "line")
            grid.addWidget(line, 1 + 2 * number, 0, 1, len(TITLES))
            row = ExportRow(entry, grid, 2 + 2 * number)
            row.button.clicked.connect(lambda _checked=False, row=row: self._export_or_cancel(row))
            self.rows.append(row)
        self.details = Details()
        column = QVBoxLayout(card)
        column.setContentsMargins(16, 8, 16, 8)
        column.addLayout(grid)
        column.addWidget(self.details)
        return card

    def _connect(self) -> None:
        self._session.changed.connect(self._refresh_soon.ask)
        self.jobs.changed.connect(self._refresh_soon.ask)
        self._document.changed.connect(self._refresh_soon.ask)
        theme().changed.connect(self.refresh)
        self.empty.train.clicked.connect(lambda: show_page(self, "train"))
        self.runs.activated.connect(self._choose_run)
        self.open_folder.clicked.connect(self._open_folder)
        self.export_all.clicked.connect(self._ask_folder)

    # Doing

    def _choose_run(self, index: int) -> None:
        self._chosen = self.runs.itemData(index)
        self.refresh()

    def _export_or_cancel(self, row: ExportRow) -> None:
        job = self.jobs.job(self.run, row.entry.key)
        if job is not None and job.state in ("waiting", "running"):
            self.jobs.cancel()
        else:
            self._ask_file(row.entry)

    def _ask_file(self, entry: Format) -> None:
        """Ask where an export goes."""
        folder = self._folder()
        project = self._project()
        dialog = QFileDialog(self, f"Export {entry.title}", str(folder))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setFileMode(QFileDialog.FileMode.AnyFile)
        if entry.suffix:
            dialog.setDefaultSuffix(entry.suffix.lstrip("."))
            dialog.setNameFilter(f"{entry.title} (*{entry.suffix})")
        dialog.selectFile(free_name(folder, file_name(project, entry)).name)
        dialog.fileSelected.connect(lambda name: self._export(entry, Path(name)))
        self._open(dialog)

    def _ask_folder(self) -> None:
        """Ask for one folder for every format."""
        dialog = QFileDialog(self, "Export every format into a folder", str(self._folder()))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.setLabelText(QFileDialog.DialogLabel.Accept, "Export here")
        dialog.fileSelected.connect(lambda name: self._export_all(Path(name)))
        self._open(dialog)

    def _open(self, dialog: QFileDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.finished.connect(lambda _result: setattr(self, "dialog", None))
        self.dialog = dialog
        dialog.open()

    def _export(self, entry: Format, output: Path) -> None:
        run = self.run
        if run is None:
            return
        folders_of(self)["export"] = str(output.parent)
        self._last_output = output
        self.use.show_format(entry.key)
        self.jobs.export(run, entry.key, output)

    def _export_all(self, folder: Path) -> None:
        taken: list[Path] = []
        for entry in self.formats:
            taken.append(free_name(folder, file_name(self._project(), entry), taken))
            self._export(entry, taken[-1])
        self.use.show_format(self.formats[0].key)

    def _open_folder(self) -> None:
        if self._last_output is not None:
            show_folder(self._last_output.parent, self)

    def _folder(self) -> Path:
        """The folder last exported to, or the project's, or the user's own."""
        last = folders_of(self).get("export")
        if last and Path(last).is_dir():
            return Path(last)
        return self._document.path.parent if self._document.path else Path.home()

    def _project(self) -> Project:
        """What the chosen run trained."""
        run = next((r for r in self._session.finished_runs if r.folder == self.run), None)
        return run.project if run is not None else self._document.project

    # Showing

    def refresh(self) -> None:
        """Show where everything stands."""
        run = self.run
        self.stack.setCurrentIndex(0 if run is None else 1)
        self.empty.refresh()
        self._show_runs(run)
        self._show_rows(run)
        done = {job.format: job.output for job in self.jobs.of_run(run) if job.state == "done"}
        self.use.show_exports(self._project(), done)
        self.open_folder.setVisible(bool(done))
        self.setFocusProxy(self.empty.train if run is None else self.export_all)
        if self.state != self._state:
            self._state = self.state
            self.state_changed.emit()

    def _show_runs(self, run: Path | None) -> None:
        current = self._session.finished_run
        shown = [
            (each.folder, each.words(each.folder == current))
            for each in self._session.finished_runs
        ]
        known = [(self.runs.itemData(i), self.runs.itemText(i)) for i in range(self.runs.count())]
        if shown != known and not self.runs.view().isVisible():
            self.runs.clear()
            for folder, words in shown:
                self.runs.addItem(words, folder)
        index = next((i for i, (folder, _words) in enumerate(shown) if folder == run), -1)
        if index >= 0 and not self.runs.view().isVisible():
            self.runs.setCurrentIndex(index)
        self.about.setText(self._about(run, current))

    def _about(self, run: Path | None, current: Path | None) -> str:
        if self._session.running:
            return "Training is running; the engine exports when it is done."
        if run is not None and run != current:
            return "This is not the design on screen."
        return "Each file is opened by a clean process and must predict the same."

    def _show_rows(self, run: Path | None) -> None:
        details = ""
        for row in self.rows:
            job = self.jobs.job(run, row.entry.key)
            row.show_job(job)
            cancelling = job is not None and job.state == "cancelling"
            row.button.setEnabled(not cancelling and not self._session.running)
            if job is not None and job.failure is not None and job.state == "failed":
                details = job.failure.details or details
        self.details.set_text(details)
        self.export_all.setEnabled(not self.jobs.running and not self._session.running)


class EmptyState(QWidget):
    """What the page is for, and the way to fill it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture = QLabel()
        title = styled("Take the trained model with you")
        title.setFont(theme().font("title"))
        body = styled(
            "Export writes the trained model as a file that runs without Layerloom, and proves "
            "that the file predicts the same. There is no trained model yet.",
            "muted",
        )
        body.setWordWrap(True)
        self.train = QPushButton("Go to Train")
        self.train.setProperty("look", "primary")
        middle = QWidget()
        middle.setFixedWidth(480)
        inside = QVBoxLayout(middle)
        inside.setSpacing(12)
        for label in (self._picture, title, body):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            inside.addWidget(label)
        inside.addWidget(self.train, 0, Qt.AlignmentFlag.AlignHCenter)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(middle)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.addStretch(2)
        column.addLayout(row)
        column.addStretch(3)

    def refresh(self) -> None:
        """Draw in the theme's colours."""
        self._picture.setPixmap(theme().icon("export", "accent").pixmap(QSize(32, 32)))


def _heading(text: str, column: int) -> QLabel:
    label = styled(text, "muted")
    label.setFont(theme().font("small"))
    label.setToolTip(TIPS.get(text, ""))
    label.setMinimumHeight(32)
    side = Qt.AlignmentFlag.AlignRight if column in FIGURES else Qt.AlignmentFlag.AlignLeft
    label.setAlignment(side | Qt.AlignmentFlag.AlignVCenter)
    return label
