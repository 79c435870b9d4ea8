"""Training through the engine: results, stopping, resuming, diverging, disks that fail."""

from __future__ import annotations

import itertools
import json
import os
import re
import select
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import msgspec
import numpy as np
import pytest

from core.blocks import CATALOGUE
from core.engine.client import EngineClient, EngineError
from core.engine.commands import Export, Train
from core.engine.events import EpochDone, Event, Failed, Finished, Progress, Started
from core.engine.protocol import command_id
from core.project import Project
from core.training.plan import TrainingPlan
from core.training.run import checkpoints, list_runs, read_run
from tests.full_disks import FULL_DISKS, full_disk

LIMIT = 600


def train(engine: EngineClient, run: Path, **fields) -> list[Event]:
    return list(engine.run(Train(id=0, run=str(run), **fields)))


def weights(run: Path) -> dict[str, np.ndarray]:
    with np.load(checkpoints(run)[0][1]) as arrays:
        return {name: arrays[name] for name in arrays.files if name != "standing"}


def same(one: dict[str, np.ndarray], other: dict[str, np.ndarray]) -> bool:
    return one.keys() == other.keys() and all(
        np.array_equal(one[name], other[name]) for name in one
    )


def kill_in_epoch(project: Project, run: Path, epoch: int) -> None:
    """Train and kill the engine in the middle of an epoch."""
    with EngineClient() as client, pytest.raises(EngineError, match="killed by signal 9"):
        for event in client.run(Train(id=0, project=project, run=str(run), limit=LIMIT)):
            if isinstance(event, Progress) and event.epoch == epoch:
                os.kill(client.pid, signal.SIGKILL)


@pytest.fixture(scope="module")
def whole(engine, small, tmp_path_factory) -> Path:
    """A run that nothing interrupted; only looked at."""
    run = tmp_path_factory.mktemp("whole") / "run"
    train(engine, run, project=small, limit=LIMIT)
    return run


@pytest.fixture(scope="module")
def killed(small, tmp_path_factory) -> Callable[[int], Path]:
    """Runs of the same project killed in an epoch, each made once; copies are resumed."""

    @cache
    def made(epoch: int) -> Path:
        run = tmp_path_factory.mktemp("killed") / "run"
        kill_in_epoch(small, run, epoch)
        return run

    return made


def test_a_run_tells_its_story_and_keeps_it(engine, small, tmp_path):
    events = train(engine, tmp_path / "run", project=small, limit=LIMIT)
    started = next(event for event in events if isinstance(event, Started))
    epochs = [event for event in events if isinstance(event, EpochDone)]
    finished = events[-1]
    assert isinstance(finished, Finished)
    assert (started.train, started.validation, started.test) == (540, 60, LIMIT)
    assert started.steps == 17
    assert [event.epoch for event in epochs] == [1, 2, 3]
    assert epochs[-1].loss < epochs[0].loss
    assert {event.phase for event in events if isinstance(event, Progress)} >= {"training"}
    info = read_run(tmp_path / "run")
    assert info.project == small
    assert info.state.outcome == "completed"
    assert [epoch.val_loss for epoch in info.history] == [epoch.val_loss for epoch in epochs]
    assert info.report is not None
    assert info.report.test_accuracy == finished.test_accuracy
    assert sum(map(sum, info.report.confusion)) == LIMIT
    best = min(epochs, key=lambda epoch: epoch.val_loss)
    assert finished.best_epoch == best.epoch


def test_same_seed_gives_the_same_weights(engine, small, whole, tmp_path):
    train(engine, tmp_path / "again", project=small, limit=LIMIT)
    assert same(weights(whole), weights(tmp_path / "again"))
    plan = msgspec.structs.replace(small.plan, seed=8)
    train(engine, tmp_path / "other", project=small.changed(plan=plan), limit=LIMIT)
    assert not same(weights(whole), weights(tmp_path / "other"))


@pytest.mark.parametrize("epoch", [2, 3])
def test_killed_run_resumes_to_the_weights_of_an_uninterrupted_one(
    engine, whole, killed, tmp_path, epoch
):
    run = shutil.copytree(killed(epoch), tmp_path / "run")
    info = read_run(run)
    assert info.interrupted
    assert info.resumable
    assert info.state.epochs_done == epoch - 1
    events = train(engine, run, resume=True)
    assert next(e for e in events if isinstance(e, Started)).first_epoch == epoch
    assert same(weights(whole), weights(run))
    wanted, resumed = read_run(whole), read_run(run)
    assert [e.val_loss for e in wanted.history] == [e.val_loss for e in resumed.history]
    assert wanted.report.test_accuracy == resumed.report.test_accuracy


def test_killed_in_the_first_epoch_resumes_from_the_start(engine, small, tmp_path):
    kill_in_epoch(small, tmp_path / "run", 1)
    assert not read_run(tmp_path / "run").resumable
    events = train(engine, tmp_path / "run", resume=True)
    assert isinstance(events[-1], Finished)
    assert next(e for e in events if isinstance(e, Started)).first_epoch == 1


def test_damaged_newest_checkpoint_falls_back_to_the_one_before(engine, whole, killed, tmp_path):
    run = shutil.copytree(killed(3), tmp_path / "run")
    (_, newest), *_ = checkpoints(run)
    newest.write_bytes(newest.read_bytes()[:1000])
    events = train(engine, run, resume=True)
    assert next(e for e in events if isinstance(e, Started)).first_epoch == 2
    assert same(weights(whole), weights(run))


def test_stop_keeps_the_run_resumable(engine, small, tmp_path):
    long = small.changed(plan=type(small.plan)(epochs=500, batch_size=32))
    events = []
    for event in engine.run(Train(id=0, project=long, run=str(tmp_path / "run"), limit=LIMIT)):
        events.append(event)
        if isinstance(event, EpochDone) and event.epoch == 1:
            engine.stop()
    assert isinstance(events[-1], Finished)
    assert events[-1].outcome == "stopped"
    assert events[-1].test_accuracy is not None
    assert read_run(tmp_path / "run").resumable


def test_stop_right_after_train_is_not_lost(engine, small, tmp_path):
    long = small.changed(plan=type(small.plan)(epochs=500, batch_size=32))
    events = engine.run(Train(id=0, project=long, run=str(tmp_path / "run"), limit=LIMIT))
    first = next(events)
    engine.stop()
    *_, last = itertools.chain([first], events)
    assert isinstance(last, Finished)
    assert last.outcome == "stopped"
    assert last.test_accuracy is None


def test_early_stopping_keeps_the_best_epoch(engine, small, tmp_path):
    # So high a rate overfits 200 pictures within a few epochs.
    plan = type(small.plan)(
        epochs=60, batch_size=16, early_stopping=2, schedule="constant", learning_rate=0.01
    )
    events = train(engine, tmp_path / "run", project=small.changed(plan=plan), limit=200)
    assert events[-1].outcome == "stopped early"
    assert events[-1].epochs == events[-1].best_epoch + 2 < 60


def test_divergence_stops_at_once_and_says_why(engine, small, tmp_path):
    dense = CATALOGUE["Dense"](units=64, activation="exponential")
    plan = type(small.plan)(optimizer="sgd", learning_rate=10, batch_size=32, schedule="constant")
    wild = small.changed(
        stack=(CATALOGUE["Flatten"](), dense, dense, dense, small.stack[-1]), plan=plan
    )
    failed = train(engine, tmp_path / "run", project=wild, limit=LIMIT)[-1]
    assert isinstance(failed, Failed)
    assert "diverged in epoch 1" in failed.message
    assert "learning rate" in failed.message
    assert read_run(tmp_path / "run").state.outcome == "failed"


def test_impossible_design_is_refused_in_words(engine, small, tmp_path):
    broken = small.changed(stack=(CATALOGUE["MaxPooling2D"](pool_size=(40, 40)), *small.stack))
    failed = train(engine, tmp_path / "run", project=broken, limit=LIMIT)[-1]
    assert isinstance(failed, Failed)
    assert "MaxPooling2D (block 1)" in failed.message
    assert "larger than the 28 × 28 picture" in failed.message


def test_folder_in_use_is_not_overwritten(engine, small, tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    failed = train(engine, tmp_path, project=small, limit=LIMIT)[-1]
    assert isinstance(failed, Failed)
    assert "not empty" in failed.message
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_run_folder_deleted_while_training_is_said(engine, small, tmp_path):
    for event in engine.run(Train(id=0, project=small, run=str(tmp_path / "run"), limit=LIMIT)):
        last = event
        if isinstance(event, EpochDone) and event.epoch == 1:
            shutil.rmtree(tmp_path / "run")
    assert isinstance(last, Failed)
    assert "was deleted while it was in use" in last.message
    assert not last.resumable


@pytest.mark.parametrize("kind", FULL_DISKS)
def test_disk_full_is_said_and_the_run_resumes(engine, small, tmp_path, kind):
    with full_disk(kind, tmp_path / "disk") as disk:
        run = disk.path / "run"
        for event in engine.run(Train(id=0, project=small, run=str(run), limit=LIMIT)):
            if isinstance(event, EpochDone) and event.epoch == 1:
                disk.fill(engine.pid)
        assert isinstance(event, Failed)
        assert f"the disk of {run} {disk.words}" in event.message
        assert re.search(r"about [\d.]+ [kM]B needed", event.message)
        assert event.resumable
        disk.empty()
        assert read_run(run).project == small
        assert isinstance(train(engine, run, resume=True)[-1], Finished)


@pytest.mark.parametrize("kind", FULL_DISKS)
@pytest.mark.parametrize("format_key", ["keras", "savedmodel"])
def test_disk_full_while_exporting_is_said_and_leaves_nothing(
    engine, whole, tmp_path, kind, format_key
):
    with full_disk(kind, tmp_path / "disk") as disk:
        disk.fill(engine.pid)
        output = disk.path / ("m.keras" if format_key == "keras" else "m")
        command = Export(id=0, run=str(whole), format=format_key, output=str(output))
        *_, failed = engine.run(command)
        assert isinstance(failed, Failed)
        assert f"{output.name} could not be written: the disk of {disk.path} {disk.words}" in (
            failed.message
        )
        assert re.search(r"about [\d.]+ [kM]B needed", failed.message)
        disk.empty()
        assert list(disk.path.iterdir()) == []


def test_memory_running_out_is_said_with_a_smaller_batch(own_engine, small, tmp_path):
    import resource

    status = Path(f"/proc/{own_engine.pid}/status").read_text()
    used = int(status.split("VmSize:")[1].split()[0]) * 1024
    resource.prlimit(own_engine.pid, resource.RLIMIT_AS, (used + 2**30, used + 2**30))
    wide = CATALOGUE["Dense"](units=1_000_000, activation="relu")
    big = small.changed(stack=(CATALOGUE["Flatten"](), wide, small.stack[-1]))
    failed = train(own_engine, tmp_path / "run", project=big, limit=LIMIT)[-1]
    assert isinstance(failed, Failed)
    assert "Memory ran out" in failed.message
    assert failed.batch_size == 8


def test_runs_are_listed_newest_first(small, tmp_path, monkeypatch):
    from core.training.run import begin_run, new_run_folder

    monkeypatch.setenv("LAYERLOOM_HOME", str(tmp_path))
    folders = [new_run_folder(small) for _ in range(3)]
    for folder in folders:
        begin_run(folder, small, None)
    (tmp_path / "runs" / "notes").mkdir()
    assert [run.path for run in list_runs()] == folders[::-1]


def test_engine_ends_within_five_seconds_when_its_owner_is_killed(small, tmp_path):
    script = f"""
import sys
from core.engine.client import EngineClient
from core.engine.commands import Train
from core.engine.events import EpochDone
from core.project_file import load_project
from pathlib import Path
client = EngineClient()
project = load_project(Path({str(tmp_path / "p.layerloom")!r}))
for event in client.run(Train(id=0, project=project, run={str(tmp_path / "run")!r}, limit=600)):
    if isinstance(event, EpochDone) and event.epoch == 1:
        print(client.pid, flush=True)
"""
    from core.project_file import save_project

    save_project(
        small.changed(plan=type(small.plan)(epochs=9999, batch_size=32)), tmp_path / "p.layerloom"
    )
    owner = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert owner.stdout is not None
    pid = int(owner.stdout.readline())
    owner.kill()
    owner.wait()
    owner.stdout.close()
    descriptor = os.pidfd_open(pid)
    try:
        assert select.select([descriptor], [], [], 5)[0], "the engine still runs after 5 s"
    finally:
        os.close(descriptor)
    assert read_run(tmp_path / "run").resumable


def test_a_command_that_is_none_is_answered(engine, small):
    """A value that no command can have, as another version might send it."""
    bad = Train(id=0, run="", project=small, limit="many")  # type: ignore[arg-type]
    (answer,) = engine.run(bad)
    assert isinstance(answer, Failed)
    assert "does not understand" in answer.message
    assert "limit" in answer.details
    assert engine.ready.memory
    assert command_id(b'{"command": "Unheard of", "id": 7}') == 7
    assert command_id(b"nonsense") == 0


def test_state_of_a_run_is_plain_json(engine, small, tmp_path):
    train(engine, tmp_path / "run", project=small, limit=100)
    assert json.loads((tmp_path / "run" / "state.json").read_text())["outcome"] == "completed"


def test_strided_pointwise_convolutions_train(own_engine, tmp_path):
    """TensorFlow's own gradient of them breaks the heap, and the engine died."""
    stack = (
        CATALOGUE["UpSampling2D"](),
        CATALOGUE["Conv2D"](filters=8, padding="same"),
        CATALOGUE["Conv2D"](filters=16, kernel_size=(1, 1), strides=(2, 2)),
        CATALOGUE["Conv2DTranspose"](filters=8, kernel_size=(1, 1), strides=(3, 3)),
        CATALOGUE["GlobalAveragePooling2D"](),
        CATALOGUE["Dense"](activation="softmax"),
    )
    project = Project(stack=stack, plan=TrainingPlan(epochs=2, batch_size=8))
    events = train(own_engine, tmp_path / "run", project=project, limit=100)
    assert isinstance(events[-1], Finished)
