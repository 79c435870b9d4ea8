"""What scrolls inside the loom: cards, notes under them, and the tensors painted between.

Laid out by hand, as `layout` says; with a gap open, anew on every frame.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QHelpEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from core.project import Path, place_words
from gui.design.brackets import paint_bracket, paint_row
from gui.design.card import BlockCard
from gui.design.columns import stack_span
from gui.design.drop_preview import DropSlot, DropWords
from gui.design.faces import INPUT_PATH, Face, faces, title
from gui.design.gap import GapMotion
from gui.design.landing import landing
from gui.design.layout import Layout, Plan, Spot
from gui.design.library.offers import Offers
from gui.design.look import Metrics
from gui.design.notes import Notes
from gui.design.problem_note import ProblemNote
from gui.design.rows import Row, rows
from gui.design.tensor import paint_tensor
from gui.design.threads import paint_thread, paint_ways
from gui.design.wording import rich, tensor_words
from gui.document import Document

NOTES_FROM = 0.7
"""Smallest zoom with notes under the cards: their words do not shrink, and smaller is for looking
at the whole."""
BELOW = 24
"""Under the last card (px)."""


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
        layout_now: Where everything stands, open gaps counted in.
        slot: The open gap's place.
        preview: What a drop there would do, in words.
        gaps: Which gap is open.

    Signals:
        laid_out: Rows came, went or moved.
        pressed_twice: A double click beside the cards, at a point of the surface.
    """

    laid_out = Signal()
    pressed_twice = Signal(QPoint)

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
        self._plan = Plan([], self.metrics, 0, 1, self._note_height)
        self._closed = self.layout_now = self._plan.layout({})
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
        self._notes.fold(zoom < NOTES_FROM)
        for card in self.cards:
            card.set_metrics(self.metrics)
        self.lay_out()

    @property
    def resting(self) -> Layout:
        """Where everything stands while no gap is open."""
        return self._closed

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
        span = stack_span(self.metrics, self._seen_width)
        return span.x, span.width

    @property
    def _seen_width(self) -> int:
        return self._room or self.width()

    def set_room(self, room: int) -> None:
        """Use this width (px) with a scroll bar and without, so that its coming shifts nothing."""
        if room != self._room:
            self._room = room
            self.lay_out()

    def lay_out(self) -> None:
        """Work out where everything stands while no gap is open, and put it there."""
        self._plan = Plan(
            self._rows, self.metrics, self._seen_width, self._largest, self._note_height
        )
        self._closed = self._plan.layout({})
        self._place()
        self.laid_out.emit()

    def _note_height(self, path: Path, width: int, away: bool) -> int:
        note = self._notes.get(path)
        if note is None:
            return 0
        project = self._document.project
        words = f"{place_words(project, path)} ({title(project.block(path))})" if away else ""
        note.show_place(words)
        return note.heightForWidth(width)

    def _place(self) -> None:
        """Move everything to where it stands, open gaps counted in."""
        gaps = self.gaps.heights
        now = self._plan.layout(gaps) if gaps else self._closed
        self.layout_now = now
        cards = iter(self.cards)
        for spot in now.spots:
            if spot.row.sort == "card":
                next(cards).setGeometry(spot.x, spot.y, spot.width, spot.height)
        for path, place in now.notes.items():
            note = self._notes.get(path)
            if note is not None:
                note.setGeometry(place)
        self.setMinimumSize(
            now.width if now.width > self._seen_width else 0, now.height + self._place_end()
        )
        self._place_slot()
        self.update()

    def _place_end(self) -> int:
        """Put the note on the whole design below everything; returns the room it takes (px)."""
        end = self._notes.end
        if not end.isVisibleTo(self):
            return BELOW
        left, width = self.column
        height = end.heightForWidth(width)
        end.setGeometry(left, self.layout_now.height, width, height)
        return height + BELOW

    def sizeHint(self) -> QSize:
        return QSize(self.metrics.card_width + 2 * self.metrics.margin, self._closed.height)

    def resizeEvent(self, event: QResizeEvent) -> None:
        if event.oldSize().width() != event.size().width():
            self.lay_out()

    # Dropping

    def insertion_place(self, point: QPoint) -> Path:
        """Before which block something let go at a point would be put; below all, it appends."""
        place = landing(self._closed, point.x(), point.y())
        return (len(self._document.project.stack),) if place is None else place

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

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.pressed_twice.emit(event.position().toPoint())

    def _slot_height(self) -> int:
        return self.metrics(44)

    def _place_slot(self) -> None:
        spot = self.layout_now.spot_before(self._open_gap) if self._open_gap is not None else None
        if spot is None or self._open_gap is None:
            return
        if spot.row.sort == "empty":
            top, height = spot.y - 8, spot.height + 8
        else:
            # As much as has opened: the slot must not lie over the card that makes room.
            opened = round(self.gaps.heights.get(self._open_gap, 0))
            top = spot.y - opened
            height = max(3, min(self._slot_height(), opened - self.metrics(8)))
        rim = self.metrics(4)
        self.slot.setGeometry(spot.x - rim, top, spot.width + 2 * rim, height)
        self.slot.raise_()
        self.preview.raise_()

    # Brackets and tensors

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        now, dirty = self.layout_now, event.rect()
        seen = [
            item
            for item in now.brackets
            if now.spots[item.card].y <= dirty.bottom() and now.spots[item.foot].end >= dirty.top()
        ]
        for item in seen:
            card, foot = now.spots[item.card], now.spots[item.foot]
            paint_bracket(painter, card.rect, foot.rect, card.row)
        for item in seen:
            paint_ways(painter, now, item, self.metrics)
        for spot in now.spots:
            if spot.y <= dirty.bottom() and spot.end >= dirty.top():
                self._paint_below(painter, spot)
                paint_row(painter, spot, self.metrics)
        painter.end()

    def _paint_below(self, painter: QPainter, spot: Spot) -> None:
        """The thread to the next row, and the tensor on it."""
        paint_thread(painter, spot)
        row = spot.row
        if row.tensor and row.output is not None:
            meaning = self._meaning(row.face) if row is self._rows[-2] else ""
            paint_tensor(
                painter,
                QRectF(spot.below),
                row.output,
                row.role,
                self._largest,
                self.metrics,
                meaning,
            )

    def _meaning(self, face: Face) -> str:
        """What the last tensor is, once it is what a classifier should end in."""
        project = self._document.project
        right = face.output == (project.classes,) and not face.severity
        return f"one probability for each class of {project.data.title}" if right else ""

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            text = self.tensor_tip(event.pos())
            text = f"{text}\nDouble-click to insert a block here." if text else ""
            QToolTip.showText(event.globalPos(), f"<p>{rich(text)}</p>" if text else "", self)
            return True
        return super().event(event)

    def tensor_tip(self, point: QPoint) -> str:
        """What to say of the tensor at a point; empty where there is none."""
        for spot in self.layout_now.spots:
            row = spot.row
            if row.tensor and spot.below.contains(point):
                return tensor_words(row.output) if row.output is not None else row.face.why
        return ""
