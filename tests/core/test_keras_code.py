"""The script that a person would write: readable, runnable, the same model."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import msgspec
import numpy as np
import pytest

from core.blocks import CATALOGUE, Composite, Container, Input
from core.data.augment import Flip, Rotate
from core.data.mnist import MNIST_FILE
from core.data.picture import read_picture
from core.data.preparation import with_source
from core.data.source import KERAS_SETS, Folder, Moved
from core.keras_code import write_layers, write_script
from core.picture_code import IMPORTS, read_picture_code
from core.project import Project
from core.project_file import load_template, template_names
from core.training.plan import TrainingPlan
from tests.core.odd_pictures import others

PLANS = [
    TrainingPlan(),
    TrainingPlan(optimizer="sgd", schedule="constant", early_stopping=3),
    TrainingPlan(optimizer="adam", warmup=0.0),
    TrainingPlan(optimizer="rmsprop"),
]

COMPARE = """
import importlib, json, os, sys
sys.path[:0] = [{root!r}, {folder!r}]
from core.keras_model import build_model
from core.project_file import load_template
import keras
# Keras finds weights for the template's network where it would have downloaded them.
network = keras.applications.MobileNetV2(include_top=False, weights=None, input_shape=(96, 96, 3))
os.makedirs("models")
network.save("models/mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_96_no_top.h5")
def facts(layers):
    return [
        [type(l).__name__, list(l.output.shape[1:]), l.count_params()]
        for l in layers
        if type(l).__name__ != "InputLayer"
    ]
for name in {names!r}:
    theirs = importlib.import_module(name.replace("-", "_")).build_model()
    ours = build_model(load_template(name))
    print(json.dumps([facts(theirs.layers), facts(ours.layers)]))
"""
ROOT = str(Path(__file__).parents[2])
FOLDER = load_template("mlp").changed(
    data=Folder(path="/x", class_names=("a", "b")), input=Input(height=24, width=20, channels=3)
)


def run_python(*arguments: str, folder: Path) -> str:
    environment = os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3", "KERAS_HOME": str(folder)}
    done = subprocess.run(
        [sys.executable, *arguments], cwd=folder, capture_output=True, text=True, env=environment
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("name", template_names())
@pytest.mark.parametrize("plan", PLANS)
def test_every_plan_gives_valid_python(name, plan):
    ast.parse(write_script(load_template(name).changed(plan=plan)).text)


def test_every_kind_of_block_is_written_as_its_layer():
    for kind, cls in CATALOGUE.items():
        text = write_layers(Project(stack=(cls.fresh(),))).text
        ast.parse(text)
        if not issubclass(cls, Composite | Container):
            assert f"layers.{kind}(" in text


def test_hostile_names_stay_text():
    name = '"""\nimport os; os.abort()\n\\'
    classes = ('a"', "b\\", "c\n", "d'''", "{e}")
    project = load_template("mlp").changed(name=name, data=Folder(path="/x", class_names=classes))
    tree = ast.parse(write_script(project).text)
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Assign)]
    value = next(n.value for n in names if getattr(n.targets[0], "id", "") == "CLASS_NAMES")
    assert ast.literal_eval(value) == list(classes)
    modules = [alias.name for n in ast.walk(tree) if isinstance(n, ast.Import) for alias in n.names]
    assert "os" not in modules


@pytest.mark.parametrize("source", KERAS_SETS.values(), ids=list(KERAS_SETS))
def test_ready_made_sets_come_from_keras(source):
    text = write_script(with_source(load_template("mlp"), source)).text
    ast.parse(text)
    assert "keras.datasets." in text
    assert "CLASS_NAMES" not in text


@pytest.mark.parametrize("fit", ["stretch", "crop", "pad"])
def test_scripts_read_pictures_as_the_project_does(fit):
    """That this text gives the same pixels is held in `test_picture_code.py`."""
    text = write_script(FOLDER.changed(input=Input(fit=fit))).text
    ast.parse(text)
    assert read_picture_code(Input(fit=fit)) in text
    assert IMPORTS in text
    assert max(map(len, text.splitlines())) <= 100


def test_scripts_say_what_they_leave_out():
    assert "does not" not in write_script(FOLDER).text
    source = msgspec.structs.replace(
        FOLDER.data,
        excluded=("a/1.png",),
        moved=(Moved(file="a/2.png", to="b"),),
        class_weights=(1.0, 2.0),
        test_share=0.25,
    )
    text = write_script(FOLDER.changed(data=source, augmentation=(Flip(), Rotate()))).text
    assert "changes pictures while training (flip, rotate); this script does not." in text
    assert "leaves out 1 picture by the user's choice; this script does not." in text
    assert "counts 1 picture as of another class; this script does not." in text
    assert "weighs the classes in training; this script does not." in text
    assert "25 % of them are for the test." in text
    ast.parse(text)


def test_standardising_is_written_as_numbers():
    project = Project(input=Input(rescale="standardise", mean=100.0, deviation=50.0))
    assert "layers.Rescaling(0.02, offset=-2)" in write_layers(project).text


def test_only_what_differs_from_kerass_defaults_is_written():
    text = write_layers(Project(stack=(CATALOGUE["Conv2D"](),))).text
    assert "layers.Conv2D(filters=32, kernel_size=3)" in text


def test_names_given_by_the_user_are_kept_and_others_left_to_keras():
    flatten = CATALOGUE["Flatten"]
    text = write_layers(Project(stack=(flatten(name="beads"), flatten()))).text
    assert 'layers.Flatten(name="beads")' in text
    assert "layers.Flatten()" in text


@pytest.mark.parametrize("name", template_names())
def test_lines_point_at_the_blocks(name):
    project = load_template(name)
    script = write_script(project)
    assert set(script.lines) == {path for path, _ in project.walk()}
    written = script.text.splitlines()
    for path, block in project.walk():
        shown = [written[number - 1] for number in script.lines[path]]
        if isinstance(block, Container):
            held = [line for p, lines in script.lines.items() if p[:-2] == path for line in lines]
            assert set(held) <= set(script.lines[path])
        elif isinstance(block, Composite):
            assert shown
        else:
            assert any(f"layers.{block.kind()}(" in line for line in shown)


@pytest.mark.keras
def test_scripts_build_the_same_models(tmp_path):
    for name in template_names():
        module = tmp_path / f"{name.replace('-', '_')}.py"
        module.write_text(write_script(load_template(name)).text, "utf-8")
    code = COMPARE.format(root=ROOT, folder=str(tmp_path), names=template_names())
    lines = run_python("-c", code, folder=tmp_path).splitlines()
    assert len(lines) == len(template_names())
    for line in lines:
        theirs, ours = json.loads(line)
        assert theirs == ours


@pytest.mark.keras
def test_script_trains_and_saves_from_a_file(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(write_script(load_template("mlp")).text, "utf-8")
    arguments = ("--data", str(MNIST_FILE), "--limit", "500", "--epochs", "1")
    assert "test accuracy" in run_python(str(script), *arguments, folder=tmp_path)
    assert list(tmp_path.glob("*.keras"))


READ = """
import importlib.util, pathlib, sys
import numpy as np
spec = importlib.util.spec_from_file_location("script", "script.py")
script = importlib.util.module_from_spec(spec)
spec.loader.exec_module(script)
pictures, labels = script.read_folder(pathlib.Path("pictures"))
np.savez("read.npz", pictures=pictures, labels=labels)
"""


@pytest.fixture
def pictures(tmp_path) -> Path:
    """A folder of two classes with odd pictures, and with what else is found beside pictures."""
    root = tmp_path / "pictures"
    for name in ("a", "b/below"):
        (root / name).mkdir(parents=True)
        others(root / name)
    (root / "b" / "Thumbs.db").write_bytes(b"no picture")
    (root / "a" / ".hidden.png").write_bytes((root / "a" / "words.png").read_bytes())
    (root / "a" / ".thumbnails").mkdir()
    others(root / "a" / ".thumbnails")
    return root


@pytest.mark.keras
def test_script_reads_a_folder_and_trains_on_it(tmp_path, pictures):
    (tmp_path / "script.py").write_text(write_script(FOLDER).text, "utf-8")
    printed = run_python("-I", "-c", READ, folder=tmp_path)
    assert printed.splitlines() == [
        f"left out: {Path('pictures/b/Thumbs.db')}: "
        f"cannot identify image file '{Path('pictures/b/Thumbs.db')}'"
    ]
    files = [*sorted((pictures / "a").glob("[!.]*")), *sorted((pictures / "b/below").iterdir())]
    with np.load(tmp_path / "read.npz") as read:
        wanted = np.stack([read_picture(file, FOLDER.input) for file in files])
        assert np.array_equal(read["pictures"], wanted)
        assert read["labels"].tolist() == [0] * (len(files) // 2) + [1] * (len(files) // 2)
    trained = run_python("-I", "script.py", "--data", "pictures", "--epochs", "1", folder=tmp_path)
    assert "test accuracy" in trained


@pytest.mark.keras
def test_script_names_a_class_that_is_not_there(tmp_path, pictures):
    (tmp_path / "script.py").write_text(write_script(FOLDER).text, "utf-8")
    (pictures / "a").rename(pictures / "c")
    done = subprocess.run(
        [sys.executable, "-I", "script.py", "--data", "pictures"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == "pictures has no folder a"
