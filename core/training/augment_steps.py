"""Augmentation inside TensorFlow's step: what `core.data.augmenting` does, from the same figures.

Engine process only.  Nothing here is part of the model that is saved.
"""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from core.data.augmenting import MIDDLE, Figures


def tensors(figures: Figures) -> list[Any]:
    """The figures as a list of arrays, in a fixed order, for a graph's inputs."""
    return [
        figures.places,
        figures.colours,
        figures.noise,
        figures.grains,
        figures.boxes,
        figures.shares,
        figures.turns,
    ]


def augmented(pictures: Any, figures: list[Any], used: Figures) -> tuple[Any, Any, Any]:
    """A batch after augmentation.

    Args:
        pictures: uint8 ``(n, height, width, channels)``.
        figures: As from `tensors`, for this batch.
        used: Any figures of the same augmentation: they tell what it does at all.

    Returns:
        Pictures, uint8 of the same shape; and for mixed ones the share that is their own, ``(n,)``,
        and their partners' places in the batch, ``(n,)``, else None and None.
    """
    places, colours, noise, grains, boxes, shares, turns = figures
    values = tf.cast(pictures, tf.float32)
    if len(used.places):
        values = _placed(values, places)
    if len(used.colours):
        values = _coloured(values, colours)
    if len(used.noise):
        values += _grain(tf.shape(values), grains) * noise[:, None, None, None]
    for number in range(used.boxes.shape[1] if len(used.boxes) else 0):
        values = _covered(values, boxes[:, number])
    own = partners = None
    if len(used.shares):
        count = tf.shape(values)[0]
        partners = tf.cast(turns * tf.cast(count, tf.float32), tf.int32)
        partners = tf.minimum(partners, count - 1)
        own = shares
        part = shares[:, None, None, None]
        values = values * part + tf.gather(values, partners) * (1 - part)
    return tf.cast(tf.clip_by_value(tf.round(values), 0, 255), tf.uint8), own, partners


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


def _grain(shape: Any, grains: Any) -> Any:
    # One seed for the batch: it is its first picture's, so the same batch has the same grain.
    return tf.random.stateless_normal(shape, grains[0])


def _covered(values: Any, box: Any) -> Any:
    y = tf.range(tf.shape(values)[1], dtype=tf.float32)[None, :, None]
    x = tf.range(tf.shape(values)[2], dtype=tf.float32)[None, None, :]
    top, left, bottom, right = (box[:, at][:, None, None] for at in range(4))
    inside = (y >= top) & (y < bottom) & (x >= left) & (x < right)
    return tf.where(inside[..., None], MIDDLE, values)
