"""Decoding a few pictures into their rows of a file; the work of a cache's helpers."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np

from core.blocks import Input
from core.data.fingerprint import sum_of
from core.data.headers import NOWHERE, Identity, identity_of, in_one_turn
from core.data.names import from_name, sentence
from core.data.picture import PictureError, read_picture

Outcome = tuple[Identity, str, int]
"""What file it was, why it could not be read (else empty), and the sum of its pixels."""


def decode_rows(
    pixels: Path, size: Input, root: str, items: list[tuple[str, int]]
) -> list[Outcome]:
    """Decode some pictures of a folder into their rows of a file.

    Args:
        pixels: The file.
        size: The preparation.
        root: The folder.
        items: Names of pictures, each with its row; the rows follow one another.

    Returns:
        How it went with each picture; with the first ones alone where all would take long
        (`core.data.headers.in_one_turn`).

    Raises:
        OSError: The file cannot be written.
    """
    outcomes = []
    below = os.path.join(from_name(root), "")  # noqa: PTH118 - a Path costs time
    block = np.zeros((len(items), size.height, size.width, size.channels), np.uint8)
    for picture, (name, _) in zip(block, in_one_turn(items), strict=False):
        path = below + from_name(name)
        identity = identity_at(path)  # before its bytes: what changes in between is seen next time
        try:
            picture[...] = read_picture(path, size)
        except PictureError as error:
            outcomes.append((identity, problem_of(name, str(error)), 0))
        else:
            outcomes.append((identity, "", sum_of(picture)))
    with pixels.open("r+b") as stream:
        stream.seek(items[0][1] * block[0].nbytes)
        stream.write(block[: len(outcomes)].data)
    return outcomes


def problem_of(name: str, why: str) -> str:
    """A sentence that begins with the file's name, its folder before it."""
    folder = name.rpartition("/")[0]
    return sentence(f"{folder}/{why}" if folder else why)


def identity_at(path: str) -> Identity:
    """What tells a file from what stands there later; `NOWHERE` where it cannot be got at."""
    try:
        return identity_of(os.stat(path))  # noqa: PTH116 - a Path costs more than the question
    except OSError:
        return NOWHERE
