"""What the widget with the keyboard is about."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from gui.design.card import BlockCard
from gui.design.inspector import Inspector
from gui.design.palette_card import PaletteCard
from gui.document import Document
from gui.help.subject import Subject, about_block, about_kind


def subject_at(widget: QWidget | None, document: Document) -> Subject | None:
    """The subject of a card, a palette entry or a field; None for anything else."""
    if widget is None:
        return None
    at: QWidget | None = widget
    while at is not None:
        if isinstance(at, BlockCard):
            return about_block(document, at.path)
        if isinstance(at, PaletteCard):
            return about_kind(document, at.help_kind)
        if isinstance(at, Inspector) and document.selection:
            return about_block(document, document.selection[0], _field_at(at, widget))
        at = at.parentWidget()
    return None


def _field_at(inspector: Inspector, widget: QWidget) -> str:
    """The field whose row holds a widget; empty where it is in none."""
    for name, row in inspector.form.rows.items():
        if widget is row.reset or widget is row.editor or row.editor.isAncestorOf(widget):
            return name
    return ""
