"""The Flatten lens: geometry, words, pointing, walking, unrolling, and whose values it shows."""

from __future__ import annotations

import numpy as np
import pytest
from design_helpers import block, kinds
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QObject, QPoint, QPointF, QRectF, Qt, Signal

from core import edits
from core.data.sample import picture_at
from core.engine.commands import FeatureMap
from core.engine.events import Failed, FeatureMapped, Finished
from core.flatten_map import FlattenMap
from core.project import Project
from gui.design.card_menu import card_menu
from gui.design.lens.canvas import Lit
from gui.design.lens.content import element_words, formula, order_only, place_words, real_values
from gui.design.lens.fields import Beads, Planes
from gui.document import Document
from gui.engine_link import EngineLink
from gui.theme import Theme

AREA = QRectF(8, 20, 560, 200)


def numbers(values) -> bytes:
    return np.asarray(values, "<f4").tobytes()


def mapped(project: Project, path=(0,), **changes) -> FeatureMapped:
    """What an engine would answer: the value at each place is the place itself."""
    shape = (4, 5, 3)
    values = np.arange(60, dtype=np.float32).reshape(shape)
    gathers = project.block(path).gathers
    reduce = {"order": np.ravel, "mean": lambda v: v.mean(axis=(0, 1)), "max": lambda v: v[-1, -1]}
    outputs = reduce[gathers](values)
    facts = {
        "shape": shape,
        "shown": shape,
        "values": numbers(values),
        "shades": bytes(4 * place for place in range(60)),
        "output": outputs.shape,
        "outputs": numbers(outputs),
        "output_shades": bytes(len(outputs)),
        "signed": False,
        "picture": 0,
        "pictures": 9,
        "class_name": "7",
        "thumbnail": bytes(60),
        "thumbnail_shape": shape,
        "trained": False,
        "weights": "Weights not trained yet.",
    }
    return FeatureMapped(**{**facts, **changes})


class Engine(QObject):
    """Answers as the engine link does, when told to."""

    event = Signal(object)
    state_changed = Signal()
    words = "The engine cannot run."

    def __init__(self, state: str = "ready") -> None:
        super().__init__()
        self.state = state
        self.sent: list = []

    def send(self, command) -> int:
        self.sent.append(command)
        return len(self.sent)

    def become(self, state: str) -> None:
        self.state = state
        self.state_changed.emit()

    @property
    def maps(self) -> list[FeatureMap]:
        return [command for command in self.sent if isinstance(command, FeatureMap)]

    def answer(self, **changes) -> None:
        number, command = [
            (number, command)
            for number, command in enumerate(self.sent, 1)
            if isinstance(command, FeatureMap)
        ][-1]
        self.event.emit(mapped(command.project, command.path, **{"id": number, **changes}))


def project_with(kind: str, **fields) -> Project:
    """4 × 5 × 3 arrives at a block of this kind, then comes a Dense."""
    size = Project().input.changed(height=4, width=5, channels=3)
    head = block("Dense", activation="softmax")
    return Project(input=size, stack=(block(kind, **fields), head))


@pytest.fixture
def look(make_page, qtbot):
    """Opens the lens on a design's first block; gives page, lens and engine."""

    def open_on(project: Project, state: str = "ready", answered: bool = True):
        engine = Engine(state)
        page = make_page(Document(project), engine)
        page._document.select(((0,),))
        page.open_lens()
        if answered:
            qtbot.waitUntil(lambda: bool(engine.maps))
            engine.answer()
        return page, page.lens.lens, engine

    return open_on


class TestFields:
    @given(st.tuples(st.integers(1, 12), st.integers(1, 12), st.integers(1, 40)), st.data())
    def test_the_value_under_a_cell_s_middle_is_its_own(self, shape, data):
        planes = Planes(shape, AREA)
        place = data.draw(st.integers(0, planes.count - 1))
        planes.show(place)
        rect = planes.rect(place)
        assert rect is not None
        assert planes.at(rect.center()) == place
        assert AREA.adjusted(-1, -1, 1, 1).contains(rect)

    @given(st.integers(1, 9_000), st.integers(1, 64), st.data())
    def test_the_value_under_a_bead_s_middle_is_its_own(self, count, group, data):
        beads = Beads(count, group, AREA)
        place = data.draw(st.integers(0, count - 1))
        beads.show(place)
        rect = beads.rect(place)
        assert rect is not None
        assert beads.at(rect.center()) == place
        assert AREA.adjusted(-1, -1, 1, 1).contains(rect)

    def test_a_line_of_beads_holds_whole_pixels(self):
        assert Beads(300, 7, AREA).per_line % 7 == 0

    def test_between_planes_and_outside_is_nothing(self):
        planes = Planes((4, 4, 2), AREA)
        first = planes.plane(0)
        assert planes.at(QPointF(first.right() + planes.gap / 2, first.center().y())) is None
        assert planes.at(QPointF(-50, 30)) is None
        assert Beads(5, 1, AREA).at(QPointF(AREA.right() - 1, AREA.bottom())) is None

    def test_a_picture_larger_than_the_lens_is_shrunk(self):
        planes = Planes((1_000, 1_000, 1), AREA)
        assert AREA.adjusted(-1, -1, 1, 1).contains(planes.plane(0))

    def test_many_channels_are_shown_a_page_at_a_time(self):
        planes = Planes((28, 28, 128), AREA)
        assert planes.page < 128
        assert planes.rect(127) is None
        assert planes.show(127)
        assert planes.rect(127) is not None


class TestWords:
    FULL = FlattenMap("order", (4, 5, 3), (60,))

    def test_an_element_says_where_it_comes_from_and_its_value(self):
        content = real_values(self.FULL, mapped(project_with("Flatten")))
        assert element_words(content, 37) == "element 37: row 2, column 2, channel 1, value 37"
        assert formula(content, 37) == "(2 × 5 + 2) × 3 + 1 = 37"
        assert place_words(content, 37) == element_words(content, 37)

    def test_without_values_none_is_said(self):
        content = order_only(self.FULL)
        assert element_words(content, 37) == "element 37: row 2, column 2, channel 1"
        assert content.values is None

    def test_a_mean_and_a_maximum_say_of_what(self):
        means = FlattenMap("mean", (4, 5, 3), (3,))
        content = real_values(means, mapped(project_with("GlobalAveragePooling2D")))
        assert element_words(content, 1) == "element 1: mean of channel 1's 20 values, value 29.5"
        assert place_words(content, 4) == (
            "row 0, column 1, channel 1, value 4: one of 20 behind element 1, their mean 29.5"
        )
        largest = FlattenMap("max", (4, 5, 3), (3,))
        content = real_values(largest, mapped(project_with("GlobalMaxPooling2D")))
        assert element_words(content, 1) == (
            "element 1: largest of channel 1, at row 3, column 4, value 58"
        )

    def test_a_reshape_says_where_the_value_stands_now(self):
        content = order_only(FlattenMap("order", (4, 5, 3), (6, 10)))
        assert element_words(content, 37).endswith("; now axis 1: 3, axis 2: 7")


class TestOpening:
    def test_the_inspector_offers_it_for_these_kinds_alone(self, page, document):
        shown = []
        for path in ((0,), (2,)):
            document.select((path,))
            shown.append(page.inspector.lens.isVisible())
        assert shown == [False, True]
        page.inspector.lens.click()
        assert page.lens.is_open
        assert page.lens.lens.path == (2,)

    def test_l_opens_and_escape_closes_with_the_keyboard_back_on_the_loom(
        self, page, document, qtbot
    ):
        document.select(((2,),))
        page.loom.focus_card()
        qtbot.keyClick(page.loom.surface.card((2,)), "l")
        assert page.lens.is_open
        assert page.lens.lens.canvas.hasFocus()
        qtbot.keyClick(page.lens.lens.canvas, Qt.Key.Key_Escape)
        assert not page.lens.is_open
        assert not page.lens.lens.isVisible()
        assert page.loom.surface.card((2,)).hasFocus()

    def test_the_context_menu_has_it_where_it_can_open(self, page, document):
        found = []
        for path in ((0,), (2,)):
            document.select((path,))
            menu = card_menu(page, page.actions_of)
            found.append(any("lens" in action.text() for action in menu.actions()))
            menu.close()
        assert found == [False, True]

    def test_with_nothing_to_look_at_it_says_what_to_select(self, page, document):
        document.select(((0,),))
        page.open_lens()
        assert not page.lens.is_open
        assert "Select a Flatten" in page.notice.text()

    def test_beside_the_loom_or_in_front_of_it(self, page, document):
        document.select(((2,),))
        page.open_lens()
        assert not page.loom.isVisible()
        page.resize(1920, 1000)
        assert page.loom.isVisible()
        assert not page.loom.geometry().intersects(page.lens.lens.geometry())
        page.lens.lens.close_lens()
        assert page.loom.geometry() == page.lens.rect()


class TestValues:
    def test_real_values_come_with_picture_class_and_weights(self, look):
        _, lens, engine = look(project_with("Flatten"))
        assert engine.maps[0].path == (0,)
        assert lens.canvas.content.values[37] == 37
        assert "Class “7” · picture 1 of 9" in lens.picture.text
        assert "not trained yet" in lens.picture.text

    def test_until_the_engine_is_ready_order_is_shown_and_said(self, look, qtbot):
        _, lens, engine = look(project_with("Flatten"), "starting", answered=False)
        assert lens.canvas.content.values is None
        assert "engine is starting" in lens.picture.text
        assert not engine.maps
        engine.become("ready")
        qtbot.waitUntil(lambda: bool(engine.maps))
        engine.answer()
        assert lens.canvas.content.values is not None

    @pytest.mark.parametrize(
        ("state", "words"),
        [("busy", "busy"), ("missing", "cannot run"), ("frozen", "does not answer")],
    )
    def test_why_there_are_no_values(self, look, state, words):
        _, lens, _ = look(project_with("Flatten"), state, answered=False)
        assert words in lens.picture.text
        assert "order" in lens.picture.text

    def test_a_refusal_is_told_in_its_words(self, look, qtbot):
        _, lens, engine = look(project_with("Flatten"), answered=False)
        qtbot.waitUntil(lambda: bool(engine.maps))
        number = engine.sent.index(engine.maps[-1]) + 1
        engine.event.emit(Failed(id=number, message="0.png is empty."))
        assert "0.png is empty." in lens.picture.text
        assert lens.canvas.content.values is None

    def test_an_answer_for_an_older_design_is_not_shown(self, look, qtbot):
        page, lens, engine = look(project_with("Flatten"), answered=False)
        qtbot.waitUntil(lambda: bool(engine.maps))
        old = engine.sent.index(engine.maps[-1]) + 1
        document = page._document
        document.edit("drop", edits.remove(document.project, [(1,)]))
        engine.event.emit(mapped(document.project, id=old))
        assert lens.feed.answer is None
        qtbot.waitUntil(lambda: len(engine.maps) == 2)
        engine.answer()
        assert lens.feed.answer is not None

    def test_the_next_picture_is_asked_for(self, look, qtbot):
        _, lens, engine = look(project_with("Flatten"))
        lens.picture.next.click()
        assert engine.maps[-1].picture == 1
        engine.answer(picture=1, class_name="2")
        assert "Class “2” · picture 2 of 9" in lens.picture.text
        lens.picture.previous.click()
        engine.answer(picture=0)
        lens.picture.previous.click()
        assert engine.maps[-1].picture == 8

    def test_after_a_training_the_weights_are_asked_for_anew(self, look, qtbot):
        _, _, engine = look(project_with("Flatten"))
        done = Finished(
            id=99, run="r", outcome="completed", epochs=1, best_epoch=1, seconds=1,
            test_loss=None, test_accuracy=None,
        )  # fmt: skip
        engine.event.emit(done)
        qtbot.waitUntil(lambda: len(engine.maps) == 2)

    def test_an_impossible_block_is_said_and_shows_nothing(self, make_page):
        project = Project(stack=(block("Flatten"), block("GlobalAveragePooling2D")))
        page = make_page(Document(project), Engine())
        page._document.select(((1,),))
        page.open_lens()
        assert page.lens.lens.canvas.content is None
        assert "not known" in page.lens.lens.text
        assert not page.lens.lens.play.isEnabled()


class TestPointing:
    def test_a_cell_lights_its_element_and_back(self, look, qtbot):
        _, lens, _ = look(project_with("Flatten"))
        canvas = lens.canvas
        for side, field in (("arriving", canvas._arriving), ("leaving", canvas._leaving)):
            qtbot.mouseMove(canvas, field.rect(37).center().toPoint())
            assert canvas.lit == Lit(side, 37)
            assert "Element 37: row 2, column 2, channel 1, value 37" in lens.text
        qtbot.mouseMove(canvas, QPoint(1, 1))
        assert canvas.lit is None

    def test_arrows_walk_and_are_spoken(self, look, qtbot):
        _, lens, _ = look(project_with("Flatten"))
        canvas = lens.canvas
        seen = []
        keys = ("Right", "Right", "PageDown", "Down", "Up", "Left", "End", "Right", "Home", "Left")
        for key in keys:
            qtbot.keyClick(canvas, getattr(Qt.Key, f"Key_{key}"))
            seen.append(canvas.lit.number)
        assert canvas.accessibleName() == "element 0: row 0, column 0, channel 0, value 0"
        row = 5 * 3
        assert seen == [0, 1, 4, 4 + row, 4, 3, 59, 59, 0, 0]

    def test_every_kind_can_be_painted_lit_and_under_way(self, look, qtbot):
        for kind, fields in (
            ("Flatten", {}),
            ("Reshape", {"target_shape": (6, 10)}),
            ("GlobalAveragePooling2D", {}),
            ("GlobalMaxPooling2D", {"keepdims": True}),
        ):
            page, lens, engine = look(project_with(kind, **fields), answered=False)
            qtbot.waitUntil(lambda engine=engine: bool(engine.maps))
            answer = mapped(page._document.project)
            output = page._document.analysis.blocks[0].output
            engine.answer(output=output, outputs=answer.outputs)
            before = lens.canvas.grab().toImage()
            lens.canvas.light(Lit("leaving", 2))
            lens.canvas.show_progress(0, (0, 2, 0.5))
            assert lens.canvas.grab().toImage() != before, kind


class TestUnrolling:
    def test_a_pixel_a_step_to_the_end(self, look, qtbot):
        _, lens, _ = look(project_with("Flatten"))
        assert lens.player.steps == 20
        lens.slider.setValue(3)
        assert lens.canvas._done == 9
        lens.slider.setValue(20)
        assert lens.canvas._done is None

    def test_it_plays_from_the_beginning_to_the_end(self, look, qtbot):
        _, lens, _ = look(project_with("GlobalAveragePooling2D"))
        lens.play.click()
        assert lens.player.playing
        assert lens.play.text() == "Pause"
        qtbot.waitUntil(lambda: not lens.player.playing)
        assert lens.player.step == lens.player.steps == 3
        assert lens.canvas._done is None

    def test_without_motion_each_press_is_a_step(self, look, monkeypatch):
        monkeypatch.setattr(Theme, "motion_ms", lambda self: 0)
        _, lens, _ = look(project_with("Flatten"))
        lens.play.click()
        assert (lens.player.step, lens.player.playing) == (1, False)
        lens.play.click()
        assert lens.player.step == 2

    def test_space_plays_and_pauses(self, look, qtbot):
        _, lens, _ = look(project_with("Flatten"))
        qtbot.keyClick(lens.canvas, Qt.Key.Key_Space)
        assert lens.player.playing
        qtbot.keyClick(lens.canvas, Qt.Key.Key_Space)
        assert not lens.player.playing


class TestComparison:
    def test_one_click_uses_the_other_and_undo_brings_it_back(self, look):
        page, lens, _ = look(project_with("Flatten"))
        document = page._document
        assert "Flatten → 60, then Dense(10) has 610 parameters" in lens.comparison.text
        assert "GlobalAveragePooling2D → 3, then Dense(10) has 40" in lens.comparison.text
        lens.comparison.buttons[0].click()
        assert kinds(document)[0] == "GlobalAveragePooling2D"
        assert document.undo_stack.undoText() == "use GlobalAveragePooling2D instead of Flatten"
        assert lens.canvas.content.mapping.gathers == "mean"
        document.undo_stack.undo()
        assert kinds(document)[0] == "Flatten"
        assert lens.canvas.content.mapping.gathers == "order"

    def test_a_reshape_has_nothing_to_be_compared_with(self, look):
        _, lens, _ = look(project_with("Reshape"))
        assert not lens.comparison.isVisible()


@pytest.mark.keras
def test_a_real_engine_s_values_reach_the_screen(make_page, qtbot):
    engine = EngineLink()
    engine.start()
    project = Project(stack=(block("Flatten"), block("Dense", activation="softmax")))
    page = make_page(Document(project), engine)
    page._document.select(((0,),))
    page.open_lens()
    lens = page.lens.lens
    try:
        qtbot.waitUntil(lambda: lens.feed.answer is not None, timeout=60_000)
        pixels = picture_at(project, 0).pixels.reshape(-1) / 255
        assert np.allclose(lens.canvas.content.values, pixels, atol=1e-6)
        assert "Class “7”" in lens.picture.text
    finally:
        engine.close()
        qtbot.waitUntil(lambda: engine.state == "closed", timeout=10_000)


class TestFollowing:
    def test_it_stays_with_its_block_when_others_come_before_it(self, look):
        page, lens, _ = look(project_with("Flatten"))
        document = page._document
        new = block("Conv2D", filters=2, kernel_size=(2, 2))
        document.edit("insert", edits.insert(document.project, (0,), (new,)), ((0,),))
        assert lens.path == (1,)
        assert lens.canvas.content.mapping.input == (3, 4, 2)

    def test_it_goes_with_its_block(self, look):
        page, lens, _ = look(project_with("Flatten"))
        document = page._document
        document.edit("delete", edits.remove(document.project, [(0,)]), ())
        assert not page.lens.is_open
        assert lens.path is None

    def test_selecting_another_such_block_looks_at_that(self, page, document):
        project = document.project
        document.edit("insert", edits.insert(project, (2,), (block("Reshape"),)))
        document.select(((3,),))
        page.open_lens()
        document.select(((2,),))
        assert page.lens.lens.path == (2,)
        document.select(((0,),))
        assert page.lens.lens.path == (2,)
