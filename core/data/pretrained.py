"""ImageNet weights of the networks that a Backbone can be: downloaded once, checked, kept."""

from __future__ import annotations

import urllib.error
from pathlib import Path

from core.analysis import analyse
from core.blocks.backbone import PretrainedNetwork
from core.blocks.base import NetworkFile
from core.data.cache import size_words
from core.data.download import DamagedError, Tell, fetch, free_bytes, network_words
from core.data.errors import DataError
from core.data.places import keras_home
from core.data.remote import Remote
from core.project import Project


class WeightsError(DataError):
    """Weights cannot be had or do not fit; the text is for people."""


def weights_home() -> Path:
    """The folder that holds them, laid out as Keras lays out its own."""
    return keras_home() / "models"


def weights_path(block: PretrainedNetwork) -> Path | None:
    """The file that a network's weights come from; None where they are drawn at random."""
    if block.weights == "none":
        return None
    if block.weights == "file":
        return Path(block.weights_file).expanduser()
    return weights_home() / block.about.weights(*block.size).name


def is_there(wanted: NetworkFile) -> bool:
    """Whether it has been downloaded."""
    return (weights_home() / wanted.name).is_file()


def missing(project: Project) -> tuple[NetworkFile, ...]:
    """What a project's blocks need from the network and is not there yet, each file once."""
    wanted: dict[str, NetworkFile] = {}
    for _place, report in analyse(project).walk():
        if report.input is None or report.block.disabled:
            continue
        file = report.block.download(report.input)
        if file is not None and not is_there(file):
            wanted.setdefault(file.name, file)
    return tuple(wanted.values())


def fetch_weights(wanted: NetworkFile, tell: Tell = lambda done, total: None) -> Path:
    """Fetch a file of weights unless it is there.

    Args:
        wanted: What to fetch.
        tell: Told of the progress; may raise to stop, and nothing half-fetched stays.

    Returns:
        Where it is.

    Raises:
        WeightsError: It cannot be fetched; says why and what to do.
    """
    folder = weights_home()
    path = folder / wanted.name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if path.is_file():
            return path
        if free_bytes(folder) < 2 * wanted.bytes:
            raise WeightsError(
                f"{wanted.title} need {size_words(2 * wanted.bytes)} in {folder}, and "
                f"{size_words(free_bytes(folder))} are free there. Free some space first."
            )
        fetch(Remote(wanted.url, wanted.checksum), folder, tell)
    except DamagedError as error:
        raise WeightsError(f"{wanted.title} could not be downloaded. {error}") from error
    except (urllib.error.URLError, TimeoutError) as error:
        raise WeightsError(_offline(wanted, error)) from error
    except OSError as error:
        raise WeightsError(
            f"{wanted.title} could not be kept in {folder}: {error.strerror or error}."
        ) from error
    return path


def _offline(wanted: NetworkFile, error: Exception) -> str:
    return (
        f"{wanted.title} ({size_words(wanted.bytes)}) could not be downloaded: "
        f"{network_words(error)}. Check the network and try again, or fetch {wanted.url} yourself "
        f"and put it into {weights_home()}. With weights set to none the network starts at random "
        "and needs no download."
    )
