"""What a Design page shows, as plain values: two pages that show the same are equal here.

Words, states and places of everything that can be seen or heard; not a single pixel.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QTabBar,
    QTableView,
    QWidget,
)

from gui.design.card import BlockCard
from gui.design.page import DesignPage
from gui.design.problem_note import ProblemNote


def described(page: DesignPage) -> dict[str, list[Any]]:
    """Everything a page shows, part by part, so that a difference is found quickly."""
    surface = page.loom.surface
    return {
        "state": [page.state, page.loom.shown],
        "rows": [row._replace(face=row.face.spoken) for row in surface._rows],
        "cards": [_card(card) for card in page.loom.cards],
        "notes": sorted(_note(note) for note in _visible(surface, page, ProblemNote)),
        "reached by Tab": [_focus(page)],
        "loom": _words(page.loom, page),
        "inspector": _words(page.inspector, page),
        "drawer": _words(page.drawer, page),
    }


def difference(one: dict[str, list[Any]], other: dict[str, list[Any]]) -> str:
    """The first few entries in which two pages differ; empty if they do not."""
    for part, entries in one.items():
        theirs = other[part]
        if entries != theirs:
            only = [entry for entry in entries if entry not in theirs]
            missing = [entry for entry in theirs if entry not in entries]
            order = "" if only or missing else " in order or number"
            return f"{part} differ{order}: {only[:3]} instead of {missing[:3]}"
    return ""


def _card(card: BlockCard) -> tuple[Any, ...]:
    return (card.face, card.accessibleName(), card.isChecked(), card.geometry().getRect())


def _note(note: ProblemNote) -> tuple[Any, ...]:
    buttons = [button.text() for button in note.findChildren(QAbstractButton)]
    return (note.geometry().getRect(), note.accessibleName(), buttons)


def _focus(page: DesignPage) -> int:
    """How many cards take part in Tab's round: it must be one, and a card that is shown."""
    strong = [card for card in page.loom.cards if card.focusPolicy().value & 1]
    assert [card.path for card in strong] == [page.loom.current]
    return len(strong)


def _visible(root: QWidget, page: DesignPage, kind: type[QWidget] = QWidget) -> list[Any]:
    return [widget for widget in root.findChildren(kind) if widget.isVisibleTo(page)]


def _words(root: QWidget, page: DesignPage) -> list[tuple[str, ...]]:
    """What is written on each widget that can be seen and what a screen reader says of it."""
    lines = (_said(widget) for widget in _visible(root, page))
    return sorted(line for line in lines if any(line[2:]))


def _said(widget: QWidget) -> tuple[str, ...]:
    return (
        type(widget).__name__,
        "enabled" if widget.isEnabled() else "disabled",
        widget.accessibleName(),
        widget.accessibleDescription(),
        widget.toolTip(),
        *_written(widget),
    )


def _written(widget: QWidget) -> tuple[str, ...]:
    match widget:
        case QAbstractButton():
            return (widget.text(), "checked" if widget.isChecked() else "")
        case QLabel() | QLineEdit() | QAbstractSpinBox():
            return (widget.text(),)
        case QComboBox():
            return (widget.currentText(),)
        case QPlainTextEdit():
            return (widget.toPlainText(),)
        case QTabBar():
            return tuple(widget.tabText(index) for index in range(widget.count()))
        case QTableView():
            model = widget.model()
            return tuple(
                str(model.index(row, column).data())
                for row in range(model.rowCount())
                for column in range(model.columnCount())
            )
    return ()
