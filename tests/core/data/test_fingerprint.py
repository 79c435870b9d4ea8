"""What a run remembers of its pictures, and what it can tell of changes from that."""

from __future__ import annotations

import numpy as np
import pytest

from core.data.fingerprint import (
    Changes,
    Fingerprint,
    FingerprintError,
    changes,
    fingerprint,
    read_fingerprint,
    sum_of,
    write_fingerprint,
)

Files = dict[str, tuple[int, int]]
"""Names, each with its class and the sum of its pixels; 0 for one that cannot be read."""

TRAIN: Files = {f"cat/{n}.png": (0, 10 + n) for n in range(6)} | {"dog/0.png": (1, 30)}


def made(train: Files, validation: Files | None = None) -> Fingerprint:
    parts = {"train": train, "validation": validation or {}, "test": {"dog/t.png": (1, 99)}}
    sums = np.array([s for files in parts.values() for _, s in files.values()], np.uint32)
    files = {part: [(name, kind) for name, (kind, _) in of.items()] for part, of in parts.items()}
    return fingerprint(files, sums, sums > 0)


@pytest.mark.parametrize(
    ("after", "told"),
    [
        (TRAIN, Changes()),
        (dict(reversed(TRAIN.items())), Changes()),
        (TRAIN | {"dog/1.png": (1, 31), "dog/2.png": (1, 32)}, Changes(added=2)),
        ({n: v for n, v in TRAIN.items() if n != "cat/3.png"}, Changes(removed=1)),
        (TRAIN | {"cat/1.png": (0, 77)}, Changes(altered=1)),
        (TRAIN | {"cat/1.png": (1, 11)}, Changes(relabelled=1)),
        (TRAIN | {"cat/1.png": (0, 0)}, Changes(lost=1)),
        (
            {n: v for n, v in TRAIN.items() if n != "cat/2.png"} | {"dog/x.png": (1, 12)},
            Changes(renamed=1),
        ),
    ],
)
def test_each_change_is_counted_once(after, told):
    assert changes(made(TRAIN), made(after)) == told
    assert bool(told) == (told.words != "")


def test_a_picture_that_can_be_read_again_is_told():
    assert changes(made(TRAIN | {"cat/1.png": (0, 0)}), made(TRAIN)) == Changes(mended=1)


def test_a_picture_that_came_into_another_part_is_told():
    rest = {n: v for n, v in TRAIN.items() if n != "cat/2.png"}
    assert changes(made(TRAIN), made(rest, {"cat/2.png": (0, 12)})) == Changes(reparted=1)


def test_all_copies_of_one_picture_are_told_apart_by_their_number():
    copies = {f"cat/{n}.png": (0, 5) for n in range(3)}
    more = {f"cat/copy {n}.png": (0, 5) for n in range(4)}
    assert changes(made(copies), made(more)) == Changes(renamed=3, added=1)


def test_the_words_count_each_kind():
    assert Changes(added=1).words == "1 picture was added"
    assert Changes(added=12, altered=3).words == "12 pictures were added and 3 have changed"
    assert (
        Changes(altered=1, removed=1_200, lost=2).words
        == "1 picture has changed, 1,200 are gone and 2 cannot be read any more"
    )


def test_it_is_kept_whole_and_small(tmp_path):
    many = {f"cat/{n}.png": (0, n + 1) for n in range(10_000)}
    path = tmp_path / "pictures.npz"
    write_fingerprint(path, made(many))
    assert path.stat().st_size < 20 * 10_000
    found = read_fingerprint(path)
    assert found is not None
    assert not changes(found, made(many))
    assert read_fingerprint(tmp_path / "none.npz") is None


def test_a_damaged_one_is_said(tmp_path):
    path = tmp_path / "pictures.npz"
    write_fingerprint(path, made(TRAIN))
    whole = path.read_bytes()
    for damaged in (b"", b"text", whole[:200], whole[: len(whole) // 2]):
        path.write_bytes(damaged)
        with pytest.raises(FingerprintError, match="is damaged"):
            read_fingerprint(path)


def test_pixels_tell_pictures_apart():
    picture = np.zeros((4, 4, 3), np.uint8)
    other = picture.copy()
    other[2, 2, 1] = 1
    assert sum_of(picture) == sum_of(picture.copy()) != sum_of(other)
    assert sum_of(picture) > 0
