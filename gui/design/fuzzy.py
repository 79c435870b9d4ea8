"""Names found by a few of their letters: ``gap`` for GlobalAveragePooling2D, ``cnv`` for Conv2D."""

from __future__ import annotations

import re

_HUMP = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


def starts(name: str) -> frozenset[int]:
    """Where the words of a name begin: capitals, digits, and what follows _ or a space."""
    return frozenset(match.start() for match in _HUMP.finditer(name)) | {0}


def score(typed: str, name: str) -> int:
    """How well a name fits what was typed; 0 if it does not.

    The letters must stand in the name in their order, the first at the beginning of a word.  The
    beginning of the name is best, then the beginning of a word, then anything inside, then first
    letters of words, then letters here and there; of two alike, the shorter name.
    """
    letters, low = typed.lower(), name.lower()
    if not letters:
        return 1
    short = max(0, 99 - len(name))
    if low.startswith(letters):
        return 500 + short
    heads = starts(name)
    if any(low.startswith(letters, head) for head in heads):
        return 400 + short
    if len(letters) > 2 and letters in low:
        return 300 + short
    if _walks(letters, low, heads):
        return 200 + short
    return 100 + short if any(_scattered(letters, low[head:]) for head in heads) else 0


def _walks(letters: str, low: str, heads: frozenset[int]) -> bool:
    """Whether letters go from one beginning of a word to the next, through each a while."""

    def walk(place: int, at: int) -> bool:
        if place == len(letters):
            return True
        on = at < len(low) and low[at] == letters[place] and walk(place + 1, at + 1)
        later = (head for head in heads if head > at and low[head] == letters[place])
        return on or any(walk(place + 1, head + 1) for head in later)

    return any(low[head] == letters[0] and walk(1, head + 1) for head in heads if head < len(low))


def _scattered(letters: str, low: str) -> bool:
    """Whether the letters stand there in their order, the first one first."""
    rest = iter(low)
    return low[:1] == letters[0] and all(letter in rest for letter in letters)
