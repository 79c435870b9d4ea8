"""A Data page without a running engine: tests feed it the engine's events as values."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.data.places import scan_folder
from core.data.report import (
    ClassCount,
    Exclude,
    Finding,
    MoveToClass,
    Picture,
    Report,
    Suggestion,
    WeighClasses,
    write_page,
    write_report,
)
from core.data.source import Folder
from core.engine.events import Scanned
from core.project_file import starter
from gui.data.page import DataPage
from gui.document import Document

ROOT = "/pictures/pets"
FINDINGS = (
    Finding(
        code="conflict",
        severity="error",
        title="1 picture under two classes",
        text="The network cannot learn both.",
        files=("cat/1.jpg", "dog/1.jpg"),
        count=2,
        groups=(2,),
        remedies=(
            MoveToClass("Choose the class", ("cat/1.jpg", "dog/1.jpg"), ("dog", "cat")),
            Exclude("Exclude all of them", ("cat/1.jpg", "dog/1.jpg")),
        ),
    ),
    Finding(
        code="imbalance",
        severity="warning",
        title="dog has 2, cat 30 pictures",
        text="dog will be guessed less often than it should.",
        files=tuple(f"dog/{number}.jpg" for number in range(5)),
        count=5,
        remedies=(WeighClasses("Weigh classes", (30, 2)),),
    ),
)


@pytest.fixture
def document(qapp) -> Document:
    return Document(starter())


@pytest.fixture
def page(document, engine, qtbot) -> DataPage:
    page = DataPage(document, engine)
    qtbot.addWidget(page)
    page.resize(1200, 700)
    page.show()
    return page


@pytest.fixture
def source() -> Folder:
    return Folder(path=ROOT, class_names=("cat", "dog"), layout="classes")


def write_scan(rows: tuple[int, int] = (30, 2), findings=FINDINGS) -> Path:
    """What a scan would leave."""
    folder = scan_folder(ROOT)
    folder.mkdir(parents=True, exist_ok=True)
    names = ("cat", "dog")
    for kind, (name, count) in enumerate(zip(names, rows, strict=True)):
        pictures = [
            Picture(f"{name}/{number}.jpg", "train", 64, 48, "RGB", "JPEG", 900, 1)
            for number in range(count)
        ]
        for page in range(-(-count // 2_000)):
            write_page(folder, kind, page, pictures[page * 2_000 : (page + 1) * 2_000])
    report = Report(
        root=ROOT,
        words="2 classes",
        layout="classes",
        classes=tuple(
            ClassCount(name, count, 0, 0, -(-count // 2_000), count)
            for name, count in zip(names, rows, strict=True)
        ),
        sizes=((64, 48, sum(rows)),),
        distinct_sizes=1,
        formats={"JPEG": sum(rows)},
        modes={"RGB": sum(rows)},
        bytes=28_800,
        findings=findings,
        suggestion=Suggestion(48, 48, 3, "crop", "All pictures are 64 × 48."),
        phase="done",
        complete=True,
    )
    write_report(folder, report)
    return folder


@pytest.fixture
def scanned(page, source, qtbot):
    """Makes the folder the project's and ends its scan; gives the report's page."""

    def scan(rows: tuple[int, int] = (30, 2), findings=FINDINGS) -> DataPage:
        folder = write_scan(rows, findings)
        page.desk.use(source)
        qtbot.waitUntil(lambda: page.desk.job is not None and page.desk.job.kind == "scan")
        end_scan(page, folder, sum(rows))
        qtbot.waitUntil(lambda: page.desk.report is not None)
        qtbot.waitUntil(lambda: page.thumbs.picture(0) is not None)
        return page

    return scan


def end_scan(page: DataPage, folder: Path, pictures: int = 32) -> None:
    """Say that the scan under way is complete."""
    event = Scanned(
        id=page.desk.job.id, folder=str(folder), pictures=pictures, seconds=0.1, complete=True
    )
    page.desk.pictures.event.emit(event)
