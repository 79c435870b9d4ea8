"""The menu bar: every action of the window, its shortcut and when it can be used."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import (
    QApplication,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

from gui.design.commands import CLIPBOARD, COMMANDS, LENS, STRUCTURE, Command
from gui.frame.recent import RecentMenu
from gui.theme import Mode, theme

if TYPE_CHECKING:
    from gui.main_window import MainWindow

Keys = str | list[str]
TEXT_WIDGETS = (QLineEdit, QPlainTextEdit, QTextEdit)
_TEXT_METHODS = {"cut": "cut", "copy": "copy", "paste": "paste", "select_all": "selectAll"}
THEMES: tuple[tuple[Mode, str], ...] = (
    ("system", "Follow the system"),
    ("light", "Light"),
    ("dark", "Dark"),
)


class Menus(QObject):
    """Builds the menus and keeps their actions true to the state of things.

    Attributes:
        actions: Every action by name; the shortcut sheet reads them too.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._document = window.document
        self.actions: dict[str, QAction] = {}
        self.sections: dict[str, list[QAction]] = {}
        self._file_menu()
        self._edit_menu()
        self._view_menu()
        self._help_menu()
        self._document.history_changed.connect(self.refresh)
        self._document.selection_changed.connect(self.refresh)
        theme().changed.connect(self._dress)
        self._dress()
        self.refresh()

    # Building

    def _menu(self, title: str) -> QMenu:
        menu = self._window.menuBar().addMenu(title)
        menu.setToolTipsVisible(True)
        self.sections[title.replace("&", "")] = []
        return menu

    def _add(
        self, menu: QMenu, name: str, text: str, work: Callable[[], object], keys: Keys = ""
    ) -> QAction:
        action = QAction(text, self._window)
        action.setObjectName(f"action-{name}")
        # Written out: Qt's standard keys bring surprises along, such as Ctrl+D for Delete on X11.
        listed = [keys] if isinstance(keys, str) else keys
        action.setShortcuts([QKeySequence(key) for key in listed if key])
        action.triggered.connect(lambda _checked=False: work())
        menu.addAction(action)
        self.actions[name] = action
        self.sections.setdefault(menu.title().replace("&", ""), []).append(action)
        return action

    def _add_command(self, menu: QMenu, command: Command) -> None:
        """Add what the Design page does; keys of a single letter are its own, and only shown."""
        action = self._add(
            menu, command.name, command.text, lambda: self._edit(command.name), list(command.keys)
        )
        if not command.keys:
            action.setProperty("keys", command.shown_key)
            self._set_text(action, command.text)

    def _set_text(self, action: QAction, text: str) -> None:
        keys = action.property("keys")
        action.setText(f"{text}\t{keys}" if keys else text)

    def _file_menu(self) -> None:
        window, files = self._window, self._window.files
        menu = self._menu("&File")
        self._add(menu, "new", "&New", files.new_empty, "Ctrl+N")
        comfort = window.comfort
        self._add(menu, "templates", "New from &template…", comfort.show_gallery, "Ctrl+Shift+N")
        self._add(menu, "open", "&Open…", files.open_dialog, "Ctrl+O")
        self.recent = RecentMenu(menu.addMenu("Open &recent"), comfort.recent, files)
        menu.addSeparator()
        self._add(menu, "save", "&Save", files.save, "Ctrl+S")
        self._add(menu, "save_as", "Save &as…", files.save_as, "Ctrl+Shift+S")
        menu.addSeparator()
        self._add(menu, "export", "&Export…", lambda: window.show_page("export"), "Ctrl+E")
        self._add(menu, "picture", "Export &picture…", comfort.show_picture, "Ctrl+Shift+E")
        menu.addSeparator()
        self._add(menu, "compare", "&Compare with…", comfort.show_comparison, "Ctrl+Shift+C")
        self._add(
            menu,
            "compare_runs",
            "Compare r&uns…",
            lambda: comfort.show_comparison(latest_runs=True),
        )
        menu.addSeparator()
        self._add(menu, "settings", "Se&ttings…", comfort.show_settings, "Ctrl+,").setMenuRole(
            QAction.MenuRole.PreferencesRole
        )
        self._add(menu, "quit", "&Quit", window.close, "Ctrl+Q").setMenuRole(
            QAction.MenuRole.QuitRole
        )

    def _edit_menu(self) -> None:
        stack = self._document.undo_stack
        menu = self._menu("&Edit")
        self._add(menu, "undo", "&Undo", stack.undo, "Ctrl+Z")
        self._add(menu, "redo", "&Redo", stack.redo, ["Ctrl+Shift+Z", "Ctrl+Y"])
        self._add(menu, "history", "Undo &history", self._window.comfort.show_history, "Ctrl+H")
        menu.addSeparator()
        for commands in (CLIPBOARD, STRUCTURE):
            for command in commands:
                self._add_command(menu, command)
            menu.addSeparator()
        self._add(menu, "rename", "Re&name", self._rename, "F2")

    def _view_menu(self) -> None:
        menu = self._menu("&View")
        for number, spec in enumerate(self._window.specs, 1):
            self._add(
                menu,
                f"page-{spec.key}",
                spec.title,
                lambda key=spec.key: self._window.show_page(key, focus=True),
                f"Ctrl+{number}",
            )
        menu.addSeparator()
        themes = menu.addMenu("&Theme")
        group = QActionGroup(self)
        for mode, text in THEMES:
            action = themes.addAction(text)
            action.setObjectName(f"action-theme-{mode}")
            action.setCheckable(True)
            action.setChecked(theme().mode == mode)
            action.setData(mode)
            action.triggered.connect(lambda _on=False, mode=mode: self._window.set_theme(mode))
            group.addAction(action)
        self.themes = group
        menu.addSeparator()
        self._add(menu, "find", "Fin&d in the stack…", lambda: self._view("find_blocks"), "Ctrl+F")
        search = "Search the &palette"
        self._add(menu, "search", search, lambda: self._view("focus_search"), "Ctrl+Shift+F")
        menu.addSeparator()
        self._add(menu, "zoom_in", "Zoom &in", lambda: self._view("zoom_in"), ["Ctrl++", "Ctrl+="])
        self._add(menu, "zoom_out", "Zoom &out", lambda: self._view("zoom_out"), "Ctrl+-")
        self._add(menu, "zoom_reset", "&Actual size", lambda: self._view("zoom_reset"), "Ctrl+0")
        self._add(menu, "zoom_fit", "&Fit into the view", lambda: self._view("zoom_fit"), "Ctrl+9")
        menu.addSeparator()
        self._add_command(menu, LENS)
        menu.addSeparator()
        self._add(menu, "next_step", "&Next step", self._window.do_next_step, "Ctrl+Return")

    def _help_menu(self) -> None:
        window = self._window
        menu = self._menu("&Help")
        self._add(menu, "help", "&Help on what is focused", window.help_on_focus, "F1")
        self._add(menu, "help_blocks", "All &blocks", window.comfort.show_help, "Shift+F1")
        self._add(menu, "tour", "&Tour", window.comfort.start_tour)
        self._add(menu, "shortcuts", "&Keyboard shortcuts", window.show_shortcuts, "Ctrl+/")
        menu.addSeparator()
        self._add(menu, "reset", "&Reset settings…", window.reset_settings)
        self._add(menu, "about", "&About Layerloom", window.show_about).setMenuRole(
            QAction.MenuRole.AboutRole
        )

    # Keeping true

    def _dress(self) -> None:
        for name in ("undo", "redo"):
            self.actions[name].setIcon(theme().icon(name))
            self.actions[name].setIconVisibleInMenu(False)

    def refresh(self) -> None:
        """Bring texts and availability up to date."""
        stack = self._document.undo_stack
        self._name_step("undo", "Undo", stack.undoText(), stack.canUndo())
        self._name_step("redo", "Redo", stack.redoText(), stack.canRedo())
        page = self._window.page
        for command in COMMANDS:
            if (wording := _method(page, "wording")) is not None:
                self._set_text(self.actions[command.name], str(wording(command)))
            self._allow(command.name, self._why_not(page, command))
        for name in ("zoom_in", "zoom_out", "zoom_reset", "zoom_fit"):
            self._allow(name, "" if _method(page, name) else "This page has no zoom")
        for name, method in (("find", "find_blocks"), ("search", "focus_search")):
            self._allow(name, "" if _method(page, method) else "Blocks are on the Design page")

    def _why_not(self, page: QWidget | None, command: Command) -> str:
        """Why a command cannot act on this page, with this selection; empty if it can."""
        if _method(page, command.name) is None:
            return "Blocks are edited on the Design page"
        if (why_not := _method(page, "why_not")) is not None:
            return str(why_not(command.name))
        # The Input card is selectable, but it is always there: it cannot be cut or deleted.
        selected = any(path[0] >= 0 for path in self._document.selection)
        return "Select a block first" if command.needs_blocks and not selected else ""

    def _name_step(self, name: str, verb: str, what: str, possible: bool) -> None:
        action = self.actions[name]
        text = f"{verb} {what}".strip()
        action.setText(f"&{text}" if possible else f"&{verb}")
        keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        action.setToolTip(f"{text} ({keys})" if possible else f"Nothing to {verb.lower()}")
        action.setEnabled(possible)

    def _allow(self, name: str, why_not: str) -> None:
        """Enable an action, or disable it and say why."""
        action = self.actions[name]
        action.setEnabled(not why_not)
        keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        keys = keys or action.property("keys") or ""
        text = action.text().replace("&", "").split("\t")[0]
        action.setToolTip(why_not or (f"{text} ({keys})" if keys else text))

    # Delegated

    def _edit(self, name: str) -> None:
        """Edit text where a text field has the focus, else what is selected on the page."""
        focused = QApplication.focusWidget()
        if isinstance(focused, TEXT_WIDGETS) and name in _TEXT_METHODS:
            getattr(focused, _TEXT_METHODS[name])()
        elif work := _method(self._window.page, name):
            work()

    def _view(self, name: str) -> None:
        if work := _method(self._window.page, name):
            work()

    def _rename(self) -> None:
        """Rename the selected block where the page can, else the project."""
        rename = _method(self._window.page, "rename")
        if rename is not None and any(path[0] >= 0 for path in self._document.selection):
            rename()
        else:
            self._window.top_bar.name.setFocus(Qt.FocusReason.ShortcutFocusReason)


def _method(page: QWidget | None, name: str) -> Callable[..., object] | None:
    """What a page offers under a name, if it is something to call and not a widget."""
    found = getattr(page, name, None)
    return found if callable(found) else None
