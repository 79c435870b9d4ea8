"""What a run was trained on so far: kept in its folder, and compared when it goes on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from core.data.fingerprint import (
    Fingerprint,
    FingerprintError,
    changes,
    read_fingerprint,
    write_fingerprint,
)


class TrainedOn:
    """Looks after ``pictures.npz`` of one training.

    The file speaks of the pictures of the last complete epoch, so it is written with the first
    epoch that a training completes: what is stopped before has learnt nothing from others.
    """

    def __init__(self, folder: Path, now: Fingerprint | None) -> None:
        """Prepare.

        Args:
            folder: The run folder.
            now: The pictures as they are; None where they never change.
        """
        self._path = folder / "pictures.npz"
        self._now = now
        self._kept = now is None

    def compare(self, log: Callable[[str], None]) -> str:
        """How the pictures differ from those of the run's last epoch, in words for the user.

        Args:
            log: Told more.

        Returns:
            Empty where nothing differs, or where the run is older than such files.
        """
        if self._now is None:
            return ""
        try:
            before = read_fingerprint(self._path)
        except FingerprintError as error:
            log(str(error))
            return (
                f"What has changed since this run last trained cannot be told: {error} It goes on "
                "with the folder as it is now."
            )
        if before is None:
            log("it was not kept which pictures this run was trained on, so nothing is compared")
            return ""
        words = changes(before, self._now).words
        if not words:
            return ""
        return (
            f"{words} since this run last trained. It goes on with the folder as it is now, so "
            "its earlier epochs are not quite comparable with those to come."
        )

    def keep(self) -> None:
        """Note the pictures, once.

        Raises:
            OSError: The folder cannot be written.
        """
        if not self._kept and self._now is not None:
            write_fingerprint(self._path, self._now)
            self._kept = True
