"""How Layerloom looks: every colour, size and font by name, in a light and a dark set.

No other module holds a colour literal.  Widgets ask for tokens when they paint and repaint on
`Theme.changed`; plain Qt widgets get the style sheet made here.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QIcon, QPalette
from PySide6.QtWidgets import QApplication

from core.blocks import Role
from gui.icons import make_icon

FONTS = Path(__file__).parent.parent / "resources" / "fonts"

SPACE = 4
"""Everything is laid out on multiples of this (px): 4, 8, 12, 16, 24."""
CARD_RADIUS = 8
FIELD_RADIUS = 6
MOTION_MS = 150
"""How long a change that explains something takes (ms); see `Theme.motion_ms`."""

_DARK = {
    "background": "#14161a",
    "panel": "#1c1f25",
    "card": "#22262d",
    "field": "#14161a",
    "hover": "#2a2f38",
    "pressed": "#323844",
    "line": "#31363f",
    "text": "#e8eaed",
    "muted": "#aab1bc",
    "faint": "#8f97a4",
    "accent": "#4c8dff",
    "accent_hover": "#6aa1ff",
    "accent_pressed": "#3b7bea",
    "on_accent": "#0b1220",
    "accent_text": "#7db0ff",
    "selection": "#26406b",
    "error": "#ff6b6b",
    "error_tint": "#3a2226",
    "warning": "#f0ad4e",
    "warning_tint": "#352b1c",
    "success": "#4cc38a",
    "success_tint": "#1b3228",
    "info_tint": "#1b2a45",
    "shadow": "#80000000",
}
_LIGHT = {
    "background": "#f7f8fa",
    "panel": "#ffffff",
    "card": "#ffffff",
    "field": "#ffffff",
    "hover": "#eef1f5",
    "pressed": "#e2e7ee",
    "line": "#dce0e7",
    "text": "#16191d",
    "muted": "#545c69",
    "faint": "#656d7a",
    "accent": "#2f6fe4",
    "accent_hover": "#245fce",
    "accent_pressed": "#1c50b3",
    "on_accent": "#ffffff",
    "accent_text": "#1f5fd0",
    "selection": "#cfe0ff",
    "error": "#c62828",
    "error_tint": "#fdecec",
    "warning": "#a45a00",
    "warning_tint": "#fff4e0",
    "success": "#177343",
    "success_tint": "#e5f5ec",
    "info_tint": "#e8f0ff",
    "shadow": "#33101828",
}
_ROLES_DARK = {
    Role.INPUT: "#94a3b8",
    Role.CONVOLUTION: "#4c8dff",
    Role.POOLING: "#2fb8ac",
    Role.RESHAPE: "#eba53a",
    Role.DENSE: "#a78bfa",
    Role.ACTIVATION: "#f0739f",
    Role.NORMALIZATION: "#57c26b",
    Role.REGULARIZATION: "#9aa3af",
    Role.CONTAINER: "#8b93f8",
    Role.PRETRAINED: "#e8835a",
}
_ROLES_LIGHT = {
    Role.INPUT: "#64748b",
    Role.CONVOLUTION: "#2f6fe4",
    Role.POOLING: "#0b8f86",
    Role.RESHAPE: "#b86e00",
    Role.DENSE: "#7c4de0",
    Role.ACTIVATION: "#cf3b72",
    Role.NORMALIZATION: "#258a3c",
    Role.REGULARIZATION: "#6b7280",
    Role.CONTAINER: "#5058d8",
    Role.PRETRAINED: "#b4481b",
}

Mode = Literal["system", "light", "dark"]
Typeface = Literal["bundled", "system"]
FontName = Literal["small", "body", "strong", "heading", "title", "mono", "mono_small"]

_FONT_SIZES: dict[FontName, tuple[str, int, QFont.Weight]] = {
    "small": ("Inter", 12, QFont.Weight.Normal),
    "body": ("Inter", 13, QFont.Weight.Normal),
    "strong": ("Inter", 13, QFont.Weight.DemiBold),
    "heading": ("Inter", 15, QFont.Weight.DemiBold),
    "title": ("Inter", 20, QFont.Weight.Bold),
    "mono": ("JetBrains Mono", 13, QFont.Weight.Normal),
    "mono_small": ("JetBrains Mono", 12, QFont.Weight.Normal),
}


class Theme(QObject):
    """The colours in force; one object for the whole application (`theme()`)."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._mode: Mode = "system"
        self._dark = False
        self._fonts: dict[FontName, QFont] = {}
        self._typeface: Typeface = "bundled"
        self._stale: dict[str, str] = {}  # families used before, and ours that each stood for
        self.reduced_motion = False
        """Whether the user wants no motion, whatever the system says."""

    def install(
        self, app: QApplication, mode: Mode = "system", typeface: Typeface = "bundled"
    ) -> None:
        """Load the fonts, then set colours, fonts and style sheet of the application."""
        self._typeface = typeface
        load_fonts()
        app.setStyle("Fusion")
        app.setFont(self.font("body"))
        app.styleHints().colorSchemeChanged.connect(self._system_changed)
        self.set_mode(mode)

    @property
    def mode(self) -> Mode:
        """What the user chose."""
        return self._mode

    @property
    def dark(self) -> bool:
        """Whether the dark set is in force."""
        return self._dark

    def set_mode(self, mode: Mode) -> None:
        """Choose the light or the dark set, or follow the system."""
        self._mode = mode
        hints = QGuiApplication.styleHints()
        # Title bars and the system's own dialogs follow what is asked for here.
        if mode == "system":
            hints.unsetColorScheme()
            self._dark = hints.colorScheme() == Qt.ColorScheme.Dark
        else:
            self._dark = mode == "dark"
            hints.setColorScheme(Qt.ColorScheme.Dark if self._dark else Qt.ColorScheme.Light)
        self._apply()

    @property
    def typeface(self) -> Typeface:
        """Whose fonts are used."""
        return self._typeface

    def set_typeface(self, typeface: Typeface) -> None:
        """Use the fonts that come with Layerloom, or the system's own."""
        if typeface == self._typeface:
            return
        self._stale = {self._families(name)[0]: name for name in ("Inter", "JetBrains Mono")}
        self._typeface = typeface
        self._fonts.clear()
        QApplication.setFont(self.font("body"))
        self._apply()

    def _renew_fonts(self) -> None:
        """Fonts given to single widgets do not follow the application's; bring them along."""
        for widget in QApplication.allWidgets():
            font = widget.font()
            name = self._stale.get(font.family())
            if name is not None and widget.testAttribute(Qt.WidgetAttribute.WA_SetFont):
                font.setFamilies(self._families(name))
                widget.setFont(font)

    def _families(self, name: str) -> list[str]:
        """A family of ours, or what stands in for it, then what is used where that is missing."""
        found = name
        if self._typeface == "system":
            database = QFontDatabase.SystemFont
            wanted = database.GeneralFont if name == "Inter" else database.FixedFont
            found = QFontDatabase.systemFont(wanted).family()
        return [found, "Noto Sans", "DejaVu Sans"]

    def _system_changed(self, scheme: Qt.ColorScheme) -> None:
        dark = scheme == Qt.ColorScheme.Dark
        if self._mode == "system" and dark != self._dark:
            self._dark = dark
            self._apply()

    def color(self, name: str) -> QColor:
        """A colour by token name."""
        return QColor((_DARK if self._dark else _LIGHT)[name])

    def role(self, role: Role) -> QColor:
        """The full colour of a role: edges, icons, solids."""
        return QColor((_ROLES_DARK if self._dark else _ROLES_LIGHT)[role])

    def tint(self, role: Role) -> QColor:
        """A role's colour mixed softly into the card's."""
        return mix(self.color("card"), self.role(role), 0.14 if self._dark else 0.09)

    def font(self, name: FontName) -> QFont:
        """A font by token name, tabular figures on."""
        if name not in self._fonts:
            family, pixels, weight = _FONT_SIZES[name]
            font = QFont(self._families(family))
            font.setPixelSize(pixels)
            font.setWeight(weight)
            if family == "Inter":
                font.setFeature(QFont.Tag("tnum"), 1)
            else:
                font.setStyleHint(QFont.StyleHint.Monospace)
                font.setFeature(QFont.Tag("calt"), 0)
            self._fonts[name] = font
        return QFont(self._fonts[name])

    def icon(self, name: str, color: str = "text") -> QIcon:
        """An icon of `gui.icons` in a token's colour, greyed when disabled."""
        return make_icon(name, self.color(color), self.color("faint"))

    def role_icon(self, name: str, role: Role) -> QIcon:
        """An icon in a role's colour."""
        return make_icon(name, self.role(role), self.color("faint"))

    def motion_ms(self) -> int:
        """Length of an explaining motion (ms); 0 where the user or the system wants none."""
        if self.reduced_motion:
            return 0
        from PySide6.QtWidgets import QStyle

        style = QApplication.style()
        steps = style.styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration) if style else 1
        return MOTION_MS if steps > 0 else 0

    def _apply(self) -> None:
        app = QApplication.instance()
        if not isinstance(app, QApplication):
            return
        app.setPalette(self._palette())
        app.setStyleSheet(self._style_sheet())
        if self._stale:
            # Each time: a new style sheet gives widgets the fonts back that they had at first.
            self._renew_fonts()
        self.changed.emit()

    def _palette(self) -> QPalette:
        palette = QPalette()
        roles = {
            QPalette.ColorRole.Window: "background",
            QPalette.ColorRole.Base: "field",
            QPalette.ColorRole.AlternateBase: "panel",
            QPalette.ColorRole.Button: "card",
            QPalette.ColorRole.Text: "text",
            QPalette.ColorRole.WindowText: "text",
            QPalette.ColorRole.ButtonText: "text",
            QPalette.ColorRole.ToolTipBase: "card",
            QPalette.ColorRole.ToolTipText: "text",
            QPalette.ColorRole.Highlight: "selection",
            QPalette.ColorRole.HighlightedText: "text",
            QPalette.ColorRole.PlaceholderText: "faint",
            QPalette.ColorRole.Link: "accent_text",
            QPalette.ColorRole.Mid: "line",
        }
        for role, token in roles.items():
            palette.setColor(role, self.color(token))
        for role in (
            QPalette.ColorRole.Text,
            QPalette.ColorRole.WindowText,
            QPalette.ColorRole.ButtonText,
        ):
            palette.setColor(QPalette.ColorGroup.Disabled, role, self.color("faint"))
        return palette

    def _style_sheet(self) -> str:
        text = STYLE
        for name in _DARK:
            text = text.replace(f"@{name};", f"{_css(self.color(name))};")
        return text


def load_fonts() -> None:
    """Make the bundled fonts known to Qt."""
    for path in sorted(FONTS.glob("*.[ot]tf")):
        QFontDatabase.addApplicationFont(str(path))


def paper(name: str) -> QColor:
    """A colour by token name as it is on paper: of the light set, whatever is in force."""
    return QColor(_LIGHT[name])


def paper_role(role: Role) -> QColor:
    """A role's full colour as it is on paper."""
    return QColor(_ROLES_LIGHT[role])


def mix(base: QColor, other: QColor, share: float) -> QColor:
    """``base`` with a share (0 to 1) of ``other``."""
    keep = 1 - share
    return QColor.fromRgbF(
        base.redF() * keep + other.redF() * share,
        base.greenF() * keep + other.greenF() * share,
        base.blueF() * keep + other.blueF() * share,
    )


def _css(color: QColor) -> str:
    return f"rgba({color.red()}, {color.green()}, {color.blue()}, {color.alpha()})"


_theme: Theme | None = None


def theme() -> Theme:
    """The application's theme."""
    global _theme
    if _theme is None:
        _theme = Theme()
    return _theme


# Tokens are written @name; and must be followed by the semicolon.
# Widgets choose a look by the dynamic property "look": primary, quiet, link, chip, panel, note-*.
STYLE = """
QWidget { color: @text; }
QMainWindow { background: @background; }
QDialog { background: @panel; }
QToolTip { background: @card; color: @text; border: 1px solid @line; padding: 4px 6px; }

QFrame[look="panel"], QWidget[look="panel"] { background: @panel; }
QFrame[look="card"] { background: @card; border: 1px solid @line; border-radius: 8px; }
QFrame[look="bubble"] { background: @card; border: 1px solid @accent; border-radius: 8px; }
QFrame[look="drop"] { background: transparent; border: 3px solid @accent; }
QFrame[look="note-error"] { background: @error_tint; border: none; border-left: 4px solid @error; border-top-right-radius: 6px; border-bottom-right-radius: 6px; }
QFrame[look="note-warning"] { background: @warning_tint; border: none; border-left: 4px solid @warning; border-top-right-radius: 6px; border-bottom-right-radius: 6px; }
QFrame[look="note-info"] { background: @info_tint; border: none; border-left: 4px solid @accent; border-top-right-radius: 6px; border-bottom-right-radius: 6px; }
QFrame[look="note-success"] { background: @success_tint; border: none; border-left: 4px solid @success; border-top-right-radius: 6px; border-bottom-right-radius: 6px; }
QFrame[look="line"] { background: @line; border: none; max-height: 1px; min-height: 1px; }
QFrame[look="insertion"] { background: @accent; border: none; border-radius: 1px; }
QFrame[look="vline"] { background: @line; border: none; max-width: 1px; min-width: 1px; }

QWidget[look="hairline"] { background: @line; }
QFrame[look="bar-info"] { background: @info_tint; border: none; border-bottom: 1px solid @line; }
QFrame[look="bar-warning"] { background: @warning_tint; border: none; border-bottom: 1px solid @line; }
QFrame[look="bar-error"] { background: @error_tint; border: none; border-bottom: 1px solid @line; }

QLabel { background: transparent; }
QLabel[look="muted"] { color: @muted; }
QLabel[look="faint"] { color: @faint; }
QLabel[look="error"] { color: @error; }
QLabel[look="warning"] { color: @warning; }
QLabel[look="success"] { color: @success; }

/* Each shows the keyboard by its border; the style would draw a box around the text as well. */
QPushButton, QToolButton, QCheckBox, QRadioButton { outline: none; }
QPushButton, QToolButton { background: @card; border: 1px solid @line; border-radius: 6px; padding: 5px 12px; min-height: 18px; }
QToolButton { padding: 5px 8px; }
QPushButton:hover, QToolButton:hover { background: @hover; }
QPushButton:pressed, QToolButton:pressed, QToolButton:checked { background: @pressed; }
QPushButton:focus, QToolButton:focus { border: 1px solid @accent; }
QPushButton:disabled, QToolButton:disabled { color: @faint; }
/* The icon inside a search field is a QToolButton too. */
QLineEdit QToolButton { background: transparent; border: none; padding: 0; min-height: 0; }
QPushButton[look="primary"] { background: @accent; color: @on_accent; border: 1px solid @accent; font-weight: 600; padding: 5px 16px; }
QPushButton[look="primary"]:hover { background: @accent_hover; }
QPushButton[look="primary"]:pressed { background: @accent_pressed; }
QPushButton[look="primary"]:focus { border: 1px solid @text; }
QPushButton[look="primary"]:disabled { background: @pressed; color: @faint; border: 1px solid @line; }
QPushButton[look="quiet"], QToolButton[look="quiet"] { background: transparent; border: 1px solid transparent; }
QPushButton[look="quiet"]:hover, QToolButton[look="quiet"]:hover { background: @hover; }
QPushButton[look="quiet"]:focus, QToolButton[look="quiet"]:focus { border: 1px solid @accent; }
QPushButton[look="link"] { background: transparent; border: 1px solid transparent; color: @accent_text; padding: 2px 1px; text-align: left; }
QPushButton[look="link"]:hover { text-decoration: underline; }
QPushButton[look="link"]:focus { border: 1px solid @accent; }
QPushButton[look="chip"] { background: @pressed; border: 1px solid transparent; border-radius: 12px; padding: 2px 12px; min-height: 18px; }
QPushButton[look="chip"]:hover { background: @hover; border: 1px solid @line; }
QPushButton[look="chip"]:checked { background: @accent; color: @on_accent; }
QPushButton[look="chip"]:focus { border: 1px solid @text; }

QLineEdit, QSpinBox, QDoubleSpinBox, QComboBox, QPlainTextEdit, QTextEdit { background: @field; border: 1px solid @line; border-radius: 6px; padding: 4px 8px; min-height: 18px; selection-background-color: @selection; selection-color: @text; }
QLineEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QComboBox:focus, QPlainTextEdit:focus, QTextEdit:focus { border: 1px solid @accent; }
QLineEdit[look="title"] { background: transparent; border: 1px solid transparent; padding: 4px 8px; }
QLineEdit[look="title"]:hover { border: 1px solid @line; }
QLineEdit[look="title"]:focus { background: @field; border: 1px solid @accent; }
QLineEdit[invalid="true"], QSpinBox[invalid="true"], QDoubleSpinBox[invalid="true"] { border: 1px solid @error; }
QLineEdit:disabled, QSpinBox:disabled, QDoubleSpinBox:disabled, QComboBox:disabled { color: @faint; }
QRadioButton { spacing: 8px; padding: 2px 4px 2px 1px; border: 1px solid transparent; border-radius: 4px; background: transparent; }
QRadioButton:focus { border: 1px solid @accent; }
QRadioButton::indicator { width: 6px; height: 6px; border: 4px solid @field; border-radius: 7px; background: @field; outline: none; }
QRadioButton::indicator:unchecked { width: 12px; height: 12px; border: 1px solid @faint; }
QRadioButton::indicator:checked { border: 4px solid @accent; background: @on_accent; }
QCheckBox { spacing: 8px; }
QCheckBox:focus { color: @accent_text; }
QCheckBox:disabled { color: @faint; }
QCheckBox::indicator { width: 14px; height: 14px; border: 1px solid @faint; border-radius: 3px; background: @field; }
QCheckBox::indicator:checked, QCheckBox::indicator:indeterminate { border: 1px solid @accent; background: @accent; }
QCheckBox::indicator:disabled { border: 1px solid @line; background: @pressed; }
QCheckBox::indicator:focus { border: 1px solid @text; }
/* A list below the field, dressed by the rules here; else the style draws a menu of its own. */
QComboBox { padding: 4px 10px; combobox-popup: 0; }
QComboBox::drop-down { border: none; width: 20px; }
QComboBox QFrame { border: none; background: @card; }
QComboBox QAbstractItemView { background: @card; border: 1px solid @line; outline: none; selection-background-color: @selection; selection-color: @text; padding: 4px; }
QComboBox QAbstractItemView::item { padding: 4px 3px; border-radius: 4px; }
QComboBox QAbstractItemView::item:selected { background: @selection; color: @text; }

QMenuBar { background: @panel; }
QMenuBar::item { padding: 4px 10px; background: transparent; border-radius: 4px; }
QMenuBar::item:selected { background: @hover; }
QMenu { background: @card; border: 1px solid @line; padding: 4px; }
QMenu::item { padding: 5px 24px 5px 12px; border-radius: 4px; }
QMenu::item:selected { background: @selection; }
QMenu::item:disabled { color: @faint; }
QMenu::separator { height: 1px; background: @line; margin: 4px 8px; }

QScrollArea { background: transparent; border: none; }
QAbstractScrollArea::corner { background: transparent; border: none; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: @line; border-radius: 4px; min-height: 24px; min-width: 24px; margin: 1px; }
QScrollBar::handle:hover { background: @faint; }
QScrollBar::add-line, QScrollBar::sub-line { height: 0; width: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QMainWindow::separator { background: @line; width: 1px; height: 1px; }
QSplitter::handle { background: @line; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }

QTableView, QTreeView, QListView { background: @panel; border: none; gridline-color: @line; selection-background-color: @selection; selection-color: @text; outline: none; }
QHeaderView::section { background: @panel; color: @muted; border: none; border-bottom: 1px solid @line; padding: 6px 8px; }
QFrame[look="card"] QTableView, QFrame[look="card"] QListView { background: @card; }
QFrame[look="card"] QTableView::item { padding: 0 4px; }
QFrame[look="card"] QHeaderView, QFrame[look="card"] QHeaderView::section { background: @card; }
QTabBar::tab { background: transparent; color: @muted; padding: 8px 12px; border: none; border-bottom: 2px solid transparent; }
QTabBar::tab:selected { color: @text; border-bottom: 2px solid @accent; font-weight: 600; }
QTabBar::tab:focus { color: @accent_text; }
QTabWidget::pane { border: none; }
QProgressBar { background: @pressed; border: none; border-radius: 3px; max-height: 6px; min-height: 6px; text-align: center; }
QProgressBar::chunk { background: @accent; border-radius: 3px; }
QProgressBar[look="ended"]::chunk { background: @faint; }
QProgressBar[look="done"]::chunk { background: @success; }
QStatusBar { background: @panel; border-top: 1px solid @line; }
QStatusBar::item { border: none; }
"""
