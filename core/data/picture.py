"""One picture file, as the model wants it.

Training, prediction and proofs all bring pictures to size with this one function: other decoders
and resizers differ by up to 157 grey levels on the same file.
"""

from __future__ import annotations

import stat
import warnings
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps, UnidentifiedImageError

from core.blocks import Input

FORMATS = ("JPEG", "PNG", "GIF", "BMP", "WEBP", "TIFF", "PPM", "AVIF")
"""Pillow's decoders that may open a picture; the many others are never tried."""

MAX_PIXELS = 100_000_000
"""Largest picture that is decoded (pixels); it is refused from its header."""


class PictureError(Exception):
    """A file cannot be read as a picture; the text names it and says why."""


def read_picture(path: Path, size: Input) -> npt.NDArray[np.uint8]:
    """The first frame of a picture file, upright, grey or RGB, at the model's size.

    Args:
        path: A regular file of one of `FORMATS`, whatever its suffix.
        size: Height, width and channels wanted.  Stretched to it by Pillow's BILINEAR, which
            averages when it shrinks.

    Returns:
        uint8 of shape ``(height, width, channels)``.

    Raises:
        PictureError: It is no such file; says why.
    """
    picture = upright(path)
    mode = "L" if size.channels == 1 else "RGB"
    if picture.mode != mode:
        picture = picture.convert(mode)
    if picture.size != (size.width, size.height):
        picture = picture.resize((size.width, size.height), Image.Resampling.BILINEAR)
    values = np.asarray(picture, np.uint8)
    return values[..., None] if size.channels == 1 else values


def upright(path: Path) -> Image.Image:
    """A picture file as an 8-bit ``L`` or ``RGB`` picture, turned as its EXIF mark says.

    Transparency is laid on white; 16-bit values are scaled to 8 bits, float ones from 0…1.

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
                _refuse_huge(picture, path)
                picture.load()
                return _eight_bits(ImageOps.exif_transpose(picture))
    except PictureError:
        raise
    except FileNotFoundError as error:
        raise PictureError(f"{path.name} is not there (any more).") from error
    except PermissionError as error:
        raise PictureError(f"{path.name} may not be read: permission denied.") from error
    except Image.DecompressionBombError as error:
        raise PictureError(f"{path.name} is too large to be decoded safely.") from error
    except UnidentifiedImageError as error:
        raise PictureError(_unknown(path)) from error
    except Exception as error:  # decoders raise struct.error, KeyError and many more on damage
        raise PictureError(f"{path.name} is damaged: {str(error).rstrip('.')}.") from error


def _refuse_huge(picture: Image.Image, path: Path) -> None:
    width, height = picture.size
    if width * height > MAX_PIXELS:
        raise PictureError(
            f"{path.name} is too large: {width:,} × {height:,} pixels; at most "
            f"{MAX_PIXELS // 1_000_000} million are read."
        )


def _eight_bits(picture: Image.Image) -> Image.Image:
    """Any mode of Pillow as ``L`` or ``RGB``."""
    if picture.mode in ("I;16", "I;16L", "I;16B", "I;16N"):
        values = np.asarray(picture).astype(np.uint16)
        return Image.fromarray((values >> 8).astype(np.uint8))
    if picture.mode == "I":
        values = np.asarray(picture)
        shift = 8 if values.max(initial=0) > 255 else 0
        return Image.fromarray(np.clip(values >> shift, 0, 255).astype(np.uint8))
    if picture.mode == "F":
        values = np.nan_to_num(np.asarray(picture))
        top = 1.0 if values.max(initial=0) <= 1 else 255.0
        return Image.fromarray((np.clip(values / top, 0, 1) * 255 + 0.5).astype(np.uint8))
    if picture.has_transparency_data:
        colours = picture.convert("RGBA")
        white = Image.new("RGBA", colours.size, (255, 255, 255, 255))
        return Image.alpha_composite(white, colours).convert("RGB")
    return picture.convert("L" if picture.mode in ("1", "L") else "RGB")


def _unknown(path: Path) -> str:
    """Why a file is no picture, as far as its first bytes and suffix tell."""
    with path.open("rb") as stream:
        head = stream.read(32)
    if not head:
        return f"{path.name} is empty (0 bytes)."
    if b"ftyphei" in head or b"ftypmif1" in head:
        return f"{path.name} is a HEIC picture, which this Layerloom cannot read; save it as JPEG."
    suffix = path.suffix.lower()
    if suffix in (".dng", ".nef", ".cr2", ".arw", ".raf", ".orf", ".rw2"):
        return f"{path.name} is a camera's raw file; export it as JPEG or PNG first."
    return f"{path.name} is not a picture that can be read ({', '.join(FORMATS)})."
