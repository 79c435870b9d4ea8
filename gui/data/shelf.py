"""The ready-made sets: what the present one looks like, and what one costs before it is fetched."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal

from core.data.report import ClassCount
from core.data.set_files import is_there, key_of
from core.data.source import MNIST, Folder
from core.engine.commands import ShowSet
from core.engine.events import Event, Failed, SetShown
from gui.data.desk import DataDesk


class Shelf(QObject):
    """Asks the picture process what the project's ready-made set looks like.

    Signals:
        changed: `shown`, `failure` or `offered` is another.
    """

    changed = Signal()

    def __init__(self, desk: DataDesk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._command = 0
        self._asked = ""
        self.shown: SetShown | None = None
        self.failure = ""
        self.offered = ""
        self.fetched = ""
        desk.pictures.event.connect(self.receive)

    @property
    def key(self) -> str:
        """The project's set: ``mnist`` or a key of `KERAS_SETS`; empty for a folder."""
        source = self._desk.source
        if isinstance(source, Folder):
            return ""
        return "mnist" if isinstance(source, MNIST) else key_of(source)

    @property
    def classes(self) -> tuple[ClassCount, ...]:
        """The set's classes, counted once it is here; which pictures validate is drawn later."""
        names, shown = self._desk.source.class_names, self.shown
        if not self.key or self.failure:
            return ()
        nothing = (0,) * len(names)
        train, test = (shown.train, shown.test) if shown is not None else (nothing, nothing)
        counts = zip(names, train, test, strict=True)
        return tuple(ClassCount(name, train, 0, test, 0, 0) for name, train, test in counts)

    def follow(self) -> None:
        """Ask about the project's set, if another one is shown."""
        if self.key == self._asked:
            return
        self._asked = self.key
        self.shown, self.failure, self._command = None, "", 0
        if self._asked:
            self._command = self._desk.pictures.send(ShowSet(id=0, name=self._asked))
        self.changed.emit()

    def receive(self, event: Event) -> None:
        """Take the picture process's answer."""
        if not self._command or event.id != self._command:
            return
        match event:
            case SetShown():
                self.shown, self._command = event, 0
            case Failed():
                self.failure, self._command = event.message, 0
        self.changed.emit()

    # Fetching

    def want(self, key: str) -> None:
        """A set is wanted: used at once if it is here, else its size and makers are told first.

        Args:
            key: Of `KERAS_SETS`.
        """
        self._desk.background.run(partial(is_there, key), partial(self._offer, key))

    def _offer(self, key: str, there: bool) -> None:
        if there:
            self.fetch(key)
        else:
            self._desk.dismiss()
            self.offered = key
            self.changed.emit()

    def fetch(self, key: str) -> None:
        """Fetch a set unless it is here, and use it."""
        self.decline()
        self.fetched = key
        if key == self.key:
            self._asked = ""  # the project has it already: what is missing are its pictures
        self._desk.use_set(key)

    def decline(self) -> None:
        """The set is not wanted after all."""
        if self.offered:
            self.offered = ""
            self.changed.emit()
