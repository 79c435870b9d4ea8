"""Quick insert: a field at the gap; type a block, see what it would do, press Enter."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QFontMetrics,
    QGuiApplication,
    QHideEvent,
    QKeyEvent,
    QPainter,
)
from PySide6.QtWidgets import (
    QFrame,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
)

from core.blocks import Block
from core.edits import EditError
from core.project import Path
from gui.design import transfer
from gui.design.actions import Actions
from gui.design.gestures.insert import InsertGesture, resting_place
from gui.design.look import elided, tile
from gui.design.preview import Preview, Tone, preview
from gui.design.search_field import SearchField
from gui.design.typed_block import typed_blocks
from gui.design.wording import what
from gui.document import Document
from gui.theme import theme
from gui.widgets.labels import ElidedLabel

if TYPE_CHECKING:
    from gui.design.loom import Loom

WIDTH = 420
ROW = 40
ROWS = 6
AWAY = 8
"""From the gap to the field (px)."""
_OPTION = Qt.ItemDataRole.UserRole
_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -5, Qt.Key.Key_PageDown: 5}


class Option(NamedTuple):
    """Something that can be inserted.

    Attributes:
        blocks: What it is.
        title: Its name.
        detail: Its arguments, or what it is for.
        wrong: Why it cannot be had as typed; empty if it can.
        verb: What inserting it is called in the history.
    """

    blocks: tuple[Block, ...]
    title: str
    detail: str
    wrong: str = ""
    verb: str = "insert"


class QuickInsert(QFrame):
    """The field, what fits, and what inserting it would do; the gap is open meanwhile."""

    def __init__(self, loom: Loom, document: Document, actions: Actions) -> None:
        super().__init__(loom)
        self._loom = loom
        self._document = document
        self._actions = actions
        self._asked: Path | None = None
        self._project = document.project
        self._place: Path = ()
        self.setObjectName("quick-insert")
        self.setProperty("look", "bubble")
        self.setAccessibleName("Insert a block")
        self.field = self._search_field()
        self.list = self._option_list()
        self.effect = ElidedLabel()
        self.result = ElidedLabel()
        self._keys = ElidedLabel("Enter inserts · Shift+Enter inserts and goes on", "faint")
        self._keys.setFont(theme().font("small"))
        lines = QVBoxLayout(self)
        lines.setContentsMargins(8, 8, 8, 8)
        lines.setSpacing(6)
        for part in (self.field, self.list, self.result, self.effect, self._keys):
            lines.addWidget(part)
        document.changed.connect(self._follow)
        document.selection_changed.connect(self._leave)
        loom.verticalScrollBar().valueChanged.connect(self._stand)
        loom.viewport().installEventFilter(self)
        self.hide()

    @property
    def options(self) -> list[Option]:
        """What is offered, the best first."""
        return [self.list.item(row).data(_OPTION) for row in range(self.list.count())]

    @property
    def place(self) -> Path:
        """Before which block the chosen option would be put."""
        return self._place

    def open_at(self, place: Path | None) -> None:
        """Come up at a gap.

        Args:
            place: Before which block; None for after the selection or, without one, as far down
                as the chosen block fits.
        """
        self._asked = place
        self._project = self._document.project
        self.field.clear()
        self._offer()
        self.setFixedWidth(min(WIDTH, self._loom.viewport().width() - 2 * AWAY))
        self.adjustSize()
        self.show()
        self._stand(make_room=True)
        self.raise_()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def insert(self, go_on: bool = False) -> None:
        """Put the chosen option into the gap; perhaps come up again below it."""
        option = self._chosen()
        if option is None or option.wrong:
            return  # the line below the list says why
        place = self._place
        self._loom.surface.close_gap_now()
        before = self._document.project
        if option.verb == "paste":
            self._actions.paste(place)
        else:
            self._actions.insert(option.blocks, place)
        if self._document.project is before:
            return
        self.hide()
        self._loom.focus_card()
        if go_on:
            self.open_at((*place[:-1], place[-1] + len(option.blocks)))

    def _follow(self) -> None:
        """The gap was in another stack; news of the device alone is no reason to go."""
        if self._document.project is not self._project:
            self._leave()

    def _leave(self) -> None:
        """Go; what is still being typed must not end on whatever Qt would give the keyboard to."""
        held = self.field.hasFocus()
        self.hide()
        if held:
            self._loom.focus_card()

    # What is offered

    def _offer(self) -> None:
        """List what fits the words."""
        self.list.clear()
        for option in self._options(self.field.text()):
            item = QListWidgetItem(f"{option.title}, {option.wrong or option.detail}")
            item.setData(_OPTION, option)
            self.list.addItem(item)
        self.list.setFixedHeight(ROW * max(1, min(ROWS, self.list.count())))
        self.list.setCurrentRow(0)
        if not self.list.count():
            self._tell()
        self.adjustSize()
        self._stand()

    def _options(self, text: str) -> list[Option]:
        typed = [
            Option((one.block,), one.kind.kind(), _detail(one.block), one.wrong)
            for one in typed_blocks(text, self._actions.recent)
        ]
        return typed if text.strip() else [*self._copied(), *typed]

    def _copied(self) -> list[Option]:
        """The blocks on the clipboard, if there are any."""
        try:
            blocks = transfer.decode(QGuiApplication.clipboard().text())
        except transfer.TransferError:
            return []  # other text; nobody asked for it to be pasted
        kinds = ", ".join(block.kind() for block in blocks[:4]) + (" …" if len(blocks) > 4 else "")
        return [Option(blocks, f"Paste {what(blocks)}", kinds, verb="paste")]

    def _chosen(self) -> Option | None:
        item = self.list.currentItem()
        return item.data(_OPTION) if item is not None else None

    # What it would do

    def _tell(self) -> None:
        """Open the gap where the chosen option would stand, and say what it would do there."""
        option = self._chosen()
        if option is None:
            self._say(f"No block is called “{self.field.text().strip()}”.", "", "bad")
            return
        self._place = self._place_of(option)
        surface = self._loom.surface
        surface.open_gap(self._place)
        surface.preview.hide()  # it hangs from a mouse that carries something
        words = self._words(option)
        surface.slot.show_shape(words.shape)
        effect = " · ".join(part for part in (*words.results, words.effect) if part)
        self._say(words.line, effect, words.tone)
        if self.isVisible():
            self._stand()
            spoken = f"{option.title}, {option.detail}. {words.line}. {effect}"
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self.field, spoken))

    def _say(self, line: str, effect: str, tone: Tone) -> None:
        """What would come of it: the shape, and the one consequence most worth knowing."""
        look = {"plain": "muted", "good": "success", "bad": "error"}[tone]
        for label, text, dress in (
            (self.result, line, look if tone == "bad" and not effect else ""),
            (self.effect, effect, look),
        ):
            label.setText(text)
            label.setVisible(bool(text) or label is self.result)
            label.setProperty("look", dress)
            label.style().polish(label)

    def _place_of(self, option: Option) -> Path:
        if self._asked is not None:
            return self._asked
        return resting_place(self._document.project, self._document.selection, option.blocks)

    def _words(self, option: Option) -> Preview:
        if option.wrong:
            return Preview("", option.wrong, "", "bad")
        project = self._document.project
        try:
            outcome = InsertGesture(option.blocks).outcome(project, self._place)
            return preview(project, outcome, self._place)
        except EditError as error:
            return Preview("", str(error), "", "bad")

    # Where it stands

    def _stand(self, _value: int = 0, make_room: bool = False) -> None:
        """Stand under the gap, or above it where there is no room below."""
        if self.isHidden():
            return
        view, slot = self._loom.viewport(), self._loom.surface.slot
        gap = max(slot.height(), self._loom.surface.metrics(44))
        bar = self._loom.verticalScrollBar()
        if make_room:
            top = slot.y() - bar.value()
            if not AWAY <= top <= view.height() - gap - 2 * AWAY - self.height():
                bar.setValue(slot.y() - view.height() // 4)
        top = slot.y() - bar.value()
        below = top + gap + AWAY
        if below + self.height() > view.height() - AWAY:
            below = max(AWAY, top - AWAY - self.height())
        left = slot.geometry().center().x() - self.width() // 2
        left = max(AWAY, min(left, view.width() - self.width() - AWAY))
        self.move(view.x() + left, view.y() + below)

    # Keys

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field and isinstance(event, QKeyEvent):
            return event.type() == QEvent.Type.KeyPress and self._key(event)
        if watched is self.field and event.type() == QEvent.Type.FocusOut:
            if self.window().isActiveWindow():  # to another part of the window, not to another one
                self.hide()
        elif event.type() == QEvent.Type.Resize and watched is self._loom.viewport():
            self._stand()
        return False

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._loom.surface.open_gap(None)

    def _key(self, event: QKeyEvent) -> bool:
        if event.key() in _STEPS:
            row = self.list.currentRow() + _STEPS[Qt.Key(event.key())]
            self.list.setCurrentRow(max(0, min(self.list.count() - 1, row)))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.insert(go_on=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        elif event.key() in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            pass  # there is nothing else here; away is Escape
        elif event.key() == Qt.Key.Key_Escape:
            self.hide()
            self._loom.focus_card()
        else:
            return False
        return True

    # Building

    def _search_field(self) -> SearchField:
        field = SearchField()
        field.setPlaceholderText("Insert here: conv 64 3, pool 2, dense 128 relu …")
        field.setAccessibleName("Block to insert, with its arguments")
        field.textChanged.connect(lambda _text: self._offer())
        field.installEventFilter(self)
        return field

    def _option_list(self) -> QListWidget:
        options = QListWidget()
        options.setAccessibleName("Blocks that fit")
        options.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        options.setFrameShape(QFrame.Shape.NoFrame)
        options.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        options.setStyleSheet("QListWidget { background: transparent; }")
        options.setItemDelegate(OptionRow(options))
        options.setUniformItemSizes(True)
        options.setMouseTracking(True)
        options.currentRowChanged.connect(lambda row: self._tell() if row >= 0 else None)
        options.itemClicked.connect(lambda _item: self.insert())
        return options


class OptionRow(QStyledItemDelegate):
    """Paints one option: icon, name, and its arguments or what it is for."""

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(0, ROW)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        shown: Option = index.data(_OPTION)
        palette, box = theme(), QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setBrush(palette.color("selection"))
            painter.drawRoundedRect(box.adjusted(0, 1, 0, -1), 6, 6)
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.setBrush(palette.color("hover"))
            painter.drawRoundedRect(box.adjusted(0, 1, 0, -1), 6, 6)
        square = QRectF(box.left() + 6, box.center().y() - 13, 26, 26)
        tile(painter, square, type(shown.blocks[0]), 16)
        strong, small = palette.font("strong"), palette.font("small")
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        left = square.right() + 10
        painter.setFont(strong)
        painter.setPen(palette.color("text"))
        title = QRectF(left, box.top(), box.right() - left, box.height())
        painter.drawText(title, middle, shown.title)
        left += QFontMetrics(strong).horizontalAdvance(shown.title) + 10
        painter.setFont(small)
        wrong = "text" if option.state & QStyle.StateFlag.State_Selected else "error"
        painter.setPen(palette.color(wrong if shown.wrong else "muted"))
        rest = QRectF(left, box.top(), box.right() - left - 6, box.height())
        painter.drawText(rest, middle, elided(shown.wrong or shown.detail, small, rest.width()))
        painter.restore()


def _detail(block: Block) -> str:
    return " · ".join(block.telling()) or block.purpose
