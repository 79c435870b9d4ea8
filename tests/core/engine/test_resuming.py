"""Runs on a folder of pictures that go on after the folder, or their process, fared badly."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import psutil
import pytest
from PIL import Image

from core.blocks import CATALOGUE
from core.data.cache import decode
from core.data.classes import leave_out_classes
from core.data.load import folder_source
from core.data.lock import Lock
from core.engine.client import EngineClient
from core.engine.commands import Train
from core.engine.events import DataProgress, EpochDone, Event, Failed, Finished, Started
from core.project import Project
from core.training.run import read_run


@pytest.fixture
def pets(tmp_path) -> Path:
    """Two classes of thirty flat pictures, each of its own grey."""
    for at, kind in enumerate(("cat", "dog")):
        folder = tmp_path / "pets" / kind
        folder.mkdir(parents=True)
        for number in range(30):
            Image.new("L", (28, 28), 120 * at + number).save(folder / f"{number}.png")
    return tmp_path / "pets"


@pytest.fixture
def stopped(engine, small, pets, tmp_path) -> Path:
    """A run on them that was stopped after an epoch."""
    run = tmp_path / "run"
    for event in engine.run(Train(id=0, project=on(small, pets), run=str(run))):
        if isinstance(event, EpochDone):
            engine.stop()
    assert read_run(run).resumable
    return run


def on(project: Project, folder: Path) -> Project:
    return project.changed(
        data=folder_source(folder),
        stack=(CATALOGUE["Flatten"](), CATALOGUE["Dense"](activation="softmax")),
        plan=type(project.plan)(epochs=200, batch_size=16),
    )


def resumed(engine: EngineClient, run: Path) -> list[Event]:
    """The events of one more epoch, or of a refusal."""
    events = []
    for event in engine.run(Train(id=0, run=str(run), resume=True)):
        events.append(event)
        if isinstance(event, EpochDone):
            engine.stop()
    return events


def note(events: list[Event]) -> str:
    return next(event for event in events if isinstance(event, Started)).note


def test_what_changed_in_the_folder_is_said_and_the_run_goes_on(engine, pets, stopped):
    files = sorted((pets / "cat").iterdir())
    Image.new("L", (28, 28), 200).save(files[0])
    files[1].rename(pets / "dog" / "stray.png")
    files[2].unlink()
    for number in range(4):
        Image.new("L", (28, 28), 220 + number).save(pets / "dog" / f"new {number}.png")
    events = resumed(engine, stopped)
    told = "4 pictures were added, 1 has changed, 1 is gone and 1 was moved or renamed since"
    assert note(events).startswith(told)
    assert isinstance(events[-1], Finished)
    assert told in events[-1].message
    assert told in (stopped / "log.txt").read_text()
    assert note(resumed(engine, stopped)) == ""


def test_copies_and_new_dates_are_no_changes(engine, pets, stopped):
    copy = shutil.copytree(pets, pets.with_name("copy"), copy_function=shutil.copyfile)
    shutil.rmtree(pets)
    copy.rename(pets)
    for path in (pets / "cat").iterdir():
        os.utime(path, (1, 1))
    assert note(resumed(engine, stopped)) == ""


def test_a_run_that_does_not_know_its_pictures_goes_on(engine, pets, stopped):
    (stopped / "pictures.npz").unlink()
    (pets / "cat" / "3.png").unlink()
    assert note(resumed(engine, stopped)) == ""
    assert "was not kept" in (stopped / "log.txt").read_text()
    (pets / "cat" / "4.png").unlink()
    assert note(resumed(engine, stopped)).startswith("1 picture is gone")


@pytest.fixture
def other_decoding(
    engine, monkeypatch
) -> Callable[[Project, Path], AbstractContextManager[threading.Event]]:
    """Decodes one picture of a folder, and is not done with it before it is told to go on."""
    monkeypatch.delenv("LAYERLOOM_HOME")  # the engine is older than the test, and so its home
    home = psutil.Process(engine.pid).environ().get("LAYERLOOM_HOME")
    if home is not None:
        monkeypatch.setenv("LAYERLOOM_HOME", home)

    @contextmanager
    def decoding(project: Project, pets: Path) -> Iterator[threading.Event]:
        waiting, go_on = threading.Event(), threading.Event()

        def busy(done: int, total: int) -> None:
            waiting.set()
            go_on.wait()

        args = (str(pets), ["cat/0.png"], project.input, busy)
        other = threading.Thread(target=decode, args=args)
        other.start()
        waiting.wait()
        try:
            yield go_on
        finally:
            go_on.set()
            other.join()

    return decoding


def away(pets: Path) -> None:
    pets.rename(pets.with_name("away"))


def less_a_class(pets: Path) -> None:
    shutil.rmtree(pets / "dog")


def with_a_class_renamed(pets: Path) -> None:
    (pets / "dog").rename(pets / "hound")


REFUSED: dict[Callable[[Path], None], str] = {
    away: "There is no folder",
    less_a_class: "“dog” is gone",
    with_a_class_renamed: "“dog” is gone and “hound” is new",
}


@pytest.mark.parametrize("harm", REFUSED)
def test_what_no_run_can_go_on_with_is_said_and_it_stays_resumable(engine, pets, stopped, harm):
    harm(pets)
    (failed,) = (event for event in resumed(engine, stopped) if isinstance(event, Failed))
    assert REFUSED[harm] in failed.message
    assert "Put the folder back" not in failed.message
    assert failed.resumable
    assert read_run(stopped).resumable


def test_a_run_that_leaves_a_class_out_goes_on_whatever_becomes_of_it(
    engine, small, pets, tmp_path
):
    for number in range(9):
        (pets / "eel").mkdir(exist_ok=True)
        Image.new("L", (28, 28), number).save(pets / "eel" / f"{number}.png")
    project = on(small, pets)
    project = project.changed(data=leave_out_classes(project.data, ["eel"]))
    run = tmp_path / "less"
    for event in engine.run(Train(id=0, project=project, run=str(run))):
        if isinstance(event, EpochDone):
            engine.stop()
    shutil.rmtree(pets / "eel")
    assert note(resumed(engine, run)) == ""
    assert read_run(run).project.data.class_names == ("cat", "dog")


def test_a_class_that_goes_while_pictures_are_decoded_is_named(
    engine, small, pets, tmp_path, other_decoding
):
    project = on(small, pets)
    with other_decoding(project, pets) as go_on:
        for event in engine.run(Train(id=0, project=project, run=str(tmp_path / "run"))):
            if isinstance(event, DataProgress) and (pets / "dog").is_dir():
                shutil.rmtree(pets / "dog")  # they are listed, and not decoded yet
                go_on.set()
    assert isinstance(event, Failed)
    assert "“dog” is gone" in event.message


def test_a_run_under_way_is_not_trained_twice(engine, stopped):
    before = (stopped / "state.json").read_bytes()
    with Lock(stopped / "lock"):
        *_, failed = engine.run(Train(id=0, run=str(stopped), resume=True))
    assert isinstance(failed, Failed)
    assert "is being trained by another Layerloom just now" in failed.message
    assert (stopped / "state.json").read_bytes() == before
    assert isinstance(resumed(engine, stopped)[-1], Finished)


def test_pictures_that_another_decodes_are_waited_for(
    engine, small, pets, tmp_path, other_decoding
):
    project = on(small, pets)
    doings = []
    with other_decoding(project, pets) as go_on:
        for event in engine.run(Train(id=0, project=project, run=str(tmp_path / "run"))):
            if isinstance(event, DataProgress):
                doings.append(event.doing)
                go_on.set()
            if isinstance(event, EpochDone):
                engine.stop()
    assert doings[0] == "Waiting for another Layerloom to decode these pictures"
    assert isinstance(event, Finished)
