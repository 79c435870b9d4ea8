"""Comparing: which block is which, what differs, and that nothing is left out."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import edits, nesting
from core.analysis import analyse
from core.blocks import CATALOGUE, Container
from core.cli import main
from core.compare import INPUT, Subject, compare, design_rows, open_subject
from core.compare.fields import block_differences, compared_fields, unseen
from core.compare.telling import as_markdown, as_object, as_text
from core.data.augment import Flip
from core.data.source import CIFAR10
from core.engine.events import EpochDone
from core.project import Project
from core.project_file import ProjectError, load_template, save_project, template_names
from core.training.plan import TrainingPlan
from core.training.run import Report, RunState, add_epoch, begin_run, write_report, write_state
from tests.strategies import stacks


def block(kind: str, **fields):
    return CATALOGUE[kind](**fields)


def subject(*stack, **fields) -> Subject:
    return Subject("it", Project(stack=stack, **fields))


def marks(before: Subject, after: Subject) -> list[str]:
    """Marks of the rows below the Input."""
    return [row.mark for row in compare(before, after).rows[1:]]


CONV = block("Conv2D", filters=32)
POOL = block("MaxPooling2D")
FLAT = block("Flatten")
DENSE = block("Dense", units=10)


def projects() -> st.SearchStrategy[Project]:
    return stacks(5).map(lambda drawn: Project(input=drawn[0], stack=drawn[1]))


@st.composite
def edited(draw: st.DrawFn) -> tuple[Project, Project]:
    """A project and what a few edits make of it."""
    first = draw(projects())
    project = first
    for _ in range(draw(st.integers(0, 3))):
        paths = [path for path, _ in project.walk()]
        if not paths:
            break
        path = draw(st.sampled_from(paths))
        match draw(st.sampled_from(["remove", "move", "insert", "wrap", "name"])):
            case "remove":
                project = edits.remove(project, [path])
            case "move":
                one = project.block(path)
                project = edits.remove(project, [path])
                stack = list(project.stack)
                stack.insert(draw(st.integers(0, len(stack))), one)
                project = project.changed(stack=tuple(stack))
            case "insert":
                project = edits.replace(project, path, (project.block(path), CONV))
            case "wrap":
                held = block("Group", body=(project.block(path),))
                project = edits.replace(project, path, (held,))
            case "name":
                named = project.block(path).changed(name="it")
                project = edits.replace(project, path, (named,))
    return first, project


class TestAlways:
    @given(projects())
    def test_a_project_does_not_differ_from_itself(self, project):
        found = compare(Subject("a", project), Subject("b", project))
        assert found.identical
        assert all(row.mark == "same" for row in found.rows)
        assert "identical" in found.headline

    @given(edited())
    def test_every_block_of_both_is_in_one_row_and_in_order(self, pair):
        before, after = pair
        rows = design_rows(before, after)
        for project, side in ((before, "before"), (after, "after")):
            paths = [getattr(row, side).path for row in rows if getattr(row, side) is not None]
            assert paths == [INPUT, *(path for path, _ in project.walk())]

    @given(edited())
    def test_the_differences_told_make_the_one_of_the_other(self, pair):
        before, after = pair
        old, new = (unseen(one.resolved_stack()) for one in (before, after))
        for row in design_rows(before, after)[1:]:
            left, right = row.sides
            if left is None or right is None:
                assert row.mark in ("added", "removed")
                continue
            was, now = nesting.block_at(old, left.path), nesting.block_at(new, right.path)
            if type(was) is type(now):
                told = {one.field: getattr(now, one.field) for one in row.differences}
                made = was.changed(**told)
                names = compared_fields(type(was))
                assert [getattr(made, n) for n in names] == [getattr(now, n) for n in names]
            assert bool(row.differences) == ("changed" in row.mark)

    @given(edited())
    def test_a_move_is_told_at_both_ends_and_counted_once(self, pair):
        found = compare(*(Subject("it", one) for one in pair))
        left = [r for r in found.rows if r.elsewhere is not None and r.before is not None]
        came = [r for r in found.rows if r.elsewhere is not None and r.after is not None]
        assert {(r.before.path, r.elsewhere.path) for r in left} == {
            (r.elsewhere.path, r.after.path) for r in came
        }
        counted = sum(row.counts for row in came)
        assert found.number("moved", "moved and changed") == counted

    @given(edited())
    def test_all_three_ways_of_telling_work(self, pair):
        found = compare(*(Subject("it", one) for one in pair))
        assert json.loads(json.dumps(as_object(found)))["identical"] == found.identical
        assert found.headline in as_text(found)
        assert found.headline in as_markdown(found, everything=True)


class TestWhichIsWhich:
    def test_an_inserted_block_shifts_the_rest_without_changing_it(self):
        assert marks(subject(CONV, FLAT, DENSE), subject(CONV, POOL, FLAT, DENSE)) == [
            "same",
            "added",
            "same",
            "same",
        ]

    def test_a_changed_field_is_told_with_both_values(self):
        wide = CONV.changed(filters=64)
        (row,) = compare(subject(CONV), subject(wide)).rows[1:]
        assert row.mark == "changed"
        assert [one.words for one in row.differences] == ["filters 32 → 64"]

    def test_a_name_finds_a_block_among_others_of_its_kind(self):
        named = [block("Conv2D", filters=8, name=name) for name in ("one", "two", "three")]
        kept = named[1].changed(filters=99, kernel_size=(5, 5), padding="same")
        assert marks(subject(*named), subject(kept)) == ["removed", "changed", "removed"]

    def test_a_named_block_may_become_another_kind(self):
        before = block("Conv2D", filters=8, name="look")
        after = block("DepthwiseConv2D", name="look")
        (row,) = compare(subject(before), subject(after)).rows[1:]
        assert [one.words for one in row.differences] == ["kind Conv2D → DepthwiseConv2D"]

    def test_other_kinds_are_removed_and_added(self):
        assert sorted(marks(subject(POOL), subject(FLAT))) == ["added", "removed"]

    def test_a_move_is_no_removal(self):
        drop = block("Dropout", rate=0.3)
        found = compare(subject(drop, CONV, POOL, FLAT), subject(CONV, POOL, FLAT, drop))
        assert [row.mark for row in found.rows[1:]] == ["moved", "same", "same", "same", "moved"]
        assert found.number("moved") == 1
        assert found.number("added", "removed") == 0

    def test_blocks_put_into_a_container_have_moved_into_it(self):
        held = block("Residual", body=(CONV,))
        found = compare(subject(CONV, FLAT), subject(held, FLAT))
        assert [row.mark for row in found.rows[1:]] == ["moved", "added", "moved", "same"]

    def test_what_a_moved_container_holds_is_carried_along(self):
        group = block("Group", body=(CONV, POOL), name="stem")
        found = compare(subject(group, FLAT, DENSE), subject(FLAT, DENSE, group))
        moved = [row for row in found.rows if row.mark == "moved"]
        assert [row.carried for row in moved] == [False, True, True] * 2
        assert found.number("moved") == 1

    def test_a_named_container_may_move_and_change_inside(self):
        group = block("Group", body=(CONV, POOL), name="stem")
        other = group.changed(body=(CONV.changed(filters=5), POOL))
        found = compare(subject(group, FLAT, DENSE), subject(FLAT, DENSE, other))
        told = [row for row in found.rows if row.mark == "moved and changed"]
        assert [one.words for one in told[0].differences] == ["filters 32 → 5"]

    def test_changes_inside_containers_are_found_there(self):
        two = block("Parallel", branches=((CONV,), (CONV, POOL)))
        other = block("Parallel", branches=((CONV,), (CONV.changed(filters=7), POOL), (FLAT,)))
        assert marks(subject(two), subject(other)) == ["same", "same", "changed", "same", "added"]

    def test_how_a_container_is_shown_is_no_difference(self):
        group = block("Group", body=(CONV,))
        assert compare(subject(group), subject(group.changed(collapsed=True))).identical

    def test_a_block_behind_a_change_has_other_figures_but_is_the_same(self):
        found = compare(subject(CONV, FLAT, DENSE), subject(CONV.changed(filters=4), FLAT, DENSE))
        flat, dense = found.rows[2:]
        assert flat.mark == dense.mark == "same"
        assert flat.figures_differ
        assert dense.figures_differ

    def test_long_stacks_are_aligned_by_their_equal_runs(self):
        run = tuple(block("Conv2D", filters=1 + at % 50, padding="same") for at in range(600))
        other = (*run[:300], POOL.changed(pool_size=(1, 1)), *run[301:])
        found = compare(subject(POOL, *run, FLAT), subject(*other, DENSE))
        assert found.number("same") == 599
        assert found.number("added", "removed") == 5


class TestEverythingElse:
    def test_totals_are_the_analyses(self):
        small, large = load_template("resnet-8"), load_template("resnet-20")
        found = compare(Subject("a", small), Subject("b", large))
        figures = {one.what: one for one in found.totals}
        assert figures["Parameters"].before == f"{analyse(small).parameters:,}"
        assert figures["Parameters"].after == f"{analyse(large).parameters:,}"
        assert "× 3.49" in figures["Parameters"].change

    def test_data_augmentation_and_plan_are_settings(self):
        other = subject(
            DENSE,
            data=CIFAR10(),
            augmentation=(Flip(),),
            plan=TrainingPlan(epochs=9, seed=1),
        )
        found = compare(subject(DENSE), other)
        words = {one.what: (one.before, one.after) for one in found.settings}
        assert words["Data"] == ("MNIST", "CIFAR-10")
        assert words["Epochs"] == ("2", "9")
        assert words["Seed"] == ("7", "1")
        assert words["Augmentation"][0] == "none"
        assert not found.identical
        assert found.same_design

    def test_an_impossible_design_is_compared_all_the_same(self):
        found = compare(subject(FLAT, CONV), subject(FLAT, DENSE))
        assert "—" in as_text(found)

    def test_markdown_takes_no_name_for_markup(self):
        found = compare(
            Subject("a|b", Project(stack=(CONV,))), Subject("*c*", Project(stack=(POOL,)))
        )
        assert "a\\|b → \\*c\\*" in as_markdown(found)


def run_folder(path, project: Project, accuracy: float, device: str = "CPU, 2 cores"):
    """A completed run of two epochs."""
    begin_run(path, project, None)
    for epoch in (1, 2):
        add_epoch(
            path,
            EpochDone(
                epoch=epoch,
                loss=1 / epoch,
                accuracy=accuracy - 0.02,
                val_loss=0.5 / epoch,
                val_accuracy=accuracy - 0.01 / epoch,
                learning_rate=0.001,
                seconds=3.0,
                images_per_second=100.0,
                best=True,
            ),
        )
    write_state(path, RunState(outcome="completed", epochs_done=2, epochs_planned=2, best_epoch=2))
    write_report(
        path,
        Report(
            test_accuracy=accuracy,
            test_loss=0.1,
            pictures=(900, 100, 100),
            class_names=tuple("0123456789"),
            confusion=(),
            epochs=2,
            best_epoch=2,
            seconds=6.0,
            parameters=analyse(project).parameters,
            device=device,
            backend="tensorflow",
            versions={"tensorflow": "2.21.0"},
            finished="2026-11-25T10:00:00",
        ),
    )
    return path


class TestRuns:
    def test_two_runs_are_told_by_device_seed_accuracy_and_curves(self, tmp_path):
        project = load_template("mlp")
        other = project.changed(plan=TrainingPlan(seed=8))
        found = compare(
            open_subject(str(run_folder(tmp_path / "a", project, 0.96))),
            open_subject(str(run_folder(tmp_path / "b", other, 0.98, "NVIDIA H100"))),
        )
        told = {one.what: one for one in found.results}
        assert told["Device"].after == "NVIDIA H100"
        assert told["Seed"].before != told["Seed"].after
        assert told["Test accuracy"].change == "+2.00 points"
        assert told["Best validation loss"].before == "0.2500"
        assert told["Best epoch"].before == "2"
        assert [one.what for one in found.settings if one.what == "Seed"]

    def test_a_run_against_a_project_shows_its_side_alone(self, tmp_path):
        project = load_template("mlp")
        run = open_subject(str(run_folder(tmp_path / "a", project, 0.96)))
        found = compare(Subject("now", project), run)
        assert found.identical
        told = {one.what: one for one in found.results}
        assert (told["Test accuracy"].before, told["Test accuracy"].after) == ("—", "96.00%")

    def test_a_run_that_has_just_begun_has_no_figures_yet(self, tmp_path):
        begin_run(tmp_path / "a", load_template("mlp"), None)
        run = open_subject(str(tmp_path / "a"))
        told = {one.what for one in compare(run, run).results}
        assert told == {"Outcome", "Seed", "Epochs done"}

    def test_a_folder_that_is_no_run_is_refused(self, tmp_path):
        with pytest.raises(ProjectError, match="not a Layerloom run"):
            open_subject(str(tmp_path))


class TestCommand:
    def said(self, capsys, *arguments: str) -> str:
        assert main(["compare", *arguments]) == 0
        return capsys.readouterr().out

    @pytest.mark.parametrize("name", template_names())
    def test_a_template_equals_itself(self, capsys, name):
        assert "They are identical" in self.said(capsys, name, name)
        assert json.loads(self.said(capsys, name, name, "--json"))["blocks"] == []

    def test_files_and_templates(self, capsys, tmp_path):
        path = tmp_path / "mine.layerloom"
        save_project(load_template("mlp"), path)
        assert "5 added" in self.said(capsys, str(path), "lenet-5")
        found = json.loads(self.said(capsys, str(path), "lenet-5", "--json"))
        assert found["before"]["title"] == "mine.layerloom"
        assert [row["mark"] for row in found["blocks"]].count("added") == 5

    def test_all_lists_equal_blocks_too(self, capsys):
        assert "Flatten" not in self.said(capsys, "mlp", "mlp")
        assert "Flatten" in self.said(capsys, "mlp", "mlp", "--all")

    def test_markdown(self, capsys):
        assert self.said(capsys, "mlp", "lenet-5", "--markdown").startswith("# mlp → lenet-5\n")

    def test_runs(self, capsys, tmp_path):
        folder = str(run_folder(tmp_path / "a", load_template("mlp"), 0.9))
        assert "Test accuracy" in self.said(capsys, "mlp", folder)

    @pytest.mark.parametrize("content", [b"", b"[1]", b'{"format": "layerloom-project"}'])
    def test_a_bad_file_is_refused_in_a_line(self, capsys, tmp_path, content):
        path = tmp_path / "p.layerloom"
        path.write_bytes(content)
        assert main(["compare", "mlp", str(path)]) == 1
        printed = capsys.readouterr()
        assert printed.out == ""
        assert printed.err.count("\n") == 1
        assert "p.layerloom" in printed.err

    def test_a_missing_file_names_the_templates(self, capsys):
        assert main(["compare", "nothing-there", "mlp"]) == 1
        assert "mnist-cnn" in capsys.readouterr().err


@pytest.mark.parametrize("cls", CATALOGUE.values(), ids=lambda cls: cls.__name__)
def test_a_block_of_any_kind_differs_in_its_name_alone(cls):
    one = cls.fresh()
    (difference,) = block_differences(one, one.changed(name="other"))
    assert difference.what == "Name"
    assert isinstance(one, Container) or compare(subject(one), subject(one)).identical
