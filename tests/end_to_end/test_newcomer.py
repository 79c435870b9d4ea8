"""The walk of somebody who knows what LeNet-5 is and sees the application for the first time."""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass, field

from tests.end_to_end.desktop import App, wait_until

HOLD = 0.25
"""A glance between one act and the next (s)."""


@dataclass
class Newcomer:
    """Acts with mouse and keyboard, counting what it takes.

    Attributes:
        acts: Clicks, drags and typed words, in words.
    """

    app: App
    began: float = field(default_factory=time.monotonic)
    acts: list[str] = field(default_factory=list)

    def did(self, what: str) -> None:
        self.acts.append(f"{time.monotonic() - self.began:6.1f} s  {what}")
        self.app.desktop.xdotool("sleep", HOLD)

    def click(self, name: str) -> None:
        self.app.click(name)
        self.did(f"click {name}")

    def drag_below(self, kind: str, card: str) -> None:
        """Drag a block from the palette to below what a card says of itself and its end."""
        target = self.app.wait_for(card)
        before = len(self.app.cards())
        x, y = target["x"] + target["width"] // 2, target["y"] + target["height"] + 160
        self.app.desktop.drag(self.app.middle(f"{kind}: "), (x, y))
        wait_until(lambda: len(self.app.cards()) == before + 1, f"{kind} stands in the stack")
        self.did(f"drag {kind}")

    def search_and_insert(self, text: str, card: str) -> None:
        """Type into the palette's search, and press Enter."""
        self.app.click("Search blocks")
        self.app.desktop.key("ctrl+a")
        self.app.desktop.type(text)
        wait_until(
            lambda: (self.app.find("Search blocks") or {}).get("text") == text, f"{text} is typed"
        )
        self.app.desktop.key("Return")
        self.app.wait_for(card)
        self.did(f"search “{text}”, Enter")

    def type_block(self, text: str, card: str) -> None:
        """Press / and type a block with its numbers."""
        self.app.desktop.key("slash")
        wait_until(
            lambda: (self.app.find("Block to insert") or {}).get("focused"), "a block can be typed"
        )
        self.app.desktop.type(text)
        wait_until(
            lambda: (self.app.find("Block to insert") or {}).get("text") == text, "it is typed"
        )
        self.app.desktop.key("Return")
        self.app.wait_for(card)
        self.did(f"type /{text}")

    def type_number(self, label: str, value: int, card: str) -> None:
        """Click into a field and type: what stood there is replaced."""
        self.app.click(label)
        self.app.desktop.xdotool("sleep", 0.1)
        self.app.desktop.type(str(value))
        self.app.wait_for(card)
        self.did(f"{label} {value}")

    def step_up(self, label: str, times: int, card: str) -> None:
        """Hold the mouse over a number and press its upper arrow."""
        self.app.desktop.xdotool("mousemove", *self.app.middle(label))
        line = self.app.wait_for(label)

        def arrow() -> tuple[int, int] | None:
            for name, widget in self.app.widgets().items():
                x, y = widget["x"] - line["x"], widget["y"] - line["y"]
                inside = 0 < x < line["width"] and 0 <= y < line["height"]
                if name.startswith("One more") and inside:
                    return widget["x"] + widget["width"] // 2, widget["y"] + widget["height"] // 2
            return None

        x, y = wait_until(arrow, "the field shows its arrows")
        self.app.desktop.click(x, y, repeat=times)
        self.app.wait_for(card)
        self.did(f"{label}: {times} × one more")


def test_from_an_empty_stack_to_a_trained_lenet_5(launch):
    app = launch()
    wait_until(lambda: len(app.cards()) == 10, "the starter is on screen")
    # As after a first start, the tour skipped.
    me = Newcomer(app)
    me.click("menu-file")
    me.click("action-new")
    wait_until(lambda: app.cards() == [], "the stack is empty")
    assert app.wait_for("primary")["text"] == "Add a block"

    me.drag_below("Conv2D", "Input, ")
    assert app.wait_for("primary")["text"] == "Finish the stack"
    assert "an ending is missing" in app.cards()[0]
    me.type_number("Filters", 6, "Conv2D, 6 filters")
    me.step_up("Kernel size (kernel_size), first", 2, "Conv2D, 6 filters, 5×5")
    me.drag_below("AveragePooling2D", "Conv2D, ")
    me.type_block("conv 16 5", "Conv2D, 16 filters, 5×5, valid, relu, output 8 by 8 by 16")
    me.type_block("avg", "AveragePooling2D, 2×2, output 4 by 4 by 16")
    me.search_and_insert("flat", "Flatten, keeps the batch axis, output 256")
    me.search_and_insert("dense", "Dense, 64 units")
    me.type_number("Units", 120, "Dense, 120 units")
    me.click("Dense, 120 units")
    me.type_block("dense 84", "Dense, 84 units")
    me.click("Fix: Add Dense with softmax")
    app.wait_for("Dense, one unit per class, softmax, output 10, block 8 of 8")
    assert not any("missing" in card for card in app.cards())

    wait_until(lambda: app.wait_for("primary")["text"] == "Train", "it can be trained")
    me.click("primary")
    shown = app.wait_for("test accuracy", 240)["text"]
    me.did(f"trained: {shown}")
    print("\n".join(("", *me.acts)))

    percent = re.fullmatch(r"(\d\d(?:\.\d+)?) %", shown)
    assert percent is not None
    assert float(percent[1]) > 90
    [report] = app.home.glob("runs/*/report.json")
    assert json.loads(report.read_text())["parameters"] == 44_426
