"""Pictures of the real application on a virtual screen, to look at: ``python -m tests.screenshots
FOLDER [WORD…]``; with words, only pictures whose name holds one of them.

Both themes, a narrow, a small and a large screen, and 200 %; every page, one's own pictures, what
opens over the stack, a menu, the questions and the notices.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from core.data.mnist import load_mnist
from core.data.preparation import with_source
from core.data.source import Folder
from core.project import Project
from core.project_file import load_template, save_project, starter
from tests.end_to_end.desktop import Desktop, wait_until

ROOT = Path(__file__).parent.parent


class Shot(NamedTuple):
    """One picture.

    Attributes:
        name: Of the file.
        keys: Pressed one after the other before it is taken (xdotool's names).
        leftover: Whether a killed window left unsaved work behind.
        sign: What is to be read in the window before it is taken.
        project: What is open; the starter if not given.
        pictures: Whether a folder of pictures, some of them bad, is the project's data.
    """

    name: str
    keys: tuple[str, ...] = ()
    leftover: bool = False
    sign: str = ""
    project: Project | None = None
    pictures: bool = False


class Setting(NamedTuple):
    """A screen to take pictures on."""

    name: str
    size: str
    theme: str
    scale: str = "1"


LESSON = starter().changed(
    name="Dense on a picture",
    stack=tuple(block for block in starter().stack if block.kind() != "Flatten"),
)
"""The starter without its Flatten: what arrives at Dense is no vector."""

PAGES = (
    Shot("data", ("ctrl+1",)),
    Shot("design", ("ctrl+2",)),
    Shot("block", ("ctrl+2", "Tab", "Tab", "Tab", "Home", "Down")),
    Shot("lesson", ("ctrl+Return",), project=LESSON),
    Shot("train", ("ctrl+3",)),
    Shot("training", ("ctrl+Return",), sign="validation accuracy 9"),
    Shot("trained", ("ctrl+Return",), sign="test accuracy"),
    Shot("export", ("ctrl+4",)),
    Shot("exports", ("ctrl+Return",), sign="test accuracy"),
)
TO_FLATTEN = ("ctrl+2", "Tab", "Tab", "Tab", "End", "Up")
"""Keys that select the starter's Flatten."""
DETAILS = (
    Shot("empty", ("ctrl+2",), project=starter().changed(stack=())),
    Shot("branches", ("ctrl+2",), project=load_template("inception-style")),
    Shot("lens", (*TO_FLATTEN, "l"), sign="picture 1 of"),
    Shot("insert", (*TO_FLATTEN, "slash", *"conv")),
    Shot("find", ("ctrl+2", "ctrl+f", *"conv"), project=load_template("resnet-20")),
    Shot("search", ("ctrl+2", "ctrl+shift+f", *"pool")),
    Shot("own", ("ctrl+1",), sign="cannot be read", pictures=True),
    Shot("own-plan", ("ctrl+3",), pictures=True),
    Shot("menu", ("alt+f",)),
    Shot("shortcuts", ("ctrl+slash",)),
    Shot("gallery", ("ctrl+shift+n",)),
    Shot("help", ("Down", "Down", "F1")),
    Shot("history", ("F2", "X", "Return", "ctrl+h")),
    Shot("settings", ("ctrl+comma",)),
    Shot("compare", ("F2", "X", "Return", "ctrl+shift+c")),
    Shot("picture", ("ctrl+shift+e",), project=load_template("resnet-8")),
    Shot("unsaved", ("F2", "X", "Return", "ctrl+n")),
    Shot("recovered", leftover=True),
)
SETTINGS = (
    Setting("narrow-light", "900x700", "light"),
    Setting("small-light", "1280x800", "light"),
    Setting("small-dark", "1280x800", "dark"),
    Setting("large-light", "1920x1080", "light"),
    Setting("large-dark", "1920x1080", "dark"),
    Setting("double-light", "2560x1600", "light", "2"),
    Setting("double-small-dark", "1920x1080", "dark", "2"),
)


def leave_work_behind(home: Path) -> None:
    """What a killed window leaves: an autosave whose lock nobody holds."""
    from PySide6.QtCore import QCoreApplication

    from gui.document import Document
    from gui.recovery import Autosave

    _app = QCoreApplication.instance() or QCoreApplication([])
    document = Document(starter())
    gone = Autosave(document, home / "recovery")
    document.edit("rename project", document.project.changed(name="Wiped out"))
    gone.close(keep=True)


def own_pictures(folder: Path) -> Project:
    """The starter on a folder of digits: one class is small, one file no picture, two are alike."""
    import numpy as np
    from PIL import Image

    pictures, labels, _, _ = load_mnist()
    names = ("zero", "one, written with a long name", "two")
    for kind, (name, most) in enumerate(zip(names, (120, 120, 30), strict=True)):
        (folder / name).mkdir(parents=True)
        for number, at in enumerate(np.flatnonzero(labels == kind)[:most]):
            Image.fromarray(pictures[at, ..., 0]).save(folder / name / f"{number}.png")
    shutil.copy(folder / "zero" / "1.png", folder / "two" / "the same.png")
    (folder / "two" / "holiday.jpg").write_text("not a picture")
    source = Folder(path=str(folder), class_names=tuple(sorted(names)))
    return with_source(starter(), source)


def take(desktop: Desktop, setting: Setting, shot: Shot, folder: Path) -> None:
    """Start the application, press the keys, take the picture, end it."""
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        settings = {"theme": setting.theme, "maximized": True, "switches": {"tour-seen": True}}
        (home / "settings.json").write_text(json.dumps(settings))
        if shot.leftover:
            leave_work_behind(home)
        rectangles = home / "rectangles.json"
        environment = desktop.environment | {
            "LAYERLOOM_HOME": str(home),
            "LAYERLOOM_TEST_RECTANGLES": str(rectangles),
            "QT_SCALE_FACTOR": setting.scale,
        }
        command = [sys.executable, str(ROOT / "main.py")]
        project = own_pictures(home / "my digits") if shot.pictures else shot.project
        if project is not None:
            save_project(project, home / "project.layerloom")
            command.append(str(home / "project.layerloom"))
        process = subprocess.Popen(command, env=environment)
        try:
            wait_until(rectangles.exists, "the window is there")
            time.sleep(2.0)
            for keys in shot.keys:
                desktop.key(keys)
                time.sleep(0.4)
            wait_until(lambda: shot.sign in rectangles.read_text(), f"“{shot.sign}” is read", 300)
            if shot.name == "exports":
                desktop.key("ctrl+4")
            time.sleep(0.6)
            desktop.screenshot(folder / f"{setting.name}-{shot.name}.png")
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=20)


def main(arguments: list[str]) -> int:
    """Take the pictures that the command line asks for."""
    if not arguments:
        print(__doc__)
        return 2
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    folder = Path(arguments[0]).absolute()
    folder.mkdir(parents=True, exist_ok=True)
    for setting in SETTINGS:
        shots = PAGES + (DETAILS if setting.name.startswith(("narrow", "small")) else ())
        wanted = [
            shot
            for shot in shots
            if not arguments[1:] or any(w in f"{setting.name}-{shot.name}" for w in arguments[1:])
        ]
        if not wanted:
            continue
        desktop = Desktop(setting.size)
        desktop.start()
        try:
            for shot in wanted:
                take(desktop, setting, shot, folder)
                print(folder / f"{setting.name}-{shot.name}.png")
        finally:
            desktop.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
