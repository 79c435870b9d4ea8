"""Widgets that are built part by part, in several turns of the event loop.

A whole page takes some 50 ms to build, which would be felt by whoever types or drags meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator


class ByParts:
    """What is built by a generator that pauses wherever a turn of the event loop may end.

    Whoever makes it either builds it whole, or shows it to nobody before the last part is built.
    """

    _parts: Iterator[None]

    def build_by(self, parts: Iterator[None], whole: bool) -> None:
        """Take what builds it; call this last in the constructor.

        Args:
            parts: Builds a part each time it is asked for the next.
            whole: Whether everything is built at once.
        """
        self._parts = parts
        if whole:
            self.build_rest()

    def build_part(self) -> bool:
        """Build the next part; returns whether there was one."""
        return next(self._parts, _NONE_LEFT) is not _NONE_LEFT

    def build_rest(self) -> None:
        """Build all that is not built yet."""
        while self.build_part():
            pass

    def ahead(self) -> Iterator[None]:
        """What may be done ahead, part by part, once nothing else is to do; nothing by default."""
        yield from ()


_NONE_LEFT = object()
