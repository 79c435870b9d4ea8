"""What the command line says: JSON lines for programs, sentences for people."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence

DONE, FAILED, USAGE, INTERRUPTED = 0, 1, 2, 130
"""Exit codes."""


class CommandError(Exception):
    """A command cannot be carried out; the text is for people.

    Attributes:
        code: The exit code.
    """

    def __init__(self, message: str, code: int = FAILED) -> None:
        super().__init__(message)
        self.code = code


class Output:
    """Standard output of one command, in one of two languages."""

    def __init__(self, as_json: bool) -> None:
        """Choose: ``as_json`` prints objects only, otherwise sentences only."""
        self.as_json = as_json

    def say(self, text: str) -> None:
        """A line for people; nothing with ``--json``."""
        if not self.as_json:
            print(text, flush=True)

    def tell(self, **fields: object) -> None:
        """An object for programs; nothing without ``--json``."""
        if self.as_json:
            unicode = (sys.stdout.encoding or "").lower().startswith("utf")
            print(json.dumps(fields, ensure_ascii=not unicode), flush=True)

    def fail(self, message: str) -> None:
        """The one line of failure, on standard error; with ``--json`` an object as well."""
        line = " ".join(message.split())
        self.tell(event="failed", message=line)
        print(line, file=sys.stderr, flush=True)


def duration(seconds: float) -> str:
    """A time for people: ``1 min 20 s``."""
    whole = max(0, round(seconds))
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    if hours:
        return f"{hours:,} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def size(count: int) -> str:
    """A number of bytes for people: ``1.2 MB``."""
    value = float(count)
    for unit in ("bytes", "kB", "MB"):
        if value < 1000:
            return f"{count:,} bytes" if unit == "bytes" else f"{value:.3g} {unit}"
        value /= 1000
    return f"{value:,.3g} GB"


def table(rows: Sequence[tuple[str, ...]], left: int = 1) -> str:
    """Columns that line up; the first ``left`` columns to the left, the others to the right."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [
            text.ljust(width) if column < left else text.rjust(width)
            for column, (text, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)
