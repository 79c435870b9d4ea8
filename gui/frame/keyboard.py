"""The keyboard stays with the work: a widget that goes does not hand it to the project's name."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication, QWidget

from gui.frame.top_bar import NameField


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
