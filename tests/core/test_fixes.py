"""Every way out leads out: the problem is gone or less, and nothing worse stands in its place."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from core.analysis import analyse
from core.blocks import CATALOGUE, Block, Container, Input
from core.edits import after_removal
from core.fixes import apply_fix
from core.memory import DeviceMemory, analyse_on
from core.problems import Fix, Problem
from core.project import Path, Project
from core.project_file import decode_project, encode_project
from core.training.plan import TrainingPlan
from tests import strategies

KIND = CATALOGUE
END = (KIND["Flatten"](), KIND["Dense"](activation="softmax"))


@st.composite
def projects(draw: st.DrawFn) -> Project:
    """Projects, half of them with the end of a classifier; pooled often, so that sizes run out."""
    picture, blocks = draw(strategies.stacks(longest=6))
    stack: list[Block] = []
    for block in blocks:
        stack.append(block)
        if draw(st.integers(0, 3)) == 3:
            stack.append(KIND[draw(st.sampled_from(["MaxPooling2D", "Dropout", "Conv2D"]))]())
        if draw(st.integers(0, 3)) == 3:
            stack.append(KIND["BatchNormalization"]())
    if draw(st.booleans()):
        stack += END
    return Project(input=picture, stack=tuple(stack))


def stands(path: Path | None, fix: Fix) -> Path | None:
    """Where what stood at a path is found after a fix; None where it may be anything."""
    if path is None:
        return path
    gone = [swap.path for swap in fix.swaps if not swap.replacement]
    return after_removal(path, gone)


def burden(problems: tuple[Problem, ...]) -> Counter[str]:
    return Counter(problem.code for problem in problems)


WHOLE = ["output", "softmax", "units-classes", "dense-on-picture"]
"""What can be told of an end only once a picture reaches it."""


@settings(deadline=None)
@given(projects())
def test_every_fix_of_any_project_cures_or_relieves(project: Project) -> None:
    before = analyse(project)
    for problem in before.problems:
        for fix in problem.fixes:
            after = apply_fix(project, fix)
            assert decode_project(encode_project(after)) == after
            result = analyse(after)
            place = stands(problem.path, fix)
            same = [
                other
                for other in result.problems
                if (other.path, other.code, other.message) == (place, problem.code, problem.message)
            ]
            relieved = burden(result.problems)[problem.code] < burden(before.problems)[problem.code]
            moved_up = problem.path == fix.path and not fix.replacement
            assert not same or relieved or moved_up, (fix.label, problem.message)
            if fix.replacement and fix.path:
                errors = [p for p in result.problems_at(fix.path) if p.severity == "error"]
                known = [p.code for p in before.problems_at(fix.path)]
                known += WHOLE if before.output is None else []
                assert not [e for e in errors if e.code not in known], (fix.label, errors)


@settings(deadline=None)
@given(projects(), st.integers(20, 36), st.sampled_from(["cpu", "gpu"]))
def test_every_fix_for_memory_fits(project: Project, power: int, kind: str) -> None:
    project = project.changed(plan=TrainingPlan(batch_size=65_536))
    device = DeviceMemory(kind, 2**power)
    for problem in analyse_on(project, device).problems:
        for fix in problem.fixes if problem.code == "memory" else ():
            after = apply_fix(project, fix)
            assert "memory" not in burden(analyse_on(after, device).problems)
            assert analyse(after).trainable_as_is


POOL, CONV = KIND["MaxPooling2D"](), KIND["Conv2D"](filters=4, activation="relu")
STRIDED = CONV.changed(strides=(2, 2))


def group(*blocks: Block) -> Container:
    return KIND["Group"](body=blocks)


RUN_DOWN = {
    "poolings": (POOL,) * 5,
    "too many poolings": (POOL,) * 8,
    "convolutions and poolings": (CONV, POOL) * 4,
    "a convolution at the end": (*(POOL,) * 4, CONV),
    "strides": (STRIDED,) * 5,
    "a Repeat": (KIND["Repeat"](times=4, body=(CONV, POOL)),),
    "a Repeat of a Repeat": (
        KIND["Repeat"](times=3, body=(KIND["Repeat"](times=2, body=(POOL,)),)),
    ),
    "groups": (group(POOL, POOL), group(group(POOL, POOL, POOL))),
    "a Residual": (KIND["Residual"](body=(POOL,) * 5),),
    "a branch": (*(POOL,) * 4, KIND["Parallel"](branches=((CONV,), ()))),
}


def test_where_a_picture_dies_every_way_out_cures() -> None:
    for words, blocks in RUN_DOWN.items():
        project = Project(stack=(*blocks, *END))
        problems = [p for p in analyse(project).problems if p.severity == "error"]
        assert problems, words
        problem = problems[0]
        assert project.block(problem.path).kind() in problem.message
        assert problem.fixes, words
        for fix in problem.fixes:
            left = [p for p in analyse(apply_fix(project, fix)).problems if p.severity == "error"]
            assert not left, (words, fix.label, left)


def fixes_of(*blocks: Block) -> list[str]:
    """Labels of the ways out of the first error."""
    problems = analyse(Project(stack=(*blocks, *END))).problems
    return [fix.label for fix in next(p for p in problems if p.severity == "error").fixes]


def test_a_pooling_further_up_can_go() -> None:
    assert "Remove MaxPooling2D (block 4)" in fixes_of(*(POOL,) * 4, CONV)
    assert "Remove the 4 poolings that do not fit" in fixes_of(*(POOL,) * 8)
    assert "Repeat only 3 times" in fixes_of(KIND["Repeat"](times=4, body=(CONV, POOL)))
    assert "Shrink the window to fit" in fixes_of(*(POOL,) * 4, CONV)
    assert any("padding “same” in all 5" in label for label in fixes_of(*(STRIDED,) * 5))


def test_the_way_down_is_told() -> None:
    (problem, *_) = analyse(Project(stack=(POOL, CONV, *(POOL,) * 4, *END))).problems
    assert problem.path == (5,)
    assert (
        problem.reason.endswith(
            "14 × 14 (block 1) → 12 × 12 (block 2) → 6 × 6 (block 3) → "
            "3 × 3 (block 4) → 1 × 1 (block 5)."
        )
        or "…" in problem.reason
    )


def test_a_convolution_behind_flatten_can_move_before_it() -> None:
    flat = KIND["Flatten"]()
    for blocks in ((flat, CONV), (CONV, flat, KIND["Dropout"](), POOL), (group(flat, CONV),)):
        project = Project(stack=(*blocks, END[1]))
        (problem,) = [p for p in analyse(project).problems if p.severity == "error"]
        assert problem.fixes[0].label.startswith("Move it before Flatten")
        for fix in problem.fixes:
            assert analyse(apply_fix(project, fix)).trainable_as_is


MERGES = {
    "rims": ("concatenate", (CONV,), ()),
    "channels": ("add", (CONV,), (CONV.changed(filters=6),)),
    "rims and channels": ("add", (CONV,), (CONV.changed(filters=6, padding="same"),)),
    "a pooling": ("add", (POOL,), ()),
    "strides": ("multiply", (STRIDED,), (CONV,)),
    "a vector": ("concatenate", (KIND["Flatten"](),), ()),
    "vectors": ("average", (KIND["Flatten"](),), (POOL, KIND["Flatten"]())),
    "larger": ("concatenate", (KIND["UpSampling2D"](size=(3, 3)),), (POOL,)),
}


def test_unequal_ends_of_branches_can_be_made_equal() -> None:
    for words, (merge, *branches) in MERGES.items():
        block = KIND["Parallel"](merge=merge, branches=tuple(branches))
        project = Project(stack=(block, *END))
        (problem,) = [p for p in analyse(project).problems if p.severity == "error"]
        assert problem.fixes, words
        for fix in problem.fixes:
            left = [p for p in analyse(apply_fix(project, fix)).problems if p.severity == "error"]
            assert not left, (words, fix.label, left)


def test_what_fits_into_the_first_copy_alone_is_not_advised() -> None:
    """Blocks put into a Repeat come once a copy, and the second one's picture is a single pixel."""
    pooling = KIND["GlobalAveragePooling2D"](keepdims=True)
    end = Project(input=Input(height=5, width=5), stack=(pooling, *END))
    (once,) = [p for p in analyse(end).problems if p.code == "little-seen"]
    assert once.fixes
    twice = end.changed(stack=(KIND["Repeat"](times=2, body=(pooling,)), *END))
    (problem,) = [p for p in analyse(twice).problems if p.code == "little-seen"]
    assert not problem.fixes
