"""What projects are called as long as nobody gave them a name."""

from __future__ import annotations

import msgspec
import pytest

from core.data.source import CIFAR10, MNIST, DataSource, Folder
from core.naming import name_on
from core.project import Project
from core.project_file import decode_project, encode_project, load_template, starter, template_names


def folder(path: str) -> Folder:
    return Folder(path=path, class_names=("cat", "dog"))


def on(project: Project, source: DataSource) -> Project:
    """The project on other pictures, called as it then is."""
    return project.changed(name=name_on(project, source), data=source)


@pytest.mark.parametrize("project", [starter(), Project()])
def test_the_starter_and_an_empty_project_are_called_after_their_pictures(project):
    pets = on(project, folder("/pictures/pets"))
    assert pets.name == "pets"
    assert on(pets, folder(r"C:\pictures\birds")).name == "birds"
    assert on(on(pets, CIFAR10()), MNIST()).name == "MNIST"


@pytest.mark.parametrize("key", [key for key in template_names() if key != "mnist-cnn"])
def test_other_templates_keep_their_name_beside_their_pictures(key):
    project = load_template(key)
    pets = on(project, folder("/pictures/pets"))
    assert pets.name == f"{project.name} on pets"
    assert on(pets, CIFAR10()).name == f"{project.name} on CIFAR-10"


def test_a_name_that_somebody_gave_stays():
    project = starter().changed(name="Digits for class 7b")
    assert on(project, folder("/pictures/pets")).name == "Digits for class 7b"
    named_later = on(starter(), folder("/pictures/pets")).changed(name="ResNet-8 on birds")
    assert on(named_later, CIFAR10()).name == "ResNet-8 on birds"


def test_the_same_pictures_change_no_name():
    assert name_on(starter(), MNIST()) == "MNIST starter"


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/", "My pictures"),
        ("/pictures/two  words ", "two words"),
        ("/pictures/line\nbreak", "line�break"),
        ("/bilder/صور 🐈 写真", "صور 🐈 写真"),
    ],
)
def test_odd_folders_give_names_that_can_be_read(path, name):
    assert name_on(starter(), folder(path)) == name


def test_a_folder_with_a_name_without_end_gives_a_name_that_can_be_saved():
    long = on(load_template("transfer-learning"), folder("/" + "x" * 250))
    assert decode_project(encode_project(long)) == long
    assert msgspec.convert(msgspec.to_builtins(long), Project) == long
