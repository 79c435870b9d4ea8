"""A file that can be fetched, as a value; fetching it is `core.data.download`."""

from __future__ import annotations

import msgspec


class Remote(msgspec.Struct, frozen=True):
    """A file to fetch.

    Attributes:
        url: Where it is.
        checksum: MD5 or SHA-256, as its publishers say; empty where they say none, and then what
            the server itself says is held against it.
        bytes: Its size; 0 where only the server knows.
    """

    url: str
    checksum: str
    bytes: int = 0

    @property
    def name(self) -> str:
        """The file's name here."""
        return self.url.rpartition("/")[2]
