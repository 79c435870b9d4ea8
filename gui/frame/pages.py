"""The pages of the window, in the order of the work; each is imported only when it is built."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from gui.document import Document
    from gui.engine_link import EngineLink
    from gui.train.session import TrainingSession


class Parts(NamedTuple):
    """What pages are made of."""

    document: Document
    engine: EngineLink
    session: Callable[[], TrainingSession]


class PageSpec(NamedTuple):
    """A page before it is built.

    Attributes:
        key: Its name in settings and object names.
        title: On the rail.
        icon: Its icon's name.
        make: Builds it.
    """

    key: str
    title: str
    icon: str
    make: Callable[[Parts], QWidget]


def _design(parts: Parts) -> QWidget:
    from gui.design.page import DesignPage

    return DesignPage(parts.document, parts.engine)


def _train(parts: Parts) -> QWidget:
    from gui.train.page import TrainPage

    return TrainPage(parts.document, parts.session())


def _export(parts: Parts) -> QWidget:
    from gui.export.page import ExportPage

    return ExportPage(parts.document, parts.engine, parts.session())


PAGES = (
    PageSpec("design", "Design", "design", _design),
    PageSpec("train", "Train", "train", _train),
    PageSpec("export", "Export", "export", _export),
)
