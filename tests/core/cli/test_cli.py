"""The command line as scripts use it: what is printed, where, and with which exit code."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from PIL import Image

from core.analysis import analyse
from core.blocks import CATALOGUE
from core.cli import COMMANDS, main
from core.data.classes import leave_out_classes
from core.data.load import folder_source
from core.data.mnist import load_mnist
from core.data.source import Folder
from core.project import Project, show_path
from core.project_file import encode_project, load_template, save_project, template_names
from core.training.run import read_run

ROOT = Path(__file__).parents[3]
LIMIT = "600"


def command(*arguments: str) -> list[str]:
    return [sys.executable, str(ROOT / "main.py"), *arguments]


def lines(text: str) -> list[dict]:
    return [json.loads(line) for line in text.splitlines()]


def refused(capsys: pytest.CaptureFixture[str], code: int, *arguments: str) -> str:
    """The one line of a command that fails."""
    assert main(arguments) == code
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("\n") == 1
    assert "Traceback" not in printed.err
    return printed.err


# Summary


@pytest.mark.parametrize("name", template_names())
def test_summary_as_json_is_one_object_of_the_analysis(capsys, name):
    assert main(["summary", name, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    analysis = analyse(load_template(name))
    assert found["input"] == [28, 28, 1]
    assert found["parameters"] == analysis.parameters
    assert found["trainable"] == analysis.cost.trainable
    assert found["problems"] == []
    for block, (path, report) in zip(found["blocks"], analysis.walk(), strict=True):
        assert block == {
            "path": show_path(path),
            "kind": report.block.kind(),
            "output": list(report.output),
            "parameters": report.cost.parameters,
            "multiply_adds": report.cost.multiply_adds,
            "problems": [],
        }


def test_summary_lists_problems_with_their_fixes(capsys, tmp_path):
    project = Project(stack=(CATALOGUE["Dense"](activation="softmax"),))
    save_project(project, tmp_path / "p.layerloom")
    assert main(["summary", str(tmp_path / "p.layerloom"), "--json"]) == 0
    (problem, *_) = json.loads(capsys.readouterr().out)["problems"]
    assert problem["path"] == "0"
    assert any("Insert Flatten" in fix for fix in problem["fixes"])
    assert main(["summary", str(tmp_path / "p.layerloom")]) == 0
    assert "Insert Flatten" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["summary", "mnist-cnn"],
        ["compare", "mlp", "lenet-5"],
        ["picture", "--help"],
        ["train", "--help"],
    ],
)
def test_light_commands_import_no_keras_and_no_qt(arguments):
    code = (
        "import sys; from core.cli import main; main(sys.argv[1:]);"
        "heavy = {'keras', 'tensorflow', 'PySide6', 'numpy', 'rich'} & set(sys.modules);"
        "sys.exit(f'imported {heavy}' if heavy else 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


# Refusals


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\x00\xff\xfe random", "not a Layerloom project"),
        (encode_project(load_template("mlp"))[:200], "damaged or cut short"),
        (b'{"format": "other", "version": 1}', "not a Layerloom project"),
        (b'{"format": "layerloom-project", "version": 99, "project": {}}', "newer Layerloom"),
        (b"[" * 100_000, "nested too deeply"),
    ],
)
@pytest.mark.parametrize("name", ["summary", "train"])
def test_unreadable_projects_are_refused_in_a_line(capsys, tmp_path, name, content, words):
    path = tmp_path / "p.layerloom"
    path.write_bytes(content)
    message = refused(capsys, 1, name, str(path))
    assert "p.layerloom" in message
    assert words in message
    assert path.read_bytes() == content


def test_project_of_100_mb_is_refused_unread(capsys, tmp_path):
    path = tmp_path / "p.layerloom"
    with path.open("wb") as stream:
        stream.truncate(100 * 2**20)
    assert "100 MB" in refused(capsys, 1, "summary", str(path))


def test_missing_project_names_the_templates(capsys):
    assert "mnist-cnn" in refused(capsys, 1, "train", "nothing-there")


def test_design_that_cannot_be_trained_is_refused_before_an_engine_starts(capsys, tmp_path):
    save_project(Project(name="Bare"), tmp_path / "p.layerloom")
    assert "stack is empty" in refused(capsys, 1, "train", str(tmp_path / "p.layerloom"))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["train", "--epochs", "0"], "--epochs 0 is out of range"),
        (["train", "--layout", "labels"], "--layout says how to read a folder"),
        (["train", "--batch-size", "-5"], "--batch-size -5 is out of range"),
        (["train", "--limit", "0"], "--limit must be at least 1"),
        (["train", "--data", ""], "--data is empty"),
        (["train", ""], "PROJECT is empty"),
        (["evaluate", "run", "--data", ""], "--data is empty"),
        (["train", "--resume", "x", "--epochs", "3"], "--epochs cannot be given"),
        (["train", "mlp", "--resume", "x"], "PROJECT cannot be given"),
    ],
)
def test_bad_values_are_bad_usage(capsys, arguments, words):
    assert words in refused(capsys, 2, *arguments)


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["fly"],
        ["train", "--epochs", "many"],
        ["train", "--no-such-option"],
        ["export", "run", "--format", "gif", "--output", "x"],
        ["predict"],
    ],
)
def test_bad_usage_is_exit_code_2(capsys, arguments):
    assert main(arguments) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "usage:" in printed.err


def test_failures_in_json_are_an_object_and_a_line(capsys):
    assert main(["train", "nothing-there", "--json"]) == 1
    printed = capsys.readouterr()
    (event,) = lines(printed.out)
    assert event["event"] == "failed"
    assert event["message"] == printed.err.strip()


def test_folders_that_are_no_runs_are_refused(capsys, tmp_path):
    export = ("--format", "keras", "--output", str(tmp_path / "m.keras"))
    for name, rest in (("evaluate", ()), ("export", export)):
        assert "not a Layerloom run" in refused(capsys, 1, name, str(tmp_path), *rest)
        assert "no run folder" in refused(capsys, 1, name, str(tmp_path / "gone"), *rest)
    assert "no run folder" in refused(capsys, 1, "train", "--resume", str(tmp_path / "gone"))


@pytest.mark.parametrize("key", ["onnx", "litert", "litert-int8"])
def test_later_formats_and_import_say_so(capsys, tmp_path, key):
    message = refused(capsys, 1, "export", str(tmp_path), "--format", key, "--output", "x")
    assert "not available yet" in message
    assert "not available yet" in refused(capsys, 1, "import", "m.keras", "--output", "p")


def test_bad_data_folder_is_refused(capsys, tmp_path):
    assert "is empty" in refused(capsys, 1, "train", "--data", str(tmp_path))


def test_a_folder_may_be_called_like_a_set(capsys, tmp_path, monkeypatch):
    (tmp_path / "cifar-10").mkdir()
    monkeypatch.chdir(tmp_path)
    words = refused(capsys, 1, "train", "--data", "cifar-10", "--layout", "labels")
    assert "has no labels.csv" in words
    assert "give one with --data" in refused(
        capsys, 2, "train", "--data", "cifar-100", "--layout", "labels"
    )


def test_classes_left_out_must_be_there_and_two_remain(capsys, tmp_path):
    pets = Folder(path=str(tmp_path), class_names=("cat", "dog"))
    save_project(load_template("mlp").changed(data=pets), tmp_path / "p.layerloom")
    train = ("train", str(tmp_path / "p.layerloom"), "--leave-out")
    assert "no class “cow” to leave out, but cat, dog." in refused(capsys, 1, *train, "cow")
    assert "at least two classes" in refused(capsys, 1, *train, "cat")
    assert "of a folder" in refused(capsys, 2, "train", "--leave-out", "7")


@pytest.mark.skipif(os.sep != "/", reason="names of bytes are POSIX")
@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_names_that_the_output_cannot_write_end_no_command(tmp_path, encoding):
    name = os.fsdecode("шар “×” ".encode() + b"\xff")
    for options in ((), ("--json",)):
        done = subprocess.run(
            command("train", "--data", name, *options),
            cwd=tmp_path,
            capture_output=True,
            env=os.environ | {"PYTHONIOENCODING": encoding},
        )
        assert done.returncode == 1
        assert b"There is no folder" in done.stderr
        assert done.stderr.count(b"\n") == 1
        for event in lines(done.stdout.decode(encoding)):
            assert "шар" in event["message"]


def test_every_command_has_help(capsys):
    for name in COMMANDS:
        assert main([name, "--help"]) == 0
        assert f"main.py {name}" in capsys.readouterr().out


# With an engine


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[dict]]:
    """A run made by the command line, and the lines it printed."""
    run = tmp_path_factory.mktemp("cli") / "run"
    options = ("--json", "--epochs", "2", "--limit", LIMIT, "--batch-size", "32")
    done = subprocess.run(
        command("train", "lenet-5", *options, "--output", str(run)),
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return run, lines(done.stdout)


@pytest.mark.keras
def test_training_tells_its_story_in_json_lines(trained):
    run, events = trained
    kinds = [event["event"] for event in events]
    assert kinds[0] == "started"
    assert kinds[-1] == "finished"
    assert kinds.count("epoch") == 2
    assert "progress" in kinds
    started, finished = events[0], events[-1]
    assert {"device", "backend", "reason"} <= started.keys()
    progress = events[kinds.index("progress")]
    wanted = {"epoch", "step", "steps", "loss", "images_per_second", "eta_seconds"}
    assert wanted <= progress.keys()
    assert finished["run"] == str(run)
    assert 0 < finished["metrics"]["test_accuracy"] <= 1
    assert (run / "model.keras").is_file()


@pytest.mark.keras
def test_evaluate_repeats_the_figures_of_the_run(trained, capsys):
    run, events = trained
    assert main(["evaluate", str(run), "--json"]) == 0
    (found,) = lines(capsys.readouterr().out)
    assert found["accuracy"] == events[-1]["metrics"]["test_accuracy"]
    assert found["pictures"] == int(LIMIT)
    assert sum(map(sum, found["confusion"])) == found["pictures"]


@pytest.mark.keras
def test_predict_answers_for_pictures_beside_it_and_names_bad_ones(
    trained, capsys, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    _, _, pictures, _ = load_mnist()
    Image.fromarray(pictures[0, ..., 0]).save("seven.png")
    Path("bad.png").write_text("no picture")
    assert main(["predict", str(trained[0]), "seven.png", "bad.png", "--json"]) == 1
    printed = capsys.readouterr()
    good, bad = lines(printed.out)
    assert good["image"] == "seven.png"
    assert good["label"] in "0123456789"
    assert sum(good["probabilities"].values()) == pytest.approx(1, abs=1e-4)
    assert "bad.png is not a picture" in bad["problem"]
    assert "bad.png" in printed.err


@pytest.mark.keras
def test_export_writes_beside_the_user_and_reports_the_proof(
    trained, capsys, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    run = str(trained[0])
    assert main(["export", run, "--format", "keras", "--output", "m.keras", "--json"]) == 0
    finished = lines(capsys.readouterr().out)[-1]
    assert finished["event"] == "finished"
    assert finished["agreement"] == 1
    assert finished["bytes"] == (tmp_path / "m.keras").stat().st_size


@pytest.mark.keras
@pytest.mark.skipif(os.name == "nt", reason="Ctrl+C cannot be sent to one process there")
def test_ctrl_c_leaves_a_run_that_resumes_to_its_end(tmp_path):
    run = str(tmp_path / "run")
    options = ("--json", "--epochs", "2", "--limit", "6000", "--batch-size", "16")
    process = subprocess.Popen(
        command("train", "lenet-5", *options, "--output", run),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    for line in process.stdout:
        event = json.loads(line)
        if event["event"] == "progress" and event["epoch"] == 2:
            # To the whole group, as a terminal does it: the engine must leave it to its owner.
            os.killpg(process.pid, signal.SIGINT)
            break
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert errors.count("\n") == 1
    assert f"--resume {run}" in errors

    done = subprocess.run(
        command("train", "--resume", run, "--json"), capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
    events = lines(done.stdout)
    assert events[0]["first_epoch"] == 2
    assert events[-1]["epochs"] == 2


@pytest.mark.keras
def test_the_same_folder_is_trained_as_the_project_has_it(tmp_path):
    pictures, labels, *_ = load_mnist()
    for number in range(120):
        folder = tmp_path / "digits" / f"class {labels[number] % 4}"
        folder.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pictures[number, ..., 0]).save(folder / f"{number}.png")
    source = leave_out_classes(folder_source(tmp_path / "digits"), ["class 1"])
    save_project(load_template("mlp").changed(data=source), tmp_path / "p.layerloom")
    data = ("--data", "digits", "--leave-out", "class 3")
    done = subprocess.run(
        command("train", "p.layerloom", *data, "--epochs", "1", "--output", "run"),
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "Left out: “class 1” and “class 3”." in done.stdout
    assert "As in the project: the class “class 1” left out." in done.stdout
    trained = read_run(tmp_path / "run")
    assert trained.project.data.class_names == ("class 0", "class 2")
    assert trained.project.data.classes_left_out == ("class 1", "class 3")
    assert len(trained.report.confusion) == 2


@pytest.mark.keras
def test_a_folder_of_ones_own_pictures_trains_in_plain_lines(tmp_path):
    pictures, labels, *_ = load_mnist()
    for number in range(60):
        folder = tmp_path / "digits" / f"class {labels[number] % 2}"
        folder.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pictures[number, ..., 0]).save(folder / f"{number}.png")
    done = subprocess.run(
        command("train", "mlp", "--data", "digits", "--epochs", "1", "--output", "run"),
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "Epoch 1/1: loss" in done.stdout
    assert "Test accuracy" in done.stdout
    assert "\x1b" not in done.stdout
    assert (tmp_path / "run" / "report.json").is_file()
    assert read_run(tmp_path / "run").project.name == "Flatten and Dense on digits"


@pytest.mark.keras
def test_doctor_names_versions_devices_and_folders(capsys):
    assert main(["doctor", "--json"]) == 0
    (found,) = lines(capsys.readouterr().out)
    assert {"keras", "tensorflow", "numpy"} <= found["versions"].keys()
    assert found["engine"]["reason"]
    assert found["runs_folder"].startswith(os.environ["LAYERLOOM_HOME"])


@pytest.mark.keras
def test_doctor_says_why_no_engine_starts(capsys, monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "theano")
    assert main(["doctor", "--json"]) == 1
    (found,) = lines(capsys.readouterr().out)
    assert found["engine"] is None
    assert "theano" in found["problem"]


@pytest.mark.keras
def test_a_killed_engine_leaves_the_way_on_and_the_run_tells_what_changed(tmp_path):
    run, pets = str(tmp_path / "run"), tmp_path / "pets"
    for at, kind in enumerate(("cat", "dog")):
        (pets / kind).mkdir(parents=True)
        for number in range(30):
            grey = Image.new("L", (28, 28), 120 * at + number)
            grey.save(pets / kind / f"{number}.png")
    options = ("--json", "--epochs", "3000", "--batch-size", "8", "--output", run)
    process = subprocess.Popen(
        command("train", "perceptron", "--data", str(pets), *options),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    for line in process.stdout:
        if json.loads(line)["event"] == "epoch":
            psutil.Process(json.loads(Path(run, "state.json").read_text())["pid"]).kill()
            break
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "killed by signal 9" in errors
    assert errors.endswith(f"pictures are kept. Resume with: main.py train --resume {run}\n")

    (pets / "cat" / "3.png").unlink()
    resumed = subprocess.Popen(
        command("train", "--resume", run, "--json"), stdout=subprocess.PIPE, text=True
    )
    assert resumed.stdout is not None
    for line in resumed.stdout:
        event = json.loads(line)
        if event["event"] == "started":
            assert event["note"].startswith("1 picture is gone since this run last trained.")
            resumed.send_signal(signal.SIGINT)
    assert resumed.wait(timeout=60) == 130
    resumed.stdout.close()
