"""One picture file: every odd kind comes out right or is refused by name."""

from __future__ import annotations

import os
import socket
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, UnidentifiedImageError

from core.blocks import Input
from core.data.headers import read_headers
from core.data.jpeg import plain_jpeg
from core.data.names import to_name
from core.data.picture import PictureError, fitted, read_picture, unreadable, upright

GREY = Input(height=8, width=8, channels=1)
COLOUR = Input(height=8, width=8, channels=3)


def save(path: Path, values: np.ndarray, **options) -> Path:
    Image.fromarray(values).save(path, **options)
    return path


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def huge_png(path: Path, width: int, height: int) -> Path:
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress(bytes(1000))
    parts = chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + parts)
    return path


@pytest.fixture
def digits() -> np.ndarray:
    return np.random.default_rng(3).integers(0, 256, (8, 8), np.uint8)


def test_grey_png_keeps_its_values(tmp_path, digits):
    values = read_picture(save(tmp_path / "a.png", digits), GREY)
    assert values.dtype == np.uint8
    assert np.array_equal(values[..., 0], digits)


def test_grey_picture_for_a_colour_model_repeats_its_values(tmp_path, digits):
    values = read_picture(save(tmp_path / "a.png", digits), COLOUR)
    assert np.array_equal(values, np.repeat(digits[..., None], 3, axis=2))


def test_size_is_brought_by_pillows_bilinear(tmp_path):
    large = np.random.default_rng(3).integers(0, 256, (50, 70, 3), np.uint8)
    wanted = Image.fromarray(large).resize((8, 8), Image.Resampling.BILINEAR)
    assert np.array_equal(read_picture(save(tmp_path / "a.png", large), COLOUR), np.asarray(wanted))


def test_wrong_suffix_is_read_by_content(tmp_path, digits):
    path = save(tmp_path / "a.png", digits).rename(tmp_path / "a.jpg")
    assert np.array_equal(read_picture(path, GREY)[..., 0], digits)


def test_sixteen_bits_are_scaled_and_not_clipped(tmp_path, digits):
    path = tmp_path / "a.png"
    Image.fromarray(digits.astype(np.uint16) << 8).save(path)
    assert np.array_equal(read_picture(path, GREY)[..., 0], digits)


def test_float_tiff_of_0_to_1_is_not_black(tmp_path, digits):
    path = tmp_path / "a.tiff"
    Image.fromarray((digits / 255).astype(np.float32)).save(path)
    assert np.array_equal(read_picture(path, GREY)[..., 0], digits)


def test_transparent_pixels_become_white(tmp_path):
    values = np.zeros((8, 8, 4), np.uint8)
    values[4:, :, 3] = 255
    seen = read_picture(save(tmp_path / "a.png", values), COLOUR)
    assert (seen[:4] == 255).all()
    assert (seen[4:] == 0).all()


def test_palette_with_a_transparent_colour_becomes_white(tmp_path):
    picture = Image.new("P", (8, 8), 0)
    picture.putpalette([200, 0, 0, 0, 0, 200])
    picture.save(tmp_path / "a.png", transparency=0)
    assert (read_picture(tmp_path / "a.png", COLOUR) == 255).all()


def test_cmyk_jpeg_gives_colours(tmp_path):
    Image.new("CMYK", (8, 8), (0, 255, 255, 0)).save(tmp_path / "a.jpg")
    red = read_picture(tmp_path / "a.jpg", COLOUR)
    assert red[..., 0].min() > 150
    assert red[..., 1:].max() < 80


def test_one_bit_picture_is_black_and_white(tmp_path):
    Image.new("1", (8, 8), 1).save(tmp_path / "a.png")
    assert (read_picture(tmp_path / "a.png", GREY) == 255).all()


def test_turned_picture_is_upright(tmp_path):
    values = np.zeros((8, 8), np.uint8)
    values[0] = 255
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its left side
    seen = read_picture(save(tmp_path / "a.png", values, exif=exif), GREY)[..., 0]
    assert (seen[:, -1] == 255).all()
    assert (seen[:, 0] == 0).all()


def test_animation_gives_its_first_frame(tmp_path):
    frames = [Image.new("L", (8, 8), 255), Image.new("L", (8, 8), 0)]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:])
    assert (read_picture(tmp_path / "a.gif", GREY) == 255).all()


@pytest.mark.parametrize(
    "name", ["a b.png", "😀.png", "-a.png", "שלום.png", "tab\tname.png", "line\nname.png"]
)
def test_odd_names_are_just_names(tmp_path, digits, name):
    assert read_picture(save(tmp_path / name, digits), GREY).shape == (8, 8, 1)


@pytest.mark.parametrize(("width", "height"), [(20_000, 20_000), (60_000, 60_000)])
def test_bomb_is_refused_from_its_header(tmp_path, width, height):
    with pytest.raises(PictureError, match=r"^bomb\.png is too large"):
        read_picture(huge_png(tmp_path / "bomb.png", width, height), GREY)


def test_bomb_of_compressed_text_is_refused(tmp_path, digits):
    whole = save(tmp_path / "a.png", digits).read_bytes()
    text = chunk(b"zTXt", b"note\0\0" + zlib.compress(bytes(200_000_000)))
    (tmp_path / "a.png").write_bytes(whole[:33] + text + whole[33:])
    with pytest.raises(PictureError, match=r"^a\.png "):
        read_picture(tmp_path / "a.png", GREY)


def test_truncated_jpeg_is_damaged(tmp_path):
    noise = np.random.default_rng(1).integers(0, 256, (99, 99, 3), np.uint8)
    path = save(tmp_path / "a.jpg", noise)
    path.write_bytes(path.read_bytes()[:-3000])
    with pytest.raises(PictureError, match=r"^a\.jpg is damaged"):
        read_picture(path, COLOUR)


def test_empty_file_is_said_to_be_empty(tmp_path):
    (tmp_path / "a.png").touch()
    with pytest.raises(PictureError, match=r"^a\.png is empty"):
        read_picture(tmp_path / "a.png", GREY)


def test_text_is_no_picture(tmp_path):
    (tmp_path / "a.png").write_text("not a picture")
    with pytest.raises(PictureError, match=r"^a\.png is not a picture"):
        read_picture(tmp_path / "a.png", GREY)


def test_missing_file_is_said(tmp_path):
    with pytest.raises(PictureError, match=r"^gone\.png is not there"):
        read_picture(tmp_path / "gone.png", GREY)


def test_folder_named_like_a_picture_is_refused(tmp_path):
    (tmp_path / "a.jpg").mkdir()
    with pytest.raises(PictureError, match="is not a file"):
        read_picture(tmp_path / "a.jpg", GREY)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with a name are POSIX")
def test_pipe_named_like_a_picture_does_not_hang(tmp_path):
    os.mkfifo(tmp_path / "a.jpg")
    with pytest.raises(PictureError, match="is not a file"):
        read_picture(tmp_path / "a.jpg", GREY)


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="sockets with a name are POSIX")
def test_socket_named_like_a_picture_is_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # a socket's name has room for 107 bytes only
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("a.jpg")
        with pytest.raises(PictureError, match="is not a file"):
            read_picture(tmp_path / "a.jpg", GREY)


def complaint(path: Path) -> str | None:
    """Read a picture that may be damaged; the words of the refusal, None if it was read."""
    try:
        assert read_picture(path, GREY).shape == (8, 8, 1)
    except PictureError as error:
        return str(error)
    return None


def test_any_cut_of_a_png_is_read_or_refused_by_name(tmp_path, digits):
    whole = save(tmp_path / "whole.png", digits).read_bytes()
    cut = tmp_path / "cut.png"
    for end in range(len(whole)):
        cut.write_bytes(whole[:end])
        words = complaint(cut)
        assert words is None or words.startswith("cut.png ")


@pytest.mark.parametrize("suffix", ["png", "jpg", "gif", "bmp", "webp", "tiff", "avif", "ppm"])
def test_any_flipped_byte_is_read_or_refused_by_name(tmp_path, digits, suffix):
    generator = np.random.default_rng(5)
    whole = bytearray(save(tmp_path / f"whole.{suffix}", digits).read_bytes())
    damaged = tmp_path / f"damaged.{suffix}"
    for _ in range(80):
        flipped = whole.copy()
        flipped[generator.integers(len(whole))] ^= int(generator.integers(1, 256))
        damaged.write_bytes(flipped)
        words = complaint(damaged)
        assert words is None or words.startswith(f"damaged.{suffix} ")


def test_cropping_takes_the_middle_and_padding_all_on_black(tmp_path):
    values = np.zeros((20, 60, 3), np.uint8)
    values[:, :20] = (255, 0, 0)
    values[:, 20:40] = (0, 255, 0)
    values[:, 40:] = (0, 0, 255)
    path = save(tmp_path / "a.png", values)
    crop = read_picture(path, Input(height=8, width=8, channels=3, fit="crop"))
    assert (crop[2:6, 2:6] == (0, 255, 0)).all()
    pad = read_picture(path, Input(height=12, width=12, channels=3, fit="pad"))
    assert (pad[:4] == 0).all()
    assert (pad[8:] == 0).all()
    assert (pad[5:7, 1:3] == (255, 0, 0)).all()
    assert (pad[5:7, 9:11] == (0, 0, 255)).all()


@pytest.mark.parametrize("fit", ["stretch", "crop", "pad"])
@pytest.mark.parametrize("shape", [(480, 640), (640, 480), (300, 900)])
@pytest.mark.parametrize("orientation", [1, 6])
def test_jpegs_decoded_small_look_the_same(tmp_path, fit, shape, orientation):
    fields = np.random.default_rng(1).integers(0, 256, (9, 12, 3), np.uint8)
    drawn = Image.fromarray(fields).resize(shape[::-1], Image.Resampling.BICUBIC)
    exif = Image.Exif()
    exif[0x0112] = orientation
    drawn.save(tmp_path / "a.jpg", quality=95, exif=exif)
    size = Input(height=64, width=48, channels=3, fit=fit)
    small = read_picture(tmp_path / "a.jpg", size).astype(int)
    whole = fitted(upright(tmp_path / "a.jpg"), size).astype(int)
    assert np.abs(small - whole).mean() < 2


@pytest.mark.parametrize("bits", [8, 10, 12, 16])
def test_values_in_sixteen_bits_are_scaled_by_the_bits_they_use(tmp_path, bits):
    ramp = np.linspace(0, 2**bits - 1, 64).reshape(8, 8).astype(np.uint16)
    Image.fromarray(ramp).save(tmp_path / "a.png")
    values = read_picture(tmp_path / "a.png", GREY)[..., 0]
    assert np.array_equal(values, (ramp >> (bits - 8)).astype(np.uint8))


def test_the_thumbnail_in_a_raw_file_is_not_taken_for_the_picture(tmp_path):
    Image.new("RGB", (8, 8)).save(tmp_path / "a.dng", "TIFF")
    with pytest.raises(PictureError, match="raw file"):
        read_picture(tmp_path / "a.dng", COLOUR)


@pytest.mark.parametrize("fit", ["stretch", "crop", "pad"])
@pytest.mark.parametrize(
    "options",
    [
        {"quality": 95, "subsampling": 0},
        {"quality": 70, "subsampling": 2},
        {"progressive": True},
        {"optimize": True, "restart_marker_blocks": 4},
        {"comment": b"a word", "icc_profile": b"a profile", "dpi": (72, 72)},
    ],
    ids=lambda options: next(iter(options)),
)
@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_a_plain_jpeg_is_read_as_any_other_picture(tmp_path, mode, options, fit):
    """The short way must give the very pixels of the long one, at every scale of the decoder."""
    scene = np.random.default_rng(4).integers(0, 256, (5, 6, 3), np.uint8)
    for width, height in ((640, 480), (301, 77), (33, 500), (8, 8), (1, 1), (1, 700)):
        picture = Image.fromarray(scene).resize((width, height)).convert(mode)
        picture.save(tmp_path / "a.jpg", **options)
        assert plain_jpeg((tmp_path / "a.jpg").read_bytes()) is not None
        for side in (8, 40, 128):
            size = Input(height=side, width=side, channels=3, fit=fit)
            long = upright(tmp_path / "a.jpg", (side, side), fit)
            assert np.array_equal(read_picture(tmp_path / "a.jpg", size), fitted(long, size))


def test_jpegs_that_need_care_are_not_plain(tmp_path, digits):
    exif = Image.Exif()
    exif[0x0112] = 6
    for number, (picture, options) in enumerate(
        (
            (Image.fromarray(digits), {"exif": exif}),
            (Image.new("CMYK", (8, 8)), {}),
            (Image.new("RGB", (8, 8)), {"keep_rgb": True}),
        )
    ):
        path = tmp_path / f"{number}.jpg"
        picture.save(path, **options)
        assert plain_jpeg(path.read_bytes()) is None
        assert read_picture(path, COLOUR).shape == (8, 8, 3)
    whole = save(tmp_path / "whole.jpg", digits).read_bytes()
    assert all(plain_jpeg(whole[:end]) is None for end in range(0, 150, 7))


def test_a_jpeg_decoded_a_little_too_small_is_nearly_the_picture(tmp_path):
    """A quarter of 640 × 480 is 160 × 120: eight rows are missing for 128."""
    scene = np.random.default_rng(4).integers(0, 256, (12, 16, 3), np.uint8)
    Image.fromarray(scene).resize((640, 480), Image.Resampling.BICUBIC).save(tmp_path / "a.jpg")
    size = Input(height=128, width=128, channels=3)
    whole = fitted(Image.open(tmp_path / "a.jpg"), size).astype(int)
    apart = np.abs(read_picture(tmp_path / "a.jpg", size) - whole)
    assert apart.mean() < 1
    assert apart.max() < 12


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        (np.array([[0, 2**30, 2**31 - 1]], np.int32), [0, 128, 255]),
        (np.array([[-200, -100, 0]], np.int32), [0, 128, 255]),
        (np.array([[0, 32896, 65535]], np.float32), [0, 128, 255]),
        (np.array([[0, 100, 255]], np.float32), [0, 100, 255]),
        (np.array([[0, 0.5, 1]], np.float32), [0, 128, 255]),
        (np.array([[-0.5, 0, 0.5]], np.float32), [0, 128, 255]),
        (np.array([[0, 0.5, np.inf]], np.float32), [0, 128, 255]),
        (np.array([[np.nan, 3e6, 6e6]], np.float32), [0, 128, 255]),
    ],
)
def test_every_range_of_values_keeps_its_shades(tmp_path, values, wanted):
    Image.fromarray(values).save(tmp_path / "a.tif")
    assert np.asarray(upright(tmp_path / "a.tif")).tolist() == [wanted]


def test_a_damaged_mark_of_rotation_does_not_cost_the_picture(tmp_path, digits):
    save(tmp_path / "a.png", digits)
    content = (tmp_path / "a.png").read_bytes()
    (tmp_path / "a.png").write_bytes(content[:33] + chunk(b"eXIf", b"no mark!") + content[33:])
    assert np.array_equal(read_picture(tmp_path / "a.png", GREY)[..., 0], digits)
    entry = struct.pack("<HHHI4sI", 1, 0x0112, 2, 2, b"6\0\0\0", 0)  # in letters, not as a number
    exif = b"Exif\0\0II*\0" + struct.pack("<I", 8) + entry
    save(tmp_path / "b.jpg", digits, exif=exif)
    assert read_picture(tmp_path / "b.jpg", GREY).shape == (8, 8, 1)
    assert [header.problem for header in read_headers(str(tmp_path), ["a.png", "b.jpg"])] == [
        "",
        "",
    ]


@pytest.mark.parametrize("shape", [(1, 10_000), (10_000, 1)])
def test_a_jpeg_of_one_row_or_column_is_read(tmp_path, shape):
    save(tmp_path / "a.jpg", np.full(shape, 90, np.uint8))
    assert np.asarray(upright(tmp_path / "a.jpg", (128, 128), "pad")).mean() == pytest.approx(
        90, abs=2
    )


@pytest.mark.parametrize("shape", [(1, 10_000), (10_000, 1)])
def test_the_thinnest_picture_is_still_seen_when_padded(tmp_path, shape):
    save(tmp_path / "a.png", np.full(shape, 90, np.uint8))
    values = read_picture(tmp_path / "a.png", Input(height=8, width=8, channels=1, fit="pad"))
    assert (values == 90).sum() == 8


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "tif", "avif"])
@pytest.mark.parametrize("held", range(1, 9))
def test_every_way_to_hold_a_camera_is_upright_in_every_format(tmp_path, suffix, held):
    """What is said of the size must be upright as well as what is shown."""
    scene = np.random.default_rng(6).integers(0, 256, (3, 4, 3), np.uint8)
    seen = Image.fromarray(scene).resize((80, 60))
    turns = [None, None, 0, 3, 1, 5, 2, 6, 4]  # of Pillow; each undoes how the camera was held
    turn = turns[held]
    exif = Image.Exif()
    exif[0x0112] = held
    lying = seen if turn is None else seen.transpose(Image.Transpose(turn))
    lying.save(tmp_path / f"a.{suffix}", exif=exif, quality=95)
    (header,) = read_headers(str(tmp_path), [f"a.{suffix}"])
    assert (header.width, header.height) == (80, 60)
    assert ("rotated" in header.marks) == (held != 1)
    values = read_picture(tmp_path / f"a.{suffix}", COLOUR).astype(int)
    assert np.abs(values - fitted(seen, COLOUR)).mean() < 8  # a wrong turn: about 80


@pytest.mark.parametrize(("kind", "channels"), [(0, 1), (2, 3), (4, 2), (6, 4)])
def test_sixteen_bits_are_said_of_every_kind_of_png(tmp_path, kind, channels):
    row = b"\0" + np.full(8 * channels, 50_000, ">u2").tobytes()
    parts = (
        chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 16, kind, 0, 0, 0)),
        chunk(b"IDAT", zlib.compress(8 * row)),
        chunk(b"IEND", b""),
    )
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(parts))
    (header,) = read_headers(str(tmp_path), ["a.png"])
    assert "sixteen-bit" in header.marks
    assert read_picture(tmp_path / "a.png", COLOUR).min() > 190


@pytest.mark.parametrize("brand", [b"heic", b"heix", b"hevc", b"mif1", b"msf1"])
def test_every_brand_of_heic_is_called_so(tmp_path, brand):
    (tmp_path / "a.jpg").write_bytes(b"\0\0\0\x18ftyp" + brand + bytes(50))
    with pytest.raises(PictureError, match=r"^a\.jpg is a HEIC picture"):
        read_picture(tmp_path / "a.jpg", GREY)


def test_a_file_that_vanishes_while_it_is_found_unreadable_is_said(tmp_path):
    words = str(unreadable(tmp_path / "gone.jpg", UnidentifiedImageError()))
    assert words == "gone.jpg is not there (any more)."


@pytest.mark.skipif(os.sep != "/", reason="names of bytes are POSIX")
@pytest.mark.parametrize("content", [b"", b"no picture", b"\x89PNG\r\n\x1a\n"])
def test_what_is_said_of_a_name_that_is_no_text_is_text(tmp_path, content):
    path = tmp_path / os.fsdecode(b"\xff.png")
    path.write_bytes(content)
    with pytest.raises(PictureError) as caught:
        read_picture(path, GREY)
    problems = [header.problem for header in read_headers(str(tmp_path), [to_name(path.name)])]
    for words in (str(caught.value), *problems):
        assert words.startswith("�.png ")
        words.encode("utf-8")
