"""Near duplicates: copies are found however they were saved, and what only resembles is not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageEnhance

from core.data.duplicates import CROWD, near_groups
from core.data.headers import LOOK, TINTS, look_at
from core.data.mnist import load_mnist

COUNT = 40


def groups(folder: Path, names: list[str]) -> list[list[str]]:
    looks = [look for name in names for look in look_at(str(folder), [name])]
    found = near_groups(
        np.array([look.difference for look in looks], np.uint64),
        np.frombuffer(b"".join(look.miniature for look in looks), np.uint8).reshape(-1, LOOK**2),
        np.frombuffer(b"".join(look.tints for look in looks), np.uint8).reshape(-1, 2 * TINTS**2),
    )
    return [[names[at] for at in group] for group in found]


def scene(seed: int) -> Image.Image:
    """A picture like no other, with large and small fields as photographs have."""
    random = np.random.default_rng(seed)
    drawn = np.zeros((160, 200, 3))
    for side, share in ((3, 0.6), (9, 0.3), (30, 0.1)):
        fields = Image.fromarray(random.integers(0, 256, (side, side, 3), np.uint8))
        drawn += share * np.asarray(fields.resize((200, 160), Image.Resampling.BICUBIC))
    return Image.fromarray((0.7 * drawn).astype(np.uint8))


@pytest.mark.parametrize(
    "change",
    [
        lambda picture: picture.resize((100, 80)),
        lambda picture: picture.resize((128, 128)),
        lambda picture: picture.convert("L"),
        lambda picture: picture.convert("P"),
        lambda picture: ImageEnhance.Brightness(picture).enhance(1.2),
        lambda picture: ImageEnhance.Brightness(picture).enhance(0.8),
        lambda picture: ImageEnhance.Contrast(picture).enhance(1.2),
    ],
    ids=["smaller", "other-shape", "grey", "palette", "brighter", "darker", "contrast"],
)
@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_changed_copy_is_found_and_nothing_else(tmp_path, change, kind):
    names = []
    for number in range(COUNT):
        scene(number).save(tmp_path / f"{number} a", "PNG")
        copy = change(scene(number))
        copy = copy.convert("RGB") if kind == "JPEG" and copy.mode == "P" else copy
        copy.save(tmp_path / f"{number} b", kind)
        names += [f"{number} a", f"{number} b"]
    found = groups(tmp_path, names)
    assert all(first.split()[0] == other.split()[0] for first, other in found)
    assert len(found) >= 0.9 * COUNT


def test_handwritten_digits_are_not_taken_for_copies(tmp_path):
    """Each one is much like some other: all must not end in one group, of which one is kept."""
    pictures, labels, *_ = load_mnist()
    names = []
    for number in np.flatnonzero(labels == 1)[:600]:
        Image.fromarray(pictures[number, ..., 0]).save(tmp_path / f"{number}.png")
        names.append(f"{number}.png")
    found = groups(tmp_path, names)
    assert sum(map(len, found)) < 0.1 * len(names)
    assert max(map(len, found), default=0) < 6


def test_drawings_on_equal_paper_are_not_taken_for_copies(tmp_path):
    names = []
    for number in range(120):
        random = np.random.default_rng(number)
        picture = Image.new("L", (128, 128), 255)
        left, top, side = (int(value) for value in random.integers((10, 10, 20), (60, 60, 60)))
        draw = ImageDraw.Draw(picture)
        shape = draw.ellipse if number % 2 else draw.rectangle
        shape((left, top, left + side, top + side), outline=0, width=3)
        picture.save(tmp_path / f"{number}.png")
        names.append(f"{number}.png")
    assert groups(tmp_path, names) == []


def test_what_differs_by_colour_alone_is_not_taken_for_copies(tmp_path):
    """Traffic lights, ripe and unripe fruit: colour may be all that tells classes."""
    for name, colour in (
        ("red", (200, 30, 30)),
        ("green", (30, 117, 30)),
        ("again", (198, 34, 28)),
    ):
        picture = Image.new("RGB", (128, 128), (250, 250, 250))
        ImageDraw.Draw(picture).ellipse((20, 30, 90, 100), fill=colour)
        picture.save(tmp_path / name, "PNG")
    assert groups(tmp_path, ["red", "green", "again"]) == [["red", "again"]]


def test_all_of_a_group_look_like_its_first():
    """A film that pans: every picture resembles the next, the first not the last."""
    steps = np.linspace(0, np.pi, 200)
    wave = np.linspace(0, 2 * np.pi, LOOK**2)
    film = np.stack([128 + 100 * np.sin(wave + step) for step in steps]).astype(np.uint8)
    found = near_groups(np.zeros(len(film), np.uint64), film)
    assert len(found) > 5
    assert sorted(at for group in found for at in group) == list(range(len(film)))
    for group in found:
        likeness = np.corrcoef(film[group].astype(float))[0]
        assert likeness.min() > 0.98


def test_many_equal_pictures_are_one_group():
    one = np.arange(LOOK**2, dtype=np.uint8)
    count = 2 * CROWD
    assert near_groups(np.zeros(count, np.uint64), np.tile(one, (count, 1))) == [list(range(count))]
