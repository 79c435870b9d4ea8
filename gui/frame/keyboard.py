"""The keyboard stays with the work: a widget that goes does not hand it to the project's name."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QPushButton, QToolButton, QWidget

from gui.frame.top_bar import NameField

PLAIN = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)


class KeyboardKeeper(QObject):
    """Where what has the keyboard is hidden, Qt goes on to the next field, or to the first one.

    In the name's field Ctrl+Z would undo typing instead of the last edit, and a key would be a
    letter of the name. The page takes the keyboard instead.
    """

    def __init__(self, name: NameField, window: QWidget) -> None:
        """Prepare.

        Args:
            name: Never gets the keyboard by itself.
            window: Has a `page`.
        """
        super().__init__(window)
        self._name = name
        self._window = window
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._moved)

    def _moved(self, old: QWidget | None, now: QWidget | None) -> None:
        page = getattr(self._window, "page", None)
        if now is self._name and old is not None and not old.isVisible() and page is not None:
            page.setFocus(Qt.FocusReason.OtherFocusReason)


def press_by_return(event: QKeyEvent, focus: QWidget | None) -> bool:
    """Let Return press the button that has the keyboard, as Space does; returns whether it did.

    Qt does so in dialogs alone.
    """
    if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter) or event.isAutoRepeat():
        return False
    if not isinstance(focus, QPushButton | QToolButton) or event.modifiers() not in PLAIN:
        return False
    if focus.menu() is not None:
        focus.showMenu()
    else:
        focus.click()
    return True
