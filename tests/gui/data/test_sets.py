"""Ready-made sets on the Data page: looked at, offered with their size, fetched."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor, QImage

from core.data.source import CIFAR10
from core.engine.commands import Download, ShowSet
from core.engine.events import Failed, SetShown
from gui.data.gallery import STRIP


@pytest.fixture
def sent(engine, monkeypatch) -> list:
    """What the picture process was asked, with the ids it was asked under."""
    commands: list = []
    send = engine.send

    def keep(command):
        number = send(command)
        commands.append((number, command))
        return number

    monkeypatch.setattr(engine, "send", keep)
    return commands


def asked(sent, kind):
    return next((pair for pair in sent if isinstance(pair[1], kind)), None)


def test_the_set_in_use_is_shown_class_by_class_with_its_balance(
    sent, page, engine, tmp_path, qtbot
):
    qtbot.waitUntil(lambda: asked(sent, ShowSet) is not None)
    number, command = asked(sent, ShowSet)
    assert command.name == "mnist"
    strip = QImage(24 * 28, 28, QImage.Format.Format_Grayscale8)
    strip.fill(QColor("white"))
    strips = tuple(str(tmp_path / f"{kind}.png") for kind in range(10))
    for file in strips:
        assert strip.save(file)
    train = tuple(range(5_000, 5_010))
    engine.event.emit(
        SetShown(id=number, name="mnist", strips=strips, side=28, train=train, test=(1_000,) * 10)
    )
    model = page.ready_made.gallery.set_model
    qtbot.waitUntil(lambda: model.index(9).data(STRIP) is not None)
    assert model.index(3).data() == "3, 6,003 pictures"
    qtbot.waitUntil(page.side.balance.isVisible)
    assert page.side.balance.classes.classes[3].total == 6_003


def test_a_set_that_is_not_here_is_offered_with_size_makers_and_source(sent, page, document, qtbot):
    page.header.set_wanted.emit("cifar-10")
    qtbot.waitUntil(page.note.isVisible)
    body = page.note.text.body
    assert "170 MB are downloaded once from www.cs.toronto.edu" in body
    assert "names no licence" in body
    assert asked(sent, Download) is None
    page.note.button("Keep MNIST").click()
    qtbot.waitUntil(lambda: not page.note.isVisible())
    page.header.set_wanted.emit("cifar-10")
    qtbot.waitUntil(page.note.isVisible)
    page.note.button("Download 170 MB and use it").click()
    qtbot.waitUntil(lambda: asked(sent, Download) is not None)


def test_a_set_of_the_project_that_is_missing_can_be_fetched(sent, page, document, engine, qtbot):
    document.edit("use CIFAR-10", document.project.changed(data=CIFAR10()))
    qtbot.waitUntil(lambda: any(getattr(one, "name", "") == "cifar-10" for _, one in sent))
    number = next(n for n, one in sent if isinstance(one, ShowSet) and one.name == "cifar-10")
    engine.event.emit(Failed(id=number, message="CIFAR-10 has not been downloaded yet."))
    qtbot.waitUntil(page.ready_made.missing.isVisible)
    assert page.ready_made.missing.words.text() == "CIFAR-10 has not been downloaded yet."
    page.ready_made.missing.fetch.click()
    qtbot.waitUntil(page.note.isVisible)
    assert page.note.button("Not now") is not None
