"""Which pictures are for training, validation and test: by seed, and the same every time."""

from __future__ import annotations

import hashlib
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

Files = Sequence[tuple[str, int]]
"""Names of pictures below their folder, with their class indices."""

ORDER = ("train", "validation", "test")


def draw(
    labels: npt.NDArray[np.int32], share: float, seed: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Set a share of the pictures aside, the same share of every class.

    Args:
        labels: Class of each picture, shape ``(n,)``.
        share: How much to set aside, 0 to below 1.
        seed: Same seed and labels, same split.

    Returns:
        Indices kept and indices set aside, each sorted.  A class of two or more pictures keeps at
        least one, and gives at least one when ``share`` is above 0.
    """
    generator = np.random.default_rng([seed, 1])
    kinds, sizes = np.unique(labels, return_counts=True)
    counts = _counts(sizes, share)
    chosen = [
        generator.permutation(np.flatnonzero(labels == kind))[:count]
        for kind, count in zip(kinds, counts, strict=True)
    ]
    aside = np.sort(np.concatenate(chosen)) if chosen else np.empty(0, np.int64)
    kept = np.setdiff1d(np.arange(len(labels)), aside, assume_unique=True)
    return kept.astype(np.int64), aside.astype(np.int64)


def _counts(sizes: npt.NDArray[np.int64], share: float) -> npt.NDArray[np.int64]:
    """How many of each class to set aside, so that the sum is the share of all.

    What rounding down leaves goes to the classes with the largest remainders.
    """
    exact = sizes * share
    counts: npt.NDArray[np.int64] = np.floor(exact).astype(np.int64)
    missing = round(float(exact.sum())) - int(counts.sum())
    counts[np.argsort(counts - exact, kind="stable")[:missing]] += 1
    if share > 0:
        counts = np.where(sizes > 1, np.clip(counts, 1, sizes - 1), 0).astype(np.int64)
    return counts


def place(name: str, seed: int) -> float:
    """Where a picture stands between 0 and 1, by its name and the seed alone.

    “é” is one letter, whichever way a system writes it: a folder copied to another is split alike.
    """
    text = unicodedata.normalize("NFC", f"{seed}\0{name}")
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8)
    return int.from_bytes(digest.digest(), "big") / 2**64


def part_files(
    files: Mapping[str, Files], seed: int, test_share: float, validation_share: float
) -> dict[str, list[tuple[str, int]]]:
    """The pictures for training, validation and test; what the folder does not split is drawn.

    A picture's part follows from its own name and the seed, so adding pictures moves no other.
    Only a class so small that a part would be empty lends it one, which goes back when others come.
    No rule can spare tiny classes that: of two pictures, each of which alone must be for training,
    one must be for the test.  From a handful on, none of training comes into the test later.

    Args:
        files: Of each part that the folder has, or ``all``.
        seed: Of the split.
        test_share: Share for the test, where there is no such part.
        validation_share: Share for validation, likewise.
    """
    wanted = [("test", test_share)] if "test" not in files else []
    wanted += [("validation", validation_share)] if "validation" not in files else []
    parts = {part: list(files.get(part, ())) for part in ORDER}
    if wanted:
        drawn = _drawn(files.get("all", files.get("train", ())), wanted, seed)
        for part in ("train", *(name for name, _ in wanted)):
            parts[part] = drawn[part]
    return parts


def _drawn(
    files: Files, wanted: list[tuple[str, float]], seed: int
) -> dict[str, list[tuple[str, int]]]:
    """Draw parts from a list of files, keeping its order in each."""
    by_class: dict[int, list[tuple[float, str]]] = defaultdict(list)
    for name, kind in files:
        by_class[kind].append((place(name, seed), name))
    part_of: dict[str, str] = {}
    for places in by_class.values():
        part_of.update(_class_parts(sorted(places), wanted))
    parts: dict[str, list[tuple[str, int]]] = {part: [] for part in ORDER}
    for name, kind in files:
        parts[part_of[name]].append((name, kind))
    return parts


def _class_parts(
    places: list[tuple[float, str]], wanted: list[tuple[str, float]]
) -> dict[str, str]:
    """The part of each picture of one class, given in the order of their places."""
    parts: dict[str, list[str]] = {}
    low = 0.0
    for part, share in wanted:
        parts[part] = [name for at, name in places if low <= at < low + share]
        low += share
    parts["train"] = [name for at, name in places if at >= low]
    if not parts["train"] and places:
        giver = next(part for part, _ in reversed(wanted) if parts[part])
        parts["train"].append(parts[giver].pop())
    for part, _ in wanted:
        if not parts[part]:
            _lend(parts, part)
    return {name: part for part, names in parts.items() for name in names}


def _lend(parts: dict[str, list[str]], to: str) -> None:
    """Give an empty part one picture; first from the other that is held out, last from training."""
    givers = [part for part, names in parts.items() if len(names) > 1]
    giver = next((part for part in givers if part != "train"), "train")
    if giver in givers:
        parts[to].append(parts[giver].pop(-1 if giver == "test" else 0))
