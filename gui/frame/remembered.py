"""The window as it was left: where it stood, how wide its panels were, how large blocks were."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, QRect, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMainWindow, QSplitter, QWidget

from gui.settings import SettingsStore

FIRST_SIZES = "first-sizes"
"""Property of a splitter: the sizes (px) that it begins with, and goes back to."""


def begin_with(splitter: QSplitter, sizes: list[int]) -> None:
    """Give a splitter its first sizes."""
    splitter.setProperty(FIRST_SIZES, sizes)
    splitter.setSizes(sizes)


class Remembered(QObject):
    """Notes these in the settings, and restores them."""

    def __init__(self, window: QMainWindow, settings: SettingsStore) -> None:
        super().__init__(window)
        self._window = window
        self._settings = settings
        self._zoomings: list[Any] = []

    def watch(self, page: QWidget) -> None:
        """Show a page as it last was, and note every change of its panels and its zoom."""
        for splitter in page.findChildren(QSplitter):
            if splitter.objectName():
                splitter.splitterMoved.connect(
                    lambda _position, _index, one=splitter: self._note_splitter(one)
                )
        self._restore_splitters()
        zooming: Any = getattr(page, "zooming", None)
        if zooming is not None:
            zooming.set(self._settings.values.zoom)
            zooming.changed.connect(self._note_zoom)
            self._zoomings.append(zooming)

    def restore(self) -> None:
        """Show all as the settings have it."""
        self.place()
        for splitter in self._window.findChildren(QSplitter):
            if first := splitter.property(FIRST_SIZES):
                splitter.setSizes(first)
        self._restore_splitters()
        for zooming in self._zoomings:
            zooming.set(self._settings.values.zoom)

    def place(self) -> None:
        """Put the window where it was, if that is still on a screen."""
        remembered = self._settings.values.window
        screens = QGuiApplication.screens()
        wanted = QRect(*remembered) if remembered else None
        if wanted is not None and any(s.availableGeometry().intersects(wanted) for s in screens):
            self._window.setGeometry(wanted)
        else:
            room = QGuiApplication.primaryScreen().availableGeometry()
            self._window.resize(
                min(1400, round(room.width() * 0.96)), min(900, round(room.height() * 0.92))
            )
        if self._settings.values.maximized:
            self._window.setWindowState(Qt.WindowState.WindowMaximized)

    def save(self) -> None:
        """Note size and place, and write the settings."""
        values = self._settings.values
        values.maximized = self._window.isMaximized()
        if not values.maximized:
            box = self._window.geometry()
            values.window = (box.x(), box.y(), box.width(), box.height())
        self._settings.save()

    def _note_splitter(self, splitter: QSplitter) -> None:
        self._settings.values.splitters[splitter.objectName()] = splitter.sizes()

    def _restore_splitters(self) -> None:
        for splitter in self._window.findChildren(QSplitter):
            sizes = self._settings.values.splitters.get(splitter.objectName())
            if sizes and len(sizes) == splitter.count():
                splitter.setSizes(sizes)

    def _note_zoom(self, zoom: float) -> None:
        self._settings.values.zoom = zoom
