"""The window that compares two designs or runs."""
