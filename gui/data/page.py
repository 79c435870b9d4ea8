"""The Data page: choose pictures, see what they are like, put right what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from core.data.names import brief, from_name, shown
from core.data.report import ClassCount, Finding
from core.data.source import MNIST, Folder, left_out
from gui.data.actions import SHORTCUTS, PictureActions
from gui.data.cache_line import CacheLine
from gui.data.changes import changes
from gui.data.class_actions import KEY, ClassActions
from gui.data.desk import DataDesk
from gui.data.grid import Grid
from gui.data.header import Header, JobBar
from gui.data.heading import Heading
from gui.data.invitation import ReadyMade
from gui.data.notes import note_for
from gui.data.shelf import Shelf
from gui.data.side import Side
from gui.data.thumbs import ThumbModel
from gui.data.words import class_at, job_words, listed_classes, source_count
from gui.document import Document
from gui.engine_link import EngineLink
from gui.frame.remembered import begin_with
from gui.widgets.by_parts import ByParts
from gui.widgets.figures import count
from gui.widgets.note import Note
from gui.widgets.throttle import Throttle
from gui.widgets.window import folders_of

REFRESH_MS = 50


class DataPage(QWidget, ByParts):
    """The pictures of the project.

    Signals:
        state_changed: `state` is another.
        job_changed: What is under way in words, empty for nothing, and how far it is (0 to 1, or
            None while that is unknown).
    """

    title = "Data"
    icon_name = "data"
    shortcuts = SHORTCUTS
    state_changed = Signal()
    job_changed = Signal(str, object)

    def __init__(
        self,
        document: Document,
        pictures: EngineLink,
        parent: QWidget | None = None,
        whole: bool = True,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._state = ""
        self._root = ""
        self._class = -1
        self._finding: Finding | None = None
        self._out: tuple[str, ...] = ()
        self.dialog: QFileDialog | None = None
        self.desk = DataDesk(document, pictures, self)
        self.shelf = Shelf(self.desk, self)
        self.build_by(self._build(), whole)

    @property
    def state(self) -> str:
        """``idle``, ``ready``, ``attention`` or ``running``."""
        if self.desk.job is not None:
            return "running"
        report = self.desk.report
        bad = report is not None and any(one.severity == "error" for one in report.findings)
        failed = self.desk.failure is not None or self.desk.lost
        return "attention" if bad or failed or self.desk.changed_classes else "ready"

    # Building

    def _build(self) -> Iterator[None]:
        """The page, from the outside in: what is put elsewhere later is styled anew."""
        splitter, column = self._columns()
        self.header = Header(self.desk)
        self.jobs = JobBar(self.desk)
        self.note = Note()
        for part in (self.header, self.jobs, self.note):
            column.addWidget(part)
        yield
        self.stack = QStackedWidget()
        self.stack.setMinimumHeight(1)  # it gives way to the note, which would be cut off
        column.addWidget(self.stack, 1)
        self.ready_made = ReadyMade(self.desk, self.shelf)
        self.stack.addWidget(self.ready_made)
        self.thumbs = ThumbModel(self.desk, self)
        self.grid = Grid(self.thumbs)
        self.stack.addWidget(self._pictures())
        self.actions_on = PictureActions(self.desk, self.grid, self)
        yield
        self.cache = CacheLine(self.desk)
        column.addWidget(self.cache)
        self.side = Side(self.desk, self.shelf, self.thumbs)
        splitter.addWidget(self.side)
        begin_with(splitter, [760, 400])
        yield from self.side.build()
        self.class_actions = ClassActions(
            self.desk, self.side.balance, self.grid, lambda: self._finding is None
        )
        yield
        self._refresh_soon = Throttle(REFRESH_MS, self.refresh, self)
        self._progress_soon = Throttle(REFRESH_MS, self.jobs.refresh, self)
        self._connect()
        self._show_report()

    def _columns(self) -> tuple[QSplitter, QVBoxLayout]:
        """The two columns: the first with a layout to fill, the second still to come."""
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setObjectName("data.columns")
        splitter.setHandleWidth(1)
        splitter.setChildrenCollapsible(False)
        row.addWidget(splitter)
        left = QWidget()
        splitter.addWidget(left)
        splitter.setStretchFactor(0, 1)
        column = QVBoxLayout(left)
        column.setContentsMargins(20, 16, 16, 8)
        column.setSpacing(12)
        return splitter, column

    def _pictures(self) -> QWidget:
        heading = Heading()
        self.class_title, self.back, self.whole = heading.title, heading.back, heading.whole
        self.leave_out, self.move, self.again = heading.leave_out, heading.move_to, heading.again
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(heading)
        column.addWidget(self.grid, 1)
        return holder

    def _connect(self) -> None:
        self.header.folder_wanted.connect(self.choose_folder)
        self.header.zip_wanted.connect(self.choose_zip)
        self.header.set_wanted.connect(self._use_set)
        self.ready_made.choose.clicked.connect(self.choose_folder)
        self.desk.place_wanted.connect(self.choose_folder)
        self.shelf.changed.connect(self._refresh_soon.ask)
        self.desk.changed.connect(self._refresh_soon.ask)
        self.desk.progressed.connect(self._progress_soon.ask)
        self.desk.pictures.state_changed.connect(self._refresh_soon.ask)
        self._document.changed.connect(self._refresh_soon.ask)
        self.desk.report_changed.connect(self._show_report)
        self.side.balance.class_chosen.connect(self._show_class)
        self.side.findings.remedy_chosen.connect(self.actions_on.remedy)
        self.side.findings.show_wanted.connect(self._show_finding)
        self.side.changes.show_wanted.connect(self._show_finding)
        self.grid.selectionModel().selectionChanged.connect(self.actions_on.refresh)
        self.thumbs.loaded.connect(self.actions_on.refresh)
        self.actions_on.changed.connect(self._show_actions)
        self.class_actions.changed.connect(self._show_class_action)
        self.actions_on.anchor = self.move
        self.leave_out.clicked.connect(self.actions_on.leave_out.trigger)
        self.whole.clicked.connect(self.class_actions.leave_out.trigger)
        self.move.clicked.connect(self.actions_on.move.trigger)
        self.back.clicked.connect(lambda: self._show_class(self._class))
        self.again.clicked.connect(self.desk.scan)

    # Choosing

    def look_at(self, path: Path) -> None:
        """Understand a folder or zip, as when it is dropped on the window."""
        self.shelf.decline()
        self.desk.look(str(path))

    def scan_again(self) -> None:
        """Look at the project's folder anew, if it has one."""
        self.desk.scan()

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
        source = self.desk.source
        if self.desk.lost and isinstance(source, Folder):
            above = Path(from_name(source.path)).parents
            return str(next((one for one in above if one.is_dir()), Path.home()))
        last = folders_of(self).get("data", "")
        return last if last and Path(last).is_dir() else str(Path.home())

    def _use_set(self, name: str) -> None:
        if name == "mnist":
            self.shelf.decline()
            self.desk.cancel()
            self.desk.dismiss()
            self.desk.use(MNIST())
        else:
            self.shelf.want(name)

    # Showing

    def refresh(self) -> None:
        """Show where everything stands."""
        source = self.desk.source
        own = isinstance(source, Folder)
        self.shelf.follow()
        self.header.refresh()
        self.jobs.refresh()
        self._say()
        self.stack.setCurrentIndex(1 if own else 0)
        out = source.classes_left_out if own else ()
        if out != self._out:
            self._out = out
            if self._finding is None:
                self._show_class(self._class)
        self.ready_made.refresh()
        self.side.refresh()
        self.cache.refresh()
        self.thumbs.show_excluded(left_out(source) if isinstance(source, Folder) else frozenset())
        self.actions_on.refresh()
        self.class_actions.refresh()
        self._tell_job()
        self.setFocusProxy(self.header.folder)
        if self.state != self._state:
            self._state = self.state
            self.state_changed.emit()

    def _say(self) -> None:
        """Show the note; whoever pressed its button goes on with the pictures."""
        said = note_for(self.desk, self.shelf)
        if self.note.says(*said):
            return
        focus = self.window().focusWidget()  # also where another program has the keyboard
        inside = focus is not None and self.note.isAncestorOf(focus)
        if inside:
            # Before the button goes: Qt would take the keyboard to the project's name.
            self.header.folder.setFocus(Qt.FocusReason.OtherFocusReason)
        self.note.show_text(*said)
        # Where there is little room, what is to be answered now needs it.
        self.ready_made.invitation.setVisible(said[0] is None)
        chosen = focus is not None and self.header.isAncestorOf(focus)
        if said[0] is not None and (chosen or inside):
            self.note.focus_primary()  # the answer to what was chosen, dropped or pressed

    def _tell_job(self) -> None:
        """Let the window's status bar say what is under way."""
        job = self.desk.job
        if job is None:
            self.job_changed.emit("", None)
            return
        progress = job.progress
        share = progress.done / progress.total if progress is not None and progress.total else None
        self.job_changed.emit(job_words(job, self.desk.pictures.ready_event is not None), share)

    def _show_report(self) -> None:
        """Another report: the same class is shown from it."""
        report = self.desk.report
        root = report.root if report is not None else ""
        if root != self._root:
            self._root, self._class = root, 0
            self.thumbs.forget()
        self.refresh()
        source = self.desk.source
        own = changes(source) if isinstance(source, Folder) else ()
        found = (*report.findings, *own) if report is not None else ()
        finding = self._finding
        if finding is not None and finding in found:
            return  # its pictures stay in view while the scan is renewed
        same = next((one for one in found if finding and one.code == finding.code), None)
        if same is not None and same.files:
            self._show_finding(same)
        else:
            self._show_class(self._class)

    def _show_class(self, number: int) -> None:
        """Show the class in a row of the balance."""
        report, source = self.desk.report, self.desk.source
        self._class, self._finding = number, None
        self.back.hide()
        if report is None:
            self.ready_made.gallery.show_class(number)
        one, kind = class_at(report, number)
        self.class_title.setText("")
        self.grid.empty = ""
        if one is not None and isinstance(source, Folder):
            out = one.name in source.classes_left_out
            kind = -1 if out else kind
            self.class_title.setText(
                f"{shown(one.name)}  ·  {'left out' if out else source_count(one.files)}"
            )
            self.grid.empty = _left_out_words(one) if out else _empty_words(one, kind)
        self.thumbs.show_class(kind, one if kind >= 0 else None)
        self.actions_on.refresh()
        self.class_actions.refresh()

    def _show_finding(self, finding: Finding) -> None:
        """The pictures of a finding in place of a class's."""
        report = self.desk.report
        if report is None:
            return
        self._finding = finding
        files = count(finding.count, "file")
        told = f"{finding.count:,} " in finding.title
        self.class_title.setText(finding.title if told else f"{finding.title}  ·  {files}")
        classes = listed_classes(report)
        name = classes[self._class].name if 0 <= self._class < len(classes) else ""
        self.back.setText(f"Back to {brief(name, 18)}")
        self.back.setToolTip(f"Back to {shown(name)}")
        self.back.setVisible(bool(name))
        self.class_actions.refresh()
        self.desk.with_finding(finding, lambda whole: self._show_files(finding, whole))

    def _show_files(self, finding: Finding, whole: Finding) -> None:
        """All pictures of the finding, unless something else is looked at by now."""
        if self._finding is not finding:
            return
        self.thumbs.show_files(whole.files, whole.reasons)
        self.grid.setFocus(Qt.FocusReason.OtherFocusReason)
        self.grid.setCurrentIndex(self.thumbs.index(0))
        self.actions_on.refresh()

    def _show_actions(self) -> None:
        """The buttons say what the actions do."""
        actions = self.actions_on
        for button, action in ((self.leave_out, actions.leave_out), (self.move, actions.move)):
            button.setText(action.text())
            button.setEnabled(action.isEnabled())
            words = f"{action.text()} ({action.shortcut().toString()})"
            button.setToolTip(words if action.isEnabled() else "Choose pictures below first")
        self.again.setVisible(self.desk.job is None and not self.desk.lost)

    def _show_class_action(self) -> None:
        """The button beside the class's name says what can be done with all of it."""
        action = self.class_actions.leave_out
        self.whole.setText(action.text())
        self.whole.setToolTip(action.toolTip())
        self.whole.setAccessibleName(f"{action.text()} {brief(self.side.balance.name)}")
        self.whole.setEnabled(action.isEnabled())
        self.whole.setVisible(self._finding is None and bool(self.side.balance.name))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.cache.look_again()
        self.desk.look_for_folder()


def _left_out_words(one: ClassCount) -> str:
    """In place of the pictures of a class that is left out."""
    return (
        f"{brief(one.name)} is left out of the project with its {source_count(one.files)}; no file "
        f"was touched. “Take class in again” ({KEY}) brings it back."
    )


def _empty_words(one: ClassCount, kind: int) -> str:
    """Where there are no pictures of a class to show."""
    return "Looking at its pictures…" if kind < 0 else f"No picture counts as {brief(one.name)}."
