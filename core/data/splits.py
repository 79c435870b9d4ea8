"""Which pictures are for training, validation and test: by seed, and the same every time."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


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
