"""Preparation suggested from the pictures, and projects that take it over."""

from __future__ import annotations

import pytest

from core.blocks import Input
from core.data.preparation import suggest, with_source, with_suggestion
from core.data.report import Suggestion
from core.data.source import CIFAR10, MNIST, Folder, balanced_weights, weigh_equally
from core.project_file import starter


def test_pictures_of_one_small_size_keep_it():
    found = suggest([(32, 24, 500)], grey=0, total=500)
    assert (found.width, found.height, found.channels, found.fit) == (32, 24, 3, "stretch")


@pytest.mark.parametrize(
    ("sizes", "side", "fit"),
    [
        ([(640, 480, 100)], 128, "crop"),
        ([(70, 70, 50), (80, 78, 50)], 64, "stretch"),
        ([(20, 20, 60), (500, 500, 40)], 16, "stretch"),
        ([(5, 5, 10), (6, 6, 10)], 16, "stretch"),
        ([(100, 300, 99), (100, 100, 1)], 96, "crop"),
    ],
)
def test_other_sizes_are_brought_to_one_that_loses_little(sizes, side, fit):
    total = sum(count for _, _, count in sizes)
    found = suggest(sizes, grey=0, total=total)
    assert (found.width, found.height, found.fit) == (side, side, fit)
    assert found.why.endswith(".")


def test_grey_only_where_all_are_grey():
    assert suggest([(32, 32, 10)], grey=10, total=10).channels == 1
    assert suggest([(32, 32, 10)], grey=9, total=10).channels == 3


def test_nothing_is_suggested_for_nothing():
    assert suggest([], 0, 0) is None


def test_ready_made_sets_bring_their_size_and_folders_only_when_asked():
    folder = Folder(path="/pets", class_names=("cat", "dog", "cow"))
    project = with_source(starter(), CIFAR10())
    assert project.input.shape == (32, 32, 3)
    kept = with_source(project, folder)
    assert kept.input == project.input
    assert kept.classes == 3
    suggestion = Suggestion(64, 48, 1, "pad", "Why not.")
    taken = with_source(project, folder, suggestion)
    assert taken.input == Input(height=64, width=48, channels=1, fit="pad")
    assert taken == with_suggestion(kept, suggestion)
    assert with_source(taken, MNIST()).input.shape == (28, 28, 1)


def test_weights_make_classes_count_the_same():
    weights = balanced_weights((10, 100, 0, 40))
    assert weights[0] * 10 == pytest.approx(weights[1] * 100, rel=1e-3)
    assert weights[2] == 1
    assert sum(w * n for w, n in zip(weights, (10, 100, 0, 40), strict=True)) == pytest.approx(
        150, rel=1e-3
    )
    folder = Folder(path="/x", class_names=("a", "b"), class_weights=(1.0, 2.0))
    assert weigh_equally(folder).class_weights == ()
