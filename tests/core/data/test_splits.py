"""Splits: complete, without overlap, stratified, repeatable."""

from __future__ import annotations

import shutil
import unicodedata
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.data.archive import unpack
from core.data.folder import listing_of
from core.data.layout import understand
from core.data.source import Folder, exclude, include, move_to_class
from core.data.splits import draw, part_files, place

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


NAMES = st.lists(
    st.tuples(st.text(min_size=1, max_size=6), st.integers(0, 3)),
    max_size=80,
    unique_by=lambda p: p[0],
)


@given(NAMES, SEEDS)
def test_parts_of_a_folder_hold_every_picture_once(files, seed):
    parts = part_files({"all": files}, seed, 0.15, 0.1)
    found = [name for part in parts.values() for name, _ in part]
    assert sorted(found) == sorted(name for name, _ in files)


@given(NAMES, SEEDS)
def test_classes_of_three_have_every_part(files, seed):
    parts = part_files({"all": files}, seed, 0.15, 0.1)
    for kind in {kind for _, kind in files}:
        count = sum(one == kind for _, one in files)
        there = {part for part, own in parts.items() if any(one == kind for _, one in own)}
        assert "train" in there
        assert len(there) == min(count, 3)


@given(st.integers(10, 40), st.integers(0, 40), SEEDS)
def test_adding_pictures_never_takes_one_from_training_into_the_test(count, more, seed):
    files = [(f"{number}.jpg", 0) for number in range(count)]
    added = files + [(f"new {number}.jpg", 0) for number in range(more)]
    before = part_files({"all": files}, seed, 0.15, 0.1)
    after = part_files({"all": added}, seed, 0.15, 0.1)
    assert not set(before["train"]) & {*after["test"], *after["validation"]}


@given(st.integers(1, 12), st.integers(1, 40), SEEDS)
def test_only_pictures_that_a_tiny_class_lends_move_when_others_come(count, more, seed):
    """A tiny class cannot do without: two that each train alone cannot both do so together."""
    files = [(f"{number}.jpg", 0) for number in range(count)]
    added = files + [(f"new {number}.jpg", 0) for number in range(more)]
    before = part_of(part_files({"all": files}, seed, 0.15, 0.1))
    after = part_of(part_files({"all": added}, seed, 0.15, 0.1))
    for name, part in before.items():
        at = place(name, seed)
        own = "test" if at < 0.15 else "validation" if at < 0.25 else "train"
        # Lent twice, it may go from one held-out part to the other; of four or more pictures none
        # that is lent so comes from training.
        both = (part, after[name])
        assert part == after[name] or own in both or "train" not in both or count < 4
        # Where neither was lent, it has stayed.
        assert part == after[name] or part != own or after[name] != own


def part_of(parts):
    return {name: part for part, files in parts.items() for name, _ in files}


def test_adding_pictures_to_a_folder_of_some_size_moves_none():
    files = [(f"{kind}/{number}.jpg", kind) for kind in range(4) for number in range(150)]
    more = [
        *files,
        *((f"{kind}/new {number}.jpg", kind) for kind in range(4) for number in range(90)),
    ]
    before = part_files({"all": files}, 7, 0.15, 0.1)
    after = part_files({"all": more}, 7, 0.15, 0.1)
    for part in before:
        assert set(before[part]) <= set(after[part])


def test_shares_are_nearly_met_and_follow_the_seed():
    files = [(f"{kind}/{number}.jpg", kind) for kind in range(10) for number in range(1_000)]
    parts = part_files({"all": files}, 7, 0.15, 0.1)
    assert abs(len(parts["test"]) - 1_500) < 120
    assert abs(len(parts["validation"]) - 1_000) < 100
    assert part_files({"all": files}, 8, 0.15, 0.1) != parts


def test_parts_that_the_folder_has_are_kept():
    files = {
        "train": [(f"train/{n}", n % 2) for n in range(100)],
        "test": [(f"test/{n}", n % 2) for n in range(10)],
    }
    parts = part_files(files, 7, 0.15, 0.1)
    assert parts["test"] == files["test"]
    assert sorted([*parts["train"], *parts["validation"]]) == sorted(files["train"])


LAYOUTS = {
    "classes": "{kind}/{number}.jpg",
    "splits": "train/{kind}/{number}.jpg",
    "labels": "{kind}{number}.jpg",
    "prefixes": "{kind}_{number}.jpg",
}


def write(root: Path, layout: str, kinds: Iterable[str], numbers: Iterable[int]) -> None:
    """Pictures of some classes, named after ``kinds``' letters, in a layout."""
    for kind in kinds:
        for number in numbers:
            path = root / LAYOUTS[layout].format(kind=kind, number=number)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"x")
    if layout == "labels":
        rows = [f"{path.name},{path.name[0]}" for path in root.glob("*.jpg")]
        (root / "labels.csv").write_text("\n".join(["filename,label", *rows]))


def parts_in(source: Folder) -> dict[str, str]:
    """The part of each picture of a folder."""
    return part_of(part_files(listing_of(source).files, 7, source.test_share, 0.1))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_whatever_is_done_to_some_pictures_no_other_is_moved(tmp_path, layout):
    write(tmp_path, layout, "abc", range(100))
    source = understand(tmp_path, layout).source
    before = parts_in(source)
    assert set(before.values()) == {"train", "validation", "test"}
    names = sorted(before)
    without = exclude(source, names[::7])
    moved = move_to_class(without, names[1::5], "c")
    for changed in (without, moved, include(moved, names[::7])):
        after = parts_in(changed)
        assert after == {name: before[name] for name in after}
    write(tmp_path, layout, "abc", range(100, 150))
    after = parts_in(source)
    assert {name: after[name] for name in before} == before
    write(tmp_path, layout, "d", range(50))
    more = parts_in(understand(tmp_path, layout).source)
    assert {name: more[name] for name in after} == after


def test_a_class_renamed_moves_no_picture_of_another(tmp_path):
    write(tmp_path, "classes", "abc", range(60))
    before = parts_in(understand(tmp_path).source)
    (tmp_path / "b").rename(tmp_path / "z")
    after = parts_in(understand(tmp_path).source)
    assert {name: part for name, part in after.items() if name[0] != "z"} == {
        name: part for name, part in before.items() if name[0] != "b"
    }


def test_a_folder_is_split_alike_as_a_zip_elsewhere_and_on_another_system(tmp_path):
    write(tmp_path / "one", "classes", "\u00e9b", range(60))
    parts = parts_in(understand(tmp_path / "one").source)
    shutil.copytree(tmp_path / "one", tmp_path / "other" / "inner")
    shutil.make_archive(str(tmp_path / "packed"), "zip", tmp_path / "one")
    write(tmp_path / "apart", "classes", ("e\u0301", "b"), range(60))
    for root in (tmp_path / "other", unpack(tmp_path / "packed.zip"), tmp_path / "apart"):
        found = parts_in(understand(root).source)
        assert {unicodedata.normalize("NFC", name): part for name, part in found.items()} == parts
