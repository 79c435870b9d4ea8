"""Names of files as text that can be kept and sent, whatever their bytes are.

A picture is named by its path below the folder, ``/`` between.  Bytes that are not UTF-8 come from
the system as lone surrogates, which no JSON can hold; they travel as private-use characters.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

_PRIVATE = 0xF700 - 0xDC00
"""From a lone surrogate (U+DC80 to U+DCFF) to the private-use character that stands for it."""
_SURROGATES = re.compile("[\udc80-\udcff]")
_STAND_INS = re.compile("[\uf780-\uf7ff]")
_NO_WORDS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\uf780-\uf7ff]")
"""Line breaks, other control characters and halves of characters: no part of a sentence."""


def to_name(path: str) -> str:
    """A path of the system as plain text."""
    text = path.replace(os.sep, "/") if os.sep != "/" else path
    if text.isascii():  # nearly always, and asked for several times a file
        return text
    return _SURROGATES.sub(lambda found: chr(ord(found[0]) + _PRIVATE), text)


def from_name(name: str) -> str:
    """The system's path of a name."""
    if name.isascii():
        return name
    return _STAND_INS.sub(lambda found: chr(ord(found[0]) - _PRIVATE), name)


def path_of(root: str | Path, name: str) -> Path:
    """Where the picture of a name lies.

    Args:
        root: The folder, as the project names it.
        name: The picture's path below it.
    """
    return Path(from_name(str(root)), from_name(name))


def sentence(text: str) -> str:
    """Words with names of files in them as one line that can be kept, sent and printed."""
    return _NO_WORDS.sub("�", text)


def shown(name: str) -> str:
    """A name for people: line breaks and tabs as signs, and no end of it."""
    text = "".join(letter if letter.isprintable() else "�" for letter in name)
    return text if len(text) <= 120 else f"{text[:60]}…{text[-55:]}"


def brief(name: str, most: int = 30) -> str:
    """A name for a button or the middle of a sentence: the beginning, if it is long."""
    text = " ".join(shown(name).split())
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
