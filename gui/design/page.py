"""The Design page: palette, loom, inspector and drawer around one document."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from core.blocks import Block
from gui.design.actions import Actions
from gui.design.command_state import pressed, why_not, wording
from gui.design.commands import Command
from gui.design.drawer import BAR, Drawer
from gui.design.inspector import Inspector
from gui.design.keras_check import KerasCheck
from gui.design.lens.host import LensHost
from gui.design.library.desk import LibraryDesk
from gui.design.look import kind_icon
from gui.design.loom import Loom
from gui.design.notice import Notice
from gui.design.palette import Palette
from gui.design.problem_note import FixButton
from gui.design.shortcuts import SHORTCUTS
from gui.design.zoom import Zoom, ZoomControl
from gui.document import Document
from gui.frame.remembered import begin_with
from gui.widgets.by_parts import ByParts

TOO_LONG = "The stack is too long to be seen whole. The map at its right edge shows all of it."


class DesignPage(QWidget, ByParts):
    """The page on which a network is built.

    Signals:
        state_changed: `state` changed.
    """

    state_changed = Signal()
    shortcuts = SHORTCUTS

    def __init__(self, document: Document, engine: Any = None, whole: bool = True) -> None:
        """Build the page.

        Args:
            document: What it shows and edits.
            engine: Link to the engine process, asked for Keras's own summary; may be None.
            whole: Whether all of it is built at once.
        """
        super().__init__()
        self._document = document
        self._was_shown = False
        self._state = self._worked_out_state()
        self.setObjectName("design")
        self.actions_of = Actions(document, self)
        self.check = KerasCheck(document, engine, self)
        self.build_by(self._build(engine), whole)

    @property
    def state(self) -> str:
        """``ready`` to be trained; ``unfinished``; or ``attention``: something is wrong."""
        return self._state

    @property
    def zooming(self) -> Zoom:
        """The loom's zoom; the window remembers it."""
        return self.loom.zooming

    def say(self, text: str) -> None:
        """Tell the user something that needs no answer."""
        self.notice.say(text)

    # What the Edit and View menus ask for

    def cut(self) -> None:
        """Copy the selected blocks and take them out."""
        self.actions_of.cut()

    def copy(self) -> None:
        """Put the selected blocks on the clipboard."""
        self.actions_of.copy()

    def paste(self) -> None:
        """Put the clipboard's blocks after the selection."""
        self.actions_of.paste()

    def duplicate(self) -> None:
        """Put a copy of the selected blocks after them."""
        self.actions_of.duplicate()

    def delete(self) -> None:
        """Take the selected blocks out."""
        self.actions_of.delete()

    def select_all(self) -> None:
        """Select every block."""
        self.actions_of.select_all()

    def group(self) -> None:
        """Put the selected blocks into a Group."""
        self.actions_of.group()

    def ungroup(self) -> None:
        """Put what the selected container holds in its place."""
        self.actions_of.unwrap()

    def toggle_disabled(self) -> None:
        """Let the model do without the selected blocks, or with them again."""
        self.actions_of.toggle_disabled()

    def save_to_library(self) -> None:
        """Keep the selected Group in the user's library."""
        self.library.actions.save_selected()

    def import_to_library(self) -> None:
        """Take a block from a file into the user's library."""
        self.library.actions.import_file()

    def why_not(self, name: str) -> str:
        """Why a command of `gui.design.commands` cannot act now; empty if it can."""
        return why_not(self, name)

    def wording(self, command: Command) -> str:
        """The text of a command as it is now."""
        return wording(self, command)

    def rename(self) -> None:
        """Let the user name the selected block."""
        if len(self.actions_of.selected) == 1:
            self.inspector.focus_field("name")
        else:
            self.say("Select one block to rename it.")

    def open_lens(self) -> None:
        """Show the selected block's values under the lens."""
        if not self.lens.open():
            self.say(f"{self.lens.why_not()}.")

    def show_problems(self) -> None:
        """Put the keyboard on the first way out of what is wrong with the selected block."""
        if not self._document.project.stack:
            self.quick_insert()
            return
        selection = self._document.selection
        note = self.loom.surface.note(selection[0]) if selection else None
        button = note.findChild(FixButton) if note is not None else None
        if button is None or not button.isVisible():
            self.drawer.show_tab(1)
            return
        self.loom.reveal(selection[0])
        button.setFocus(Qt.FocusReason.TabFocusReason)

    def find_blocks(self) -> None:
        """Look for blocks of the stack."""
        if self._sees_loom():
            self.loom.finder.open_bar()

    def quick_insert(self) -> None:
        """Ask for a block to insert after the selection, at the gap where it would stand."""
        if self._sees_loom():
            self.loom.quick.open_at(None)

    def _sees_loom(self) -> bool:
        """Whether the loom can be seen; where there is little room the lens lies over it."""
        if not self.loom.isVisible():
            self.say("Close the lens with Escape first: it lies over the stack.")
        return self.loom.isVisible()

    def focus_search(self) -> None:
        """Give the keyboard to the palette's search."""
        self.palette_list.focus_search()

    def zoom_in(self) -> None:
        """Show the loom larger."""
        self.loom.zooming.by(1)

    def zoom_out(self) -> None:
        """Show the loom smaller."""
        self.loom.zooming.by(-1)

    def zoom_reset(self) -> None:
        """Show the loom at its normal size."""
        self.loom.zooming.by(0)

    def zoom_fit(self) -> None:
        """Show the whole stack, or all of its width where it is too long."""
        self.loom.zooming.fit()

    # Building

    def _build(self, engine: Any) -> Iterator[None]:
        """The page, from the outside in: what is put elsewhere later is styled anew."""
        document = self._document
        columns, rows = self._splitters()
        self.palette_list = Palette(lambda: len(self._carried()))
        columns.addWidget(self.palette_list)
        columns.addWidget(rows)
        yield
        self.loom = Loom(document, self.actions_of, self.say)
        yield
        self.lens = LensHost(self.loom, document, engine)
        self.notice = Notice(self.lens)
        rows.addWidget(self.lens)
        yield
        self.inspector = Inspector(document, engine)
        columns.addWidget(self.inspector)
        yield
        self.drawer = Drawer(document, self.check, ZoomControl(self.loom.zooming))
        rows.addWidget(self.drawer)
        self.library = LibraryDesk(self, document, self.actions_of)
        yield
        for at, stretch in enumerate((1, 0)):
            rows.setStretchFactor(at, stretch)
        for at, stretch in enumerate((0, 1, 0)):
            columns.setStretchFactor(at, stretch)
        begin_with(rows, [1000, BAR])
        begin_with(columns, [264, 700, 336])
        self._connect()
        self._follow_state()

    def ahead(self) -> Iterator[None]:
        """Icons of the palette, else all drawn when the page is first shown."""
        for card in self.palette_list.cards:
            kind_icon(card.help_kind)
            yield

    def _splitters(self) -> tuple[QSplitter, QSplitter]:
        """The columns, and the rows of the one in the middle."""
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 0, 0, 0)
        self._columns = QSplitter(Qt.Orientation.Horizontal)
        self._columns.setObjectName("design.columns")
        lines.addWidget(self._columns)
        self._rows = QSplitter(Qt.Orientation.Vertical)
        self._rows.setObjectName("design.rows")
        for splitter in (self._columns, self._rows):
            splitter.setChildrenCollapsible(False)
            splitter.setHandleWidth(1)
        return self._columns, self._rows

    def _connect(self) -> None:
        self.palette_list.wanted.connect(self._insert)
        self.palette_list.thrown_away.connect(self._throw_away)
        self.actions_of.said.connect(self.say)
        self.zooming.too_long.connect(lambda: self.say(TOO_LONG))
        self.loom.inspect.connect(self.inspector.focus_first)
        self.loom.rename.connect(self.rename)
        self.loom.menu.connect(self._show_menu)
        self.loom.moving.connect(self.palette_list.expect)
        self.inspector.lens.clicked.connect(self.open_lens)
        self.lens.closed.connect(lambda: self.loom.focus_card())
        self.inspector.left.connect(lambda: self.loom.focus_card())
        self.drawer.wanted_height.connect(self._set_drawer_height)
        self._document.changed.connect(self._follow_state)
        self._connect_library()
        # Cards and rows made later stand last in Qt's round of Tab; it is told their place.
        self.loom.current_changed.connect(self._order_tabs)
        self.inspector.form.rebuilt.connect(self._order_tabs)
        self._order_tabs()

    def _connect_library(self) -> None:
        """Every part of the page that shows the library hears of its changes."""
        library = self.library
        library.actions.said.connect(self.say)
        library.section.rebuilt.connect(self._order_tabs)
        self.palette_list.add_mine(library.section)
        for part in (self.loom.surface, self.drawer, self.inspector):
            part.watch_offers(library.offers)
        library.shelf.changed.connect(self.loom.refresh)
        library.shelf.changed.connect(self.inspector.refresh)
        library.shelf.changed.connect(self.drawer.refresh_offers)

    def showEvent(self, event: QShowEvent) -> None:
        """At first the keyboard is on the loom: that is what the page is about."""
        super().showEvent(event)
        if not self._was_shown:
            self._was_shown = True
            self.loom.cards[0].setFocus(Qt.FocusReason.ActiveWindowFocusReason)

    def _order_tabs(self) -> None:
        """Search, palette, loom, inspector, drawer: from left to right, then down."""
        card = self.loom.surface.card(self.loom.current)
        stops = [
            self.palette_list.search,
            *self.palette_list.cards,
            *self.loom.finder.stops,
            *([card] if card is not None else []),
            *self.inspector.form.stops(),
            self.inspector.lens,
            self.inspector.weights.button,
            self.inspector.about.link,
            self.drawer.tabs,
            self.drawer.chevron,
        ]
        for before, after in pairwise(stops):
            QWidget.setTabOrder(before, after)

    def _insert(self, kind: type[Block]) -> None:
        self.actions_of.insert((kind.fresh(),))

    def _carried(self) -> tuple[Block, ...]:
        moving = self.loom.drops.moving
        return moving.blocks if moving is not None else ()

    def _throw_away(self) -> None:
        moving = self.loom.drops.moving
        if moving is not None:
            self.actions_of.carry_out(moving.removal(self._document.project))

    def _show_menu(self, position: QPoint) -> None:
        from gui.design.card_menu import card_menu  # first needed at the first right click

        card_menu(self, self.actions_of).popup(position)

    def _set_drawer_height(self, height: int) -> None:
        total = sum(self._rows.sizes())
        self._rows.setSizes([max(120, total - height), height])
        # The window remembers what a hand moved; this counts as a hand.
        self._rows.splitterMoved.emit(self._rows.sizes()[0], 1)

    def _worked_out_state(self) -> str:
        tones = {problem.tone for problem in self._document.analysis.problems}
        if "error" in tones:
            return "attention"
        return "unfinished" if "unfinished" in tones else "ready"

    def _follow_state(self) -> None:
        state = self._worked_out_state()
        if state != self._state:
            self._state = state
            self.state_changed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that nothing below used.  The window's menu has some of them and is first."""
        focus = self.focusWidget()
        on_stack = focus is None or focus is self or self.loom.isAncestorOf(focus)
        if (command := pressed(event, on_stack)) is not None:
            getattr(self, command.name)()
            event.accept()
            return
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if event.text() == "/":
            self.quick_insert()
        elif control and event.key() == Qt.Key.Key_F:
            self.find_blocks()
        elif control and event.key() in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom_in()
        elif control and event.key() == Qt.Key.Key_Minus:
            self.zoom_out()
        elif control and event.key() == Qt.Key.Key_0:
            self.zoom_reset()
        elif control and event.key() == Qt.Key.Key_9:
            self.zoom_fit()
        else:
            super().keyPressEvent(event)
