"""Pictures for papers: nothing overlaps, texts fit, everything is on the paper, runs are folded."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.analysis import analyse
from core.blocks import CATALOGUE
from core.picture import MM, PAGE_WIDTHS, Box, Drawing, Options, draw
from core.picture.font import text_width
from core.picture.nodes import MAX_BLOCKS
from core.project import Project
from core.project_file import load_template, template_names
from tests.strategies import stacks

TINY = 0.01


def block(kind: str, **fields):
    return CATALOGUE[kind](**fields)


def every_option() -> st.SearchStrategy[Options]:
    flags = {name: st.booleans() for name in ("shapes", "parameters", "compact", "fold")}
    return st.builds(
        Options,
        orientation=st.sampled_from(["vertical", "horizontal"]),
        width=st.sampled_from(list(PAGE_WIDTHS)),
        **flags,
    )


def projects() -> st.SearchStrategy[Project]:
    return stacks(6).map(lambda drawn: Project(input=drawn[0], stack=drawn[1]))


def apart(one, other) -> bool:
    """Whether two rectangles share no area."""
    return (
        one.x + one.width <= other.x + TINY
        or other.x + other.width <= one.x + TINY
        or one.y + one.height <= other.y + TINY
        or other.y + other.height <= one.y + TINY
    )


def holds(outer, inner) -> bool:
    """Whether one rectangle holds another whole."""
    return (
        outer.x - TINY <= inner.x
        and outer.y - TINY <= inner.y
        and inner.x + inner.width <= outer.x + outer.width + TINY
        and inner.y + inner.height <= outer.y + outer.height + TINY
    )


def crosses(start: tuple[float, float], end: tuple[float, float], box: Box) -> bool:
    """Whether an upright or level line passes through the inside of a box."""
    left, right = sorted((start[0], end[0]))
    top, bottom = sorted((start[1], end[1]))
    inside_x = left < box.x + box.width - 0.1 and right > box.x + 0.1
    inside_y = top < box.y + box.height - 0.1 and bottom > box.y + 0.1
    return inside_x and inside_y


def check(drawing: Drawing) -> None:
    """Everything that is true of any picture."""
    frames = [box for box in drawing.boxes if box.look == "frame"]
    solid = [box for box in drawing.boxes if box.look != "frame"]
    for one, other in combinations(solid, 2):
        assert apart(one, other)
    for frame in frames:
        for box in drawing.boxes:
            assert box is frame or apart(frame, box) or holds(frame, box) or holds(box, frame)
    paper = Box(0, 0, drawing.width, drawing.height, "frame", drawing.boxes[0].role)
    for part in (*drawing.boxes, *drawing.texts):
        assert holds(paper, part)
    for text in drawing.texts:
        assert text_width(text.text, text.size, text.bold) <= text.width + TINY
        around = [box for box in solid if not apart(box, text)]
        assert all(holds(box, text) for box in around), text
        assert len(around) <= 1
    for one, other in combinations(drawing.texts, 2):
        assert apart(one, other), (one, other)
    for line in drawing.lines:
        for start, end in zip(line.points, line.points[1:], strict=False):
            assert min(abs(start[0] - end[0]), abs(start[1] - end[1])) < TINY, "lines are level"
            assert not any(crosses(start, end, box) for box in solid)
            assert min(*start, *end) >= 0
            assert max(start[0], end[0]) <= drawing.width + TINY
            assert max(start[1], end[1]) <= drawing.height + TINY


@settings(max_examples=60)
@given(projects(), every_option())
def test_any_design_is_drawn_cleanly(project, options):
    drawing = draw(project, options)
    check(drawing)
    assert drawing.width <= PAGE_WIDTHS[options.width] + TINY


@pytest.mark.parametrize("orientation", ["vertical", "horizontal"])
@pytest.mark.parametrize("width", ["column", "page"])
@pytest.mark.parametrize("name", template_names())
def test_templates_are_drawn_cleanly(name, width, orientation):
    for more in ({}, {"fold": False, "compact": False, "parameters": True}):
        check(draw(load_template(name), Options(orientation=orientation, width=width, **more)))


@pytest.mark.parametrize("name", ["lenet-5", "vgg-style", "mnist-cnn", "mobilenet-style"])
def test_plain_designs_are_legible_in_a_column(name):
    drawing = draw(load_template(name), Options(width="column"))
    assert drawing.width <= 85 * MM
    assert drawing.smallest >= 6


@pytest.mark.parametrize("name", ["resnet-8", "resnet-20"])
def test_nets_with_shortcuts_are_legible_on_a_page(name):
    assert draw(load_template(name), Options()).smallest >= 6


def words(drawing: Drawing) -> list[str]:
    return [text.text for text in drawing.texts]


def test_shapes_stand_at_the_arrows_or_not_at_all():
    lenet = load_template("lenet-5")
    assert "14 × 14 × 6" in words(draw(lenet, Options()))
    assert "14 × 14 × 6" not in words(draw(lenet, Options(shapes=False)))


def test_parameters_are_the_analysis_s():
    lenet = load_template("lenet-5")
    told = words(draw(lenet, Options(parameters=True)))
    for report in analyse(lenet).blocks:
        if report.cost.parameters:
            assert f"{report.cost.parameters:,} parameters" in told
    assert not any("parameters" in word for word in words(draw(lenet, Options())))


def test_a_repeat_is_drawn_once_with_how_often_or_written_out():
    resnet = load_template("resnet-20")
    folded = draw(resnet, Options())
    assert words(folded).count("Residual × 3") == 3
    written_out = draw(resnet, Options(fold=False))
    assert words(written_out).count("add · relu") == 9


def test_equal_runs_are_folded_where_that_saves_boxes():
    conv = block("Conv2D", filters=8, padding="same")
    pool = block("MaxPooling2D", pool_size=(1, 1), strides=(1, 1))
    stack = (conv, pool) * 4  # the first convolution sees another shape
    told = words(draw(Project(stack=stack), Options()))
    assert "× 3" in told
    assert told.count("Conv2D") == 2
    assert words(draw(Project(stack=stack), Options(fold=False))).count("Conv2D") == 4


def test_small_blocks_stand_in_the_box_before_them_if_wished():
    resnet = load_template("resnet-8")
    boxes = {
        compact: sum(
            text.bold and text.text == "BatchNormalization"
            for text in draw(resnet, Options(compact=compact)).texts
        )
        for compact in (True, False)
    }
    assert boxes[True] == 0
    assert boxes[False] == 7


def test_a_shortcut_goes_round_and_a_projection_stands_on_it():
    drawing = draw(load_template("resnet-8"), Options())
    assert sum(line.shortcut and line.arrow for line in drawing.lines) == 3 + 2
    assert any("32 filters · 1×1" in word for word in words(drawing))


def test_disabled_blocks_are_no_part_of_the_architecture():
    off = block("Dropout", rate=0.5, disabled=True)
    stack = (block("Flatten"), off, block("Dense", units=10))
    assert "Dropout" not in words(draw(Project(stack=stack), Options(compact=False)))


def test_a_design_with_a_problem_is_drawn_with_question_marks():
    stack = (block("Flatten"), block("Conv2D"), block("Dense", units=10))
    drawing = draw(Project(stack=stack), Options())
    check(drawing)
    assert "?" in words(drawing)


def test_an_empty_stack_is_input_and_output():
    check(draw(Project(), Options()))


@pytest.mark.parametrize("orientation", ["vertical", "horizontal"])
def test_fifty_different_blocks_wrap_and_stay_legible(orientation):
    stack = tuple(block("Conv2D", filters=at % 7 + 1 + at, padding="same") for at in range(50))
    drawing = draw(Project(stack=stack), Options(orientation=orientation))
    check(drawing)
    assert drawing.smallest >= 6


def test_a_long_group_wraps_within_its_frame():
    body = tuple(block("Conv2D", filters=at + 1, padding="same") for at in range(50))
    drawing = draw(Project(stack=(block("Group", body=body),)), Options())
    check(drawing)
    columns = {box.x for box in drawing.boxes if box.look == "block"}
    assert len(columns) > 1


def test_more_than_can_be_drawn_is_said():
    stack = tuple(block("Conv2D", filters=at % 9 + 1) for at in range(MAX_BLOCKS + 5))
    drawing = draw(Project(stack=stack), Options())
    assert f"Only the first {MAX_BLOCKS}" in drawing.left_out
    body = (block("Residual", body=(block("Conv2D", filters=1, padding="same"),)),)
    repeat = Project(stack=(block("Repeat", body=body, times=500),))
    assert "stay folded" in draw(repeat, Options(fold=False)).left_out


def test_letters_are_as_wide_as_the_typeface_says():
    assert text_width("i", 10) < text_width("m", 10)
    assert text_width("×", 10) > 0
    assert text_width("aa", 10) == pytest.approx(2 * text_width("a", 10))
