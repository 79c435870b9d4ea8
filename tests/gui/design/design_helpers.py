"""Drags without a mouse, and what tests of the Design page ask for again and again."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWidget

from core.blocks import CATALOGUE, Container
from core.project import Project
from gui.design.page import DesignPage
from gui.design.transfer import to_mime
from gui.document import Document

BOTH = Qt.DropAction.CopyAction | Qt.DropAction.MoveAction
LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier


def block(kind: str, **fields):
    """A block by kind."""
    return CATALOGUE[kind](**fields)


def stack_of(*kinds: str) -> Project:
    """A project with fresh blocks of these kinds."""
    return Project(stack=tuple(CATALOGUE[kind].fresh() for kind in kinds))


def small() -> Project:
    """Conv2D, MaxPooling2D, Flatten, Dense: whole and right."""
    return Project(
        name="Small",
        stack=(
            block("Conv2D", activation="relu"),
            block("MaxPooling2D"),
            block("Flatten"),
            block("Dense", activation="softmax"),
        ),
    )


class Drag:
    """A drag as Qt would deliver it to one widget."""

    def __init__(self, target: QWidget, mime: QMimeData) -> None:
        self.target = target
        self.mime = mime
        self.accepted = False

    def enter(self, point: QPoint) -> Drag:
        event = QDragEnterEvent(point, BOTH, self.mime, LEFT, NONE)
        QApplication.sendEvent(self.target, event)
        self.accepted = event.isAccepted()
        return self

    def move(self, point: QPoint) -> Drag:
        QApplication.sendEvent(self.target, QDragMoveEvent(point, BOTH, self.mime, LEFT, NONE))
        return self

    def leave(self) -> Drag:
        QApplication.sendEvent(self.target, QDragLeaveEvent())
        return self

    def drop(self, point: QPoint) -> Drag:
        event = QDropEvent(QPointF(point), BOTH, self.mime, LEFT, NONE)
        QApplication.sendEvent(self.target, event)
        self.accepted = event.isAccepted()
        return self


def drag_over(page: DesignPage, *blocks) -> Drag:
    """A drag of these blocks over the loom."""
    return Drag(page.loom.surface, to_mime(blocks))


def place(page: DesignPage, index: int) -> QPoint:
    """A point of the loom where a drop lands before the block at ``index``."""
    cards = page.loom.cards
    if index < len(cards) - 1:
        return QPoint(cards[index + 1].x() + 40, cards[index + 1].y() + 2)
    last = cards[-1].geometry()
    return QPoint(last.x() + 40, last.bottom() - 2)


def kinds(document: Document) -> list[str]:
    """The kinds of the stack, in order."""
    return [one.kind() for one in document.project.stack]


def chips(page: DesignPage) -> list[str]:
    """The shapes on the cards, in order."""
    return [card.face.chip for card in page.loom.cards]


def tree(blocks) -> list:
    """Kinds of a stack; a container is a list of its kind and its stacks."""
    return [
        [one.kind(), *map(tree, one.stacks)] if isinstance(one, Container) else one.kind()
        for one in blocks
    ]
