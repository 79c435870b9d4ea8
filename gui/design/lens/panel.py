"""The Flatten lens: one block under the glass."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from core.blocks import Block, show_shape, values_in
from core.flatten_choice import choices, exchanged, report_at
from core.flatten_map import FlattenMap
from core.project import Path
from core.words import capitalised
from gui.design.icon_button import IconButton
from gui.design.lens.canvas import LensCanvas
from gui.design.lens.compare import Comparison
from gui.design.lens.content import Content, order_only, real_values
from gui.design.lens.feed import LensFeed
from gui.design.lens.host import disabled_by
from gui.design.lens.picture import PictureBar
from gui.design.lens.player import Player
from gui.document import Document
from gui.theme import theme
from gui.widgets.labels import ElidedLabel, styled

ROOM_FOR_NOTE = 700
"""Height from which the note on the batch axis is shown (px)."""

HINT = "Point at a value, or walk with the arrow keys."


class LensPanel(QFrame):
    """A mirror of one block of the document; it closes when that is no block for it.

    Signals:
        closed: It is not wanted any more.
    """

    closed = Signal()

    def __init__(self, document: Document, engine: Any) -> None:
        super().__init__()
        self._document = document
        self._path: Path | None = None
        self._block: Block | None = None
        self._map: FlattenMap | None = None
        self.setProperty("look", "card")
        self.feed = LensFeed(document, engine, self)
        self.picture = PictureBar()
        self.canvas = LensCanvas()
        self.player = Player(self.canvas.show_progress, self)
        self.comparison = Comparison()
        self._make_labels()
        self._make_controls()
        self._lay_out()
        self.feed.changed.connect(self._show_values)
        self.picture.step.connect(self.feed.step)
        self.canvas.lit_changed.connect(self._show_lit)
        self.canvas.play.connect(self.player.toggle)
        self.player.changed.connect(self._show_player)
        self.comparison.chosen.connect(self._exchange)
        document.changed.connect(self._follow)
        document.selection_changed.connect(self._follow_selection)

    @property
    def path(self) -> Path | None:
        """The block under the glass; None while closed."""
        return self._path

    @property
    def text(self) -> str:
        """The sentence on what happens, and what is lit."""
        return f"{self._sentence.text()}\n{self._lit.text()}\n{self._formula.text()}"

    def look_at(self, path: Path) -> None:
        """Put a block under the glass."""
        self._path, self._block = path, self._document.project.block(path)
        self._show()

    def close_lens(self) -> None:
        """Stop looking."""
        self._path = self._block = None
        self.player.go_to(self.player.steps)
        self.feed.show_block(None)
        self.closed.emit()

    # Building

    def _make_labels(self) -> None:
        self._title = QLabel()
        self._title.setFont(theme().font("heading"))
        self._sentence, self._lit = styled("", "muted"), ElidedLabel()
        self._formula, self._note = styled("", "muted"), styled("", "muted")
        self._formula.setFont(theme().font("mono_small"))
        self._note.setFont(theme().font("small"))
        # A line each, filled or not: what is lit changes with every move of the pointer.
        self._formula.setFixedHeight(18)
        for label in (self._sentence, self._note):
            label.setWordWrap(True)
        self._batch = QFrame()
        self._batch.setProperty("look", "note-warning")
        lines = QVBoxLayout(self._batch)
        lines.setContentsMargins(12, 8, 12, 8)
        self._batch_words = styled("")
        self._batch_words.setWordWrap(True)
        lines.addWidget(self._batch_words)

    def _make_controls(self) -> None:
        self.play = QPushButton()
        self.play.clicked.connect(self.player.toggle)
        self.close_button = IconButton("close", "Close the lens (Esc)", 28)
        self.close_button.clicked.connect(self.close_lens)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setAccessibleName("How far it is unrolled")
        self.slider.valueChanged.connect(self._scrub)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self.close_button)
        foot = QHBoxLayout()
        foot.setSpacing(12)
        foot.addWidget(self.play)
        foot.addWidget(self.slider, 1)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._lit)
        words.addWidget(self._formula)
        self._line = QFrame()
        self._line.setProperty("look", "line")
        whole = QVBoxLayout(self)
        whole.setContentsMargins(16, 10, 4, 8)
        whole.setSpacing(8)
        head.setContentsMargins(0, 0, 12, 0)
        whole.addLayout(head)
        body, area = QWidget(), QScrollArea()
        whole.addWidget(area, 1)
        lines = QVBoxLayout(body)
        lines.setContentsMargins(0, 0, 12, 6)
        lines.setSpacing(8)
        lines.addWidget(self._sentence)
        lines.addWidget(self.picture)
        lines.addWidget(self.canvas, 1)
        lines.addWidget(self._note)
        lines.addLayout(words)
        lines.addLayout(foot)
        lines.addWidget(self._line)
        lines.addWidget(self.comparison)
        lines.addWidget(self._batch)
        # Above an open drawer there may be less height than all of this needs.
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setAccessibleName("What the lens shows")
        area.setWidget(body)
        body.setAutoFillBackground(False)
        for before, after in (
            (self.close_button, self.picture.previous),
            (self.picture.previous, self.picture.next),
            (self.picture.next, self.canvas),
            (self.canvas, self.play),
            (self.play, self.slider),
        ):
            QWidget.setTabOrder(before, after)

    # Following the document

    def _follow(self) -> None:
        """After an edit: stay with the block, wherever it stands now."""
        if self._path is None:
            return
        project = self._document.project
        at = _block_at(self._document, self._path)
        if at is not self._block:
            moved = next((path for path, one in project.walk() if one is self._block), None)
            if moved is not None:
                self._path = moved
            elif at is None or at.gathers is None:
                self.close_lens()
                return
        if disabled_by(project, self._path) is not None:
            self.close_lens()
            return
        self._block = project.block(self._path)
        self._show()

    def _follow_selection(self) -> None:
        """Another block that the lens can show is selected: look at that one."""
        selection = self._document.selection
        if self._path is None or len(selection) != 1 or selection[0] == self._path:
            return
        block = _block_at(self._document, selection[0])
        if block is None or block.gathers is None:
            return
        if disabled_by(self._document.project, selection[0]) is None:
            self.look_at(selection[0])

    def _exchange(self, block: Block) -> None:
        if self._path is None or self._block is None:
            return
        project = exchanged(self._document.project, self._path, block)
        text = f"use {block.kind()} instead of {self._block.kind()}"
        self._document.edit(text, project, (self._path,))

    # Showing

    def _show(self) -> None:
        assert self._path is not None
        assert self._block is not None
        report = report_at(self._document.project, self._path)
        gathers = self._block.gathers
        self._map = None
        if gathers is not None and report.input is not None and report.output is not None:
            self._map = FlattenMap(gathers, report.input, report.output)
        name = f" “{self._block.name}”" if self._block.name else ""
        self._title.setText(f"{self._block.kind()} lens{name}")
        self._sentence.setText(_sentence(self._map))
        options = choices(self._document.project, self._path)
        self.comparison.show_choices(options)
        self._line.setVisible(bool(options))
        self._show_batch_note()
        self.feed.show_block(self._path)
        self._show_values()
        self.setAccessibleName(f"{self._title.text()}. {self._sentence.text()}")

    def _show_values(self) -> None:
        if self._path is None or self._block is None:
            return
        self.picture.show_state(self.feed.answer, self.feed.words)
        content = self._content()
        self.canvas.show_content(content, self._block.role)
        self.player.set_steps(content.mapping.steps() if content is not None else ())
        self._note.setText(content.note if content is not None else "")
        self._note.setVisible(bool(self._note.text()))
        self._show_player()

    def _content(self) -> Content | None:
        """What the canvas shows: real values, else the order, else nothing."""
        answer = self.feed.answer
        if self._map is None:
            return None
        if answer is not None and (answer.shape, answer.output) == (
            self._map.input,
            self._map.output,
        ):
            return real_values(self._map, answer)
        return order_only(self._map)

    def _show_lit(self) -> None:
        words = self.canvas.words
        self._lit.setText(capitalised(words) if words else HINT)
        self._formula.setText(self.canvas.formula)

    def _show_player(self) -> None:
        playing = self.player.playing
        verb = "Unroll" if self._map is None or self._map.gathers == "order" else "Gather"
        self.play.setText("Pause" if playing else verb)
        self.play.setIcon(theme().icon("pause" if playing else "play"))
        for control in (self.play, self.slider):
            control.setEnabled(self.player.steps > 0)
        self.slider.blockSignals(True)
        self.slider.setRange(0, self.player.steps)
        self.slider.setValue(self.player.step)
        self.slider.blockSignals(False)

    def _scrub(self, step: int) -> None:
        self.player.go_to(step)

    def _show_batch_note(self) -> None:
        fits = self.height() >= ROOM_FOR_NOTE and self._map is not None
        if fits and self._map is not None:
            before, after = _batch(self._map.input), _batch(self._map.output)
            self._batch_words.setText(
                f"The batch axis stays: Keras wants {before} and gives {after}. A bare "
                f"{_tuple(self._map.input)} is taken for {self._map.input[0]:,} pictures."
            )
        self._batch.setVisible(fits)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_batch_note()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape closes."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_lens()
        else:
            super().keyPressEvent(event)


def _block_at(document: Document, path: Path) -> Block | None:
    """The block at a path; None where none stands."""
    try:
        return document.project.block(path) if path[0] >= 0 else None
    except IndexError:
        return None


def _sentence(mapping: FlattenMap | None) -> str:
    """What happens, in a sentence."""
    if mapping is None:
        return "What arrives here is not known until the problem above it is solved."
    arriving, elements = show_shape(mapping.input), f"{mapping.elements:,}"
    if mapping.gathers == "mean":
        return f"Each of the {elements} channels of {arriving} becomes its mean."
    if mapping.gathers == "max":
        return f"Each of the {elements} channels of {arriving} becomes its largest value."
    if len(mapping.output) > 1:
        leaving = show_shape(mapping.output)
        return f"The {elements} values of {arriving}, in the same order, as {leaving}."
    if len(mapping.input) != 3:
        return f"{arriving} becomes {elements} numbers, the last axis innermost."
    return (
        f"{arriving} becomes {values_in(mapping.input):,} numbers: row by row, column by column, "
        "channels innermost."
    )


def _batch(shape: tuple[int, ...]) -> str:
    return _tuple((1, *shape))


def _tuple(shape: tuple[int, ...]) -> str:
    return str(tuple(shape))
