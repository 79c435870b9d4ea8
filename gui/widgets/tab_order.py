"""The Tab key goes through widgets as they are read, however late they were made."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLayout, QWidget


class TabOrder:
    """Keeps the keys' way through what a widget holds in the order of its layouts.

    Qt goes by when widgets were made, so that what appears later would come last.
    """

    def __init__(self, holder: QWidget) -> None:
        self._holder = holder
        self._known: list[QWidget] = []

    def follow(self) -> None:
        """Put in order what came or went."""
        now = list(_reached(self._holder))
        if now == self._known:
            return
        self._known = now
        for before, after in pairwise(now):
            QWidget.setTabOrder(before, after)


def _reached(widget: QWidget) -> Iterator[QWidget]:
    """Widgets that Tab comes to, in the order of the layouts."""
    if widget.focusPolicy().value & Qt.FocusPolicy.TabFocus.value:
        yield widget
    layout = widget.layout()
    if layout is not None:
        yield from _in(layout)


def _in(layout: QLayout) -> Iterator[QWidget]:
    for at in range(layout.count()):
        item = layout.itemAt(at)
        inner, deeper = item.widget(), item.layout()
        if inner is not None:
            yield from _reached(inner)
        elif deeper is not None:
            yield from _in(deeper)
