"""Classes that a project leaves out: gone from all it does, while no file is touched."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from core.blocks import Input
from core.compare.comparison import _data_facts
from core.data.classes import can_leave_out, leave_out_classes, named, take_in_classes
from core.data.errors import DataError
from core.data.fingerprint import changes
from core.data.folder import listing_of
from core.data.layout import look_again, understand
from core.data.load import folder_source, load_data, load_labelled
from core.data.places import cache_home
from core.data.report import LeaveOutClasses, remedied
from core.data.scan import Scanner
from core.data.source import Folder, Layout, exclude, move_to_class, with_classes
from core.data.splits import ORDER, part_files
from core.keras_code import write_script
from core.project import Project
from core.project_file import open_project, save_project, starter

NAMES = ("ant", "bee", "cow", "dog", "eel")


def paint(path: Path, value: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.random.default_rng(value).integers(0, 256, (12, 12, 3), np.uint8)
    Image.fromarray(pixels).save(path)


def by_folder(root: Path) -> None:
    for at, name in enumerate(NAMES):
        for number in range(12):
            paint(root / name / f"{number}.png", 100 * at + number)


def by_part(root: Path) -> None:
    for at, name in enumerate(NAMES):
        for number in range(12):
            part = ("train", "train", "test")[number % 3]
            paint(root / part / name / f"{number}.png", 100 * at + number)


def by_table(root: Path) -> None:
    lines = ["filename,label"]
    for at in range(60):
        paint(root / f"{at}.png", at)
        lines.append(f"{at}.png,{NAMES[at % 5]}")
    (root / "labels.csv").write_text("\n".join(lines))


def by_prefix(root: Path) -> None:
    for at in range(60):
        paint(root / f"{NAMES[at % 5]}_{at}.png", at)


LAYOUTS: dict[Layout, object] = {
    "classes": by_folder,
    "splits": by_part,
    "labels": by_table,
    "prefixes": by_prefix,
}


@pytest.fixture(scope="module")
def folders(tmp_path_factory) -> dict[Layout, Folder]:
    """The same five classes in each layout."""
    found = {}
    for layout, make in LAYOUTS.items():
        root = tmp_path_factory.mktemp(layout)
        make(root)
        source = understand(root, layout).source
        assert source is not None
        assert source.class_names == NAMES
        found[layout] = source
    return found


@pytest.fixture
def pets(tmp_path) -> Folder:
    by_folder(tmp_path)
    return folder_source(tmp_path)


def parts(source: Folder, seed: int = 7) -> dict[str, tuple[str, str]]:
    """For each picture its part and the name of its class."""
    listing = listing_of(source)
    drawn = part_files(listing.files, seed, source.test_share, 0.2)
    return {name: (part, listing.class_names[kind]) for part in ORDER for name, kind in drawn[part]}


def project_on(source: Folder) -> Project:
    return starter().changed(data=source, input=Input(height=12, width=12, channels=3))


MOVES = st.lists(st.tuples(st.integers(0, 59), st.sampled_from(NAMES)), max_size=8)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    layout=st.sampled_from(sorted(LAYOUTS)),
    out=st.sets(st.sampled_from(NAMES), min_size=1, max_size=3),
    left=st.sets(st.integers(0, 59), max_size=6),
    moves=MOVES,
    seed=st.integers(0, 99),
)
def test_a_class_left_out_takes_its_own_pictures_along_and_nothing_else_changes(
    folders, layout, out, left, moves, seed
):
    """Whatever the layout, whatever else was left out and moved, part and class stay."""
    source = folders[layout]
    files = sorted(parts(source))
    source = exclude(source, [files[at] for at in left])
    for at, to in moves:
        source = move_to_class(source, [files[at]], to)
    before = parts(source, seed)
    after = leave_out_classes(source, out)
    assert parts(after, seed) == {
        name: (part, kind) for name, (part, kind) in before.items() if kind not in out
    }
    assert after.class_names == tuple(name for name in NAMES if name not in out)
    assert take_in_classes(after, out) == source


def test_a_picture_goes_with_the_class_that_it_counts_as(pets):
    source = move_to_class(pets, ["ant/0.png"], "eel")
    source = move_to_class(source, ["eel/0.png"], "ant")
    kept = parts(leave_out_classes(source, ["eel"]))
    assert "ant/0.png" not in kept
    assert kept["eel/0.png"][1] == "ant"
    assert not any(name.startswith("eel/") for name in kept if name != "eel/0.png")


def test_at_least_two_classes_remain(pets):
    source = leave_out_classes(pets, NAMES[:3])
    assert not can_leave_out(source, ["dog"])
    with pytest.raises(ValueError, match="at least two"):
        leave_out_classes(source, ["dog"])
    assert leave_out_classes(source, NAMES[:3]) == source
    with pytest.raises(ValueError, match="no class"):
        move_to_class(source, ["dog/1.png"], "ant")


def test_a_project_file_that_leaves_too_much_out_is_told_what_to_do(pets):
    source = msgspec.structs.replace(pets, class_names=("dog",), classes_left_out=("ant",))
    source = msgspec.structs.replace(source, classes_left_out=("ant", "bee", "cow", "eel"))
    with pytest.raises(DataError, match=r"of 5 classes 4 are left out.*Take some in again"):
        listing_of(source)


def test_weights_of_the_others_keep_their_proportions(pets):
    source = msgspec.structs.replace(pets, class_weights=(4.0, 2.0, 1.0, 0.5, 0.25))
    kept = leave_out_classes(source, ["ant"]).class_weights
    assert kept[0] / kept[3] == pytest.approx(8, rel=1e-3)
    counts = [1 / weight for weight in kept]
    assert np.dot(kept, counts) / sum(counts) == pytest.approx(1, abs=1e-3)
    assert take_in_classes(leave_out_classes(source, ["ant"]), ["ant"]).class_weights == ()


def test_classes_that_come_and_go_on_disk_leave_alone_what_is_left_out(pets):
    source = move_to_class(leave_out_classes(pets, ["eel"]), ["ant/1.png"], "bee")
    shutil.rmtree(Path(pets.path, "dog"))
    with pytest.raises(DataError, match=r"knows 4, the folder now has 3 beside 1 left out"):
        listing_of(source)
    now = with_classes(source, ("ant", "bee", "cow"))
    assert now.classes_left_out == ("eel",)
    assert now.moved == source.moved
    assert listing_of(now).class_names == ("ant", "bee", "cow")


def test_a_class_left_out_may_be_empty_or_gone(pets):
    source = leave_out_classes(pets, ["eel", "dog"])
    shutil.rmtree(Path(pets.path, "eel"))
    for file in Path(pets.path, "dog").iterdir():
        file.unlink()
    assert listing_of(source).class_names == ("ant", "bee", "cow")


def test_a_part_that_only_left_out_classes_had_is_not_drawn_anew(tmp_path):
    for name in NAMES:
        for number in range(4):
            paint(tmp_path / "train" / name / f"{number}.png", number)
    paint(tmp_path / "test" / "eel" / "1.png", 5)
    source = folder_source(tmp_path)
    before, after = parts(source), parts(leave_out_classes(source, ["eel"]))
    assert after.items() <= before.items()


def test_a_scan_counts_what_is_left_out_and_finds_nothing_there(pets):
    for number in range(5):
        Path(pets.path, "eel", f"{number}.png").write_text("no picture")
    source = exclude(move_to_class(pets, ["bee/1.png"], "eel"), ["ant/1.png"])
    source = leave_out_classes(source, ["eel"])
    report = Scanner(source, 7, 0.1).run()
    assert [one.name for one in report.classes] == list(NAMES[:4])
    assert [(one.name, one.files) for one in report.left_out] == [("eel", 13)]
    assert [one.files for one in report.classes] == [12, 11, 12, 12]
    assert not report.unreadable
    assert not report.findings
    assert report.words.startswith("4 classes, 46 pictures")


def few(report) -> object:
    (one,) = (one for one in report.findings if one.code == "few")
    return one


def test_small_classes_are_left_out_by_their_finding(pets):
    for name in ("cow", "eel"):
        for number in range(3):
            Path(pets.path, name, f"{number}.png").unlink()
    finding = few(Scanner(pets, 7, 0.1).run())
    remedy = finding.remedies[0]
    assert remedy == LeaveOutClasses("Leave out these 2 classes", ("cow", "eel"))
    assert finding.text.endswith("Add pictures, or leave them out: no file is touched.")
    after = remedied(pets, remedy)
    assert after.class_names == ("ant", "bee", "dog")
    assert not Scanner(after, 7, 0.1).run().findings


def test_an_emptied_class_is_left_out_by_its_finding(pets):
    for file in Path(pets.path, "bee").iterdir():
        file.unlink()
    finding = few(Scanner(pets, 7, 0.1).run())
    assert finding.severity == "error"
    assert finding.title == "bee has no picture left"
    assert finding.remedies == (LeaveOutClasses("Leave out this class", ("bee",)),)
    load = project_on(remedied(pets, finding.remedies[0]))
    assert load_data(load).class_names == ("ant", "cow", "dog", "eel")


def test_a_class_without_training_pictures_is_found(tmp_path):
    by_part(tmp_path)
    for number in range(12):
        Path(tmp_path, "train", "cow", f"{number}.png").unlink(missing_ok=True)
    finding = few(Scanner(folder_source_of_parts(tmp_path), 7, 0.1).run())
    assert finding.title == "cow has no picture for training"
    assert finding.remedies[0] == LeaveOutClasses("Leave out this class", ("cow",))


def folder_source_of_parts(root: Path) -> Folder:
    return Folder(path=str(root), class_names=NAMES, layout="splits")


def test_classes_are_not_offered_to_be_left_out_where_too_few_would_remain(pets):
    for name in NAMES[:4]:
        for number in range(3):
            Path(pets.path, name, f"{number}.png").unlink()
    finding = few(Scanner(pets, 7, 0.1).run())
    assert not any(isinstance(one, LeaveOutClasses) for one in finding.remedies)
    assert finding.text.endswith("without them fewer than two classes would remain.")


def test_training_design_and_script_follow(pets):
    source = leave_out_classes(pets, ["bee", "dog"])
    project = project_on(source)
    assert project.resolved_stack()[-1].units == 3
    data = load_data(project)
    assert data.class_names == ("ant", "cow", "eel")
    assert set(data.train_y) == {0, 1, 2}
    assert 'CLASS_NAMES = ["ant", "cow", "eel"]' in write_script(project).text


def test_the_pictures_that_remain_are_the_same_to_the_cache(pets):
    """Nothing is decoded once more, going or coming back."""
    load_data(project_on(pets))
    (pixels,) = cache_home().glob("*/pixels.bin")
    before = pixels.stat().st_mtime_ns
    without = load_data(project_on(leave_out_classes(pets, ["ant"])))
    again = load_data(project_on(pets))
    assert pixels.stat().st_mtime_ns == before
    assert len(again.train_x) > len(without.train_x)


def test_a_fingerprint_tells_what_went(pets):
    before = load_data(project_on(pets)).fingerprint
    after = load_data(project_on(leave_out_classes(pets, ["eel"]))).fingerprint
    assert changes(before, after).words == "12 pictures are gone"


def test_a_file_keeps_what_is_left_out_and_old_files_open(pets, tmp_path):
    project = project_on(leave_out_classes(pets, ["eel"]))
    path = tmp_path / "pets.layerloom"
    save_project(project, path)
    assert open_project(path) == project
    save_project(project_on(pets), path)
    old = json.loads(path.read_text())
    del old["project"]["data"]["classes_left_out"]
    path.write_text(json.dumps(old))
    assert open_project(path) == project_on(pets)


def test_measuring_elsewhere_passes_over_what_was_left_out(pets, tmp_path_factory):
    other = tmp_path_factory.mktemp("other")
    by_folder(other)
    project = project_on(leave_out_classes(pets, ["bee"]))
    pictures, labels, notes = load_labelled(other, project)
    assert len(pictures) == 48
    assert set(labels) == {0, 1, 2, 3}
    assert "“bee” is left out, as it was in training." in notes
    own = load_labelled(Path(pets.path), project)
    assert len(own[0]) == 48


def test_the_same_folder_looked_at_again_stays_as_the_project_has_it(pets):
    source = exclude(leave_out_classes(pets, ["eel"]), ["ant/1.png"])
    found = look_again(source)
    assert found.source == source
    assert found.notes == ("As in the project: the class “eel” left out, 1 picture left out.",)
    assert found.words.startswith("4 classes, 47 pictures")


def test_an_empty_class_of_a_new_folder_is_left_out_and_said(pets):
    Path(pets.path, "fox").mkdir()
    found = understand(Path(pets.path))
    assert found.source is not None
    assert found.source.class_names == NAMES
    assert found.source.classes_left_out == ("fox",)
    assert found.notes == (
        "“fox” holds no files and is left out; take it in again once there are pictures.",
    )
    for name in NAMES[1:]:
        shutil.rmtree(Path(pets.path, name))
    assert understand(Path(pets.path)).source is None


def test_comparing_tells_of_it(pets):
    assert _data_facts(pets)["Classes left out"] == "none"
    assert _data_facts(leave_out_classes(pets, ["eel"]))["Classes left out"] == "“eel”"


def test_names_in_words():
    assert named(["a"]) == "“a”"
    assert named(["a", "b"]) == "“a” and “b”"
    assert named(["a", "b", "c", "d"]) == "“a”, “b”, “c” and 1 more"
