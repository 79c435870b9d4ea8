"""Augmentation inside TensorFlow's step: what `core.data.augmenting` does, from the same figures.

Engine process only.  Nothing here is part of the model that is saved.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow as tf

from core.data.augmenting import MIDDLE, Figures


def tensors(figures: Figures) -> list[Any]:
    """The figures as a list of arrays, in a fixed order, for a graph's inputs."""
    return [values for stage in figures.stages for values in stage.values]


def augmented(pictures: Any, figures: list[Any], used: Figures) -> tuple[Any, Any, Any]:
    """A batch after augmentation.

    Args:
        pictures: uint8 ``(n, height, width, channels)``.
        figures: As from `tensors`, for this batch.
        used: Any figures of the same augmentation: they tell what it does, and in which order.

    Returns:
        Pictures, uint8 of the same shape; and for mixed ones the share that is their own, ``(n,)``,
        and their partners' places in the batch, ``(n,)``, else None and None.
    """
    values = tf.cast(pictures, tf.float32)
    own = partners = None
    given = iter(figures)
    for stage in used.stages:
        mine = [next(given) for _ in stage.values]
        if stage.kind == "mix":
            own, partners = mine[0], _partners(mine[1])
            part = own[:, None, None, None]
            values = values * part + tf.gather(values, partners) * (1 - part)
        else:
            values = _APPLY[stage.kind](values, *mine)
    return tf.cast(tf.clip_by_value(tf.round(values), 0, 255), tf.uint8), own, partners


def _partners(turns: Any) -> Any:
    count = tf.shape(turns)[0]
    return tf.minimum(tf.cast(turns * tf.cast(count, tf.float32), tf.int32), count - 1)


def _placed(values: Any, places: Any) -> Any:
    zeros = tf.zeros((tf.shape(places)[0], 2))
    return tf.raw_ops.ImageProjectiveTransformV3(
        images=values,
        transforms=tf.concat([places, zeros], 1),
        output_shape=tf.shape(values)[1:3],
        fill_value=0.0,
        interpolation="BILINEAR",
        fill_mode="NEAREST",
    )


def _coloured(values: Any, colours: Any) -> Any:
    if values.shape[-1] == 3:
        mixed = tf.einsum("nhwc,nkc->nhwk", values, colours[:, :, :3])
        return mixed + colours[:, None, None, :, 3]
    scale = tf.reduce_sum(colours[:, 0, :3], 1)
    return values * scale[:, None, None, None] + colours[:, 0, 3][:, None, None, None]


def _grained(values: Any, deviations: Any, seeds: Any) -> Any:
    # One seed for the batch: it is its first picture's, so the same batch has the same grain.
    grain = tf.random.stateless_normal(tf.shape(values), seeds[0])
    return values + grain * deviations[:, None, None, None]


def _covered(values: Any, box: Any) -> Any:
    y = tf.range(tf.shape(values)[1], dtype=tf.float32)[None, :, None]
    x = tf.range(tf.shape(values)[2], dtype=tf.float32)[None, None, :]
    top, left, bottom, right = (box[:, at][:, None, None] for at in range(4))
    inside = (y >= top) & (y < bottom) & (x >= left) & (x < right)
    return tf.where(inside[..., None], MIDDLE, values)


_APPLY: dict[str, Callable[..., Any]] = {
    "places": _placed,
    "colours": _coloured,
    "noise": _grained,
    "box": _covered,
}
