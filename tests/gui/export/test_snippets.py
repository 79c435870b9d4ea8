"""The code under “Use it” is true: it is run, in a clean process, on real exports."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.blocks import CATALOGUE, Input
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
project = load_project(Path(sys.argv[1]))
model = build_model(project)
for key, output in zip(("keras", "savedmodel"), sys.argv[2:]):
    FORMATS[key].write(model, project, Path(output))
"""


def run(*arguments: str, folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, *arguments], cwd=folder, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("channels", [1, 3])
def test_snippets_classify_a_picture(tmp_path, channels):
    stack = (CATALOGUE["Flatten"](), CATALOGUE["Dense"](activation="softmax"))
    project = Project(input=Input(height=20, width=24, channels=channels), stack=stack)
    save_project(project, tmp_path / "project.layerloom")
    # A name with every character that could end a string too early.
    outputs = {"keras": tmp_path / 'a "b" {c}.keras', "savedmodel": tmp_path / "it's saved"}
    places = [str(outputs["keras"]), str(outputs["savedmodel"])]
    run("-c", WRITE, str(tmp_path / "project.layerloom"), *places, folder=ROOT)
    noise = np.random.default_rng(0).integers(0, 256, (40, 48, 3), dtype=np.uint8)
    Image.fromarray(noise).save(tmp_path / "picture.png")
    formats = {entry.key: entry for entry in available()}
    code = "\n".join(snippet(formats[key], project, outputs[key]) for key in outputs)
    (tmp_path / "use.py").write_text(code, encoding="utf-8")
    answers = run("-I", "use.py", folder=tmp_path).split()
    assert len(answers) == 4
    assert answers[0] in project.data.class_names
    # Two resizers, one answer; the shares may differ in the last digit.
    assert answers[0] == answers[2]
