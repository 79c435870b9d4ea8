"""Asks Keras what it makes of the design, and compares that with what we show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from PySide6.QtCore import QObject, QTimer, Signal

from core.analysis import Analysis
from core.block_report import BlockReport
from core.blocks import show_shape
from core.project import Path, Project, number_words
from gui.document import Document

if TYPE_CHECKING:
    from core.engine.events import BuiltBlock

PAUSE_MS = 400
"""Quiet after an edit before Keras is asked: building a model takes the engine 50 to 150 ms."""

Verdict = Literal["unknown", "asking", "agrees", "differs", "failed"]


class KerasCheck(QObject):
    """Keeps a verdict on the design on screen.

    Signals:
        changed: `verdict` or `words` changed.
    """

    changed = Signal()

    def __init__(self, document: Document, engine: Any, parent: QObject) -> None:
        """Watch a document.

        Args:
            document: Whose design is checked.
            engine: Has ``state``, ``send`` and the signals ``event`` and ``state_changed``; may be
                None, then nothing is ever asked.
            parent: Qt's owner.
        """
        super().__init__(parent)
        self._document = document
        self._engine = engine
        self._asked: tuple[int, Project] | None = None
        self._checked: tuple[object, ...] | None = None
        self.verdict: Verdict = "unknown"
        self.words = ""
        self.summary = ""
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._ask)
        if engine is None:
            return
        document.changed.connect(self._edited)
        engine.event.connect(self._answered)
        if hasattr(engine, "state_changed"):
            engine.state_changed.connect(self._engine_changed)
        self._pause.start()

    def _edited(self) -> None:
        if _design(self._document.project) == self._checked:
            return
        self._checked = None
        self._show("unknown", "")
        self._pause.start()

    def _engine_changed(self) -> None:
        if self._engine.state == "ready" and self._checked is None and self._asked is None:
            self._pause.start()

    def _ask(self) -> None:
        if self._engine.state != "ready" or self._asked is not None:
            return  # asked again when the engine says that it is ready
        project = self._document.project
        if not self._document.analysis.trainable_as_is:
            return
        from core.engine.commands import Summarise

        self._asked = (0, project)  # the answer may come before the id is known
        self._asked = (self._engine.send(Summarise(id=0, project=project)), project)
        self._show("asking", "Asking Keras…")

    def _answered(self, event: Any) -> None:
        if self._asked is None or event.id != self._asked[0]:
            return
        from core.engine.events import Failed, Summarised

        if not isinstance(event, Summarised | Failed):
            return
        project, self._asked = self._asked[1], None
        if _design(project) != _design(self._document.project):
            self._pause.start()
            return
        if isinstance(event, Failed):
            self._show("failed", event.message)
            return
        self._checked = _design(project)
        self.summary = event.text
        difference = disagreement(self._document.analysis, event.blocks)
        self._show("differs" if difference else "agrees", difference or "Keras agrees")

    def _show(self, verdict: Verdict, words: str) -> None:
        if (verdict, words) != (self.verdict, self.words):
            self.verdict, self.words = verdict, words
            self.changed.emit()


def _design(project: Project) -> tuple[object, ...]:
    """The part of a project that shapes and parameters depend on."""
    return project.input, project.stack, project.classes


def disagreement(analysis: Analysis, built: tuple[BuiltBlock, ...]) -> str:
    """Where Keras counts otherwise, in a sentence; empty if nowhere."""
    by_path = {block.path: block for block in built}
    for path, report in analysis.walk():
        block = by_path.get(path)
        if block is None:
            if report.input is None or report.block.disabled:
                continue
            return f"{_called(path, report)}: Keras has no such layer. {_FAULT}"
        if report.output != block.output:
            ours = "no shape" if report.output is None else show_shape(report.output)
            return (
                f"{_called(path, report)}: Keras gives {show_shape(block.output)}, Layerloom shows "
                f"{ours}. {_FAULT}"
            )
        if report.cost.parameters != block.parameters:
            return (
                f"{_called(path, report)}: Keras counts {block.parameters:,} parameters, Layerloom "
                f"{report.cost.parameters:,}. {_FAULT}"
            )
    return ""


_FAULT = "This is a fault of Layerloom; please report it."


def _called(path: Path, report: BlockReport) -> str:
    return f"Block {number_words(path)} ({report.block.kind()})"
