"""Processes that read pictures for a scan, and go on when a file crashes one of them."""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
    wait,
)
from concurrent.futures.process import BrokenProcessPool
from types import TracebackType
from typing import Self, TypeVar

from core.data.headers import start_helper

Result = TypeVar("Result")
Task = Callable[[str, list[str]], list[Result]]

FEW = 1_000
"""Up to so many files, threads are done before processes have started."""
LOOK_AGAIN = 0.1
"""How long to wait for a result before the wish to stop is asked for again (s)."""


class Helpers:
    """Runs tasks over many files; used in a ``with`` block."""

    def __init__(self, count: int, pause: Callable[[], None]) -> None:
        """Prepare.

        Args:
            count: How many files there will be.
            pause: Called at least ten times a second; may raise to stop.
        """
        self._few = count <= FEW
        self._pause = pause
        self._workers = max(2, os.cpu_count() or 2)
        self._pool: Executor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._close()

    def map(
        self,
        task: Task[Result],
        root: str,
        names: Sequence[str],
        size: int,
        crashed: Callable[[str], Result],
    ) -> Iterator[tuple[list[str], list[Result]]]:
        """Results of a task for all names, chunk by chunk, in any order.

        Args:
            task: What to do with the names of a chunk below the root.
            root: The folder.
            names: The files.
            size: How many files a chunk has.
            crashed: The result for a file that crashes whoever reads it.
        """
        todo = deque(list(names[at : at + size]) for at in range(0, len(names), size))
        suspects: deque[str] = deque()
        running: dict[Future[list[Result]], list[str]] = {}
        while todo or running:
            while todo and len(running) < 2 * self._workers:
                chunk = todo.popleft()
                running[self._running().submit(task, root, chunk)] = chunk
            done, _ = wait(running, LOOK_AGAIN, FIRST_COMPLETED)
            self._pause()
            for future in done:
                chunk = running.pop(future)
                try:
                    yield chunk, future.result()
                except BrokenProcessPool:
                    suspects.extend(chunk)
                    for other in running.values():
                        suspects.extend(other)
                    running.clear()
                    self._close()
                    break
        # A file that ends its helper takes others' chunks with it: those go one by one.
        for name in suspects:
            self._pause()
            try:
                yield [name], self._running().submit(task, root, [name]).result()
            except BrokenProcessPool:
                self._close()
                yield [name], [crashed(name)]

    def _running(self) -> Executor:
        if self._pool is None:
            if self._few:
                self._pool = ThreadPoolExecutor(self._workers, thread_name_prefix="scan")
            else:
                # Not forked: the engine's threads may hold locks that a copy would wait for.
                self._pool = ProcessPoolExecutor(
                    self._workers, multiprocessing.get_context("spawn"), initializer=start_helper
                )
        return self._pool

    def _close(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None
