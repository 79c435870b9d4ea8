"""The window: rail, top bar, notices, pages and status bar around one document."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QKeyEvent,
    QPaintEvent,
)
from PySide6.QtWidgets import (
    QApplication,
    QGridLayout,
    QMainWindow,
    QPushButton,
    QVBoxLayout,
    QWhatsThis,
    QWidget,
)

from core.memory import DeviceMemory
from gui.document import Document
from gui.engine_link import EngineLink
from gui.frame.comfort import Comfort
from gui.frame.drops import Drops
from gui.frame.files import FileActions
from gui.frame.keyboard import KeyboardKeeper, press_by_return
from gui.frame.menus import Menus
from gui.frame.next_step import next_step
from gui.frame.notices import Notices
from gui.frame.page_stack import PageStack
from gui.frame.pages import PAGES, PageSpec, Parts
from gui.frame.rail import Rail
from gui.frame.recovered import RecoveryOffers
from gui.frame.remembered import Remembered
from gui.frame.status_bar import StatusBar
from gui.frame.top_bar import TopBar
from gui.recovery import Autosave
from gui.settings import SettingsStore
from gui.theme import Mode, theme
from gui.widgets.dialog import Choice, ask

if TYPE_CHECKING:
    from gui.train.session import TrainingSession


class MainWindow(QMainWindow):
    """One window on one document.

    Signals:
        painted: The window is on screen for the first time.
        completed: Every page is built.
        page_shown: Another page is open; its key.
    """

    painted = Signal()
    completed = Signal()
    page_shown = Signal(str)

    def __init__(
        self,
        document: Document,
        engine: EngineLink,
        pictures: EngineLink,
        settings: SettingsStore,
        autosave: Autosave,
        specs: Sequence[PageSpec] = PAGES,
    ) -> None:
        """Build what the first picture needs; the rest follows once it is on screen.

        Args:
            document: What to show.
            engine: The engine's owner; started after the first picture.
            pictures: The picture process's owner; started when it is first asked.
            settings: What is remembered.
            autosave: Keeps the document's unsaved work.
            specs: The pages.
        """
        super().__init__()
        self.document = document
        self.engine = engine
        self.pictures = pictures
        self.settings = settings
        self.specs = tuple(specs)
        self.autosave = autosave
        self._session: TrainingSession | None = None
        self._current = ""
        self._was_painted = False
        self._leaving = False
        self.setObjectName("main-window")
        self.setAcceptDrops(True)
        self.files = FileActions(self, document, settings)
        self.rail = Rail()
        self.notices = Notices()
        self.status = StatusBar(document)
        self._stack = PageStack(self.specs, Parts(document, engine, pictures, self.session))
        self.comfort = Comfort(self)
        self._drops = Drops(self)
        self.menus = Menus(self)
        self.top_bar = TopBar(document, self.menus.actions["undo"], self.menus.actions["redo"])
        self.offers = RecoveryOffers(self.notices, autosave, self.files)
        self._lay_out()
        self._fill_rail()
        self._connect()
        self._remembered = Remembered(self, settings)
        self._remembered.place()
        self.show_page(self._first_page())

    # Building

    def _lay_out(self) -> None:
        self.menuBar().setObjectName("menu-bar")
        center = QWidget()
        grid = QGridLayout(center)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(0)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self.top_bar)
        right.addWidget(_line())
        right.addWidget(self.notices)
        right.addWidget(self._stack, 1)
        grid.addWidget(_line(), 0, 0, 1, 2)
        grid.addWidget(self.rail, 1, 0)
        grid.addLayout(right, 1, 1)
        self.setCentralWidget(center)
        self.setStatusBar(self.status)

    def _fill_rail(self) -> None:
        for number, spec in enumerate(self.specs, 1):
            self.rail.add(spec.key, spec.title, spec.icon, f"Ctrl+{number}")

    def _connect(self) -> None:
        self._keyboard = KeyboardKeeper(self.top_bar.name, self)
        self.rail.chosen.connect(self.show_page)
        self._stack.built.connect(self._take_page)
        self._stack.completed.connect(self._complete)
        self.top_bar.step_chosen.connect(self._do_step)
        self.status.engine_pressed.connect(self._show_engine_details)
        self.status.restart_pressed.connect(self.engine.restart)
        self.engine.state_changed.connect(self._show_engine)
        self.document.changed.connect(self._show_step)
        self.document.file_changed.connect(self._show_title)
        self.document.changed.connect(self._show_title)
        self.autosave.written.connect(self.status.show_autosaved)
        self.autosave.failed.connect(self.status.show_autosave_failed)
        self._show_step()
        self._show_title()

    def _first_page(self) -> str:
        wanted = self.settings.values.page
        return wanted if wanted in [spec.key for spec in self.specs] else self.specs[0].key

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._was_painted:
            self._was_painted = True
            # After this round of events, so that the picture is on screen before anything else.
            QTimer.singleShot(0, self._after_first_paint)

    def _after_first_paint(self) -> None:
        self.painted.emit()
        self._drops.watch()
        # Else Qt gives the focus to the first field, the project's name, with its text selected.
        if self.page is not None and self.focusWidget() in (None, self.top_bar.name):
            self.page.setFocus(Qt.FocusReason.OtherFocusReason)
        self.engine.start()
        self._show_engine()
        self.offers.show()
        if self.settings.kept_copy is not None:
            self.notices.add(
                "The settings were damaged, so the defaults are used. The damaged file was kept "
                f"as {self.settings.kept_copy}."
            )
        self._stack.build_all()

    def _complete(self) -> None:
        self._offer_interrupted()
        self.completed.emit()

    def _offer_interrupted(self) -> None:
        from gui.frame.interrupted import InterruptedOffer

        InterruptedOffer(self.notices, self.session(), self)

    # Pages

    @property
    def page(self) -> QWidget | None:
        """The page that is open."""
        return self._stack.built_page(self._current)

    @property
    def page_key(self) -> str:
        """The key of the page that is open."""
        return self._current

    def show_page(self, key: str, focus: bool = False) -> None:
        """Open a page.

        Args:
            key: Which.
            focus: Whether the page takes the keyboard, as after a shortcut.
        """
        page = self._stack.show_page(key)
        self._current = key
        self.rail.show_current(key)
        self.settings.values.page = key
        self.menus.refresh()
        self._show_step()
        if focus:
            page.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.page_shown.emit(key)

    def _take_page(self, key: str) -> None:
        """Connect a page that is whole now with what is around it."""
        page = self._stack.page(key)
        page.state_changed.connect(lambda: self._show_page_state(key))
        if (job_changed := getattr(page, "job_changed", None)) is not None:
            job_changed.connect(self.status.show_pictures_job)
            self.status.cancel_pictures.connect(page.desk.cancel)
        self._show_page_state(key)
        self._remembered.watch(page)

    def _show_page_state(self, key: str) -> None:
        self.rail.button(key).set_state(self._stack.page(key).state)

    def session(self) -> TrainingSession:
        """The training session, made when first asked for."""
        if self._session is None:
            from gui.train.session import TrainingSession

            self._session = TrainingSession(self.document, self.engine)
            self._session.changed.connect(self._show_job)
            self._session.changed.connect(self._show_step)
        return self._session

    # The next step

    def do_next_step(self) -> None:
        """Do what the primary button offers."""
        self.top_bar.primary.click()

    def _show_step(self) -> None:
        self.top_bar.show_step(next_step(self.document.analysis, self._session))

    def _do_step(self, key: str) -> None:
        steps: dict[str, Callable[[], None]] = {
            "train": self._start_training,
            "stop": lambda: self.session().stop(),
            "export": self._export,
            "fix": self._show_problem,
        }
        steps[key]()

    def _start_training(self) -> None:
        self.show_page("train")
        self.session().start()

    def _export(self) -> None:
        self.show_page("export", focus=True)

    def _show_problem(self) -> None:
        """Bring the first problem that stops training into view."""
        self.show_page("design")
        errors = [p for p in self.document.analysis.problems if p.severity == "error"]
        if errors and errors[0].path is not None:
            self.document.select((errors[0].path,))
        reveal = getattr(self.page, "show_problems", None)
        if reveal is not None:
            reveal()

    # Status

    def _show_engine(self) -> None:
        self.status.show_engine(self.engine)
        ready = self.engine.ready_event
        if ready is not None and ready.memory is not None:
            self.document.know_device(DeviceMemory(ready.kind, ready.memory))

    def _show_job(self) -> None:
        session = self._session
        if session is not None and session.running:
            self.status.show_job(session.words, session.progress_fraction)
        else:
            self.status.hide_job()

    def _show_title(self) -> None:
        name = self.document.project.name
        self.setWindowTitle(f"{name}[*] – Layerloom")
        self.setWindowModified(not self.document.clean)
        self.setWindowFilePath(str(self.document.path) if self.document.path else "")

    def _show_engine_details(self) -> None:
        from gui.frame.sheets import engine_sheet

        restart = QPushButton("Restart engine")
        restart.clicked.connect(self.engine.restart)
        engine_sheet(self, self.engine.words, self.engine.details, restart).open()

    # Help and settings

    def help_on_focus(self) -> None:
        """Explain what has the focus: the nearest widget outward that has something to say."""
        widget = QApplication.focusWidget()
        if self.comfort.explain(widget):
            return
        while widget is not None and widget is not self:
            if words := widget.whatsThis() or widget.toolTip():
                place = widget.mapToGlobal(widget.rect().bottomLeft())
                QWhatsThis.showText(place, words, widget)
                return
            widget = widget.parentWidget()
        self.comfort.show_help()

    def show_shortcuts(self) -> None:
        """Show every shortcut."""
        from gui.frame.sheets import shortcuts_sheet

        extra = getattr(self.page, "shortcuts", ())
        shortcuts_sheet(self, self.menus.sections, extra).open()

    def show_about(self) -> None:
        """Show version and licences."""
        from gui.frame.sheets import about_sheet

        about_sheet(self).open()

    def set_theme(self, mode: Mode) -> None:
        """Use another theme from now on."""
        self.settings.values.theme = mode
        self.settings.save()
        theme().set_mode(mode)
        for action in self.menus.themes.actions():
            action.setChecked(action.data() == mode)

    def reset_settings(self) -> None:
        """Ask, then go back to the settings of a first start."""

        def answer(key: str) -> None:
            if key == "reset":
                self.settings.reset()
                self.comfort.apply_settings()
                self.set_theme("system")
                self._remembered.restore()
                self.show_page(self._first_page())

        ask(
            self,
            "Reset settings?",
            "Window size, page, panel sizes, folders, theme, font, autosave, motion and the "
            "room for decoded pictures go back to how they first were. Projects, recent files and "
            "runs stay.",
            [Choice("reset", "Reset settings"), Choice("keep", "Keep settings", True)],
            answer,
        )

    def remember(self) -> None:
        """Note size, place and page, and write the settings."""
        self._remembered.save()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not press_by_return(event, self.focusWidget()):
            super().keyPressEvent(event)

    # Files dropped on the window

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self._drops.enter(event)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._drops.leave()

    def dropEvent(self, event: QDropEvent) -> None:
        self._drops.drop(event)

    def look_at(self, pictures: Path) -> None:
        """Show what a folder or a zip of pictures holds."""
        self.show_page("data", focus=True)
        self._stack.page("data").look_at(pictures)

    # Leaving

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._leaving or (self.document.clean and not self._training()):
            self.remember()
            event.accept()
            return
        event.ignore()
        self._guard_training(lambda: self.files.guard(self._leave, "quit"))

    def _training(self) -> bool:
        return self._session is not None and self._session.running

    def _guard_training(self, then: Callable[[], None]) -> None:
        if not self._training():
            then()
            return
        ask(
            self,
            "Stop training and quit?",
            "The run under way stops. What it has learnt up to its last complete epoch is kept, "
            "and it can be resumed.",
            [Choice("stop", "Stop training and quit"), Choice("keep", "Keep training", True)],
            lambda key: then() if key == "stop" else None,
        )

    def _leave(self) -> None:
        self._leaving = True
        self.close()


def _line() -> QWidget:
    """A hairline across."""
    line = QWidget()
    line.setFixedHeight(1)
    line.setProperty("look", "hairline")
    line.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    return line
