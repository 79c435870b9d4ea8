"""The inspector: an editor for every field of every kind, made from the class alone."""

from __future__ import annotations

import inspect as python_inspect

import pytest
from design_helpers import block, kinds, small, stack_of
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from core.blocks import CATALOGUE, Input
from core.project import Project
from gui.design import inspector as inspector_module
from gui.design.editor import MIXED, Editor, decimal, whole
from gui.design.editors import BoolEditor, ChoiceEditor
from gui.design.faces import INPUT_PATH
from gui.design.fields import bounds, choices, field_specs
from gui.design.inspector import Inspector
from gui.design.number_editors import IntEditor, PairEditor, PairsEditor
from gui.design.text_editors import FloatEditor, IntsEditor, JsonEditor, WordEditor
from gui.document import Document

FIELDS = [
    pytest.param(kind, spec.name, id=f"{kind.kind()}.{spec.name}")
    for kind in (Input, *CATALOGUE.values())
    for spec in field_specs(kind)
]


def shown(qtbot, kind, **fields) -> tuple[Document, Inspector]:
    """An inspector on one block of a kind."""
    if kind is Input:
        document, path = Document(small()), INPUT_PATH
    else:
        document, path = Document(Project(stack=(kind(**fields),))), (0,)
    document.select((path,))
    widget = Inspector(document)
    qtbot.addWidget(widget)
    return document, widget


def edited(document: Document):
    """The block that the inspector edits."""
    path = document.selection[0]
    return document.project.input if path == INPUT_PATH else document.project.block(path)


def another_number(hint, old, step):
    limit = bounds(hint)
    value = old + step
    too_high = (limit.le is not None and value > limit.le) or (
        limit.lt is not None and value >= limit.lt
    )
    return old - step if too_high else value


def type_into(field, text):
    """Type as a hand does."""
    field.selectAll()
    QTest.keyClicks(field, text)


def enter_another_value(editor: Editor, old):
    """Work an editor's controls; returns the value that should result."""
    if isinstance(editor, ChoiceEditor):
        value = next(choice for choice in editor.values if choice != old)
        editor.box.setCurrentIndex(editor.values.index(value))
        editor.box.activated.emit(editor.box.currentIndex())
        return value
    if isinstance(editor, BoolEditor):
        editor.box.click()
        return not old
    if isinstance(editor, IntEditor):
        value = another_number(editor.hint, old if old is not None else 10, 1)
        type_into(editor.box.lineEdit(), str(value))
        return value
    if isinstance(editor, FloatEditor):
        value = another_number(editor.hint, old if old is not None else 1.0, 0.0625)
        type_into(editor.field, f"{value:e}")
        return float(f"{value:e}")
    if isinstance(editor, WordEditor):
        type_into(editor.field, "some_name")
        return "some_name"
    if isinstance(editor, PairEditor):
        editor.link.setChecked(False)
        first = editor.sides[0].box.value()
        value = another_number(editor.sides[0].hint, first, 1)
        type_into(editor.sides[0].box.lineEdit(), str(value))
        return (value, editor.sides[1].box.value())
    if isinstance(editor, PairsEditor):
        return (enter_another_value(editor.pairs[0], old[0]), old[1])
    if isinstance(editor, IntsEditor):
        type_into(editor.field, "2, 3")
        return (2, 3)
    raise AssertionError(f"no way to work a {type(editor).__name__}")


@pytest.mark.parametrize(("kind", "name"), FIELDS)
def test_every_field_can_be_edited(qtbot, kind, name):
    document, widget = shown(qtbot, kind)
    row = widget.form.rows[name]
    assert not isinstance(row.editor, JsonEditor)
    assert row.editor.first().accessibleName()
    assert row.spec.description in row.label.toolTip()
    old = getattr(edited(document), name)
    value = enter_another_value(row.editor, old)
    assert getattr(edited(document), name) == value
    assert document.undo_stack.undoText().startswith(f"set {name} to ")
    assert document.undo_stack.count() == 1
    document.undo_stack.undo()
    assert getattr(edited(document), name) == old


@pytest.mark.parametrize("name", ["first_filters", "first_strides"])
def test_a_number_that_is_not_set_stays_blank_when_shown(qtbot, name):
    document, widget = shown(qtbot, CATALOGUE["Repeat"])
    with qtbot.waitExposed(widget):
        widget.show()
    row = widget.form.rows[name]
    field = row.editor.first()
    assert (field.text(), row.note.text()) == ("", "not set")
    field.stepBy(1)
    assert getattr(edited(document), name) in (1, (1, 1))
    assert field.text() == "1"
    document.undo_stack.undo()
    assert field.text() == ""


def test_sides_are_linked_anew_for_each_value_from_elsewhere(qtbot):
    document, widget = shown(qtbot, CATALOGUE["Conv2D"], kernel_size=(9, 1))
    editor = widget.form.rows["kernel_size"].editor
    assert not editor.link.isChecked()
    square = CATALOGUE["Conv2D"](kernel_size=(3, 3))
    document.edit("insert", document.project.changed(stack=(square, *document.project.stack)))
    assert editor.link.isChecked()
    editor.link.setChecked(False)
    type_into(editor.sides[0].box.lineEdit(), "5")
    assert edited(document).kernel_size == (5, 3)
    type_into(editor.sides[1].box.lineEdit(), "5")
    assert not editor.link.isChecked(), "set by hand, it stays"
    document.undo_stack.undo()
    assert editor.link.isChecked()


WRONG = [
    ("Conv2D", "filters", "0", "1 to 65,536"),
    ("Conv2D", "filters", "70000", "1 to 65,536"),
    ("Conv2D", "filters", "many", "whole number"),
    ("Conv2D", "filters", "", "number"),
    ("Conv2D", "kernel_regularizer", "11", "0 to 10"),
    ("Dropout", "rate", "1", "0 to below 1"),
    ("Dropout", "rate", "half", "such as 0.25"),
    ("BatchNormalization", "epsilon", "0", "above 0"),
    ("Reshape", "target_shape", "7, x", "commas"),
    ("Reshape", "target_shape", "1,1,1,1,1,1,1", ""),
    ("Flatten", "name", "two words", "Letters, digits"),
    ("Flatten", "name", "9lives", "starting with a letter"),
]


@pytest.mark.parametrize(("kind", "name", "text", "words"), WRONG)
def test_what_is_wrong_is_said_and_not_applied(qtbot, kind, name, text, words):
    document, widget = shown(qtbot, CATALOGUE[kind])
    before = document.project
    row = widget.form.rows[name]
    if row.spec.advanced:
        widget.form.fold.setChecked(True)
    field = row.editor.first()
    field = field.lineEdit() if hasattr(field, "lineEdit") else field
    field.selectAll()
    if text:
        field.insert(text)
    else:
        field.clear()
    field.textEdited.emit(field.text())
    assert document.project == before
    assert words in row.complaint
    assert row.complaint
    assert row.note.isVisibleTo(widget)
    assert row.note.property("look") == "error"


def test_a_half_typed_number_leaves_nothing_behind(make_page):
    page = make_page(stack_of("Conv2D"))
    page._document.select(((0,),))
    field = page.inspector.form.rows["filters"].editor.box
    field.setFocus()
    type_into(field.lineEdit(), "1.5")
    assert page._document.project.stack[0].filters == 32
    assert field.lineEdit().text() == "1.5"
    page.loom.focus_card((0,))
    assert field.lineEdit().text() == "32"
    assert page._document.undo_stack.undoText() == ""


@pytest.mark.parametrize("kind", CATALOGUE.values())
def test_every_kind_is_explained(qtbot, kind):
    _, widget = shown(qtbot, kind)
    assert widget._title.text() == kind.kind()
    assert widget.about.link.toolTip() == kind.keras_page()
    assert widget.about._doc.text().split() == python_inspect.cleandoc(kind.__doc__).split()
    assert ".  " not in widget.about._doc.text()


def test_typing_keeps_keyboard_and_cursor_while_the_page_follows(make_page):
    page = make_page(small())
    page._document.select(((0,),))
    field = page.inspector.form.rows["filters"].editor.box.lineEdit()
    page.inspector.form.rows["filters"].editor.box.setFocus()
    field.setText("128")
    field.setCursorPosition(1)
    QTest.keyClick(field, Qt.Key.Key_5)
    assert field.text() == "1528"
    assert field.cursorPosition() == 2
    assert page.inspector.isAncestorOf(QApplication.focusWidget())
    assert page.loom.cards[1].face.chip == "26 × 26 × 1,528"


def test_typing_one_value_is_one_step_and_the_next_value_another(make_page):
    page = make_page(small())
    document = page._document
    document.select(((0,),))
    field = page.inspector.form.rows["filters"].editor.box
    field.setFocus()
    type_into(field.lineEdit(), "128")
    assert document.undo_stack.count() == 1
    assert document.undo_stack.undoText() == "set filters to 128"
    QTest.keyClick(field, Qt.Key.Key_Return)
    type_into(field.lineEdit(), "64")
    assert document.undo_stack.count() == 2
    document.undo_stack.undo()
    assert document.project.stack[0].filters == 128
    assert field.lineEdit().text() == "128"


def test_an_unset_field_shows_what_it_follows(qtbot):
    document, widget = shown(qtbot, CATALOGUE["Dense"])
    row = widget.form.rows["units"]
    assert row.editor.box.value() == 10
    assert row.note.text() == "follows the 10 classes of MNIST"
    assert not row.reset.isEnabled()
    type_into(row.editor.box.lineEdit(), "64")
    assert edited(document).units == 64
    assert not row.note.isVisibleTo(widget)
    row.reset.click()
    assert edited(document).units is None
    assert document.undo_stack.undoText() == "set units to unset"
    assert row.note.text() == "follows the 10 classes of MNIST"


def test_pooling_strides_follow_the_pool_size(qtbot):
    document, widget = shown(qtbot, CATALOGUE["MaxPooling2D"])
    rows = widget.form.rows
    assert rows["strides"].note.text() == "follows pool_size"
    type_into(rows["pool_size"].editor.sides[0].box.lineEdit(), "3")
    assert edited(document).pool_size == (3, 3)
    assert [side.box.value() for side in rows["strides"].editor.sides] == [3, 3]
    assert edited(document).strides is None


def test_linked_pairs_change_together(qtbot):
    document, widget = shown(qtbot, CATALOGUE["Conv2D"])
    pair = widget.form.rows["kernel_size"].editor
    type_into(pair.sides[1].box.lineEdit(), "5")
    assert edited(document).kernel_size == (5, 5)
    pair.link.setChecked(False)
    type_into(pair.sides[0].box.lineEdit(), "7")
    assert edited(document).kernel_size == (7, 5)


def test_advanced_fields_are_folded_until_asked_for(qtbot):
    _, widget = shown(qtbot, CATALOGUE["Conv2D"])
    row = widget.form.rows["groups"]
    assert not row.editor.isVisibleTo(widget)
    widget.form.fold.setChecked(True)
    assert row.editor.isVisibleTo(widget)


def test_several_blocks_share_their_common_fields(qtbot):
    project = Project(
        stack=(block("Conv2D", filters=8), block("Conv2D", filters=16), block("Dense", units=4))
    )
    document = Document(project)
    document.select(((0,), (1,)))
    widget = Inspector(document)
    qtbot.addWidget(widget)
    filters = widget.form.rows["filters"]
    assert filters.editor.box.lineEdit().placeholderText() == "mixed"
    type_into(filters.editor.box.lineEdit(), "24")
    assert [one.filters for one in document.project.stack[:2]] == [24, 24]
    document.select(((0,), (1,), (2,)))
    assert "activation" in widget.form.rows
    assert "filters" not in widget.form.rows
    assert "name" not in widget.form.rows
    assert document.undo_stack.undoText() == "set filters to 24"


def test_mixed_choices_and_switches_show_as_mixed(qtbot):
    project = Project(
        stack=(
            block("Conv2D", activation="relu"),
            block("Conv2D", activation="tanh", use_bias=False),
        )
    )
    document = Document(project)
    document.select(((0,), (1,)))
    widget = Inspector(document)
    qtbot.addWidget(widget)
    assert widget.form.rows["activation"].editor.box.currentIndex() == -1
    switch = widget.form.rows["use_bias"].editor.box
    assert switch.checkState() == Qt.CheckState.PartiallyChecked
    switch.click()
    assert len({one.use_bias for one in document.project.stack}) == 1


def test_worked_out_shows_formulas_and_sight(qtbot):
    document = Document(small())
    document.select(((0,),))
    widget = Inspector(document)
    qtbot.addWidget(widget)
    text = widget.facts.text
    for words in ("3 × 3 × 1 × 32 + 32 = 320", "28 × 28 × 1 → 26 × 26 × 32", "3 × 3 pixels"):
        assert words in text
    assert "multiply-adds 194,688" in text


def test_nothing_selected_shows_the_whole(qtbot):
    widget = Inspector(Document(small()))
    qtbot.addWidget(widget)
    assert widget._title.text() == "Small"
    assert "MNIST, 10 classes" in widget.facts.text
    assert "parameters 54,410" in widget.facts.text


def test_a_problem_is_explained_with_its_fixes(qtbot):
    document = Document(stack_of("Flatten", "Conv2D", "Dense"))
    document.select(((1,),))
    widget = Inspector(document)
    qtbot.addWidget(widget)
    assert widget.note.isVisibleTo(widget)
    assert "needs a picture" in widget.note.accessibleName()


def test_the_keras_page_opens_in_the_browser(qtbot, monkeypatch):
    opened = []
    monkeypatch.setattr(
        "gui.widgets.keras_link.QDesktopServices.openUrl", lambda url: opened.append(url.toString())
    )
    _, widget = shown(qtbot, CATALOGUE["Conv2D"])
    widget.about.link.click()
    assert opened == ["https://keras.io/api/layers/convolution_layers/convolution2d/"]


def test_choices_keep_the_order_of_the_class():
    activation = next(s for s in field_specs(CATALOGUE["Conv2D"]) if s.name == "activation")
    assert choices(activation.annotation)[:2] == ("linear", "relu")


@pytest.mark.parametrize(
    ("text", "value"), [("1,000", 1000), ("−3", -3), (" 7 ", 7), ("1.5", None), ("", None)]
)
def test_whole_numbers_as_people_write_them(text, value):
    assert whole(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [("1e-4", 1e-4), ("0,5", 0.5), (".25", 0.25), ("nan", None), ("inf", None), ("x", None)],
)
def test_decimals_as_people_write_them(text, value):
    assert decimal(text) == value


def test_mixed_is_no_value():
    assert MIXED not in (None, 0, "", ())


def test_the_module_names_no_kind():
    source = python_inspect.getsource(inspector_module)
    assert not [name for name in CATALOGUE if name in source]
    assert kinds(Document(small()))


def test_fields_of_nested_blocks_are_edited_where_they_stand(qtbot):
    conv = block("Conv2D", padding="same", filters=8)
    residual = block("Residual", body=(conv, conv))
    document = Document(Project(stack=(block("Repeat", body=(residual,)), block("Flatten"))))
    before = document.project
    inspector = Inspector(document)
    qtbot.addWidget(inspector)
    document.select(((0, 0, 0, 0, 0), (0, 0, 0, 0, 1)))
    inspector.apply("filters", 24)
    assert [document.project.block((0, 0, 0, 0, i)).filters for i in (0, 1)] == [24, 24]
    document.select(((0,), (0, 0, 0)))
    inspector.apply("name", "stage")
    assert document.project.block((0, 0, 0)).name == "stage"
    document.select(((0,),))
    inspector.apply("times", 4)
    inspector.apply("first_strides", (2, 2))
    assert document.project.block((0,)).times == 4
    assert document.analysis.report((0,)).output == (14, 14, 24)
    while document.undo_stack.canUndo():
        document.undo_stack.undo()
    assert document.project == before


def test_a_nested_block_says_where_it_stands_and_what_its_shortcut_needs(qtbot):
    conv = block("Conv2D", padding="same", filters=8)
    document = Document(Project(stack=(block("Residual", body=(conv,)), block("Flatten"))))
    inspector = Inspector(document)
    qtbot.addWidget(inspector)
    document.select(((0, 0, 0),))
    assert inspector._place.text() == "block 1 of 1 in Residual (block 1)"
    document.select(((0,),))
    assert "shortcut projected Conv2D 8 filters, 1×1" in inspector.facts.text
    assert inspector.about.link.isHidden()
    document.select(((1,),))
    assert not inspector.about.link.isHidden()


def test_a_disabled_block_hands_on_what_it_gets(qtbot):
    document = Document(Project(stack=(block("Conv2D", disabled=True),)))
    inspector = Inspector(document)
    qtbot.addWidget(inspector)
    document.select(((0,),))
    assert "28 × 28 × 1 disabled: handed on as it is" in inspector.facts.text


def test_mixed_numbers_stay_mixed_until_one_is_typed(make_page):
    convs = (
        block("Conv2D", filters=8),
        block("Conv2D", filters=16, kernel_size=(5, 5), kernel_regularizer=0.5),
    )
    page = make_page(Project(stack=(*convs, block("Flatten"), block("Dense"))))
    document, form = page._document, page.inspector.form
    document.select(((0,), (1,)))
    form.fold.setChecked(True)
    boxes = [form.rows["filters"].editor.box]
    boxes += [side.box for side in form.rows["kernel_size"].editor.sides]
    weight = form.rows["kernel_regularizer"].editor.field
    for field in (*boxes, weight, form.rows["strides"].editor.sides[0].box):
        field.setFocus()
        QTest.keyClick(field, Qt.Key.Key_Tab)
        QApplication.processEvents()
    assert [box.text() for box in boxes] == ["", "", ""]
    assert [box.lineEdit().placeholderText() for box in boxes] == ["mixed"] * 3
    assert weight.text() == ""
    assert document.project.stack[:2] == convs
    assert document.undo_stack.count() == 0
    boxes[0].setFocus()
    QTest.keyClicks(boxes[0].lineEdit(), "1")
    page.loom.focus_card((0,))
    assert [one.filters for one in document.project.stack[:2]] == [1, 1]
    document.undo_stack.undo()
    assert document.project.stack[:2] == convs
    assert boxes[0].text() == ""


def test_the_side_of_a_pair_that_is_wrong_is_marked_and_explained(make_page):
    page = make_page(small())
    page._document.select(((0,),))
    row = page.inspector.form.rows["kernel_size"]
    first, second = (side.box for side in row.editor.sides)
    second.setFocus()
    type_into(second.lineEdit(), "0")
    assert "1 to 1,024" in row.note.text()
    assert second.property("invalid") == "true"
    assert first.property("invalid") != "true"
    assert second.accessibleDescription() == row.complaint
    page.loom.focus_card((0,))
    assert second.property("invalid") == "false"
    assert not row.note.isVisible()
    assert page._document.project.stack[0].kernel_size == (3, 3)


def test_pixels_are_said_beside_the_name(qtbot):
    for kind, name in (("Conv2D", "strides"), ("MaxPooling2D", "pool_size"), ("Resizing", "width")):
        _, widget = shown(qtbot, CATALOGUE[kind])
        assert widget.form.rows[name].label.text() == f"{name} <small>px</small>"
    assert widget.form.rows["interpolation"].label.text() == "interpolation"


def test_the_sides_of_a_picture_are_called_by_name(qtbot):
    for kind, name in (("Cropping2D", "cropping"), ("ZeroPadding2D", "padding")):
        _, widget = shown(qtbot, CATALOGUE[kind])
        row = widget.form.rows[name]
        spoken = [
            side.first().accessibleName().split(", ")[-1]
            for pair in row.editor.pairs
            for side in pair.sides
        ]
        assert spoken == ["top", "bottom", "left", "right"]
        written = [label.text() for label in row.editor.findChildren(QLabel)]
        assert {"top × bottom", "left × right"} <= set(written)


class TestPairByMouse:
    def test_arrows_come_with_the_mouse_and_step_both_sides(self, qtbot):
        document, widget = shown(qtbot, CATALOGUE["Conv2D"])
        widget.show()
        editor = next(one for one in widget.form.findChildren(PairEditor))
        steppers = editor.sides[0].steppers
        assert not steppers.isVisible()
        QApplication.sendEvent(editor.sides[0].box, QEvent(QEvent.Type.Enter))
        assert steppers.isVisible()
        QTest.mouseClick(steppers.up, Qt.MouseButton.LeftButton)
        QTest.mouseClick(steppers.up, Qt.MouseButton.LeftButton)
        assert edited(document).kernel_size == (5, 5)
        QTest.mouseClick(steppers.down, Qt.MouseButton.LeftButton)
        assert edited(document).kernel_size == (4, 4)
        assert editor.sides[0].box.rect().contains(steppers.geometry())

    def test_a_click_takes_the_whole_number(self, qtbot):
        document, widget = shown(qtbot, CATALOGUE["Conv2D"])
        widget.show()
        widget.activateWindow()
        qtbot.waitUntil(widget.isActiveWindow)
        box = next(one for one in widget.form.findChildren(IntEditor)).box
        QTest.mouseClick(box.lineEdit(), Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: box.lineEdit().selectedText() == "32")
        QTest.keyClicks(box, "6")
        assert edited(document).filters == 6
