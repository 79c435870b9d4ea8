"""What makes the window comfortable: help, history, settings, templates, recent files, tour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QWidget

from gui.frame.recent import RecentFiles, RecentList
from gui.theme import theme

if TYPE_CHECKING:
    from gui.frame.history_panel import HistoryPanel
    from gui.frame.settings_panel import SettingsPanel
    from gui.frame.tour import Tour
    from gui.help.panel import HelpPanel
    from gui.main_window import MainWindow


class Comfort(QObject):
    """Makes each of these when it is first asked for, so that the start costs nothing.

    Attributes:
        recent: The recent projects.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.recent = RecentFiles(window.settings, self)
        self._help: HelpPanel | None = None
        self._history: HistoryPanel | None = None
        self._settings: SettingsPanel | None = None
        self._tour: Tour | None = None
        window.completed.connect(self._begin)
        window.files.recent_changed.connect(self.recent.look)
        self._show_autosave()

    # Panels

    @property
    def help(self) -> HelpPanel:
        """The help panel."""
        if self._help is None:
            from gui.help.panel import HelpPanel

            self._help = HelpPanel(self._window, self._window.document)
        return self._help

    def show_help(self) -> None:
        """Show the list of everything there is help on."""
        self.help.show_list()
        self.help.open()

    def explain(self, widget: QWidget | None) -> bool:
        """Show the help on what a widget is about; False if it is about no block."""
        from gui.help.focus import subject_at

        subject = subject_at(widget, self._window.document)
        if subject is None:
            return False
        self.help.explain(subject)
        self.help.open()
        return True

    def show_history(self) -> None:
        """Show the undo history."""
        if self._history is None:
            from gui.frame.history_panel import HistoryPanel

            self._history = HistoryPanel(self._window, self._window.document.undo_stack)
        self._history.open()

    def show_settings(self) -> None:
        """Show the settings."""
        if self._settings is None:
            from gui.frame.settings_panel import SettingsPanel

            self._settings = SettingsPanel(self._window)
        self._settings.open()

    def show_gallery(self) -> None:
        """Show the templates to begin with."""
        from gui.gallery.sheet import gallery_sheet

        gallery_sheet(self._window, self._window.files).open()

    def show_picture(self) -> None:
        """Show the picture of the architecture, to be exported."""
        from gui.picture.dialog import PictureDialog

        PictureDialog(self._window, self._window.document.project, self._window.settings).open()

    def show_comparison(self, latest_runs: bool = False) -> None:
        """Show in what the design differs from another, or the latest run from the one before."""
        from gui.compare.window import open_comparison

        open_comparison(self._window, latest_runs=latest_runs)

    # Settings

    def apply_settings(self) -> None:
        """Make what the settings say true of the parts that follow them."""
        settings = self._window.settings
        theme().reduced_motion = settings.switch("reduced-motion")
        theme().set_typeface(settings.values.font)
        self._window.autosave.set_enabled(settings.switch("autosave"))
        self._show_autosave()

    def _show_autosave(self) -> None:
        self._window.status.show_autosave_off(not self._window.settings.switch("autosave"))

    # First run

    @property
    def tour(self) -> Tour:
        """The tour."""
        if self._tour is None:
            from gui.frame.tour import Tour

            self._tour = Tour(self._window)
        return self._tour

    def start_tour(self) -> None:
        """Show the tour, and remember that it was seen."""
        self._window.settings.set_switch("tour-seen", True)
        self.tour.start()

    def _begin(self) -> None:
        """Once every page stands: recent files where a stack is empty, and the first tour."""
        from gui.design.empty import EmptyLoom

        empty = self._window.findChild(EmptyLoom)
        if empty is not None:
            empty.add_section(RecentList(self.recent, self._window.files.open_path))
            self.recent.look()
        # Whoever has begun to work, or is being asked something, is not interrupted.
        busy = QApplication.activeModalWidget() is not None
        busy = busy or self._window.document.undo_stack.count() > 0
        if not self._window.settings.switch("tour-seen") and not busy:
            self.start_tour()
