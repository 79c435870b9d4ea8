"""Everything of the library that the Design page has, put together."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from gui.design.actions import Actions
from gui.design.library.actions import LibraryActions
from gui.design.library.offers import Offers
from gui.design.library.section import MyBlocks
from gui.design.library.shelf import Shelf
from gui.document import Document


class LibraryDesk(QObject):
    """The library of one page.

    Attributes:
        shelf: What it holds.
        actions: What can be done with it.
        offers: What it offers to its uses in the open project.
        section: Its part of the palette.
    """

    def __init__(self, page: QWidget, document: Document, blocks: Actions) -> None:
        super().__init__(page)
        self.shelf = Shelf(self)
        self.actions = LibraryActions(page, document, self.shelf, blocks)
        self.offers = Offers(document, self.shelf, self.actions)
        self.section = MyBlocks(document, self.shelf, self.actions)
        self.shelf.look()
