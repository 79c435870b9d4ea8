"""The Train page: figures, curves, epochs, and beside them the plan."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from math import ceil

import msgspec
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from gui.document import Document
from gui.theme import theme
from gui.train.curves import CurveChart
from gui.train.data_words import counts_words, data_counts
from gui.train.epoch_table import ROW_HEIGHT, EpochTable
from gui.train.header import Header
from gui.train.legend import Legend
from gui.train.metrics import ACCURACY, METRICS
from gui.train.notes import Deeds, note_for
from gui.train.plan_fields import PlanFields
from gui.train.plan_panel import PlanPanel, schedule_words
from gui.train.session import TrainingSession
from gui.widgets.by_parts import ByParts
from gui.widgets.figures import count
from gui.widgets.labels import styled
from gui.widgets.throttle import Throttle
from gui.widgets.window import show_page

TABLE_TOP = 100
"""Height of the table's card without its rows (px)."""
MOST_ROWS = 100
CHART_MS = 100
"""Curves are painted at most this often (ms)."""


class TrainPage(QWidget, ByParts):
    """Training, watched.

    Signals:
        state_changed: `state` is another.
    """

    state_changed = Signal()

    def __init__(
        self,
        document: Document,
        session: TrainingSession,
        parent: QWidget | None = None,
        whole: bool = True,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._session = session
        self._state = ""
        self._deeds = Deeds(
            train=session.start,
            resume=session.resume,
            use_batch_size=self._use_batch_size,
            go_to_design=lambda: show_page(self, "design"),
            go_to_data=self._go_to_data,
            restart_engine=session.engine.restart,
            wait_longer=session.engine.wait_longer,
            adopt=session.adopt,
            forget_interrupted=session.forget_interrupted,
        )
        self._draw_chart = Throttle(CHART_MS, self._show_chart, self)
        self.build_by(self._build(), whole)

    @property
    def state(self) -> str:
        """``idle``, ``unfinished``, ``ready``, ``attention`` or ``running``."""
        session = self._session
        if session.running:
            return "attention" if session.engine.state == "frozen" else "running"
        wrong = any(not problem.unfinished for problem in session.blockers)
        if session.failure is not None or wrong or session.engine.state == "missing":
            return "attention"
        if session.blockers:
            return "unfinished"
        return "ready" if session.finished else "idle"

    # Building

    def _build(self) -> Iterator[None]:
        """The page, from the outside in: what is put elsewhere later is styled anew."""
        row, column = self._frames()
        self.header = Header()
        column.addWidget(self.header)
        self.chart = CurveChart()
        column.addWidget(self._chart_card(), 3)
        self.table = EpochTable()
        column.addWidget(self._table_card(), 2)
        yield
        fields = PlanFields()
        yield
        self.panel = PlanPanel(self._document, fields)
        yield
        row.addWidget(self.panel)
        self._order_tabs()
        yield
        self._connect()
        self.refresh()

    def _frames(self) -> tuple[QHBoxLayout, QVBoxLayout]:
        """The row that the panel is to end, and the column of what is watched."""
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self.stack = QStackedWidget()
        row.addWidget(self.stack, 1)
        line = QFrame()
        line.setProperty("look", "vline")
        row.addWidget(line)
        self.empty = EmptyState()
        self.stack.addWidget(self.empty)
        watched = QWidget()
        self.stack.addWidget(watched)
        column = QVBoxLayout(watched)
        column.setContentsMargins(20, 16, 20, 20)
        column.setSpacing(16)
        return row, column

    def _order_tabs(self) -> None:
        """Tab goes as the eye does: figures, curves, table, then the panel."""
        header, fields = self.header, self.panel.fields.fields.values()
        order = [self.empty.train, header.resume, header.force, header.train]
        order += [*self.chips.buttons(), self.close_up]
        order += [self.chart, self.copy, self.table, self.panel.note]
        order += [field.editor for field in fields]
        for before, after in pairwise(order):
            self.setTabOrder(before, after)

    def _chart_card(self) -> QFrame:
        card = QFrame()
        card.setProperty("look", "card")
        self._chart_title = QLabel()
        self._chart_title.setFont(theme().font("heading"))
        self.legend = Legend()
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self._chart_title)
        top.addStretch(1)
        self.close_up = _chip("Close-up", "Look closely at the range the epochs lie in")
        # Before anything shows it: a widget without a parent would flash up as a window.
        self.close_up.setParent(card)
        self.close_up.toggled.connect(self.chart.set_close)
        # Two short lines rather than a long one: the plan stays in view at 200 %.
        below = QHBoxLayout()
        below.addWidget(self.legend)
        below.addStretch(1)
        below.addWidget(self.close_up)
        self.chips = QButtonGroup(self)
        for number, metric in enumerate(METRICS):
            chip = _chip(metric.title, f"Show the curve: {metric.title.lower()}")
            self.chips.addButton(chip, number)
            top.addWidget(chip)
        self.chips.idToggled.connect(self._choose_metric)
        self.chips.button(METRICS.index(ACCURACY)).setChecked(True)
        column = QVBoxLayout(card)
        column.setContentsMargins(16, 12, 16, 8)
        column.setSpacing(8)
        column.addLayout(top)
        column.addLayout(below)
        column.addWidget(self.chart, 1)
        return card

    def _table_card(self) -> QFrame:
        card = QFrame()
        card.setProperty("look", "card")
        title = QLabel("Epochs")
        title.setFont(theme().font("heading"))
        self.copy = QPushButton("Copy table")
        self.copy.setProperty("look", "quiet")
        self.copy.setToolTip("Copy every epoch with all digits, for a spreadsheet")
        self.copy.clicked.connect(self.table.copy_all)
        top = QHBoxLayout()
        top.addWidget(title)
        top.addStretch(1)
        top.addWidget(self.copy)
        column = QVBoxLayout(card)
        column.setContentsMargins(16, 8, 12, 8)
        column.setSpacing(4)
        column.addLayout(top)
        column.addWidget(self.table, 1)
        card.setMinimumHeight(150)
        self._table_card_frame = card
        return card

    def _connect(self) -> None:
        self._session.changed.connect(self.refresh)
        self.header.train.clicked.connect(self.train_or_stop)
        self.header.resume.clicked.connect(self._session.resume)
        self.header.force.clicked.connect(self._session.engine.restart)
        self.empty.train.clicked.connect(self._session.start)
        theme().changed.connect(self.refresh)

    # Doing

    def train_or_stop(self) -> None:
        """What the primary button does."""
        if self._session.running:
            self._session.stop()
        else:
            self._session.start()

    def _use_batch_size(self, size: int) -> None:
        project = self._document.project
        plan = msgspec.structs.replace(project.plan, batch_size=size)
        self._document.edit(f"use batch size {size}", project.changed(plan=plan))
        self._session.start()

    def _go_to_data(self) -> None:
        """Show the pictures, looked at anew: they are others than the page knows."""
        show_page(self, "data")
        again = getattr(getattr(self.window(), "page", None), "scan_again", None)
        if again is not None:
            again()

    def _choose_metric(self, number: int, chosen: bool) -> None:
        if chosen:
            metric = METRICS[number]
            self.chart.set_metric(metric)
            self._chart_title.setText(metric.title)
            self.legend.show_metric(metric)
            self.close_up.setVisible(metric.validation is not None)

    # Showing

    def refresh(self) -> None:
        """Show where everything stands."""
        session = self._session
        fresh = session.state == "idle" or (
            session.state == "failed" and session.started is None and not session.history.epochs
        )
        self.stack.setCurrentIndex(0 if fresh else 1)
        self.setFocusProxy(self.empty.train if fresh else self.header.train)
        self.header.refresh(session)
        self.empty.refresh(session)
        self._draw_chart.ask()
        best = session.history.best
        self.table.epochs.show_epochs(session.history.epochs, best.epoch if best else 0)
        self.copy.setEnabled(bool(session.history.epochs))
        self._table_card_frame.setMaximumHeight(table_height(session.epochs_planned))
        self._refresh_panel()
        if self.state != self._state:
            self._state = self.state
            self.state_changed.emit()

    def _note_resumes(self) -> bool:
        """Whether the note already has the button, beside the reason for it."""
        text = self.header.resume.text()
        return any(button.text() == text for button in self.panel.note.findChildren(QPushButton))

    def _show_chart(self) -> None:
        session = self._session
        project = session.project or self._document.project
        steps = session.started.steps if session.started else 0
        self.chart.show_run(
            session.history, session.epochs_planned, project.classes, project.plan, steps
        )

    def _refresh_panel(self) -> None:
        session, panel = self._session, self.panel
        panel.show_note(note_for(session, self._deeds))
        self.header.offer_resume(session.resumable and not self._note_resumes())
        ready = session.engine.ready_event
        panel.device.setText(ready.device if ready else "Not known yet")
        reason = " ".join(filter(None, (ready.reason, ready.advice))) if ready else ""
        panel.device_reason.setText(reason or session.engine.words)
        project = self._document.project
        panel.data.setText(project.data.title)
        counts = data_counts(project) or _counted(session)
        if counts is None:
            classes = count(project.classes, "class", "classes")
            panel.data_counts.setText(f"{classes}; the pictures are counted when training starts")
            steps = 0
        else:
            panel.data_counts.setText(counts_words(*counts))
            steps = ceil(counts[0] / project.plan.batch_size) * project.plan.epochs
        panel.schedule_words.setText(schedule_words(project.plan, steps))
        panel.plan_note.setVisible(session.running)
        panel.plan_note.setText("Changes are for the next run.")


class EmptyState(QWidget):
    """What the page is for, and the button that fills it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture = QLabel()
        self._title = QLabel("Watch the network learn")
        self._title.setFont(theme().font("title"))
        self._body = styled("", "muted")
        self._body.setWordWrap(True)
        self.train = QPushButton("Train")
        self.train.setProperty("look", "primary")
        self._after = styled("", "faint")
        # Words wrap to a width that is known, or their height would be guessed too small.
        middle = QWidget()
        middle.setFixedWidth(460)
        inside = QVBoxLayout(middle)
        inside.setSpacing(12)
        for label in (self._picture, self._title, self._body):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            inside.addWidget(label)
        inside.addWidget(self.train, 0, Qt.AlignmentFlag.AlignHCenter)
        self._after.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._after.setWordWrap(True)
        inside.addWidget(self._after)
        column = QVBoxLayout(self)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(middle)
        row.addStretch(1)
        column.addStretch(2)
        column.addLayout(row)
        column.addStretch(3)

    def refresh(self, session: TrainingSession) -> None:
        """Show what training this project would mean."""
        project = session.document.project
        weights = count(session.document.analysis.cost.trainable, "weight")
        self._picture.setPixmap(theme().icon("train", "accent").pixmap(QSize(32, 32)))
        self._body.setText(
            f"Training shows the network the pictures of {project.data.title} again and again and "
            f"adjusts its {weights} until it names them right."
        )
        self.train.setIcon(theme().icon("play", "on_accent"))
        self.train.setEnabled(not session.blockers)
        counts = data_counts(project)
        pictures = f" over {counts[0]:,} pictures" if counts else ""
        epochs = count(project.plan.epochs, "epoch")
        self._after.setText(
            session.blockers[0].message if session.blockers else f"{epochs}{pictures}"
        )


def _counted(session: TrainingSession) -> tuple[int, int, int] | None:
    """The pictures that the engine counted for the run, if the project still draws them so."""
    started, ran, now = session.started, session.project, session.document.project
    if started is None or ran is None or ran.data != now.data:
        return None
    if (ran.plan.validation_split, ran.plan.seed) != (now.plan.validation_split, now.plan.seed):
        return None
    return started.train, started.validation, started.test


def table_height(epochs: int) -> int:
    """Most height the table's card can use: room for the whole plan, so that nothing moves."""
    return max(150, TABLE_TOP + ROW_HEIGHT * min(epochs, MOST_ROWS))


def _chip(text: str, tip: str) -> QPushButton:
    chip = QPushButton(text)
    chip.setCheckable(True)
    chip.setProperty("look", "chip")
    chip.setToolTip(tip)
    return chip
