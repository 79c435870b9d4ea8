"""The inner loop: pictures in memory, on disk, varied and weighed, and what comes of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.data.augment import (
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
from core.data.rows import Rows

pytestmark = pytest.mark.keras

SIZE = (10, 12, 3)
COUNT, BATCH, CLASSES = 150, 16, 3


@pytest.fixture(scope="module")
def pictures() -> np.ndarray:
    return np.random.default_rng(1).integers(0, 256, (COUNT, *SIZE), np.uint8)


@pytest.fixture(scope="module")
def labels() -> np.ndarray:
    return np.random.default_rng(2).integers(0, CLASSES, COUNT).astype(np.int32)


def trained(pictures, labels, **fields) -> tuple[list[np.ndarray], float]:
    """Weights and loss after an epoch of a small net."""
    import keras

    from core.training.plan import TrainingPlan
    from core.training.steps import Diet, make_optimizer, make_stepper

    keras.utils.set_random_seed(3)
    model = keras.Sequential(
        [
            keras.Input(SIZE, dtype="uint8"),
            keras.layers.Rescaling(1 / 255),
            keras.layers.Flatten(),
            keras.layers.Dense(CLASSES, activation="softmax"),
        ]
    )
    plan = TrainingPlan(optimizer="sgd", learning_rate=0.05, schedule="constant")
    stepper = make_stepper(model, make_optimizer(plan), Diet(pictures, labels, BATCH, **fields))
    order = np.random.default_rng(4).permutation(len(labels)).astype(np.int32)
    sums = list(stepper.epoch(order, fields.get("epoch", 1)))
    assert sum(one.pictures for one in sums) == len(labels)
    return model.get_weights(), sum(one.loss for one in sums)


def same(one: list[np.ndarray], other: list[np.ndarray]) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


def test_pictures_on_disk_train_to_the_same_weights(pictures, labels, tmp_path: Path):
    file = tmp_path / "pixels.bin"
    scattered = np.random.default_rng(5).permutation(COUNT)
    file.write_bytes(pictures[np.argsort(scattered)].tobytes())
    rows = Rows(file, SIZE, scattered)
    assert np.array_equal(rows[:], pictures)
    for fields in ({}, {"augmentation": (Flip(), Noise(), Mixup())}):
        memory, disk = trained(pictures, labels, **fields), trained(rows, labels, **fields)
        assert same(memory[0], disk[0])
        assert memory[1] == pytest.approx(disk[1])


def test_weighing_a_class_by_two_is_having_it_twice(pictures, labels):
    plain, _ = trained(pictures, labels, class_weights=(1.0, 1.0, 1.0))
    none, _ = trained(pictures, labels)
    assert same(plain, none)
    heavy, _ = trained(pictures, labels, class_weights=(1.0, 3.0, 1.0))
    # A bias that is pulled towards its class.
    assert heavy[1][1] > none[1][1]


def test_augmentation_is_the_same_for_the_same_seed_only(pictures, labels):
    steps = (Flip(), Shift(), Cutout())
    one, _ = trained(pictures, labels, augmentation=steps, seed=7)
    again, _ = trained(pictures, labels, augmentation=steps, seed=7)
    other, _ = trained(pictures, labels, augmentation=steps, seed=8)
    plain, _ = trained(pictures, labels)
    assert same(one, again)
    assert not same(one, other)
    assert not same(one, plain)


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize(
    "steps",
    [
        (Flip(horizontal=True, vertical=True),),
        (Rotate(degrees=30), Shift(), Zoom()),
        (Shift(), Rotate(degrees=90)),
        (Contrast(), Brightness(), Hue(degrees=90)),
        (Cutout(), Cutout(share=0.5)),
        (Mixup(alpha=1.0),),
        (Cutout(share=0.5), Rotate(degrees=45), Brightness(), Zoom(share=0.5)),
        (Mixup(alpha=1.0), Contrast(), Shift(), Mixup(alpha=0.5), Cutout()),
    ],
    ids=lambda steps: "-".join(type(step).__name__ for step in steps),
)
def test_tensorflow_and_numpy_do_the_same(pictures, steps, channels):
    import tensorflow as tf

    from core.data.augmenting import augment, draw_figures, partners
    from core.training.augment_steps import augmented, tensors

    batch = pictures[:BATCH, :, :, :channels]
    figures = draw_figures(steps, BATCH, batch.shape[1:], (7, 1))
    given = [tf.constant(one) for one in tensors(figures)]
    seen, own, others = augmented(tf.constant(batch), given, figures)
    assert np.abs(seen.numpy().astype(int) - augment(batch, figures)).max() <= 1
    if figures.mix is not None:
        shares, turns = figures.mix.values
        assert np.array_equal(own.numpy(), shares)
        assert np.array_equal(others.numpy(), partners(turns))


def test_noise_in_tensorflow_has_its_deviation():
    import tensorflow as tf

    from core.data.augmenting import draw_figures
    from core.training.augment_steps import augmented, tensors

    grey = np.full((8, 32, 32, 1), 128, np.uint8)
    figures = draw_figures((Noise(deviation=0.1),), 8, grey.shape[1:], (7, 1))
    given = [tf.constant(one) for one in tensors(figures)]
    seen, *_ = augmented(tf.constant(grey), given, figures)
    assert seen.numpy().std() == pytest.approx(25.5, rel=0.05)
