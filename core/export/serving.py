"""Picture files brought to the model's size inside a TensorFlow graph, as training did it.

What `core.data.picture` does with Pillow, for JPEG and PNG: decoded small by the same steps, turned
as the EXIF mark says, transparency on white, 16-bit grey by the bits it uses, cropped and padded to
the same pixels.  Shrinking differs from Pillow's by one grey level, rarely by two.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import tensorflow as tf

from core.data.jpeg import NEARLY
from core.data.picture import ORIENTATION

if TYPE_CHECKING:
    from core.blocks import Input

HEAD = 1 << 17
"""EXIF data are looked for in so many bytes of a JPEG, and in so many of their own."""
NEITHER = "Pictures must be JPEG or PNG; other files must be turned into one of these first."
NOTHING = b"\0" * 32
"""Put behind bytes that may be fewer than are looked at."""
_EXIF, _PIXELS = 0xE1, 0xDA
_SHORT, _LONG = 3, 4
_TIFF = 42
"""What EXIF data begin with, after the order of bytes."""
_XMP = r'(?s)\A\C*?tiff:Orientation(?:="|>)([0-9])\C*\z'
"""A file with the mark as text, which counts where EXIF has none; ``\\C`` is any byte."""
_LUMA = (19595, 38470, 7471)
"""What red, green and blue add to grey, in 65,536ths, as in Pillow."""


def picture(file: Any, size: Input) -> Any:
    """A file as the model wants it.

    Args:
        file: String tensor, the bytes of a JPEG or PNG.
        size: Height, width, channels and fit wanted.

    Returns:
        uint8 tensor of shape ``(height, width, channels)``.
    """
    jpeg = tf.strings.substr(file, 0, 2) == b"\xff\xd8"
    png = tf.strings.substr(file, 0, 4) == b"\x89PNG"
    # TensorFlow's decoder would take a GIF or BMP for a PNG, and give other colours.
    with tf.control_dependencies([tf.debugging.Assert(jpeg | png, [NEITHER])]):
        values = tf.cond(jpeg, lambda: _jpeg(file, size), lambda: _png(file))
    if size.channels == 1:
        weighted = tf.reduce_sum(tf.cast(values, tf.int32) * _LUMA, -1, keepdims=True)
        values = (weighted + 0x8000) // 0x10000
    small = fitted(values, size)
    return tf.cast(tf.clip_by_value(tf.round(small), 0, 255), tf.uint8)


# Decoding


def _jpeg(file: Any, size: Input) -> Any:
    """A JPEG, upright; decoded smaller where that shows no less."""
    held = orientation(_jpeg_exif(file), file)
    wanted = tf.constant((size.height, size.width))
    wanted = tf.where(held >= 5, wanted[::-1], wanted)
    actual = tf.image.extract_jpeg_shape(file)[:2]

    def decoded(step: int) -> Any:
        # With these settings TensorFlow decodes as Pillow does.
        return tf.io.decode_jpeg(
            file, 3, ratio=step, dct_method="INTEGER_ACCURATE", fancy_upscaling=True
        )

    smaller = [
        (_enough(actual, 8, wanted, size.fit), lambda: decoded(8)),
        (_enough(actual, 4, wanted, size.fit), lambda: decoded(4)),
        (_enough(actual, 2, wanted, size.fit), lambda: decoded(2)),
    ]
    return _turned(tf.case(smaller, default=lambda: decoded(1)), held)


def _enough(actual: Any, step: int, wanted: Any, fit: str) -> Any:
    """Whether a JPEG may be decoded so much smaller; see `core.data.picture`."""
    small = (actual + step - 1) // step
    inner = _padded(actual, wanted) if fit == "pad" else wanted
    enough = tf.reduce_all(tf.cast(small, tf.float64) >= NEARLY * tf.cast(inner, tf.float64))
    enough &= tf.reduce_min(actual) >= step
    if fit == "pad":
        return enough & tf.reduce_all(_padded(small, wanted) == inner)
    return enough


def _png(file: Any) -> Any:
    """A PNG, upright on white, 16-bit grey brought to 8 bits by the bits that it uses."""

    def deep_grey() -> Any:
        values = tf.cast(tf.io.decode_png(file, 1, tf.uint16), tf.int32)
        largest = tf.reduce_max(values)
        unused = [largest < 1 << bits for bits in (8, 10, 12)]
        shift = 8 - 4 * tf.cast(unused[2], tf.int32) - 2 * tf.cast(unused[1], tf.int32)
        values = tf.bitwise.right_shift(values, shift - 2 * tf.cast(unused[0], tf.int32))
        return tf.cast(tf.repeat(values, 3, -1), tf.uint8)

    def clear() -> Any:
        values = tf.cast(tf.io.decode_png(file, 4), tf.float32)
        share = values[..., 3:] / 255
        return tf.cast(tf.round(values[..., :3] * share + 255 * (1 - share)), tf.uint8)

    def solid() -> Any:
        # Asked for four channels, TensorFlow would leave fewer than 8 bits as they are.
        return tf.io.decode_png(file, 3)

    exif, marked_clear = _png_chunks(file)
    # Every PNG's first chunk has the bits of a value and the kind of its colours.
    head = tf.strings.substr(file, 0, 26) + NOTHING
    bits, kind = tf.strings.substr(head, 24, 1), tf.strings.substr(head, 25, 1)
    deep = (kind == b"\x00") & (bits == b"\x10")
    with_alpha = (kind == b"\x04") | (kind == b"\x06") | marked_clear
    values = tf.case([(deep, deep_grey), (with_alpha, clear)], default=solid)
    return _turned(values, orientation(exif, file))


# How the camera was held


def _turned(values: Any, held: Any) -> Any:
    """A picture upright that was held so, 1 to 8 as EXIF counts."""
    turns = (
        lambda: values,
        lambda: values[:, ::-1],
        lambda: values[::-1, ::-1],
        lambda: values[::-1],
        lambda: tf.transpose(values, (1, 0, 2)),
        lambda: tf.image.rot90(values, 3),
        lambda: tf.transpose(values[::-1, ::-1], (1, 0, 2)),
        lambda: tf.image.rot90(values, 1),
    )
    return tf.switch_case(held - 1, turns)


def _jpeg_exif(file: Any) -> Any:
    """The EXIF data of a JPEG; empty if it has none."""
    head = _bytes(tf.strings.substr(file, 0, HEAD))

    def byte(at: Any) -> Any:
        return tf.cast(head[tf.minimum(at, tf.size(head) - 1)], tf.int32)

    def exif(at: Any) -> Any:
        here = tf.strings.substr(file, tf.minimum(at, tf.strings.length(file)), 10)
        return (byte(at + 1) == _EXIF) & (tf.strings.substr(here + NOTHING, 4, 6) == b"Exif\0\0")

    def further(at: Any) -> Any:
        inside = at + 10 < tf.size(head)
        return inside & (byte(at) == 0xFF) & (byte(at + 1) != _PIXELS) & ~exif(at)

    def following(at: Any) -> Any:
        return (at + 2 + byte(at + 2) * 256 + byte(at + 3),)

    (at,) = tf.while_loop(further, following, (tf.constant(2),))
    begin = tf.minimum(at + 10, tf.strings.length(file))
    length = byte(at + 2) * 256 + byte(at + 3) - 8
    return tf.strings.substr(file, begin, tf.where(exif(at), length, 0))


def _png_chunks(file: Any) -> tuple[Any, Any]:
    """The EXIF data of a PNG, empty if it has none; and whether it says what is transparent."""
    end = tf.strings.length(file)

    def length(at: Any) -> Any:
        data = tf.cast(_bytes(tf.strings.substr(file, at, 4)), tf.int32)
        # What would not fit into 31 bits is damage; the file's end is as far as that leads.
        size = tf.reduce_sum(data * (1 << 24, 1 << 16, 1 << 8, 1))
        return tf.clip_by_value(size, 0, end)

    def further(at: Any, _exif: Any, _clear: Any) -> Any:
        return at + 12 <= end

    def following(at: Any, exif: Any, clear: Any) -> Any:
        kind = tf.strings.substr(file, at + 4, 4)
        size = length(at)
        found = tf.strings.substr(file, at + 8, tf.where(kind == b"eXIf", size, 0))
        return (
            at + 12 + size,
            tf.where(kind == b"eXIf", found, exif),
            clear | (kind == b"tRNS"),
        )

    first = (tf.constant(8), tf.constant(b""), tf.constant(False))
    _, exif, clear = tf.while_loop(further, following, first)
    return exif, clear


def orientation(exif: Any, file: Any) -> Any:
    """How a picture was held, 1 to 8 as EXIF counts; 1 where nothing of use says it.

    Args:
        exif: String tensor, from the order of bytes (``II`` or ``MM``) on; may be empty.
        file: All of the file, which may have the mark as text (XMP) if EXIF has none.
    """
    told, mark = _exif_mark(exif)
    mark = tf.cond(told, lambda: mark, lambda: _xmp_mark(file))
    return tf.where((mark >= 1) & (mark <= 8), mark, 1)


def _xmp_mark(file: Any) -> Any:
    """The mark that is kept as text at the beginning of a file; 0 where there is none."""
    head = tf.strings.substr(file, 0, HEAD)
    mark = tf.strings.regex_replace(head, _XMP, r"\1", replace_global=False)
    found = tf.strings.length(mark) == 1
    return tf.strings.to_number(tf.where(found, mark, b"0"), tf.int32)


def _exif_mark(exif: Any) -> tuple[Any, Any]:
    """Whether EXIF data hold a mark, and which."""
    data = tf.cast(_bytes(tf.strings.substr(exif, 0, HEAD) + NOTHING), tf.int64)
    end = tf.size(data, tf.int64)

    def byte(at: Any) -> Any:
        return tf.where(
            (at >= 0) & (at < end), tf.gather(data, tf.clip_by_value(at, 0, end - 1)), 0
        )

    little = data[0] == ord("I")

    def number(place: Any, count: int) -> Any:
        """An unsigned number of so many bytes, in the order that the mark says."""
        place = tf.convert_to_tensor(place, tf.int64)
        total = tf.zeros_like(place)
        for index in range(count):
            weight = tf.where(little, 256**index, 256 ** (count - 1 - index))
            total += byte(place + index) * tf.cast(weight, tf.int64)
        return total

    table = number(4, 4)
    entries = table + 2 + 12 * tf.range(tf.minimum(number(table, 2), 1000))
    kind = number(entries + 2, 2)
    value = tf.where(kind == _LONG, number(entries + 8, 4), number(entries + 8, 2))
    tagged = number(entries, 2) == ORIENTATION
    told = tagged & ((kind == _SHORT) | (kind == _LONG))
    valid = number(2, 2) == _TIFF
    mark = tf.reduce_max(tf.where(told & valid, value, 0))  # least possible where there is none
    return valid & tf.reduce_any(tagged), tf.cast(tf.minimum(mark, 9), tf.int32)


def _bytes(text: Any) -> Any:
    """The bytes of a string, uint8."""
    return tf.io.decode_raw(text, tf.uint8)


# Fitting


def fitted(values: Any, size: Input) -> Any:
    """A picture at the model's size: stretched, its middle, or all of it on black.

    Args:
        values: Of shape ``(height, width, channels)``.
        size: Height, width and fit wanted.

    Returns:
        float32 of shape ``(height, width, channels)``, not rounded.
    """
    wanted = tf.constant((size.height, size.width))
    if size.fit == "stretch":
        return tf.image.resize(values, wanted, antialias=True)
    actual = tf.shape(values)[:2]
    if size.fit == "crop":
        return _middle(tf.cast(values, tf.float32), actual, wanted)
    inner = _padded(actual, wanted)
    small = tf.image.resize(values, inner, antialias=True)
    before = tf.cast(tf.round(tf.cast(wanted - inner, tf.float64) / 2), tf.int32)
    return tf.image.pad_to_bounding_box(small, before[0], before[1], size.height, size.width)


def _middle(values: Any, actual: Any, wanted: Any) -> Any:
    """The middle, which may begin between two pixels."""
    whole, target = tf.cast(actual, tf.float64), tf.cast(wanted, tf.float64)
    scale = tf.reduce_max(target / whole)
    begin = (whole - target / scale) / 2
    return tf.raw_ops.ScaleAndTranslate(
        images=values[tf.newaxis],
        size=wanted,
        scale=tf.cast(tf.stack((scale, scale)), tf.float32),
        translation=tf.cast(-begin * scale, tf.float32),
        kernel_type="triangle",
        antialias=True,
    )[0]


def _padded(actual: Any, wanted: Any) -> Any:
    """Height and width of all of a picture within a size, at least a pixel."""
    whole, target = tf.cast(actual, tf.float64), tf.cast(wanted, tf.float64)
    inner = tf.round(whole * tf.reduce_min(target / whole))
    return tf.maximum(1, tf.cast(inner, tf.int32))
