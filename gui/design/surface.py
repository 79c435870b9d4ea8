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

from core.blocks import Shape
from core.project import Path
from gui.design.brackets import paint_bracket, paint_row, row_heights
from gui.design.card import BlockCard
from gui.design.drop_preview import DropSlot, DropWords
from gui.design.faces import INPUT_PATH, Face, faces
from gui.design.gap import GapMotion
from gui.design.library.offers import Offers
from gui.design.look import Metrics
from gui.design.notes import Notes
from gui.design.problem_note import ProblemNote
from gui.design.rows import Row, rows
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
        cards: The Input's card, then one for each block that is shown, in the order of reading.
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
        self._notes = Notes(document, self)
        self._faces: list[Face] = []
        self._rows: list[Row] = []
        self._by_path: dict[Path, BlockCard] = {}
        self._tops: list[int] = []
        self._boxes: list[QRect] = []
        self._bands: list[QRect] = []
        self._spans: list[tuple[int, int]] = []
        self._wanted = 0
        self._room = 0
        self._largest = 1
        self.slot = DropSlot(self)
        self.preview = DropWords(self)
        self.gaps = GapMotion(self._place, self)
        self._open_gap: Path | None = None
        self.drops: Drops | None = None
        self.setAcceptDrops(True)

    # What it shows

    def show_design(self) -> None:
        """Show the document's project as it is now, on this frame."""
        project, analysis = self._document.project, self._document.analysis
        self._faces = faces(project, analysis)
        self._rows = rows(project, analysis, self._faces)
        shapes = [face.output for face in self._faces if face.output is not None]
        self._largest = max((max(s[:2]) for s in shapes if len(s) == 3), default=1)
        self._fit_cards(len(self._faces))
        for card, face in zip(self.cards, self._faces, strict=True):
            card.show_face(face)
        self._by_path = {card.path: card for card in self.cards}
        self._notes.show()
        self.show_selection()
        self.lay_out()

    def watch_offers(self, offers: Offers) -> None:
        """Show from now on what the library offers to its uses."""
        self._notes.offers = offers

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
        """The card of a block that is shown; ``(-1,)`` is the Input's."""
        return self._by_path.get(path)

    def nearest(self, path: Path) -> Path:
        """A block that is shown: the one at ``path``, one above it, or what holds it."""
        while path not in self._by_path:
            if path[-1] > 0:
                path = (*path[:-1], path[-1] - 1)
            elif len(path) > 1:
                path = path[:-2]
            else:
                return INPUT_PATH
        return path

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

    def _work_out_spans(self) -> None:
        """Left end and width of the rows at each depth (px); deep ones are moved in less."""
        left, width = self.column
        deepest = max((row.depth for row in self._rows), default=0)
        step = min(self.metrics(20), width // (3 * deepest)) if deepest else 0
        both = step + self.metrics(8)
        self._spans = [(left + d * step, width - d * both) for d in range(deepest + 1)]

    def lay_out(self) -> None:
        """Work out where everything stands while no gap is open, and put it there."""
        metrics = self.metrics
        y = metrics.margin
        self._work_out_spans()
        self._tops, self._boxes, self._bands = [], [], []
        rooms, thread = row_heights(metrics), metrics(12)
        heights: dict[Shape | None, int] = {}
        for row in self._rows:
            self._tops.append(y)
            height = rooms[row.sort]
            self._boxes.append(QRect(0, y, 0, height))
            y += height
            note = self._notes.get(row.face.path) if row.sort == "card" else None
            if note is not None:
                y += note.heightForWidth(self._spans[row.depth][1]) + metrics(4)
            band = 0 if row.sort == "end" else thread
            if self._has_band(row):
                if row.output not in heights:
                    heights[row.output] = band_height(row.output, self._largest, metrics)
                band = heights[row.output]
            self._bands.append(QRect(0, y, 0, band))
            y += band
        if self._notes.end.isVisibleTo(self):
            y += self._notes.end.heightForWidth(self.column[1]) + metrics(8)
        self._wanted = y + metrics(8)
        self._place()

    def _has_band(self, row: Row) -> bool:
        """Whether a tensor leaves this row, or would if it could be told."""
        return row.sort == "foot" or (row.sort == "card" and not row.foot)

    def _place(self) -> None:
        """Move everything to where it stands, open gaps counted in."""
        metrics, gaps = self.metrics, self.gaps.heights
        column_left, column_width = self.column
        shift, y, cards = 0, metrics.margin, iter(self.cards)
        for row, top, box, band in zip(
            self._rows, self._tops, self._boxes, self._bands, strict=True
        ):
            if gaps and row.place is not None:
                shift += round(gaps.get(row.place, 0))
            left, width = self._spans[row.depth]
            y, height = top + shift, box.height()
            box.setRect(left, y, width, height)
            y += height
            if row.sort == "card":
                next(cards).setGeometry(left, box.top(), width, height)
                y += self._place_note(row, left, y, width)
            height = band.height()
            band.setRect(column_left, y, column_width, height)
            y += height
        if self._notes.end.isVisibleTo(self):
            height = self._notes.end.heightForWidth(column_width)
            self._notes.end.setGeometry(column_left, y, column_width, height)
        total = self._wanted + round(sum(gaps.values()))
        self.setMinimumHeight(total)
        self._place_slot()
        self.update()

    def _place_note(self, row: Row, left: int, y: int, width: int) -> int:
        """Put a card's note under it; returns the room it takes (px)."""
        note = self._notes.get(row.face.path)
        if note is None:
            return 0
        height = note.heightForWidth(width)
        note.setGeometry(left, y + self.metrics(4), width, height)
        return height + self.metrics(4)

    def sizeHint(self) -> QSize:
        return QSize(self.metrics.card_width + 2 * self.metrics.margin, self._wanted)

    def resizeEvent(self, event: QResizeEvent) -> None:
        if event.oldSize().width() != event.size().width():
            self.lay_out()

    # Dropping

    def insertion_place(self, y: int) -> Path:
        """Before which block something let go at ``y`` would be put; one past the end appends.

        The upper half of a card is the place before it, its lower half the place after it: of an
        open container, that is the beginning of what it holds.  So the upper half of a foot is the
        end inside, the lower half the place behind the container.
        """
        # Measured against the places without a gap: the gap must not run away from the mouse.
        for top, box, row in zip(self._tops, self._boxes, self._rows, strict=True):
            whole = row.sort in ("empty", "end")
            if row.place is not None and y <= top + (box.height() if whole else box.height() // 2):
                return row.place
        return (len(self._document.project.stack),)

    def open_gap(self, place: Path | None) -> None:
        """Show where a drop would land, or nothing."""
        self._open_gap = place
        self.gaps.open(place, 0 if place is None else self._slot_height() + self.metrics(12))
        self.slot.setVisible(place is not None)
        self.preview.setVisible(place is not None)
        self._place_slot()

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

    def _place_slot(self) -> None:
        number = self._row_at(self._open_gap)
        if number is None or self._open_gap is None:
            return
        # As much of it as has opened: the slot must not lie over the card that makes room.
        opened = round(self.gaps.heights.get(self._open_gap, 0))
        height = max(3, min(self._slot_height(), opened - self.metrics(8)))
        left, width = self._spans[len(self._open_gap) // 2]
        top = self._boxes[number].top() - opened
        self.slot.setGeometry(left - 8, top, width + 16, height)
        self.slot.raise_()
        self.preview.raise_()

    def _row_at(self, place: Path | None) -> int | None:
        """Number of the row that would move down if something were put at a place."""
        found = (number for number, row in enumerate(self._rows) if row.place == place)
        return next(found, None) if place is not None else None

    # Brackets and tensors

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        dirty = event.rect()
        for number, row in enumerate(self._rows):
            if row.foot and self._meets(number, number + row.foot, dirty):
                boxes = self._boxes[number], self._boxes[number + row.foot]
                paint_bracket(painter, *boxes, row)
        for number, row in enumerate(self._rows):
            if self._meets(number, number, dirty):
                self._paint_below(painter, number, row)
                paint_row(painter, self._boxes[number], row, self.metrics)
        painter.end()

    def _meets(self, first: int, last: int, dirty: QRect) -> bool:
        """Whether rows, with what passes below them, reach into what is to be painted."""
        below = self._boxes[min(last + 1, len(self._boxes) - 1)].top()
        return self._boxes[first].top() <= dirty.bottom() and below >= dirty.top()

    def _paint_below(self, painter: QPainter, number: int, row: Row) -> None:
        """The thread to the next row, and the tensor on it."""
        band = self._bands[number]
        if row.line != "none":
            self._paint_thread(painter, band, number, known=row.line == "solid")
        if row.output is not None:
            last = number == len(self._rows) - 2
            role = row.face.block.role
            meaning = self._meaning(row.face) if last else ""
            paint_tensor(
                painter, QRectF(band), row.output, role, self._largest, self.metrics, meaning
            )

    def _meaning(self, face: Face) -> str:
        """What the last tensor is, once it is what a classifier should end in."""
        project = self._document.project
        right = face.output == (project.classes,) and not face.severity
        return f"one probability for each class of {project.data.title}" if right else ""

    def _paint_thread(self, painter: QPainter, band: QRect, number: int, known: bool) -> None:
        """The line from row to row; dashed where nothing is known to flow."""
        style = Qt.PenStyle.SolidLine if known else Qt.PenStyle.DashLine
        painter.setPen(QPen(theme().color("line"), 1, style))
        x = band.center().x()
        painter.drawLine(x, band.top(), x, self._boxes[number + 1].top())

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            text = self.tensor_tip(event.pos().y())
            QToolTip.showText(event.globalPos(), f"<p>{rich(text)}</p>" if text else "", self)
            return True
        return super().event(event)

    def tensor_tip(self, y: int) -> str:
        """What to say of the tensor at a height (px); empty where there is none."""
        for row, band in zip(self._rows, self._bands, strict=True):
            if band.top() <= y <= band.bottom() and self._has_band(row):
                return tensor_words(row.output) if row.output is not None else row.face.why
        return ""
