"""What can be done to selected blocks: the one list that makes keys, menus and the shortcuts sheet.

Each entry names a method of the Design page.  The window's menu bar, the context menu of a card,
the page's keys and the sheet of shortcuts are made from it.
"""

from __future__ import annotations

from typing import NamedTuple


class Command(NamedTuple):
    """One thing to do.

    Attributes:
        name: The page's method.
        text: In menus, with its mnemonic.
        icon: In the context menu.
        keys: Shortcuts of the whole window.
        page_keys: Keys that mean this only while the keyboard is on the stack of blocks.
        needs_blocks: Whether there is nothing to do while no block is selected.
    """

    name: str
    text: str
    icon: str
    keys: tuple[str, ...] = ()
    page_keys: tuple[str, ...] = ()
    needs_blocks: bool = True

    @property
    def shown_key(self) -> str:
        """The key to show beside it; empty if it has none."""
        return next(iter((*self.keys, *self.page_keys)), "")


CLIPBOARD = (
    Command("cut", "Cu&t", "cut", ("Ctrl+X",)),
    Command("copy", "&Copy", "copy", ("Ctrl+C",)),
    Command("paste", "&Paste", "paste", ("Ctrl+V",), needs_blocks=False),
    Command("duplicate", "Duplicat&e", "duplicate", ("Ctrl+D",)),
    Command("delete", "&Delete", "trash", ("Del",), ("Backspace",)),
    Command("select_all", "Select &all", "check", ("Ctrl+A",), needs_blocks=False),
)
STRUCTURE = (
    Command("group", "&Group", "group", ("Ctrl+G",)),
    Command("ungroup", "Ungr&oup", "minus", ("Ctrl+Shift+G",)),
    Command("toggle_disabled", "D&isable", "minus", page_keys=("D",)),
    Command("save_to_library", "Save to &library…", "save", ("Ctrl+Shift+L",)),
    Command("import_to_library", "I&mport library block…", "folder", needs_blocks=False),
)
LENS = Command("open_lens", "Loo&k through the lens", "search", page_keys=("L",))

COMMANDS = (*CLIPBOARD, *STRUCTURE, LENS)


def command(name: str) -> Command:
    """The command of that name."""
    return next(one for one in COMMANDS if one.name == name)
