"""What is raised where pictures cannot be had; apart, so that asking for it imports nothing."""

from __future__ import annotations


class DataError(Exception):
    """Pictures cannot be had; the text is for people."""
