"""The Data page with the real picture process on a small folder."""

from __future__ import annotations

import os
import signal

import pytest
from PIL import Image

from core.data.load import folder_source
from core.project_file import starter
from gui.data.page import DataPage
from gui.document import Document
from gui.engine_link import PICTURES, EngineLink


@pytest.fixture
def pictures(tmp_path):
    """Two classes; one file is damaged."""
    root = tmp_path / "shapes"
    for shade, name in ((20, "dark"), (220, "light")):
        (root / name).mkdir(parents=True)
        for number in range(12):
            picture = Image.new("RGB", (40, 40), (shade, number * 9, shade))
            picture.putpixel((number, number), (255, 255, 255))
            picture.save(root / name / f"{number}.png")
    (root / "dark" / "0.png").write_bytes(b"no picture")
    return root


@pytest.fixture
def engine(qtbot):
    """The real picture process."""
    link = EngineLink(runs=PICTURES)
    yield link
    link.close()
    qtbot.waitUntil(lambda: link.state == "closed", timeout=10_000)


def test_a_folder_is_looked_at_used_scanned_and_seen(qtbot, engine, pictures):
    document = Document(starter())
    page = DataPage(document, engine)
    qtbot.addWidget(page)
    page.resize(1200, 700)
    page.show()
    page.look_at(pictures)
    qtbot.waitUntil(lambda: page.desk.looked is not None, timeout=60_000)
    page.desk.use_looked()
    assert document.project.classes == 2
    qtbot.waitUntil(lambda: page.desk.report is not None, timeout=60_000)
    qtbot.waitUntil(lambda: page.desk.job is None and page.desk.report.complete, timeout=60_000)
    assert page.desk.report.unreadable == 1
    assert page.side.findings.cards[0].finding.code == "unreadable"
    qtbot.waitUntil(lambda: page.thumbs.picture(11) is not None)
    good = next(row for row in range(12) if not page.thumbs.picture(row).problem)
    index = page.thumbs.index(good)
    qtbot.waitUntil(lambda: index.data(1) is not None, timeout=60_000)  # its thumbnail


def test_a_picture_process_killed_while_it_scans_is_said_and_scans_again(qtbot, engine, pictures):
    document = Document(starter())
    page = DataPage(document, engine)
    qtbot.addWidget(page)
    page.desk.use(folder_source(pictures))
    before = document.project
    qtbot.waitUntil(lambda: engine.pid != 0 and page.desk.job is not None, timeout=60_000)
    os.kill(engine.pid, signal.SIGKILL)
    qtbot.waitUntil(lambda: page.desk.failure is not None, timeout=60_000)
    assert page.desk.failed_kind == "scan"
    assert page.desk.failure.message.startswith("The picture process was killed by signal 9")
    assert document.project == before
    qtbot.waitUntil(lambda: engine.state == "ready", timeout=60_000)
    assert engine.words == "picture process ready"
    qtbot.waitUntil(lambda: page.note.button("Scan again") is not None)
    page.note.button("Scan again").click()
    qtbot.waitUntil(lambda: page.desk.report is not None, timeout=60_000)
    qtbot.waitUntil(lambda: page.desk.job is None, timeout=60_000)
    qtbot.waitUntil(lambda: page.desk.report.complete)  # it is read in a thread
    assert page.desk.failure is None
