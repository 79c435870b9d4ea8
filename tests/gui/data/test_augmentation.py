"""The augmentation section: steps as one-step edits, and the preview."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage

from core.data.augment import KINDS, Flip, Noise, Rotate
from core.engine.events import Failed, PixelsMeasured, PreviewMade


def kinds(document) -> list[str]:
    return [step.kind() for step in document.project.augmentation]


def test_every_kind_is_on_the_menu_and_has_editors(page, document):
    section = page.side.augmentation
    assert len(section.add.menu().actions()) == len(KINDS)
    for action in section.add.menu().actions():
        action.trigger()
    section.refresh()
    assert [card.accessibleName() for card in section.cards] == kinds(document)
    assert all(card.rows for card in section.cards)


def test_steps_are_moved_changed_and_removed_each_undoably(page, document):
    section = page.side.augmentation
    section.insert(Flip)
    section.insert(Rotate)
    section.refresh()
    section.cards[1].up.click()
    assert kinds(document) == ["Rotate", "Flip"]
    section.cards[0].edited.emit("degrees", 25.0)
    assert document.project.augmentation[0].degrees == 25.0
    assert document.undo_stack.undoText() == "set degrees of Rotate to 25"
    section.refresh()
    section.cards[0].remove.click()
    assert kinds(document) == ["Flip"]
    document.undo_stack.undo()
    assert kinds(document) == ["Rotate", "Flip"]


def test_the_preview_shows_each_picture_before_and_after(page, document, tmp_path, qtbot):
    preview = page.side.augmentation.preview
    page.side.augmentation.insert(Rotate)
    qtbot.waitUntil(lambda: preview._command != 0)
    file = str(tmp_path / "one.png")
    image = QImage(28, 28, QImage.Format.Format_RGB32)
    image.fill(QColor("red"))
    assert image.save(file)
    made = PreviewMade(id=preview._command, before=(file,), after=((file, file),), names=("a",))
    page.desk.pictures.event.emit(made)
    qtbot.waitUntil(lambda: [len(row) for row in preview.grid.images] == [3])
    assert preview.words.text().startswith("Left: as it is")


def test_a_preview_that_cannot_be_made_says_why(page, qtbot):
    preview = page.side.augmentation.preview
    page.side.augmentation.refresh()
    qtbot.waitUntil(lambda: preview._command != 0)
    page.desk.pictures.event.emit(Failed(id=preview._command, message="There are no pictures."))
    assert preview.words.text() == "No preview: There are no pictures."


def test_pixels_are_measured_to_standardise_by(scanned, document):
    page = scanned()
    assert not page.side.preparation.measure.isVisible()
    page.side.preparation.form.edited.emit("rescale", "standardise")
    page.refresh()
    assert page.side.preparation.measure.isVisible()
    page.side.preparation.measure.click()
    measured = PixelsMeasured(id=page.desk.job.id, mean=101.25, deviation=60.5, pictures=32)
    page.desk.pictures.event.emit(measured)
    size = document.project.input
    assert (size.mean, size.deviation, size.rescale) == (101.25, 60.5, "standardise")


def drag(qtbot, card, to) -> None:
    """Drag a card by its grip to a place on the screen."""
    grip = card.grip
    qtbot.mousePress(grip, Qt.MouseButton.LeftButton)
    qtbot.mouseMove(grip, grip.mapFromGlobal(to))
    qtbot.mouseRelease(grip, Qt.MouseButton.LeftButton, pos=grip.mapFromGlobal(to))


def test_steps_are_dragged_to_their_place_and_by_keys(page, document, qtbot):
    section = page.side.augmentation
    for kind in (Flip, Rotate, Noise):
        section.insert(kind)
    section.refresh()
    qtbot.waitUntil(lambda: section.cards[2].y() > section.cards[1].y() > 0)
    last = section.cards[2]
    drag(qtbot, section.cards[0], last.mapToGlobal(last.rect().bottomLeft()))
    assert kinds(document) == ["Rotate", "Noise", "Flip"]
    assert document.undo_stack.undoText() == "move Flip"
    page.activateWindow()
    section.cards[2].remove.setFocus()
    qtbot.waitUntil(section.cards[2].remove.isVisible)
    qtbot.keyClick(section.cards[2].remove, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert kinds(document) == ["Rotate", "Flip", "Noise"]
    qtbot.waitUntil(lambda: section.cards[1].y() > section.cards[0].y())
    drag(qtbot, section.cards[1], section.cards[1].mapToGlobal(section.cards[1].rect().center()))
    assert kinds(document) == ["Rotate", "Flip", "Noise"]


def test_a_step_says_what_its_figures_come_to(page, document):
    section = page.side.augmentation
    section.insert(Rotate)
    section.refresh()
    assert section.cards[0].telling.text() == "up to 10°"
    section.cards[0].edited.emit("degrees", 25.0)
    section.refresh()
    assert section.cards[0].telling.text() == "up to 25°"
