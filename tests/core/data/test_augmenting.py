"""Augmentation: the same figures from the same seed, and pixels that do what the steps say."""

from __future__ import annotations

import numpy as np
import pytest

from core.data.augment import (
    KINDS,
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
from core.data.augmenting import augment, draw_figures, partners

SHAPE = (12, 12, 3)


@pytest.fixture
def pictures() -> np.ndarray:
    return np.random.default_rng(2).integers(0, 256, (16, *SHAPE), np.uint8)


def after(pictures: np.ndarray, *steps, seed=(7, 1)) -> np.ndarray:
    return augment(pictures, draw_figures(steps, len(pictures), pictures.shape[1:], seed))


def test_no_step_changes_nothing(pictures):
    assert np.array_equal(after(pictures), pictures)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_changes_pictures_and_keeps_their_shape(pictures, kind):
    changed = after(pictures, kind())
    assert changed.shape == pictures.shape
    assert changed.dtype == np.uint8
    assert not np.array_equal(changed, pictures)


@pytest.mark.parametrize("kind", KINDS)
def test_same_seed_same_pictures_another_epoch_others(pictures, kind):
    assert np.array_equal(after(pictures, kind()), after(pictures, kind()))
    assert not np.array_equal(after(pictures, kind()), after(pictures, kind(), seed=(7, 2)))


def test_flip_mirrors_about_half(pictures):
    changed = after(np.repeat(pictures, 20, 0), Flip())
    mirrored = np.repeat(pictures, 20, 0)[:, :, ::-1]
    same = [np.array_equal(a, b) for a, b in zip(changed, mirrored, strict=True)]
    assert 0.35 < np.mean(same) < 0.65
    kept = np.repeat(pictures, 20, 0)[~np.array(same)]
    assert np.array_equal(changed[~np.array(same)], kept)


def test_shift_moves_what_is_there():
    dot = np.zeros((50, 21, 21, 1), np.uint8)
    dot[:, 10, 10] = 255
    moved = after(dot, Shift(share=0.2)).astype(float)
    weight = moved.sum(axis=(1, 2, 3))
    rows = (moved * np.arange(21)[:, None, None]).sum(axis=(1, 2, 3)) / weight
    assert np.abs(rows - 10).max() <= 0.2 * 21 + 0.1
    assert rows.std() > 1


def test_rotation_by_up_to_ten_degrees_keeps_the_middle():
    cross = np.zeros((20, 21, 21, 1), np.uint8)
    cross[:, 10, 10] = 255
    assert (after(cross, Rotate(degrees=10))[:, 10, 10] >= 254).all()


def test_zoom_is_within_its_share():
    square = np.zeros((50, 41, 41, 1), np.uint8)
    square[:, 10:31, 10:31] = 255
    sides = (after(square, Zoom(share=0.2))[:, 20] > 127).sum(axis=(1, 2))
    assert sides.min() >= 21 * 0.8 - 1
    assert sides.max() <= 21 * 1.2 + 1
    assert sides.min() < 20
    assert sides.max() > 22


def test_brightness_adds_and_contrast_turns_about_the_middle():
    grey = np.full((40, 4, 4, 1), 100, np.uint8)
    lighter = after(grey, Brightness(amount=0.1)).astype(int) - 100
    assert np.abs(lighter).max() <= 26
    assert (np.ptp(lighter.reshape(40, -1), axis=1) == 0).all()
    middle = np.full((40, 4, 4, 1), 127, np.uint8)
    assert np.abs(after(middle, Contrast(amount=0.5)).astype(int) - 127).max() <= 1


def test_hue_leaves_grey_alone_and_brightness_nearly():
    grey = np.full((10, 4, 4, 3), 90, np.uint8)
    assert np.abs(after(grey, Hue(degrees=180)).astype(int) - 90).max() <= 1
    one_channel = np.full((10, 4, 4, 1), 90, np.uint8)
    assert np.abs(after(one_channel, Hue(degrees=180)).astype(int) - 90).max() <= 1


def test_noise_has_its_deviation():
    grey = np.full((20, 32, 32, 1), 128, np.uint8)
    assert after(grey, Noise(deviation=0.05)).std() == pytest.approx(0.05 * 255, rel=0.05)


def test_cutout_covers_a_square_inside_the_picture():
    white = np.full((30, 20, 30, 1), 255, np.uint8)
    covered = after(white, Cutout(share=0.5)) < 255
    assert (covered.sum(axis=(1, 2, 3)) == 100).all()


def test_mixup_lays_two_of_the_batch_over_each_other(pictures):
    figures = draw_figures((Mixup(alpha=1.0),), 16, SHAPE, (7, 1))
    mixed = augment(pictures, figures)
    shares, turns = figures.mix.values
    share = shares[:, None, None, None]
    wanted = pictures * share + pictures[partners(turns)] * (1 - share)
    assert np.abs(mixed - wanted).max() <= 0.51
    assert (shares >= 0.5).all()


def test_figures_of_a_part_are_the_part_of_the_figures(pictures):
    steps = (Flip(), Rotate(), Brightness(), Noise(), Cutout())
    figures = draw_figures(steps, 16, SHAPE, (7, 1))
    whole = augment(pictures, figures)
    assert np.array_equal(augment(pictures[4:9], figures.part(slice(4, 9))), whole[4:9])


def test_steps_are_applied_in_the_order_of_the_list():
    white = np.full((20, 21, 21, 1), 255, np.uint8)
    covered_last = after(white, Rotate(degrees=45), Cutout(share=0.5))
    turned_last = after(white, Cutout(share=0.5), Rotate(degrees=45))
    # A square that is covered last stands upright; one that is turned afterwards does not.
    assert ((covered_last == 128).sum(axis=(1, 2, 3)) == 100).all()
    assert set(np.unique(covered_last)) == {128, 255}
    assert len(np.unique(turned_last)) > 10
    # What is covered last is middle grey; what is brightened afterwards is another.
    covered = after(white, Brightness(amount=0.5), Cutout())
    brightened = after(white, Cutout(), Brightness(amount=0.5))
    assert (covered == 128).any(axis=(1, 2, 3)).all()
    assert (brightened == 128).any(axis=(1, 2, 3)).sum() < 5


def test_neighbours_that_place_pixels_keep_their_order_too():
    dot = np.zeros((30, 41, 41, 1), np.uint8)
    dot[:, 20, 20] = 255
    # A shift goes along the sides; turned afterwards, it goes further than a side allows.
    reach = [
        np.abs(np.argwhere(after(dot, *steps) > 40)[:, 1:3] - 20).max()
        for steps in (
            (Rotate(degrees=180), Shift(share=0.3)),
            (Shift(share=0.3), Rotate(degrees=180)),
        )
    ]
    assert reach[0] <= 0.3 * 41 + 1
    assert reach[1] > reach[0]


def test_of_several_mixups_the_last_counts():
    pictures = np.random.default_rng(2).integers(0, 256, (16, *SHAPE), np.uint8)
    figures = draw_figures((Mixup(), Flip(), Mixup(alpha=1.0)), 16, SHAPE, (7, 1))
    assert [stage.kind for stage in figures.stages] == ["places", "mix"]
    assert augment(pictures, figures).shape == pictures.shape
