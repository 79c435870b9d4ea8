"""What augmentation does to pixels, in numpy: for previews, and for backends without its own way.

The random figures of every picture are drawn here, once for an epoch, from (seed, epoch) alone;
`core.training.augment_steps` uses the same figures in TensorFlow.  So a resumed run sees the same
pictures as one that was never interrupted, and a preview shows what training does.
"""

from __future__ import annotations

from math import cos, pi, sin

import msgspec
import numpy as np
import numpy.typing as npt

from core.data.augment import (
    AnyStep,
    Augmentation,
    Brightness,
    Contrast,
    Cutout,
    Flip,
    Hue,
    Mixup,
    Noise,
    Rotate,
    Shift,
    Zoom,
)

Floats = npt.NDArray[np.float32]

MIDDLE = 127.5
"""Grey that contrast turns about and cutout covers with."""

_TO_YIQ = np.array(
    [[0.299, 0.587, 0.114], [0.596, -0.274, -0.322], [0.211, -0.523, 0.312]], np.float64
)
"""Rows: brightness and two colours from red, green and blue; hue turns the two colours."""
_FROM_YIQ = np.linalg.inv(_TO_YIQ)


class Figures(msgspec.Struct, frozen=True):
    """Random figures for some pictures, one row each, in the order they are seen.

    Attributes:
        places: ``(n, 6)``: where each pixel comes from: x' = a x + b y + c, y' = d x + e y + f, in
            pixels; empty when pictures keep their place.
        colours: ``(n, 3, 4)``: matrix and offset of red, green and blue; empty when they stay.
        noise: ``(n,)``: deviation in grey levels; empty without.
        grains: ``(n, 2)`` int32: seeds of each picture's noise.
        boxes: ``(n, k, 4)``: top, left, bottom, right of what is covered; empty without.
        shares: ``(n,)``: how much of each picture stays, the rest being its partner's; empty
            without.
        turns: ``(n,)``: where in its batch the partner is, as a share of the batch; empty without.
    """

    places: Floats
    colours: Floats
    noise: Floats
    grains: npt.NDArray[np.int32]
    boxes: Floats
    shares: Floats
    turns: Floats

    def part(self, which: slice | npt.NDArray[np.integer]) -> Figures:
        """The figures of some of the pictures."""
        values = (getattr(self, field) for field in self.__struct_fields__)
        return Figures(*(value[which] if len(value) else value for value in values))


def draw_figures(
    steps: Augmentation, count: int, shape: tuple[int, ...], seed: tuple[int, ...]
) -> Figures:
    """Random figures for an epoch.

    Args:
        steps: The augmentation.
        count: How many pictures.
        shape: Height, width and channels.
        seed: Of the plan, and the epoch.
    """
    height, width, _ = shape
    random = np.random.default_rng([*seed, 5])
    places = _identity(3, count)
    colours = _identity(4, count)
    noise = np.zeros(count)
    boxes: list[npt.NDArray[np.float64]] = []
    shares = np.ones(count)
    moved = coloured = mixed = False
    for step in steps:
        if (matrix := _placing(step, count, height, width, random)) is not None:
            # What comes first happens first: its own mapping back is applied last.
            places, moved = places @ matrix, True
        elif (matrix := _colouring(step, count, random)) is not None:
            colours, coloured = matrix @ colours, True
        elif isinstance(step, Noise):
            noise = np.hypot(noise, step.deviation * 255)
        elif isinstance(step, Cutout):
            boxes.append(_box(step, count, height, width, random))
        elif isinstance(step, Mixup):
            drawn = random.beta(step.alpha, step.alpha, count)
            shares, mixed = np.maximum(drawn, 1 - drawn), True
    empty = np.empty(0, np.float32)
    return Figures(
        places=_centred(places, height, width) if moved else empty,
        colours=colours[:, :3].astype(np.float32) if coloured else empty,
        noise=noise.astype(np.float32) if noise.any() else empty,
        grains=_grains(count, random) if noise.any() else np.empty(0, np.int32),
        boxes=np.stack(boxes, 1).astype(np.float32) if boxes else empty,
        shares=shares.astype(np.float32) if mixed else empty,
        turns=random.random(count if mixed else 0).astype(np.float32),
    )


def augment(pictures: npt.NDArray[np.uint8], figures: Figures) -> npt.NDArray[np.uint8]:
    """Some pictures after augmentation.

    Args:
        pictures: uint8 ``(n, height, width, channels)``, one batch.
        figures: For these pictures.

    Returns:
        uint8 of the same shape.
    """
    values = pictures.astype(np.float32)
    if len(figures.places):
        values = np.stack([_placed(v, p) for v, p in zip(values, figures.places, strict=True)])
    if len(figures.colours):
        values = _coloured(values, figures.colours)
    if len(figures.noise):
        grain = [
            np.random.default_rng(seed).standard_normal(values.shape[1:], np.float32)
            for seed in figures.grains
        ]
        values = values + np.stack(grain) * figures.noise[:, None, None, None]
    if len(figures.boxes):
        values = _covered(values, figures.boxes)
    if len(figures.shares):
        shares = figures.shares[:, None, None, None]
        values = values * shares + values[partners(figures.turns)] * (1 - shares)
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)


def partners(turns: Floats) -> npt.NDArray[np.int64]:
    """For each picture of a batch, the place of the one it is mixed with."""
    count = len(turns)
    return np.minimum((turns * count).astype(np.int64), count - 1)


# Drawing


def _grains(count: int, random: np.random.Generator) -> npt.NDArray[np.int32]:
    return random.integers(0, 2**31 - 1, (count, 2), np.int32)


def _identity(size: int, count: int) -> npt.NDArray[np.float64]:
    return np.broadcast_to(np.eye(size), (count, size, size)).copy()


def _placing(
    step: AnyStep, count: int, height: int, width: int, random: np.random.Generator
) -> npt.NDArray[np.float64] | None:
    """Where pixels come from, about the picture's middle; None if the step does not move them."""
    matrix = _identity(3, count)
    if isinstance(step, Flip):
        for axis, on in ((0, step.horizontal), (1, step.vertical)):
            if on:
                matrix[:, axis, axis] = np.where(random.random(count) < 0.5, -1, 1)
    elif isinstance(step, Rotate):
        angle = random.uniform(-step.degrees, step.degrees, count) * pi / 180
        matrix[:, 0, 0] = matrix[:, 1, 1] = np.cos(angle)
        matrix[:, 0, 1], matrix[:, 1, 0] = -np.sin(angle), np.sin(angle)
    elif isinstance(step, Shift):
        matrix[:, 0, 2] = random.uniform(-step.share, step.share, count) * width
        matrix[:, 1, 2] = random.uniform(-step.share, step.share, count) * height
    elif isinstance(step, Zoom):
        factor = 1 / random.uniform(1 - step.share, 1 + step.share, count)
        matrix[:, 0, 0] = matrix[:, 1, 1] = factor
    else:
        return None
    return matrix


def _centred(places: npt.NDArray[np.float64], height: int, width: int) -> Floats:
    """Mappings about the middle as mappings of pixel coordinates, first two rows in line."""
    to_middle, back = np.eye(3), np.eye(3)
    to_middle[:2, 2] = -(width - 1) / 2, -(height - 1) / 2
    back[:2, 2] = -to_middle[:2, 2]
    return (back @ places @ to_middle)[:, :2].reshape(-1, 6).astype(np.float32)


def _colouring(
    step: AnyStep, count: int, random: np.random.Generator
) -> npt.NDArray[np.float64] | None:
    """Matrix and offset of red, green, blue; None if the step does not touch colours."""
    matrix = _identity(4, count)
    if isinstance(step, Contrast):
        factor = random.uniform(1 - step.amount, 1 + step.amount, count)
        for channel in range(3):
            matrix[:, channel, channel] = factor
            matrix[:, channel, 3] = MIDDLE * (1 - factor)
    elif isinstance(step, Brightness):
        offset = random.uniform(-step.amount, step.amount, count) * 255
        matrix[:, :3, 3] = offset[:, None]
    elif isinstance(step, Hue):
        angles = random.uniform(-step.degrees, step.degrees, count) * pi / 180
        matrix[:, :3, :3] = [_hue(float(angle)) for angle in angles]
    else:
        return None
    return matrix


def _hue(angle: float) -> npt.NDArray[np.float64]:
    turn = np.array([[1, 0, 0], [0, cos(angle), -sin(angle)], [0, sin(angle), cos(angle)]])
    return np.asarray(_FROM_YIQ @ turn @ _TO_YIQ)


def _box(
    step: Cutout, count: int, height: int, width: int, random: np.random.Generator
) -> npt.NDArray[np.float64]:
    side = max(1, round(step.share * min(height, width)))
    top = random.integers(0, height - side + 1, count)
    left = random.integers(0, width - side + 1, count)
    return np.stack([top, left, top + side, left + side], 1).astype(np.float64)


# Applying


def _placed(values: Floats, places: Floats) -> Floats:
    """One picture with its pixels fetched from elsewhere, bilinear; its edge goes on outside."""
    height, width, _ = values.shape
    a, b, c, d, e, f = places
    y, x = np.mgrid[:height, :width].astype(np.float32)
    from_x = np.clip(a * x + b * y + c, 0, width - 1)
    from_y = np.clip(d * x + e * y + f, 0, height - 1)
    left, top = np.floor(from_x).astype(np.intp), np.floor(from_y).astype(np.intp)
    right, bottom = np.minimum(left + 1, width - 1), np.minimum(top + 1, height - 1)
    over_x, over_y = (from_x - left)[..., None], (from_y - top)[..., None]
    upper = values[top, left] * (1 - over_x) + values[top, right] * over_x
    lower = values[bottom, left] * (1 - over_x) + values[bottom, right] * over_x
    return np.asarray(upper * (1 - over_y) + lower * over_y, np.float32)


def _coloured(values: Floats, colours: Floats) -> Floats:
    """Pictures with their colours mixed anew; grey ones are taken as equal red, green and blue."""
    if values.shape[-1] == 3:
        mixed = np.einsum("nhwc,nkc->nhwk", values, colours[:, :, :3])
        return np.asarray(mixed + colours[:, None, None, :, 3], np.float32)
    scale = colours[:, 0, :3].sum(axis=1)[:, None, None, None]
    return np.asarray(values * scale + colours[:, 0, 3][:, None, None, None], np.float32)


def _covered(values: Floats, boxes: Floats) -> Floats:
    covered = values.copy()
    for picture, own in zip(covered, boxes.astype(int), strict=True):
        for top, left, bottom, right in own:
            picture[top:bottom, left:right] = MIDDLE
    return covered
