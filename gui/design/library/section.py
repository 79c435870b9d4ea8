"""“My blocks” in the palette: the user's library, and how to fill it."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from core.blocks.containers import Group
from core.library import LibraryBlock
from gui.design.icon_button import IconButton
from gui.design.library.actions import LibraryActions
from gui.design.library.card import LibraryCard
from gui.design.library.shelf import Shelf
from gui.design.look import section_font
from gui.document import Document
from gui.theme import theme
from gui.widgets.buttons import link
from gui.widgets.clearing import clear
from gui.widgets.labels import styled

HINT = "Select a Group and save it to your library (Ctrl+Shift+L): it stands here from then on."


class MyBlocks(QWidget):
    """Cards of the library.  It takes no room while there is nothing to show or to teach.

    Signals:
        rebuilt: `cards` are others.
    """

    rebuilt = Signal()

    def __init__(self, document: Document, shelf: Shelf, actions: LibraryActions) -> None:
        super().__init__()
        self._document = document
        self._shelf = shelf
        self._actions = actions
        self._text = ""
        self.cards: list[LibraryCard] = []
        self.setAccessibleName("My blocks")
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 0, 0, 8)
        lines.setSpacing(4)
        lines.addLayout(self._head())
        self._lines = QVBoxLayout()
        self._lines.setSpacing(4)
        lines.addLayout(self._lines)
        self.hint = styled(HINT, "muted")
        self.trouble = styled("", "warning")
        for label in (self.hint, self.trouble):
            label.setWordWrap(True)
            label.setFont(theme().font("small"))
            lines.addWidget(label)
        self.restore = link()
        self.restore.clicked.connect(actions.restore)
        lines.addWidget(self.restore)
        shelf.changed.connect(self.show_library)
        document.changed.connect(self._show_rest)
        self.show_library()

    def _head(self) -> QHBoxLayout:
        self._heading = styled("MY BLOCKS", "muted")
        self._heading.setFont(section_font())
        self.more = IconButton("more", "More about my blocks", 24, 24)
        self.more.clicked.connect(self._show_more)
        row = QHBoxLayout()
        row.addWidget(self._heading, 1)
        row.addWidget(self.more)
        return row

    def show_library(self) -> None:
        """Show the blocks that are in the library now."""
        if [card.block for card in self.cards] != list(self._shelf.library.blocks):
            clear(self._lines)
            self.cards = [LibraryCard(block, self) for block in self._shelf.library.blocks]
            for card in self.cards:
                card.menu.connect(self._show_menu)
                self._lines.addWidget(card)
            self.rebuilt.emit()
        self.filter(self._text)

    def filter(self, text: str) -> None:
        """Show only the cards that match."""
        self._text = text
        for card in self.cards:
            card.setVisible(card.matches(text))
        self._show_rest()

    def _show_rest(self) -> None:
        """What is to be read beside the cards."""
        searching = bool(self._text)
        troubles, deleted = self._shelf.library.troubles, self._shelf.deleted
        groups = any(isinstance(block, Group) for _, block in self._document.project.walk())
        teaches = groups and not self.cards and not searching
        self.hint.setVisible(teaches)
        self.trouble.setText("\n".join(trouble.sentence for trouble in troubles))
        self.trouble.setToolTip("\n".join(f"Left as it is: {one.path}" for one in troubles))
        self.trouble.setVisible(bool(troubles) and not searching)
        self.restore.setText(f"Restore “{deleted.name}”" if deleted is not None else "")
        self.restore.setVisible(deleted is not None and not searching)
        matching = any(card.matches(self._text) for card in self.cards)
        rest = (bool(troubles) or deleted is not None) and not searching
        self.setVisible(matching or teaches or rest)

    # Menus

    def _show_menu(self, card: LibraryCard, position: QPoint) -> None:
        self.menu_of(card.block, card).popup(position)

    def menu_of(self, block: LibraryBlock, card: LibraryCard) -> QMenu:
        """What can be done with a block."""
        actions = self._actions
        menu = self._menu()
        for icon, text, work in (
            ("plus", f"Insert {block.name.replace('&', '&&')} after the selection", None),
            ("pencil", "Rename…", actions.rename),
            ("copy", "Copy as text", actions.copy_text),
            ("export", "Export to a file…", actions.export),
            ("trash", "Delete…", actions.delete),
        ):
            action = menu.addAction(theme().icon(icon, "muted"), text)
            if work is None:
                action.triggered.connect(lambda _on=False: card.wanted.emit(block))
            else:
                action.triggered.connect(lambda _on=False, work=work: work(block))
        return menu

    def _show_more(self) -> None:
        self.more_menu().popup(self.more.mapToGlobal(QPoint(0, self.more.height())))

    def more_menu(self) -> QMenu:
        """What can be done with the library."""
        menu = self._menu()
        actions = self._actions
        take = menu.addAction(theme().icon("folder", "muted"), "Import from a file…")
        take.triggered.connect(lambda _on=False: actions.import_file())
        paste = menu.addAction(theme().icon("paste", "muted"), "Paste a block into the library")
        paste.setEnabled(actions.can_paste())
        paste.triggered.connect(lambda _on=False: actions.paste())
        return menu

    def _menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return menu
