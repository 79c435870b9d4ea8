"""What the picture process does for each command.  Needs no Keras."""

from __future__ import annotations

import shutil
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from core.data.archive import is_zip, unpack
from core.data.cache_room import cache_bytes, clear_cache
from core.data.download import Tell
from core.data.errors import DataError
from core.data.keras_sets import download
from core.data.layout import understand
from core.data.limit import cache_limit
from core.data.names import from_name, to_name
from core.data.picture import PictureError
from core.data.places import cache_home
from core.data.pretrained import fetch_weights
from core.data.previews import measure_pixels, preview
from core.data.report import Phase
from core.data.scan import Scanner
from core.data.set_samples import set_samples
from core.data.source import KERAS_SETS, MNIST
from core.data.thumbnails import make_thumbnails
from core.engine.commands import (
    AnyCommand,
    ClearCache,
    Download,
    LookAt,
    MakeThumbnails,
    MeasureCache,
    MeasurePixels,
    PreviewAugmentation,
    Scan,
    ShowSet,
)
from core.engine.events import (
    CacheMeasured,
    Downloaded,
    Event,
    Failed,
    LookedAt,
    PixelsMeasured,
    PreviewMade,
    Scanned,
    ScanPart,
    SetShown,
    ThumbnailsMade,
)
from core.engine.reporting import Reporter, StoppedError
from core.home import data_home
from core.room import disk_words, no_room


class DataWork:
    """Carries out commands about pictures; each ends in exactly one closing event."""

    def __init__(self, tell: Callable[[Event], None], stop_asked: Callable[[], bool]) -> None:
        """Prepare.

        Args:
            tell: Sends an event.
            stop_asked: Whether the running command is to stop.
        """
        self._tell = tell
        self._stop_asked = stop_asked

    def do(self, command: AnyCommand) -> None:
        """Carry out a command and tell how it ended."""
        try:
            self._tell(self._answer(command))
        except StoppedError:
            self._tell(Failed(id=command.id, message="Stopped, as you asked."))
        except Exception as error:
            self._tell(_failure(command, error))

    def _answer(self, command: AnyCommand) -> Event:
        match command:
            case LookAt():
                return self._look_at(command)
            case Scan():
                return self._scan(command)
            case MakeThumbnails():
                reporter = self._reporter(command)
                made, failed = make_thumbnails(
                    command.root, command.files, command.edge, reporter.pause
                )
                return ThumbnailsMade(id=command.id, made=made, failed=failed)
            case PreviewAugmentation():
                return self._preview(command)
            case MeasurePixels():
                return self._measure_pixels(command)
            case Download():
                reporter = self._reporter(command, "bytes")
                folder = _download(
                    command, lambda done, total: reporter("Downloading", done, total)
                )
                return Downloaded(id=command.id, name=command.name, path=str(folder))
            case ShowSet():
                return _set_shown(command)
            case ClearCache():
                clear_cache()
                return _cache(command)
            case MeasureCache():
                return _cache(command)
        raise DataError(f"{type(command).__name__} is no command about pictures.")

    def _reporter(self, command: AnyCommand, unit: str = "pictures") -> Reporter:
        return Reporter(command.id, self._tell, self._stop_asked, unit)

    def _look_at(self, command: LookAt) -> LookedAt:
        path = Path(from_name(command.path))
        if is_zip(path):
            unpacking = self._reporter(command, "bytes")
            path = unpack(path, lambda done, total: unpacking("Unpacking", done, total))
        counting = self._reporter(command, "files")
        found = understand(
            path,
            command.layout,
            command.seed,
            command.validation_share,
            lambda count: counting("Listing files", count, 0),
        )
        return LookedAt(
            id=command.id,
            source=found.source,
            root=to_name(str(found.root)),
            layout=found.layout,
            words=found.words,
            counts=found.counts,
            parts=found.parts,
            offers=found.offers,
            notes=found.notes,
            ignored=found.ignored,
        )

    def _scan(self, command: Scan) -> Scanned:
        began = time.monotonic()
        reporter = self._reporter(command, "files")

        def told(phase: Phase) -> None:
            self._tell(ScanPart(id=command.id, folder=str(scanner.folder), phase=phase))

        scanner = Scanner(
            command.source,
            command.seed,
            command.validation_share,
            reporter,
            told,
            reporter.pause,
        )
        try:
            report = scanner.run(command.near)
        except StoppedError:
            if scanner.report is None:
                raise
            report = scanner.report
        return Scanned(
            id=command.id,
            folder=str(scanner.folder),
            pictures=sum(one.files for one in report.classes),
            seconds=time.monotonic() - began,
            complete=report.complete,
        )

    def _preview(self, command: PreviewAugmentation) -> PreviewMade:
        reporter = self._reporter(command)
        made = preview(
            command.project, command.files, command.variants, command.seed, reporter.pause
        )
        return PreviewMade(id=command.id, before=made.before, after=made.after, names=made.names)

    def _measure_pixels(self, command: MeasurePixels) -> PixelsMeasured:
        reporter = self._reporter(command)
        mean, deviation, count = measure_pixels(
            command.project, lambda done, total: reporter("Measuring pixels", done, total)
        )
        return PixelsMeasured(id=command.id, mean=mean, deviation=deviation, pictures=count)


def _set_shown(command: ShowSet) -> SetShown:
    found = set_samples(MNIST() if command.name == "mnist" else KERAS_SETS[command.name])
    return SetShown(
        id=command.id,
        name=command.name,
        strips=found.strips,
        side=found.side,
        train=found.train,
        test=found.test,
    )


def _download(command: Download, tell: Tell) -> Path:
    """Fetch a ready-made set, or a file of weights."""
    if command.weights is None:
        return download(command.name, tell)
    return fetch_weights(command.weights, tell)


def _cache(command: AnyCommand) -> CacheMeasured:
    folder = cache_home()
    nearest = next(place for place in (folder, *folder.parents) if place.exists())
    return CacheMeasured(
        id=command.id,
        used=cache_bytes(),
        limit=cache_limit(),
        free=shutil.disk_usage(nearest).free,
        folder=str(folder),
    )


def _failure(command: AnyCommand, error: Exception) -> Failed:
    """What went wrong, in words."""
    details = "".join(traceback.format_exception(error))
    if isinstance(error, DataError | PictureError):
        return Failed(id=command.id, message=str(error), details=details)
    if no_room(error) is not None:
        return Failed(
            id=command.id,
            message="What is kept of pictures could not be written: "
            f"{disk_words(data_home(), error)}. Free some space, then try again.",
            details=details,
        )
    if isinstance(error, OSError):
        where = f" ({error.filename})" if error.filename else ""
        return Failed(
            id=command.id,
            message=f"A file could not be read or written{where}: {error.strerror or error}.",
            details=details,
        )
    return Failed(
        id=command.id,
        message=f"The picture process could not {type(command).__name__}: {error}. This is "
        "likely a bug of Layerloom; the details help to find it.",
        details=details,
    )
