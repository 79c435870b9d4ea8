"""A small panel to choose a class in: a search, and the classes that it leaves."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPoint,
    QSize,
    QStringListModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from gui.data.words import count_classes
from gui.design.search_field import SearchField
from gui.widgets.figures import count
from gui.widgets.labels import styled

WIDTH = 260
ROW = 28
MOST_ROWS = 10
"""Rows shown before the list scrolls."""
_TO_LIST = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


class _RowDelegate(QStyledItemDelegate):
    """Rows that a finger can hit."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        return QSize(super().sizeHint(option, index).width(), ROW)


class ClassChooser(QFrame):
    """Type to narrow, Up and Down to go, Return or a click to choose, Escape to leave.

    Signals:
        chosen: A class.
    """

    chosen = Signal(str)

    def __init__(
        self, classes: Sequence[str], pictures: int, parent: QWidget, heading: str = ""
    ) -> None:
        """Prepare.

        Args:
            classes: To choose from, the likeliest first.
            pictures: How many are to be moved, for the heading.
            parent: Qt's owner.
            heading: What for, where no pictures are to be moved.
        """
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setProperty("look", "card")
        self.setAccessibleName(heading or "Class to move to")
        self._classes = tuple(classes)
        self.search: QLineEdit = SearchField()
        self.search.setPlaceholderText(f"Find one of {count_classes(len(classes))}")
        self.search.setAccessibleName("Find a class")
        self.list = QListView()
        self.list.setAccessibleName("Classes")
        self.list.setItemDelegate(_RowDelegate(self))
        self.list.setUniformItemSizes(True)
        self.list.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self._names = QStringListModel(self)
        self.list.setModel(self._names)
        self.nothing = styled("No class is called so.", "muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(6)
        column.addWidget(styled(heading or f"Move {count(pictures, 'picture')} to", "muted"))
        for widget in (self.search, self.list, self.nothing):
            column.addWidget(widget)
        self.search.textChanged.connect(self._narrow)
        self.search.installEventFilter(self)
        self.list.clicked.connect(self._take)
        self.list.activated.connect(self._take)
        self.list.setFixedHeight(ROW * min(len(classes), MOST_ROWS) + 4)
        self.setFixedWidth(WIDTH)
        self._narrow("")

    def open_below(self, widget: QWidget) -> None:
        """Appear below a button, or above it where there is no room."""
        self.adjustSize()
        place = widget.mapToGlobal(QPoint(0, widget.height() + 4))
        screen = widget.screen().availableGeometry()
        if place.y() + self.height() > screen.bottom():
            place.setY(widget.mapToGlobal(QPoint(0, 0)).y() - self.height() - 4)
        place.setX(max(screen.left(), min(place.x(), screen.right() - self.width())))
        place.setY(max(screen.top(), place.y()))
        self.move(place)
        self.show()
        self.search.setFocus(Qt.FocusReason.PopupFocusReason)

    def names(self) -> list[str]:
        """The classes that the search leaves."""
        return self._names.stringList()

    def _narrow(self, text: str) -> None:
        """Names that begin so first, then those that hold it."""
        wanted = text.strip().casefold()
        held = [name for name in self._classes if wanted in name.casefold()]
        held.sort(key=lambda name: not name.casefold().startswith(wanted))
        self._names.setStringList(held)
        self.nothing.setVisible(not held)
        if held:
            self.list.setCurrentIndex(self._names.index(0))

    def _take(self, index: QModelIndex) -> None:
        if index.isValid():
            name = str(index.data())
            self.close()
            self.chosen.emit(name)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows and Return work on the list while the search has the keyboard."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._take(self.list.currentIndex())
                return True
            if event.key() in _TO_LIST:
                self.list.keyPressEvent(event)
                return True
        return super().eventFilter(watched, event)
