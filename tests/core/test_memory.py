"""What training takes: more with more pictures a step, and put right where it does not fit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.analysis import analyse
from core.blocks import CATALOGUE, Input
from core.fixes import apply_fix
from core.memory import (
    SLOTS,
    DeviceMemory,
    analyse_on,
    answers_at_once,
    fits,
    fitting_batch,
    memory_words,
    need,
    size,
)
from core.project import Project
from core.project_file import load_template, template_names
from core.training.devices import Device, device_memory, ram
from core.training.plan import TrainingPlan
from tests import strategies

KIND = CATALOGUE
GPU = DeviceMemory("gpu", 8 * 10**9)
END = (KIND["GlobalAveragePooling2D"](), KIND["Dense"](activation="softmax"))


def conv(filters: int) -> object:
    return KIND["Conv2D"](filters=filters, padding="same", activation="relu")


LARGE = Project(
    input=Input(height=224, width=224, channels=3),
    stack=(
        *(block for f in (64, 128, 256) for block in (conv(f), conv(f), KIND["MaxPooling2D"]())),
        *END,
    ),
)


def memory_problem(project: Project, device: DeviceMemory | None):
    found = [p for p in analyse_on(project, device).problems if p.code == "memory"]
    return found[0] if found else None


class TestProblem:
    def test_a_batch_size_that_fits_is_offered_and_does(self) -> None:
        problem = memory_problem(LARGE, GPU)
        assert problem.severity == "warning"
        assert "at batch size 128" in problem.message
        assert "the GPU has 8.0 GB" in problem.message
        (fix,) = problem.fixes
        fitting = fitting_batch(LARGE, GPU)
        assert fix.label == f"Use batch size {fitting}"
        after = apply_fix(LARGE, fix)
        assert after.plan.batch_size == fitting
        assert after.stack == LARGE.stack
        assert memory_problem(after, GPU) is None
        twice = TrainingPlan(batch_size=2 * fitting)
        assert memory_problem(LARGE.changed(plan=twice), GPU) is not None

    def test_where_not_one_picture_fits_the_design_must_shrink(self) -> None:
        stack = (KIND["Flatten"](), KIND["Dense"](units=20_000), *END[1:])
        project = Project(input=LARGE.input, stack=stack)
        assert fitting_batch(project, GPU) == 0
        pictures, filters = memory_problem(project, GPU).fixes
        assert pictures.label.startswith("Make pictures ")
        assert "all filters and units" in filters.label
        for fix in (pictures, filters):
            assert memory_problem(apply_fix(project, fix), GPU) is None

    def test_unknown_memory_is_no_cause_for_alarm(self) -> None:
        assert memory_problem(LARGE, None) is None
        assert memory_words(LARGE, None).startswith("about ")

    def test_it_can_be_muted(self) -> None:
        muted = LARGE.changed(muted=("memory",))
        assert memory_problem(muted, GPU) is None
        assert "memory" in {problem.code for problem in analyse_on(muted, GPU).muted}

    @pytest.mark.parametrize("name", template_names())
    def test_every_template_fits_a_small_computer(self, name: str) -> None:
        project = load_template(name)
        assert not analyse_on(project, DeviceMemory("cpu", 4 * 10**9)).problems
        assert fits(project, DeviceMemory("gpu", 4 * 10**9))

    def test_an_unfinished_design_is_not_judged(self) -> None:
        broken = LARGE.changed(stack=LARGE.stack[:-1])
        assert memory_problem(broken, GPU) is None


class TestEstimate:
    @given(strategies.stacks())
    def test_more_pictures_take_more(self, drawn: tuple) -> None:
        one = need(Project(input=drawn[0], stack=drawn[1]))
        assert one.weights <= one.fixed
        assert one.training(1) < one.training(2)
        assert one.predicting(1) < one.predicting(2)

    @given(st.integers(10, 40))
    def test_what_fits_is_the_largest_power_of_two(self, gigabytes: int) -> None:
        device = DeviceMemory("cpu", gigabytes * 10**9)
        batch = fitting_batch(LARGE, device)
        assert batch & (batch - 1) == 0
        for size_, expected in ((batch, True), (2 * batch, False)):
            plan = TrainingPlan(batch_size=size_)
            assert fits(LARGE.changed(plan=plan), device) is expected

    def test_optimisers_differ_by_what_they_remember(self) -> None:
        weights = 4 * analyse(LARGE).parameters
        fixed = {
            name: need(LARGE.changed(plan=TrainingPlan(optimizer=name))).fixed for name in SLOTS
        }
        assert fixed["adamw"] == fixed["adam"] == fixed["sgd"] + weights
        assert fixed["sgd"] == fixed["rmsprop"]

    def test_copies_of_a_repeat_count(self) -> None:
        def repeated(times: int) -> Project:
            return LARGE.changed(stack=(KIND["Repeat"](times=times, body=(conv(8),)), *END))

        one, four = need(repeated(1)), need(repeated(4))
        each = 4 * 224 * 224 * 8
        assert four.kept - one.kept == 3 * each

    def test_bends_and_reshapes_take_nothing_of_their_own(self) -> None:
        plain = LARGE.changed(stack=(conv(8), *END))
        bent = LARGE.changed(stack=(conv(8), KIND["ReLU"](), *END))
        assert need(plain).kept == need(bent).kept

    def test_large_pictures_are_answered_few_at_a_time(self) -> None:
        assert answers_at_once(load_template("mnist-cnn")) == 500
        few = answers_at_once(LARGE)
        assert 1 <= few < 50
        assert few * need(LARGE).answered <= 512 * 2**20


def test_sizes_are_for_people() -> None:
    assert [size(n) for n in (4e6, 1.25e9, 24e9, 120e9, 2e12)] == [
        "4 MB",
        "1.2 GB",
        "24.0 GB",
        "120 GB",
        "2.0 TB",
    ]


class TestDevice:
    def test_a_cpu_has_the_computers_memory(self) -> None:
        memory = device_memory(Device("CPU, 2 cores", "cpu", 0, "tensorflow", ""))
        assert memory == ram()
        assert memory is not None
        assert memory > 10**9

    def test_a_gpus_memory_is_asked_of_the_drivers_tool(self, monkeypatch) -> None:
        lines = ("NVIDIA A, 24576 MiB", "NVIDIA B, 8192 MiB", "NVIDIA A, 16384 MiB", "C, [N/A]")
        monkeypatch.setattr("core.training.devices._nvidia_smi", lambda fields="name": lines)

        def memory(name: str) -> int | None:
            return device_memory(Device(name, "gpu", 0, "tensorflow", ""))

        assert memory("NVIDIA B") == 8192 * 2**20
        assert memory("NVIDIA A") == 16384 * 2**20
        assert memory("C") is None
        assert memory("D") is None

    def test_a_container_may_use_less(self, monkeypatch, tmp_path) -> None:
        limit = tmp_path / "memory.max"
        monkeypatch.setattr("core.training.devices._LIMITS", (str(limit),))
        whole = ram()
        limit.write_text("1000000000\n")
        assert ram() == 10**9
        limit.write_text("max\n")
        assert ram() == whole
