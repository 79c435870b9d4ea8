"""The library with a real mouse in a real window, while another process saves to it."""

from __future__ import annotations

from core.blocks import CATALOGUE
from core.library import read_library, write_block
from tests.end_to_end.desktop import wait_until

FIELD = "Name in your library"


def test_a_group_is_saved_dragged_and_follows_its_library_block(launch):
    app = launch()
    wait_until(lambda: len(app.cards()) == 10, "the starter is on screen")
    card = app.wait_for("BatchNormalization, ")
    app.desktop.click(card["x"] + 120, card["y"] + card["height"] // 2)
    app.desktop.key("ctrl+g")
    app.wait_for("Group, 1 block")
    app.desktop.key("ctrl+shift+l")
    wait_until(lambda: (app.find(FIELD) or {}).get("focused"), "a name is asked for")
    app.desktop.type("norm")
    wait_until(lambda: (app.find(FIELD) or {}).get("text") == "norm", "it is typed")
    app.desktop.key("Return")
    app.wait_for("Group, library block norm, 1 block")

    target = app.wait_for("Conv2D, 48 filters")
    end = (target["x"] + target["width"] // 2, target["y"] - 12)
    app.desktop.drag(app.middle("norm: BatchNormalization"), end)
    app.wait_for("Group, library block norm, 1 block, output 12 by 12 by 16, block 4 of 11")

    [block] = read_library(app.home / "library").blocks
    changed = block.changed(stack=(*block.stack, CATALOGUE["ReLU"]()))
    write_block(app.home / "library", changed, over=block)
    app.wait_for("“norm” in your library was changed: 2 uses here.")
    app.click("offer-all")
    for place in (3, 4):
        words = "Group, library block norm, 2 blocks, output 12 by 12 by 16, block"
        app.wait_for(f"{words} {place} of 11")
    assert app.find("offer-all") is None
