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
    aside = []
    for kind in np.unique(labels):
        members = np.flatnonzero(labels == kind)
        count = round(len(members) * share)
        if share > 0 and len(members) > 1:
            count = min(max(1, count), len(members) - 1)
        aside.append(generator.permutation(members)[:count])
    taken = np.sort(np.concatenate(aside)) if aside else np.empty(0, np.int64)
    kept = np.setdiff1d(np.arange(len(labels)), taken, assume_unique=True)
    return kept.astype(np.int64), taken.astype(np.int64)
