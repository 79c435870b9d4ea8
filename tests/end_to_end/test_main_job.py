"""The main job with a real mouse in a real window: design, undo, train, watch, export, verify."""

from __future__ import annotations

import hashlib
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

from tests.end_to_end.desktop import ROOT, App, alive, wait_until

CHECK = """
import json, sys
import keras, numpy as np
data = np.load(sys.argv[2])
model = keras.models.load_model(sys.argv[1])
answers = model.predict(data["x_test"][..., None], batch_size=500, verbose=0).argmax(1)
accuracy = float((answers == data["y_test"]).mean())
print(json.dumps({"accuracy": accuracy, "layers": len(model.layers)}))
"""


def drop_before(app: App, kind: str, card: str) -> None:
    """Drag a palette card to the gap above a card of the stack."""
    before = len(app.cards())
    start = app.middle(f"{kind}: ")
    target = app.wait_for(card)
    app.desktop.drag(start, (target["x"] + target["width"] // 2, target["y"] - 12))
    wait_until(lambda: len(app.cards()) == before + 1, f"{kind} stands in the stack")


def train_one_epoch(app: App) -> None:
    """Set the plan to one epoch and press Train."""
    app.click("rail-train")
    field = app.wait_for("Epochs")
    app.desktop.click(field["x"] + field["width"] // 2, field["y"] + field["height"] // 2, repeat=3)
    app.desktop.type("1\t")
    wait_until(lambda: (app.find("Epochs") or {}).get("text") == "1", "the plan has one epoch")
    app.click("primary")


def picture_of(app: App, name: str, tmp_path: Path) -> str:
    """A fingerprint of how a widget looks on the screen."""
    widget = app.wait_for(name)
    shot = tmp_path / "screen.png"
    app.desktop.screenshot(shot)
    crop = f"{widget['width']}x{widget['height']}+{widget['x']}+{widget['y']}"
    pixels = subprocess.run(
        ["convert", str(shot), "-crop", crop, "rgb:-"], capture_output=True, check=True
    )
    return hashlib.sha256(pixels.stdout).hexdigest()


def test_design_undo_train_watch_export_and_load_in_plain_keras(launch, tmp_path):
    app = launch()
    wait_until(lambda: len(app.cards()) == 10, "the starter is on screen")

    # Three blocks dragged in; the shapes below follow.
    drop_before(app, "ZeroPadding2D", "Conv2D, 16 filters")
    assert "output 30 by 30 by 1, block 1 of 11" in app.cards()[0]
    assert "output 26 by 26 by 16" in app.cards()[1]
    drop_before(app, "Conv2D", "MaxPooling2D")
    assert re.search(r"Conv2D, 32 filters.* output 24 by 24 by 32, block 3 of 12", app.cards()[2])
    drop_before(app, "AveragePooling2D", "Conv2D, 32 filters")
    assert "output 13 by 13 by 16" in app.cards()[2]

    # Undone twice, by the keyboard.
    app.desktop.key("ctrl+z", "ctrl+z")
    wait_until(lambda: len(app.cards()) == 11, "two insertions are undone")
    assert "ZeroPadding2D" in app.cards()[0]
    assert "output 12 by 12 by 16" not in app.cards()[1]

    # One epoch; the curve moves while it runs.
    train_one_epoch(app)
    app.wait_for("Accuracy by epoch", 60)
    wait_until(lambda: app.find("training accuracy so far"), "figures come in", 60)
    first = picture_of(app, "Accuracy by epoch", tmp_path)
    wait_until(
        lambda: picture_of(app, "Accuracy by epoch", tmp_path) != first, "the curve moves", 20
    )
    shown = app.wait_for("test accuracy", 240)["text"]
    assert re.fullmatch(r"\d\d(\.\d+)? %", shown)

    # Export, by the save dialog.
    app.click("rail-export")
    app.click("Export Keras")
    target = tmp_path / "digits.keras"
    app.click("fileNameEdit")
    app.desktop.key("ctrl+a")
    app.desktop.type(str(target))
    wait_until(
        lambda: (app.find("fileNameEdit") or {}).get("text") == str(target), "the name is typed"
    )
    app.desktop.key("Return")
    wait_until(target.exists, "the file is there", 90)

    result = subprocess.run(
        [
            sys.executable,
            "-I",
            "-c",
            CHECK,
            str(target),
            str(ROOT / "resources/datasets/mnist.npz"),
        ],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
        env=os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3"},
    )
    loaded = json.loads(result.stdout)
    assert loaded["layers"] == 13  # input, rescaling and eleven blocks
    digits = len(shown.split()[0].partition(".")[2])
    assert f"{100 * loaded['accuracy']:.{digits}f} %" == shown


def test_killed_engine_is_said_and_the_run_goes_on(launch):
    app = launch()
    app.wait_for("rail-train")
    app.click("rail-train")
    app.click("primary")
    app.wait_for("validation accuracy 9", 120)  # the first epoch is complete
    cards = app.cards()
    os.kill(app.engine(), signal.SIGKILL)
    resume = app.wait_for("Resume", 10)
    assert "epoch 2" in resume["text"]
    assert "killed by signal 9" in app.everything()
    assert app.process.poll() is None
    assert app.cards() == cards
    app.click("Resume")
    app.wait_for("test accuracy", 120)
    assert app.wait_for("primary")["text"] == "Export"


def test_killed_window_offers_the_work_back_and_leaves_no_engine(launch):
    app = launch()
    wait_until(lambda: len(app.cards()) == 10, "the starter is on screen")
    drop_before(app, "Conv2D", "MaxPooling2D")
    engine = wait_until(app.engine, "the engine runs")
    wait_until(
        lambda: "autosaved" in (app.find("autosave") or {}).get("text", ""), "it is autosaved"
    )
    app.kill()
    wait_until(lambda: not alive(engine), "the engine ends by itself", 5)

    again = launch()
    again.click("notice-restore")
    wait_until(lambda: len(again.cards()) == 11, "it is back")
    assert "Conv2D, 32 filters" in again.cards()[1]
