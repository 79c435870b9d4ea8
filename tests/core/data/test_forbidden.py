"""Folders that may not be read: said so, and not that they are empty."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.data.errors import DataError
from core.data.folder import list_folder, listing_of
from core.data.source import Folder
from tests.core.data.test_folder import fill

NOBODY = 65_534


@pytest.fixture
def pets() -> Iterator[Path]:
    """Two classes, looked at by a user to whom permissions apply."""
    with tempfile.TemporaryDirectory() as name:  # tmp_path lies where only its maker may go
        root = Path(name)
        root.chmod(0o755)
        fill(root / "cat", 6)
        fill(root / "dog", 6)
        user = os.geteuid()
        if user == 0:
            os.seteuid(NOBODY)
        try:
            yield root
        finally:
            os.seteuid(user)
            for folder in (root, root / "cat", root / "dog"):
                folder.chmod(0o755)


def forbid(folder: Path) -> None:
    user = os.geteuid()
    if user == NOBODY:
        os.seteuid(0)
    folder.chmod(0)
    os.seteuid(user)


def test_a_folder_that_may_not_be_read_says_so(pets):
    forbid(pets)
    with pytest.raises(DataError, match="may not be read: permission denied"):
        list_folder(pets)


def test_a_class_that_may_not_be_read_is_not_called_empty(pets):
    source = Folder(path=str(pets), class_names=("cat", "dog"))
    assert listing_of(source).count == 12
    forbid(pets / "dog")
    with pytest.raises(DataError, match="The folder dog may not be read: give yourself"):
        listing_of(source)
