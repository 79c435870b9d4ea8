"""Two projects, or two runs of projects, and everything in which they differ."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path as FilePath

import msgspec

from core import nesting
from core.analysis import analyse
from core.blocks import show_shape
from core.compare.design import INPUT, Mark, Row, design_rows
from core.compare.fields import Difference, differences
from core.data.classes import named
from core.data.source import DataSource, Folder
from core.project import Project
from core.project_file import ProjectError, open_project
from core.training.plan import TrainingPlan
from core.training.run import RunError, RunInfo, read_run
from core.words import NOTHING, change_of, data_size


class Subject(msgspec.Struct, frozen=True):
    """Something that can be compared.

    Attributes:
        title: What to call it.
        project: The design, its data and its plan.
        run: How it went, if it was trained.
    """

    title: str
    project: Project
    run: RunInfo | None = None


class Figure(msgspec.Struct, frozen=True):
    """A figure of each and their difference, in words."""

    what: str
    before: str
    after: str
    change: str = ""

    @property
    def differs(self) -> bool:
        """Whether they are not the same."""
        return self.before != self.after


class Comparison(msgspec.Struct, frozen=True):
    """What `compare` found.

    Attributes:
        before, after: What was compared.
        rows: Their designs side by side.
        totals: Sums over each design.
        settings: Data, augmentation and training plan, only what differs.
        results: How each run went; empty where neither was trained.
    """

    before: Subject
    after: Subject
    rows: tuple[Row, ...]
    totals: tuple[Figure, ...]
    settings: tuple[Difference, ...]
    results: tuple[Figure, ...]

    @property
    def same_design(self) -> bool:
        """Whether no block differs in anything."""
        return not any(row.differs for row in self.rows)

    @property
    def identical(self) -> bool:
        """Whether designs, data and plans are the same; how runs went is another matter."""
        return self.same_design and not self.settings

    def number(self, *marks: Mark) -> int:
        """How many blocks bear one of these marks; the Input is one only where it changed."""
        return sum(
            row.mark in marks and row.counts
            for row in self.rows
            if row.mark != "same" or row.before is None or row.before.path != INPUT
        )

    @property
    def headline(self) -> str:
        """What became of the blocks in a sentence."""
        if self.identical:
            return "They are identical: the same blocks, the same data, the same training plan."
        if self.same_design:
            count = len(self.settings)
            what = "1 setting differs" if count == 1 else f"{count} settings differ"
            return f"The blocks are identical; {what}."
        parts = [
            f"{count} {word}"
            for word, count in (
                ("added", self.number("added")),
                ("removed", self.number("removed")),
                ("changed", self.number("changed", "moved and changed")),
                ("moved", self.number("moved", "moved and changed")),
                ("unchanged", self.number("same")),
            )
            if count
        ]
        return f"Blocks: {', '.join(parts)}."


def compare(before: Subject, after: Subject) -> Comparison:
    """Everything in which two projects or runs differ."""
    return Comparison(
        before=before,
        after=after,
        rows=design_rows(before.project, after.project),
        totals=_totals(before.project, after.project),
        settings=_settings(before.project, after.project),
        results=_results(before.run, after.run) if before.run or after.run else (),
    )


def open_subject(reference: str) -> Subject:
    """What a word of the command line means: a run folder, a project file or a template.

    Raises:
        ProjectError: It is none of them, or cannot be read.
    """
    path = FilePath(reference)
    if path.is_dir():
        try:
            return of_run(read_run(path))
        except RunError as error:
            raise ProjectError(str(error)) from error
    return Subject(path.name or reference, open_project(reference))


def of_run(info: RunInfo) -> Subject:
    """A run as something to compare."""
    return Subject(f"{info.project.name} (run {info.path.name})", info.project, info)


# Totals


def _totals(before: Project, after: Project) -> tuple[Figure, ...]:
    old, new = analyse(before), analyse(after)
    shapes = [show_shape(one.output) if one.output else NOTHING for one in (old, new)]
    return (
        _figure("Blocks", nesting.count(before.stack), nesting.count(after.stack)),
        Figure("Output shape", *shapes),
        _figure("Parameters", old.parameters, new.parameters),
        _figure("Trained parameters", old.cost.trainable, new.cost.trainable),
        _figure("Multiply-adds", old.cost.multiply_adds, new.cost.multiply_adds),
        _figure("Activations", old.activation_bytes, new.activation_bytes, data_size),
    )


def _figure(
    what: str, before: int, after: int, words: Callable[[float], str] = "{:,}".format
) -> Figure:
    if words is not data_size or before == after:
        return Figure(what, words(before), words(after), change_of(before, after))
    sign = "+" if after > before else "−"
    return Figure(what, words(before), words(after), f"{sign}{words(abs(after - before))}")


# Settings


def _settings(before: Project, after: Project) -> tuple[Difference, ...]:
    plan = tuple(info.name for info in msgspec.structs.fields(TrainingPlan))
    return (
        *_data_differences(before.data, after.data),
        *_augmentation(before, after),
        *differences(before.plan, after.plan, plan),
    )


def _data_differences(before: DataSource, after: DataSource) -> tuple[Difference, ...]:
    if before == after:
        return ()
    facts = [_data_facts(one) for one in (before, after)]
    return tuple(
        Difference(what, old, new)
        for what in dict.fromkeys([*facts[0], *facts[1]])
        if (old := facts[0].get(what, NOTHING)) != (new := facts[1].get(what, NOTHING))
    )


def _data_facts(source: DataSource) -> dict[str, str]:
    """What tells one source of pictures from another."""
    names = source.class_names
    shown = ", ".join(names[:12]) + (" …" if len(names) > 12 else "")
    facts = {"Data": source.title, "Classes": f"{len(names):,} ({shown})"}
    if not isinstance(source, Folder):
        return facts
    weights = [f"{weight:g}" for weight in source.class_weights]
    return {
        **facts,
        "Folder": source.path,
        "Layout": source.layout,
        "Classes left out": named(source.classes_left_out) or "none",
        "Pictures left out": f"{len(source.excluded):,}",
        "Pictures moved": f"{len(source.moved):,}",
        "Class weights": ", ".join(weights) or "all the same",
        "Test share": f"{source.test_share:g}",
    }


def _augmentation(before: Project, after: Project) -> tuple[Difference, ...]:
    if before.augmentation == after.augmentation:
        return ()
    words = [
        "; ".join(f"{step.kind()} {step.telling()}".strip() for step in one.augmentation) or "none"
        for one in (before, after)
    ]
    return (Difference("Augmentation", *words),)


# Results


def _results(before: RunInfo | None, after: RunInfo | None) -> tuple[Figure, ...]:
    facts = [_run_facts(run) for run in (before, after)]
    rows = []
    for what in dict.fromkeys([*facts[0], *facts[1]]):
        old, new = facts[0].get(what, (NOTHING, None)), facts[1].get(what, (NOTHING, None))
        rows.append(Figure(what, old[0], new[0], _change(what, old[1], new[1])))
    return tuple(rows)


_Fact = tuple[str, float | None]
"""In words, and as a number where there is a difference to tell."""


def _run_facts(run: RunInfo | None) -> dict[str, _Fact]:
    """How a run went, figure by figure, as far as it came."""
    if run is None:
        return {}
    outcome = "interrupted" if run.interrupted else run.state.outcome
    facts: dict[str, _Fact] = {
        "Outcome": (outcome, None),
        "Seed": (str(run.project.plan.seed), None),
        "Epochs done": (f"{run.state.epochs_done:,}", run.state.epochs_done),
    }
    if (report := run.report) is not None:
        facts |= {
            "Device": (report.device, None),
            "Backend": (_backend(report.backend, report.versions), None),
            "Training pictures": (f"{report.pictures[0]:,}", report.pictures[0]),
            "Test accuracy": (f"{report.test_accuracy:.2%}", report.test_accuracy),
            "Test loss": (f"{report.test_loss:.4f}", report.test_loss),
            "Training time (s)": (f"{report.seconds:,.1f}", report.seconds),
        }
    return facts | _curve_facts(run)


def _curve_facts(run: RunInfo) -> dict[str, _Fact]:
    """The figures that a reader takes from the curves."""
    if not run.history:
        return {}
    last = run.history[-1]
    best = min(run.history, key=lambda epoch: epoch.val_loss)
    top = max(run.history, key=lambda epoch: epoch.val_accuracy)
    return {
        "Best epoch": (f"{best.epoch:,}", best.epoch),
        "Best validation loss": (f"{best.val_loss:.4f}", best.val_loss),
        "Best validation accuracy": (f"{top.val_accuracy:.2%}", top.val_accuracy),
        "Last training loss": (f"{last.loss:.4f}", last.loss),
        "Last training accuracy": (f"{last.accuracy:.2%}", last.accuracy),
        "Last validation loss": (f"{last.val_loss:.4f}", last.val_loss),
        "Last validation accuracy": (f"{last.val_accuracy:.2%}", last.val_accuracy),
    }


def _backend(name: str, versions: dict[str, str]) -> str:
    return f"{name} {versions.get(name, '')}".strip()


def _change(what: str, before: float | None, after: float | None) -> str:
    """A difference in the figure's own unit: accuracies in percentage points."""
    if before is None or after is None:
        return ""
    difference = after - before
    sign = "+" if difference > 0 else "−" if difference < 0 else "±"
    size = abs(difference)
    if "accuracy" in what:
        return f"{sign}{100 * size:.2f} points"
    if "loss" in what:
        return f"{sign}{size:.4f}"
    return f"{sign}{size:,.1f}" if "(s)" in what else f"{sign}{size:,.0f}"
