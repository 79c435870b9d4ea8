"""Published networks built from the palette, by mouse alone and by keyboard alone."""

from __future__ import annotations

from pathlib import Path

from core.analysis import analyse
from core.blocks import Input
from core.project import Project
from core.project_file import load_project, save_project
from tests.end_to_end.desktop import App, wait_until
from tests.end_to_end.hand import Keyboard, Mouse, sign

RESNET20, RESNET20_TRAINED = 274_442, 273_066
"""Weights of ResNet-20, and those trained, as Keras's own example (cifar10_resnet) prints them."""


def empty(tmp_path: Path, size: int) -> Path:
    """A project without a block, for colour pictures of a size."""
    file = tmp_path / "net.layerloom"
    save_project(Project(name="net", input=Input(height=size, width=size, channels=3)), file)
    return file


def totals(app: App) -> str:
    return (app.find("totals") or {}).get("text", "")


def saved(hand: Mouse | Keyboard, file: Path) -> Project:
    """The project once a hand has saved it."""
    hand.save()
    app = hand.app
    wait_until(lambda: (app.find("file-state") or {}).get("text") == "saved", "it is saved")
    return load_project(file)


def assert_resnet20(hand: Mouse | Keyboard, file: Path) -> None:
    app = hand.app
    end = sign("Dense", "softmax, output 10, block 8 of 8")
    wait_until(lambda: any(map(end, app.cards())), "the stack is complete", 10)
    wait_until(lambda: f"{RESNET20:,} parameters" in totals(app), "the totals are right", 10)
    assert not [card for card in app.cards() if "has an error" in card]
    cost = analyse(saved(hand, file)).cost
    assert (cost.parameters, cost.trainable) == (RESNET20, RESNET20_TRAINED)


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

    assert_resnet20(mouse, file)


def test_resnet_20_by_keyboard_alone(launch, tmp_path):
    file = empty(tmp_path, 32)
    app = launch(str(file))
    keys = Keyboard(app)
    keys.begin()
    keys.insert("conv 16 3 same linear", "Conv2D")
    keys.insert("batch", "BatchNormalization")
    keys.insert("activation relu", "Activation")
    for block, filters in ((4, 16), (5, 32), (6, 64)):
        stride = "" if filters == 16 else " first_strides=2"
        keys.insert(f"repeat 3{stride}", "Repeat")
        keys.insert("residual relu projection=convolution", "Residual")
        conv = f"conv {filters} 3 same linear"
        keys.insert(conv, "Conv2D")
        keys.insert("batch", "BatchNormalization")
        keys.insert("activation relu", "Activation")
        keys.insert(conv, "Conv2D")
        keys.insert("batch", "BatchNormalization")
        keys.press("Left", "Residual", f"in Repeat (block {block})")
        keys.press("Up", "Repeat", f"block {block} of")
        keys.desktop.key("Left")  # folded away, what is inserted next stands after it
        app.wait_for(f"Show the blocks of Repeat, block {block}")
    keys.insert("gap", "GlobalAveragePooling2D")
    keys.insert("dense 10 softmax", "Dense")
    assert_resnet20(keys, file)


INCEPTION_3A = 163_696
"""Weights of GoogLeNet's module 3a (Szegedy et al., "Going Deeper with Convolutions", 2015, give
159K: 163,328 are kernels, 368 biases)."""
MODULE = (
    ((64, 1),),
    ((96, 1), (128, 3)),
    ((16, 1), (32, 5)),
    ((32, 1),),
)
"""Filters and window of the convolutions of each branch; the last begins with a pooling."""


def assert_module(hand: Mouse | Keyboard, file: Path) -> None:
    module = saved(hand, file).stack[1]
    shape = (28, 28, 192)
    assert module.output_shape(shape) == (28, 28, 256)
    assert module.cost(shape).parameters == INCEPTION_3A


def test_an_inception_module_by_keyboard_alone(launch, tmp_path):
    file = empty(tmp_path, 28)
    app = launch(str(file))
    keys = Keyboard(app)
    keys.begin()
    keys.insert("conv 192 1", "Conv2D")
    keys.insert("parallel", "Parallel")
    for branches in (3, 4):
        keys.choose("Add branch")
        wait_until(lambda n=branches: app.find(f"Parallel, {n} branches"), f"{branches} branches")
    for number, convolutions in enumerate(MODULE, start=1):
        # What is typed on the Parallel stands in its first empty branch.
        inside = f"in branch {number} of 4"
        if number == 4:
            keys.insert("max 3 strides=1 same", "MaxPooling2D", inside)
        for filters, size in convolutions:
            keys.insert(f"conv {filters} {size} same relu", "Conv2D", inside)
        while not keys.on_card("Parallel"):
            keys.desktop.key("Up")
            keys.desktop.xdotool("sleep", 0.4)
    assert_module(keys, file)


def test_an_inception_module_by_mouse_alone(launch, tmp_path):
    file = empty(tmp_path, 28)
    app = launch(str(file))
    mouse = Mouse(app)
    app.click("rail-design")

    def conv(one, filters, size):
        mouse.click(one)
        mouse.choose("Padding (padding)", "same")
        mouse.roll("Kernel size (kernel_size), first of two", size)
        mouse.step("Filters (filters)", filters)

    mouse.begin("Conv2D")
    conv(sign("Conv2D"), 192, 1)
    mouse.take_below("Parallel", sign("Conv2D"))
    parallel = sign("Parallel")
    for branches in (3, 4):
        mouse.menu(parallel, "add-branch")
        wait_until(lambda n=branches: app.find(f"Parallel, {n} branches"), f"{branches} branches")
    for number, convolutions in enumerate(MODULE, start=1):
        inside = f"in branch {number} of 4"
        if number == 4:
            mouse.take_into_branch("MaxPooling2D", parallel, number, 4)
            mouse.click(sign("MaxPooling2D", inside))
            mouse.roll("Pool size (pool_size), first of two", 3)
            mouse.roll("Strides (strides), first of two", 1)
            mouse.choose("Padding (padding)", "same")
        for place, (filters, size) in enumerate(convolutions, start=2 if number == 4 else 1):
            if place == 1:
                mouse.take_into_branch("Conv2D", parallel, number, 4)
            else:
                mouse.take_below("Conv2D", sign("", f"block {place - 1} of {place - 1} {inside}"))
            conv(sign("Conv2D", f"block {place} of {place} {inside}"), filters, size)
    assert_module(mouse, file)
