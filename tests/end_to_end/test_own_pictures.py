"""A folder of one's own, with a real mouse in a real window: dropped, put right, trained, lost."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.data.mnist import load_mnist
from tests.end_to_end.desktop import ROOT, App, wait_until
from tests.end_to_end.test_main_job import train_one_epoch

CLASSES = ("zero", "one", "two")
EACH = 120


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Digits as PNG files, one folder a class, and one file that is no picture."""
    pictures, labels, _, _ = load_mnist()
    root = tmp_path / "my digits"
    for kind, name in enumerate(CLASSES):
        (root / name).mkdir(parents=True)
        for number, at in enumerate(np.flatnonzero(labels == kind)[:EACH]):
            Image.fromarray(pictures[at, ..., 0]).save(root / name / f"{number}.png")
    (root / "two" / "holiday.jpg").write_text("not a picture")
    return root


@contextmanager
def file_manager(app: App, folder: Path, tmp_path: Path) -> Iterator[tuple[int, int]]:
    """Another program's window from which the folder can be dragged; gives its middle."""
    place = tmp_path / "drag source"
    script = ROOT / "tests" / "end_to_end" / "drag_source.py"
    process = subprocess.Popen(
        [sys.executable, str(script), str(folder), str(place)], env=app.desktop.environment
    )
    try:
        wait_until(place.exists, "the other window is there")
        x, y = json.loads(place.read_text())
        yield x, y
    finally:
        process.terminate()
        process.wait(timeout=10)


def drop(app: App, folder: Path, tmp_path: Path) -> None:
    """Drag the folder from another window onto ours."""
    with file_manager(app, folder, tmp_path) as start:
        for _ in range(3):  # a machine under load may miss the beginning of a drag
            app.desktop.drag(start, app.middle("main-window"), steps=40)
            with suppress(AssertionError):
                app.wait_for("Use these pictures", 10)
                return
        app.wait_for("Use these pictures")


def use(app: App, folder: Path, tmp_path: Path) -> None:
    """Drop the folder, use it, and wait for the end of its scan."""
    drop(app, folder, tmp_path)
    app.click("Use these pictures")
    app.wait_for("Show pictures: 1 file cannot be read", 60)
    wait_until(lambda: app.find("pictures-job") is None, "the scan has ended", 60)


def click_settled(app: App, name: str) -> None:
    """Click on a widget once it stays where it is: what a scan finds moves what is below."""
    seen: list[tuple[int, int]] = []

    def stays() -> bool:
        seen.append(app.middle(name))
        return len(seen) > 20 and len(set(seen[-20:])) == 1

    wait_until(stays, f"“{name}” stays where it is")
    app.click(name)


def set_epochs(app: App, number: int) -> None:
    app.click("rail-train")
    field = app.wait_for("Epochs")
    app.desktop.click(field["x"] + field["width"] // 2, field["y"] + field["height"] // 2, repeat=3)
    app.desktop.type(f"{number}\t")
    wait_until(lambda: (app.find("Epochs") or {}).get("text") == str(number), "the plan has them")


def epoch_shown(app: App) -> bool:
    """Whether a complete epoch has figures."""
    return any(re.match(r"validation accuracy \d", name) for name in app.widgets())


def test_a_dropped_folder_is_put_right_and_trained(launch, folder, tmp_path):
    app = launch()
    app.wait_for("primary")
    drop(app, folder, tmp_path)
    assert "3 classes, 361 pictures, no split given" in app.everything()
    assert "two 121" in app.everything()
    app.click("Use these pictures")

    # The bad file is found, shown and left out; the file itself stays.
    app.wait_for("Show pictures: 1 file cannot be read", 60)
    wait_until(lambda: app.find("pictures-job") is None, "the scan has ended", 60)
    click_settled(app, "Exclude")
    wait_until(lambda: "1 picture left out" in app.everything(), "it is left out")
    assert (folder / "two" / "holiday.jpg").exists()
    app.desktop.key("ctrl+z")
    wait_until(lambda: "1 picture left out" not in app.everything(), "that is undone")
    app.desktop.key("ctrl+shift+z")

    train_one_epoch(app)
    shown = app.wait_for("test accuracy", 240)["text"]
    assert re.fullmatch(r"\d\d(\.\d+)? %|100 %", shown)


def test_a_folder_that_goes_away_is_said_and_the_run_goes_on_once_it_is_back(
    launch, folder, tmp_path
):
    app = launch()
    app.wait_for("primary")
    use(app, folder, tmp_path)
    set_epochs(app, 400)
    app.click("primary")
    wait_until(lambda: epoch_shown(app), "an epoch is complete", 120)

    away = folder.with_name("away")
    folder.rename(away)
    app.click("primary")  # Stop: what was decoded is in memory, so it could go on
    app.wait_for("Resume", 60)
    app.click("Resume")
    wait_until(lambda: f"There is no folder {folder}" in app.everything(), "it is said", 60)
    assert app.process.poll() is None
    app.click("rail-design")
    wait_until(app.cards, "the design is as it was")

    away.rename(folder)
    app.click("rail-train")
    app.click("Resume")
    wait_until(
        lambda: (
            "There is no folder" not in app.everything() and app.find("primary")["text"] == "Stop"
        ),
        "it goes on",
        60,
    )
