"""Buttons that look like links."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton


def link(text: str = "", tip: str = "") -> QPushButton:
    """A button that looks like a link."""
    button = QPushButton(text)
    button.setProperty("look", "link")
    button.setToolTip(tip)
    return button
