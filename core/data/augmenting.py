"""What augmentation does to pixels, in numpy: for previews, and for backends without its own way.

The random figures of every picture are drawn here, once for an epoch, from (seed, epoch) alone;
`core.training.augment_steps` uses the same figures in TensorFlow.  So a resumed run sees the same
pictures as one that was never interrupted, and a preview shows what training does.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby
from math import cos, pi, sin
from typing import Any, Literal

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
Matrices = npt.NDArray[np.float64]
StageKind = Literal["places", "colours", "noise", "box", "mix"]

MIDDLE = 127.5
"""Grey that contrast turns about and cutout covers with."""

_TO_YIQ = np.array(
    [[0.299, 0.587, 0.114], [0.596, -0.274, -0.322], [0.211, -0.523, 0.312]], np.float64
)
"""Rows: brightness and two colours from red, green and blue; hue turns the two colours."""
_FROM_YIQ = np.linalg.inv(_TO_YIQ)


class Stage(msgspec.Struct, frozen=True):
    """One or more steps that are applied to pixels at once.

    Attributes:
        kind: What is done.
        values: Random figures, one row a picture, in the order they are seen.  For ``places``
            ``(n, 6)``, where each pixel comes from: x' = a x + b y + c, y' = d x + e y + f, in
            pixels.  For ``colours`` ``(n, 3, 4)``, matrix and offset of red, green and blue.  For
            ``noise`` ``(n,)``, deviation in grey levels, and ``(n, 2)`` int32, seeds.  For
            ``box`` ``(n, 4)``: top, left, bottom, right of what is covered.  For ``mix`` ``(n,)``,
            how much of each picture stays, the rest being its partner's, and ``(n,)``, where in
            its batch the partner is, as a share of the batch.
    """

    kind: StageKind
    values: tuple[npt.NDArray[Any], ...]


class Figures(msgspec.Struct, frozen=True):
    """Random figures for some pictures.

    Attributes:
        stages: In the order in which they are applied.
    """

    stages: tuple[Stage, ...]

    @property
    def mix(self) -> Stage | None:
        """How pictures are mixed, which their classes are too; None if they are not."""
        return next((stage for stage in self.stages if stage.kind == "mix"), None)

    def part(self, which: slice | npt.NDArray[np.integer]) -> Figures:
        """The figures of some of the pictures."""
        return Figures(
            tuple(
                Stage(stage.kind, tuple(values[which] for values in stage.values))
                for stage in self.stages
            )
        )


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
    random = np.random.default_rng([*seed, 5])
    stages: list[Stage] = []
    for kind, run in groupby(_with_one_mixup(steps), lambda step: _KIND_OF[type(step)]):
        values = [_DRAW[kind](step, count, shape, random) for step in run]
        if kind == "places":
            # What comes first happens first: its own mapping back is applied last.
            stages.append(Stage(kind, (_centred(_product(values), *shape[:2]),)))
        elif kind == "colours":
            matrices = _product(values[::-1])[:, :3]
            stages.append(Stage(kind, (matrices.astype(np.float32),)))
        else:
            stages += [Stage(kind, one) for one in values]
    return Figures(tuple(stages))


def augment(pictures: npt.NDArray[np.uint8], figures: Figures) -> npt.NDArray[np.uint8]:
    """Some pictures after augmentation.

    Args:
        pictures: uint8 ``(n, height, width, channels)``, one batch.
        figures: For these pictures.

    Returns:
        uint8 of the same shape.
    """
    values = pictures.astype(np.float32)
    for stage in figures.stages:
        values = _APPLY[stage.kind](values, *stage.values)
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)


def partners(turns: Floats) -> npt.NDArray[np.int64]:
    """For each picture of a batch, the place of the one it is mixed with."""
    count = len(turns)
    return np.minimum((turns * count).astype(np.int64), count - 1)


# Drawing


def _with_one_mixup(steps: Augmentation) -> Augmentation:
    """Without all mixups but the last: a picture's class is mixed once."""
    last = max((at for at, step in enumerate(steps) if isinstance(step, Mixup)), default=-1)
    return tuple(step for at, step in enumerate(steps) if at == last or not isinstance(step, Mixup))


def _identity(size: int, count: int) -> Matrices:
    return np.broadcast_to(np.eye(size), (count, size, size)).copy()


def _product(matrices: list[Matrices]) -> Matrices:
    product = matrices[0]
    for matrix in matrices[1:]:
        product = product @ matrix
    return product


def _placing(
    step: AnyStep, count: int, shape: tuple[int, ...], random: np.random.Generator
) -> Matrices:
    """Where pixels come from, about the picture's middle."""
    height, width = shape[:2]
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
    return matrix


def _centred(places: Matrices, height: int, width: int) -> Floats:
    """Mappings about the middle as mappings of pixel coordinates, first two rows in line."""
    to_middle, back = np.eye(3), np.eye(3)
    to_middle[:2, 2] = -(width - 1) / 2, -(height - 1) / 2
    back[:2, 2] = -to_middle[:2, 2]
    return (back @ places @ to_middle)[:, :2].reshape(-1, 6).astype(np.float32)


def _colouring(
    step: AnyStep, count: int, shape: tuple[int, ...], random: np.random.Generator
) -> Matrices:
    """Matrix and offset of red, green, blue."""
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
    return matrix


def _hue(angle: float) -> npt.NDArray[np.float64]:
    turn = np.array([[1, 0, 0], [0, cos(angle), -sin(angle)], [0, sin(angle), cos(angle)]])
    return np.asarray(_FROM_YIQ @ turn @ _TO_YIQ)


def _grain(
    step: Noise, count: int, shape: tuple[int, ...], random: np.random.Generator
) -> tuple[npt.NDArray[Any], ...]:
    deviations = np.full(count, step.deviation * 255, np.float32)
    return deviations, random.integers(0, 2**31 - 1, (count, 2), np.int32)


def _box(
    step: Cutout, count: int, shape: tuple[int, ...], random: np.random.Generator
) -> tuple[npt.NDArray[Any], ...]:
    height, width = shape[:2]
    side = max(1, round(step.share * min(height, width)))
    top = random.integers(0, height - side + 1, count)
    left = random.integers(0, width - side + 1, count)
    return (np.stack([top, left, top + side, left + side], 1).astype(np.float32),)


def _mixing(
    step: Mixup, count: int, shape: tuple[int, ...], random: np.random.Generator
) -> tuple[npt.NDArray[Any], ...]:
    drawn = random.beta(step.alpha, step.alpha, count)
    shares = np.maximum(drawn, 1 - drawn).astype(np.float32)
    return shares, random.random(count).astype(np.float32)


_KIND_OF: dict[type[AnyStep], StageKind] = {
    Flip: "places",
    Rotate: "places",
    Shift: "places",
    Zoom: "places",
    Contrast: "colours",
    Brightness: "colours",
    Hue: "colours",
    Noise: "noise",
    Cutout: "box",
    Mixup: "mix",
}
"""Neighbours that place or colour are applied at once, so that pixels are blurred once only."""
_DRAW: dict[StageKind, Callable[..., Any]] = {
    "places": _placing,
    "colours": _colouring,
    "noise": _grain,
    "box": _box,
    "mix": _mixing,
}


# Applying


def _placed(values: Floats, places: Floats) -> Floats:
    return np.stack([_one_placed(v, p) for v, p in zip(values, places, strict=True)])


def _one_placed(values: Floats, places: Floats) -> Floats:
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


def _grained(values: Floats, deviations: Floats, seeds: npt.NDArray[np.int32]) -> Floats:
    grain = [
        np.random.default_rng(seed).standard_normal(values.shape[1:], np.float32) for seed in seeds
    ]
    return values + np.stack(grain) * deviations[:, None, None, None]


def _covered(values: Floats, boxes: Floats) -> Floats:
    covered = values.copy()
    for picture, (top, left, bottom, right) in zip(covered, boxes.astype(int), strict=True):
        picture[top:bottom, left:right] = MIDDLE
    return covered


def _mixed(values: Floats, shares: Floats, turns: Floats) -> Floats:
    part = shares[:, None, None, None]
    return values * part + values[partners(turns)] * (1 - part)


_APPLY: dict[StageKind, Callable[..., Floats]] = {
    "places": _placed,
    "colours": _coloured,
    "noise": _grained,
    "box": _covered,
    "mix": _mixed,
}
