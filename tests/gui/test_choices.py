"""Combo boxes and check boxes: their signs are there in both themes, and the wheel is tame."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QWheelEvent
from PySide6.QtWidgets import QApplication

from gui.theme import theme
from gui.widgets.choices import CheckBox, ComboBox


@pytest.fixture(params=["light", "dark"])
def mode(qapp, request):
    theme().set_mode(request.param)
    yield request.param
    theme().set_mode("light")


def picture(widget) -> QImage:
    return widget.grab().toImage()


def near(one: QColor, other: QColor) -> bool:
    mine, others = one.getRgb()[:3], other.getRgb()[:3]
    return max(abs(a - b) for a, b in zip(mine, others, strict=True)) < 24


def has(image: QImage, color: str, left: int, right: int) -> bool:
    """Whether a token's colour is between two columns of pixels."""
    wanted = theme().color(color)
    return any(
        near(image.pixelColor(x, y), wanted)
        for x in range(left, right)
        for y in range(image.height())
    )


def test_a_combo_box_has_its_arrow(qtbot, mode):
    box = ComboBox()
    qtbot.addWidget(box)
    box.addItems(["a", "b"])
    box.resize(160, 28)
    assert has(picture(box), "muted", 136, 152)


def test_a_ticked_box_is_filled_and_its_tick_can_be_told(qtbot, mode):
    box = CheckBox("on")
    qtbot.addWidget(box)
    box.resize(box.sizeHint())
    assert not has(picture(box), "accent", 0, 16)
    box.setChecked(True)
    assert has(picture(box), "accent", 0, 16)
    assert has(picture(box), "on_accent", 0, 16)


def test_a_mixed_box_has_another_sign_than_a_ticked_one(qtbot, mode):
    box = CheckBox()
    qtbot.addWidget(box)
    box.resize(box.sizeHint())
    box.setChecked(True)
    ticked = picture(box)
    box.setTristate(True)
    box.setCheckState(Qt.CheckState.PartiallyChecked)
    assert has(picture(box), "accent", 0, 16)
    assert picture(box) != ticked


def test_the_wheel_changes_a_combo_box_only_with_the_keyboard(qtbot, qapp):
    box = ComboBox()
    qtbot.addWidget(box)
    box.addItems(["a", "b", "c"])
    wheel = QWheelEvent(
        QPointF(5, 5),
        QPointF(5, 5),
        QPoint(),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(box, wheel)
    assert box.currentText() == "a"
    box.show()
    box.activateWindow()
    box.setFocus()
    qtbot.waitUntil(box.hasFocus)
    QApplication.sendEvent(box, wheel)
    assert box.currentText() == "b"
