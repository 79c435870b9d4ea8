"""Where there is little room: nothing lies over anything else, and no word is cut off unsaid."""

from __future__ import annotations

from itertools import pairwise

import pytest
from design_helpers import block
from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QLabel, QPushButton, QScrollArea, QWidget

from core.project import Project


def on_page(page: QWidget, widget: QWidget) -> QRect:
    return QRect(widget.mapTo(page, QPoint(0, 0)), widget.size())


def flat() -> Project:
    return Project(stack=(block("Flatten"), block("Dense", activation="softmax")))


@pytest.mark.parametrize("size", [(1280, 800), (900, 640), (900, 460)])
def test_the_lens_scrolls_where_its_parts_do_not_fit(make_page, qtbot, size):
    page = make_page(flat())
    page._document.select(((0,),))
    page.resize(*size)
    page.drawer.show_tab(0)
    page.open_lens()
    lens = page.lens.lens
    body = lens.findChild(QScrollArea).widget()
    parts = (lens.picture, lens.canvas, lens._lit, lens.play, lens.comparison)

    def apart() -> bool:
        places = [on_page(body, part) for part in parts]
        return all(one.bottom() < other.top() for one, other in pairwise(places))

    qtbot.waitUntil(apart)
    assert lens.canvas.height() >= lens.canvas.minimumHeight()


@pytest.mark.parametrize("tab", [0, 2], ids=["summary", "code"])
@pytest.mark.parametrize("width", [1280, 900])
def test_buttons_below_a_view_of_the_drawer_show_their_words(make_page, qtbot, tab, width):
    page = make_page(flat())
    page.resize(width, 700)
    page.drawer.show_tab(tab)
    view = page.drawer.view(tab)
    qtbot.waitUntil(view.isVisible)
    buttons = [b for b in view.findChildren(QPushButton) if b.isVisible()]
    assert buttons

    def whole() -> bool:
        return all(b.width() >= b.minimumSizeHint().width() for b in buttons)

    qtbot.waitUntil(whole)
    for one in buttons:
        assert on_page(view, one).right() < view.width()
        assert not any(
            on_page(view, one).intersects(on_page(view, other)) for other in buttons if other != one
        )


def test_an_empty_loom_wraps_what_it_teaches(make_page, qtbot):
    page = make_page(Project(stack=()))
    page.resize(900, 700)
    taught = page.loom.findChildren(QLabel)

    def fits() -> bool:
        return all(
            label.width() >= label.minimumSizeHint().width() for label in taught if label.text()
        )

    qtbot.waitUntil(fits)
    assert any(label.text() == "Drop a first block here" for label in taught)
