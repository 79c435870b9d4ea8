"""Find: a bar over the loom; what matches is lit and counted, Enter goes from one to the next."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from core.project import Path
from gui.design.actions import Actions
from gui.design.faces import visible_path
from gui.design.finding import found
from gui.design.icon_button import IconButton
from gui.design.search_field import SearchField
from gui.document import Document
from gui.widgets.labels import styled

if TYPE_CHECKING:
    from gui.design.loom import Loom

WIDTH = 420
AWAY = 12
"""From the bar to the loom's upper edge (px)."""


class FindBar(QFrame):
    """Finds blocks by kind, name, arguments and what is wrong with them."""

    def __init__(self, loom: Loom, document: Document, actions: Actions) -> None:
        super().__init__(loom)
        self._loom = loom
        self._document = document
        self._actions = actions
        self._matches: tuple[Path, ...] = ()
        self._at = -1
        self._from: Path = ()
        self.setObjectName("find-bar")
        self.setProperty("look", "bubble")
        self.setAccessibleName("Find in the stack")
        self.field = self._search_field()
        self.count = styled("", "muted")
        self._before = IconButton("chevron_up", "The match before (Shift+Enter)", parent=self)
        self._after = IconButton("chevron_down", "The next match (Enter)", parent=self)
        self._close = IconButton("close", "Close (Escape)", parent=self)
        self._before.clicked.connect(lambda: self.step(-1))
        self._after.clicked.connect(lambda: self.step(1))
        self._close.clicked.connect(self.close_bar)
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 5, 6, 5)
        row.setSpacing(4)
        row.addWidget(self.field, 1)
        row.addWidget(self.count)
        for button in (self._before, self._after, self._close):
            row.addWidget(button)
        document.changed.connect(self._follow)
        loom.viewport().installEventFilter(self)
        self.hide()

    @property
    def stops(self) -> list[QWidget]:
        """What Tab reaches here, in order."""
        return [self.field, self._before, self._after, self._close]

    @property
    def matches(self) -> tuple[Path, ...]:
        """Every block found, in the order of reading; also in folded containers."""
        return self._matches

    def open_bar(self) -> None:
        """Come up, or take the keyboard again; the words of the last time are there to be used."""
        if self.isHidden():
            self._from = self._loom.current
        self._place()
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()
        self._look()

    def close_bar(self) -> None:
        """Go; the keyboard goes to the block that was found, or back to where it was."""
        self.hide()
        self._light(())
        self._loom.focus_card()

    def step(self, steps: int) -> None:
        """Go to the next match (1) or the one before (−1), around the ends.

        A match within a folded container is shown first: that is where one stands already.
        """
        if not self._matches:
            return
        if not self._shown(self._matches[self._at]):
            self._unfold(self._matches[self._at])
        else:
            self._at = (self._at + steps) % len(self._matches)
            self._unfold(self._matches[self._at])
        self._go()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field and isinstance(event, QKeyEvent):
            return event.type() == QEvent.Type.KeyPress and self._key(event)
        if event.type() == QEvent.Type.Resize and watched is self._loom.viewport():
            self._place()
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_bar()
        else:
            super().keyPressEvent(event)

    def _key(self, event: QKeyEvent) -> bool:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.step(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.step(1 if event.key() == Qt.Key.Key_Down else -1)
        elif event.key() == Qt.Key.Key_Escape:
            self.close_bar()
        else:
            return False
        return True

    def _search_field(self) -> SearchField:
        field = SearchField()
        field.setPlaceholderText("Find: conv 64, dropout, error …")
        field.setAccessibleName("Find blocks by kind, name, argument or problem")
        field.textChanged.connect(self._typed)
        field.installEventFilter(self)
        return field

    # What is found

    def _typed(self) -> None:
        """Other words: the first match from where one was."""
        self._look()
        if self._matches:
            self._go()

    def _look(self) -> None:
        """Find anew, from where the keyboard was when the bar came up."""
        self._matches = found(self._document.project, self.field.text())
        size = len(self._matches)
        self._at = bisect_left(self._matches, self._from) % size if size else -1
        self._tell()

    def _follow(self) -> None:
        """The project is another one; stay at the match, or at what stands there now."""
        if self.isHidden():
            return
        here = self._matches[self._at] if self._matches else self._from
        self._matches = found(self._document.project, self.field.text())
        size = len(self._matches)
        self._at = min(bisect_left(self._matches, here), size - 1)
        self._tell()

    def _go(self) -> None:
        """Select the match, or the folded container that holds it."""
        self._document.select((visible_path(self._document.project, self._matches[self._at]),))
        self._loom.reveal(self._document.selection[-1])
        self._tell()

    def _shown(self, path: Path) -> bool:
        return visible_path(self._document.project, path) == path

    def _unfold(self, path: Path) -> None:
        """Open every folded container around a block."""
        while not self._shown(path):
            self._actions.fold(visible_path(self._document.project, path))

    # What is shown

    def _tell(self) -> None:
        """Light the matches and count them."""
        self._light(self._matches)
        words = f"{self._at + 1} of {len(self._matches)}" if self._matches else "Nothing found"
        if not self.field.text().strip():
            words = ""
        for button in (self._before, self._after):
            button.setEnabled(bool(self._matches))
        if words != self.count.text():
            self.count.setText(words)
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self.field, words))

    def _light(self, paths: tuple[Path, ...]) -> None:
        project = self._document.project
        self._loom.light(frozenset(visible_path(project, path) for path in paths))

    def _place(self) -> None:
        """Stand at the top of the loom, in its middle."""
        view = self._loom.viewport().geometry()
        width = min(WIDTH, view.width() - 2 * AWAY)
        left = view.left() + (view.width() - width) // 2
        self.setGeometry(left, view.top() + AWAY, width, self.sizeHint().height())
