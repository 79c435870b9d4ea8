"""Asks the engine what really arrives at the block, and words what stands in the way."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from core.analysis import Analysis
from core.engine.commands import FeatureMap
from core.engine.events import Failed, FeatureMapped, Finished
from core.project import Path, Project
from gui.document import Document
from gui.engine_link import EngineGone

PAUSE_MS = 150
"""Quiet after an edit before the engine is asked."""

_ORDER = "Until then, colours show the order of the values."


class LensFeed(QObject):
    """Keeps the newest answer for one block and one picture.

    Signals:
        changed: `answer`, `words` or `picture` changed.

    Attributes:
        answer: What the engine worked out for the design on screen; None while it has not.
        words: Why there is no answer; empty with one.
        picture: Number of the picture wanted.
    """

    changed = Signal()

    def __init__(self, document: Document, engine: Any, parent: QObject) -> None:
        """Prepare; nothing is asked until `show_block`.

        Args:
            document: Whose design is looked at.
            engine: Link to the engine process; may be None.
            parent: Qt's owner.
        """
        super().__init__(parent)
        self._document = document
        self._engine = engine
        self._path: Path | None = None
        self._answered_for: tuple[object, ...] | None = None
        self._asked: tuple[int, tuple[object, ...]] | None = None
        self.answer: FeatureMapped | None = None
        self.words = ""
        self.picture = 0
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._ask)
        if engine is not None:
            engine.event.connect(self._hear)
            engine.state_changed.connect(self._engine_changed)

    @property
    def waiting(self) -> bool:
        """Whether an answer is under way."""
        return self._asked is not None or self._pause.isActive()

    def show_block(self, path: Path | None) -> None:
        """Look at a block of the document as it is now; None looks at nothing."""
        self._path = path
        if path is None:
            self._pause.stop()
        elif self._wanted() != self._answered_for:
            self.answer, self._answered_for = None, None
            self._say(_obstacle(self._document, path, self._engine))
            self._pause.start()

    def step(self, by: int) -> None:
        """Go to another picture."""
        count = self.answer.pictures if self.answer is not None else 0
        self.picture = (self.picture + by) % count if count else max(0, self.picture + by)
        if self._path is not None:
            self._say("Working out what arrives for the next picture…")
            self._ask()

    def _wanted(self) -> tuple[object, ...]:
        """Everything that the answer depends on."""
        project = self._document.project
        return (_design(project), self._path, self.picture)

    def _engine_changed(self) -> None:
        if self._path is None or self._asked is not None:
            return
        if self._engine.state == "ready" and self._wanted() != self._answered_for:
            self._pause.start()
        elif self.answer is None:
            self._say(_obstacle(self._document, self._path, self._engine))

    def _ask(self) -> None:
        if self._path is None or self._asked is not None:
            return
        obstacle = _obstacle(self._document, self._path, self._engine)
        if obstacle:
            self._say(obstacle)  # asked again when the engine says that it is ready
            return
        wanted = self._wanted()
        command = FeatureMap(
            id=0, project=self._document.project, path=self._path, picture=self.picture
        )
        self._asked = (0, wanted)  # the engine may be busy with this before the id is known
        self._asked = (self._engine.send(command), wanted)
        if self.answer is None:
            self._say("Working out what arrives…")

    def _hear(self, event: Any) -> None:
        if isinstance(event, Finished) and self._path is not None:
            self._answered_for = None  # there may be trained weights now
            self._pause.start()
        if self._asked is None or event.id != self._asked[0]:
            return
        if not isinstance(event, FeatureMapped | Failed):
            return
        wanted, self._asked = self._asked[1], None
        if self._path is None:
            return
        if wanted != self._wanted():
            self._pause.start()
            return
        self._answered_for = wanted
        if isinstance(event, FeatureMapped):
            self.answer, self.picture = event, event.picture
            self._answered_for = self._wanted()
            self.words = ""
            self.changed.emit()
        else:
            if isinstance(event, EngineGone):
                self._answered_for = None  # the next engine is asked again
            self.answer = None
            self._say(f"{event.message} Colours show the order of the values instead.")

    def _say(self, words: str) -> None:
        self.words = words
        self.changed.emit()


def _design(project: Project) -> tuple[object, ...]:
    return project.input, project.stack, project.data, project.plan.seed


def _obstacle(document: Document, path: Path, engine: Any) -> str:
    """Why the engine cannot be asked now, in a sentence; empty if it can."""
    blocker = _error_above(document.analysis, path)
    if blocker:
        return f"{blocker} Once that is solved, real values are shown here."
    if engine is None or engine.state in ("missing", "closed", "died"):
        why = engine.words if engine is not None else "There is no engine."
        return f"{why} Colours show the order of the values instead."
    if engine.state == "starting":
        return f"The engine is starting; real values come when it is ready. {_ORDER}"
    if engine.state == "frozen":
        return f"The engine does not answer; real values come when it does. {_ORDER}"
    if engine.state == "busy":
        return f"The engine is busy; real values come when it is done. {_ORDER}"
    return ""


def _error_above(analysis: Analysis, path: Path) -> str:
    """What keeps values from arriving at a block."""
    for problem in analysis.problems:
        if problem.code == "shape" and problem.path is not None and problem.path <= path:
            return problem.message
    return ""
