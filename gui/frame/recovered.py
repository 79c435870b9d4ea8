"""Offers unsaved work of windows that did not close properly, one notice each."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from PySide6.QtCore import QObject

from gui.frame.files import FileActions
from gui.frame.notices import Notice, Notices
from gui.recovery import Autosave, Leftover


class RecoveryOffers(QObject):
    """Shows what was left behind and carries out what the user chooses."""

    def __init__(self, notices: Notices, autosave: Autosave, files: FileActions) -> None:
        super().__init__(notices)
        self._notices = notices
        self._autosave = autosave
        self._files = files

    def show(self) -> int:
        """Offer everything that was left.

        Returns:
            How many offers there are.
        """
        leftovers = self._autosave.leftovers()
        for leftover in leftovers:
            if leftover.project is None:
                self._tell_damaged(leftover)
            else:
                self._offer(leftover)
        return len(leftovers)

    def _offer(self, leftover: Leftover) -> None:
        name = leftover.project.name if leftover.project else ""
        file = f" ({leftover.path.name})" if leftover.path else ""
        notice = self._notices.add(
            f"Layerloom did not close properly {_when(leftover.written)}. "
            f"Your unsaved work on “{name}”{file} was kept.",
            [
                ("Restore", lambda: self._restore(leftover, notice)),
                ("Discard", lambda: self._discard(leftover, notice)),
            ],
            "warning",
        )

    def _restore(self, leftover: Leftover, notice: Notice) -> None:
        if leftover.project is None:
            return
        done = partial(self._restored, leftover, notice)
        self._files.restore(leftover.project, leftover.path, leftover.stamp, done)

    def _restored(self, leftover: Leftover, notice: Notice) -> None:
        # Ours is on disk before theirs is removed: the work is never in memory only.
        self._autosave.flush()
        if self._autosave.file.exists():
            self._autosave.forget(leftover.file)
        notice.dismiss()

    def _discard(self, leftover: Leftover, notice: Notice) -> None:
        self._autosave.forget(leftover.file)
        notice.dismiss()

    def _tell_damaged(self, leftover: Leftover) -> None:
        kept = self._autosave.put_aside(leftover.file)
        self._notices.add(
            f"Layerloom did not close properly {_when(leftover.written)}, and the work kept then "
            f"cannot be read: {leftover.problem} It stays in {kept}.",
            tone="error",
        )


def _when(seconds: float) -> str:
    """``at 14:02``, with the day where it was another: ``on 3 March at 14:02``."""
    then = datetime.fromtimestamp(seconds)
    clock = f"at {then:%H:%M}"
    return clock if then.date() == datetime.now().date() else f"on {then.day} {then:%B} {clock}"
