"""The cache of decoded pictures: decoded once, again when changed, whole whatever happens."""

from __future__ import annotations

import json
import os
import threading
from itertools import count
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.blocks import Input
from core.data import cache, decoding
from core.data.cache import decode
from core.data.cache_room import cache_bytes, clear_cache, trim_cache
from core.data.errors import DataError
from core.data.picture import read_picture
from core.data.places import cache_home
from core.data.rows import Rows
from tests.core.data.test_folder import fill
from tests.full_disks import FULL_DISKS, Limit, full_disk

SIZE = Input(height=6, width=5, channels=3)


class StoppedError(Exception):
    pass


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "pictures"
    fill(folder, 100)
    return folder


@pytest.fixture
def reads(monkeypatch) -> list[str]:
    """Names of the files that are decoded, as it happens."""
    seen: list[str] = []

    def counting(path: str, size: Input) -> np.ndarray:
        seen.append(Path(path).name)
        return read_picture(path, size)

    monkeypatch.setattr(decoding, "read_picture", counting)
    return seen


def names(root: Path) -> list[str]:
    return sorted(path.name for path in root.iterdir())


def all_of(root: Path, size: Input = SIZE) -> np.ndarray:
    cached = decode(str(root), names(root), size)
    return cached.pictures(np.flatnonzero(cached.rows >= 0))[:]


def test_pictures_are_those_that_reading_gives(root):
    wanted = np.stack([read_picture(root / name, SIZE) for name in names(root)])
    assert np.array_equal(all_of(root), wanted)


def test_helpers_give_the_same_pictures_as_threads(root, monkeypatch):
    (root / "nothing.png").write_bytes(b"")
    monkeypatch.setattr(cache, "FEW", 0)
    monkeypatch.setattr(cache, "CHUNK", 7)
    decoded = decode(str(root), names(root), SIZE)
    assert len(decoded.problems) == 1
    assert np.array_equal(
        decoded.pictures(np.flatnonzero(decoded.rows >= 0))[:][:, 0, 0, 0], np.arange(100)
    )


def test_a_picture_that_cannot_be_read_leaves_the_others_in_their_rows(root):
    (root / "0041.png").write_bytes(b"no picture")
    cached = decode(str(root), names(root), SIZE)
    assert len(cached.problems) == 1
    whole = [number for number, row in enumerate(cached.rows) if row >= 0]
    wanted = np.stack([read_picture(root / names(root)[number], SIZE) for number in whole])
    assert np.array_equal(cached.pictures(np.array(whole))[:], wanted)


def test_nothing_is_decoded_twice(root, reads):
    first = all_of(root)
    assert sorted(reads) == names(root)
    reads.clear()
    assert np.array_equal(all_of(root), first)
    assert reads == []


def test_only_changed_and_new_pictures_are_decoded_again(root, reads):
    all_of(root)
    reads.clear()
    Image.new("L", (8, 8), 250).save(root / "0007.png")
    Image.new("L", (8, 8), 251).save(root / "new.png")
    after = all_of(root)
    assert sorted(reads) == ["0007.png", "new.png"]
    assert (after[7] == 250).all()
    assert (after[-1] == 251).all()
    assert (after[8] == 8).all()


def test_another_preparation_is_another_cache(root, reads):
    all_of(root)
    all_of(root, Input(height=6, width=5, channels=3, fit="pad"))
    assert len(reads) == 200


def test_a_stopped_build_goes_on_where_it_was(root, reads, monkeypatch):
    monkeypatch.setattr(cache, "CHUNK", 32)

    def stop(done: int, total: int) -> None:
        if done >= 64:
            raise StoppedError

    with pytest.raises(StoppedError):
        decode(str(root), names(root), SIZE, stop)
    reads.clear()
    pictures = all_of(root)
    assert 0 < len(reads) <= 36
    assert np.array_equal(pictures[:, 0, 0, 0], np.arange(100))


@pytest.mark.parametrize("left", [0, 1, 500, 4_000])
def test_whatever_is_left_of_the_files_pictures_are_right(root, left):
    all_of(root)
    (folder,) = cache_home().iterdir()
    for name in ("index.jsonl", "pixels.bin"):
        path = folder / name
        path.write_bytes(path.read_bytes()[:left])
        assert np.array_equal(all_of(root)[:, 0, 0, 0], np.arange(100))


def test_a_garbled_index_is_not_believed(root):
    all_of(root)
    (folder,) = cache_home().iterdir()
    lines = (folder / "index.jsonl").read_bytes().split(b"\n")
    (folder / "index.jsonl").write_bytes(b"\n".join([*lines[:50], b"\xff{]", *lines[50:]]))
    assert np.array_equal(all_of(root)[:, 0, 0, 0], np.arange(100))
    assert np.array_equal(all_of(root)[:, 0, 0, 0], np.arange(100))


def test_many_changes_do_not_fill_the_disk(root):
    size = None
    for turn in range(8):
        for name in names(root):
            Image.new("L", (8, 8), turn).save(root / name)
            os.utime(root / name, ns=(turn, turn))
        assert (all_of(root) == turn).all()
        size = size or cache_bytes()
    assert cache_bytes() < 4 * size


def test_unreadable_files_are_remembered_and_read_again_when_mended(root, reads):
    (root / "broken.png").write_bytes(b"no")
    cached = decode(str(root), names(root), SIZE)
    assert len(cached.problems) == 1
    assert "broken.png" in cached.problems[0]
    reads.clear()
    assert decode(str(root), names(root), SIZE).problems == cached.problems
    assert reads == []
    Image.new("L", (8, 8), 5).save(root / "broken.png")
    assert decode(str(root), names(root), SIZE).problems == ()


def test_too_little_room_is_said_before_anything_is_decoded(root, reads, monkeypatch):
    monkeypatch.setattr(cache, "SPARE", 10**18)
    with pytest.raises(DataError, match=r"besides .* are free there"):
        decode(str(root), names(root), SIZE)
    assert reads == []


def test_the_limit_is_said_before_anything_is_decoded(root, reads, monkeypatch):
    monkeypatch.setenv("LAYERLOOM_CACHE_GB", "0.000001")
    with pytest.raises(DataError, match=r"may take 1\.0 kB in all"):
        decode(str(root), names(root), SIZE)
    assert reads == []


def test_the_longest_unused_cache_goes_first(root):
    all_of(root)
    (first,) = cache_home().iterdir()
    os.utime(first / "about.json", (1, 1))
    all_of(root, Input(height=7, width=7, channels=1))
    trim_cache(cache_bytes() - 1)
    assert not (first / "pixels.bin").exists()
    assert cache_bytes() > 0
    clear_cache()
    assert cache_bytes() == 0


def test_two_at_once_are_kept_apart(root):
    def inside(done: int, total: int) -> None:
        with pytest.raises(DataError, match="Another Layerloom"):
            decode(str(root), names(root), SIZE)

    decode(str(root), names(root), SIZE, inside)


@pytest.mark.parametrize("kind", FULL_DISKS)
def test_a_disk_that_fills_is_said_and_the_build_goes_on_later(root, tmp_path, monkeypatch, kind):
    with full_disk(kind, tmp_path / "disk", "2m") as disk:
        monkeypatch.setenv("LAYERLOOM_HOME", str(disk.path))
        monkeypatch.setattr(cache, "SPARE", -(10**9))  # as if room were lost meanwhile
        size = Input(height=50, width=50, channels=3)
        if isinstance(disk, Limit):
            disk.fill(os.getpid(), 300_000)
        else:
            (disk.path / "filler").write_bytes(bytes(1_700_000))
        with pytest.raises(DataError, match=disk.words) as caught:
            decode(str(root), names(root), size)
        assert f"the disk of {disk.path / 'cache'}" in str(caught.value)
        assert "kB needed" in str(caught.value)
        disk.empty()
        assert np.array_equal(all_of(root, size)[:, 0, 0, 0], np.arange(100))


def test_rows_give_copies_in_their_order(tmp_path):
    values = np.arange(60, dtype=np.uint8).reshape(5, 2, 2, 3)
    (tmp_path / "pixels.bin").write_bytes(values.tobytes())
    rows = Rows(tmp_path / "pixels.bin", (2, 2, 3), np.array([4, 0, 2]))
    assert rows.shape == (3, 2, 2, 3)
    assert rows.nbytes == 36
    assert np.array_equal(rows[:], values[[4, 0, 2]])
    assert np.array_equal(rows[np.array([2, 0])], values[[2, 4]])
    rows[:][:] = 0
    assert np.array_equal(rows[1:2], values[[0]])
    with pytest.raises(ValueError, match="too short"):
        Rows(tmp_path / "pixels.bin", (2, 2, 3), np.array([5]))


def test_other_bytes_of_the_same_size_and_time_are_seen(root):
    all_of(root)
    path = root / names(root)[0]
    before = path.stat()
    content = bytearray(path.read_bytes())
    Image.new("L", (8, 8), 77).save(root / "other.png")
    other = (root / "other.png").read_bytes()
    (root / "other.png").unlink()
    size = max(len(content), len(other))
    for bytes_ in (bytes(content), other):  # what follows a PNG's end does not matter
        with path.open("r+b") as stream:
            stream.truncate(0)
            stream.write(bytes_.ljust(size, b"\0"))
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
        values = all_of(root)[0, 0, 0, 0]
    assert values == 77


def test_a_folder_that_was_away_is_read_when_it_is_back(root, monkeypatch):
    away = root.with_name("away")
    read = count(1)
    pulling = threading.Lock()

    def pulled(path: str, size: Input) -> np.ndarray:
        with pulling:
            if next(read) == 50:
                root.rename(away)
        return read_picture(path, size)

    listed = names(root)
    with monkeypatch.context() as patch:
        patch.setattr(decoding, "read_picture", pulled)
        assert decode(str(root), listed, SIZE).problems
    away.rename(root)
    assert decode(str(root), listed, SIZE).problems == ()


def test_a_damaged_line_costs_its_pictures_only_once(root, reads):
    all_of(root)
    (folder,) = cache_home().iterdir()
    lines = (folder / "index.jsonl").read_bytes().split(b"\n")
    (folder / "index.jsonl").write_bytes(b"\n".join([*lines[:50], b"\xff{]", *lines[50:]]))
    all_of(root)
    reads.clear()
    all_of(root)
    assert reads == []


def test_a_cache_being_read_is_not_pulled_from_under_its_reader(root):
    cached = decode(str(root), names(root), SIZE)
    rows = cached.pictures(np.arange(100))
    wanted = rows[:]
    for turn in range(3):  # until most is of no use any more, and all is decoded anew
        for name in names(root):
            Image.new("L", (8, 8), 200 + turn).save(root / name)
        decode(str(root), names(root), SIZE)
    assert not np.array_equal(all_of(root), wanted)
    assert np.array_equal(rows[:], wanted)


def test_what_is_outdated_does_not_fill_the_limit(root, monkeypatch):
    monkeypatch.setenv("LAYERLOOM_CACHE_GB", "0.00003")  # 9 kB of pixels, 6 kB of index
    all_of(root)
    for turn in range(3):
        for name in names(root):
            Image.new("L", (8, 8), turn).save(root / name)
        assert (all_of(root) == turn).all()


def test_an_index_that_puts_two_pictures_in_one_row_is_not_believed(root):
    all_of(root)
    (folder,) = cache_home().iterdir()
    lines = (folder / "index.jsonl").read_bytes().split(b"\n")
    first, second = (json.loads(line) for line in lines[:2])
    first[2] = second[2]
    lines[0] = json.dumps(first).encode()
    (folder / "index.jsonl").write_bytes(b"\n".join(lines))
    assert np.array_equal(all_of(root)[:, 0, 0, 0], np.arange(100))
