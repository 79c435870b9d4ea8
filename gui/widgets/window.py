"""What pages ask of the window around them; they work without one, as in tests."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

_own_folders: dict[str, str] = {}


def show_page(widget: QWidget, key: str) -> None:
    """Show another page of the window, with the keyboard in it."""
    show = getattr(widget.window(), "show_page", None)
    if show is not None:
        show(key, focus=True)


def folders_of(widget: QWidget) -> dict[str, str]:
    """The last folders by purpose, as the window's settings remember them."""
    settings = getattr(widget.window(), "settings", None)
    return settings.values.folders if settings is not None else _own_folders
