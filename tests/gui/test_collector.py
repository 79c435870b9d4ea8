"""Garbage with windows in it is collected on the window's thread, whoever allocates."""

from __future__ import annotations

import gc
import threading
import weakref

from PySide6.QtCore import QObject

from gui.collector import Collector, collect_due


class Knot(QObject):
    """An object that only the collector can free."""

    def __init__(self) -> None:
        super().__init__()
        self.self = self


def leave_knots(died: list[int]) -> None:
    """Make garbage that notes the thread in which it goes."""
    for _ in range(20):
        weakref.finalize(Knot(), lambda: died.append(threading.get_ident()))


def allocate(kept: list[object]) -> None:
    """Make more than Python's collector needs to wake up."""
    kept.extend([] for _ in range(10 * gc.get_threshold()[0]))


def test_another_thread_collects_nothing(qtbot):
    gc.enable()
    collector, kept = Collector(), []
    died: list[int] = []
    leave_knots(died)
    try:
        thread = threading.Thread(target=allocate, args=(kept,))
        thread.start()
        thread.join()
        assert not died
        qtbot.waitUntil(lambda: len(died) == 20)
        assert set(died) == {threading.get_ident()}
    finally:
        collector.close()
        gc.disable()  # as for every test of the window


def test_nothing_is_collected_before_it_is_due():
    gc.collect()
    died: list[int] = []
    leave_knots(died)
    collect_due()
    assert not died
    gc.collect()
    assert len(died) == 20
