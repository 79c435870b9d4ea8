"""The health report: each finding with what it means, its files and its ways out."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from core.data.names import shown
from core.data.report import (
    Finding,
    LeaveOutClasses,
    Remedy,
    Report,
    UseFit,
    WeighClasses,
    remedied,
)
from core.data.source import Folder
from core.project import Project
from gui.data.desk import DataDesk
from gui.data.file_list import FileList, line
from gui.data.finding_strip import FindingStrip
from gui.data.thumbs import ThumbModel
from gui.theme import theme
from gui.widgets.buttons import link
from gui.widgets.flow_layout import FlowLayout
from gui.widgets.labels import breakable, styled

FIRST = 3
"""Files named at once."""
AT_ONCE = 2
"""Cards made in one turn of the event loop; each takes some milliseconds."""
_TONES = {"error": "error", "warning": "warning", "note": "muted"}
_ICONS = {"error": "error", "warning": "warning", "note": "info"}
_SPOKEN = {"error": "harms the result", "warning": "likely not meant", "note": "handled"}


class FindingCard(QWidget):
    """One finding.

    Signals:
        remedy_chosen: A way out was chosen; it and its button.
        show_wanted: Its pictures are to be shown; the finding.
    """

    remedy_chosen = Signal(object, object)
    show_wanted = Signal(object)

    def __init__(self, finding: Finding, desk: DataDesk, thumbs: ThumbModel) -> None:
        super().__init__()
        self.finding = finding
        self._desk = desk
        self._settings: list[tuple[Remedy, QPushButton]] = []
        self.setAccessibleName(finding.title)
        self.setAccessibleDescription(f"{_SPOKEN[finding.severity]}. {finding.text}")
        self._mark = QLabel()
        self._mark.setAccessibleName(_SPOKEN[finding.severity])
        self._mark.setToolTip(_SPOKEN[finding.severity].capitalize())
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 8, 0, 8)
        row.setSpacing(8)
        row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        body = QVBoxLayout()
        body.setSpacing(4)
        row.addLayout(body, 1)
        title = styled(breakable(finding.title))
        title.setFont(theme().font("strong"))
        for label in (title, styled(breakable(finding.text), "muted")):
            label.setWordWrap(True)
            body.addWidget(label)
        self.strip: FindingStrip | None = None
        if finding.files:
            self.strip = FindingStrip(finding, thumbs)
            self.strip.pressed.connect(lambda: self.show_wanted.emit(finding))
            body.addWidget(self.strip)
        self.files: FileList | None = None
        self.show_files = link()
        self._add_files(body)
        self._add_buttons(body)
        self.show_project(desk.document.project)
        theme().changed.connect(self._paint_mark)
        self._paint_mark()

    def _paint_mark(self) -> None:
        severity = self.finding.severity
        self._mark.setPixmap(theme().icon(_ICONS[severity], _TONES[severity]).pixmap(18, 18))

    def _add_files(self, body: QVBoxLayout) -> None:
        """A few files are named at once, unless the text does; more when asked for."""
        finding = self.finding
        if not finding.files or _told(finding):
            return
        if len(finding.files) <= FIRST:
            first = styled(
                breakable("\n".join(line(finding, row) for row in range(len(finding.files)))),
                "faint",
            )
            first.setFont(theme().font("small"))
            first.setWordWrap(True)
            body.addWidget(first)
        else:
            button = self.show_files
            button.setCheckable(True)
            button.setAccessibleName(f"{finding.title}: list all files")
            body.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
            files = self.files = FileList(finding.title)
            body.addWidget(files)
            button.toggled.connect(lambda on: self._unfold(files, on))
            self._unfold(files, False)

    def _unfold(self, files: FileList, on: bool) -> None:
        if on and not files.files.rowCount():
            self._desk.with_finding(self.finding, files.show_finding)
        files.setVisible(on)
        self.show_files.setText("Hide files" if on else f"List all {self.finding.count:,} files")

    def _add_buttons(self, body: QVBoxLayout) -> None:
        finding = self.finding
        if not finding.remedies and not finding.files:
            return
        holder = QWidget()
        flow = FlowLayout(holder)
        if finding.files:
            self.show_pictures = QPushButton("Show it" if len(finding.files) == 1 else "Show them")
            self.show_pictures.setAccessibleName(f"Show pictures: {finding.title}")
            self.show_pictures.clicked.connect(lambda: self.show_wanted.emit(finding))
        for remedy in self.finding.remedies:
            button = QPushButton(remedy.label)
            button.setAccessibleName(f"{remedy.label}: {self.finding.title}")
            button.clicked.connect(
                lambda _checked=False, one=remedy, at=button: self.remedy_chosen.emit(one, at)
            )
            if isinstance(remedy, UseFit | WeighClasses | LeaveOutClasses):
                self._settings.append((remedy, button))
            flow.addWidget(button)
        if finding.files:
            flow.addWidget(self.show_pictures)
        body.addWidget(holder)

    def show_project(self, project: Project) -> None:
        """Offer only what the project does not do already."""
        focus = self.focusWidget()
        for remedy, button in self._settings:
            button.setVisible(not _done(remedy, project))
        if isinstance(focus, QPushButton) and focus.isHidden():
            # It was just pressed: the keyboard stays at the finding.
            left = [b for b in self.findChildren(QPushButton) if not b.isHidden()]
            if left:
                left[-1].setFocus(Qt.FocusReason.OtherFocusReason)


def _done(remedy: Remedy, project: Project) -> bool:
    """Whether a way out is taken already."""
    if isinstance(remedy, UseFit):
        return project.input.fit == remedy.fit
    if isinstance(remedy, LeaveOutClasses):
        return not set(remedy.classes) & set(project.data.class_names)
    return isinstance(project.data, Folder) and remedied(project.data, remedy) == project.data


def _told(finding: Finding) -> bool:
    """Whether the text names every file already."""
    return finding.count <= FIRST and all(shown(name) in finding.text for name in finding.files)


class Findings(QWidget):
    """All findings, worst first; cards stay where a finding stays the same.

    Signals:
        remedy_chosen: A way out was chosen; it and its button.
        show_wanted: Its pictures are to be shown; the finding.
        made: There are other cards.
    """

    remedy_chosen = Signal(object, object)
    show_wanted = Signal(object)
    made = Signal()

    def __init__(self, desk: DataDesk, thumbs: ThumbModel, after: QWidget) -> None:
        """Prepare.

        Args:
            desk: Knows the project and the files of findings.
            thumbs: Has the pictures of the strips.
            after: Takes the keyboard once the last finding is put right.
        """
        super().__init__()
        self._desk = desk
        self._thumbs = thumbs
        self._after = after
        self._place = -1
        self.cards: list[FindingCard] = []
        self._row: list[FindingCard | None] = []
        self._more = QTimer(self, singleShot=True, interval=0)
        self._more.timeout.connect(self._make)
        self._lines = QVBoxLayout(self)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(0)
        self._shown: tuple[Finding, ...] = ()
        self._whole = ""

    def show_report(self, report: Report) -> None:
        """Show what a scan found, or that nothing is wrong so far.

        While a folder is scanned once more, what the last scan found stays: most of it is found
        again, and cards that go and come take their time, and the reader's place.
        """
        for card in self.cards:
            card.show_project(self._desk.document.project)
        if not report.complete and report.root == self._whole:
            return
        self._whole = report.root if report.complete else ""
        if report.findings == self._shown:
            return
        self._shown = report.findings
        before, old = tuple(self.cards), list(self.cards)
        place = _with_keyboard(old)
        self._row = []
        for finding in report.findings:
            card = next((one for one in old if one.finding == finding), None)
            if card is not None:
                old.remove(card)
            self._row.append(card)
        self._make()
        if any(card is place for card in old):
            self._place = before.index(place)
            self._pass_keyboard()
        elif self._place >= 0 and self.cards:
            if self._after.hasFocus():  # a scan begins without findings; here they are again
                self._pass_keyboard()
            self._place = -1
        for card in old:
            self._lines.removeWidget(card)
            card.hide()
            card.deleteLater()

    def _make(self) -> None:
        """Make a few of the cards that are still to be made, and the others in the next turns."""
        missing = [at for at, card in enumerate(self._row) if card is None]
        for at in missing[:AT_ONCE]:
            card = FindingCard(self._shown[at], self._desk, self._thumbs)
            card.remedy_chosen.connect(self.remedy_chosen)
            card.show_wanted.connect(self.show_wanted)
            self._row[at] = card
        self.cards = [card for card in self._row if card is not None]
        for at, card in enumerate(self.cards):
            if self._lines.indexOf(card) != at:  # putting one where it is takes time too
                self._lines.insertWidget(at, card)
        strips = [card.strip for card in self.cards if card.strip is not None]
        self._thumbs.want_only({one.name for strip in strips for one in strip.pictures})
        if len(missing) > AT_ONCE:
            self._more.start()
        self.made.emit()

    def _pass_keyboard(self) -> None:
        """Before a card with the keyboard goes: Qt would take it to the project's name.

        The card that follows has come to the place of the one that goes.
        """
        following = self.cards[min(self._place, len(self.cards) - 1)] if self.cards else None
        ways: list[QPushButton] = []
        if following is not None:
            following.show()  # a new one is shown a turn later, and what is hidden gets no keys
            ways = following.findChildren(QPushButton)
            ways = [b for b in ways if b is not following.show_files and not b.isHidden()]
        (ways[0] if ways else self._after).setFocus(Qt.FocusReason.OtherFocusReason)

    def remedies(self) -> list[Remedy]:
        """Every way out on offer."""
        return [remedy for card in self.cards for remedy in card.finding.remedies]


def _with_keyboard(cards: list[FindingCard]) -> FindingCard | None:
    focus = QApplication.focusWidget()
    return next((card for card in cards if focus and card.isAncestorOf(focus)), None)
