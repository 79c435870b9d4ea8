"""What must be there before a training begins: learnt weights, and pictures decoded."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from core.data.load import Data, load_data
from core.data.pretrained import fetch_weights
from core.data.weights import missing
from core.engine.reporting import Reporter
from core.project import Project
from core.training.progress import Tell


def fetch_missing(
    project: Project, tell: Tell, stop_asked: Callable[[], bool], log: Callable[[str], None]
) -> None:
    """Download what the design's networks start with, where it is not there yet.

    Args:
        project: Whose design.
        tell: Told of the progress.
        stop_asked: Asked again and again.
        log: Given a line for each download.

    Raises:
        core.data.pretrained.WeightsError: It cannot be had.
        core.engine.reporting.StoppedError: The user asked to stop meanwhile.
    """
    reporter = Reporter(0, tell, stop_asked, "bytes")
    for wanted in missing(project):
        log(f"downloading {wanted.url}")
        told = partial(reporter, f"Downloading {wanted.title}")
        told(0, wanted.bytes)
        fetch_weights(wanted, told)


def decoded(
    project: Project, limit: int | None, tell: Tell, stop_asked: Callable[[], bool]
) -> Data:
    """The pictures of a project, decoded where they are not yet.

    Args:
        project: Whose pictures.
        limit: Use only the first this many training and test pictures.
        tell: Told of the progress.
        stop_asked: Asked again and again.

    Raises:
        core.data.errors.DataError: They cannot be had.
        core.engine.reporting.StoppedError: The user asked to stop meanwhile.
    """
    reporter = Reporter(0, tell, stop_asked)

    def waiting(count: int) -> None:
        reporter("Waiting for another Layerloom to decode these pictures", 0, count)

    return load_data(project, limit, partial(reporter, "Decoding pictures"), waiting)
