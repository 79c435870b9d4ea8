"""One picture file, as the model wants it.

Training, prediction and proofs all bring pictures to size with this one function: other decoders
and resizers differ by up to 157 grey levels on the same file.
"""

from __future__ import annotations

import os
import stat
import struct
import warnings
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps, UnidentifiedImageError

from core.blocks import Input
from core.data.jpeg import NEARLY, plain_jpeg
from core.data.names import sentence

FORMATS = ("JPEG", "PNG", "GIF", "BMP", "WEBP", "TIFF", "PPM", "AVIF")
"""Pillow's decoders that may open a picture; the many others are never tried."""

RAW = (".dng", ".nef", ".cr2", ".arw", ".raf", ".orf", ".rw2", ".pef", ".srw")
"""Suffixes of cameras' raw files; what a decoder finds in them is a thumbnail at best."""
ORIENTATION = 0x0112
"""EXIF's tag for how the camera was held; 5 and above lie on their side."""

READER = 2
"""Raised with every change of the pixels that a file gives, so that kept ones are decoded anew."""
MAX_PIXELS = 100_000_000
"""Largest picture that is decoded (pixels); it is refused from its header."""
MAX_PLAIN = 64 << 20
"""JPEGs up to this size are read whole (bytes)."""
MAX_SIDE = 30_000
"""Longest side that is decoded (pixels)."""
_HEIC = (b"ftyphei", b"ftyphev", b"ftypmif1", b"ftypmsf1")
"""How files of HEIC pictures begin, after four bytes."""
_READ = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
"""How files are opened: their bytes as they are on every system, and no waiting for a pipe's."""


class PictureError(Exception):
    """A file cannot be read as a picture; the text names it and says why."""

    def __init__(self, words: str) -> None:
        """Say why, whatever the file's name is made of."""
        super().__init__(sentence(words))


def read_picture(path: Path | str, size: Input) -> npt.NDArray[np.uint8]:
    """The first frame of a picture file, upright, grey or RGB, at the model's size.

    Args:
        path: A regular file of one of `FORMATS`, whatever its suffix.  Many small files are read
            faster by text: making a path takes as long as opening a file.
        size: Height, width, channels and fit wanted.

    Returns:
        uint8 of shape ``(height, width, channels)``.

    Raises:
        PictureError: It is no such file; says why.
    """
    return fitted(
        _plain_jpeg(path, size) or upright(Path(path), (size.width, size.height), size.fit), size
    )


def fitted(picture: Image.Image, size: Input) -> npt.NDArray[np.uint8]:
    """An upright 8-bit picture at the model's size.

    Args:
        picture: Mode ``L`` or ``RGB``.
        size: Height, width, channels and fit wanted.  Resized by Pillow's BILINEAR, which averages
            when it shrinks; cropped to the middle, or padded with black on both sides alike.

    Returns:
        uint8 of shape ``(height, width, channels)``.
    """
    mode = "L" if size.channels == 1 else "RGB"
    if picture.mode != mode:
        picture = picture.convert(mode)
    wanted = (size.width, size.height)
    if picture.size != wanted:
        if size.fit == "crop":
            picture = ImageOps.fit(picture, wanted, Image.Resampling.BILINEAR)
        elif size.fit == "pad":
            picture = _on_black(picture, wanted)
        else:
            picture = picture.resize(wanted, Image.Resampling.BILINEAR)
    return np.frombuffer(picture.tobytes(), np.uint8).reshape(size.shape)


def upright(path: Path, near: tuple[int, int] | None = None, fit: str = "stretch") -> Image.Image:
    """A picture file as an 8-bit ``L`` or ``RGB`` picture, turned as its EXIF mark says.

    Transparency is laid on white; whole numbers are scaled to 8 bits by the 8, 10, 12, 16 or more
    bits that they use, floats from 0 to 1, 255 or 65,535, and either from its own smallest to its
    own largest value where there are negative ones.

    Args:
        path: A regular file of one of `FORMATS`, whatever its suffix.
        near: Width and height that it will be brought to.  A JPEG is then decoded at an eighth,
            a quarter or half of its size if that is still no smaller, several times as fast.
        fit: How it will be brought to that size.

    Raises:
        PictureError: It cannot be read; says why.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise PictureError(f"{path.name} is not a file.")
        with warnings.catch_warnings():
            # Sizes are limited below, and what a decoder grumbles about in odd files (tags it does
            # not know, lengths that do not fit) has either been survived or ends in an exception.
            warnings.filterwarnings("ignore", module=r"PIL\.")
            with Image.open(path, formats=FORMATS) as picture:
                refuse(picture, path)
                if near is not None and picture.format in ("JPEG", "MPO"):
                    _decode_small(picture, near, fit)
                picture.load()
                return _eight_bits(_turned(picture))
    except PictureError:
        raise
    except Exception as error:  # decoders raise struct.error, KeyError and many more on damage
        raise unreadable(path, error) from error


def unreadable(path: Path, error: Exception) -> PictureError:
    """What opening or decoding a file raised, in words."""
    try:
        return PictureError(_why_unreadable(path, error))
    except OSError as gone:  # since it was opened
        return PictureError(_why_unreadable(path, gone))


def _why_unreadable(path: Path, error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return f"{path.name} is not there (any more)."
    if isinstance(error, PermissionError):
        return f"{path.name} may not be read: permission denied."
    if isinstance(error, Image.DecompressionBombError):
        most = MAX_PIXELS // 1_000_000
        return f"{path.name} is too large to be decoded safely; at most {most} million pixels are."
    if isinstance(error, UnidentifiedImageError):
        return _unknown(path)
    return f"{path.name} is damaged: {str(error).rstrip('.')}."


def _turned(picture: Image.Image) -> Image.Image:
    """The picture as it was seen; itself, not a copy, where it need not be turned."""
    if orientation(picture) == 1:
        return picture
    return ImageOps.exif_transpose(picture)


def orientation(picture: Image.Image) -> int:
    """How a picture was held, 1 to 8 as EXIF counts; 1 where its mark says nothing of use.

    Marks are often damaged where the picture is not: viewers show it as it lies, and so do we.
    """
    try:
        mark = picture.getexif().get(ORIENTATION, 1)
    except (SyntaxError, ValueError, TypeError, KeyError, struct.error, OSError):
        return 1
    return mark if isinstance(mark, int) and 1 <= mark <= 8 else 1


def _plain_jpeg(path: Path | str, size: Input) -> Image.Image | None:
    """What `upright` gives for a JPEG that needs no turning and no care, in half the time.

    Returns:
        The picture, ``L`` or ``RGB``; None for every other file, and for damage.
    """
    try:
        data = _whole(path)
        plain = plain_jpeg(data)
        if plain is None or max(plain.size) > MAX_SIDE or plain.pixels > MAX_PIXELS:
            return None
        step = _step(plain.size, (size.width, size.height), size.fit)
        small = _reduced(plain.size, step)
        return Image.frombytes(plain.mode, small, data, "jpeg", plain.mode, "", step, 0)
    except (OSError, ValueError, MemoryError):
        return None  # whatever it is, `upright` meets it too and says why


def _whole(path: Path | str) -> bytes:
    """All bytes of a regular file up to `MAX_PLAIN`; of anything else none.

    A file object would ask the system thrice as much, which is a fifth of a small picture's time.

    Raises:
        OSError: It cannot be read.
    """
    opened = os.open(path, _READ)
    try:
        info = os.fstat(opened)
        if not stat.S_ISREG(info.st_mode) or info.st_size > MAX_PLAIN:
            return b""
        data = os.read(opened, info.st_size + 1)
        return data if len(data) == info.st_size else b""  # else it is being written just now
    finally:
        os.close(opened)


def _decode_small(picture: Image.Image, near: tuple[int, int], fit: str) -> None:
    """Let the JPEG decoder leave out detail that the size wanted cannot show."""
    width, height = near
    if orientation(picture) >= 5:
        width, height = height, width
    step = _step(picture.size, (width, height), fit)
    picture.draft(None, (picture.width // step, picture.height // step))


@lru_cache(1_000)
def _step(actual: tuple[int, int], wanted: tuple[int, int], fit: str) -> int:
    """By how much a JPEG may be decoded smaller: 8, 4, 2 or 1."""
    inner = _padded(actual, wanted) if fit == "pad" else wanted
    for step in (8, 4, 2):
        if min(actual) < step:
            continue  # Pillow's draft cannot ask for less than a pixel
        small = _reduced(actual, step)
        enough = all(one >= NEARLY * other for one, other in zip(small, inner, strict=True))
        # Sizes of whole pixels may shift what is padded; rare, and then decoded larger.
        if enough and (fit != "pad" or _padded(small, wanted) == inner):
            return step
    return 1


def _reduced(actual: tuple[int, int], step: int) -> tuple[int, int]:
    """The size that the JPEG decoder gives."""
    return -(-actual[0] // step), -(-actual[1] // step)


def _padded(actual: tuple[int, int], wanted: tuple[int, int]) -> tuple[int, int]:
    """Width and height of all of a picture within a size, at least a pixel."""
    scale = min(wanted[0] / actual[0], wanted[1] / actual[1])
    return max(1, round(actual[0] * scale)), max(1, round(actual[1] * scale))


def refuse(picture: Image.Image, path: Path) -> None:
    """Refuse a picture by its header: too large, or not the picture it seems to be.

    Raises:
        PictureError: Says why.
    """
    _refuse_huge(picture, path)
    # A camera's raw file opens as TIFF, but only as its thumbnail.
    if picture.format == "TIFF" and path.suffix.lower() in RAW:
        raise PictureError(_raw_words(path))


def _refuse_huge(picture: Image.Image, path: Path) -> None:
    width, height = picture.size
    if max(width, height) > MAX_SIDE:
        raise PictureError(
            f"{path.name} is too large: {width:,} × {height:,} pixels; at most {MAX_SIDE:,} on a "
            "side are read."
        )
    if width * height > MAX_PIXELS:
        raise PictureError(
            f"{path.name} is too large: {width:,} × {height:,} pixels; at most "
            f"{MAX_PIXELS // 1_000_000} million are read."
        )


def _on_black(picture: Image.Image, wanted: tuple[int, int]) -> Image.Image:
    """All of a picture in the middle of black.  `ImageOps.pad` leaves out what is very thin."""
    inner = _padded(picture.size, wanted)
    black = Image.new(picture.mode, wanted)
    corner = (round((wanted[0] - inner[0]) / 2), round((wanted[1] - inner[1]) / 2))
    black.paste(picture.resize(inner, Image.Resampling.BILINEAR), corner)
    return black


def _eight_bits(picture: Image.Image) -> Image.Image:
    """Any mode of Pillow as ``L`` or ``RGB``."""
    if picture.mode in ("I;16", "I;16L", "I;16B", "I;16N", "I"):
        return Image.fromarray(_eight_of_whole(np.asarray(picture)))
    if picture.mode == "F":
        return Image.fromarray(_eight_of_floats(np.asarray(picture)))
    if picture.has_transparency_data:
        colours = picture.convert("RGBA")
        white = Image.new("RGBA", colours.size, (255, 255, 255, 255))
        return Image.alpha_composite(white, colours).convert("RGB")
    mode = "L" if picture.mode in ("1", "L") else "RGB"
    return picture if picture.mode == mode else picture.convert(mode)


def _eight_of_whole(values: npt.NDArray[np.integer]) -> npt.NDArray[np.uint8]:
    """Whole numbers of up to 32 bits as 8 bits."""
    if values.min(initial=0) < 0:
        return _eight_of_floats(values.astype(np.float64))
    largest = int(values.max(initial=0))
    # Cameras and scanners keep 10 or 12 bits in 16; more than 16 are used as they come.
    shift = next(bits for bits in (0, 2, 4, 8, *range(9, 25)) if largest >> bits < 256)
    return np.asarray(values >> shift, np.uint8)


def _eight_of_floats(values: npt.NDArray[np.floating]) -> npt.NDArray[np.uint8]:
    """Floats as 8 bits; what is no number counts as 0, what is infinite as the end of the range."""
    finite = values[np.isfinite(values)]
    low, high = float(finite.min(initial=0)), float(finite.max(initial=0))
    if low >= 0:
        high = next((top for top in (1.0, 255.0, 65535.0) if high <= top), high)
    known = np.nan_to_num(values, posinf=high, neginf=low)
    shares = (np.clip(known, low, high) - low) / max(high - low, 1e-30)
    return np.asarray(shares * 255 + 0.5, np.uint8)


def _unknown(path: Path) -> str:
    """Why a file is no picture, as far as its first bytes and suffix tell."""
    with path.open("rb") as stream:
        head = stream.read(32)
    if not head:
        return f"{path.name} is empty (0 bytes)."
    if head[4:12].startswith(_HEIC):
        return f"{path.name} is a HEIC picture, which this Layerloom cannot read; save it as JPEG."
    if path.suffix.lower() in RAW:
        return _raw_words(path)
    return f"{path.name} is not a picture that can be read ({', '.join(FORMATS)})."


def _raw_words(path: Path) -> str:
    return f"{path.name} is a camera's raw file; export it as JPEG or PNG first."
