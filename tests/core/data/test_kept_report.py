"""Reports that readers need little time for: long lists of files lie beside them."""

from __future__ import annotations

import os

import pytest

from core.data.places import scan_folder
from core.data.report import (
    MOST_FILES,
    Exclude,
    Finding,
    MoveToClass,
    Picture,
    Report,
    read_page,
    read_report,
    whole,
    whole_finding,
    write_page,
    write_report,
)
from core.files import write_whole

MANY = tuple(f"cat/{number:05}.jpg" for number in range(MOST_FILES + 1))
FEW = MANY[:MOST_FILES]


def report_with(*remedies) -> Report:
    text = "They look alike."
    finding = Finding("near", "warning", "Alike", text, FEW, len(MANY), remedies=remedies)
    return Report(root="/pictures", words="", layout="classes", classes=(), findings=(finding,))


@pytest.fixture
def folder():
    folder = scan_folder("/pictures")
    folder.mkdir(parents=True)
    return folder


def kept(folder) -> list[str]:
    return sorted(path.name for path in folder.glob("files-*.json"))


def test_a_remedy_of_few_files_holds_them(folder):
    report = report_with(Exclude("Exclude", FEW))
    write_report(folder, report)
    assert read_report(folder) == report
    assert kept(folder) == []


def test_a_remedy_of_many_files_is_made_whole_when_chosen(folder):
    remedies = (Exclude("Exclude", MANY), MoveToClass("Move", MANY[::-1], ("cat", "dog")))
    write_report(folder, report_with(*remedies))
    short = read_report(folder).findings[0].remedies
    assert [remedy.files for remedy in short] == [(), ()]
    assert tuple(whole(folder, remedy) for remedy in short) == remedies


def test_remedies_of_the_same_files_share_a_list_and_old_lists_go(folder):
    write_report(folder, report_with(Exclude("a", MANY), MoveToClass("b", MANY, ("cat",))))
    (first,) = kept(folder)
    write_report(folder, report_with(Exclude("a", MANY[::-1])))
    (second,) = kept(folder)
    assert first != second
    write_report(folder, report_with())
    assert kept(folder) == []


def test_a_list_that_is_gone_is_an_error(folder):
    write_report(folder, report_with(Exclude("a", MANY)))
    (remedy,) = read_report(folder).findings[0].remedies
    write_report(folder, report_with())
    with pytest.raises(OSError, match="files-"):
        whole(folder, remedy)


def test_a_finding_of_many_files_names_the_first_and_keeps_all(folder):
    reasons = tuple(f"{name} is empty." for name in MANY)
    bad = Finding("unreadable", "error", "Bad", "", MANY, len(MANY), reasons=reasons)
    alike = Finding("near", "warning", "Alike", "", MANY[::-1], len(MANY), groups=(3, 4))
    few = Finding("aspect", "warning", "Long", "", FEW, len(FEW))
    report = Report(
        root="/pictures", words="", layout="classes", classes=(), findings=(bad, alike, few)
    )
    write_report(folder, report)
    short = read_report(folder).findings
    assert [one.files for one in short] == [FEW, MANY[::-1][:MOST_FILES], FEW]
    assert short[0].reasons == reasons[:MOST_FILES]
    assert tuple(whole_finding(folder, one) for one in short) == report.findings


def test_the_whole_of_a_finding_that_was_scanned_again_is_an_error(folder):
    finding = Finding("near", "warning", "Alike", "", MANY, len(MANY))
    report = Report(root="/pictures", words="", layout="classes", classes=(), findings=(finding,))
    write_report(folder, report)
    (short,) = read_report(folder).findings
    write_report(folder, report_with())
    with pytest.raises(OSError, match="files-"):
        whole_finding(folder, short)


def test_what_a_scan_keeps_is_not_forced_to_disk_file_by_file(folder, monkeypatch):
    forced = []
    monkeypatch.setattr(os, "fsync", forced.append)
    write_report(folder, report_with(Exclude("a", MANY)))
    write_page(folder, 0, 0, [Picture("cat/1.jpg", "train")])
    assert forced == []
    assert read_page(folder, 0, 0) == [Picture("cat/1.jpg", "train")]
    write_whole(folder / "project", b"")
    assert forced
