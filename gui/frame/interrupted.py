"""Offers training runs that were under way when their window died."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from gui.frame.notices import Notice, Notices
from gui.widgets.figures import count

if TYPE_CHECKING:
    from gui.main_window import MainWindow
    from gui.train.session import TrainingSession


class InterruptedOffer(QObject):
    """One notice for the newest interrupted run; the Train page itself says the same."""

    def __init__(self, notices: Notices, session: TrainingSession, window: MainWindow) -> None:
        super().__init__(notices)
        self._notices = notices
        self._session = session
        self._window = window
        self._notice: Notice | None = None
        self._offered = False
        session.changed.connect(self._look)
        window.page_shown.connect(self._hide_on_train_page)
        self._look()

    def _look(self) -> None:
        runs = self._session.interrupted_runs()
        if not runs or self._session.running:
            self._dismiss()
        elif not self._offered and self._window.page_key != "train":
            self._offered = True
            run = runs[0]
            epochs = count(run.state.epochs_planned or run.project.plan.epochs, "epoch")
            self._notice = self._notices.add(
                f"Training of “{run.project.name}” was interrupted after {len(run.history):,} of "
                f"{epochs}. What it learnt was kept.",
                [("Resume training", self._resume), ("Not now", self._dismiss)],
            )

    def _resume(self) -> None:
        runs = self._session.interrupted_runs()
        self._dismiss()
        if runs:
            self._session.adopt(runs[0])
            self._session.resume()
            self._window.show_page("train", focus=True)

    def _hide_on_train_page(self, key: str) -> None:
        if key == "train":
            self._dismiss()

    def _dismiss(self) -> None:
        if self._notice is not None:
            self._notice.dismiss()
            self._notice = None
