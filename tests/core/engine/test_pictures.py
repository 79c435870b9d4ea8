"""Pictures through their process and the engine: answered, stopped, trained on come what may."""

from __future__ import annotations

import os
import re
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest
from PIL import Image

from core.data.augment import Cutout, Flip, Mixup, Noise, Rotate
from core.data.load import folder_source
from core.data.mnist import load_mnist
from core.data.names import to_name
from core.data.report import read_page, read_report
from core.data.source import Folder, exclude, weigh_classes
from core.engine.client import EngineClient, EngineError
from core.engine.commands import (
    ClearCache,
    Download,
    LookAt,
    MakeThumbnails,
    MeasureCache,
    MeasurePixels,
    PreviewAugmentation,
    Scan,
    Stop,
    Summarise,
    Train,
)
from core.engine.events import (
    CacheMeasured,
    DataProgress,
    EpochDone,
    Event,
    Failed,
    Finished,
    LookedAt,
    PixelsMeasured,
    PreviewMade,
    Scanned,
    ScanPart,
    Started,
    ThumbnailsMade,
)
from core.engine.protocol import encode
from core.project import Project
from core.training.run import read_run
from tests.core.engine.test_training import same, weights
from tests.full_disks import FULL_DISKS, Limit, full_disk

AUGMENTATION = (Flip(), Rotate(), Noise(), Cutout(), Mixup())


@pytest.fixture(scope="session")
def digits(tmp_path_factory) -> Path:
    """A folder as a user has one: MNIST's digits 0 to 3 as PNG, a hundred of each."""
    root = tmp_path_factory.mktemp("digits")
    pictures, labels, *_ = load_mnist()
    for kind in range(4):
        (root / f"digit {kind}").mkdir()
        for number in np.flatnonzero(labels == kind)[:100]:
            Image.fromarray(pictures[number, ..., 0]).save(root / f"digit {kind}" / f"{number}.png")
    return root


@pytest.fixture
def pictures() -> Iterator[EngineClient]:
    """A picture process of the test's own."""
    with picture_process() as client:
        yield client


def picture_process(environment: dict[str, str] | None = None) -> EngineClient:
    return EngineClient(environment, "core.engine.pictures")


@pytest.fixture
def own_digits(digits, tmp_path) -> Path:
    """A copy to do harm to."""
    return Path(shutil.copytree(digits, tmp_path / "digits"))


def ask(engine: EngineClient, command) -> Event:
    *_, last = engine.run(command)
    return last


def test_folder_to_trained_network(engine, pictures, small, digits, tmp_path):
    looked = ask(pictures, LookAt(id=0, path=str(digits), validation_share=0.1))
    assert isinstance(looked, LookedAt)
    assert looked.counts == (100, 100, 100, 100)
    assert looked.words.startswith("4 classes, 400 pictures, no split given")
    events = list(pictures.run(Scan(id=0, source=looked.source)))
    scanned = events[-1]
    assert isinstance(scanned, Scanned)
    assert scanned.complete
    assert [e.phase for e in events if isinstance(e, ScanPart)][-1] == "done"
    report = read_report(Path(scanned.folder))
    assert report.parts == looked.parts
    files = tuple(picture.name for picture in read_page(Path(scanned.folder), 0, 0)[:5])
    wanted = MakeThumbnails(id=0, root=looked.root, files=(*files, "gone.png"), edge=64)
    made = ask(pictures, wanted)
    assert isinstance(made, ThumbnailsMade)
    assert made.made.keys() == set(files)
    assert "not there" in made.failed["gone.png"]
    with Image.open(made.made[files[0]]) as thumbnail:
        assert max(thumbnail.size) == 28
    project = small.changed(data=looked.source, plan=type(small.plan)(epochs=6, batch_size=16))
    events = list(engine.run(Train(id=0, project=project, run=str(tmp_path / "run"))))
    assert any(isinstance(event, DataProgress) for event in events)
    started = next(event for event in events if isinstance(event, Started))
    assert (started.train, started.validation, started.test) == looked.parts
    assert isinstance(events[-1], Finished)
    assert events[-1].test_accuracy > 0.8


def test_previews_are_pictures_before_and_after(pictures, small, digits):
    project = small.changed(data=folder_source(digits), augmentation=(Flip(), Noise()))
    made = ask(pictures, PreviewAugmentation(id=0, project=project, variants=3))
    assert isinstance(made, PreviewMade)
    assert len(made.before) == len(made.after) == len(made.names) == 8
    for before, after in zip(made.before, made.after, strict=True):
        values = np.asarray(Image.open(before))
        assert values.shape == (28, 28)
        assert len(after) == 3
        assert all(not np.array_equal(np.asarray(Image.open(one)), values) for one in after)


def test_pixels_are_measured_for_standardising(pictures, small, digits):
    project = small.changed(data=folder_source(digits))
    measured = ask(pictures, MeasurePixels(id=0, project=project))
    assert isinstance(measured, PixelsMeasured)
    assert measured.mean == pytest.approx(35, abs=8)
    assert measured.deviation == pytest.approx(79, abs=8)


def test_room_is_measured_and_cleared(own_engine, pictures, digits, small, tmp_path):
    project = small.changed(data=folder_source(digits))
    ask(own_engine, Train(id=0, project=project, run=str(tmp_path / "run"), limit=50))
    before = ask(pictures, MeasureCache(id=0))
    assert isinstance(before, CacheMeasured)
    assert before.used > 0
    assert ask(pictures, ClearCache(id=0)).used == 0


def test_what_cannot_be_done_is_said(pictures, tmp_path):
    for command, words in (
        (LookAt(id=0, path=str(tmp_path / "gone")), "There is no folder"),
        (Scan(id=0, source=Folder(path=str(tmp_path), class_names=("a", "b"))), "is empty"),
        (Download(id=0, name="imagenet"), "There is no set"),
    ):
        failed = ask(pictures, command)
        assert isinstance(failed, Failed)
        assert words in failed.message


def test_each_process_refuses_the_other_s_commands(engine, pictures, small):
    for process, command in (
        (engine, MeasureCache(id=0)),
        (pictures, Summarise(id=0, project=small)),
    ):
        failed = ask(process, command)
        assert isinstance(failed, Failed)
        assert "does not understand" in failed.message


def test_pictures_are_looked_at_without_the_memory_that_keras_takes(pictures, digits):
    ask(pictures, Scan(id=0, source=folder_source(digits)))
    loaded = {Path(one.path).name for one in psutil.Process(pictures.pid).memory_maps()}
    assert any("_imaging" in name for name in loaded)
    assert not [name for name in loaded if "tensorflow" in name or "Qt" in name]


def test_pictures_are_looked_at_while_training(own_engine, pictures, small, digits, tmp_path):
    long = small.changed(plan=type(small.plan)(epochs=500, batch_size=32))
    training = own_engine.run(Train(id=0, project=long, run=str(tmp_path / "run"), limit=300))
    next(event for event in training if isinstance(event, EpochDone))
    assert isinstance(ask(pictures, Scan(id=0, source=folder_source(digits))), Scanned)
    own_engine.stop()
    *_, last = training
    assert isinstance(last, Finished)
    assert last.outcome == "stopped"


def test_one_command_is_stopped_and_not_the_other(own_engine, small, digits, tmp_path):
    long = small.changed(plan=type(small.plan)(epochs=500, batch_size=32))
    training = own_engine.run(Train(id=0, project=long, run=str(tmp_path / "run"), limit=300))
    next(event for event in training if isinstance(event, EpochDone))
    own_engine._send(Stop(id=0, only=77))
    assert next(event for event in training if isinstance(event, EpochDone))
    own_engine._send(Stop(id=0, only=own_engine._last_id))
    *_, last = training
    assert isinstance(last, Finished)


def test_a_stopped_scan_tells_what_it_found(pictures, tmp_path):
    many(tmp_path / "many", 3_000)
    source = folder_source(tmp_path / "many")
    events = []
    for event in pictures.run(Scan(id=0, source=source)):
        events.append(event)
        if isinstance(event, DataProgress) and event.doing == "Reading headers":
            pictures.stop()
    assert isinstance(events[-1], Scanned)
    assert not events[-1].complete
    assert not read_report(Path(events[-1].folder)).complete


def test_a_scan_killed_in_the_middle_leaves_no_helpers_and_is_done_again(pictures, tmp_path):
    many(tmp_path / "many", 3_000)
    source = folder_source(tmp_path / "many")
    with picture_process() as client, pytest.raises(EngineError, match="signal 9"):
        helpers = []
        for event in client.run(Scan(id=0, source=source)):
            if isinstance(event, DataProgress) and event.doing == "Looking at pictures":
                helpers = helpers or psutil.Process(client.pid).children(recursive=True)
                os.kill(client.pid, signal.SIGKILL)
    assert helpers
    _gone, alive = psutil.wait_procs(helpers, timeout=10)
    assert not alive
    scanned = ask(pictures, Scan(id=0, source=source))
    assert scanned.complete
    assert read_report(Path(scanned.folder)).classes[0].files == 1_500


def test_a_folder_that_goes_and_files_that_change_while_it_is_scanned_are_said(pictures, tmp_path):
    many(tmp_path / "many", 3_000)
    source = folder_source(tmp_path / "many")
    for event in pictures.run(Scan(id=0, source=source)):
        last = event
        if isinstance(event, ScanPart) and event.phase == "headers":
            shutil.rmtree(tmp_path / "many" / "class 1")
            (tmp_path / "many" / "class 0" / "2998.png").write_bytes(b"no picture")
    report = read_report(Path(last.folder))
    assert report.unreadable >= 1_500
    assert "unreadable" in {one.code for one in report.findings}
    failed = ask(pictures, Scan(id=0, source=source))
    assert isinstance(failed, Failed)
    assert "class" in failed.message


def many(root: Path, count: int) -> None:
    """Links of one file would be no pictures of their own, so each is written."""
    values = np.random.default_rng(1).integers(0, 256, (16, 16), np.uint8)
    for number in range(count):
        folder = root / f"class {number % 2}"
        folder.mkdir(parents=True, exist_ok=True)
        values[number % 16, number // 16 % 16] ^= 255
        Image.fromarray(values).save(folder / f"{number}.png")


# Faults while training


def varied(small: Project, root: Path) -> Project:
    """Everything at once: augmentation, weights, an exclusion."""
    source = exclude(folder_source(root), [f"digit 0/{next((root / 'digit 0').iterdir()).name}"])
    return small.changed(data=weigh_classes(source, (50, 100, 100, 100)), augmentation=AUGMENTATION)


def test_a_killed_run_with_augmentation_resumes_bit_for_bit(engine, small, own_digits, tmp_path):
    project = varied(small, own_digits)
    for name in ("whole", "again"):
        ask(engine, Train(id=0, project=project, run=str(tmp_path / name)))
    assert same(weights(tmp_path / "whole"), weights(tmp_path / "again"))
    with EngineClient() as client, pytest.raises(EngineError, match="killed by signal 9"):
        for event in client.run(Train(id=0, project=project, run=str(tmp_path / "killed"))):
            if isinstance(event, EpochDone) and event.epoch == 2:
                os.kill(client.pid, signal.SIGKILL)
    ask(engine, Train(id=0, run=str(tmp_path / "killed"), resume=True))
    assert same(weights(tmp_path / "whole"), weights(tmp_path / "killed"))
    plain = project.changed(augmentation=())
    ask(engine, Train(id=0, project=plain, run=str(tmp_path / "plain")))
    assert not same(weights(tmp_path / "whole"), weights(tmp_path / "plain"))


def test_augmentation_is_no_part_of_the_saved_model(engine, small, own_digits, tmp_path):
    import keras

    project = varied(small, own_digits)
    ask(engine, Train(id=0, project=project, run=str(tmp_path / "run")))
    model = keras.models.load_model(tmp_path / "run" / "model.keras")
    assert not [one for one in model.layers if type(one).__name__.startswith("Random")]
    assert len(model.layers) == len(project.stack) + 2


def test_the_folder_may_vanish_once_training_has_begun(engine, small, own_digits, tmp_path):
    project = small.changed(data=folder_source(own_digits))
    for event in engine.run(Train(id=0, project=project, run=str(tmp_path / "run"))):
        last = event
        if isinstance(event, Started):
            shutil.rmtree(own_digits)
    assert isinstance(last, Finished)
    assert last.outcome == "completed"


def test_a_folder_away_at_resume_is_said_and_the_run_goes_on_when_it_is_back(
    engine, small, own_digits, tmp_path
):
    run = str(tmp_path / "run")
    project = small.changed(data=folder_source(own_digits))
    for event in engine.run(Train(id=0, project=project, run=run)):
        if isinstance(event, EpochDone):
            engine.stop()
    own_digits.rename(tmp_path / "elsewhere")
    failed = ask(engine, Train(id=0, run=run, resume=True))
    assert isinstance(failed, Failed)
    assert "There is no folder" in failed.message
    assert failed.resumable
    (tmp_path / "elsewhere").rename(own_digits)
    assert ask(engine, Train(id=0, run=run, resume=True)).outcome == "completed"


def test_a_run_goes_on_where_its_folder_was_moved_to(engine, small, own_digits, tmp_path):
    run = str(tmp_path / "run")
    project = small.changed(data=folder_source(own_digits))
    for event in engine.run(Train(id=0, project=project, run=run)):
        if isinstance(event, EpochDone):
            engine.stop()
    failed = ask(engine, Train(id=0, run=run, resume=True, moved_to=str(tmp_path / "nowhere")))
    assert isinstance(failed, Failed)
    assert failed.of_pictures
    elsewhere = own_digits.rename(tmp_path / "elsewhere")
    moved = Train(id=0, run=run, resume=True, moved_to=str(elsewhere))
    assert ask(engine, moved).outcome == "completed"


def test_a_class_deleted_is_said_and_the_run_stays_resumable(engine, small, own_digits, tmp_path):
    run = str(tmp_path / "run")
    project = small.changed(data=folder_source(own_digits))
    for event in engine.run(Train(id=0, project=project, run=run)):
        if isinstance(event, EpochDone):
            engine.stop()
    (own_digits / "digit 2").rename(tmp_path / "digit 2")
    failed = ask(engine, Train(id=0, run=run, resume=True))
    assert "“digit 2” is gone" in failed.message
    assert failed.resumable
    (tmp_path / "digit 2").rename(own_digits / "digit 2")
    assert ask(engine, Train(id=0, run=run, resume=True)).outcome == "completed"


def test_a_file_that_changes_while_pictures_are_decoded_is_left_out_by_name(
    engine, small, own_digits, tmp_path
):
    victim = sorted((own_digits / "digit 3").iterdir())[-1]
    victim.write_bytes(victim.read_bytes()[:40])
    project = small.changed(data=folder_source(own_digits))
    finished = ask(engine, Train(id=0, project=project, run=str(tmp_path / "run")))
    assert isinstance(finished, Finished)
    assert victim.name in finished.message


def test_stopped_while_decoding_it_keeps_what_is_decoded(engine, small, tmp_path):
    many(tmp_path / "many", 2_000)
    project = small.changed(data=folder_source(tmp_path / "many"))
    run = str(tmp_path / "run")
    for event in engine.run(Train(id=0, project=project, run=run)):
        last = event
        if isinstance(event, DataProgress):
            engine.stop()
    assert isinstance(last, Finished)
    assert last.outcome == "stopped"
    assert last.epochs == 0
    assert read_run(tmp_path / "run").state.outcome == "stopped"
    events = list(engine.run(Train(id=0, run=run, resume=True)))
    assert next(e for e in events if isinstance(e, DataProgress)).total < 2_000
    assert events[-1].outcome == "completed"


@pytest.mark.parametrize("kind", FULL_DISKS)
def test_a_full_disk_is_said_and_the_project_is_whole(small, digits, tmp_path, kind):
    with full_disk(kind, tmp_path / "disk", "2m") as disk:
        home = {"LAYERLOOM_HOME": str(disk.path)}
        project = small.changed(data=folder_source(digits))
        run = tmp_path / "run"
        with EngineClient(home) as client:
            assert client.ready
            if isinstance(disk, Limit):
                disk.fill(client.pid, 100_000)  # room for the project, and not for the pictures
            failed = ask(client, Train(id=0, project=project, run=str(run)))
            assert isinstance(failed, Failed)
            assert disk.words in failed.message or "are free there" in failed.message
            assert str(disk.path / "cache") in failed.message
            assert re.search(r"\d kB needed|needs 314 kB in", failed.message)
            assert read_run(run).project == project
            disk.empty()
        with picture_process(home) as pictures:
            assert pictures.ready
            disk.fill(pictures.pid)
            failed = ask(pictures, Scan(id=0, source=folder_source(digits)))
            assert isinstance(failed, Failed)
            assert f"the disk of {disk.path}" in failed.message
            assert disk.words in failed.message
            one = next((digits / "digit 0").iterdir()).name
            wanted = MakeThumbnails(id=0, root=str(digits), files=(f"digit 0/{one}",), edge=64)
            failed = ask(pictures, wanted)
            assert isinstance(failed, Failed)
            assert f"the disk of {disk.path} {disk.words}" in failed.message
            disk.empty()
            assert isinstance(ask(pictures, Scan(id=0, source=folder_source(digits))), Scanned)


def test_data_commands_survive_the_wire():
    for command in (LookAt(id=1, path="/x", layout="labels"), Stop(id=0, only=4)):
        from core.engine.protocol import decode_command

        assert decode_command(encode(command)) == command


def test_any_name_of_a_file_may_be_told_of(pictures, tmp_path):
    """Bytes that are not UTF-8 once ended the process that had something to say about them."""
    folder = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff"))
    gone = ask(pictures, LookAt(id=0, path=str(folder)))
    assert isinstance(gone, Failed)
    assert f"There is no folder {tmp_path}{os.sep}�." in gone.message
    (folder / "cat").mkdir(parents=True)
    looked = ask(pictures, LookAt(id=0, path=to_name(str(folder))))
    assert isinstance(looked, LookedAt)
    assert looked.source is None
    assert looked.root == to_name(str(folder))
