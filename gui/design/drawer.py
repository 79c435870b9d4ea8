"""The drawer at the bottom: summary, problems and code, each built when first looked at."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from gui.design.icon_button import IconButton
from gui.design.keras_check import KerasCheck
from gui.design.library.offers import Offers
from gui.document import Document
from gui.theme import theme
from gui.widgets.labels import styled

SPACE = 8
"""Between the parts of the bar (px)."""
BAR = 36
"""Height of the drawer when closed (px)."""
NARROWEST = 280
"""Least width (px): the tabs and the chevron; what else is in the bar goes where it has no room."""
OPEN = 240
"""Height it opens to at first (px)."""


class Drawer(QWidget):
    """Tabs over a stack of views; closed, only the tabs remain.

    Signals:
        wanted_height: It should be this high (px).
    """

    wanted_height = Signal(int)

    def __init__(self, document: Document, check: KerasCheck, tools: QWidget | None = None) -> None:
        """Build the bar.

        Args:
            document: What the views show.
            check: What Keras says of it.
            tools: Stands in the bar, also while the drawer is closed.
        """
        super().__init__()
        self._tools = tools
        self._document = document
        self._check = check
        self._last_open = OPEN
        self._offers: Offers | None = None
        self.setProperty("look", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumSize(NARROWEST, BAR)
        self._makers: list[Callable[[], QWidget]] = [
            lambda: _summary(document, check),
            lambda: _problems(document, self._offers),
            lambda: _code(document),
        ]
        self._views: dict[int, QWidget] = {}
        self.tabs = _Tabs()
        for title in ("Summary", "Problems", "Code"):
            self.tabs.addTab(title)
        self.tabs.currentChanged.connect(self._show_view)
        self.tabs.tabBarClicked.connect(self._tab_clicked)
        self.tabs.pressed_again.connect(self.toggle)
        self.sign = styled("")
        self.sign.setFont(theme().font("small"))
        self.chevron = IconButton("chevron_up", "Open the drawer")
        self.chevron.clicked.connect(self.toggle)
        self._stack = QStackedWidget()
        self._stack.setMinimumHeight(0)
        self._lay_out()
        document.changed.connect(self._show_count)
        check.changed.connect(self._show_sign)
        self._show_count()

    def watch_offers(self, offers: Offers) -> None:
        """List from now on what the library offers."""
        self._offers = offers

    def refresh_offers(self) -> None:
        """Show what the library offers now."""
        self._show_count()
        if 1 in self._views:
            self._views[1].refresh()

    @property
    def is_open(self) -> bool:
        """Whether more than the tabs can be seen."""
        return self.height() > BAR + 8

    def view(self, index: int) -> QWidget:
        """A view, built if need be."""
        if index not in self._views:
            self._views[index] = self._makers[index]()
            self._stack.addWidget(self._views[index])
        return self._views[index]

    def show_tab(self, index: int) -> None:
        """Open a tab."""
        self.tabs.setCurrentIndex(index)
        self._stack.setCurrentWidget(self.view(index))
        if not self.is_open:
            self.wanted_height.emit(self._last_open)

    def toggle(self) -> None:
        """Open or close."""
        if self.is_open:
            self.wanted_height.emit(BAR)
        else:
            self.show_tab(self.tabs.currentIndex())

    def _fit_bar(self) -> None:
        """Leave out of the bar what has no room: first what Keras says, then the tools."""
        room = self.width() - self.tabs.sizeHint().width() - self.chevron.width() - 4 * SPACE
        tools = self._tools
        if tools is not None:
            tools.setVisible(room >= tools.sizeHint().width())
            room -= tools.sizeHint().width() + SPACE
        self.sign.setVisible(room >= self.sign.sizeHint().width())

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit_bar()
        if self.is_open:
            self._last_open = self.height()
            self._stack.setCurrentWidget(self.view(self.tabs.currentIndex()))
        self._stack.setVisible(self.is_open)
        self.chevron.set_icon("chevron_down" if self.is_open else "chevron_up")
        self.chevron.set_words("Close the drawer" if self.is_open else "Open the drawer")

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setContentsMargins(SPACE, 0, SPACE, 0)
        top.setSpacing(SPACE)
        top.addWidget(self.tabs)
        top.addStretch(1)
        top.addWidget(self.sign)
        if self._tools is not None:
            top.addWidget(self._tools)
        top.addWidget(self.chevron)
        head = QWidget()
        head.setLayout(top)
        head.setFixedHeight(BAR)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(0)
        lines.addWidget(head)
        lines.addWidget(self._stack, 1)

    def _tab_clicked(self, index: int) -> None:
        if index >= 0 and not self.is_open:
            self.show_tab(index)

    def _show_view(self, index: int) -> None:
        if self.is_open:
            self._stack.setCurrentWidget(self.view(index))

    def _show_count(self) -> None:
        analysis = self._document.analysis
        offers = len(self._offers.updates) if self._offers is not None else 0
        wrong = sum(not problem.unfinished for problem in analysis.problems)
        words = ["Problems", *([str(wrong)] if wrong else [])]
        if analysis.muted:
            words.append(f"({len(analysis.muted)} muted)")
        news = f" · {offers} from your library" if offers else ""
        self.tabs.setTabText(1, " ".join(words) + news)
        self._fit_bar()

    def _show_sign(self) -> None:
        looks = {"agrees": "success", "differs": "error", "failed": "warning"}
        words = {
            "agrees": "Keras agrees ✓",
            "differs": "Keras disagrees",
            "failed": "Keras could not build this",
            "asking": "Asking Keras…",
        }
        self.sign.setText(words.get(self._check.verdict, ""))
        self.sign.setToolTip(self._check.words)
        self.sign.setProperty("look", looks.get(self._check.verdict, "faint"))
        self.sign.style().unpolish(self.sign)
        self.sign.style().polish(self.sign)
        self._fit_bar()
        if self._check.verdict == "differs":
            self.show_tab(0)


# Imported when first looked at: the window's first picture does not wait for them.


def _summary(document: Document, check: KerasCheck) -> QWidget:
    from gui.design.summary import Summary

    return Summary(document, check)


def _problems(document: Document, offers: Offers | None) -> QWidget:
    from gui.design.problem_list import ProblemList

    return ProblemList(document, offers)


def _code(document: Document) -> QWidget:
    from gui.design.code_view import CodeView

    return CodeView(document)


class _Tabs(QTabBar):
    """Tabs that tell when the open one is pressed again.

    Signals:
        pressed_again: The current tab was clicked though it was open.
    """

    pressed_again = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setDrawBase(False)
        self.setExpanding(False)
        self.setUsesScrollButtons(False)
        self.setAccessibleName("Drawer")

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.pressed_again.emit()
