"""Remembering what was worked out from a value, for values that take long to compare."""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from typing import Generic, TypeVar

Value = TypeVar("Value")
Result = TypeVar("Result")
KEPT = 4
"""Values that are remembered: enough to go back and forth."""


class ByIdentity(Generic[Value, Result]):
    """A function of one frozen value that knows its last results by the values themselves.

    `functools.lru_cache` compares values that are equal but not the same at every look, which for
    lists of a hundred thousand names takes a millisecond.
    """

    def __init__(self, work: Callable[[Value], Result]) -> None:
        """Wrap a function; also as a decorator.

        Args:
            work: Has no side effects; may be called from several threads.
        """
        self._work = work
        self._known: tuple[tuple[Value, Result], ...] = ()
        update_wrapper(self, work)

    def __call__(self, value: Value) -> Result:
        """The function's result."""
        for known, result in self._known:
            if known is value:
                return result
        result = self._work(value)
        self._known = ((value, result), *self._known[: KEPT - 1])
        return result
