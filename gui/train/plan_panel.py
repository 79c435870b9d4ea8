"""The panel beside the curves: what there is to say, the plan, the device, the data."""

from __future__ import annotations

import msgspec
from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from core.training.plan import TrainingPlan
from gui.document import Document
from gui.theme import theme
from gui.train.memory_note import MemoryNote
from gui.train.notes import Said
from gui.train.plan_fields import PlanFields
from gui.train.style import hue
from gui.widgets.figures import count
from gui.widgets.labels import styled
from gui.widgets.note import Note

PANEL_WIDTH = 344
SCROLL_BAR = 6
PREVIEW_POINTS = 100


class SchedulePreview(QWidget):
    """The learning rate over the whole training, as a small curve."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._plan = TrainingPlan()
        self.setFixedHeight(44)
        self.setAccessibleName("Learning rate over the training")
        theme().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """Room it would like."""
        return QSize(160, 44)

    def show_plan(self, plan: TrainingPlan) -> None:
        """Draw another plan's schedule."""
        self._plan = plan
        self.setAccessibleDescription(schedule_words(plan, 0))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width, height = self.width() - 4, self.height() - 10
        peak = self._plan.learning_rate
        line = []
        for index in range(PREVIEW_POINTS + 1):
            step = min(PREVIEW_POINTS - 1, index)
            rate = self._plan.learning_rate_at(step, PREVIEW_POINTS) / peak
            line.append(QPointF(2 + width * index / PREVIEW_POINTS, 5 + height * (1 - rate)))
        painter.setPen(QPen(theme().color("line"), 1))
        painter.drawLine(QPointF(2, 5.5 + height), QPointF(2 + width, 5.5 + height))
        painter.setPen(QPen(hue("rate"), 2))
        painter.drawPolyline(line)


def schedule_words(plan: TrainingPlan, steps: int) -> str:
    """The schedule in words: ``warm-up, then cosine to 0, over 2 epochs``."""
    over = f"over {count(plan.epochs, 'epoch')}"
    if steps:
        over += f", {count(steps, 'step')}"
    if plan.schedule == "constant":
        return f"the same {over}"
    return f"{'warm-up, then ' if plan.warmup else ''}cosine to 0, {over}"


class PlanPanel(QScrollArea):
    """Note, plan, device and data, in a column of fixed width."""

    def __init__(self, document: Document, fields: PlanFields) -> None:
        """Show a document's plan.

        Args:
            document: Whose.
            fields: To edit it in; the panel places them.
        """
        super().__init__()
        self._document = document
        self._visit = 0
        self.note = Note()
        self.note_gap = QWidget()
        self.note_gap.setFixedHeight(16)
        self.plan_note = _small()
        self.plan_note.setContentsMargins(0, 0, 0, 6)
        self.fields = fields
        self.preview = SchedulePreview()
        self.schedule_words = _small()
        self.memory = MemoryNote(document)
        self.device = styled("")
        self.device.setFont(theme().font("strong"))
        self.device.setWordWrap(True)
        self.device_reason = _small()
        self.data = styled("")
        self.data.setFont(theme().font("strong"))
        self.data_counts = _small()
        self._lay_out()
        self.fields.edited.connect(self._edit)
        for field in self.fields.fields.values():
            field.editor.installEventFilter(self)
        document.changed.connect(self.refresh_plan)
        self.refresh_plan()

    def _lay_out(self) -> None:
        inside = QWidget()
        inside.setProperty("look", "panel")
        column = QVBoxLayout(inside)
        column.setContentsMargins(16, 16, 10, 8)
        column.setSpacing(0)
        self.setWidget(inside)  # before it is filled: Qt styles all that it holds anew
        column.addWidget(self.note)
        column.addWidget(self.note_gap)
        under = QWidget()
        below = QVBoxLayout(under)
        below.setContentsMargins(0, 0, 0, 8)
        below.setSpacing(2)
        below.addWidget(self.preview)
        below.addWidget(self.schedule_words)
        self.fields.put_under("learning_rate", under)
        self.fields.put_under("batch_size", self.memory)
        self._section(column, "Plan", self.plan_note, self.fields)
        self._section(column, "Device", self.device, self.device_reason)
        self._section(column, "Data", self.data, self.data_counts)
        column.addStretch(1)
        # A fixed width inside, so that nothing moves when the scroll bar comes.
        inside.setFixedWidth(PANEL_WIDTH - SCROLL_BAR)
        self.setWidgetResizable(True)
        self.setProperty("look", "panel")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFixedWidth(PANEL_WIDTH)

    def _section(self, column: QVBoxLayout, title: str, *widgets: QWidget) -> None:
        heading = styled(title.upper(), "muted")
        font = theme().font("small")
        font.setWeight(font.Weight.DemiBold)
        heading.setFont(font)
        heading.setAccessibleName(title)
        column.addWidget(heading)
        column.addSpacing(6)
        for widget in widgets:
            column.addWidget(widget)
        column.addSpacing(16)

    def show_note(self, said: Said) -> None:
        """Say what there is to say, or nothing; something new is scrolled to."""
        before, now = self.note.text, said[0]
        self.note.show_text(*said)
        self.note_gap.setVisible(now is not None)
        if now is not None and (before is None or before.title != now.title):
            self.verticalScrollBar().setValue(0)

    def refresh_plan(self) -> None:
        """Show the document's plan."""
        plan = self._document.project.plan
        self.fields.show_plan(plan)
        self.preview.show_plan(plan)
        self.schedule_words.setText(schedule_words(plan, 0))

    def _edit(self, name: str, title: str, value: object) -> None:
        project = self._document.project
        plan = msgspec.structs.replace(project.plan, **{name: value})
        # One visit to a field is one step to undo, however much is typed.
        merge = f"plan.{name}.{self._visit}"
        self._document.edit(f"change {title.lower()}", project.changed(plan=plan), merge=merge)

    def eventFilter(self, watched, event) -> bool:
        """Notice which field is visited."""
        if event.type() == event.Type.FocusIn:
            self._visit += 1
            for field in self.fields.fields.values():
                if field.editor is watched:
                    field.begin_visit()
            self.ensureWidgetVisible(watched, 0, 24)
        return super().eventFilter(watched, event)


def _small() -> QLabel:
    label = styled("", "muted")
    label.setFont(theme().font("small"))
    label.setWordWrap(True)
    return label
