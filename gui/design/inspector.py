"""The inspector: the selected blocks' fields, what they come to, and what they are for."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from core import edits, nesting
from core.blocks import Block, show_shape, values_in
from core.project import Path
from gui.design.about import About
from gui.design.faces import INPUT_PATH, origin, title, where
from gui.design.field_form import FieldForm
from gui.design.lens.host import disabled_by
from gui.design.library.offers import Offers
from gui.design.look import section_font
from gui.design.problem_note import ProblemNote
from gui.design.weights_note import WeightsNote
from gui.design.wording import NOTHING, value_text
from gui.design.worked_out import Fact, Facts, block_facts
from gui.document import Document
from gui.theme import theme
from gui.widgets.figures import count, data_size, short
from gui.widgets.labels import styled

HINTS = (
    "Click a block to edit its fields. Drag it to move it, drag it onto the palette to delete it; "
    "Ctrl and Shift select several, / inserts one by name."
)


class Inspector(QScrollArea):
    """A mirror of the selection; it keeps keyboard and cursor while edits go through it.

    Signals:
        left: Escape was pressed: the keyboard goes back to the loom.
    """

    left = Signal()

    def __init__(self, document: Document, engine: Any = None) -> None:
        """Show a document's selection.

        Args:
            document: Whose.
            engine: Link to the engine process, which downloads weights; may be None.
        """
        super().__init__()
        self._engine = engine
        self._document = document
        self._shown: tuple[Path, ...] = ()
        self._round = 0
        self._offers: Offers | None = None
        self.setObjectName("design.inspector")
        self.setAccessibleName("Inspector")
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumWidth(300)
        self._build()
        document.changed.connect(self.refresh)
        document.selection_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the selection as it is now."""
        paths = self._document.selection
        other = paths != self._shown
        self._shown = paths
        if other:
            self._round += 1
        blocks = self.blocks
        self._show_title(blocks)
        if blocks:
            self.form.show_blocks(blocks, self._document.project, other)
        self.form.setVisible(bool(blocks))
        self._show_notes()
        self._show_weights()
        self._show_facts()
        single = len(blocks) == 1
        shows = single and blocks[0].gathers is not None
        self.lens.setVisible(shows and disabled_by(self._document.project, paths[0]) is None)
        self._about_title.setVisible(single)
        self.about.setVisible(single)
        if single:
            self.about.show_kind(type(blocks[0]))
        self._hint.setVisible(not blocks)
        if other:
            self.verticalScrollBar().setValue(0)

    def watch_offers(self, offers: Offers) -> None:
        """Show from now on what the library offers to the selected use."""
        self._offers = offers

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The selected blocks, the Input included."""
        project = self._document.project
        return tuple(
            project.input if path == INPUT_PATH else project.block(path)
            for path in self._document.selection
        )

    def focus_first(self) -> None:
        """Give the keyboard to the first field."""
        self.form.focus_first()

    def focus_field(self, name: str) -> None:
        """Give the keyboard to a field."""
        self.form.focus_field(name)

    # Building

    def _build(self) -> None:
        inner = QWidget()
        inner.setProperty("look", "panel")
        lines = QVBoxLayout(inner)
        lines.setContentsMargins(16, 14, 16, 16)
        lines.setSpacing(8)
        self._title, self._place = QLabel(), styled("", "muted")
        for label in (self._title, self._place):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            lines.addWidget(label)
        self._title.setFont(theme().font("heading"))
        self._place.setObjectName("design.place")
        lines.setSpacing(8)
        self.form = FieldForm()
        self.form.edited.connect(self.apply)
        self.form.finished.connect(self._next_round)
        self.note = ProblemNote(self._document, with_reason=True)
        self.weights = WeightsNote(self._engine)
        self.facts, self.about = Facts(), About()
        self._hint = styled(HINTS, "muted")
        self._hint.setWordWrap(True)
        self._facts_line, self._facts_title = _line(), _section("Worked out")
        self._about_line, self._about_title = _line(), _section("What it does")
        lines.addSpacing(4)
        self.lens = QPushButton("Look through the lens")
        self.lens.setToolTip("See a real picture's values laid out or gathered here (L)")
        lines.addWidget(self.form)
        lines.addWidget(self.lens, 0, Qt.AlignmentFlag.AlignLeft)
        lines.addWidget(self.note)
        lines.addWidget(self.weights)
        for widget in (
            self._facts_line,
            self._facts_title,
            self.facts,
            self._about_line,
            self._about_title,
            self.about,
            self._hint,
        ):
            lines.addWidget(widget)
        lines.addStretch(1)
        self.setWidget(inner)

    # Showing

    def _show_title(self, blocks: tuple[Block, ...]) -> None:
        paths = self._document.selection
        project = self._document.project
        total = len(project.stack)
        kinds = {block.kind() for block in blocks}
        if not blocks:
            self._title.setText(project.name)
            self._place.setText(f"{count(total, 'block')} for {project.data.title}")
        elif len(blocks) > 1:
            self._title.setText(f"{len(blocks)} blocks")
            same = f"all {kinds.pop()}" if len(kinds) == 1 else ", ".join(sorted(kinds))
            self._place.setText(f"{same}. What they share is edited together.")
        elif paths[0] == INPUT_PATH:
            self._title.setText("Input")
            self._place.setText("what enters the stack")
        else:
            self._title.setText(title(blocks[0]))
            self._place.setText(origin(blocks[0]) + where(project, paths[0]))

    def _show_notes(self) -> None:
        analysis = self._document.analysis
        paths = self._document.selection
        if paths:
            # What is still to come is said under the card, and none of this block's business.
            problems = [p for p in analysis.problems if p.path in paths and not p.unfinished]
        else:
            problems = [p for p in analysis.problems if p.path is None]
        use = self._offers.at(paths[0]) if self._offers is not None and len(paths) == 1 else None
        self.note.show_problems(problems)
        self.note.show_offer(use, self._offers)
        self.note.setVisible(bool(problems) or use is not None)

    def _show_weights(self) -> None:
        """What a single block needs from the network, where its shape is known."""
        paths = self._document.selection
        wanted = None
        if len(paths) == 1 and paths[0] != INPUT_PATH:
            report = self._document.analysis.report(paths[0])
            if report.input is not None and not report.block.disabled:
                wanted = report.block.download(report.input)
        self.weights.show_file(wanted)

    def _show_facts(self) -> None:
        paths = self._document.selection
        facts = self._project_facts() if not paths else self._selection_facts(paths)
        self._facts_title.setText("IN ALL" if not paths or len(paths) > 1 else "WORKED OUT")
        for widget in (self._facts_line, self._facts_title, self.facts):
            widget.setVisible(bool(facts))
        self._about_line.setVisible(len(paths) < 2)
        self.facts.show_facts(facts)

    def _selection_facts(self, paths: tuple[Path, ...]) -> list[Fact]:
        analysis = self._document.analysis
        if paths == (INPUT_PATH,):
            values = values_in(analysis.input)
            return [
                Fact("output", show_shape(analysis.input)),
                Fact("values", f"{values:,} · {data_size(4 * values)}"),
            ]
        blocks = nesting.outermost(path for path in paths if path != INPUT_PATH)
        reports = [analysis.report(path) for path in blocks]
        if len(reports) == 1:
            return block_facts(reports[0])
        trainable = sum(report.cost.trainable for report in reports)
        fixed = sum(report.cost.non_trainable for report in reports)
        work = sum(report.cost.multiply_adds for report in reports)
        return [
            Fact("parameters", f"{trainable + fixed:,}", _untrained(fixed)),
            Fact("multiply-adds", short(work)),
        ]

    def _project_facts(self) -> list[Fact]:
        project, analysis = self._document.project, self._document.analysis
        output = NOTHING if analysis.output is None else show_shape(analysis.output)
        cost = analysis.cost
        return [
            Fact("input", show_shape(analysis.input)),
            Fact("output", output),
            Fact("parameters", f"{cost.parameters:,}", _untrained(cost.non_trainable)),
            Fact("weights take", data_size(4 * analysis.parameters)),
            Fact("multiply-adds a picture", short(cost.multiply_adds)),
            Fact("values a picture", data_size(analysis.activation_bytes)),
            Fact("data", f"{project.data.title}, {project.classes} classes"),
        ]

    # Editing

    def apply(self, name: str, value: Any) -> None:
        """Set a field of every selected block, as one undoable step."""
        document = self._document
        project = document.project
        after = project
        for path in document.selection:
            if path == INPUT_PATH:
                after = after.changed(input=project.input.changed(**{name: value}))
            else:
                block = after.block(path).changed(**{name: value})
                after = edits.replace(after, path, (block,))
        text = f"set {name} to {value_text(value)}"
        merge = f"{document.selection}:{name}:{self._round}"
        document.edit(text, after, merge=merge)

    def _next_round(self) -> None:
        """What is typed from now on is a step of its own."""
        self._round += 1

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
            return
        event.ignore()


def _section(text: str) -> QLabel:
    label = styled(text.upper(), "muted")
    label.setFont(section_font())
    return label


def _untrained(fixed: int) -> str:
    return f"{fixed:,} of them not trained" if fixed else ""


def _line() -> QFrame:
    line = QFrame()
    line.setProperty("look", "line")
    return line
