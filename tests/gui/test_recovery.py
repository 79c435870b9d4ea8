"""Unsaved work survives a kill, is offered once to one window, and is never in memory only."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from core.project import Project
from core.project_file import save_project, starter
from gui import recovery
from gui.document import Document
from gui.recovery import Autosave

ROOT = Path(__file__).parent.parent.parent

EDIT_AND_WAIT = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from core.project_file import starter
from gui.document import Document
from gui.recovery import Autosave
app = QCoreApplication([])
path = Path(sys.argv[2]) if len(sys.argv) > 2 else None
document = Document(starter(), path)
autosave = Autosave(document, Path(sys.argv[1]))
autosave.written.connect(lambda when: print("written", flush=True))
document.edit("rename project", document.project.changed(name="Killed"))
app.exec()
"""


@pytest.fixture
def folder(tmp_path) -> Path:
    return tmp_path / "recovery"


@pytest.fixture
def watch(qapp, folder):
    """Makes an Autosave on a document, closed afterwards."""
    made = []

    def make(document: Document) -> Autosave:
        made.append(Autosave(document, folder))
        return made[-1]

    yield make
    for one in made:
        one.close(keep=False)


def other_process(folder: Path, *arguments: object) -> subprocess.Popen[str]:
    """A process that has edited and autosaved."""
    process = subprocess.Popen(
        [sys.executable, "-c", EDIT_AND_WAIT, str(folder), *map(str, arguments)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "written\n"
    return process


def kill(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)
    process.communicate()


def rename(document: Document, name: str) -> None:
    document.edit("rename project", document.project.changed(name=name))


def test_an_edit_is_on_disk_soon_after(qtbot, watch):
    document = Document(starter())
    autosave = watch(document)
    with qtbot.waitSignal(autosave.written, timeout=2_000):
        rename(document, "Kept")
    assert "Kept" in autosave.file.read_text()


def test_a_long_drag_is_autosaved_while_it_lasts(qtbot, watch):
    document = Document(starter())
    autosave = watch(document)
    end = time.monotonic() + 5 * recovery.AUTOSAVE_MS / 1000
    with qtbot.waitSignal(autosave.written, timeout=2_000):
        while not autosave.file.exists() and time.monotonic() < end:
            rename(document, f"At {time.monotonic()}")
            qtbot.wait(20)
    assert autosave.file.exists()


def test_undoing_everything_or_saving_removes_the_autosave(qtbot, watch, tmp_path):
    document = Document(starter())
    autosave = watch(document)
    rename(document, "One")
    autosave.flush()
    assert autosave.file.exists()
    document.undo_stack.undo()
    autosave.flush()
    assert not autosave.file.exists()
    rename(document, "Two")
    autosave.flush()
    document.save(tmp_path / "two.layerloom")
    autosave.flush()
    assert not autosave.file.exists()


def test_a_clean_quit_leaves_nothing(qapp, folder):
    document = Document(starter())
    autosave = Autosave(document, folder)
    rename(document, "Discarded by the user")
    autosave.flush()
    autosave.close(keep=False)
    assert list(folder.iterdir()) == []


def test_a_signal_leaves_unsaved_work(qapp, folder, watch):
    document = Document(starter())
    autosave = Autosave(document, folder)
    rename(document, "Interrupted")
    autosave.close(keep=True)
    (left,) = watch(Document(starter())).leftovers()
    assert left.project is not None
    assert left.project.name == "Interrupted"


def test_work_of_a_killed_process_is_offered_with_its_file(folder, watch, tmp_path):
    path = tmp_path / "mine.layerloom"
    save_project(starter(), path)
    kill(other_process(folder, path))
    (left,) = watch(Document(starter())).leftovers()
    assert left.project is not None
    assert left.project.name == "Killed"
    assert left.path == path
    assert left.stamp is not None
    assert left.stamp.size == path.stat().st_size


def test_work_of_a_living_process_is_not_touched(folder, watch):
    process = other_process(folder)
    try:
        assert watch(Document(starter())).leftovers() == []
        assert len(list(folder.glob("*.autosave"))) == 1
    finally:
        kill(process)


def test_one_leftover_is_offered_to_one_window_only(folder, watch):
    kill(other_process(folder))
    first, second = watch(Document(starter())), watch(Document(starter()))
    assert len(first.leftovers()) == 1
    assert second.leftovers() == []


def test_every_leftover_is_offered(folder, watch):
    for _number in range(3):
        kill(other_process(folder))
    autosave = watch(Document(starter()))
    leftovers = autosave.leftovers()
    assert len(leftovers) == 3
    autosave.forget(leftovers[0].file)
    assert len(autosave.leftovers()) == 2


def test_damaged_work_is_said_and_kept(folder, watch):
    kill(other_process(folder))
    (file,) = folder.glob("*.autosave")
    file.write_bytes(file.read_bytes()[:200])
    autosave = watch(Document(starter()))
    (left,) = autosave.leftovers()
    assert left.project is None
    assert "damaged" in left.problem
    kept = autosave.put_aside(left.file)
    assert kept.exists()
    assert autosave.leftovers() == []


def test_work_of_a_newer_version_says_so(folder, watch):
    kill(other_process(folder))
    (file,) = folder.glob("*.autosave")
    content = json.loads(file.read_text())
    content["project"]["version"] = 99
    file.write_text(json.dumps(content))
    (left,) = watch(Document(starter())).leftovers()
    assert "newer Layerloom" in left.problem


def test_old_locks_without_work_are_swept(folder, watch, monkeypatch):
    kill(other_process(folder))
    (file,) = folder.glob("*.autosave")
    file.unlink()
    autosave = watch(Document(starter()))
    autosave.leftovers()
    assert len(list(folder.glob("*.lock"))) == 1, "a young lock may belong to a starting window"
    monkeypatch.setattr(recovery, "SWEEP_AFTER", -1.0)
    autosave.leftovers()
    assert list(folder.glob("*.lock")) == []


def test_a_folder_that_cannot_be_written_is_said(qtbot, folder, watch):
    folder.write_text("a file where the folder should be")
    document = Document(starter())
    autosave = watch(document)
    with qtbot.waitSignal(autosave.failed, timeout=2_000) as signal_:
        rename(document, "Unkept")
    assert "Autosave" in signal_.args[0]
    folder.unlink()
    with qtbot.waitSignal(autosave.written, timeout=2_000):
        rename(document, "Kept again")


def test_a_thousand_blocks_do_not_hold_up_the_window(qtbot, watch):
    document = Document(Project(stack=starter().stack * 150))
    autosave = watch(document)
    slowest = 0.0
    for number in range(20):
        began = time.perf_counter()
        rename(document, f"Name {number}")
        autosave._write()
        slowest = max(slowest, time.perf_counter() - began)
    autosave.flush()
    assert slowest < 0.05
