"""The status bar: the engine, what the design comes to, the job under way, the autosave."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QStatusBar,
    QToolButton,
    QWidget,
)

from core.memory import memory_words
from gui.design.icon_button import IconButton
from gui.document import Document
from gui.theme import theme
from gui.widgets.buttons import link
from gui.widgets.figures import count, data_size, short
from gui.widgets.labels import ElidedLabel, styled

ENGINE_TONES = {
    "starting": "faint",
    "ready": "success",
    "busy": "accent",
    "died": "error",
    "frozen": "warning",
    "missing": "error",
    "closed": "faint",
}
HEIGHT = 32
MAX_ENGINE = 480
"""Widest the engine's sentence may be (px); the tooltip and the sheet behind it have the rest."""


class Engine(Protocol):
    """What the status bar asks of the engine's owner."""

    @property
    def state(self) -> str:
        """Key of `ENGINE_TONES`."""

    @property
    def words(self) -> str:
        """One sentence."""


class EngineButton(QToolButton):
    """The engine in a sentence, with a mark; opens its details."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("engine")
        self.setProperty("look", "quiet")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._state = "starting"
        self.show_engine("starting", "The engine starts after the window.")

    def show_engine(self, state: str, words: str) -> None:
        """Show another state."""
        self._state = state
        self._words = words
        self.setAccessibleName(f"Engine: {words}")
        self.setToolTip(f"{words}\nPress for the engine's log")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        width = self.fontMetrics().horizontalAdvance(self._words) + 36
        return QSize(min(width, MAX_ENGINE), HEIGHT - 6)

    def minimumSizeHint(self) -> QSize:
        return QSize(min(160, self.sizeHint().width()), HEIGHT - 6)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colors = theme()
        if self.underMouse() or self.isDown():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colors.color("hover"))
            painter.drawRoundedRect(self.rect(), 6, 6)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colors.color(ENGINE_TONES.get(self._state, "faint")))
        painter.drawEllipse(QRectF(10, self.height() / 2 - 4, 8, 8))
        painter.setPen(colors.color("muted"))
        area = self.rect().adjusted(26, 0, -8, 0)
        words = self.fontMetrics().elidedText(
            self._words, Qt.TextElideMode.ElideRight, area.width()
        )
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)
        if self.hasFocus():
            painter.setPen(QPen(colors.color("accent"), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)


class StatusBar(QStatusBar):
    """One row along the bottom of every page.

    Signals:
        engine_pressed: The engine's details are wanted.
        restart_pressed: A fresh engine is wanted.
        cancel_pictures: The job on pictures is to stop.
    """

    engine_pressed = Signal()
    restart_pressed = Signal()
    cancel_pictures = Signal()

    def __init__(self, document: Document) -> None:
        super().__init__()
        self._document = document
        self._autosave_off = False
        self.setObjectName("status-bar")
        self.setAccessibleName("Status")
        self.setSizeGripEnabled(False)
        self.engine = EngineButton()
        self.engine.clicked.connect(self.engine_pressed)
        self.restart = link("Restart engine")
        self.restart.setObjectName("restart-engine")
        self.restart.clicked.connect(self.restart_pressed)
        self.restart.hide()
        self.totals = ElidedLabel(look="muted")
        self.totals.setObjectName("totals")
        self.job = _Job("job")
        self.pictures = _Job("pictures-job", "Cancel what is done with the pictures")
        self.pictures.cancelled.connect(self.cancel_pictures)
        self.autosave = styled("", "muted")
        self.autosave.setObjectName("autosave")
        self.addWidget(self._row(), 1)
        document.changed.connect(self._show_totals)
        document.file_changed.connect(self._show_file)
        self._show_totals()

    def _row(self) -> QWidget:
        box = QWidget()
        box.setFixedHeight(HEIGHT)
        row = QHBoxLayout(box)
        row.setContentsMargins(4, 0, 12, 0)
        row.setSpacing(8)
        row.addWidget(self.engine)
        row.addWidget(self.restart)
        row.addSpacing(8)
        row.addWidget(self.totals, 1)
        row.addWidget(self.pictures)
        row.addWidget(self.job)
        row.addWidget(self.autosave)
        for label in (self.totals, self.autosave, self.job.words, self.pictures.words):
            label.setFont(theme().font("small"))
        self.engine.setFont(theme().font("small"))
        self.restart.setFont(theme().font("small"))
        return box

    def show_engine(self, engine: Engine) -> None:
        """Show the engine's state; offer a fresh one where that would help."""
        self.engine.show_engine(engine.state, engine.words)
        self.restart.setVisible(engine.state in ("died", "frozen", "missing"))

    def show_job(self, words: str, fraction: float | None) -> None:
        """Show how far a job is; None where that cannot be told."""
        self.job.show_progress(words, fraction)

    def hide_job(self) -> None:
        """No job is under way."""
        self.job.hide()

    def show_pictures_job(self, words: str, fraction: float | None) -> None:
        """Show how far a job on pictures is; without words there is none."""
        if words:
            self.pictures.show_progress(words, fraction)
        else:
            self.pictures.hide()

    def show_autosaved(self, when: float) -> None:
        """Unsaved work is safe from a crash."""
        clock = datetime.fromtimestamp(when)
        self._show_autosave(f"autosaved {clock:%H:%M}", "muted")
        self.autosave.setToolTip(
            f"Unsaved work was kept at {clock:%H:%M:%S}; it is offered back after a crash."
        )

    def show_autosave_failed(self, why: str) -> None:
        """Unsaved work is not safe."""
        self._show_autosave("autosave failed", "error")
        self.autosave.setToolTip(why)

    def show_autosave_off(self, off: bool) -> None:
        """Say that nothing keeps unsaved work, or no longer say so."""
        self._autosave_off = off
        self._show_resting_autosave()

    def _show_resting_autosave(self) -> None:
        """What stands there while there is nothing to tell."""
        self._show_autosave("autosave off" if self._autosave_off else "", "muted")
        self.autosave.setToolTip(
            "Unsaved work would be lost in a crash; Settings turns autosave on."
            if self._autosave_off
            else ""
        )

    def _show_autosave(self, words: str, look: str) -> None:
        self.autosave.setText(words)
        if self.autosave.property("look") != look:
            self.autosave.setProperty("look", look)
            self.autosave.style().polish(self.autosave)

    def _show_file(self) -> None:
        if self._document.clean:
            self._show_resting_autosave()

    def _show_totals(self) -> None:
        analysis = self._document.analysis
        weights = analysis.cost.parameters
        self.totals.setText(
            f"{count(len(analysis.blocks), 'block')}  ·  {count(weights, 'parameter')}"
            f"  ·  {short(analysis.cost.multiply_adds)} multiply-adds"
            f"  ·  {data_size(4 * weights)}{self._training_words()}"
        )
        self.totals.set_tip(
            f"{count(analysis.cost.trainable, 'weight')} that training changes, "
            f"{analysis.cost.multiply_adds:,} multiply-adds for one picture, "
            f"{data_size(4 * weights)} of weights as float32{self._training_words()}"
        )

    def _training_words(self) -> str:
        """What training takes, while the design can be trained."""
        document = self._document
        if not document.analysis.trainable_as_is:
            return ""
        words = memory_words(document.project, document.device)
        return f"  ·  training takes {words}"


class _Job(QWidget):
    """A bar and a few words for a job under way.

    Signals:
        cancelled: It is to stop.
    """

    cancelled = Signal()

    def __init__(self, name: str, cancel: str = "") -> None:
        """Prepare.

        Args:
            name: For tests.
            cancel: What its cancel button says; empty: it has none.
        """
        super().__init__()
        self.setObjectName(name)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(120)
        self.words: QLabel = styled("", "muted")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 8, 0)
        row.setSpacing(8)
        row.addWidget(self.words)
        row.addWidget(self.bar)
        if cancel:
            button = IconButton("close", cancel, 22, 22)
            button.setObjectName(f"{name}-cancel")
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            button.clicked.connect(lambda: self.cancelled.emit())
            row.addWidget(button)
        self.hide()

    def show_progress(self, words: str, fraction: float | None) -> None:
        self.words.setText(words)
        self.bar.setAccessibleName(words)
        if fraction is None:
            self.bar.setRange(0, 0)
        else:
            self.bar.setRange(0, 1000)
            self.bar.setValue(round(1000 * min(1.0, max(0.0, fraction))))
        self.show()
