"""The picture of the lens: what arrives above, what leaves below, and values on their way."""

from __future__ import annotations

from typing import Literal, NamedTuple

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.blocks import Role
from core.flatten_map import FlattenMap
from gui.design.lens.colours import Ink
from gui.design.lens.content import Content, element_words, formula, place_words
from gui.design.lens.fields import Beads, Field, field
from gui.design.lens.painting import (
    paint_caption,
    paint_field,
    paint_flights,
    paint_lit,
    part_words,
    shape_words,
)
from gui.theme import theme

CAPTION = 22
BETWEEN = 12
"""Heights of a caption and of the room between the two fields (px)."""
SHORT_ROW = 36
"""Values of a row of pixels that is kept on one line of beads."""
PAD = 8
"""Room inside the frame that shows the keyboard (px)."""


class Lit(NamedTuple):
    """What is lit: a value that arrives, or an element that leaves."""

    side: Literal["arriving", "leaving"]
    number: int


class LensCanvas(QWidget):
    """Both fields.  Pointing at a value lights where it comes from or goes to; arrows walk.

    Signals:
        lit_changed: Something else is lit, or nothing.
        play: The keyboard asks to unroll.
    """

    lit_changed = Signal()
    play = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._content: Content | None = None
        self._role = Role.RESHAPE
        self._ink: Ink | None = None
        self._arriving: Field | None = None
        self._leaving: Field | None = None
        self._still: QPixmap | None = None
        self._lit: Lit | None = None
        self._done: int | None = None
        self._under_way: tuple[int, int, float] | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(200, 220)
        self._describe()
        theme().changed.connect(self._recolour)

    def sizeHint(self) -> QSize:
        """Room it would like; it takes what the panel has left."""
        return QSize(560, 220)

    # What is shown

    @property
    def content(self) -> Content | None:
        """What is shown."""
        return self._content

    @property
    def lit(self) -> Lit | None:
        """What is lit."""
        return self._lit

    @property
    def words(self) -> str:
        """What is lit, in words; empty if nothing is."""
        if self._content is None or self._lit is None:
            return ""
        words = element_words if self._lit.side == "leaving" else place_words
        return words(self._content, self._lit.number)

    @property
    def formula(self) -> str:
        """How the lit element's number comes about; empty where there is none."""
        element = self._lit_element()
        return "" if self._content is None or element is None else formula(self._content, element)

    def show_content(self, content: Content | None, role: Role) -> None:
        """Show a map; what is lit stays lit where the map is the same."""
        old = self._content
        same = old is not None and content is not None and old.mapping == content.mapping
        self._content, self._role = content, role
        if not same:
            self._done = self._under_way = None
            self._lit = None
            self._lay_out()
        self._recolour()
        self._describe()
        self.lit_changed.emit()

    def show_progress(self, done: int | None, under_way: tuple[int, int, float] | None) -> None:
        """Show an unrolling at some point.

        Args:
            done: Elements that are in place; None for all.
            under_way: First element on its way, the one after the last, and how far they are, 0
                to 1; None when nothing moves.
        """
        if done != self._done:
            self._still = None
        self._done, self._under_way = done, under_way
        if under_way is not None and self._leaving is not None and self._arriving is not None:
            turned = self._leaving.show(under_way[0])
            if self._content is not None and self._content.mapping.gathers != "order":
                turned |= self._arriving.show(under_way[0])
            if turned:
                self._still = None
        self.update()

    def light(self, lit: Lit | None, aloud: bool = False) -> None:
        """Light a value or an element.

        Args:
            lit: Which one.
            aloud: Whether a screen reader is to say it.
        """
        if lit == self._lit:
            return
        self._lit = lit
        self._turn_to_lit()
        self._describe()
        self.update()
        self.lit_changed.emit()
        if aloud and lit is not None:
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, self.words))

    def _lit_element(self) -> int | None:
        if self._lit is None or self._content is None:
            return None
        if self._lit.side == "leaving":
            return self._lit.number
        return self._content.mapping.element_of(self._lit.number)

    def _turn_to_lit(self) -> None:
        """Show the part of each field that the lit value is in."""
        element, content = self._lit_element(), self._content
        if element is None or content is None or self._lit is None:
            return
        if self._arriving is None or self._leaving is None:
            return
        leaving = self._lit.side == "leaving"
        place = content.mapping.places_of(element)[0] if leaving else self._lit.number
        if self._arriving.show(place) | self._leaving.show(element):
            self._still = None

    def _describe(self) -> None:
        words = self.words
        self.setAccessibleName(words or "Values that arrive above, values that leave below")
        self.setAccessibleDescription(
            "Left and right go to the next element, up and down to the next row, Page to the "
            "next pixel, Space unrolls."
        )

    # Layout

    def _lay_out(self) -> None:
        self._still = None
        if self._content is None:
            self._arriving = self._leaving = None
            return
        mapping = self._content.mapping
        width = self.width() - 2 * PAD
        room = self.height() - 2 * (CAPTION + PAD) - BETWEEN
        group = _group(mapping)
        share = _share(len(mapping.input), len(mapping.output), mapping.gathers != "order")
        above = QRectF(PAD, PAD + CAPTION, width, room * share)
        self._arriving = field(mapping.input, group, above)
        top = self._arriving.bounds.bottom() + BETWEEN + CAPTION
        below = QRectF(PAD, top, width, max(20.0, self.height() - top - PAD))
        outer = mapping.output[-1] if len(mapping.output) > 1 else group
        self._leaving = field(mapping.output, outer, below)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._lay_out()
        self._turn_to_lit()
        super().resizeEvent(event)

    def _recolour(self) -> None:
        self._ink = Ink(self._content, self._role) if self._content is not None else None
        self._still = None
        self.update()

    # Pointing and walking

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.light(self._at(event.position()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.light(self._at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        if not self.hasFocus():
            self.light(None)
        super().leaveEvent(event)

    def _at(self, point: QPointF) -> Lit | None:
        if self._arriving is None or self._leaving is None:
            return None
        place = self._arriving.at(point)
        if place is not None:
            return Lit("arriving", place)
        element = self._leaving.at(point)
        return Lit("leaving", element) if element is not None else None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows walk along the elements; see the accessible description."""
        if self._content is None:
            event.ignore()
        elif event.key() == Qt.Key.Key_Space:
            self.play.emit()
        elif event.key() == Qt.Key.Key_Home:
            self._walk_to(0)
        elif event.key() == Qt.Key.Key_End:
            self._walk_to(self._content.mapping.elements - 1)
        elif event.key() in (steps := self._steps()):
            element = self._lit_element()
            self._walk_to(0 if element is None else element + steps[Qt.Key(event.key())])
        else:
            event.ignore()

    def _steps(self) -> dict[Qt.Key, int]:
        """How many elements each key goes."""
        assert self._content is not None
        mapping = self._content.mapping
        pixel = mapping.channels if mapping.gathers == "order" else 1
        row = pixel * (mapping.input[-2] if len(mapping.input) > 1 else 1)
        if mapping.gathers != "order" or len(mapping.input) == 1:
            row = self._leaving.per_line if isinstance(self._leaving, Beads) else 1
        return {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -row,
            Qt.Key.Key_Down: row,
            Qt.Key.Key_PageUp: -pixel,
            Qt.Key.Key_PageDown: pixel,
        }

    def _walk_to(self, element: int) -> None:
        assert self._content is not None
        if 0 <= element < self._content.mapping.elements:
            self.light(Lit("leaving", element), aloud=True)

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._content is None or self._ink is None:
            return
        assert self._arriving is not None
        assert self._leaving is not None
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._still is None:
            self._still = self._paint_still()
        painter.drawPixmap(0, 0, self._still)
        if self._under_way is not None:
            paint_flights(
                painter, self._arriving, self._leaving, self._ink, self._content, self._under_way
            )
        if self._lit is not None:
            self._paint_lit(painter)
        if self.hasFocus():
            painter.setPen(QPen(theme().color("accent"), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        painter.end()

    def _paint_still(self) -> QPixmap:
        """Captions and values in their places: painted once for each step."""
        assert self._content is not None
        assert self._ink is not None
        assert self._arriving is not None
        assert self._leaving is not None
        ratio = self.devicePixelRatioF()
        picture = QPixmap(self.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_captions(painter, self._content, self._arriving, self._leaving)
        paint_field(painter, self._arriving, self._ink.codes, self._ink, None)
        paint_field(painter, self._leaving, self._ink.output_codes, self._ink, self._done)
        painter.end()
        return picture

    def _paint_captions(
        self, painter: QPainter, content: Content, arriving: Field, leaving: Field
    ) -> None:
        width = self.width() - 2 * PAD
        above = QRectF(PAD, PAD, width, CAPTION)
        below = QRectF(PAD, leaving.bounds.top() - CAPTION, width, CAPTION)
        part = part_words(arriving)
        aside = f"{part} · {content.scale}" if part else content.scale
        paint_caption(painter, above, f"Arrives: {shape_words(content.full.input)}", aside)
        text = f"Leaves: {shape_words(content.full.output)}"
        paint_caption(painter, below, text, part_words(leaving))

    def _paint_lit(self, painter: QPainter) -> None:
        assert self._content is not None
        assert self._lit is not None
        assert self._arriving is not None
        assert self._leaving is not None
        element = self._lit_element()
        assert element is not None
        mapping = self._content.mapping
        place: int | None = self._lit.number if self._lit.side == "arriving" else None
        if place is None and mapping.gathers == "order":
            place = element
        elif place is None and mapping.gathers == "max":
            place = self._content.largest_place(element)
        channel = None if mapping.gathers == "order" else element
        paint_lit(painter, self._arriving, self._leaving, place, channel, element)


def _group(mapping: FlattenMap) -> int:
    """Beads that belong on one line: a row of pixels where it is short, else a pixel."""
    if mapping.gathers != "order" or len(mapping.input) < 2:
        return 1
    row = mapping.input[-2] * mapping.channels
    return row if row <= SHORT_ROW else mapping.channels


def _share(arriving: int, leaving: int, gathers: bool) -> float:
    """The upper field's share of the height, by the number of axes on either side."""
    if arriving == 1:
        return 0.4
    if gathers:
        return 0.78
    return 0.62 if leaving == 1 else 0.5
