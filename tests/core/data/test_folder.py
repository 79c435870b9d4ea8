"""Folders of pictures: what is found, what is refused, and in which words."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.blocks import Input
from core.data.errors import DataError
from core.data.folder import list_folder
from core.data.load import folder_source, load_data, load_labelled
from core.data.mnist import load_mnist
from core.data.picture import read_picture
from core.data.rows import Rows
from core.data.source import Folder, exclude, move_to_class, weigh_classes
from core.project import Project
from core.project_file import starter

SIZE = Input(height=8, width=8, channels=1)


def fill(folder: Path, count: int, first: int = 0) -> None:
    """Write pictures of one grey each, so that every picture can be told apart."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(first, first + count):
        Image.new("L", (8, 8), number % 256).save(folder / f"{number:04}.png")


def project_on(root: Path) -> Project:
    return starter().changed(input=SIZE, data=folder_source(root))


def greys(pictures: np.ndarray) -> set[int]:
    return set(pictures[:, 0, 0, 0].tolist())


@pytest.fixture
def pets(tmp_path: Path) -> Path:
    fill(tmp_path / "pets" / "dog", 40)
    fill(tmp_path / "pets" / "cat", 60, first=100)
    return tmp_path / "pets"


def test_classes_are_the_folders_in_order(pets):
    assert list_folder(pets).class_names == ("cat", "dog")


def test_split_leaves_no_picture_out_and_none_twice(pets):
    data = load_data(project_on(pets))
    parts = [greys(data.train_x), greys(data.val_x), greys(data.test_x)]
    assert sum(map(len, parts)) == 100
    assert set.union(*parts) == {*range(40), *range(100, 160)}


def test_every_class_is_in_every_part(pets):
    data = load_data(project_on(pets))
    for labels in (data.train_y, data.val_y, data.test_y):
        assert set(labels.tolist()) == {0, 1}


def test_labels_belong_to_their_pictures(pets):
    data = load_data(project_on(pets))
    for pictures, labels in ((data.train_x, data.train_y), (data.test_x, data.test_y)):
        assert np.array_equal(labels, (pictures[:, 0, 0, 0] < 100).astype(np.int32))


def test_same_seed_same_split_other_seed_another(pets):
    project = project_on(pets)
    one, same = load_data(project), load_data(project)
    plan = project.plan.__class__(seed=project.plan.seed + 1)
    other = load_data(project.changed(plan=plan))
    assert np.array_equal(one.test_x, same.test_x)
    assert not np.array_equal(one.test_x, other.test_x)


def test_splits_made_by_the_user_are_kept(tmp_path):
    for place, (split, first) in enumerate({"train": 0, "valid": 100, "test": 200}.items()):
        fill(tmp_path / split / "a", 5, first)
        fill(tmp_path / split / "b", 5 + place, first + 20)
    data = load_data(project_on(tmp_path))
    assert greys(data.train_x) == {*range(5), *range(20, 25)}
    assert greys(data.val_x) == {*range(100, 105), *range(120, 126)}
    assert greys(data.test_x) == {*range(200, 205), *range(220, 227)}


def test_test_pictures_of_the_user_are_never_trained_on(tmp_path):
    fill(tmp_path / "train" / "a", 20)
    fill(tmp_path / "train" / "b", 20, 50)
    fill(tmp_path / "test" / "a", 5, 200)
    fill(tmp_path / "test" / "b", 5, 220)
    data = load_data(project_on(tmp_path))
    assert greys(data.test_x) == {*range(200, 205), *range(220, 225)}
    assert greys(data.train_x) | greys(data.val_x) == {*range(20), *range(50, 70)}


def test_unreadable_files_are_left_out_by_name(pets):
    (pets / "cat" / "broken.png").write_text("no")
    (pets / "cat" / ".DS_Store").touch()
    data = load_data(project_on(pets))
    assert len(data.notes) == 1
    assert "cat/broken.png" in data.notes[0]
    assert len(data.train_x) + len(data.val_x) + len(data.test_x) == 100


def test_links_do_not_lead_in_circles_or_count_twice(pets):
    (pets / "cat" / "again").symlink_to(pets / "cat")
    (pets / "cat" / "twice.png").symlink_to(pets / "cat" / "0100.png")
    (pets / "broken").symlink_to(pets / "nowhere")
    listing = list_folder(pets)
    assert listing.class_names == ("cat", "dog")
    assert sum(len(files) for files in listing.files.values()) == 100


@pytest.mark.parametrize(
    ("folders", "loose", "words"),
    [
        ({}, 0, "is empty"),
        ({}, 3, "holds 3 files but no folders"),
        ({"cat": 4}, 0, "one class only"),
        ({"cat": 4, "dog": 0}, 0, "“dog”"),
        ({"cat": 0, "dog": 0}, 0, "“cat”"),
        ({"val": 0, "test": 0}, 0, "holds no class folders"),
        ({"val/cat": 1, "test/cat": 1}, 0, "no “train” folder"),
    ],
)
def test_useless_folders_are_refused_in_words(tmp_path, folders, loose, words):
    for name, count in folders.items():
        fill(tmp_path / name, count)
    for number in range(loose):
        (tmp_path / f"{number}.png").touch()
    with pytest.raises(DataError) as caught:
        list_folder(tmp_path)
    assert words in str(caught.value)
    assert str(tmp_path) in str(caught.value)


def test_missing_folder_and_file_are_said(tmp_path):
    with pytest.raises(DataError, match="There is no folder"):
        list_folder(tmp_path / "gone")
    (tmp_path / "file").touch()
    with pytest.raises(DataError, match="is not a folder"):
        list_folder(tmp_path / "file")


def test_changed_classes_are_not_trained_on_in_silence(pets):
    project = project_on(pets)
    fill(pets / "fish", 5)
    with pytest.raises(DataError, match=r"classes in .* have changed"):
        load_data(project)


def test_other_pictures_must_be_of_known_classes(pets, tmp_path):
    other = tmp_path / "other"
    fill(other / "dog", 3)
    fill(other / "fish", 3)
    with pytest.raises(DataError, match="“fish”"):
        load_labelled(other, project_on(pets))


def test_other_pictures_take_the_projects_class_numbers(pets, tmp_path):
    other = tmp_path / "other"
    fill(other / "dog", 3)
    fill(other / "cat", 2, 100)
    pictures, labels, notes = load_labelled(other, project_on(pets))
    assert np.array_equal(labels, (pictures[:, 0, 0, 0] < 100).astype(np.int32))
    assert not notes


def test_classes_that_differ_by_case_stay_apart(tmp_path):
    fill(tmp_path / "Cat", 4)
    fill(tmp_path / "cat", 4, 10)
    if len(list(tmp_path.iterdir())) < 2:
        pytest.skip("this file system does not tell them apart")
    assert list_folder(tmp_path).class_names == ("Cat", "cat")


def test_folders_name_is_the_title():
    assert Folder(path="C:\\Users\\me\\pets\\", class_names=("a",)).title == "pets"


def test_mnist_is_whole_and_split_as_planned():
    data = load_data(starter())
    assert data.train_x.shape == (54_000, 28, 28, 1)
    assert data.val_x.shape == (6_000, 28, 28, 1)
    assert data.test_x.shape == (10_000, 28, 28, 1)
    assert data.train_x.dtype == np.uint8
    assert data.train_y.dtype == np.int32


def test_limit_takes_the_first_pictures():
    data = load_data(starter(), limit=100)
    assert len(data.train_x) + len(data.val_x) == 100
    assert len(data.test_x) == 100


def test_mnist_needs_its_own_size():
    with pytest.raises(DataError, match="28 × 28 × 1"):
        load_data(starter().changed(input=SIZE))


def test_damaged_mnist_is_said(tmp_path):
    path = tmp_path / "mnist.npz"
    with pytest.raises(DataError, match="not there"):
        load_mnist(path)
    path.write_bytes(b"PK\3\4 nothing")
    with pytest.raises(DataError, match="damaged"):
        load_mnist(path)


def test_sets_too_large_for_memory_stay_on_disk(pets, monkeypatch):
    project = project_on(pets)
    held = load_data(project)
    monkeypatch.setattr("core.data.load.IN_MEMORY", 1_000)
    on_disk = load_data(project)
    for part in ("train_x", "val_x", "test_x"):
        assert isinstance(getattr(held, part), np.ndarray)
        assert isinstance(getattr(on_disk, part), Rows)
        assert np.array_equal(getattr(held, part), getattr(on_disk, part)[:])


def test_weights_of_another_number_of_classes_are_refused(pets):
    project = project_on(pets)
    source = weigh_classes(project.data, (1, 2, 3))
    with pytest.raises(DataError, match="weights for 3"):
        load_data(project.changed(data=source))


def test_other_pictures_need_not_be_of_all_classes(pets, tmp_path):
    project = project_on(pets)
    fill(tmp_path / "one" / "dog", 3)
    (tmp_path / "one" / "cat").mkdir()
    (tmp_path / "one" / "dog" / "broken.png").write_bytes(b"no")
    pictures, labels, notes = load_labelled(tmp_path / "one", project)
    assert (len(pictures), set(labels)) == (3, {1})
    assert "broken.png" in notes[0]
    fill(tmp_path / "parts" / "test" / "cat", 2)
    (tmp_path / "parts" / "val").mkdir()
    assert len(load_labelled(tmp_path / "parts", project)[0]) == 2
    (tmp_path / "none" / "cat").mkdir(parents=True)
    (tmp_path / "none" / "dog").mkdir()
    with pytest.raises(DataError, match="holds no pictures"):
        load_labelled(tmp_path / "none", project)


def test_other_pictures_may_come_in_a_zip_or_be_named_by_class(pets, tmp_path):
    project = project_on(pets)
    fill(tmp_path / "more" / "dog", 3)
    shutil.make_archive(str(tmp_path / "more"), "zip", tmp_path, "more")
    assert len(load_labelled(tmp_path / "more.zip", project)[0]) == 3
    (tmp_path / "flat").mkdir()
    for kind in ("cat", "dog"):
        Image.new("L", (8, 8)).save(tmp_path / "flat" / f"{kind}_1.png")
    with pytest.raises(DataError, match="no folders"):
        load_labelled(tmp_path / "flat", project)
    source = Folder(path=str(tmp_path), class_names=("cat", "dog"), layout="prefixes")
    assert list(load_labelled(tmp_path / "flat", project.changed(data=source))[1]) == [0, 1]


def test_in_the_projects_own_folder_exclusions_and_moves_hold(pets):
    project = project_on(pets)
    source = exclude(project.data, [f"cat/{number:04}.png" for number in range(100, 110)])
    source = move_to_class(source, ["dog/0003.png"], "cat")
    pictures, labels, notes = load_labelled(pets, project.changed(data=source))
    assert greys(pictures[:]) == {*range(40), *range(110, 160)}
    assert labels[pictures[:, 0, 0, 0] == 3] == [0]
    assert "trained on" in notes[-1]


def test_a_class_whose_training_pictures_cannot_be_read_is_said(pets):
    for path in (pets / "dog").iterdir():
        path.write_bytes(b"no")
    with pytest.raises(DataError, match=r"no picture of “dog” for training can be read\. 40 files"):
        load_data(project_on(pets))


def test_a_folder_pulled_away_while_decoding_is_said_and_decoding_goes_on_later(pets, monkeypatch):
    project = project_on(pets)
    away = pets.with_name("away")
    pulling = threading.Lock()

    def pulled(path: str, size: Input) -> np.ndarray:
        with pulling:
            if pets.exists():
                pets.rename(away)
        return read_picture(path, size)

    with monkeypatch.context() as patch:
        patch.setattr("core.data.decoding.read_picture", pulled)
        with pytest.raises(DataError, match=r"There is no folder .* any more\. Put it back"):
            load_data(project)
    away.rename(pets)
    assert load_data(project).notes == ()


def test_two_pictures_a_class_are_too_few_and_that_is_said(tmp_path):
    fill(tmp_path / "cat", 2)
    fill(tmp_path / "dog", 2, first=9)
    with pytest.raises(DataError, match=r"validation is left\..* at least three for each"):
        load_data(project_on(tmp_path))
