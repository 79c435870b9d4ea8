"""The live curves: custom-painted, still axes, values under the pointer or the arrow keys."""

from __future__ import annotations

from math import isfinite

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.training.plan import TrainingPlan
from gui.theme import FIELD_RADIUS, theme
from gui.train.axes import Axis, epoch_axis
from gui.train.history import History
from gui.train.metrics import ACCURACY, METRICS, Metric, value_axis
from gui.train.style import hue

TOP, BOTTOM, RIGHT = 28, 42, 20
"""Room around the plot (px): axis title above, epochs below, half a label on the right."""
SCHEDULE_POINTS = 120


class CurveChart(QWidget):
    """Curves of one metric of one run."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._metric = ACCURACY
        self._history = History()
        self._epochs = 1
        self._classes = 2
        self._plan = TrainingPlan()
        self._steps = 0
        self._close = False
        self._pointed: float | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(320, 180)
        theme().changed.connect(self.update)
        self._describe()

    def sizeHint(self) -> QSize:
        """Room it would like."""
        return QSize(720, 320)

    # What is shown

    def show_run(
        self, history: History, epochs: int, classes: int, plan: TrainingPlan, steps: int
    ) -> None:
        """Draw a run.

        Args:
            history: Its course; read again at every repaint.
            epochs: Epochs planned, the length of the axis.
            classes: Number of classes.
            plan: How it is trained, for the schedule.
            steps: Steps in one epoch; 0 when not known yet.
        """
        self._history, self._epochs, self._classes = history, max(1, epochs), classes
        self._plan, self._steps = plan, steps
        self._describe()
        self.update()

    def set_metric(self, metric: Metric) -> None:
        """Draw another metric."""
        self._metric = metric
        self._describe()
        self.update()

    def set_close(self, close: bool) -> None:
        """Look closely at the epochs, or show the whole range."""
        self._close = close
        self.update()

    @property
    def metric(self) -> Metric:
        """What is drawn."""
        return self._metric

    def _describe(self) -> None:
        """The chart in words, for those who do not see it."""
        self.setAccessibleName(f"{self._metric.title} by epoch")
        last = self._history.last
        if last is None:
            self.setAccessibleDescription("No epoch is complete yet.")
            return
        self.setAccessibleDescription(" · ".join(self._epoch_lines(len(self._history.epochs) - 1)))

    # Geometry

    def _axes(self) -> tuple[Axis, Axis]:
        across = epoch_axis(self._epochs, max(2, min(12, self.width() // 60)))
        up = value_axis(
            self._metric, self._history, self._classes, self._plan.learning_rate, self._close
        )
        return across, up

    def _plot(self, up: Axis) -> QRectF:
        metrics = QFontMetricsF(theme().font("small"))
        left = 12 + max(metrics.horizontalAdvance(self._metric.tick(tick)) for tick in up.ticks)
        return QRectF(
            left, TOP, max(1.0, self.width() - left - RIGHT), self.height() - TOP - BOTTOM
        )

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw."""
        across, up = self._axes()
        plot = self._plot(up)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme().font("small"))
        self._paint_grid(painter, plot, across, up)
        painter.save()
        painter.setClipRect(plot.adjusted(-6, -6, 6, 3))
        if self._metric.key == "learning_rate":
            self._paint_schedule(painter, plot, across, up)
        self._paint_inside_epochs(painter, plot, across, up)
        self._paint_epochs(painter, plot, across, up)
        painter.restore()
        self._paint_best(painter, plot, across, up)
        self._paint_pointed(painter, plot, across, up)
        if self.hasFocus():
            painter.setPen(QPen(theme().color("accent"), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(
                QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), FIELD_RADIUS, FIELD_RADIUS
            )

    def _paint_grid(self, painter: QPainter, plot: QRectF, across: Axis, up: Axis) -> None:
        muted = theme().color("muted")
        painter.setPen(muted)
        painter.drawText(
            QRectF(0, 2, self.width(), 18), Qt.AlignmentFlag.AlignLeft, self._metric.unit
        )
        for tick in up.ticks:
            y = round(plot.bottom() - up.share(tick) * plot.height()) + 0.5
            painter.setPen(QPen(theme().color("line"), 1))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.setPen(muted)
            painter.drawText(
                QRectF(0, y - 9, plot.left() - 8, 18),
                Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
                self._metric.tick(tick),
            )
        for tick in across.ticks:
            x = plot.left() + across.share(tick) * plot.width()
            painter.drawText(
                QRectF(x - 40, plot.bottom() + 5, 80, 16),
                Qt.AlignmentFlag.AlignHCenter,
                f"{tick:,.0f}",
            )
        painter.drawText(
            QRectF(plot.left(), plot.bottom() + 21, plot.width(), 18),
            Qt.AlignmentFlag.AlignHCenter,
            "epoch",
        )

    def _paint_schedule(self, painter: QPainter, plot: QRectF, across: Axis, up: Axis) -> None:
        """What the plan has in store, faint behind what was used."""
        total = self._steps * self._epochs or SCHEDULE_POINTS
        count = min(total, SCHEDULE_POINTS)
        line = []
        for index in range(count + 1):
            step = min(total - 1, index * total // count)
            rate = self._plan.learning_rate_at(step, total)
            line.append(_at(plot, across, up, self._epochs * index / count, rate))
        color = hue(self._metric.color)
        color.setAlphaF(0.55)
        painter.setPen(_pen(color, 1.5, dashed=True))
        painter.drawPolyline(line)

    def _paint_inside_epochs(self, painter: QPainter, plot: QRectF, across: Axis, up: Axis) -> None:
        color = hue(self._metric.color)
        # The only line there is, until an epoch is complete.
        thin = self._metric.validation is not None and bool(self._history.epochs)
        color.setAlphaF(0.6 if thin else 1.0)
        painter.setPen(_pen(color, 1.2 if thin else 2.0))
        line = []
        for point in self._history.points:
            value = self._metric.recent(point)
            if isfinite(value):
                line.append(_at(plot, across, up, point.at, value))
        if len(line) > 1:
            painter.drawPolyline(line)

    def _paint_epochs(self, painter: QPainter, plot: QRectF, across: Axis, up: Axis) -> None:
        color = hue(self._metric.color)
        if self._metric.validation is None:
            if not self._history.points:
                self._paint_line(painter, plot, across, up, self._metric.training, color, False)
            return
        self._paint_line(painter, plot, across, up, self._metric.training, color, False)
        self._paint_line(painter, plot, across, up, self._metric.validation, color, True)

    def _paint_line(self, painter, plot, across, up, value_of, color, dashed) -> None:
        """One line through the epochs; dots where there are few enough to tell apart."""
        line = [
            _at(plot, across, up, epoch.epoch, value_of(epoch))
            for epoch in self._history.epochs
            if isfinite(value_of(epoch))
        ]
        painter.setPen(_pen(color, 2.0, dashed))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if len(line) > 1:
            painter.drawPolyline(line)
        if len(line) * 10 > plot.width():
            return
        painter.setPen(QPen(color, 1.6))
        # Filled: training.  Hollow: validation.  So that one dot alone tells which it is.
        painter.setBrush(theme().color("card") if dashed else color)
        for dot in line:
            painter.drawEllipse(dot, 3.2, 3.2)

    def _paint_best(self, painter: QPainter, plot: QRectF, across: Axis, up: Axis) -> None:
        best = self._history.best
        if best is None or self._metric.validation is None:
            return
        value = self._metric.validation(best)
        if not isfinite(value):
            return
        at = _at(plot, across, up, best.epoch, value)
        good = theme().color("success")
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(good, 2))
        painter.drawEllipse(at, 7.5, 7.5)
        text = f"best: {self._metric.text(value)} (epoch {best.epoch:,})"
        width = QFontMetricsF(painter.font()).horizontalAdvance(text) + 8
        left = min(max(at.x() - width / 2, plot.left() + 4), plot.right() + RIGHT - width)
        below = at.y() + 14 if at.y() < plot.center().y() else at.y() - 32
        box = QRectF(left, below, width, 18)
        backdrop = theme().color("card")
        backdrop.setAlphaF(0.85)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(backdrop)
        painter.drawRoundedRect(box, 4, 4)
        painter.setPen(good)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    # Values under the pointer

    def _stops(self) -> list[float]:
        """Where values can be read, in epochs."""
        inside = {point.at for point in self._history.points}
        return sorted(inside | {float(epoch.epoch) for epoch in self._history.epochs})

    def _lines_at(self, at: float) -> list[str]:
        for index, epoch in enumerate(self._history.epochs):
            if abs(epoch.epoch - at) < 1e-9:
                return self._epoch_lines(index)
        for point in self._history.points:
            if point.at == at:
                value = self._metric.text(self._metric.recent(point))
                part = round(100 * (at % 1.0))
                return [f"epoch {int(at) + 1:,}, {part} % through", f"last steps  {value}"]
        return []

    def _epoch_lines(self, index: int) -> list[str]:
        epoch = self._history.epochs[index]
        lines = [
            f"epoch {epoch.epoch:,}",
            f"training  {self._metric.text(self._metric.training(epoch))}",
        ]
        if self._metric.validation is None:
            return [lines[0], f"last step  {self._metric.text(self._metric.training(epoch))}"]
        return [*lines, f"validation  {self._metric.text(self._metric.validation(epoch))}"]

    def _paint_pointed(self, painter: QPainter, plot: QRectF, across: Axis, up: Axis) -> None:
        if self._pointed is None:
            return
        lines = self._lines_at(self._pointed)
        if not lines:
            return
        x = plot.left() + across.share(self._pointed) * plot.width()
        painter.setPen(QPen(theme().color("faint"), 1, Qt.PenStyle.DotLine))
        painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))
        metrics = QFontMetricsF(painter.font())
        width = max(metrics.horizontalAdvance(line) for line in lines) + 20
        height = 18 * len(lines) + 10
        left = x + 12 if x + 12 + width < self.width() else x - 12 - width
        box = QRectF(left, plot.center().y() - height / 2, width, height)
        painter.setPen(QPen(theme().color("line"), 1))
        painter.setBrush(theme().color("panel"))
        painter.drawRoundedRect(box, FIELD_RADIUS, FIELD_RADIUS)
        for row, line in enumerate(lines):
            painter.setPen(theme().color("text" if row else "muted"))
            painter.drawText(QPointF(left + 10, box.top() + 18 + 18 * row), line)

    def _point_to(self, at: float | None) -> None:
        if at != self._pointed:
            self._pointed = at
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show the values nearest to the pointer."""
        across, up = self._axes()
        plot = self._plot(up)
        stops = self._stops()
        if not stops or not plot.adjusted(-8, -8, 8, 8).contains(event.position()):
            self._point_to(None)
            return
        here = (event.position().x() - plot.left()) / plot.width() * across.high
        nearest = min(stops, key=lambda stop: abs(stop - here))
        # A whole epoch says more than a moment; a pointer near it means it.
        whole = float(round(here))
        near = abs(whole - here) / across.high * plot.width() < 10
        self._point_to(whole if near and whole in stops else nearest)

    def leaveEvent(self, event: QEvent) -> None:
        """Show no values."""
        self._point_to(None)

    def focusInEvent(self, event) -> None:
        """Take the focus."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event) -> None:
        """Lose the focus."""
        super().focusOutEvent(event)
        self._point_to(None)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrow keys walk over the epochs."""
        keys = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Home: -(10**6)}
        keys[Qt.Key.Key_End] = 10**6
        epochs = [float(epoch.epoch) for epoch in self._history.epochs]
        step = keys.get(Qt.Key(event.key()))
        if step is None or not epochs:
            super().keyPressEvent(event)
            return
        last = len(epochs) - 1
        index = epochs.index(self._pointed) + step if self._pointed in epochs else last
        at = epochs[min(max(0, index), last)]
        self._point_to(at)
        self.setAccessibleDescription(" · ".join(self._lines_at(at)))


def _at(plot: QRectF, across: Axis, up: Axis, epoch: float, value: float) -> QPointF:
    return QPointF(
        plot.left() + across.share(epoch) * plot.width(),
        plot.bottom() - up.share(value) * plot.height(),
    )


def _pen(color: QColor, width: float, dashed: bool = False) -> QPen:
    pen = QPen(color, width)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    if dashed:
        pen.setDashPattern([4, 3])
    return pen


__all__ = ["METRICS", "CurveChart"]
