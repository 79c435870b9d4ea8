"""Published networks built from the palette, by mouse alone and by keyboard alone."""

from __future__ import annotations

from pathlib import Path

from core.analysis import analyse
from core.blocks import Input
from core.project import Project
from core.project_file import load_project, save_project
from tests.end_to_end.desktop import App, wait_until
from tests.end_to_end.hand import Mouse, sign

RESNET20, RESNET20_TRAINED = 274_442, 273_066
"""Weights of ResNet-20, and those trained, as Keras's own example (cifar10_resnet) prints them."""


def empty(tmp_path: Path, size: int) -> Path:
    """A project without a block, for colour pictures of a size."""
    file = tmp_path / "net.layerloom"
    save_project(Project(name="net", input=Input(height=size, width=size, channels=3)), file)
    return file


def totals(app: App) -> str:
    return (app.find("totals") or {}).get("text", "")


def saved(app: App, file: Path) -> Project:
    """The project once it is saved by the menu."""
    app.click("menu-file")
    app.click("action-save")
    wait_until(lambda: (app.find("file-state") or {}).get("text") == "saved", "it is saved")
    return load_project(file)


def test_resnet_20_by_mouse_alone(launch, tmp_path):
    file = empty(tmp_path, 32)
    app = launch(str(file))
    mouse = Mouse(app)
    app.click("rail-design")

    def conv(one, filters):
        mouse.click(one)
        mouse.choose("Padding (padding)", "same")
        mouse.choose("Activation (activation)", "linear")
        mouse.step("Filters (filters)", filters)

    # The stem.
    mouse.begin("Conv2D")
    conv(sign("Conv2D"), 16)
    mouse.take_below("BatchNormalization", sign("Conv2D"))
    mouse.take_below("Activation", sign("BatchNormalization"))

    # The first stage: three times a Residual, which ends in relu by itself.
    mouse.take_below("Repeat", sign("Activation"))
    mouse.step("Times (times)", 3)
    mouse.take_below("Residual", sign("Repeat"))
    app.click("1 more field")
    mouse.choose("Projection (projection)", "convolution")
    inside = "in Residual (block 4, block 1)"
    mouse.take_below("Conv2D", sign("Residual"))
    conv(sign("Conv2D", inside), 16)
    mouse.take_below("BatchNormalization", sign("Conv2D", inside))
    mouse.take_below("Activation", sign("BatchNormalization", inside))
    mouse.take_below("Conv2D", sign("Activation", inside))
    conv(sign("Conv2D", "block 4 of 4", inside), 16)
    mouse.take_below("BatchNormalization", sign("Conv2D", "block 4 of 4", inside))

    # Two more, from copies of it.
    for number, filters in ((4, 32), (5, 64)):
        mouse.menu(sign("Repeat", f"block {number} of"), "duplicate")
        mouse.click(sign("Repeat", f"block {number + 1} of"))
        mouse.roll("Strides of the first copy (first_strides), first of two", 2)
        for block in (1, 4):
            mouse.click(sign("Conv2D", f"block {block} of 5 in Residual (block {number + 1},"))
            mouse.step("Filters (filters)", filters)
    app.click("Fold away Repeat, block 6 of 6")
    mouse.take_below("GlobalAveragePooling2D", sign("Repeat", "block 6 of"))
    mouse.take_below("Dense", sign("GlobalAveragePooling2D"))
    mouse.choose("Activation (activation)", "softmax")
    app.click("Fix: Follow the data (10 units)")

    end = sign("Dense, one unit per class, softmax, output 10, block 8 of 8")
    wait_until(lambda: any(map(end, app.cards())), "the stack is complete", 10)
    assert not [card for card in app.cards() if "has an error" in card]
    wait_until(lambda: f"{RESNET20:,} parameters" in totals(app), f"not {totals(app)}", 10)
    cost = analyse(saved(app, file)).cost
    assert (cost.parameters, cost.trainable) == (RESNET20, RESNET20_TRAINED)
