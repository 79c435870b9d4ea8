"""Odd kinds of pictures: alike wherever they are read, and said by the scan."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.blocks import Input
from core.data import folder as folder_module
from core.data.cache import decode
from core.data.folder import list_folder
from core.data.headers import look_at, read_headers
from core.data.picture import fitted, read_picture, unreadable
from core.data.thumbnails import make_thumbnails

SIZE = Input(height=12, width=16, channels=3)
LUMINANCE = (0.299, 0.587, 0.114)


def scene(seed: int = 1, mode: str = "RGB") -> Image.Image:
    """A picture wider than high, of few large fields."""
    fields = np.random.default_rng(seed).integers(0, 256, (3, 4, 3), np.uint8)
    return Image.fromarray(fields).resize((64, 48), Image.Resampling.NEAREST).convert(mode)


def film(kind: str) -> Callable[[Path], None]:
    """Two frames of which the first counts."""
    return lambda path: scene().save(path, kind, save_all=True, append_images=[scene(2)])


def lying(path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    scene().transpose(Image.Transpose.ROTATE_90).save(path, "JPEG", quality=95, exif=exif)


def see_through(path: Path) -> None:
    picture = scene(mode="LA")
    picture.putalpha(128)
    picture.save(path, "PNG")


def greys(values: np.ndarray, kind: str) -> Callable[[Path], None]:
    return lambda path: Image.fromarray(values).save(path, kind)


GREY = np.asarray(scene(mode="L"))
ODD: dict[str, tuple[Callable[[Path], None], str, float]] = {
    "cmyk": (lambda path: scene(mode="CMYK").save(path, "JPEG", quality=95), "cmyk", 6),
    "sixteen bits": (greys(GREY.astype(np.uint16) * 257, "PNG"), "sixteen-bit", 6),
    "floats": (greys((GREY / 255).astype(np.float32), "TIFF"), "sixteen-bit", 6),
    "palette": (lambda path: scene(mode="P").save(path, "PNG", transparency=3), "palette", 6),
    "see-through": (see_through, "transparent", 60),
    "one bit": (lambda path: scene(mode="1").save(path, "PNG"), "", 6),
    "gif": (film("GIF"), "animated", 6),
    "webp": (film("WEBP"), "animated", 6),
    "png": (film("PNG"), "animated", 6),
    "tiff": (film("TIFF"), "animated", 6),
    "mpo": (film("MPO"), "animated", 6),
    "lying": (lying, "rotated", 6),
}
"""How to write one, what the scan says of it, and how far its greys may be from the scene's."""


@pytest.mark.parametrize("odd", ODD)
def test_it_is_said_and_the_same_wherever_it_is_read(tmp_path, odd):
    write, mark, far = ODD[odd]
    write(tmp_path / "a")
    (header,) = read_headers(str(tmp_path), ["a"])
    assert (header.width, header.height, header.problem) == (64, 48, "")
    assert mark in header.marks or not mark
    values = read_picture(tmp_path / "a", SIZE)
    grey = np.asarray(Image.fromarray(values).convert("L"), np.int16)
    assert np.abs(grey - np.asarray(fitted(scene(), SIZE)).dot(LUMINANCE)).mean() < far
    cached = decode(str(tmp_path), ["a"], SIZE)
    assert np.array_equal(cached.pictures(np.array([0]))[:][0], values)
    made, failed = make_thumbnails(str(tmp_path), ["a"], 64)
    assert not failed
    with Image.open(made["a"]) as shown:
        assert shown.size == (64, 48)
        assert np.abs(fitted(shown.convert("RGB"), SIZE).astype(int) - values).mean() < 12
    (look,) = look_at(str(tmp_path), ["a"])
    small = np.frombuffer(look.miniature, np.uint8).reshape(16, 16)
    grey = fitted(Image.fromarray(values), Input(height=16, width=16, channels=1))[..., 0]
    assert np.abs(small.astype(int) - grey).mean() < 20


def test_a_jpeg_of_the_largest_size_is_read(tmp_path):
    Image.new("L", (10_000, 10_000), 77).save(tmp_path / "a.jpg")
    assert abs(int(read_picture(tmp_path / "a.jpg", SIZE).mean()) - 77) < 2
    made, _ = make_thumbnails(str(tmp_path), ["a.jpg"], 64)
    with Image.open(made["a.jpg"]) as shown:
        assert shown.size == (64, 64)


def test_a_folder_and_a_file_that_may_not_be_read_are_said_and_passed_over(tmp_path, monkeypatch):
    for name in ("cat/1", "cat/closed/2", "dog/1"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        scene().save(tmp_path / name, "PNG")
    scandir = folder_module.os.scandir

    def guarded(folder: str | Path):
        if Path(folder).name == "closed":
            raise PermissionError(13, "Permission denied")
        return scandir(folder)

    monkeypatch.setattr(folder_module.os, "scandir", guarded)
    listing = list_folder(tmp_path)
    assert listing.count == 2
    assert listing.notes == ("The folder cat/closed cannot be read and is left out.",)
    denied = unreadable(tmp_path / "cat" / "1", PermissionError(13, "Permission denied"))
    assert str(denied) == "1 may not be read: permission denied."


def test_the_longest_names_work(tmp_path):
    """255 bytes, of letters that take one to four of them."""
    for kind, name in (("a" * 255, "é" * 127), ("🐈" * 63, "x" * 255)):
        (tmp_path / kind).mkdir()
        scene().save(tmp_path / kind / name, "PNG")
    ((one, first), (other, second)) = list_folder(tmp_path).files["all"]
    assert (first, second) == (0, 1)
    assert decode(str(tmp_path), [one, other], SIZE).problems == ()
    assert len(make_thumbnails(str(tmp_path), [one, other], 64)[0]) == 2
