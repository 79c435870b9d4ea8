"""What a page of help is about, worked out without any widget."""

from __future__ import annotations

from typing import Any, NamedTuple

from core.analysis import Analysis
from core.block_report import BlockReport
from core.blocks import Block, Cost, Shape, ShapeProblem, show_shape
from core.project import Path, Project, place_words
from core.words import capitalised
from gui.design.faces import INPUT_PATH
from gui.design.fields import FieldSpec, choices, field_specs
from gui.design.wording import value_text
from gui.document import Document

EXAMPLES: tuple[Shape, ...] = ((28, 28, 1), (14, 14, 32), (784,), (7, 7, 64), (96, 96, 3))
"""Shapes to show a kind with, where none of the stack's own suits it."""


class Subject(NamedTuple):
    """A kind of block, shown with numbers.

    Attributes:
        report: A block of the kind and what it does; None where no example shape suits it.
        kind: The kind.
        place: Whose numbers these are, in words.
        path: The block in the stack that is shown; None for a kind alone.
        field: The field asked about; may be empty.
        trouble: Why the block's own numbers cannot be shown; may be empty.
    """

    report: BlockReport | None
    kind: type[Block]
    place: str
    path: Path | None = None
    field: str = ""
    trouble: str = ""


def about_block(document: Document, path: Path, field: str = "") -> Subject:
    """Help on one block of the stack, with its own numbers."""
    project, analysis = document.project, document.analysis
    if path == INPUT_PATH:
        shown = BlockReport(project.input, analysis.input, analysis.input, Cost(), None)
        return Subject(shown, type(project.input), "What enters this stack.", path, field)
    block = project.block(path)
    report = _report_of(analysis, path)
    if report is not None and report.output is not None:
        words = place_words(project, path)
        of = f" of {len(project.stack)}" if len(path) == 1 else ""
        place = f"{capitalised(words)}{of}, with its own numbers."
        return Subject(report, type(block), place, path, field)
    trouble = "What arrives at this block is not known."
    if report is not None and report.error is not None:
        trouble = report.error.message
    example = about_kind(document, type(block))
    return example._replace(path=path, field=field, trouble=trouble)


def about_kind(document: Document, kind: type[Block]) -> Subject:
    """Help on a kind as the palette gives it, with a shape of the stack that suits it."""
    block = kind.fresh().resolved(document.project.classes)
    for shape in (*_shapes_of(document.project, document.analysis), *EXAMPLES):
        try:
            report = BlockReport(block, shape, block.output_shape(shape), block.cost(shape), None)
        except ShapeProblem:
            continue
        place = f"As the palette gives it, where {show_shape(shape)} arrives."
        return Subject(report, kind, place)
    return Subject(None, kind, "")


def _report_of(analysis: Analysis, path: Path) -> BlockReport | None:
    """What was worked out for a block; None where none stands."""
    try:
        return analysis.report(path)
    except IndexError:
        return None


def _shapes_of(project: Project, analysis: Analysis) -> tuple[Shape, ...]:
    """Every shape that occurs in the stack, the picture first."""
    outputs = (report.output for _, report in analysis.walk())
    return (project.input.shape, *(shape for shape in outputs if shape is not None))


class Parameter(NamedTuple):
    """A field as its paragraph of help shows it."""

    name: str
    title: str
    value: str
    description: str
    limits: str


def parameters(subject: Subject) -> list[Parameter]:
    """The fields of a kind, with the values of the block shown."""
    block = subject.report.block if subject.report is not None else None
    return [_parameter(spec, block) for spec in field_specs(subject.kind)]


def _parameter(spec: FieldSpec, block: Block | None) -> Parameter:
    notes = [capitalised(spec.limits)] if spec.limits else []
    if options := choices(spec.annotation):
        notes.append("One of " + ", ".join(_shown(option) for option in options))
    notes.append(f"Default: {_shown(spec.default)}")
    return Parameter(
        name=spec.name,
        title=spec.title,
        value=_shown(getattr(block, spec.name)) if block is not None else "",
        description=spec.description,
        limits=". ".join(notes) + ".",
    )


def _shown(value: Any) -> str:
    """A value in a sentence; stacks of blocks by their number."""
    if isinstance(value, tuple) and any(_holds_blocks(part) for part in value):
        return f"{len(value)} inside"
    return value_text(value)


def _holds_blocks(value: Any) -> bool:
    if isinstance(value, tuple):
        return any(_holds_blocks(part) for part in value)
    return isinstance(value, Block)


def matches(kind: type[Block], text: str) -> bool:
    """Whether a search finds a kind: by its name, what it is for, or one of its fields."""
    fields = " ".join(f"{spec.name} {spec.title}" for spec in field_specs(kind))
    place = f"{kind.kind()} {kind.purpose} {kind.when_to_use} {kind.role.value} {fields}".lower()
    return all(word in place for word in text.lower().split())
