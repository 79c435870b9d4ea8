"""The Data page: choose pictures, see what they are like, put right what is wrong with them."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from core.data.names import path_of
from core.data.report import Exclude, MoveToClass, OpenFolder, Remedy, remedied
from core.data.source import MNIST, Folder, exclude, include, move_to_class
from gui.data.desk import DataDesk
from gui.data.grid import Grid
from gui.data.header import Header, JobBar, Teaching
from gui.data.notes import note_for
from gui.data.side import Side
from gui.data.thumbs import ThumbModel
from gui.data.words import source_count
from gui.document import Document
from gui.engine_link import EngineLink
from gui.theme import theme
from gui.train.note import Note
from gui.train.throttle import Throttle
from gui.train.window import folders_of
from gui.widgets.labels import ElidedLabel

REFRESH_MS = 50


class DataPage(QWidget):
    """The pictures of the project.

    Signals:
        state_changed: `state` is another.
    """

    title = "Data"
    icon_name = "data"
    state_changed = Signal()

    def __init__(
        self, document: Document, pictures: EngineLink, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._state = ""
        self._root = ""
        self._class = -1
        self.dialog: QFileDialog | None = None
        self.menu: QMenu | None = None
        self.desk = DataDesk(document, pictures, self)
        self.header = Header(self.desk)
        self.jobs = JobBar(self.desk)
        self.note = Note()
        self.teaching = Teaching()
        self.thumbs = ThumbModel(self.desk, self)
        self.grid = Grid(self.thumbs)
        self.side = Side(self.desk)
        self._lay_out()
        self._refresh_soon = Throttle(REFRESH_MS, self.refresh, self)
        self._progress_soon = Throttle(REFRESH_MS, self.jobs.refresh, self)
        self._connect()
        self._show_report()

    @property
    def state(self) -> str:
        """``idle``, ``ready``, ``attention`` or ``running``."""
        if self.desk.job is not None:
            return "running"
        report = self.desk.report
        bad = report is not None and any(one.severity == "error" for one in report.findings)
        return "attention" if bad or self.desk.failure is not None else "ready"

    # Building

    def _lay_out(self) -> None:
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(20, 16, 16, 8)
        column.setSpacing(12)
        column.addWidget(self.header)
        column.addWidget(self.jobs)
        column.addWidget(self.note)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.teaching)
        self.stack.addWidget(self._pictures())
        column.addWidget(self.stack, 1)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setObjectName("data.columns")
        splitter.setHandleWidth(1)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(left)
        splitter.addWidget(self.side)
        splitter.setStretchFactor(0, 1)
        splitter.setSizes([760, 400])
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(splitter)

    def _pictures(self) -> QWidget:
        self.class_title = ElidedLabel()
        self.class_title.setFont(theme().font("strong"))
        self.leave_out = QPushButton("Leave out")
        self.move = QPushButton("Move to class…")
        self.again = QPushButton("Scan again")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.class_title, 1)
        for button in (self.leave_out, self.move, self.again):
            row.addWidget(button)
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(row)
        column.addWidget(self.grid, 1)
        return holder

    def _connect(self) -> None:
        self.header.folder_wanted.connect(self.choose_folder)
        self.header.zip_wanted.connect(self.choose_zip)
        self.header.set_wanted.connect(self._use_set)
        self.teaching.choose.clicked.connect(self.choose_folder)
        self.desk.changed.connect(self._refresh_soon.ask)
        self.desk.progressed.connect(self._progress_soon.ask)
        self.desk.pictures.state_changed.connect(self._refresh_soon.ask)
        self._document.changed.connect(self._refresh_soon.ask)
        self.desk.report_changed.connect(self._show_report)
        self.side.balance.class_chosen.connect(self._show_class)
        self.side.findings.remedy_chosen.connect(self.remedy)
        self.grid.selectionModel().selectionChanged.connect(self._show_actions)
        self.thumbs.loaded.connect(self._show_actions)
        self.leave_out.clicked.connect(self._leave_out)
        self.move.clicked.connect(self._ask_move)
        self.again.clicked.connect(self.desk.scan)

    # Choosing

    def look_at(self, path: Path) -> None:
        """Understand a folder or zip, as when it is dropped on the window."""
        self.desk.look(str(path))

    def choose_folder(self) -> None:
        """Ask for a folder of pictures."""
        dialog = QFileDialog(self, "Choose a folder of pictures", self._last_folder())
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.setLabelText(QFileDialog.DialogLabel.Accept, "Look at it")
        self._open(dialog)

    def choose_zip(self) -> None:
        """Ask for a zip of pictures."""
        dialog = QFileDialog(self, "Choose a zip of pictures", self._last_folder())
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter("Zip files (*.zip *.ZIP)")
        self._open(dialog)

    def _open(self, dialog: QFileDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self._chosen)
        dialog.finished.connect(lambda _result: setattr(self, "dialog", None))
        self.dialog = dialog
        dialog.open()

    def _chosen(self, name: str) -> None:
        folders_of(self)["data"] = str(Path(name).parent)
        self.look_at(Path(name))

    def _last_folder(self) -> str:
        last = folders_of(self).get("data", "")
        return last if last and Path(last).is_dir() else str(Path.home())

    def _use_set(self, name: str) -> None:
        if name == "mnist":
            self.desk.cancel()
            self.desk.dismiss()
            self.desk.use(MNIST())
        else:
            self.desk.use_set(name)

    # Putting right

    def remedy(self, remedy: Remedy, button: QWidget) -> None:
        """Do what a finding's button says, at once or as soon as all its files are read."""
        place = _below(button)
        if isinstance(remedy, Exclude | MoveToClass) and remedy.kept:
            self.desk.with_files(remedy, lambda whole: self._put_right(whole, place))
        else:
            self._put_right(remedy, place)

    def _put_right(self, remedy: Remedy, place: QPoint) -> None:
        source = self.desk.source
        if not isinstance(source, Folder):
            return
        if isinstance(remedy, OpenFolder):
            folder = path_of(source.path, remedy.folder)
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
        elif isinstance(remedy, MoveToClass):
            classes = remedy.classes or source.class_names
            self._ask_class(classes, remedy.files, place)
        else:
            self.desk.edit_folder(_lower(remedy.label), remedied(source, remedy))

    def _leave_out(self) -> None:
        """Leave the chosen pictures out, or take them in again if all of them are out."""
        source = self.desk.source
        names = [picture.name for picture in self.grid.chosen()]
        if not isinstance(source, Folder) or not names:
            return
        if set(names) <= set(source.excluded):
            self.desk.edit_folder(f"take in {source_count(len(names))}", include(source, names))
        else:
            self.desk.edit_folder(f"leave out {source_count(len(names))}", exclude(source, names))

    def _ask_move(self) -> None:
        source = self.desk.source
        names = tuple(picture.name for picture in self.grid.chosen())
        if isinstance(source, Folder) and names:
            self._ask_class(source.class_names, names, _below(self.move))

    def _ask_class(self, classes: tuple[str, ...], files: tuple[str, ...], place: QPoint) -> None:
        menu = QMenu(self)
        menu.setAccessibleName("Class to move to")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for name in classes:
            menu.addAction(name.replace("&", "&&"), partial(self._move, files, name))
        self.menu = menu
        menu.popup(place)

    def _move(self, files: tuple[str, ...], name: str) -> None:
        source = self.desk.source
        if isinstance(source, Folder):
            text = f"move {source_count(len(files))} to {name}"
            self.desk.edit_folder(text, move_to_class(source, files, name))

    # Showing

    def refresh(self) -> None:
        """Show where everything stands."""
        source = self.desk.source
        own = isinstance(source, Folder)
        self.header.refresh()
        self.jobs.refresh()
        self.note.show_text(*note_for(self.desk))
        self.stack.setCurrentIndex(1 if own else 0)
        self.side.refresh()
        self.thumbs.show_excluded(frozenset(source.excluded if own else ()))
        self._show_actions()
        self.setFocusProxy(self.header.folder)
        if self.state != self._state:
            self._state = self.state
            self.state_changed.emit()

    def _show_report(self) -> None:
        """Another report: the same class is shown from it."""
        report = self.desk.report
        root = report.root if report is not None else ""
        if root != self._root:
            self._root, self._class = root, 0
            self.thumbs.forget()
        self.refresh()
        self._show_class(self._class)

    def _show_class(self, number: int) -> None:
        report = self.desk.report
        classes = report.classes if report is not None else ()
        one = classes[number] if 0 <= number < len(classes) else None
        self._class = number
        self.class_title.setText(f"{one.name}  ·  {source_count(one.files)}" if one else "")
        self.thumbs.show_class(number, one)
        self._show_actions()

    def _show_actions(self) -> None:
        source = self.desk.source
        names = {picture.name for picture in self.grid.chosen()}
        out = isinstance(source, Folder) and bool(names) and names <= set(source.excluded)
        self.leave_out.setText("Take in again" if out else "Leave out")
        for button in (self.leave_out, self.move):
            button.setEnabled(bool(names))
            button.setToolTip("" if names else "Select pictures below first")
        self.again.setVisible(self.desk.job is None)


def _below(button: QWidget) -> QPoint:
    """Where a button's menu opens."""
    return button.mapToGlobal(QPoint(0, button.height()))


def _lower(label: str) -> str:
    """A button's words as what was done, for “Undo …”."""
    return label[:1].lower() + label[1:].rstrip("…")
