"""The pages that are built, one of them on screen; the others are built behind it, in parts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QStackedWidget, QWidget

from gui.frame.pages import Importer, PageSpec, Parts
from gui.widgets.by_parts import ByParts


class PageStack(QStackedWidget):
    """Pages by key, each whole when it is first asked for.

    Signals:
        built: A page is whole; its key.
        completed: Every page is.
    """

    built = Signal(str)
    completed = Signal()

    def __init__(self, specs: Sequence[PageSpec], parts: Parts) -> None:
        """Prepare; nothing is built yet.

        Args:
            specs: The pages.
            parts: What they are made of.
        """
        super().__init__()
        self.setObjectName("pages")
        self._specs = {spec.key: spec for spec in specs}
        self._parts = parts
        self._begun: dict[str, QWidget] = {}
        self._pages: dict[str, QWidget] = {}
        self._hosts: dict[str, QScrollArea] = {}
        self._ahead: Iterator[None] = iter(())
        self._next = QTimer(self, singleShot=True, interval=0)
        self._next.timeout.connect(self._build_on)
        self._spare = QTimer(self, singleShot=True, interval=0)
        self._spare.timeout.connect(self._go_ahead)

    def page(self, key: str) -> QWidget:
        """A page; what is missing of it is built now."""
        while key not in self._pages:
            self._build(key)
        return self._pages[key]

    def built_page(self, key: str) -> QWidget | None:
        """A page if it is whole."""
        return self._pages.get(key)

    def show_page(self, key: str) -> QWidget:
        """Bring a page on screen."""
        page = self.page(key)
        self.setCurrentWidget(self._hosts[key])
        return page

    def build_all(self) -> None:
        """Build what is missing, a part each turn, so that the window stays responsive."""
        modules = [name for spec in self._specs.values() for name in spec.modules]
        self._importer = Importer(modules, self)
        self._importer.done.connect(self._next.start)
        self._importer.start()

    def _build_on(self) -> None:
        missing = next((key for key in self._specs if key not in self._pages), None)
        if missing is not None:
            self._build(missing)
            self._next.start()
            return
        pages = [page for page in self._pages.values() if isinstance(page, ByParts)]
        self._ahead = chain.from_iterable(page.ahead() for page in pages)
        self._spare.start()
        self.completed.emit()

    def _go_ahead(self) -> None:
        """Do another part of what pages do ahead."""
        if next(self._ahead, self) is not self:
            self._spare.start()

    def _build(self, key: str) -> None:
        """Build another part of a page."""
        page = self._begun.get(key)
        if page is None:
            page = self._begun[key] = self._specs[key].make(self._parts)
            self._hosts[key] = _host(page)
            # In its place from the start: Qt styles all that a page holds anew when it is put
            # elsewhere.  Nobody sees it before it is whole and asked for.
            self.addWidget(self._hosts[key])
        elif not (isinstance(page, ByParts) and page.build_part()):
            self._pages[key] = self._begun.pop(key)
            self.built.emit(key)


def _host(page: QWidget) -> QScrollArea:
    """A frame that scrolls a page where the window is too small for it, as at 300 %."""
    host = QScrollArea()
    host.setWidget(page)
    host.setWidgetResizable(True)
    host.setFrameShape(QFrame.Shape.NoFrame)
    host.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return host
