"""Reading a picture file as Layerloom does, as Python that needs Pillow and numpy alone.

What leaves Layerloom reads pictures by this text, written for one size and fit: other decoders and
resizers give other pixels.  It says over again what `core.data.picture` does, without that one's
refusals and shortcuts; a test runs it on odd files of every kind and wants the same pixels.
"""

from __future__ import annotations

from core.blocks import Input
from core.data.jpeg import NEARLY

IMPORTS = "import numpy as np\nfrom PIL import Image, ImageOps"
"""What `read_picture_code` needs; not in it, so that a script has its imports in one place."""

_FITTED = {
    "stretch": "picture.resize(SIZE, Image.Resampling.BILINEAR)",
    "crop": "ImageOps.fit(picture, SIZE, Image.Resampling.BILINEAR)",
    "pad": "on_black(picture)",
}
_WORDS = {
    "stretch": "stretched to SIZE",
    "crop": "its middle at SIZE",
    "pad": "all of it on black at SIZE",
}


def read_picture_code(size: Input) -> str:
    """The function ``read_picture(path)`` and those it calls, without a line break at the end.

    Args:
        size: Height, width, channels and fit wanted.
    """
    parts = [_read(size), _decode_small(size), _EIGHT_BITS]
    if size.fit == "pad":
        parts += [_INSIDE, _ON_BLACK]
    return "\n\n\n".join(parts)


def _read(size: Input) -> str:
    grey, axis = ('.convert("L")', "[..., None]") if size.channels == 1 else ("", "")
    return f'''\
SIZE = ({size.width}, {size.height})  # width and height of the model's pictures


def read_picture(path):
    """A picture file as uint8 of {size.shape}, the same pixels as in Layerloom.

    Its first frame, upright, on white where it is transparent, {_WORDS[size.fit]}.
    """
    with Image.open(path) as picture:
        try:
            held = picture.getexif().get(0x0112)  # how the camera was held
        except Exception:
            held = None  # the mark is damaged: the picture is shown as it lies
        if picture.format in ("JPEG", "MPO"):
            decode_small(picture, SIZE[::-1] if held in (5, 6, 7, 8) else SIZE)
        picture.load()
        if held in range(2, 9):
            picture = ImageOps.exif_transpose(picture)
    picture = eight_bits(picture){grey}
    return np.asarray({_FITTED[size.fit]}){axis}'''


def _decode_small(size: Input) -> str:
    """JPEGs can be decoded smaller at once; of what is padded, only the picture itself counts."""
    before, extra = "", ""
    least = "wanted"
    if size.fit == "pad":
        before, least = "    inner = inside(picture.size, wanted)\n", "inner"
        extra = " and inside(small, wanted) == inner"
    return f'''\
def decode_small(picture, wanted):
    """Have a JPEG decoded at an eighth, a quarter or half of its size, if that shows no less."""
{before}    for step in (8, 4, 2):
        small = [-(-side // step) for side in picture.size]
        enough = all(has >= {NEARLY!r} * needs for has, needs in zip(small, {least}, strict=True))
        if enough and min(picture.size) >= step{extra}:
            picture.draft(None, [side // step for side in picture.size])
            break'''


_EIGHT_BITS = '''\
def eight_bits(picture):
    """A picture of any kind in 8-bit colours, on white where it is transparent."""
    if picture.mode.startswith(("I", "F")):
        values = np.asarray(picture)
        if picture.mode == "F" or values.min() < 0:
            raise ValueError("pictures of floats or of negative numbers are not read here")
        # Cameras and scanners keep 10 or 12 bits in 16: those that are used are what counts.
        unused = next(n for n in (0, 2, 4, 8, *range(9, 25)) if values.max() >> n < 256)
        picture = Image.fromarray((values >> unused).astype("uint8"))
    if picture.has_transparency_data:
        picture = picture.convert("RGBA")
        white = Image.new("RGBA", picture.size, "white")
        picture = Image.alpha_composite(white, picture)
    return picture.convert("RGB")'''

_INSIDE = '''\
def inside(size, wanted):
    """Width and height of all of a picture within a size."""
    scale = min(wanted[0] / size[0], wanted[1] / size[1])
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))'''

_ON_BLACK = '''\
def on_black(picture):
    """All of a picture in the middle of black."""
    inner = inside(picture.size, SIZE)
    black = Image.new(picture.mode, SIZE)
    corner = [round((whole - part) / 2) for whole, part in zip(SIZE, inner, strict=True)]
    black.paste(picture.resize(inner, Image.Resampling.BILINEAR), tuple(corner))
    return black'''
