"""The few big figures above the curves, the progress bar and the one button that matters."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gui.theme import theme
from gui.train.session import TrainingSession
from gui.train.style import number_font
from gui.widgets.figures import count, duration, loss_text, percent, time_left
from gui.widgets.labels import ElidedLabel


class BigNumber(QWidget):
    """A figure and what it is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._value = QLabel("–")
        self._value.setFont(number_font())
        self._caption = QLabel()
        self._caption.setProperty("look", "muted")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._value)
        layout.addWidget(self._caption)

    def show_figure(self, value: str, caption: str) -> None:
        """Show a figure."""
        self._value.setText(value)
        self._caption.setText(caption)
        self._value.setAccessibleName(f"{caption} {value}")


class Header(QWidget):
    """Figures, time left, progress, Train or Stop."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.numbers = [BigNumber() for _ in range(3)]
        # They give way first where there is little room, as at 200 %.
        self.time = ElidedLabel()
        self.time.setFont(theme().font("heading"))
        self.pace = ElidedLabel(look="muted")
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("Progress of the training")
        self.step = ElidedLabel(look="muted")
        self.resume = QPushButton("Resume")
        self.force = QPushButton("Stop now")
        self.force.setToolTip("Ends the engine; complete epochs are kept.")
        self.train = QPushButton("Train")
        self.train.setProperty("look", "primary")
        self._lay_out()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(20)
        for number in self.numbers:
            top.addWidget(number)
        right = QVBoxLayout()
        right.setSpacing(2)
        right.addStretch(1)
        for label in (self.time, self.pace):
            label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            right.addWidget(label)
        top.addLayout(right, 1)
        below = QHBoxLayout()
        below.setSpacing(8)
        below.addWidget(self.step, 1)
        for button in (self.resume, self.force, self.train):
            below.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addLayout(top)
        column.addWidget(self.bar)
        column.addLayout(below)

    def refresh(self, session: TrainingSession) -> None:
        """Show where the session stands."""
        for number, shown in zip(self.numbers, _figures(session), strict=True):
            number.setVisible(shown is not None)
            if shown is not None:
                number.show_figure(*shown)
        self.time.setText(_time(session))
        self.pace.setText(_pace(session))
        self.bar.setValue(round(1000 * session.progress_fraction))
        _set_look(self.bar, _bar_look(session))
        self.step.setText(session.words if session.running else "")
        self._refresh_buttons(session)

    def offer_resume(self, offered: bool) -> None:
        """Whether the Resume button is shown."""
        self.resume.setVisible(offered)

    def _refresh_buttons(self, session: TrainingSession) -> None:
        running = session.running
        again = session.state in ("finished", "stopped", "failed")
        self.train.setText("Stop" if running else "Train again" if again else "Train")
        name = "stop" if running else "refresh" if again else "play"
        enabled = session.state != "stopping" if running else not session.blockers
        self.train.setEnabled(enabled)
        # After a run the next step is to export or to resume; to train anew is the lesser one.
        _set_look(self.train, "" if again else "primary")
        self.train.setIcon(theme().icon(name, "text" if again else "on_accent"))
        blocked = session.blockers[0].message if session.blockers and not running else ""
        self.train.setToolTip(blocked)
        self.train.setAccessibleDescription(blocked)
        self.resume.setText(f"Resume from epoch {session.epochs_done + 1:,}")
        self.force.setVisible(session.stop_is_slow)


def _set_look(widget: QWidget, look: str) -> None:
    if widget.property("look") != look:
        widget.setProperty("look", look)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def _figures(session: TrainingSession) -> list[tuple[str, str] | None]:
    """The three big figures: what matters most of what is known."""
    outcome, last = session.outcome, session.history.last
    shown: list[tuple[str, str] | None] = []
    if outcome is not None and outcome.test_accuracy is not None:
        shown.append((percent(outcome.test_accuracy), "test accuracy"))
    kept = session.history.best if outcome is not None else None
    epoch = kept or last
    if epoch is not None:
        shown.append((percent(epoch.val_accuracy), "validation accuracy"))
        shown.append((loss_text(epoch.val_loss), "validation loss"))
    elif session.progress is not None:
        shown.append((percent(session.progress.accuracy), "training accuracy so far"))
        shown.append((loss_text(session.progress.loss), "training loss so far"))
    else:
        shown.append(("–", "validation accuracy"))
        shown.append(("–", "validation loss"))
    return [*shown[:3], None, None, None][:3]


def _bar_look(session: TrainingSession) -> str:
    if session.running:
        return ""
    return "done" if session.state == "finished" else "ended"


def _time(session: TrainingSession) -> str:
    if session.running and session.progress is not None:
        left = session.progress.eta_seconds
        return time_left(left) if left > 0 else ""  # 0 while it is not known
    if session.outcome is not None:
        return f"trained in {duration(session.outcome.seconds)}"
    return ""


def _pace(session: TrainingSession) -> str:
    progress = session.progress
    if session.running and progress is not None:
        pace = f"epoch {progress.epoch:,} of {session.epochs_planned:,}"
        if progress.images_per_second > 0:
            pace += f" · {progress.images_per_second:,.0f} pictures/s"
        return pace
    if session.outcome is not None:
        done = f"{session.outcome.epochs:,} of {count(session.epochs_planned, 'epoch')}"
        last = session.history.last
        return f"{done} · {last.images_per_second:,.0f} pictures/s" if last else done
    if session.failure is not None and session.epochs_done:
        return f"{session.epochs_done:,} of {count(session.epochs_planned, 'epoch')}"
    return ""
