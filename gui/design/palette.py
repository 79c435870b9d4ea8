"""The palette: every kind of block by role, found by typing, taken by dragging or Enter."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QLabel, QMenu, QScrollArea, QVBoxLayout, QWidget

from core.blocks import CATALOGUE, Block, Role
from gui.design.library.section import MyBlocks
from gui.design.look import section_font
from gui.design.palette_card import PaletteCard
from gui.design.search_field import SearchField
from gui.design.transfer import MIME
from gui.theme import mix, theme


class Palette(QWidget):
    """Everything that can be put into a stack; dropping a block of the stack here deletes it.

    Signals:
        wanted: Insert a block of this kind.
        thrown_away: The blocks being dragged were dropped here.
    """

    wanted = Signal(object)
    thrown_away = Signal()

    def __init__(self, carried: Callable[[], int]) -> None:
        """Build it.

        Args:
            carried: How many blocks of the stack are being dragged now.
        """
        super().__init__()
        self._carried = carried
        self.setProperty("look", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAcceptDrops(True)
        self.setMinimumWidth(180)
        self.setAccessibleName("Palette of blocks")
        self.search = self._search_field()
        self._headings: list[tuple[QLabel, list[PaletteCard]]] = []
        self._mine: MyBlocks | None = None
        self._nothing = QLabel()
        self._nothing.setWordWrap(True)
        self._nothing.setProperty("look", "muted")
        self._nothing.hide()
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(self._list())
        self._area = area
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 12, 0, 0)
        lines.setSpacing(8)
        top = QVBoxLayout()
        top.setContentsMargins(12, 0, 12, 0)
        top.addWidget(self.search)
        lines.addLayout(top)
        lines.addWidget(area)
        self._hint = DeleteHint(self)
        self._expecting = False

    @property
    def cards(self) -> list[PaletteCard]:
        """Every card, in order."""
        mine: list[PaletteCard] = [*self._mine.cards] if self._mine is not None else []
        return [*mine, *(card for _, cards in self._headings for card in cards)]

    @property
    def shown(self) -> list[PaletteCard]:
        """The cards that the search leaves."""
        return [card for card in self.cards if card.isVisibleTo(self)]

    def focus_search(self) -> None:
        """Give the keyboard to the search field."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def filter(self, text: str) -> None:
        """Show only the kinds that match."""
        if self._mine is not None:
            self._mine.filter(text)
        for heading, cards in self._headings:
            for card in cards:
                card.setVisible(card.matches(text))
            heading.setVisible(any(card.isVisibleTo(self) for card in cards))
        self._nothing.setText(f"No block matches “{text}”. Escape shows all of them.")
        self._nothing.setVisible(not self.shown)
        best = self._best
        for card in self.cards:
            card.set_best(card is best and bool(text.strip()))
        self._make_current(best)

    @property
    def _best(self) -> PaletteCard | None:
        """What Enter in the search field inserts: found by its name rather than by its purpose."""
        text = self.search.text()
        return min(self.shown, key=lambda card: card.rank(text), default=None)

    def _search_field(self) -> SearchField:
        field = SearchField()
        field.setPlaceholderText("Search   Ctrl+Shift+F")
        field.setAccessibleName("Search blocks")
        field.textChanged.connect(self.filter)
        field.installEventFilter(self)
        return field

    def _list(self) -> QWidget:
        inner = QWidget()
        inner.setProperty("look", "panel")
        lines = QVBoxLayout(inner)
        lines.setContentsMargins(12, 0, 12, 12)
        lines.setSpacing(4)
        for role in Role:
            kinds = [kind for kind in CATALOGUE.values() if kind.role is role]
            if kinds:
                self._add_group(lines, role, kinds)
        lines.addWidget(self._nothing)
        lines.addStretch(1)
        self._make_current(self.cards[0])
        return inner

    def _add_group(self, lines: QVBoxLayout, role: Role, kinds: list[type[Block]]) -> None:
        heading = QLabel(role.value.upper())
        heading.setFont(section_font())
        heading.setProperty("look", "muted")
        heading.setContentsMargins(0, 8 if self._headings else 0, 0, 0)
        lines.addWidget(heading)
        cards = []
        for kind in kinds:
            card = PaletteCard(kind)
            card.menu.connect(self._menu)
            self._connect(card)
            lines.addWidget(card)
            cards.append(card)
        self._headings.append((heading, cards))

    def _connect(self, card: PaletteCard) -> None:
        card.wanted.connect(self.wanted)
        card.clicked.connect(lambda: self.wanted.emit(card.kind))
        card.key.connect(self._card_key)
        card.focused.connect(self._make_current)

    def add_mine(self, section: MyBlocks) -> None:
        """Show the user's own blocks above the others."""
        self._mine = section
        inner = self._area.widget()
        lines = inner.layout()
        assert isinstance(lines, QVBoxLayout)
        lines.insertWidget(0, section)
        section.rebuilt.connect(self._connect_mine)
        self._connect_mine()

    def _connect_mine(self) -> None:
        assert self._mine is not None
        for card in self._mine.cards:
            self._connect(card)
        shown = self.shown
        self._make_current(shown[0] if shown else None)

    def _make_current(self, card: PaletteCard | None) -> None:
        """One card takes part in Tab's round, the others are reached by arrows."""
        for other in self.cards:
            here = other is card
            other.setFocusPolicy(Qt.FocusPolicy.StrongFocus if here else Qt.FocusPolicy.ClickFocus)

    # Keys

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.search and isinstance(event, QKeyEvent):
            return event.type() == QEvent.Type.KeyPress and self._search_key(event)
        return False

    def _search_key(self, event: QKeyEvent) -> bool:
        shown = self.shown
        if event.key() == Qt.Key.Key_Down and shown:
            self._focus(shown[0])
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and shown and self.search.text():
            best = self._best
            assert best is not None  # something is shown
            self.wanted.emit(best.kind)
            self.search.selectAll()
        elif event.key() == Qt.Key.Key_Escape and self.search.text():
            self.search.clear()
        else:
            return False
        return True

    def _card_key(self, card: PaletteCard, event: QKeyEvent) -> None:
        shown = self.shown
        place = shown.index(card)
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        if event.key() in steps:
            target = place + steps[Qt.Key(event.key())]
            if target < 0:
                self.focus_search()
            elif target < len(shown):
                self._focus(shown[target])
        elif event.key() == Qt.Key.Key_Escape:
            self.focus_search()
        elif event.text().isalnum() and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.search.setFocus(Qt.FocusReason.OtherFocusReason)
            self.search.setText(event.text())
        else:
            return
        event.accept()

    def _focus(self, card: PaletteCard) -> None:
        card.setFocus(Qt.FocusReason.TabFocusReason)
        self._area.ensureWidgetVisible(card, 0, 12)

    def _menu(self, card: PaletteCard, position: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(
            theme().icon("plus"), f"Insert {card.kind.kind()} after the selection"
        ).triggered.connect(lambda: self.wanted.emit(card.kind))
        menu.popup(position)

    # Throwing away

    def expect(self, moving: bool) -> None:
        """Say that blocks can be dropped here to delete them, while some are under way."""
        self._expecting = moving
        self._rest()

    def _rest(self) -> None:
        """Nothing is held over the palette."""
        if self._expecting:
            self._hint.invite()
        else:
            self._hint.hide()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        count = self._carried()
        if not count or not event.mimeData().hasFormat(MIME):
            event.ignore()
            return
        event.acceptProposedAction()
        self._hint.offer(count)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._rest()

    def dropEvent(self, event: QDropEvent) -> None:
        self._hint.hide()
        if self._carried():
            event.acceptProposedAction()
            self.thrown_away.emit()


INVITING = 104
"""Height of the place at the foot (px)."""


class DeleteHint(QWidget):
    """A place at the palette's foot while blocks are carried; all of it once they are over it."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self._text = ""
        self._over = False
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    @property
    def text(self) -> str:
        """What it says."""
        return self._text

    def invite(self) -> None:
        """Say where blocks can be thrown away."""
        whole = self.parentWidget().rect()
        self._say("Drag here to delete", whole.adjusted(0, whole.height() - INVITING, 0, 0), False)

    def offer(self, count: int) -> None:
        """Say what letting go would do."""
        text = "Let go to delete " + ("this block" if count == 1 else f"{count} blocks")
        self._say(text, self.parentWidget().rect(), True)

    def _say(self, text: str, place: QRect, over: bool) -> None:
        self._text, self._over = text, over
        self.setAccessibleName(text)
        self.setGeometry(place)
        self.show()
        self.raise_()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        cover = palette.color("panel")
        cover.setAlphaF(0.88 if self._over else 0.96)
        painter.fillRect(self.rect(), cover)
        box = QRectF(self.rect()).adjusted(12.5, 12.5, -12.5, -12.5)
        error = palette.color("error")
        painter.setBrush(mix(palette.color("panel"), error, 0.10 if self._over else 0.03))
        line = error if self._over else mix(palette.color("line"), error, 0.5)
        painter.setPen(QPen(line, 1, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(box, 8, 8)
        icon = palette.icon("trash", "error").pixmap(32, 32)
        middle = box.center().toPoint()
        painter.drawPixmap(middle.x() - 16, middle.y() - 36, icon)
        painter.setPen(palette.color("text"))
        painter.setFont(palette.font("strong"))
        words = box.adjusted(12, box.height() / 2, -12, 0)
        flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
        painter.drawText(words, int(flags) | int(Qt.TextFlag.TextWordWrap), self._text)
        painter.end()
