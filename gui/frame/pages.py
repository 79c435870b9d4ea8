"""The pages of the window, in the order of the work; each is imported only when it is built."""

from __future__ import annotations

import contextlib
import importlib
from collections.abc import Callable, Iterable
from threading import Thread
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from gui.document import Document
    from gui.engine_link import EngineLink
    from gui.train.session import TrainingSession


class Parts(NamedTuple):
    """What pages are made of."""

    document: Document
    engine: EngineLink
    pictures: EngineLink
    session: Callable[[], TrainingSession]


class PageSpec(NamedTuple):
    """A page before it is built.

    Attributes:
        key: Its name in settings and object names.
        title: On the rail.
        icon: Its icon's name.
        make: Begins to build it; one that is a `ByParts` may have its parts still to come.
        modules: What building it imports.
    """

    key: str
    title: str
    icon: str
    make: Callable[[Parts], QWidget]
    modules: tuple[str, ...] = ()


def _data(parts: Parts) -> QWidget:
    from gui.data.page import DataPage

    return DataPage(parts.document, parts.pictures, whole=False)


def _design(parts: Parts) -> QWidget:
    from gui.design.page import DesignPage

    return DesignPage(parts.document, parts.engine, whole=False)


def _train(parts: Parts) -> QWidget:
    from gui.train.page import TrainPage

    return TrainPage(parts.document, parts.session(), whole=False)


def _export(parts: Parts) -> QWidget:
    from gui.export.page import ExportPage

    return ExportPage(parts.document, parts.engine, parts.session(), whole=False)


PAGES = (
    PageSpec("data", "Data", "data", _data, ("gui.data.page",)),
    PageSpec("design", "Design", "design", _design, ("gui.design.page",)),
    PageSpec("train", "Train", "train", _train, ("gui.train.page", "core.training.run")),
    PageSpec("export", "Export", "export", _export, ("gui.export.page", "core.export.registry")),
)


class Importer(QObject):
    """Imports modules in a thread: some take a tenth of a second, which would be felt.

    Signals:
        done: They are imported, or will not be.
    """

    done = Signal()

    def __init__(self, modules: Iterable[str], parent: QObject) -> None:
        super().__init__(parent)
        self._modules = tuple(modules)
        self._thread = Thread(target=self._work, name="importer", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def _work(self) -> None:
        for name in self._modules:
            # What is wrong with a module is told by whoever needs it, with its own words.
            with contextlib.suppress(Exception):
                importlib.import_module(name)
        with contextlib.suppress(RuntimeError):  # the window closed meanwhile
            self.done.emit()
