"""A Backbone in the inspector: its stages, and its weights on their way."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from core.blocks import CATALOGUE, Input
from core.data.weights import weights_home
from core.engine.commands import Download, Stop
from core.engine.events import DataProgress, Downloaded, Failed
from core.project import Project
from gui.design.inspector import Inspector
from gui.design.palette_card import PaletteCard
from gui.document import Document
from gui.widgets.figures import data_size

BACKBONE = CATALOGUE["Backbone"]


class Engine(QObject):
    """Notes what it is asked and says what a test lets it say."""

    event = Signal(object)
    state = "ready"

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[Any] = []

    def send(self, command: Any) -> int:
        self.asked.append(command)
        return len(self.asked)


@pytest.fixture
def engine() -> Engine:
    return Engine()


def shown(qtbot, engine: Engine | None, side: int = 96, **fields: object) -> Inspector:
    picture = Input(height=side, width=side, channels=3)
    document = Document(Project(input=picture, stack=(BACKBONE(**fields),)))
    document.select(((0,),))
    inspector = Inspector(document, engine)
    qtbot.addWidget(inspector)
    inspector.show()
    return inspector


def block_of(inspector: Inspector) -> Any:
    return inspector.blocks[0]


def test_missing_weights_are_said_with_their_size_and_fetched(qtbot, engine) -> None:
    inspector = shown(qtbot, engine)
    note = inspector.weights
    assert note.isVisible()
    size = data_size(4 * 2_257_984)
    assert f"weights are not on this machine yet (about {size})" in note.words.text()
    assert note.button.text() == f"Download {size}"
    QTest.mouseClick(note.button, Qt.MouseButton.LeftButton)
    (asked,) = engine.asked
    assert isinstance(asked, Download)
    assert asked.weights == BACKBONE().download((96, 96, 3))
    engine.event.emit(DataProgress(id=1, doing="Downloading", done=50, total=200, unit="bytes"))
    assert note.bar.isVisible()
    assert note.bar.value() == 250
    (weights_home()).mkdir(parents=True)
    (weights_home() / asked.name).write_bytes(b"weights")
    engine.event.emit(Downloaded(id=1, name=asked.name, path=str(weights_home())))
    assert note.words.text() == "MobileNetV2's ImageNet weights are downloaded."
    assert not note.button.isVisible()
    assert not note.bar.isVisible()


def test_a_download_can_be_cancelled_and_a_failure_is_told(qtbot, engine) -> None:
    inspector = shown(qtbot, engine)
    note = inspector.weights
    note.button.click()
    assert note.button.text() == "Cancel"
    note.button.click()
    assert engine.asked[-1] == Stop(id=0, only=1)
    engine.event.emit(Failed(id=1, message="Stopped, as you asked."))
    assert note.words.text() == "Stopped, as you asked."
    assert note.button.text().startswith("Download ")
    assert note.button.accessibleName().endswith("MobileNetV2's ImageNet weights")


@pytest.mark.parametrize("fields", [{"weights": "none"}, {"disabled": True}, {"side": 20}])
def test_nothing_is_offered_where_nothing_is_needed(qtbot, engine, fields) -> None:
    assert not shown(qtbot, engine, **fields).weights.isVisible()


def test_without_an_engine_it_is_said_but_cannot_be_fetched(qtbot) -> None:
    inspector = shown(qtbot, None)
    note = inspector.weights
    assert note.isVisible()
    assert not note.button.isEnabled()


def test_stages_follow_the_network(qtbot, engine) -> None:
    inspector = shown(qtbot, engine)
    box = inspector.form.rows["frozen"].editor.first()
    assert [box.itemText(at) for at in range(box.count())] == list(BACKBONE().choices("frozen"))
    inspector.apply("application", "VGG16")
    assert [box.itemText(at) for at in range(box.count())][1] == "block4_pool"
    box.setCurrentIndex(1)
    box.activated.emit(1)
    assert block_of(inspector).frozen == "block4_pool"
    assert box.currentText() == "block4_pool"
    inspector.apply("application", "InceptionV3")
    assert box.placeholderText() == "block4_pool"
    assert any("no layer “block4_pool”" in p.message for p in inspector.note.problems)


def test_a_weights_file_can_be_chosen(qtbot, engine, monkeypatch, tmp_path: Path) -> None:
    inspector = shown(qtbot, engine, weights="file")
    chosen = str(tmp_path / "mine.weights.h5")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (chosen, ""))
    inspector.form.rows["weights_file"].editor.choose.click()
    assert block_of(inspector).weights_file == chosen


@pytest.mark.parametrize("words", ["vgg", "transfer learning", "imagenet", "mobilenetv3"])
def test_the_palette_finds_it_by_what_people_call_it(qtbot, words) -> None:
    card = PaletteCard(BACKBONE)
    qtbot.addWidget(card)
    assert card.matches(words)
    assert not card.matches(f"{words} flatten")


def test_what_a_network_is_known_for_stands_below_its_name(qtbot, engine) -> None:
    inspector = shown(qtbot, engine)
    note = inspector.form.rows["application"].note
    assert note.text() == "small and quick, a good first try"
    inspector.apply("application", "VGG16")
    assert note.text() == "plain convolutions, easy to look into, slow"
