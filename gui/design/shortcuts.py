"""Keys that the Design page takes itself, for the sheet of shortcuts; tests press every one."""

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
    ("Ctrl+G", "Put into a Group"),
    ("Ctrl+Shift+G", "Take the blocks out of a container"),
    ("D", "Disable or enable"),
    ("PgUp", "Six blocks up"),
    ("PgDown", "Six blocks down"),
    ("Home", "To the input"),
    ("End", "To the last block"),
)
"""Key (as QKeySequence writes it) and what it does, with the keyboard on a block."""
