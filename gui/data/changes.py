"""What the project makes of its folder beside what lies there, each with a way back."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from core.data.classes import named
from core.data.report import Finding
from core.data.source import Folder, include, move_back, moved_files, weigh_equally
from gui.data.class_chooser import ClassChooser
from gui.data.desk import DataDesk
from gui.data.preparation import line, section
from gui.data.words import count_classes, source_count
from gui.widgets.flow_layout import FlowLayout
from gui.widgets.labels import breakable, styled


def changes(source: Folder) -> tuple[Finding, ...]:
    """Pictures left out and pictures moved, as findings that can be shown."""
    lists = (
        ("left-out", "left out", source.excluded),
        ("moved", "counted as another class", moved_files(source)),
    )
    return tuple(
        Finding(code, "note", f"{source_count(len(files))} {what}", "", files, len(files))
        for code, what, files in lists
        if files
    )


class Changes(QWidget):
    """The user's own changes; hidden while there are none.

    Signals:
        show_wanted: Pictures are to be shown; a finding of them.
    """

    show_wanted = Signal(object)

    def __init__(self, desk: DataDesk, after: QWidget) -> None:
        """Prepare.

        Args:
            desk: Whose project is changed.
            after: Takes the keyboard once a change is taken back and its buttons are gone.
        """
        super().__init__()
        self._desk = desk
        self._after = after
        self._shown: Folder | None = None
        self.one: QPushButton | None = None
        self.chooser: ClassChooser | None = None
        self._rows = QWidget()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(section("Your changes"))
        column.addWidget(self._rows)
        column.addWidget(line())
        self.hide()

    def refresh(self) -> None:
        """Show what the project does to its folder now."""
        source = self._desk.source
        if not isinstance(source, Folder):
            self._shown = None
            self.hide()
        elif source != self._shown:
            self._shown = source
            self._build(source)

    def _build(self, source: Folder) -> None:
        found = changes(source)
        out = source.classes_left_out
        rows = QWidget()
        lines = QVBoxLayout(rows)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(8)
        if out:
            self._add_classes(lines, out)
        for finding in found:
            self._add_pictures(lines, finding)
        if source.class_weights:
            words = "Classes weighed, so that each counts the same in training"
            _add(lines, words, [("Weigh equally", self._weigh_equally)])
        old, self._rows = self._rows, rows
        if old.focusWidget() is not None and old.focusWidget().hasFocus():
            self._after.setFocus(Qt.FocusReason.OtherFocusReason)
        self.layout().replaceWidget(old, rows)
        old.hide()
        old.deleteLater()
        self.setVisible(bool(out or found or source.class_weights))

    def _add_classes(self, lines: QVBoxLayout, out: tuple[str, ...]) -> None:
        words = f"{count_classes(len(out))} left out: {named(out)}"
        if len(out) == 1:
            _add(lines, words, [("Take in again", lambda: self._desk.take_in_classes(out))])
            return
        actions = [
            ("Take one in again…", self._ask_class),
            ("Take all in again", lambda: self._desk.take_in_classes(out)),
        ]
        self.one, _ = _add(lines, words, actions)

    def _ask_class(self) -> None:
        """Ask which class is to be taken in again."""
        source = self._desk.source
        if isinstance(source, Folder):
            out = source.classes_left_out
            self.chooser = ClassChooser(out, 0, self.window(), "Take a class in again")
            self.chooser.chosen.connect(lambda name: self._desk.take_in_classes([name]))
            self.chooser.open_below(self.one)

    def _add_pictures(self, lines: QVBoxLayout, finding: Finding) -> None:
        back = self._take_in if finding.code == "left-out" else self._move_back
        words = "Take all in again" if finding.code == "left-out" else "Move all back"
        one = finding.count == 1
        show = "Show it" if one else "Show them"
        actions = [
            (show, lambda: self.show_wanted.emit(finding)),
            (words.replace("all", "it") if one else words, back),
        ]
        _add(lines, finding.title, actions)

    def _take_in(self) -> None:
        source = self._desk.source
        if isinstance(source, Folder):
            text = f"take in {source_count(len(source.excluded))}"
            self._desk.change_folder(
                lambda folder: (text, include(folder, folder.excluded)), len(source.excluded)
            )

    def _move_back(self) -> None:
        source = self._desk.source
        if isinstance(source, Folder):
            text = f"move back {source_count(len(source.moved))}"
            self._desk.edit_folder(text, move_back(source))

    def _weigh_equally(self) -> None:
        source = self._desk.source
        if isinstance(source, Folder):
            self._desk.edit_folder("weigh classes equally", weigh_equally(source))


def _add(
    lines: QVBoxLayout, words: str, actions: list[tuple[str, Callable[[], None]]]
) -> list[QPushButton]:
    """A row: what was changed, and buttons, which are returned."""
    buttons = []
    label = styled(breakable(words))
    label.setWordWrap(True)
    lines.addWidget(label)
    flow = FlowLayout()
    for text, then in actions:
        button = QPushButton(text)
        button.setAccessibleName(f"{text}: {words}")
        button.clicked.connect(lambda _checked=False, then=then: then())
        flow.addWidget(button)
        buttons.append(button)
    lines.addLayout(flow)
    return buttons
