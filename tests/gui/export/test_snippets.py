"""The code under “Use it” is true: it is run, in a clean process, on real exports."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
from PIL import Image

from core.blocks import CATALOGUE, Input
from core.data.source import Folder
from core.project import Project
from core.project_file import save_project
from gui.export.formats import available, snippet

ROOT = Path(__file__).resolve().parents[3]
WRITE = """
import sys
from pathlib import Path
import keras
from core.export.registry import FORMATS
from core.keras_model import build_model
from core.project_file import load_project
keras.utils.set_random_seed(1)
for folder in map(Path, sys.argv[1:]):
    project = load_project(folder / "project.layerloom")
    model = build_model(project)
    FORMATS["keras"].write(model, project, folder / NAMES["keras"])
    FORMATS["savedmodel"].write(model, project, folder / NAMES["savedmodel"])
"""
NAMES = {"keras": 'a "b" {c}.keras', "savedmodel": "it's saved"}
"""With every character that could end a string too early."""


def run(*arguments: str, folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, *arguments], cwd=folder, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def small(channels: int) -> Project:
    stack = (CATALOGUE["Flatten"](), CATALOGUE["Dense"](activation="softmax"))
    return Project(input=Input(height=20, width=24, channels=channels), stack=stack)


def test_the_line_that_runs_the_script_names_what_it_needs():
    script = next(entry for entry in available() if entry.key == "python")
    assert snippet(script, small(3), Path("net.py")).endswith("# python net.py\n")
    own = small(3).changed(data=Folder(path="/x", class_names=("a", "b")))
    assert snippet(script, own, Path("net.py")).endswith("# python net.py --data FOLDER\n")


def test_snippets_classify_a_picture(tmp_path):
    projects = {tmp_path / "grey": small(1), tmp_path / "colour": small(3)}
    for folder, project in projects.items():
        folder.mkdir()
        save_project(project, folder / "project.layerloom")
    run("-c", f"NAMES = {NAMES!r}\n{WRITE}", *map(str, projects), folder=ROOT)
    noise = np.random.default_rng(0).integers(0, 256, (40, 48, 3), dtype=np.uint8)
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    Image.fromarray(noise).save(tmp_path / "picture.png", exif=exif)
    formats = {entry.key: entry for entry in available()}
    code = "\n".join(
        snippet(formats[key], project, folder / NAMES[key])
        for folder, project in projects.items()
        for key in NAMES
    )
    (tmp_path / "use.py").write_text(code, encoding="utf-8")
    lines = run("-I", "use.py", folder=tmp_path).splitlines()
    assert len(lines) == 4
    answers = [line.split()[0] for line in lines]
    assert set(answers) <= set(small(1).data.class_names)
    # Two decoders, one answer; the shares may differ in the last digit.
    assert answers[0] == answers[1]
    assert answers[2] == answers[3]
