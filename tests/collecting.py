"""Garbage is collected between tests of the window, on their thread: see `gui.collector`."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from gui.collector import collect_due


@pytest.fixture(scope="session")
def own_collector() -> Iterator[None]:
    """No collector of Python's own, which may wake in any thread."""
    gc.freeze()
    gc.disable()
    yield
    gc.enable()
    gc.unfreeze()


@pytest.fixture(autouse=True)
def collected(own_collector: None) -> Iterator[None]:
    """What a test leaves behind goes before the next one begins, if it is much."""
    yield
    collect_due()
