"""Splits: complete, without overlap, stratified, repeatable."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.data.splits import draw

LABELS = st.lists(st.integers(0, 4), min_size=1, max_size=200).map(
    lambda values: np.array(values, np.int32)
)
SHARES = st.sampled_from([0.0, 0.05, 0.1, 0.25, 0.5])
SEEDS = st.integers(0, 2**31 - 1)


@given(LABELS, SHARES, SEEDS)
def test_every_picture_is_in_exactly_one_part(labels, share, seed):
    kept, aside = draw(labels, share, seed)
    assert sorted([*kept, *aside]) == list(range(len(labels)))


@given(LABELS, SHARES, SEEDS)
def test_same_seed_same_parts(labels, share, seed):
    for one, same in zip(draw(labels, share, seed), draw(labels, share, seed), strict=True):
        assert np.array_equal(one, same)


@given(LABELS, SHARES, SEEDS)
def test_every_class_keeps_one_and_gives_one_if_it_can(labels, share, seed):
    kept, aside = draw(labels, share, seed)
    for kind, count in zip(*np.unique(labels, return_counts=True), strict=True):
        assert (labels[kept] == kind).any()
        assert (labels[aside] == kind).any() == (share > 0 and count > 1)


def test_the_share_is_met_to_the_picture():
    labels = np.random.default_rng(1).integers(0, 10, 60_000).astype(np.int32)
    assert len(draw(labels, 0.1, 7)[1]) == 6_000
