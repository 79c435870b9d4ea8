"""The scan: every odd file said by name, duplicates found, nothing hangs, nothing read twice."""

from __future__ import annotations

import os
import shutil
import socket
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.data import headers
from core.data import scan as scan_module
from core.data.errors import DataError
from core.data.headers import Header, hash_files, start_helper
from core.data.helpers import Helpers, equal_chunks
from core.data.load import folder_source, load_data
from core.data.report import (
    Exclude,
    MoveToClass,
    OpenFolder,
    Report,
    UseFit,
    WeighClasses,
    read_page,
    read_report,
    remedied,
)
from core.data.scan import Scanner
from core.data.source import exclude, move_to_class
from core.project_file import starter
from tests.core.data.test_picture import huge_png

KINDS = ("cat", "dog")


def noise(seed: int, size: tuple[int, int] = (40, 30), mode: str = "RGB") -> Image.Image:
    """A picture like no other, with large fields as photographs have."""
    random = np.random.default_rng(seed)
    small = Image.fromarray(random.integers(0, 256, (6, 8, 3), np.uint8))
    return small.resize(size, Image.Resampling.BICUBIC).convert(mode)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Two classes of twenty different pictures."""
    folder = tmp_path / "pets"
    for number, kind in enumerate(KINDS):
        (folder / kind).mkdir(parents=True)
        for index in range(20):
            noise(100 * number + index).save(folder / kind / f"{index:02}.jpg")
    return folder


def scanned(root: Path, near: bool = True, **fields) -> Report:
    return Scanner(folder_source(root), 7, 0.1, **fields).run(near)


def found(report: Report, code: str):
    """The finding of a kind; None if there is none."""
    matching = [finding for finding in report.findings if finding.code == code]
    assert len(matching) <= 1
    return matching[0] if matching else None


def test_a_healthy_folder_has_nothing_to_say(root):
    report = scanned(root)
    assert report.findings == ()
    assert report.complete
    assert report.formats == {"JPEG": 40}
    assert report.modes == {"RGB": 40}
    assert report.sizes == ((40, 30, 40),)
    assert sum(report.parts) == 40
    assert [one.name for one in report.classes] == ["cat", "dog"]
    assert report.suggestion.channels == 3
    assert (report.suggestion.width, report.suggestion.height) == (40, 30)


def test_report_and_pages_are_kept(root):
    scanner = Scanner(folder_source(root), 7, 0.1)
    report = scanner.run()
    assert read_report(scanner.folder) == report
    page = read_page(scanner.folder, 1, 0)
    assert [picture.name for picture in page] == [f"dog/{n:02}.jpg" for n in range(20)]
    first = page[0]
    assert (first.width, first.height, first.mode, first.format) == (40, 30, "RGB", "JPEG")
    assert first.bytes == (root / first.name).stat().st_size


def test_every_file_that_is_no_picture_is_said_by_name(root, tmp_path):
    cat = root / "cat"
    jpeg = (cat / "00.jpg").read_bytes()
    (cat / "cut.jpg").write_bytes(jpeg[: len(jpeg) // 2])
    (cat / "empty.jpg").touch()
    (cat / "text.png").write_text("not a picture")
    (cat / "heic.heic").write_bytes(b"\0\0\0\x18ftypheic" + bytes(50))
    (cat / "raw.nef").write_bytes(b"II*\0" + bytes(50))
    huge_png(cat / "bomb.png", 20_000, 20_000)
    huge_png(cat / "long.png", 60_000, 1)
    os.mkfifo(cat / "pipe.jpg")
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(str(tmp_path / "s"))
    shutil.move(tmp_path / "s", cat / "socket.jpg")
    report = scanned(root)
    listening.close()
    finding = found(report, "unreadable")
    reasons = dict(zip(finding.files, finding.reasons, strict=True))
    assert {name: words for name, words in reasons.items() if name.startswith("cat/")} == reasons
    for name, words in {
        "cut.jpg": "damaged",
        "empty.jpg": "empty",
        "text.png": "not a picture",
        "heic.heic": "HEIC",
        "raw.nef": "raw file",
        "bomb.png": "too large",
        "long.png": "too large",
        "pipe.jpg": "not a file",
        "socket.jpg": "not a file",
    }.items():
        assert words in reasons[f"cat/{name}"], name
    assert report.unreadable == 9
    assert sum(report.parts) == 40
    assert isinstance(finding.remedies[0], Exclude)
    assert finding.remedies[1] == OpenFolder("Show in folder", "cat")


def test_without_looking_closely_a_cut_file_is_not_known_yet(root):
    noise(2000, (400, 300)).save(root / "cat" / "cut.jpg")
    os.truncate(root / "cat" / "cut.jpg", 4_000)
    assert found(scanned(root, near=False), "unreadable") is None
    assert found(scanned(root), "unreadable").files == ("cat/cut.jpg",)
    # Found once, it is known in a quick scan as well.
    assert found(scanned(root, near=False), "unreadable").files == ("cat/cut.jpg",)


def test_odd_kinds_are_handled_and_said(root):
    cat = root / "cat"
    noise(1000).convert("CMYK").save(cat / "cmyk.jpg")
    noise(1001, mode="P").save(cat / "palette.png")
    Image.fromarray(np.arange(1200, dtype=np.uint16).reshape(30, 40) * 50).save(cat / "deep.png")
    noise(1002, mode="RGBA").save(cat / "opaque.png")
    clear = noise(1003, mode="LA")
    clear.putalpha(100)
    clear.save(cat / "clear.png")
    frames = [noise(1004), noise(1005)]
    frames[0].save(cat / "film.gif", save_all=True, append_images=frames[1:])
    exif = Image.Exif()
    exif[0x0112] = 6
    noise(1006).save(cat / "lying.jpg", exif=exif)
    noise(1007, mode="1").save(cat / "bits.png")
    noise(1008).save(cat / "wrong suffix.gif", "PNG")
    report = scanned(root)
    assert found(report, "unreadable") is None
    for code, name in {
        "cmyk": "cmyk.jpg",
        "sixteen-bit": "deep.png",
        "animated": "film.gif",
        "rotated": "lying.jpg",
    }.items():
        finding = found(report, code)
        assert finding.files == (f"cat/{name}",)
        assert finding.severity == "note"
        assert finding.title.startswith("1 picture ")
    assert "cat/palette.png" in found(report, "palette").files
    assert "cat/clear.png" in found(report, "transparent").files
    page = {p.name: p for p in read_page(Scanner(folder_source(root), 7, 0.1).folder, 0, 0)}
    assert (page["cat/lying.jpg"].width, page["cat/lying.jpg"].height) == (30, 40)


def test_the_same_file_twice_in_a_class(root):
    shutil.copy(root / "cat" / "03.jpg", root / "cat" / "copy.jpg")
    source = folder_source(root)
    report = Scanner(source, 7, 0.1).run()
    # Which part a picture is drawn into decides what a copy of it is.
    finding = found(report, "duplicates") or found(report, "leak")
    assert set(finding.files) == {"cat/03.jpg", "cat/copy.jpg"}
    assert finding.groups == (2,)
    after = Scanner(remedied(source, finding.remedies[0]), 7, 0.1).run()
    assert after.findings == ()
    assert sum(after.parts) == 40
    assert (root / "cat" / "copy.jpg").exists()


def test_large_files_are_compared_by_all_their_bytes(root):
    big = np.random.default_rng(1).integers(0, 256, (200, 200, 3), np.uint8)
    Image.fromarray(big).save(root / "cat" / "a.bmp")
    big[199, 199] ^= 1
    Image.fromarray(big).save(root / "cat" / "b.bmp")
    assert not found(scanned(root, near=False), "duplicates")
    shutil.copy(root / "cat" / "a.bmp", root / "cat" / "c.bmp")
    report = scanned(root, near=False)
    finding = found(report, "duplicates") or found(report, "leak")
    assert set(finding.files) == {"cat/a.bmp", "cat/c.bmp"}


def test_one_picture_under_two_labels(root):
    shutil.copy(root / "cat" / "03.jpg", root / "dog" / "not a dog.jpg")
    source = folder_source(root)
    finding = found(Scanner(source, 7, 0.1).run(), "conflict")
    assert finding.severity == "error"
    assert set(finding.files) == {"cat/03.jpg", "dog/not a dog.jpg"}
    assert "cat/03.jpg" in finding.text
    assert "dog/not a dog.jpg" in finding.text
    (move, leave) = finding.remedies
    assert isinstance(move, MoveToClass)
    assert move.classes == KINDS
    after = Scanner(move_to_class(source, move.files, "cat"), 7, 0.1).run()
    assert found(after, "conflict") is None
    assert found(Scanner(remedied(source, leave), 7, 0.1).run(), "conflict") is None


def test_one_picture_in_training_and_test(tmp_path):
    for part, first in (("train", 0), ("test", 500)):
        for number, kind in enumerate(KINDS):
            (tmp_path / part / kind).mkdir(parents=True)
            for index in range(12):
                noise(first + 100 * number + index).save(tmp_path / part / kind / f"{index}.png")
    shutil.copy(tmp_path / "test" / "cat" / "5.png", tmp_path / "train" / "cat" / "seen.png")
    source = folder_source(tmp_path)
    finding = found(Scanner(source, 7, 0.1).run(), "leak")
    assert finding.severity == "error"
    assert finding.remedies == (Exclude("Keep in test only", ("train/cat/seen.png",)),)
    after = Scanner(remedied(source, finding.remedies[0]), 7, 0.1).run()
    assert after.findings == ()
    assert after.classes[0].test == 12


def test_nearly_equal_pictures_are_found_and_others_are_not(root):
    original = noise(3000, (320, 240))
    original.save(root / "cat" / "original.png")
    original.save(root / "cat" / "again.jpg", quality=60)
    original.resize((160, 120)).save(root / "cat" / "small.jpg")
    finding = found(scanned(root), "near")
    assert set(finding.files) == {"cat/original.png", "cat/again.jpg", "cat/small.jpg"}
    assert finding.groups == (3,)
    assert len(finding.remedies[0].files) == 2


def test_plain_pictures_are_not_called_alike(root):
    for value in range(30):
        Image.new("L", (40, 30), 8 * value).save(root / "cat" / f"plain {value}.png")
    assert found(scanned(root), "near") is None


def test_small_and_unequal_classes(root):
    (root / "cow").mkdir()
    noise(4000).save(root / "cow" / "only.jpg")
    source = folder_source(root)
    report = Scanner(source, 7, 0.1).run()
    few = found(report, "few")
    assert few.title == "cow has only 1 picture"
    imbalance = found(report, "imbalance")
    (weigh,) = imbalance.remedies
    assert isinstance(weigh, WeighClasses)
    weights = remedied(source, weigh).class_weights
    assert weights[1] > 5 * weights[0]


def test_many_small_classes_are_one_finding(tmp_path):
    for number in range(30):
        for index in range(3):
            path = tmp_path / f"kind {number:02}" / f"{index}.png"
            path.parent.mkdir(exist_ok=True)
            noise(100 * number + index).save(path)
    (few,) = (one for one in scanned(tmp_path).findings if one.code == "few")
    assert few.title == "30 classes have fewer than 10 pictures"
    assert few.text.startswith("kind 00 3, kind 01 3, kind 02 3, kind 03 3, kind 04 3 and 25 more.")
    assert few.remedies == (OpenFolder("Show in folder", "kind 00"),)


def test_a_class_that_all_pictures_left_says_so(root):
    names = [f"cat/{path.name}" for path in (root / "cat").iterdir()]
    source = exclude(folder_source(root), names)
    report = Scanner(source, 7, 0.1).run()
    few = found(report, "few")
    assert few.title == "cat has no picture left"
    assert "Take some in again" in few.text
    assert few.severity == "error"
    assert report.words.startswith("2 classes, 20 pictures")


def test_a_part_without_pictures_is_said(tmp_path):
    for name in KINDS:
        (tmp_path / name).mkdir()
        noise(len(name)).save(tmp_path / name / "only.png")
    missing = found(scanned(tmp_path), "missing-split")
    assert missing.title == "No picture for validation and the test"
    assert missing.severity == "error"
    noise(7000).save(tmp_path / KINDS[0] / "second.png")
    noise(7001).save(tmp_path / KINDS[0] / "third.png")
    assert found(scanned(tmp_path), "missing-split") is None


def test_much_longer_than_wide(root):
    noise(5000, (200, 20)).save(root / "dog" / "banner.jpg")
    finding = found(scanned(root), "aspect")
    assert finding.files == ("dog/banner.jpg",)
    assert "200 × 20" in finding.text
    assert finding.remedies == (
        UseFit("Crop instead", "crop"),
        UseFit("Pad instead", "pad"),
        Exclude("Exclude it", ("dog/banner.jpg",)),
        OpenFolder("Show in folder", "dog"),
    )


def test_buttons_say_how_many_files_they_are_about(root):
    for number in range(12):
        noise(6000 + number, (200, 20)).save(root / "dog" / f"banner {number}.jpg")
    for name in ("03.jpg", "04.jpg"):
        for copy in ("a", "b"):
            shutil.copy(root / "cat" / name, root / "cat" / f"{copy} {name}")
    report = scanned(root)
    assert found(report, "aspect").remedies[2].label == "Exclude all 12"
    spare = [
        remedy
        for code in ("duplicates", "leak")
        if (finding := found(report, code)) is not None
        for remedy in finding.remedies
    ]
    assert sum(len(remedy.files) for remedy in spare) == 4
    assert {remedy.label for remedy in spare} <= {
        f"{what}, exclude {number}"
        for what in ("Keep one of each", "Keep in test only")
        for number in (2, 4)
    }


def test_files_beside_the_classes_are_said(root):
    (root / "readme.txt").write_text("hello")
    assert "readme.txt" in found(scanned(root), "loose").text


def test_excluded_pictures_stay_visible_and_count_nowhere(root):
    source = exclude(folder_source(root), ["cat/00.jpg"])
    scanner = Scanner(source, 7, 0.1)
    report = scanner.run()
    assert sum(report.parts) == 39
    assert report.classes[0].files == 20
    assert read_page(scanner.folder, 0, 0)[0].excluded


def test_a_class_that_is_left_out_as_a_whole_is_said_so(root):
    source = exclude(folder_source(root), [f"cat/{number:02}.jpg" for number in range(20)])
    finding = found(Scanner(source, 7, 0.1).run(), "few")
    assert finding.title == "cat has no picture left"
    assert "left out" in finding.text
    assert finding.severity == "error"


def test_the_report_knows_which_parts_the_folder_does_not_give(root):
    assert scanned(root).drawn == ("validation", "test")
    parted = root.with_name("parted")
    for part in ("train", "val"):
        shutil.copytree(root, parted / part)
    assert scanned(parted).drawn == ("test",)


def test_a_second_scan_reads_nothing_that_has_not_changed(root, monkeypatch):
    first = scanned(root)
    read: list[str] = []
    real = scan_module.read_headers

    def counting(folder: str, names: list[str]) -> list[Header]:
        read.extend(names)
        return real(folder, names)

    monkeypatch.setattr(scan_module, "read_headers", counting)
    noise(6000).save(root / "dog" / "00.jpg")
    second = scanned(root)
    assert read == ["dog/00.jpg"]
    assert second.parts == first.parts


def test_stopped_it_keeps_what_it_found(root):
    class StoppedError(Exception):
        pass

    def stop(doing: str, done: int, total: int) -> None:
        if doing == "Looking at pictures":
            raise StoppedError

    scanner = Scanner(folder_source(root), 7, 0.1, progress=stop)
    with pytest.raises(StoppedError):
        scanner.run()
    report = read_report(scanner.folder)
    assert not report.complete
    assert report.formats == {"JPEG": 40}


def test_files_that_vanish_during_the_scan_are_said(root):
    def vanish(doing: str, done: int, total: int) -> None:
        if doing == "Reading headers":
            (root / "cat" / "07.jpg").unlink(missing_ok=True)

    report = scanned(root, progress=vanish)
    finding = found(report, "unreadable")
    assert finding.files == ("cat/07.jpg",)
    assert "not there" in finding.reasons[0]


def test_a_folder_that_vanishes_during_the_scan_is_said_and_not_all_of_its_files(root):
    def vanish(doing: str, done: int, total: int) -> None:
        if doing == "Reading headers":
            shutil.rmtree(root, ignore_errors=True)

    scanner = Scanner(folder_source(root), 7, 0.1, progress=vanish)
    with pytest.raises(DataError, match="There is no folder"):
        scanner.run()
    left = read_report(scanner.folder)
    assert (left.findings, left.complete, sum(left.parts)) == ((), False, 40)
    with pytest.raises(DataError, match="There is no folder"):
        scanner.run()


def crash(folder: str, names: list[str]) -> list[int]:
    if "bad" in names:
        os._exit(11)
    return [len(name) for name in names]


def test_a_file_that_crashes_its_reader_costs_only_itself():
    names = [f"{number:04}" for number in range(1_500)]
    names[700] = "bad"
    with Helpers(len(names), lambda: None) as helpers:
        results = {
            name: value
            for chunk, values in helpers.map(crash, "", equal_chunks(names, 100), lambda name: -1)
            for name, value in zip(chunk, values, strict=True)
        }
    assert results == dict.fromkeys(names, 4) | {"bad": -1}


def first_three(folder: str, names: list[str]) -> list[str]:
    return names[:3]


def test_what_a_helper_had_no_time_for_is_given_out_again():
    names = [f"{number:04}" for number in range(100)]
    with Helpers(len(names), lambda: None) as helpers:
        turns = list(helpers.map(first_three, "", equal_chunks(names, 10), lambda name: ""))
    assert all(chunk == results and len(chunk) in (3, 1) for chunk, results in turns)
    assert sorted(name for chunk, _ in turns for name in chunk) == names


def test_a_helper_says_soon_what_it_has_done(monkeypatch):
    monkeypatch.setattr(headers, "TURN", 0.0)
    assert len(hash_files("", ["one", "two", "three"])) == 1


def test_only_helpers_of_an_engine_wait_for_its_end():
    start_helper()  # in a process without a parent it does nothing, and above all does not end it


def test_what_was_out_of_reach_is_looked_at_again(root, tmp_path):
    """A disk pulled out and put back, at any moment, leaves no picture unreadable for ever."""
    away = tmp_path / "away"

    def pulled(doing: str, done: int, total: int) -> None:
        if doing == "Looking at pictures" and root.exists():
            root.rename(away)

    source = folder_source(root)
    with pytest.raises(DataError, match="There is no folder"):
        Scanner(source, 7, 0.1, pulled).run()
    away.rename(root)
    assert found(Scanner(source, 7, 0.1).run(), "unreadable") is None


def test_a_file_that_cannot_be_read_under_a_name_that_is_no_text_is_said(root):
    for name in (b"no picture \xff.png", b"cut \xff.png"):
        noise(7000).save(root / "cat" / os.fsdecode(name), "PNG")
    (root / "cat" / os.fsdecode(b"no picture \xff.png")).write_text("no")
    os.truncate(root / "cat" / os.fsdecode(b"cut \xff.png"), 900)
    report = scanned(root)
    assert found(report, "unreadable").count == 2
    assert "no picture �.png is not a picture" in found(report, "unreadable").text
    assert read_report(Scanner(folder_source(root), 7, 0.1).folder) == report
    assert len(load_data(starter().changed(data=folder_source(root))).notes) == 2


@pytest.mark.parametrize(
    ("copied", "title", "words"),
    [
        ({"test", "train"}, "1 picture in training and test", "trained on is no test"),
        ({"val", "train"}, "1 picture in training and validation", "trained on is no test"),
        ({"val", "test"}, "1 picture in validation and test", "chosen by is no test"),
        ({"train", "val", "test"}, "1 picture in training, validation and test", "trained on"),
    ],
)
def test_a_leak_is_said_by_the_parts_that_it_is_between(tmp_path, copied, title, words):
    for number, part in enumerate(("train", "val", "test")):
        for kind in KINDS:
            (tmp_path / part / kind).mkdir(parents=True)
            for index in range(10):
                seed = 1000 * number + 100 * KINDS.index(kind) + index
                noise(seed).save(tmp_path / part / kind / f"{index}.png")
        if part in copied:
            noise(9000).save(tmp_path / part / "cat" / "same.png")
    finding = found(scanned(tmp_path, near=False), "leak")
    assert finding.title == title
    assert words in finding.text
