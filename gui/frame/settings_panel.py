"""The settings: what is chosen here counts at once and is remembered."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QLabel,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from core.data.limit import GIGABYTE, cache_limit, set_cache_limit
from gui.design.look import section_font
from gui.frame.menus import THEMES
from gui.frame.side_panel import SidePanel
from gui.theme import Typeface, theme
from gui.widgets.choices import CheckBox, ComboBox
from gui.widgets.labels import styled

if TYPE_CHECKING:
    from gui.main_window import MainWindow

TYPEFACES: dict[Typeface, str] = {
    "bundled": "Inter, as on every machine",
    "system": "The system's own",
}

LIMITS = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0)
"""Room for decoded pictures that is offered (GB)."""


class SettingsPanel(SidePanel):
    """Theme, font, autosave, motion, and ways back to how things first were."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window, "settings", "Settings")
        self._window = window
        content = QWidget()
        content.setProperty("look", "panel")
        self._lines = QVBoxLayout(content)
        self._lines.setContentsMargins(0, 0, 8, 0)
        self._lines.setSpacing(8)
        area = QScrollArea()
        area.setWidget(content)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.body.addWidget(area)
        self._modes = self._choice("Theme", dict(THEMES), window.set_theme)
        self._typefaces = self._choice("Font", TYPEFACES, self._set_typeface)
        self._add_safety()
        self._add_motion()
        self._add_pictures()
        self._add_resets()
        self._lines.addStretch(1)
        theme().changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show what is in force; it may have been changed elsewhere."""
        for group, current in ((self._modes, theme().mode), (self._typefaces, theme().typeface)):
            for button in group.buttons():
                button.setChecked(button.property("value") == current)
        settings = self._window.settings
        for name, box in (("autosave", self.autosave), ("reduced-motion", self.motion)):
            box.blockSignals(True)
            box.setChecked(settings.switch(name))
            box.blockSignals(False)
        self._show_limit(cache_limit() / GIGABYTE)
        self.limit.setEnabled("LAYERLOOM_CACHE_GB" not in os.environ)
        self.limit.setToolTip(
            "" if self.limit.isEnabled() else "LAYERLOOM_CACHE_GB is set, and wins over this"
        )
        self.recent.setEnabled(bool(settings.values.recent))

    def open(self) -> None:
        self.refresh()
        super().open()

    def take_keyboard(self) -> None:
        checked = self._modes.checkedButton()
        if checked is not None:
            checked.setFocus(Qt.FocusReason.ShortcutFocusReason)

    # Building

    def _choice(
        self, title: str, words: Mapping[Any, str], choose: Callable[[Any], None]
    ) -> QButtonGroup:
        """Radio buttons under a heading; the value of each is a key of ``words``."""
        self._section(title)
        group = QButtonGroup(self)
        for value, text in words.items():
            button = QRadioButton(text)
            button.setObjectName(f"setting-{title.lower()}-{value}")
            button.setAccessibleName(f"{title}: {text}")
            button.setProperty("value", value)
            button.clicked.connect(lambda _on=False, value=value: choose(value))
            group.addButton(button)
            self._lines.addWidget(button)
        return group

    def _section(self, title: str) -> None:
        if self._lines.count():
            self._lines.addSpacing(12)
        heading = styled(title.upper(), "muted")
        heading.setFont(section_font())
        self._lines.addWidget(heading)

    def _explain(self, text: str) -> None:
        words: QLabel = styled(text, "faint")
        words.setFont(theme().font("small"))
        words.setWordWrap(True)
        self._lines.addWidget(words)

    def _box(self, name: str, text: str, work: Callable[[bool], None]) -> CheckBox:
        box = CheckBox(text)
        box.setObjectName(f"setting-{name}")
        box.toggled.connect(work)
        self._lines.addWidget(box)
        return box

    def _button(self, name: str, text: str, work: Callable[[], object]) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName(f"setting-{name}")
        button.clicked.connect(lambda: work())
        self._lines.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        return button

    def _add_safety(self) -> None:
        self._section("Safety")
        self.autosave = self._box("autosave", "Autosave unsaved work", self._set_autosave)
        self._explain(
            "Half a second after each change a copy is kept beside the settings. After a crash or "
            "a power cut it is offered back. Your own files change only when you save."
        )

    def _add_motion(self) -> None:
        self._section("Motion")
        self.motion = self._box("reduced-motion", "Reduce motion", self._set_reduced_motion)
        self._explain(
            "Nothing slides or grows; things are where they go at once. Always so where the "
            "system asks for it."
        )

    def _add_pictures(self) -> None:
        self._section("Your pictures")
        self.limit = ComboBox()
        self.limit.setObjectName("setting-cache-limit")
        self.limit.setAccessibleName("Most room for decoded pictures")
        self.limit.activated.connect(self._set_cache_limit)
        self._lines.addWidget(self.limit, 0, Qt.AlignmentFlag.AlignLeft)
        self._explain(
            "Most room for decoded pictures, so that training need not wait for them. Those unused "
            "the longest go first. The Data page shows how much is kept, and clears it."
        )

    def _add_resets(self) -> None:
        comfort = self._window.comfort
        self._section("Start again")
        self._button("tour", "Show the tour", comfort.start_tour)
        self.recent = self._button("recent", "Clear recent projects", self._clear_recent)
        self._button("reset", "Reset settings…", self._window.reset_settings)

    # Changing

    def _set_typeface(self, typeface: Typeface) -> None:
        self._window.settings.values.font = typeface
        self._window.settings.save()
        theme().set_typeface(typeface)

    def _set_autosave(self, on: bool) -> None:
        self._window.settings.set_switch("autosave", on)
        self._window.comfort.apply_settings()

    def _set_reduced_motion(self, on: bool) -> None:
        self._window.settings.set_switch("reduced-motion", on)
        self._window.comfort.apply_settings()

    def _show_limit(self, present: float) -> None:
        self.limit.clear()
        for gigabytes in sorted({*LIMITS, present}):
            self.limit.addItem(f"{gigabytes:g} GB", gigabytes)
        self.limit.setCurrentIndex(self.limit.findData(present))

    def _set_cache_limit(self, row: int) -> None:
        try:
            set_cache_limit(self.limit.itemData(row))
        except OSError as error:
            self._window.notices.add(f"The limit could not be kept: {error.strerror or error}.")

    def _clear_recent(self) -> None:
        self._window.comfort.recent.clear()
        self.refresh()
