"""Where the lens opens: beside the loom where there is room for both, else in front of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QRect, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from core.project import Path
from gui.document import Document

if TYPE_CHECKING:
    from gui.design.lens.panel import LensPanel

LOOM = 560
"""Least width that leaves the loom readable beside the lens (px)."""
LENS = 600
WIDEST = 760
MARGIN = 12


class LensHost(QWidget):
    """Holds the loom, and the lens once it was first asked for.

    Signals:
        closed: The lens went away; the keyboard belongs to the loom again.
    """

    closed = Signal()

    def __init__(self, loom: QWidget, document: Document, engine: Any) -> None:
        super().__init__()
        self._loom = loom
        self._document = document
        self._engine = engine
        self.lens: LensPanel | None = None
        loom.setParent(self)

    @property
    def is_open(self) -> bool:
        """Whether the lens can be seen."""
        return self.lens is not None and self.lens.path is not None

    def can_open(self) -> bool:
        """Whether one block is selected that the lens can show."""
        return self._selected() is not None

    def open(self) -> bool:
        """Look at the selected block; returns whether there is one to look at."""
        path = self._selected()
        if path is None:
            return False
        if self.lens is None:
            self.lens = self._make()
        self.lens.look_at(path)
        self._place()
        self.lens.show()
        self.lens.raise_()
        self.lens.canvas.setFocus()
        return True

    def _selected(self) -> Path | None:
        selection = self._document.selection
        if len(selection) != 1 or selection[0][0] < 0:
            return None
        block = self._document.project.block(selection[0])
        return selection[0] if block.gathers is not None else None

    def _make(self) -> LensPanel:
        from gui.design.lens.panel import LensPanel  # first needed when first opened

        lens = LensPanel(self._document, self._engine)
        lens.setParent(self)
        lens.closed.connect(self._closed)
        return lens

    def _closed(self) -> None:
        assert self.lens is not None
        self.lens.hide()
        self._place()
        self.closed.emit()

    def _place(self) -> None:
        whole = self.rect()
        if not self.is_open or self.lens is None:
            self._loom.setGeometry(whole)
            self._loom.show()
            return
        lens = min(WIDEST, max(LENS, whole.width() // 2))
        covered = whole.width() - lens < LOOM
        # What is covered must not be reached by Tab.
        self._loom.setVisible(not covered)
        if covered:
            self._loom.setGeometry(whole)
            self.lens.setGeometry(whole.adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN))
            return
        rest = whole.width() - lens
        self._loom.setGeometry(QRect(0, 0, rest, whole.height()))
        self.lens.setGeometry(rest, MARGIN, lens - MARGIN, whole.height() - 2 * MARGIN)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()
