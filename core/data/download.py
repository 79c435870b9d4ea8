"""Fetching one file from the network: beside its place, checked, then put there whole."""

from __future__ import annotations

import base64
import hashlib
import http.client
import shutil
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

from core.data.remote import Remote
from core.files import sync_folder

BLOCK = 1 << 16
TIMEOUT = 20.0
"""Seconds without an answer after which the network counts as unreachable."""
TELL_SECONDS = 0.05
"""Shortest time between two reports of progress (s)."""

Tell = Callable[[int, int], None]
"""Told how many bytes of how many are there; may raise to stop, and nothing half-fetched stays."""


class DamagedError(Exception):
    """What came is not what was asked for; the text is for people."""


def fetch(remote: Remote, folder: Path, tell: Tell) -> None:
    """Fetch a file into a folder.

    Raises:
        DamagedError: Another file came, or half of it; nothing was kept.
        OSError: The network or the disk failed (``URLError`` and ``TimeoutError`` among them).
    """
    part = folder / f"{remote.name}.part"
    try:
        with urllib.request.urlopen(remote.url, timeout=TIMEOUT) as answer, part.open("wb") as out:
            size = remote.bytes or int(answer.headers.get("Content-Length") or 0)
            sums = (hashlib.md5(usedforsecurity=False), hashlib.sha256())
            read, last = 0, time.monotonic()
            while block := answer.read(BLOCK):
                read += len(block)
                if remote.bytes and read > remote.bytes:
                    break
                out.write(block)
                for checksum in sums:
                    checksum.update(block)
                if time.monotonic() - last > TELL_SECONDS:
                    last = time.monotonic()
                    tell(read, size)
            wanted = remote.checksum or _server_says(answer.headers)
        if (size and read != size) or not _same(wanted, [one.hexdigest() for one in sums]):
            raise DamagedError(_damaged(remote, read, size))
        part.replace(folder / remote.name)
        sync_folder(folder)
    except http.client.HTTPException as error:
        raise DamagedError(f"{remote.url} broke off: {error}. Nothing was kept.") from error
    finally:
        part.unlink(missing_ok=True)


def free_bytes(folder: Path) -> int:
    """How much room is left where a folder lies."""
    return shutil.disk_usage(folder).free


def network_words(error: Exception) -> str:
    """Why the network failed, in a few words."""
    reason = getattr(error, "reason", error)
    return str(getattr(reason, "strerror", None) or reason)


def _same(wanted: str, found: list[str]) -> bool:
    return not wanted or wanted in found


def _server_says(headers: http.client.HTTPMessage) -> str:
    """The MD5 that Google's storage sends along; empty where there is none."""
    for line in headers.get_all("x-goog-hash") or ():
        for entry in line.split(","):
            kind, _, value = entry.strip().partition("=")
            if kind == "md5":
                return base64.b64decode(value).hex()
    return ""


def _damaged(remote: Remote, read: int, size: int) -> str:
    sizes = f"{read:,} bytes instead of {size:,}, or " if read != size else ""
    return (
        f"What {remote.url} sent is not the file it should be ({sizes}changed on the way). "
        "Nothing was kept; try again later or from another network."
    )
