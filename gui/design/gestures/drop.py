"""Blocks held over the loom: the gap follows them, says what would happen, and takes them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QPoint, QTimer
from PySide6.QtGui import QCursor, QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QScrollArea

from core.edits import EditError
from core.project import Path
from gui.design.gestures.insert import InsertGesture
from gui.design.gestures.move import MoveGesture
from gui.design.gestures.outcome import Outcome
from gui.design.preview import Preview, preview
from gui.design.surface import Surface
from gui.design.transfer import MIME, TransferError, from_mime
from gui.document import Document

EDGE = 48
"""How near the rim of the loom a drag makes it scroll (px)."""
FASTEST = 18
"""Scrolling at the very rim (px a frame)."""
FRAME_MS = 16


class DropGesture(QObject):
    """Turns drag events over the loom into an insertion or a move.

    Attributes:
        moving: The blocks of this loom that are under way; None when what comes is new.
    """

    def __init__(
        self,
        document: Document,
        area: QScrollArea,
        surface: Surface,
        carry_out: Callable[[Outcome], None],
        say: Callable[[str], None],
    ) -> None:
        super().__init__(area)
        self._document = document
        self._area = area
        self._surface = surface
        self._carry_out = carry_out
        self._say = say
        self.moving: MoveGesture | None = None
        self._held: InsertGesture | MoveGesture | None = None
        self._place: Path | None = None
        self._scroll = QTimer(self)
        self._scroll.setInterval(FRAME_MS)
        self._scroll.timeout.connect(self._auto_scroll)

    @property
    def place(self) -> Path | None:
        """Before which block a drop would land now; None while nothing is held here."""
        return self._place

    def enter(self, event: QDragEnterEvent) -> None:
        """Blocks come over the loom."""
        if not event.mimeData().hasFormat(MIME):
            event.ignore()
            return
        try:
            self._held = self.moving or InsertGesture(from_mime(event.mimeData()))
        except TransferError as error:
            self._say(str(error))
            event.ignore()
            return
        event.acceptProposedAction()
        self._scroll.start()
        self._hold_at(event.position().toPoint())

    def move(self, event: QDragMoveEvent) -> None:
        """They are held over another place."""
        if self._held is None:
            event.ignore()
            return
        event.acceptProposedAction()
        self._hold_at(event.position().toPoint())

    def leave(self, event: QDragLeaveEvent | None = None) -> None:
        """They went elsewhere, or the drag was cancelled."""
        self._held = None
        self._place = None
        self._scroll.stop()
        self._surface.open_gap(None)

    def drop(self, event: QDropEvent) -> None:
        """They are let go."""
        held, place = self._held, self._surface.insertion_place(event.position().toPoint())
        if held is None:
            event.ignore()
            return
        event.acceptProposedAction()
        self._held = self._place = None
        self._scroll.stop()
        self._surface.close_gap_now()
        try:
            outcome = held.outcome(self._document.project, place)
        except EditError as error:
            self._say(str(error))
            return
        self._carry_out(outcome)

    def _hold_at(self, point: QPoint) -> None:
        """Open the gap nearest to a point of the surface, and say what a drop would do."""
        place = self._surface.insertion_place(point)
        if self._held is None:
            return
        if place != self._place:
            self._place = place
            words = self._words(self._held, place)
            self._surface.preview.show_preview(words)
            self._surface.slot.show_shape(words.shape)
            self._surface.open_gap(place)
        viewport = self._area.viewport()
        seen = viewport.rect().translated(self._surface.mapFrom(viewport, QPoint(0, 0)))
        self._surface.preview.hang_at(point, seen)

    def _words(self, held: InsertGesture | MoveGesture, place: Path) -> Preview:
        """What a drop would do, or why there can be none."""
        project = self._document.project
        try:
            return preview(project, held.outcome(project, place), place)
        except EditError as error:
            return Preview("", str(error), "", "bad")

    def _auto_scroll(self) -> None:
        """Near the rim, bring what is beyond it into view."""
        viewport = self._area.viewport()
        mouse = viewport.mapFromGlobal(QCursor.pos())
        moved = False
        for bar, at, size in (
            (self._area.verticalScrollBar(), mouse.y(), viewport.height()),
            (self._area.horizontalScrollBar(), mouse.x(), viewport.width()),
        ):
            before = bar.value()
            bar.setValue(before + scroll_speed(at, size))
            moved = moved or bar.value() != before
        if moved:
            self._hold_at(self._surface.mapFrom(viewport, mouse))


def scroll_speed(at: int, size: int) -> int:
    """How far to scroll each frame with the mouse at ``at`` of ``size`` (px; negative: back)."""
    if 0 <= at < EDGE:
        return -round(FASTEST * (EDGE - at) / EDGE)
    if size - EDGE < at <= size:
        return round(FASTEST * (at - size + EDGE) / EDGE)
    return 0
