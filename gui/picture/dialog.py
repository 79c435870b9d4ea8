"""File → Export picture: every choice with a live preview, then a file or the clipboard."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec
from PySide6.QtCore import QMimeData, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QGuiApplication, QImage, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QPushButton,
    QRadioButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from core.files import write_whole
from core.picture import MM, Drawing, Options, draw
from core.project import Project
from gui.data.background import Background
from gui.design.look import section_font
from gui.frame.sheets import Sheet
from gui.picture.files import KINDS, as_image, picture_bytes
from gui.settings import SettingsStore
from gui.theme import paper, theme
from gui.widgets.choices import CheckBox
from gui.widgets.labels import styled
from gui.widgets.saving import save_as

if TYPE_CHECKING:
    from pathlib import Path

SMALL = 6.0
"""Type below this (points) is hard to read on paper."""
_CHOICES: tuple[tuple[str, str, dict[str, str]], ...] = (
    (
        "width",
        "Width on paper",
        {
            "column": "One of two columns, 85 mm",
            "page": "The text of a page, 170 mm",
            "free": "As wide as it comes",
        },
    ),
    ("orientation", "Direction", {"vertical": "Top to bottom", "horizontal": "Left to right"}),
)
_SWITCHES: tuple[tuple[str, str, str], ...] = (
    ("shapes", "Shapes at the arrows", "What leaves each block: height × width × channels."),
    ("parameters", "Numbers of parameters", "In each box that has any."),
    (
        "compact",
        "Small blocks in the box before",
        "Normalisation, activation and dropout as lines of the box before them.",
    ),
    ("fold", "Repeats drawn once", "With how often: × 3."),
    ("colours", "Colours", "Of the blocks' roles; without, grey for print."),
    ("transparent", "No background", "For slides; otherwise white."),
)


class Shown(NamedTuple):
    """A picture ready to be shown.

    Attributes:
        number: Which request it answers.
        drawing: The picture.
        image: The same in pixels of the screen.
    """

    number: int
    drawing: Drawing
    image: QImage


class PictureDialog(Sheet):
    """Choices on the left, the picture as it will be on the right.

    Signals:
        shown: The preview shows the picture as last chosen.
    """

    shown = Signal()

    def __init__(self, parent: QWidget, project: Project, settings: SettingsStore) -> None:
        super().__init__(parent, "Export picture")
        self.setObjectName("picture-dialog")
        self._project = project
        self._settings = settings
        self.options = _remembered(settings)
        self._background = Background(self)
        self._asked = 0
        self.drawing: Drawing | None = None
        self.preview = Preview(project.name)
        self.facts = styled("", "muted")
        self.facts.setWordWrap(True)
        self.facts.setMinimumHeight(40)
        self.facts.setAlignment(Qt.AlignmentFlag.AlignTop)
        columns = QHBoxLayout()
        columns.setSpacing(24)
        columns.addWidget(self._choices())
        right = QVBoxLayout()
        right.setSpacing(8)
        right.addWidget(self.preview, 1)
        right.addWidget(self.facts)
        columns.addLayout(right, 1)
        self.body.addLayout(columns, 1)
        self._add_buttons()
        self.resize(min(parent.width() - 60, 980), min(parent.height() - 40, 720))
        self.preview.resized.connect(self.refresh)
        self.finished.connect(self._stop)

    # Building

    def _choices(self) -> QWidget:
        box = QWidget()
        lines = QVBoxLayout(box)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(6)
        self.radios: dict[tuple[str, str], QRadioButton] = {}
        for field, title, words in _CHOICES:
            self._heading(lines, title)
            group = QButtonGroup(self)
            for value, text in words.items():
                button = QRadioButton(text)
                button.setAccessibleName(f"{title}: {text}")
                button.setChecked(getattr(self.options, field) == value)
                button.clicked.connect(
                    lambda _on=False, field=field, value=value: self._choose(field, value)
                )
                group.addButton(button)
                lines.addWidget(button)
                self.radios[field, value] = button
        self._heading(lines, "Show")
        self.switches: dict[str, CheckBox] = {}
        for field, text, tip in _SWITCHES:
            switch = CheckBox(text)
            switch.setToolTip(tip)
            switch.setAccessibleDescription(tip)
            switch.setChecked(getattr(self.options, field))
            switch.toggled.connect(lambda on, field=field: self._choose(field, on))
            lines.addWidget(switch)
            self.switches[field] = switch
        lines.addStretch(1)
        return box

    @staticmethod
    def _heading(lines: QVBoxLayout, title: str) -> None:
        if lines.count():
            lines.addSpacing(10)
        heading = styled(title.upper(), "muted")
        heading.setFont(section_font())
        lines.addWidget(heading)

    def _add_buttons(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        self.copy_button = QPushButton("Copy")
        self.copy_button.setToolTip("As a picture and as SVG")
        self.copy_button.clicked.connect(self.copy)
        row.addWidget(self.copy_button)
        row.addStretch(1)
        close = QPushButton("Close")
        close.clicked.connect(self.close)
        self.save_button = QPushButton("Save as…")
        self.save_button.setProperty("look", "primary")
        self.save_button.setDefault(True)
        self.save_button.setToolTip("SVG, PDF or PNG")
        self.save_button.clicked.connect(self.save)
        for button in (close, self.save_button):
            row.addWidget(button)
        self.body.addLayout(row)
        self.save_button.setFocus()

    # Choosing

    def _choose(self, field: str, value: str | bool) -> None:
        self.options = msgspec.structs.replace(self.options, **{field: value})
        self._settings.values.picture = msgspec.to_builtins(self.options)
        self._settings.save()
        self.refresh()

    def refresh(self) -> None:
        """Draw the picture anew, off the window's thread."""
        self._asked += 1
        number, project, options = self._asked, self._project, self.options
        room, ratio = self.preview.room(), self.preview.devicePixelRatioF()

        def work() -> Shown:
            drawing = draw(project, options)
            zoom = min(room.width() / drawing.width, room.height() / drawing.height, 2.0) * ratio
            image = as_image(drawing, options, max(0.05, zoom))
            image.setDevicePixelRatio(ratio)
            return Shown(number, drawing, image)

        self._background.run(work, self._show)

    def _show(self, shown: Shown) -> None:
        if shown.number != self._asked:
            return  # something else was chosen meanwhile
        self.drawing = shown.drawing
        self.preview.show_image(shown.image, self.options.transparent)
        self._tell(shown.drawing)
        self.shown.emit()

    def _tell(self, drawing: Drawing) -> None:
        """Size on paper, and whether it can be read there."""
        size = f"{drawing.width / MM:.0f} × {drawing.height / MM:.0f} mm on paper"
        words = [f"{size}, smallest type {drawing.smallest:.1f} pt."]
        small = drawing.smallest < SMALL
        if small:
            words.append(f"That is hard to read: {self._advice()}.")
        words += filter(None, [drawing.left_out])
        self.facts.setText(" ".join(words))
        self.facts.setProperty("look", "warning" if small else "muted")
        self.facts.style().unpolish(self.facts)
        self.facts.style().polish(self.facts)

    def _advice(self) -> str:
        """What would make the type larger."""
        options = self.options
        ways = []
        if options.width == "column":
            ways.append("take the width of a page")
        if not options.fold:
            ways.append("draw repeats once")
        if not options.compact:
            ways.append("put small blocks in the box before")
        ways.append("try the other direction")
        return " or ".join(ways)

    # Giving away

    def save(self) -> None:
        """Ask for a file and write the picture."""
        drawing, options = self.drawing, self.options
        if drawing is None:
            return
        title = self._project.name

        def write(path: Path) -> None:
            # The suffix is known to be one of ours, and errors of the disk are told by the caller.
            suffix = path.suffix.lower().lstrip(".")
            write_whole(path, picture_bytes(suffix, drawing, options, title))

        self.file_dialog = save_as(self, "Export picture", title, KINDS, write)

    def copy(self) -> None:
        """Put the picture on the clipboard, as pixels and as SVG."""
        if self.drawing is None:
            return
        mime = QMimeData()
        mime.setImageData(as_image(self.drawing, self.options, 300 / 72))
        mime.setData(
            "image/svg+xml",
            picture_bytes("svg", self.drawing, self.options, self._project.name),
        )
        QGuiApplication.clipboard().setMimeData(mime)
        self.copy_button.setText("Copied")

    def _stop(self) -> None:
        self._asked += 1  # what is still being drawn is for nobody


class Preview(QWidget):
    """The picture on white paper, as large as there is room.

    Signals:
        resized: There is another room for the picture.
    """

    resized = Signal()
    MARGIN = 12

    def __init__(self, name: str) -> None:
        super().__init__()
        self._image = QImage()
        self._see_through = False
        self.setMinimumSize(320, 240)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(f"Preview of the picture of {name}")

    def room(self) -> QSize:
        """Room for the picture (px)."""
        edge = 2 * self.MARGIN
        return QSize(max(1, self.width() - edge), max(1, self.height() - edge))

    def show_image(self, image: QImage, see_through: bool) -> None:
        """Show a picture."""
        self._image = image
        self._see_through = see_through
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme().color("background"))
        size = self._image.deviceIndependentSize()
        if size.isEmpty():
            return
        place = QRectF(
            (self.width() - size.width()) / 2,
            (self.height() - size.height()) / 2,
            size.width(),
            size.height(),
        )
        # Dark letters need a light ground here too; where there will be none, a hatch says so.
        painter.fillRect(place, paper("card"))
        if self._see_through:
            painter.fillRect(place, _hatch())
        painter.drawImage(place.topLeft(), self._image)


def _hatch() -> QBrush:
    return QBrush(paper("line"), Qt.BrushStyle.BDiagPattern)


def _remembered(settings: SettingsStore) -> Options:
    """The options chosen last; the defaults where settings hold something else."""
    try:
        return msgspec.convert(settings.values.picture, type=Options)
    except msgspec.ValidationError:
        return Options()
