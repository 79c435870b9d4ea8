"""How much room decoded pictures and thumbnails may take; the user may choose it."""

from __future__ import annotations

import math
import os
from pathlib import Path

import msgspec

from core.files import write_whole
from core.home import data_home

GIGABYTE = 10**9
LIMIT = 20 * GIGABYTE
"""Where nobody chose; ``LAYERLOOM_CACHE_GB`` wins over both."""


class _Chosen(msgspec.Struct, frozen=True):
    gigabytes: float


def cache_limit() -> int:
    """Bytes that decoded pictures and thumbnails may take."""
    try:
        return int(float(os.environ.get("LAYERLOOM_CACHE_GB", "")) * GIGABYTE)
    except (ValueError, OverflowError):
        return _chosen()


def set_cache_limit(gigabytes: float) -> None:
    """Choose another limit; it counts from the next time pictures are decoded.

    Args:
        gigabytes: 10⁹ bytes.

    Raises:
        OSError: It cannot be kept.
    """
    _file().parent.mkdir(parents=True, exist_ok=True)
    write_whole(_file(), msgspec.json.encode(_Chosen(gigabytes)))


def forget_cache_limit() -> None:
    """Back to the limit of a first start.

    Raises:
        OSError: The choice cannot be deleted.
    """
    _file().unlink(missing_ok=True)


def _chosen() -> int:
    """The user's choice; damaged or missing, it is as at a first start."""
    try:
        chosen = msgspec.json.decode(_file().read_bytes(), type=_Chosen)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return LIMIT
    wanted = chosen.gigabytes * GIGABYTE
    return int(wanted) if 0 < wanted < math.inf else LIMIT


def _file() -> Path:
    return data_home() / "cache-limit.json"
