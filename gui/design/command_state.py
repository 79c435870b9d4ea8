"""Which commands can act now, why the others cannot, and which one a key means."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QKeyCombination, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

from gui.design.commands import COMMANDS, Command

if TYPE_CHECKING:
    from gui.design.page import DesignPage


def why_not(page: DesignPage, name: str) -> str:
    """Why a command cannot act now; empty if it can."""
    reasons: dict[str, Callable[[], str]] = {
        "group": page.actions_of.why_not_group,
        "ungroup": page.actions_of.why_not_unwrap,
        "open_lens": page.lens.why_not,
        "save_to_library": page.library.actions.why_not_save,
    }
    if name in reasons:
        return reasons[name]()
    needed = next(one.needs_blocks for one in COMMANDS if one.name == name)
    return "Select a block first" if needed and not page.actions_of.selected else ""


def wording(page: DesignPage, one: Command) -> str:
    """A command's text as it is now, with its mnemonic."""
    if one.name == "toggle_disabled":
        blocks = page.actions_of.selected_blocks
        return "Ena&ble" if blocks and all(block.disabled for block in blocks) else one.text
    return one.text


def pressed(event: QKeyEvent, on_stack: bool) -> Command | None:
    """The command that a key means.

    Args:
        event: The key.
        on_stack: Whether the keyboard is on the stack of blocks.
    """
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    key = QKeySequence(QKeyCombination(modifiers, Qt.Key(event.key())))
    for one in COMMANDS:
        if key in map(QKeySequence, (*one.keys, *(one.page_keys if on_stack else ()))):
            return one
    return None
