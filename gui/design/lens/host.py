"""Where the lens opens: beside the loom where there is room for both, else in front of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QRect, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from core.project import Path, Project
from gui.document import Document

if TYPE_CHECKING:
    from gui.design.lens.panel import LensPanel

LOOM = 560
"""Least width that leaves the loom readable beside the lens (px)."""
LENS = 600
WIDEST = 760
MARGIN = 12


def disabled_by(project: Project, path: Path) -> Path | None:
    """The disabled block or container for which nothing passes a block; None where values pass."""
    around = (path[:end] for end in range(1, len(path) + 1, 2))
    return next((at for at in around if project.block(at).disabled), None)


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
        return not self.why_not()

    def why_not(self) -> str:
        """Why the lens has nothing to show; empty if it has."""
        selection, project = self._document.selection, self._document.project
        kinds = "Select a Flatten, Reshape or global pooling block first"
        if len(selection) != 1 or selection[0][0] < 0:
            return kinds
        block = project.block(selection[0])
        if block.gathers is None:
            return kinds
        if (off := disabled_by(project, selection[0])) is None:
            return ""
        around = "" if off == selection[0] else f", which holds this {block.kind()},"
        return (
            f"Nothing is unrolled here: {project.block(off).kind()}{around} is disabled. Enable it "
            "first (D)"
        )

    def open(self) -> bool:
        """Look at the selected block; returns whether there is one to look at."""
        if not self.can_open():
            return False
        path = self._document.selection[0]
        if self.lens is None:
            self.lens = self._make()
        self.lens.look_at(path)
        self._place()
        self.lens.show()
        self.lens.raise_()
        self.lens.canvas.setFocus()
        return True

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
