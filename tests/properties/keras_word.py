"""Keras's word on a design: it builds what we say can be built, with our shapes and weights."""

from __future__ import annotations

from enum import Enum

from core.analysis import Analysis, analyse
from core.blocks import Block, Container, Role, values_in
from core.keras_code import write_script
from core.keras_model import build_model, built_blocks
from core.project import Project
from tests.core.blocks.test_against_keras import (
    Weights,
    by_keras,
    refused_by_rule,
    weights_of,
)

LARGEST = 3_000_000
"""Weights or values of one block above which Keras is not asked, for want of time and memory."""
MOST_LAYERS = 120


class Verdict(Enum):
    """What came of asking."""

    BUILT = "builds it"
    REFUSED = "refuses it"
    EMPTY = "nothing to build"
    TOO_LARGE = "not asked, too large"


def ask_keras(project: Project) -> Verdict:
    """Compare our analysis with Keras; fails the test where they differ."""
    analysis = analyse(project)
    if _too_large(project, analysis):
        return Verdict.TOO_LARGE
    codes = {problem.code for problem in analysis.problems}
    if "empty" in codes:
        return Verdict.EMPTY
    if "shape" not in codes:
        _compare(project, analysis)
        return Verdict.BUILT
    for path, report in analysis.walk():
        if report.error is not None and report.input is not None:
            _check_refusal(report.block, report.input, report.error.message, path)
    bad = next(i for i, report in enumerate(analysis.blocks) if report.output is None)
    rest = project.changed(stack=project.stack[:bad])
    # What stands before the first bad block can be built all the same.
    if not any(problem.code == "empty" for problem in analyse(rest).problems):
        _compare(rest, analyse(rest))
    return Verdict.REFUSED


def _check_refusal(block: Block, shape: tuple[int, ...], message: str, path: object) -> None:
    if "values" not in message and not refused_by_rule(block, shape):
        assert by_keras(block, shape) is None, f"{path}: Keras takes {shape}, we say: {message}"


def _compare(project: Project, analysis: Analysis) -> None:
    model = build_model(project)
    built = built_blocks(model, project)
    for path, report in analysis.walk():
        if path in built and report.input is not None:
            assert (report.output, report.cost.parameters) == built[path], path
    weights = Weights(analysis.cost.trainable, analysis.cost.non_trainable)
    assert weights_of(model) == weights
    assert tuple(model.outputs[0].shape[1:]) == analysis.output
    # Its script, carried out, makes the same model.
    names: dict[str, object] = {"__name__": "script"}
    exec(compile(write_script(project).text, "script.py", "exec"), names)
    theirs = names["build_model"]()
    assert weights_of(theirs) == weights
    assert tuple(theirs.outputs[0].shape[1:]) == analysis.output


def _too_large(project: Project, analysis: Analysis) -> bool:
    if any(block.role is Role.PRETRAINED for _, block in project.walk()):
        return True  # its script would download the network; `test_backbone.py` asks Keras of it
    layers = sum(b.layer_count() if isinstance(b, Container) else 1 for b in project.stack)
    values = max((r.values for _, r in analysis.walk()), default=0)
    arriving = max((values_in(r.input) for _, r in analysis.walk() if r.input), default=0)
    return max(analysis.parameters, values, arriving) > LARGEST or layers > MOST_LAYERS
