"""Every text can be read and every drawing can be seen, in both themes."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFontDatabase, QFontInfo, QFontMetrics
from PySide6.QtWidgets import QLabel

from core.blocks import CATALOGUE, Role, snake
from gui.icons import ICONS
from gui.theme import theme

SURFACES = ("background", "panel", "card", "field", "hover", "pressed", "selection")
QUIET_SURFACES = ("background", "panel", "card", "field", "hover")
TINTS = ("info_tint", "error_tint", "warning_tint", "success_tint")


def luminance(color: QColor) -> float:
    """Relative luminance, WCAG 2.1."""

    def linear(value: float) -> float:
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    return (
        0.2126 * linear(color.redF())
        + 0.7152 * linear(color.greenF())
        + 0.0722 * linear(color.blueF())
    )


def contrast(one: QColor, other: QColor) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.fixture(params=["light", "dark"])
def colors(request, qapp):
    theme().set_mode(request.param)
    yield theme()
    theme().set_mode("light")


@pytest.mark.parametrize(
    ("text", "surfaces"),
    [
        ("text", (*SURFACES, *TINTS)),
        ("muted", (*QUIET_SURFACES, "pressed", *TINTS)),
        ("faint", QUIET_SURFACES),
        ("accent_text", (*QUIET_SURFACES, "info_tint")),
        ("error", (*QUIET_SURFACES, "error_tint")),
        ("warning", (*QUIET_SURFACES, "warning_tint")),
        ("success", (*QUIET_SURFACES, "success_tint")),
        ("on_accent", ("accent", "accent_hover", "accent_pressed")),
    ],
)
def test_text_stands_out_4_5_to_1(colors, text, surfaces):
    weak = {
        surface: round(contrast(colors.color(text), colors.color(surface)), 2)
        for surface in surfaces
        if contrast(colors.color(text), colors.color(surface)) < 4.5
    }
    assert not weak


@pytest.mark.parametrize("role", list(Role))
def test_roles_stand_out_3_to_1_on_their_own_tint_too(colors, role):
    surfaces = [colors.color(name) for name in ("background", "panel", "card")]
    for surface in (*surfaces, colors.tint(role)):
        assert contrast(colors.role(role), surface) >= 3
    assert contrast(colors.color("text"), colors.tint(role)) >= 4.5
    assert contrast(colors.color("muted"), colors.tint(role)) >= 4.5


@pytest.mark.parametrize("name", ["accent", "error", "warning", "success", "faint"])
def test_marks_and_focus_rings_stand_out_3_to_1(colors, name):
    for surface in ("background", "panel", "card", "field", "hover"):
        assert contrast(colors.color(name), colors.color(surface)) >= 3


@pytest.mark.parametrize("name", ["body", "small", "strong", "heading", "title", "mono"])
def test_fonts_are_the_bundled_ones(qapp, name):
    font = theme().font(name)
    assert QFontInfo(font).family() in ("Inter", "JetBrains Mono")
    assert QFontInfo(font).weight() == font.weight()


@pytest.mark.parametrize("name", ["body", "small", "strong", "heading", "title", "mono"])
def test_digits_are_all_equally_wide(qapp, name):
    metrics = QFontMetrics(theme().font(name))
    assert len({metrics.horizontalAdvance(digit * 10) for digit in "0123456789"}) == 1


def test_every_kind_of_block_has_an_icon():
    missing = {snake(kind) for kind in (*CATALOGUE, "Input")} - {
        path.stem for path in ICONS.glob("*.svg")
    }
    assert not missing


@pytest.mark.parametrize("name", sorted(path.stem for path in ICONS.glob("*.svg")))
def test_icons_are_drawn_in_the_colour_asked_for(qapp, name):
    drawing = (ICONS / f"{name}.svg").read_text()
    assert "currentColor" in drawing
    assert 'viewBox="0 0 24 24"' in drawing
    image = theme().icon(name, "error").pixmap(24, 24).toImage()
    wanted = theme().color("error")
    solid = [
        image.pixelColor(x, y)
        for x in range(image.width())
        for y in range(image.height())
        if image.pixelColor(x, y).alpha() > 160
    ]
    assert solid
    assert all(abs(color.red() - wanted.red()) < 8 for color in solid)


def test_following_the_system_changes_with_it(qapp, qtbot):
    hints = qapp.styleHints()
    theme().set_mode("system")
    for scheme, dark in ((Qt.ColorScheme.Dark, True), (Qt.ColorScheme.Light, False)):
        hints.colorSchemeChanged.emit(scheme)  # as Qt does when the system's scheme changes
        qtbot.waitUntil(lambda dark=dark: theme().dark is dark)
        assert qapp.palette().window().color() == theme().color("background")
    theme().set_mode("light")


def test_a_chosen_theme_stays_whatever_the_system_does(qapp, qtbot):
    theme().set_mode("light")
    qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    qtbot.wait(0)
    assert not theme().dark
    theme().set_mode("light")


def test_the_system_s_font_stays_when_the_theme_changes(qapp, qtbot):
    label = QLabel("Figures")
    qtbot.addWidget(label)
    label.setFont(theme().font("mono"))
    system = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont).family()
    theme().set_typeface("system")
    theme().set_mode("dark")
    assert label.font().families()[0] == system
    assert label.font().pixelSize() == theme().font("mono").pixelSize()
    theme().set_typeface("bundled")
    theme().set_mode("light")
    assert label.font().family() == "JetBrains Mono"
