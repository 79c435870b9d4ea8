"""The help panel: a list of all kinds that can be searched, and a page for each."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QMainWindow,
    QStackedWidget,
)

from core.blocks import CATALOGUE, Block, Input
from gui.design.look import kind_icon
from gui.design.search_field import SearchField
from gui.document import Document
from gui.frame.side_panel import SidePanel
from gui.help.article import Article
from gui.help.kind_row import KindRow
from gui.help.subject import Subject, about_block, about_kind, matches
from gui.theme import theme
from gui.widgets.buttons import link
from gui.widgets.labels import styled

KINDS: tuple[type[Block], ...] = (Input, *CATALOGUE.values())


class HelpPanel(SidePanel):
    """Follows the document: numbers stay true, and another selected block is explained."""

    def __init__(self, window: QMainWindow, document: Document) -> None:
        super().__init__(window, "help", "Help")
        self._document = document
        self.search = SearchField()
        self.search.setObjectName("help-search")
        self.search.setPlaceholderText("Search help")
        self.search.setAccessibleName("Search help on blocks and parameters")
        self.search.textChanged.connect(self._filter)
        self.search.installEventFilter(self)
        self.back = link("‹ All blocks")
        self.back.setObjectName("help-all")
        self.back.clicked.connect(self.show_list)
        self.list = self._list()
        self._nothing = styled("", "muted")
        self._nothing.setWordWrap(True)
        self._nothing.hide()
        self.article = Article()
        self._stack = QStackedWidget()
        self._stack.addWidget(self.list)
        self._stack.addWidget(self.article)
        self.body.addWidget(self.search)
        self.body.addWidget(self.back, 0, Qt.AlignmentFlag.AlignLeft)
        self.body.addWidget(self._nothing)
        self.body.addWidget(self._stack, 1)
        # One refresh for a burst of edits, and never while something is being dragged.
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self._refresh)
        document.changed.connect(self._later.start)
        document.selection_changed.connect(self._follow_selection)
        theme().changed.connect(self._dress)
        self._dress()
        self.show_list()

    @property
    def subject(self) -> Subject | None:
        """What the page open is about; None while the list is shown."""
        return self.article.subject if self._stack.currentWidget() is self.article else None

    def show_list(self) -> None:
        """Show every kind."""
        self._stack.setCurrentWidget(self.list)
        self.back.hide()
        if self.isVisible():
            self.take_keyboard()

    def explain(self, subject: Subject) -> None:
        """Show the page of a subject."""
        self.article.show_subject(subject)
        self._stack.setCurrentWidget(self.article)
        self._nothing.hide()
        self.back.show()

    def take_keyboard(self) -> None:
        target = self.article if self.subject is not None else self.search
        target.setFocus(Qt.FocusReason.ShortcutFocusReason)

    # The list

    def _list(self) -> QListWidget:
        shown = QListWidget()
        shown.setObjectName("help-list")
        shown.setAccessibleName("Kinds of blocks")
        shown.setItemDelegate(KindRow(shown))
        shown.setResizeMode(QListWidget.ResizeMode.Adjust)
        shown.setMouseTracking(True)
        shown.setSpacing(1)
        shown.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for kind in KINDS:
            item = QListWidgetItem(f"{kind.kind()}\n{kind.purpose}")
            item.setData(Qt.ItemDataRole.UserRole, kind.kind())
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{kind.kind()}: {kind.purpose}")
            shown.addItem(item)
        shown.setCurrentRow(0)
        shown.itemClicked.connect(self._open_item)
        shown.itemActivated.connect(self._open_item)
        return shown

    def _filter(self, text: str) -> None:
        self.show_list()
        found = []
        for row, kind in enumerate(KINDS):
            hit = matches(kind, text)
            self.list.item(row).setHidden(not hit)
            if hit:
                found.append(row)
        if found:
            # Who types a name wants that kind, not the first that mentions it.
            begun = (row for row in found if KINDS[row].kind().lower().startswith(text.lower()))
            self.list.setCurrentRow(next(begun, found[0]))
        self._nothing.setText(f"Nothing in the help matches “{text}”.")
        self._nothing.setVisible(not found)

    def _open_item(self, item: QListWidgetItem) -> None:
        name = item.data(Qt.ItemDataRole.UserRole)
        kind = next(kind for kind in KINDS if kind.kind() == name)
        if kind is Input:
            self.explain(about_block(self._document, (-1,)))
        else:
            self.explain(about_kind(self._document, kind))
        self.take_keyboard()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.search and isinstance(event, QKeyEvent):
            return event.type() == QEvent.Type.KeyPress and self._search_key(event)
        return False

    def _search_key(self, event: QKeyEvent) -> bool:
        item = self.list.currentItem()
        if event.key() == Qt.Key.Key_Down:
            self.show_list()
            self.list.setFocus(Qt.FocusReason.TabFocusReason)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if item is not None and not item.isHidden():
                self._open_item(item)
        elif event.key() == Qt.Key.Key_Escape and self.search.text():
            self.search.clear()
        else:
            return False
        return True

    # Following

    def _refresh(self) -> None:
        """Bring the numbers up to date; a block that is gone leaves its kind."""
        subject = self.subject
        if subject is None or not self.isVisible():
            return
        if subject.path is not None and self._stands(subject):
            self.explain(about_block(self._document, subject.path, subject.field))
        elif subject.kind is not Input:
            self.explain(about_kind(self._document, subject.kind))

    def _stands(self, subject: Subject) -> bool:
        """Whether a block of the subject's kind still stands at its path."""
        if subject.path == (-1,) or subject.path is None:
            return subject.path is not None
        try:
            return type(self._document.project.block(subject.path)) is subject.kind
        except IndexError:
            return False

    def _follow_selection(self) -> None:
        selection = self._document.selection
        if self.isVisible() and self.subject is not None and len(selection) == 1:
            self.explain(about_block(self._document, selection[0]))

    def _dress(self) -> None:
        for row, kind in enumerate(KINDS):
            self.list.item(row).setIcon(kind_icon(kind))
        if self.subject is not None:
            self._later.start()
