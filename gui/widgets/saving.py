"""Saving something to a file of the user's choice: asked, checked, and told if it fails."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from core.files import write_whole
from core.room import disk_words
from core.words import capitalised
from gui.widgets.dialog import Choice, ask, tell
from gui.widgets.window import folders_of

Write = Callable[[Path], None]


def save_as(
    parent: QWidget, title: str, name: str, kinds: dict[str, str], write: Write
) -> QFileDialog:
    """Ask where something goes, then write it.

    Args:
        parent: The window or page asked for.
        title: What is saved, for the dialog: ``Export summary``.
        name: Proposed file name without its suffix; signs that files cannot have are replaced.
        kinds: Suffix to what such a file is: ``{"csv": "Table for spreadsheets"}``; the first is
            proposed.
        write: Writes the file; an OSError is told.
    """
    folders = folders_of(parent)
    dialog = QFileDialog(parent, title, folders.get("export") or str(Path.home()))
    dialog.setObjectName("file-dialog")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    # Asked here instead, with verbs, and for the name that has its suffix.
    dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
    filters = {f"{words} (*.{suffix})": suffix for suffix, words in kinds.items()}
    dialog.setNameFilters(list(filters))
    first = next(iter(kinds))
    dialog.selectFile(f"{file_name(name)}.{first}")

    def chosen(text: str) -> None:
        path = Path(text)
        if path.suffix.lower().lstrip(".") not in kinds:
            path = path.with_name(f"{path.name}.{filters.get(dialog.selectedNameFilter(), first)}")
        folders["export"] = str(path.parent)
        save_to(parent, path, write)

    dialog.fileSelected.connect(chosen)
    dialog.open()
    return dialog


def save_to(parent: QWidget, path: Path, write: Write) -> None:
    """Write a file, after asking whether to replace another."""
    if not path.exists():
        _write(parent, path, write)
        return
    ask(
        parent,
        f"Replace {path.name}?",
        f"There is a file of that name in {path.parent}. Replacing it loses what it holds.",
        [Choice("replace", "Replace", True), Choice("keep", "Keep the old one")],
        lambda key: _write(parent, path, write) if key == "replace" else None,
    )


def text_writer(text: str) -> Write:
    """Writes a text, whole or not at all."""
    return lambda path: write_whole(path, text.encode())


def file_name(name: str) -> str:
    """A file name without signs that files cannot have."""
    return re.sub(r'[\\/:*?"<>|\x00-\x1f]+', "-", name).strip(" .-")[:80] or "Untitled"


def _write(parent: QWidget, path: Path, write: Write) -> None:
    try:
        write(path)
    except OSError as error:
        why = disk_words(path.parent, error)
        tell(
            parent,
            f"{path.name} was not written",
            f"{capitalised(why)}. Choose another folder, or free some space there.",
        )
