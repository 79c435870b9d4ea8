"""One page of help: what a kind does, its picture, its formulas, its parameters."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from gui.design.look import section_font
from gui.design.wording import explained
from gui.design.worked_out import Facts, block_facts
from gui.help.picture import HelpPicture
from gui.help.subject import Parameter, Subject, parameters
from gui.theme import theme
from gui.widgets.clearing import clear
from gui.widgets.keras_link import KerasLink
from gui.widgets.labels import styled


class Article(QScrollArea):
    """Shows a subject; everything in it is read from the block and its class."""

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # Arrows and Page keys scroll it, so it takes the keyboard.
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.subject: Subject | None = None
        self._named: dict[str, QWidget] = {}
        self._content = QWidget()
        self._content.setProperty("look", "panel")
        self._lines = QVBoxLayout(self._content)
        self._lines.setContentsMargins(0, 4, 8, 8)
        self._lines.setSpacing(8)
        self.setWidget(self._content)

    @property
    def text(self) -> str:
        """Everything written in it."""
        return "\n".join(
            label.text() for label in self._content.findChildren(QLabel) if label.text()
        )

    def show_subject(self, subject: Subject) -> None:
        """Show another subject, or the same with other numbers; the latter stays where it is."""
        same = self.subject is not None and subject.kind is self.subject.kind
        asked = not same or (self.subject is not None and subject.field != self.subject.field)
        place = self.verticalScrollBar().value()
        self.subject = subject
        self.setAccessibleName(f"Help on {subject.kind.kind()}")
        clear(self._lines)
        self._named = {}
        self._fill(subject)
        self._content.adjustSize()
        self.verticalScrollBar().setValue(place if same else 0)
        if asked and subject.field:
            QTimer.singleShot(0, self, self._reveal_field)  # once everything has its place

    def _reveal_field(self) -> None:
        box = self._named.get(self.subject.field) if self.subject is not None else None
        if box is not None:
            self.verticalScrollBar().setValue(max(0, box.y() - 48))

    def _fill(self, subject: Subject) -> None:
        kind = subject.kind
        self._add(kind.kind(), font=theme().font("title"))
        self._add(kind.purpose)
        if subject.report is not None:
            picture = HelpPicture()
            picture.show_report(subject.report)
            self._lines.addWidget(picture)
        if subject.trouble:
            self._add(subject.trouble, "error")
        self._add(subject.place, "faint", theme().font("small"))
        if subject.report is not None and (facts := block_facts(subject.report)):
            self._section("Worked out")
            shown = Facts()
            shown.show_facts(facts)
            self._lines.addWidget(shown)
        self._section("When to use it")
        self._add(kind.when_to_use)
        self._section("How it works")
        self._add(explained(kind)).setTextFormat(Qt.TextFormat.MarkdownText)
        self._section("Parameters")
        for parameter in parameters(subject):
            self._add_parameter(parameter, parameter.name == subject.field)
        link = KerasLink()
        link.setObjectName("help-keras")
        self._lines.addWidget(link, 0, Qt.AlignmentFlag.AlignLeft)
        link.show_kind(kind)
        self._lines.addStretch(1)

    def _add(self, text: str, look: str = "", font: QFont | None = None) -> QLabel:
        label = styled(text, look)
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        if font is not None:
            label.setFont(font)
        self._lines.addWidget(label)
        return label

    def _section(self, title: str) -> None:
        self._lines.addSpacing(6)
        self._add(title.upper(), "muted", section_font())

    def _add_parameter(self, parameter: Parameter, asked: bool) -> None:
        box = QFrame()
        box.setAccessibleName(f"{parameter.title} ({parameter.name}): {parameter.description}")
        # The field that was asked about stands out by a frame of its own.
        box.setProperty("look", "card" if asked else "")
        inner = QVBoxLayout(box)
        inner.setContentsMargins(*((8, 6, 8, 6) if asked else (0, 0, 0, 2)))
        inner.setSpacing(1)
        value = f" = {parameter.value}" if parameter.value else ""
        for text, look, font in (
            (f"{parameter.name}{value}", "", theme().font("mono_small")),
            (f"{parameter.title}. {parameter.description}", "muted", theme().font("small")),
            (parameter.limits, "faint", theme().font("small")),
        ):
            label = styled(text, look)
            label.setFont(font)
            label.setWordWrap(True)
            inner.addWidget(label)
        self._named[parameter.name] = box
        self._lines.addWidget(box)
