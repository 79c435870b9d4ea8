"""What scrolls inside the loom: cards, notes under them, and the tensors painted between.

Laid out by hand: a hundred cards move in well under a millisecond each frame, and a gap is only a
number added to everything below it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QHelpEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from core.analysis import Analysis
from core.blocks import Shape
from core.project import Path
from gui.design.card import BlockCard
from gui.design.drop_preview import DropSlot, DropWords
from gui.design.faces import Face, faces
from gui.design.gap import GapMotion
from gui.design.look import Metrics
from gui.design.problem_note import ProblemNote
from gui.design.tensor import band_height, paint_tensor
from gui.design.wording import rich, tensor_words
from gui.document import Document
from gui.theme import theme


class Drops(Protocol):
    """Whoever takes what is dragged over the surface."""

    def enter(self, event: QDragEnterEvent) -> None:
        """Something comes."""

    def move(self, event: QDragMoveEvent) -> None:
        """It is elsewhere now."""

    def leave(self, event: QDragLeaveEvent) -> None:
        """It is gone."""

    def drop(self, event: QDropEvent) -> None:
        """It is let go."""


class Surface(QWidget):
    """Cards by position: an edit gives the same widgets other faces.

    Attributes:
        cards: The Input's card, then one for each block.
        slot: The open gap's place.
        preview: What a drop there would do, in words.
        gaps: Which gap is open.
    """

    def __init__(self, document: Document, make_card: Callable[[QWidget], BlockCard]) -> None:
        super().__init__()
        self._document = document
        self._make_card = make_card
        self.metrics = Metrics()
        self.cards: list[BlockCard] = []
        self._notes: dict[Path, ProblemNote] = {}
        self._end_note = ProblemNote(document, parent=self)
        self._end_note.hide()
        self._faces: list[Face] = []
        self._tops: list[int] = []
        self._bands: list[QRect] = []
        self._wanted = 0
        self._room = 0
        self._largest = 1
        self.slot = DropSlot(self)
        self.preview = DropWords(self)
        self.gaps = GapMotion(self._place, self)
        self._open_gap: int | None = None
        self.drops: Drops | None = None
        self.setAcceptDrops(True)

    # What it shows

    def show_design(self) -> None:
        """Show the document's project as it is now, on this frame."""
        project, analysis = self._document.project, self._document.analysis
        self._faces = faces(project, analysis)
        shapes = [face.output for face in self._faces if face.output is not None]
        self._largest = max((max(s[:2]) for s in shapes if len(s) == 3), default=1)
        self._fit_cards(len(self._faces))
        for card, face in zip(self.cards, self._faces, strict=True):
            card.show_face(face)
        self._show_notes(analysis)
        self.show_selection()
        self.lay_out()

    def show_selection(self) -> None:
        """Outline the selected cards."""
        selected = set(self._document.selection)
        for card in self.cards:
            chosen = card.path in selected
            if card.isChecked() != chosen:
                card.setChecked(chosen)

    def set_zoom(self, zoom: float) -> None:
        """Take other sizes."""
        self.metrics = Metrics(zoom)
        for card in self.cards:
            card.set_metrics(self.metrics)
        self.lay_out()

    def card(self, path: Path) -> BlockCard | None:
        """The card of a block; ``(-1,)`` is the Input's."""
        place = path[0] + 1
        return self.cards[place] if 0 <= place < len(self.cards) else None

    def note(self, path: Path) -> ProblemNote | None:
        """The note under a block, where something is wrong with it."""
        return self._notes.get(path)

    def _fit_cards(self, wanted: int) -> None:
        while len(self.cards) < wanted:
            card = self._make_card(self)
            card.set_metrics(self.metrics)
            card.show()
            self.cards.append(card)
        while len(self.cards) > wanted:
            card = self.cards.pop()
            card.hide()
            card.setParent(None)
            card.deleteLater()

    def _show_notes(self, analysis: Analysis) -> None:
        by_path: dict[Path, list] = {}
        whole = []
        for problem in analysis.problems:
            if problem.path is not None:
                by_path.setdefault(problem.path, []).append(problem)
            elif problem.code != "empty":  # the empty loom teaches that better
                whole.append(problem)
        for path in list(self._notes):
            if path not in by_path:
                note = self._notes.pop(path)
                note.hide()
                note.setParent(None)
                note.deleteLater()
        for path, problems in by_path.items():
            if path not in self._notes:
                self._notes[path] = ProblemNote(self._document, parent=self)
            self._notes[path].show_problems(problems)
            self._notes[path].show()
        self._end_note.show_problems(whole)
        self._end_note.setVisible(bool(whole))

    # Where everything is

    @property
    def column(self) -> tuple[int, int]:
        """Left end and width of the column of cards (px)."""
        metrics = self.metrics
        room = self._room or self.width()
        width = max(min(metrics.card_width, room - 2 * metrics.margin), metrics(120))
        return (room - width) // 2, width

    def set_room(self, room: int) -> None:
        """Use this width (px) with a scroll bar and without, so that its coming shifts nothing."""
        if room != self._room:
            self._room = room
            self.lay_out()

    def lay_out(self) -> None:
        """Work out where everything stands while no gap is open, and put it there."""
        metrics = self.metrics
        y, width = metrics.margin, self.column[1]
        self._tops, self._bands = [], []
        heights: dict[Shape | None, int] = {}
        for face in self._faces:
            self._tops.append(y)
            y += metrics.card_height
            note = self._notes.get(face.path)
            if note is not None:
                y += note.heightForWidth(width) + metrics(4)
            if face.output not in heights:
                heights[face.output] = band_height(face.output, self._largest, metrics)
            band = heights[face.output]
            self._bands.append(QRect(0, y, 0, band))
            y += band
        if self._end_note.isVisibleTo(self):
            y += self._end_note.heightForWidth(width) + metrics(8)
        self._wanted = y + metrics(8)
        self._place()

    def _place(self) -> None:
        """Move everything to where it stands, open gaps counted in."""
        metrics, gaps = self.metrics, self.gaps.heights
        left, width = self.column
        shift, y = 0, metrics.margin
        for place, card in enumerate(self.cards):
            if place > 0:
                shift += round(gaps.get(place - 1, 0))
            y = self._tops[place] + shift
            card.setGeometry(left, y, width, metrics.card_height)
            y += metrics.card_height
            note = self._notes.get(card.path)
            if note is not None:
                height = note.heightForWidth(width)
                note.setGeometry(left, y + metrics(4), width, height)
                y += height + metrics(4)
            self._bands[place].setRect(left, y, width, self._bands[place].height())
        y += self._bands[-1].height() if self._bands else 0
        if self._end_note.isVisibleTo(self):
            height = self._end_note.heightForWidth(width)
            self._end_note.setGeometry(left, y, width, height)
        total = self._wanted + round(sum(gaps.values()))
        self.setMinimumHeight(total)
        self._place_slot(left, width)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self.metrics.card_width + 2 * self.metrics.margin, self._wanted)

    def resizeEvent(self, event: QResizeEvent) -> None:
        if event.oldSize().width() != event.size().width():
            self.lay_out()

    # Dropping

    def insertion_index(self, y: int) -> int:
        """Before which block something let go at ``y`` would be put; the length is the end."""
        half = self.metrics.card_height // 2
        # Measured against the places without a gap: the gap must not run away from the mouse.
        return sum(top + half < y for top in self._tops[1:])

    def open_gap(self, index: int | None) -> None:
        """Show where a drop would land, or nothing."""
        self._open_gap = index
        self.gaps.open(index, 0 if index is None else self._slot_height() + self.metrics(12))
        self.slot.setVisible(index is not None)
        self.preview.setVisible(index is not None)
        self._place_slot(*self.column)

    def close_gap_now(self) -> None:
        """Forget the gap at once."""
        self._open_gap = None
        self.gaps.close_now()
        self.slot.hide()
        self.preview.hide()
        self.lay_out()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self.drops is not None:
            self.drops.enter(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        if self.drops is not None:
            self.drops.move(event)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        if self.drops is not None:
            self.drops.leave(event)

    def dropEvent(self, event: QDropEvent) -> None:
        if self.drops is not None:
            self.drops.drop(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click beside the cards selects nothing, so that the overview shows."""
        self._document.select(())

    def _slot_height(self) -> int:
        return self.metrics(44)

    def _place_slot(self, left: int, width: int) -> None:
        if self._open_gap is None:
            return
        band = self._bands[self._open_gap]
        # As much of it as has opened: the slot must not lie over the card that makes room.
        opened = round(self.gaps.heights.get(self._open_gap, 0)) - self.metrics(8)
        height = max(3, min(self._slot_height(), opened))
        self.slot.setGeometry(left - 8, band.bottom() + 1, width + 16, height)
        self.slot.raise_()
        self.preview.raise_()

    # Tensors

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        dirty = event.rect()
        last = len(self._faces) - 1
        for place, (face, band) in enumerate(zip(self._faces, self._bands, strict=True)):
            if band.bottom() < dirty.top() or band.top() > dirty.bottom():
                continue
            if place < last:
                self._paint_thread(painter, band, place, known=face.output is not None)
            if face.output is not None:
                paint_tensor(
                    painter,
                    QRectF(band),
                    face.output,
                    face.block.role,
                    self._largest,
                    self.metrics,
                    self._meaning(face) if place == last else "",
                )
        painter.end()

    def _meaning(self, face: Face) -> str:
        """What the last tensor is, once it is what a classifier should end in."""
        project = self._document.project
        right = face.output == (project.classes,) and not face.severity
        return f"one probability for each class of {project.data.title}" if right else ""

    def _paint_thread(self, painter: QPainter, band: QRect, place: int, known: bool) -> None:
        """The line from card to card; dashed where nothing is known to flow."""
        style = Qt.PenStyle.SolidLine if known else Qt.PenStyle.DashLine
        painter.setPen(QPen(theme().color("line"), 1, style))
        x = band.center().x()
        painter.drawLine(x, band.top(), x, self.cards[place + 1].y())

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            text = self.tensor_tip(event.pos().y())
            QToolTip.showText(event.globalPos(), f"<p>{rich(text)}</p>" if text else "", self)
            return True
        return super().event(event)

    def tensor_tip(self, y: int) -> str:
        """What to say of the tensor at a height (px); empty where there is none."""
        for face, band in zip(self._faces, self._bands, strict=True):
            if band.top() <= y <= band.bottom():
                return tensor_words(face.output) if face.output is not None else face.why
        return ""
