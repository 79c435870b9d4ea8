"""Picture files of every odd kind, made for tests that read them in more than one way."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np
from PIL import Image, PngImagePlugin

ORIENTATION = 0x0112


def jpegs_and_pngs(folder: Path) -> list[Path]:
    """Photographs and drawings: grey, coloured, turned, transparent, deep, of a few colours."""
    random = np.random.default_rng(4)
    for height, width in ((119, 240), (240, 121), (30, 31), (480, 640), (1, 90)):
        small = random.integers(0, 256, (height // 20 + 2, width // 20 + 2, 3), np.uint8)
        drawn = Image.fromarray(small).resize((width, height), Image.Resampling.BICUBIC)
        grain = np.asarray(drawn) ^ random.integers(0, 32, (height, width, 3), np.uint8)
        photo = Image.fromarray(grain)
        photo.save(folder / f"{height}.jpg", quality=90)
        photo.convert("L").save(folder / f"{height}-grey.jpg")
        photo.save(folder / f"{height}.png")
    photo = Image.open(folder / "480.png").resize((90, 70))
    _turned(photo, folder)
    _transparent(photo, folder)
    photo.save(folder / "damaged.jpg", exif=b"Exif\0\0II*\0\xff\xff\xff\x7f")
    photo.save(folder / "progressive.jpg", progressive=True)
    photo.convert("CMYK").save(folder / "cmyk.jpg")
    photo.convert("1").save(folder / "bits.png")
    photo.quantize(4).save(folder / "four-colours.png")
    _deep_colours(np.asarray(photo), folder / "deep-colours.png")
    for bits in (8, 10, 12, 16):
        values = np.asarray(photo.convert("L")).astype(np.uint16) << (bits - 8)
        Image.fromarray(values).save(folder / f"bits-{bits}.png")
    return sorted(folder.iterdir())


def _turned(photo: Image.Image, folder: Path) -> None:
    """As the camera was held; also as large ones, which are decoded small."""
    for orientation in range(2, 9):
        exif = Image.Exif()
        exif[ORIENTATION] = orientation
        photo.save(folder / f"turned-{orientation}.jpg", exif=exif)
        photo.save(folder / f"turned-{orientation}.png", exif=exif)
        photo.resize((700, 300)).save(folder / f"large-{orientation}.jpg", exif=exif)
    motorola = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0"
    photo.save(folder / "motorola.jpg", exif=motorola)
    photo.save(folder / "motorola.png", exif=motorola[6:])
    for place, xmp in enumerate(('tiff:Orientation="8"', "<tiff:Orientation>3</tiff:Orientation>")):
        photo.save(folder / f"xmp-{place}.jpg", xmp=xmp.encode())
        photo.save(folder / f"xmp-{place}-both.jpg", xmp=xmp.encode(), exif=motorola)
        words = PngImagePlugin.PngInfo()
        words.add_itxt("XML:com.adobe.xmp", xmp)
        photo.save(folder / f"xmp-{place}.png", pnginfo=words)


def _transparent(photo: Image.Image, folder: Path) -> None:
    photo.convert("LA").save(folder / "grey-solid.png")
    grey = photo.convert("L")
    faint = Image.merge("LA", (grey, Image.linear_gradient("L").resize(grey.size)))
    faint.save(folder / "grey-faint.png")
    few = grey.point(lambda value: value // 64 * 64)
    few.save(folder / "grey-one-clear.png", transparency=64)
    photo.quantize(16).save(folder / "palette.png", transparency=bytes(range(0, 160, 10)))
    Image.merge("RGBA", (*photo.split(), grey)).save(folder / "clear.png")
    flat = photo.convert("RGB").point(lambda value: value // 128 * 128)
    flat.save(folder / "one-clear.png", transparency=flat.getpixel((0, 0)))


def _deep_colours(values: np.ndarray, path: Path) -> None:
    """Red, green and blue of 16 bits each, which Pillow does not write."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    height, width, _ = values.shape
    rows = (values.astype(">u2") * 256 + 200).reshape(height, -1)
    pixels = zlib.compress(b"".join(b"\0" + row.astype(">u2").tobytes() for row in rows))
    header = struct.pack(">IIBBBBB", width, height, 16, 2, 0, 0, 0)
    parts = chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + parts)


def others(folder: Path) -> list[Path]:
    """Files of the other formats, animated ones among them, and a wide and a high one."""
    photo = Image.fromarray(np.random.default_rng(5).integers(0, 256, (70, 90, 3), np.uint8))
    frames = [photo.quantize(64), photo.convert("L").quantize(64)]
    frames[0].save(folder / "moving.gif", save_all=True, append_images=frames[1:])
    photo.quantize(8).save(folder / "clear.gif", transparency=0)
    photo.save(folder / "moving.webp", save_all=True, append_images=[photo.convert("L")])
    photo.convert("RGBA").rotate(30).save(folder / "clear.webp", lossless=True)
    photo.save(folder / "moving.png", save_all=True, append_images=[photo.rotate(90)])
    photo.save(folder / "plain.bmp")
    photo.convert("CMYK").save(folder / "cmyk.tif")
    photo.convert("LAB").save(folder / "lab.tif")
    photo.save(folder / "plain.ppm")
    photo.save(folder / "two.mpo", save_all=True, append_images=[photo.rotate(90)])
    Image.fromarray(np.arange(0, 2**20, 2**7, np.int32).reshape(64, 128)).save(folder / "deep.tif")
    exif = Image.Exif()
    exif[ORIENTATION] = 8
    photo.save(folder / "turned.tif", exif=exif)
    photo.save(folder / "turned.webp", exif=exif)
    for width, height in ((3000, 30), (30, 3000), (1, 700), (701, 1)):
        photo.resize((width, height)).save(folder / f"{width}.jpg")
        photo.resize((width, height)).save(folder / f"{width}.bmp")
    words = PngImagePlugin.PngInfo()
    words.add_text("Comment", "nothing of use")
    photo.save(folder / "words.png", pnginfo=words)
    return sorted(folder.iterdir())
