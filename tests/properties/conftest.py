"""The application with Layerloom's fonts and colours."""

from __future__ import annotations

import pytest

from gui.theme import theme
from tests.collecting import collected, own_collector

__all__ = ["collected", "own_collector"]


@pytest.fixture(scope="session")
def qapp(qapp):
    """The application as the window sets it up."""
    theme().install(qapp, "light")
    return qapp
