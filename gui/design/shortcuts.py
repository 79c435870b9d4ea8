"""Keys that walk about the Design page, for the sheet of shortcuts; tests press every one.

What the keys of `gui.design.commands` do stands in the menus, and on the sheet by them.
"""

from __future__ import annotations

SHORTCUTS: tuple[tuple[str, str], ...] = (
    ("/", "Insert a block: type “conv 64 3”"),
    ("Return", "Edit the block's fields, or insert the block found"),
    ("Escape", "Back to the stack, then select nothing"),
    ("Up", "To the block above"),
    ("Down", "To the block below"),
    ("Shift+Up", "Select more, upward"),
    ("Shift+Down", "Select more, downward"),
    ("Ctrl+Space", "Select one more, or one less"),
    ("Alt+Up", "Move up"),
    ("Alt+Down", "Move down"),
    ("Alt+Left", "Move to the branch before"),
    ("Alt+Right", "Move to the next branch"),
    ("Left", "Fold a container away, to the branch before, or out of a container"),
    ("Right", "Show what a container holds, go into it, or to the next branch"),
    ("PgUp", "Six blocks up"),
    ("PgDown", "Six blocks down"),
    ("Home", "To the input"),
    ("End", "To the last block"),
)
"""Key (as QKeySequence writes it) and what it does, with the keyboard on a block."""
