"""What is raised where pictures cannot be had; apart, so that asking for it imports hardly more."""

from __future__ import annotations

from core.data.names import sentence


class DataError(Exception):
    """Pictures cannot be had; the text is for people."""

    def __init__(self, words: str) -> None:
        """Say why, whatever the names of files and classes in it are made of."""
        super().__init__(sentence(words))
