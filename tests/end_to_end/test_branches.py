"""A real mouse over branches that stand side by side."""

from __future__ import annotations

from core.blocks import CATALOGUE
from core.project import Project
from core.project_file import save_project
from tests.end_to_end.desktop import wait_until

BRANCH = "in branch 3 of 4 in Parallel (block 1)"


def inception() -> Project:
    """A Parallel of four branches of which the third holds two convolutions."""
    conv = CATALOGUE["Conv2D"](filters=8, padding="same")
    branches = ((conv,), (conv, conv), (conv, conv), ())
    dense = CATALOGUE["Dense"](activation="softmax")
    return Project(
        stack=(
            CATALOGUE["Parallel"](branches=branches),
            CATALOGUE["GlobalAveragePooling2D"](),
            dense,
        )
    )


def test_a_block_is_dragged_into_the_third_branch_and_out_of_it_again(launch, tmp_path):
    file = tmp_path / "branches.layerloom"
    save_project(inception(), file)
    app = launch(str(file))
    card = app.wait_for(
        "Conv2D, 8 filters, 3×3, same, output 28 by 28 by 8, block 2 of 2 " + BRANCH
    )
    above = (card["x"] + card["width"] // 2, card["y"] + 6)
    app.desktop.drag(app.middle("SeparableConv2D: "), above)
    wait_until(
        lambda: any(
            name.startswith("SeparableConv2D, ") and f"block 2 of 3 {BRANCH}" in name
            for name in app.widgets()
        ),
        "the block stands between the two of the third branch",
    )
    # The fourth branch is empty: a drop anywhere under it lands there.
    moved = app.wait_for("SeparableConv2D, ")
    middle = moved["y"] + moved["height"] // 2
    start = (moved["x"] + moved["width"] // 2, middle)
    app.desktop.drag(start, (moved["x"] + moved["width"] + 60, middle + 30))
    wait_until(
        lambda: any(
            name.startswith("SeparableConv2D, ") and "block 1 of 1 in branch 4 of 4" in name
            for name in app.widgets()
        ),
        "the block stands alone in the fourth branch",
    )
