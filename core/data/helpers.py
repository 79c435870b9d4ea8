"""Processes that read many pictures, and go on when a file crashes one of them."""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
    wait,
)
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.context import BaseContext
from typing import Self, TypeVar

from core.data.headers import start_helper

Item = TypeVar("Item")
Result = TypeVar("Result")
Task = Callable[[str, list[Item]], list[Result]]
"""Gives the results for a folder's files, in order; for the first ones alone where all would take
long, and the others are given out again.  One it does always."""

FORKS = sys.platform == "linux"
"""Whether helpers are forked, in milliseconds, from a server that has imported what they need.

They are never forked from the process itself: its threads may hold locks that a copy would wait
for.  Elsewhere each helper imports everything anew: Windows knows no forking, and what belongs to
macOS may not outlive it.
"""
FEW = 64 if FORKS else 1_000
"""Up to so many files, threads are done before processes have started."""
NEEDED = ["core.data.decoding", "PIL.JpegImagePlugin", "PIL.PngImagePlugin"]
"""Modules that helpers work with."""
LOOK_AGAIN = 0.1
"""How long to wait for a result before the wish to stop is asked for again (s)."""


def _way() -> BaseContext:
    """How helpers are started."""
    if not FORKS:
        return multiprocessing.get_context("spawn")
    multiprocessing.set_forkserver_preload(NEEDED)
    return multiprocessing.get_context("forkserver")


def equal_chunks(items: Sequence[Item], size: int) -> Iterator[list[Item]]:
    """Files in chunks of ``size``, the last one smaller."""
    return (list(items[at : at + size]) for at in range(0, len(items), size))


class Helpers:
    """Runs tasks over many files; used in a ``with`` block."""

    def __init__(
        self, count: int, pause: Callable[[], None], few: int = FEW, patient: bool = False
    ) -> None:
        """Prepare.

        Args:
            count: How many files there will be.
            pause: Called at least ten times a second; may raise to stop.
            few: Up to how many files threads are used.
            patient: Whether leaving waits until no helper is at work any more.
        """
        self._few = count <= few
        self._pause = pause
        self._patient = patient
        # One more than there are processors: one of them may be waiting for the disk.
        self._workers = 1 + (os.cpu_count() or 2)
        self._pool: Executor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *problem: object) -> None:
        self._close()

    def map(
        self,
        task: Task[Item, Result],
        root: str,
        chunks: Iterable[list[Item]],
        crashed: Callable[[Item], Result],
    ) -> Iterator[tuple[list[Item], list[Result]]]:
        """Results of a task for all files, chunk by chunk, in any order.

        Args:
            task: What to do with the files of a chunk below the root.
            root: The folder.
            chunks: The files: names, or more where a task needs more; each chunk is done by one
                helper at once.
            crashed: The result for a file that crashes whoever reads it.
        """
        todo = deque(chunks)
        suspects: deque[Item] = deque()
        running: dict[Future[list[Result]], list[Item]] = {}
        while todo or running:
            while todo and len(running) < 2 * self._workers:
                chunk = todo.popleft()
                running[self._running().submit(task, root, chunk)] = chunk
            done, _ = wait(running, LOOK_AGAIN, FIRST_COMPLETED)
            self._pause()
            for future in done:
                chunk = running.pop(future)
                try:
                    results = future.result()
                except BrokenProcessPool:
                    suspects.extend(chunk)
                    for other in running.values():
                        suspects.extend(other)
                    running.clear()
                    self._close()
                    break
                if rest := chunk[len(results) :]:
                    todo.appendleft(rest)
                yield chunk[: len(results)], results
        # A file that ends its helper takes others' chunks with it: those go one by one.
        for item in suspects:
            self._pause()
            try:
                yield [item], self._running().submit(task, root, [item]).result()
            except BrokenProcessPool:
                self._close()
                yield [item], [crashed(item)]

    def _running(self) -> Executor:
        if self._pool is None:
            if self._few:
                self._pool = ThreadPoolExecutor(self._workers, thread_name_prefix="scan")
            else:
                self._pool = ProcessPoolExecutor(self._workers, _way(), initializer=start_helper)
        return self._pool

    def _close(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=self._patient, cancel_futures=True)
            self._pool = None
