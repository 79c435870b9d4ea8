"""The context menu of the selected blocks."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu

from core.blocks import CATALOGUE, Container
from core.blocks.containers import Parallel
from gui.design.actions import Actions
from gui.design.commands import command
from gui.design.look import kind_icon
from gui.theme import theme

if TYPE_CHECKING:
    from gui.design.page import DesignPage


def card_menu(page: DesignPage, actions: Actions) -> QMenu:
    """Everything that can be done with the selection, each with its key."""
    menu = QMenu(page)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    some, one = bool(actions.selected), len(actions.selected) == 1
    for name in ("cut", "copy", "paste", "duplicate", "delete"):
        _add_command(menu, page, name)
    menu.addSeparator()
    _add(menu, "arrow_up", "&Move up", "Alt+Up", lambda: actions.move(-1), some)
    _add(menu, "arrow_down", "Mo&ve down", "Alt+Down", lambda: actions.move(1), some)
    if some and len(actions.selected[0]) > 1:
        _add_branches(menu, actions)
    _add(menu, "pencil", "&Rename", "F2", page.rename, one)
    _add_command(menu, page, "toggle_disabled")
    if page.lens.can_open():
        _add_command(menu, page, "open_lens")
    menu.addSeparator()
    _add_containers(menu, page, actions)
    menu.addSeparator()
    _add_kinds(menu, actions)
    return menu


def _add_branches(menu: QMenu, actions: Actions) -> None:
    """To the branches beside, if the blocks stand in one."""
    before, after = (actions.can_move_across(step) for step in (-1, 1))
    if before or after:
        for icon, text, keys, step, can in (
            ("chevron_left", "Move to the branch be&fore", "Alt+Left", -1, before),
            ("chevron_right", "Move to the ne&xt branch", "Alt+Right", 1, after),
        ):
            _add(menu, icon, text, keys, partial(actions.move_across, step), can)


def _add_containers(menu: QMenu, page: DesignPage, actions: Actions) -> None:
    """Wrapping, unwrapping, the library, and a Parallel's branches."""
    _add_command(menu, page, "group")
    into = menu.addMenu(theme().icon("plus", "muted"), "Put i&nto")
    into.setEnabled(not actions.why_not_group())
    for kind in CATALOGUE.values():
        if issubclass(kind, Container):
            action = into.addAction(kind_icon(kind), kind.kind())
            action.triggered.connect(lambda _on=False, kind=kind: actions.wrap(kind))
    _add_command(menu, page, "ungroup")
    _add_command(menu, page, "save_to_library")
    container = actions.container
    if isinstance(container, Parallel):
        branches = len(container.branches)
        _add(menu, "plus", "&Add branch", "", lambda: actions.change_branches(1), branches < 8)
        text = f"Remove branc&h {branches}"
        _add(menu, "minus", text, "", lambda: actions.change_branches(-1), branches > 2)


def _add_command(menu: QMenu, page: DesignPage, name: str) -> None:
    """A command of the one list, able or not as it is in the window's menu."""
    one = command(name)
    text = page.wording(one)
    icon = "check" if text.replace("&", "") == "Enable" else one.icon
    reason = page.why_not(name)
    _add(menu, icon, text, one.shown_key, getattr(page, name), not reason)


def _add(
    menu: QMenu,
    icon: str,
    text: str,
    keys: str,
    work: Callable[[], object],
    enabled: bool = True,
) -> None:
    # The keys are only shown: as shortcuts they would compete with the window's own menu.
    action = menu.addAction(theme().icon(icon, "muted"), f"{text}\t{keys}" if keys else text)
    action.setEnabled(enabled)
    action.triggered.connect(lambda _on=False: work())


def _add_kinds(menu: QMenu, actions: Actions) -> None:
    """Insert after the selection, by role."""
    insert = menu.addMenu(theme().icon("plus", "muted"), "In&sert after")
    roles: dict[str, QMenu] = {}
    for name, kind in CATALOGUE.items():
        role = kind.role.value
        if role not in roles:
            roles[role] = insert.addMenu(role.capitalize())
        action = roles[role].addAction(kind_icon(kind), name)
        action.triggered.connect(lambda _on=False, kind=kind: actions.insert((kind.fresh(),)))
